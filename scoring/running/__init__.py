"""An evaluator over facts → a run and its scores.

In: steps, facts, and what a cut-off file keeps of a nation. Out: every column that came up, points and verdicts per
body and node. Not here: reasons, which are read off these columns (``scoring/explaining``).
"""
