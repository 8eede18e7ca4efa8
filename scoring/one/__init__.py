"""One body at a time: the steps of an evaluator as functions over plain integers, made once.

In: the steps and what a cut-off file keeps; then one body's facts after another. Out: points, verdicts and traces as
``scoring/running`` gives them for a population of one. Not here: many bodies, which rank each other
(``scoring/running``), and what a trace says (``scoring/explaining``, which reads both).
"""
