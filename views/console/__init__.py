"""What a terminal and the standard streams may be given.

In: texts. Out: the same with nothing that a terminal obeys, in any code page, full, closed, or read by nobody; usage
and help in Japanese. Not here: what is said.
"""
