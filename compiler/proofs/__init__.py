"""What sheets can and cannot come to, decided exactly.

In: a ``Program``. Out: cells in which conditions read alike, which of them can be had, least and greatest points, and
example sheets. Not here: what is wrong about it (``checks``) and certificates (``scoring/proving``).
"""
