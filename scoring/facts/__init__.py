"""Facts about bodies, as columns.

In: values that fit a program's facts. Out: ``Facts`` and their bodies; what can be wrong with them (family H8). Not
here: how a file or a Python program holds them (``scoring/reading``).
"""
