"""Signs and comments, before the grammar reads a file.

In: a ``Source``. Out: folded text, its comments, and what stands in it though nobody meant to write it; labels and
paths in their one form. Not here: words and statements.
"""
