"""The author's desk: what an editor shows of a rule file while it is written (Language Server Protocol).

In: the texts that are open in an editor. Out: diagnostics, names and where they stand, words that may follow, changes.
Not here: what a text means; every answer is read off the ``Compilation`` of ``scoring/proving/workspace.py``.
"""
