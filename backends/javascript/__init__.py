"""A rulebook as data for JavaScript, and the modules that score a body by it.

In: an evaluator, and what an earlier run kept of its ranks. Out: data that hold its steps one by one, beside the ES
modules that carry them out. Not here: how cells are read, and pages (``haiten.pages``).
"""
