"""Survey sheets: what bodies fill in, as a workbook, and what comes back of them as one fact file.

In go a compiled rulebook and, where there are some, facts of this year and of the last; out come workbooks. What a
sheet has in which row and column, and how it is read back, is ``scoring.reading.survey_layout`` and ``survey_sheets``,
so that every command that reads facts reads sheets. No rule is decided here: formulas say what the evaluator says.
"""
