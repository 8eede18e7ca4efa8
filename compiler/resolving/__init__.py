"""Syntax → Program: names become nodes and facts, expressions typed terms.

In: the syntax of a rulebook or an allocation. Out: a ``Program``, as whole as the mistakes allow, and the mistakes. Not
here: checks of the whole, which read the program.
"""
