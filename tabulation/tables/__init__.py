"""Tables about a population, as they are published.

In: a population. Out: tables of exact figures, in the order in which they are read. Not here: rounding and looks
(``views``).
"""
