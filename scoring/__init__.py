"""Run an evaluator: facts in, scores, verdicts and their reasons out.

Stages, each importing only those before it: numbers, facts, reading, running, explaining, cutoffs, one, and, over the
Python face ``rulebook``, proving. ``cases`` are the sheets that rule authors keep beside a rulebook.
"""
