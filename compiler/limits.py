"""Limits of the language (language.md, Limits): beyond them a file is reported to be wrong, not read in part."""

from typing import Final

MOST_DIGITS: Final = 30  # of a number
MOST_NESTED: Final = 50  # brackets
MOST_ERRORS: Final = 50  # reported of one file
# Points are added up in 32 bits; a whole rulebook stays twenty times below what these hold.
MOST_POINTS: Final = 99_999_999
# With the 15 digits that facts may have before the point, scaled integers still have the 30 of a number.
MOST_DECIMALS: Final = 15
# Conditions that one のうち ranks bodies among: each rank on the left of an inner one holds all that is left of it.
MOST_PARTS: Final = 2_000
