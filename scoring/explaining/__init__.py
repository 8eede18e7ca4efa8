"""Why points were given.

In: scores. Out: traces of nodes, reasons of conditions. Not here: computing; nothing is computed a second time.
"""
