"""Results as files: workbooks, CSV, Parquet, HTML, SARIF.

In: tables, scores, comparisons. Out: files, in which no text becomes a formula. Not here: where they are written, and
that they are written whole (``commands/outputs.py``).
"""
