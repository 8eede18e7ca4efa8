"""Formulas of a workbook, each with the value that it has, so that viewers that do not calculate show what is right.

Only functions of Excel 2007 are used, which Excel, LibreOffice and all others calculate alike. Numbers in them are
integers of fewer than 16 digits, which a cell holds exactly.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from haiten.compiler.late import frozen

# A formula may have 8,192 signs, and a function 255 arguments, in Excel.
LONGEST: Final = 8_000
_ARGUMENTS: Final = 200

Plain = bool | int | str
V = TypeVar("V", bound=Plain)


@frozen
class CellFormula:
    """A formula without its ``=``, and its value where nothing is filled in beyond what the writer knows."""

    text: str
    value: Plain

    @property
    def number(self) -> int:
        """Its value, where it is a number."""
        assert isinstance(self.value, int)
        return self.value

    @property
    def holds(self) -> bool:
        """Its value, where it is a truth."""
        assert isinstance(self.value, bool)
        return self.value


TRUE: Final = CellFormula("TRUE", True)
FALSE: Final = CellFormula("FALSE", False)


def integer(value: int) -> CellFormula:
    """A number."""
    return CellFormula(str(value), value)


def quoted(text: str) -> str:
    """A text in a formula."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def equals(cell: CellFormula, text: str) -> CellFormula:
    """Whether a cell holds a text."""
    return CellFormula(f"{cell.text}={quoted(text)}", cell.value == text)


def differs(cell: CellFormula, text: str) -> CellFormula:
    """Whether a cell holds no such text."""
    return CellFormula(f"{cell.text}<>{quoted(text)}", cell.value != text)


def every(parts: Sequence[CellFormula]) -> CellFormula:
    """Whether all hold."""
    if any(part == FALSE for part in parts):
        return FALSE
    left = list(dict.fromkeys(part for part in parts if part != TRUE))
    return _function("AND", left, lambda: all(part.holds for part in parts)) if left else TRUE


def some(parts: Sequence[CellFormula]) -> CellFormula:
    """Whether one holds."""
    if any(part == TRUE for part in parts):
        return TRUE
    left = list(dict.fromkeys(part for part in parts if part != FALSE))
    return _function("OR", left, lambda: any(part.holds for part in parts)) if left else FALSE


def negated(part: CellFormula) -> CellFormula:
    """Whether it does not hold."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    return CellFormula(f"NOT({part.text})", not part.holds)


def counted(parts: Sequence[CellFormula]) -> CellFormula:
    """How many hold."""
    ones = [CellFormula(f"IF({part.text},1,0)", int(part.holds)) for part in parts]
    return total(ones)


def total(parts: Sequence[CellFormula]) -> CellFormula:
    """The sum of numbers."""
    return _numbers("SUM", parts, sum)


def greatest(parts: Sequence[CellFormula]) -> CellFormula:
    """The greatest of numbers, 0 where there is none."""
    return _numbers("MAX", parts, lambda values: max(values, default=0))


def least(parts: Sequence[CellFormula]) -> CellFormula:
    """The least of numbers."""
    return _numbers("MIN", parts, min)


def _numbers(name: str, parts: Sequence[CellFormula], of: Callable[[list[int]], int]) -> CellFormula:
    return _function(name, parts, lambda: of([part.number for part in parts])) if parts else integer(0)


def _function(name: str, parts: Sequence[CellFormula], of: Callable[[], V]) -> CellFormula:
    """A function of any number of arguments, which may be taken in parts."""
    if len(parts) == 1:
        return parts[0]
    texts = [part.text for part in parts]
    while len(texts) > _ARGUMENTS:
        groups = (texts[start : start + _ARGUMENTS] for start in range(0, len(texts), _ARGUMENTS))
        texts = [f"{name}({','.join(group)})" for group in groups]
    return CellFormula(f"{name}({','.join(texts)})", of())


def chosen(condition: CellFormula, yes: CellFormula, no: CellFormula) -> CellFormula:
    """One or the other."""
    if condition in (TRUE, FALSE):
        return yes if condition == TRUE else no
    return CellFormula(f"IF({condition.text},{yes.text},{no.text})", yes.value if condition.holds else no.value)


def compared(left: CellFormula, sign: str, right: CellFormula) -> CellFormula:
    """Whether two numbers stand in an order (``<``, ``<=``, ``=``, ``>=``, ``>``)."""
    signs: dict[str, Callable[[int, int], bool]] = {
        "<": int.__lt__,
        "<=": int.__le__,
        "=": int.__eq__,
        ">=": int.__ge__,
        ">": int.__gt__,
    }
    return CellFormula(f"{left.text}{sign}{right.text}", bool(signs[sign](left.number, right.number)))
