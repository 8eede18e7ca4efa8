"""Records of runs: what a command read, what it was asked, and what came of it, in one file that anybody can repeat.

In come the files that a command read and the JSON that it made (``making.py``), or a record (``reading.py``); out go
the bytes of a record, or what is wrong with one. No command runs here and nothing is scored: ``rerun.py`` has haiten
itself do that, in a process of its own. ``container.py`` has the form of the file, ``manifest.py`` what it says.
"""
