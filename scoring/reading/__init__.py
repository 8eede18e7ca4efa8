"""Facts, as offices keep them and Python programs hold them → ``Facts``.

In: files of any kind, frames, columns, rows. Out: facts in which every cell was read or reported. Not here: what
happens inside a workbook's file (``books``), and points.
"""
