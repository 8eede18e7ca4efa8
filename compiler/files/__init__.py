"""Files of any kind, as the system gives and takes them.

In: paths and bytes. Out: texts whose encoding is known, JSON in which nothing was overlooked, files written whole or
not at all, and the system's reasons in Japanese. Not here: what a file says.
"""
