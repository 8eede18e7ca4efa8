"""A rulebook as one HTML file that computes: what it holds, how it is put together, how it is held to haiten.

In: a rulebook, cut-offs, what is known of a body and of its year before. Out: the text of a page, or of an ES module.
Not here: how a body is scored in JavaScript (``haiten.backends.javascript``), which this room only feeds.
"""
