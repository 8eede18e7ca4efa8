"""Fact files, as offices keep them → tables → facts."""
