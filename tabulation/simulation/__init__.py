"""What would be: other facts of one body, other points for all.

In: scores, changed facts or scenarios. Out: two runs side by side, or all bodies in every scenario, as tables. Not
here: next year's rules (``comparison/impact.py``).
"""
