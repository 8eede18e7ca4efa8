"""Exact numbers in columns.

In: integer numerators and denominators of many bodies. Out: the same compared, ordered and written without rounding.
Not here: what the numbers mean.
"""
