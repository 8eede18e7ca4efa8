"""Program → the steps that compute it.

In: a ``Program``. Out: steps over columns, one slot per distinct term, in the order in which they can run. Not here:
the machines that run them (``scoring/running``, ``backends``).
"""
