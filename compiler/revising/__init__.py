"""Base + 改正 → the consolidated rulebook.

In: the syntax of a base and of a revision. Out: the syntax of the new year, with the past of each node and the
amendment that touched it. Not here: checks of the result, which is a rulebook like any other.
"""
