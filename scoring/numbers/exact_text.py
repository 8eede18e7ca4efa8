"""Exact numbers as text, of any length: a mean over all bodies of a quotient may have thousands of digits.

Python writes and reads no more than 4,300 digits at once, so longer ones go piece by piece.
"""

from fractions import Fraction
from typing import Final

_PIECE: Final = 4_000
_UNIT: Final = 10**_PIECE


def write_fraction(value: Fraction) -> str:
    """``3``, or ``8/15``."""
    whole = _write(value.numerator)
    return whole if value.denominator == 1 else f"{whole}/{_write(value.denominator)}"


def read_fraction(text: str) -> Fraction:
    """What ``write_fraction`` wrote.

    Raises:
        ValueError, ZeroDivisionError: it is no such text.
    """
    numerator, slash, denominator = text.partition("/")
    return Fraction(_read(numerator), _read(denominator) if slash else 1)


def _write(number: int) -> str:
    if abs(number) < _UNIT:
        return str(number)
    pieces: list[str] = []
    rest = abs(number)
    while rest:
        rest, piece = divmod(rest, _UNIT)
        pieces.append(f"{piece:0{_PIECE}d}")
    return ("-" if number < 0 else "") + "".join(reversed(pieces)).lstrip("0")


def _read(digits: str) -> int:
    if len(digits) <= _PIECE:
        return int(digits)
    number, plain = 0, digits.removeprefix("-")
    for start in range(0, len(plain), _PIECE):
        piece = plain[start : start + _PIECE]
        number = number * 10 ** len(piece) + int(piece)
    return -number if digits.startswith("-") else number
