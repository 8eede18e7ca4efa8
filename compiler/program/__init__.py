"""The resolved, typed rulebook, which every consumer reads.

In: nothing; resolving makes it. Out: ``Program`` with its nodes, terms and allocation; walks over terms, their words
and bounds, and the columns of its facts. Not here: how it came about, and what is right or wrong with it.
"""
