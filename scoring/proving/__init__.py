"""Findings and maxima, made sure by scoring examples.

In: a rulebook. Out: findings whose examples score what they should, and certificates of every maximum. Not here: the
reasoning (``compiler/proofs``), and the second reader of certificates (``testing``).
"""
