"""Run an evaluator: facts in, scores, verdicts and their reasons out."""
