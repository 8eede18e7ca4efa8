"""Which node is which: by path, through the years, and by what it says.

In: the syntax of a rulebook. Out: nodes by canonical path with に同じ written out, their lineage, their normal form and
fingerprints. Not here: types and conditions.
"""
