"""Money: what a run of scores comes to in yen, and why."""
