"""Scored bodies, and how they are grouped.

In: scores of this year and of years before. Out: a population, its groups, and what has a column of its own in
published tables. Not here: the tables.
"""
