"""The headings of a table: in which row they stand, under titles or over units, or in two rows.

Rows are lists of texts; rows and places count from 1 where people read them, places from 0 inside.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CARRIED, CODE, NAME, PREFECTURE, YEAR
from haiten.compiler.program.program import Program
from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.characters import is_blank, spellings, trimmed, visible

HEAD_ROWS: Final = 30
_WHO: Final = (CODE, NAME, PREFECTURE, YEAR)
_BRACKETS: Final = "()（）[]［］〔〕【】 　"
# Units of tables beside those of facts; a unit that is none of the fact's own is reported.
_UNITS: Final = frozenset(
    (
        *(
            "人",
            "千人",
            "百人",
            "万人",
            "円",
            "千円",
            "万円",
            "百万円",
            "億円",
            "%",
            "％",
            "‰",
            "件",
            "千件",
            "回",
            "日",
        ),
        *("か所", "箇所", "カ所", "ヶ所", "点", "位", "世帯", "時間", "分", "歳", "年", "年度", "団体", "ポイント"),
        *("○×", "該当・非該当", "該当/非該当"),
    )
)
_THOUSANDS: Final = re.compile(r"単位.*(?:千|百|万|億)")

Told = Callable[[Cell], Diagnostic]


@frozen
class Wanted:
    """Which headings a table may have.

    Attributes:
        is_known: whether a name in its canonical form is one of them.
        units: the units of columns of numbers, by name.
        program: the rulebook whose survey sheets may be read in the place of a table; None for none.
    """

    is_known: Callable[[str], bool]
    units: Mapping[str, str] = field(factory=dict)
    program: Program | None = None


@frozen
class Headings:
    """The headings that were found.

    Attributes:
        names: a name for each place, empty where there is none.
        row: the row that they stand in (the last one, where there are two).
        start: the row after them, where the bodies begin.
        notes: what to say of how they were found.
        seems: the row that looks most like headings, where no row has the codes of bodies.
    """

    names: list[str]
    row: int
    start: int
    notes: tuple[Told, ...] = ()
    seems: int | None = None


def name_of(heading: str, wanted: Wanted) -> str:
    """The name that a heading means; as it is written, where it means none."""
    written = list(spellings(heading))
    return next((name for name in written if wanted.is_known(name)), written[0])


def is_code_heading(cell: str) -> bool:
    """Whether a cell is the heading of the bodies' codes."""
    return CODE[0] in cell and CODE in spellings(cell)


def has_codes(row: Sequence[str]) -> bool:
    """Whether one of the cells is the heading of the bodies' codes."""
    return any(is_code_heading(cell) for cell in row)


def fits(rows: Sequence[Sequence[str]], wanted: Wanted) -> int:
    """How many headings the best row has of what bodies are asked, and 1 for the codes; 0 where no row has these."""
    counts = [
        1 + sum(wanted.is_known(name) and name not in _WHO for name in (name_of(cell, wanted) for cell in row))
        for row in rows[:HEAD_ROWS]
        if has_codes(row)
    ]
    return max(counts, default=0)


def find_heading(rows: Sequence[Sequence[str]], wanted: Wanted, row: int | None = None) -> Headings:
    """Find the headings among the first rows of a table.

    Args:
        rows: the first rows, ``HEAD_ROWS`` or all that there are.
        wanted: which headings there may be.
        row: the row of the headings, where it is given.

    Raises:
        UnreadableError: the row that was given is not there, or several may be it.
    """
    if row is not None and not 0 < row <= len(rows):
        raise UnreadableError(f"見出しの行とされた{row}行目がありません")
    if row is None:
        first = next((number for number, cells in enumerate(rows, start=1) if not is_blank(cells)), 1)
        row = first
        if not rows or not has_codes(rows[first - 1]):
            candidates = [number for number, cells in enumerate(rows[:HEAD_ROWS], start=1) if has_codes(cells)]
            if not candidates:
                return _without_codes(rows, wanted)
            if len(candidates) > 1:
                listed = "、".join(f"{number}行目" for number in candidates)
                raise UnreadableError("", partial(errors.UnclearHeading, rows=listed))
            row = candidates[0]
    return _headings_at(rows, row, wanted)


def _without_codes(rows: Sequence[Sequence[str]], wanted: Wanted) -> Headings:
    """The first row, although it has no codes; and which row looks more like headings."""
    known = [
        sum(bool(trimmed(cell)) and wanted.is_known(name_of(cell, wanted)) for cell in row) for row in rows[:HEAD_ROWS]
    ]
    best = max(known, default=0)
    seems = known.index(best) + 1 if best > 1 else None
    first = rows[0] if rows else []
    return Headings([name_of(cell, wanted) for cell in first], 1, 2, (), seems)


def _headings_at(rows: Sequence[Sequence[str]], row: int, wanted: Wanted) -> Headings:
    upper = rows[row - 1]
    names, last = [name_of(cell, wanted) for cell in upper], row
    below = rows[row] if row < len(rows) else []
    above = rows[row - 2] if row > 1 else []
    skipped = list(range(1, row))
    if (both := _two_rows(upper, below, wanted)) is not None:
        names, last = both, row + 1
    elif (both := _group_row(above, upper, names, wanted)) is not None:
        names = both
        skipped.pop()
    notes = [*_skipped(rows, skipped)]
    if last != row or len(skipped) < row - 1:
        notes.append(partial(errors.TwoHeadingRows, first=last - 1, second=last))
    start = last + 1
    if start <= len(rows) and (unlike := _units(rows[start - 1], names, wanted)) is not None:
        notes += unlike or [partial(errors.UnitRow, row=start)]
        start += 1
    return Headings(names, last, start, tuple(notes))


def _skipped(rows: Sequence[Sequence[str]], skipped: Sequence[int]) -> Iterator[Told]:
    """What to say of the rows above the headings."""
    texts = {
        number: "　".join(visible(trimmed(cell)) for cell in rows[number - 1] if trimmed(cell)) for number in skipped
    }
    told = {number: text for number, text in texts.items() if text}
    scaled = {number: text for number, text in told.items() if _THOUSANDS.search(text)}
    for number, text in scaled.items():
        yield partial(errors.ScaledTable, row=number, text=text)
    if told and not scaled:
        listed = "、".join(f"{number}行目「{_short(text)}」" for number, text in told.items())
        yield partial(errors.HeadingFound, row=max(skipped) + 1, skipped=listed)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _filled(row: Sequence[str]) -> list[str]:
    """A row of group headings: each stands for the places to its right, until the next."""
    filled, current = [], ""
    for cell in row:
        current = trimmed(cell) or current
        filled.append(current)
    return filled


def _two_rows(upper: Sequence[str], lower: Sequence[str], wanted: Wanted) -> list[str] | None:
    """The names that two rows make together; None where the lower one holds no headings.

    The lower one has nothing under the heading of the codes. What it says counts, alone or behind its group; where it
    says nothing, the upper one does.
    """
    place = next((place for place, cell in enumerate(upper) if is_code_heading(cell)), None)
    if place is None or is_blank(lower) or (place < len(lower) and trimmed(lower[place])):
        return None
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    groups, names, found = _filled(upper), [], False
    for own, group, part in zip(upper, groups, lower, strict=True):
        if not trimmed(part):
            names.append(name_of(own, wanted))
            continue
        told = {name for name in _joined(group, part, wanted) if wanted.is_known(name)}
        found |= bool(told)
        if len(told) != 1:
            return None
        names.append(told.pop())
    return names if found else None


def _group_row(above: Sequence[str], row: Sequence[str], names: list[str], wanted: Wanted) -> list[str] | None:
    """The names that headings make with the groups over them; None where they do well without, or not with them."""
    unknown = [place for place, name in enumerate(names) if name and not wanted.is_known(name)]
    if not unknown or is_blank(above):
        return None
    groups = _filled([*above, *[""] * (len(row) - len(above))])
    made = list(names)
    for place in unknown:
        told = {name for name in _joined(groups[place], row[place], wanted) if wanted.is_known(name)}
        if len(told) != 1:
            return None
        made[place] = told.pop()
    return made


def _joined(group: str, part: str, wanted: Wanted) -> Iterator[str]:
    yield name_of(part, wanted)
    for name in (f"{trimmed(group)}.{trimmed(part)}", f"{trimmed(group)}{trimmed(part)}"):
        if not name.startswith(CARRIED):  # behind which anything may stand
            yield name_of(name, wanted)


def _units(row: Sequence[str], names: Sequence[str], wanted: Wanted) -> list[Told] | None:
    """What is wrong with a row of units; None where it is no such row."""
    cells = {name: trimmed(cell) for name, cell in zip(names, row, strict=False) if name and trimmed(cell)}
    if cells.get(CODE, "単位").strip(_BRACKETS) not in ("単位", ""):
        return None
    inside = {name: cell.strip(_BRACKETS) for name, cell in cells.items() if name != CODE}
    allowed = _UNITS | set(wanted.units.values())
    if not inside or not all(cell in allowed for cell in inside.values()):
        return None
    wrong = {
        name: cell
        for name, cell in inside.items()
        if name in wanted.units and cell.replace("％", "%") != wanted.units[name]
    }
    return [partial(errors.OtherUnit, name=name, written=cell, unit=wanted.units[name]) for name, cell in wrong.items()]
