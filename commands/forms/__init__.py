"""The one way out: what commands make, in which forms, and where to.

In comes what a command made (``made.py``) and what its options say; out go bytes, by functions of ``views/``. Nothing
is computed here.
"""
