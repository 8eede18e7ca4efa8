"""Folded text → syntax.

In: ``Folded``, and the grammar. Out: a rulebook, a revision or an allocation, and what could not be read, with what was
most likely meant. Not here: whether names exist and points add up.
"""
