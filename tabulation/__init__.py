"""Scores of many bodies as tables: averages, ranks, rates, distributions, and where one body loses points."""
