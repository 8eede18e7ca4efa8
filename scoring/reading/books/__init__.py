"""Inside workbooks and Parquet files, in a process of its own within limits.

In: a file that may be damaged or made to harm. Out: cells as they show, or the reason why it is not read. Not here:
which sheet is meant and what its cells say, which the process that asked decides.
"""
