"""Text in, checked Program out: a folder per stage, a module per pass, ordered by ``driver``.

Stages, each importing only those before it: diagnostics, files, folding, syntax, printing, parsing, identity, program,
resolving, revising, proofs, evaluator, checks. At the root: what all of them use (source, limits, suggest, version) and
what runs them (driver, fix).
"""
