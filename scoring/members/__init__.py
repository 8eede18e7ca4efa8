"""Figures over the members of prefectures: facts of prefectures and of municipalities in, facts of prefectures out.

Neither how the municipalities are scored belongs here, nor what a prefectural rulebook makes of the figures.
"""
