"""Older years' rulebooks and facts → what this year's rulebook reads of them (前年度, 前々年度, 令和5年度).

In: this year's facts, and those of older years, scored by the rulebooks of then. Out: the same facts with the columns
of those years, and figures of the nation in the year before. Not here: reading files, or comparing years.
"""
