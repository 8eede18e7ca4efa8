"""What was compiled, kept for the next time: a folder of files that nobody has to trust.

In: a compilation. Out: the same compilation, where the rule file, the files it builds on, the options and the code that
compiled it are those of then. Not here: what compiling means; ``driver`` is asked for whatever is not kept.
"""
