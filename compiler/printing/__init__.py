"""Syntax → canonical text.

In: a syntax tree. Out: the one text of its meaning, no comment lost. Not here: messages and traces, which have words of
their own (``program/describe.py``, ``views``).
"""
