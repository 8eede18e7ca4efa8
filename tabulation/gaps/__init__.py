"""Where one body loses points, and what each would take.

In: a population and a body. Out: losses that add up to 満点 − 得点, what is lacking for each, and what is reached
together. Not here: other facts or other points (``tabulation/simulation``).
"""
