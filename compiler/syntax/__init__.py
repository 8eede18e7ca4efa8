"""What an author writes, as frozen trees.

In: nothing. Out: the nodes of rulebooks, revisions, allocations and expressions, with labels, units and years. Not
here: what names mean; nothing in these trees is resolved.
"""
