"""Back ends: the evaluator's steps in languages that other systems run."""
