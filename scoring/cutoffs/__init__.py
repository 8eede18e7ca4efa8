"""What a run leaves behind, so that one body can be placed in it later.

In: scores, or a cut-off file. Out: the file, or rankings and the nation that it holds, each part held to the rulebook
and to the others. Not here: how a body is placed (``scoring/running``).
"""
