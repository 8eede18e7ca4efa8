"""What a Python program has of one body → what is known of it.

The readers of ``scoring/reading`` say what is right and tell what is wrong. Here nothing is told: what is in the usual
forms is taken as it is, and all else is left to them (a property holds them to each other).
"""

from collections.abc import Iterable, Mapping
from math import ceil, floor
from typing import Any, Final

import numpy as np
from attrs import field

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import dense
from haiten.compiler.program.fact_columns import (
    CARRIED,
    CODE,
    FACT_DIGITS,
    NAME,
    PREFECTURE,
    WHOLE,
    YEAR,
    NumberColumn,
    schema_of,
)
from haiten.compiler.program.program import Program
from haiten.scoring.facts.bodies import BodyColumns
from haiten.scoring.facts.facts import Body, Facts, Truth
from haiten.scoring.numbers.exact import FLOAT_SAFE, Ratios
from haiten.scoring.one.ranges import NO, UNKNOWN, YES
from haiten.scoring.one.workings import Exact, KnownFacts
from haiten.scoring.reading.frames import column_of
from haiten.scoring.reading.given_facts import facts_given
from haiten.scoring.reading.kept import read_carefully
from haiten.scoring.reading.plain_columns import PlainColumn
from haiten.scoring.reading.read_columns import INT64_DIGITS, NEAR, bounds_in_units

_REMEMBERED: Final = 10_000  # cells, and bodies
_WHO: Final = (CODE, NAME, PREFECTURE, YEAR)
_ONE: Final = (1,)
_LONGEST: Final = 10.0**FACT_DIGITS


@dense
class KnownRead:
    """What came of reading one body; ``known`` is None where something is wrong."""

    known: KnownFacts | None
    diagnostics: tuple[Diagnostic, ...] = ()


class _OddError(Exception):
    """Something is not in a usual form."""


@dense(eq=False)
class _Column:
    """A column of facts.

    Attributes:
        kind: where its values go: numbers, answers or outcomes.
        about: under which name.
        how: how a cell is read that is not in the usual form.
        low, high: for numbers the range in units of ``1/scale``; ``least`` and ``most`` the whole numbers in it.
    """

    kind: str
    about: str
    how: PlainColumn
    scale: int = 1
    low: int = 0
    high: int = 0
    least: int = 0
    most: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers, and no yes/no."""
        return self.how.number is not None


def _number(name: str, column: NumberColumn) -> _Column:
    scale, (low, high) = 10**column.decimals, bounds_in_units(column)
    longest = 10 ** max(min(FACT_DIGITS, INT64_DIGITS - column.decimals), 0) - 1
    least, most = max(ceil(low / scale), -longest), min(floor(high / scale), longest)
    return _Column("numbers", name, PlainColumn(column), scale, low, high, least, most)


def _columns(program: Program) -> dict[str, _Column]:
    """The columns of facts that a body may have, by heading."""
    schema, worth = schema_of(program), {leaf.path: leaf.maximum for leaf in program.leaves}
    found = {name: _number(name, column) for name, column in schema.numbers.items()}
    for kind, names in (("answers", schema.answers), ("outcomes", schema.outcomes)):
        for name, about in names.items():
            found[name] = _Column(kind, about, PlainColumn(points=worth.get(name, 0)))
    return found


@dense(eq=False)
class OneReader:
    """Reads one body after another; what stands in a cell is read once, however often it comes up."""

    program: Program
    _columns: dict[str, _Column] = field(init=False)
    _about: dict[str, frozenset[str]] = field(init=False)
    _bodies: dict[tuple[object, ...], Body] = field(factory=dict, init=False)
    _cells: dict[tuple[object, ...], Exact | int | None] = field(factory=dict, init=False)

    @_columns.default
    def _of_program(self) -> dict[str, _Column]:
        return _columns(self.program)

    @_about.default
    def _asked(self) -> dict[str, frozenset[str]]:
        schema = schema_of(self.program)
        return {"answers": frozenset(schema.answers.values()), "outcomes": frozenset(schema.outcomes.values())}

    def read(self, given: object) -> KnownRead:
        """Read one body; mistakes in what it says are values.

        Args:
            given: a body by heading, as in a list of bodies; or ``Facts``, a file or a table that hold one body.

        Raises:
            TypeError: it is nothing of that kind.
            ValueError: it has no body or more than one, or it is Facts whose columns do not fit.
        """
        if not isinstance(given, Mapping):
            known = self._sound(given) if isinstance(given, Facts) else None
            return KnownRead(known) if known is not None else self._told(given)
        who = self._who(given)
        body = None if who is None else self._bodies.get(who)
        if body is not None:
            try:
                return KnownRead(self._row(body, given))
            except _OddError:
                pass
        is_row = not any(map(_is_column, given.values()))
        read = self._told([given] if is_row else given)
        if is_row and read.known is not None and who is not None:
            _remember(self._bodies, who, read.known.body)
        return read

    def _told(self, given: object) -> KnownRead:
        """What the readers make of it."""
        read = facts_given(given, self.program)
        return KnownRead(None if read.facts is None else known_of(read.facts), read.diagnostics)

    # A body by heading

    def _row(self, body: Body, row: Mapping[Any, Any]) -> KnownFacts:
        """The facts of a body that is known.

        Raises:
            _OddError: something is wrong, or has to be looked at together.
        """
        found: dict[str, dict[str, Any]] = {"numbers": {}, "answers": {}, "outcomes": {}}
        columns = self._columns
        for heading, cell in row.items():
            column = columns.get(heading)
            if column is None or cell is None:
                continue
            value: Exact | int | None
            if not column.is_number:
                value = YES if cell is True else NO if cell is False else self._cell(heading, column, cell)
            elif type(cell) is int and column.least <= cell <= column.most:
                value = cell, 1
            else:
                value = (_of_float(column, cell) if type(cell) is float else None) or self._cell(heading, column, cell)
            if value is not None:
                into = found[column.kind]
                if column.about in into:
                    raise _OddError  # two columns about one leaf, which have to agree
                into[column.about] = value
        return KnownFacts(body, found["numbers"], found["answers"], found["outcomes"], {})

    def _who(self, row: Mapping[Any, Any]) -> tuple[object, ...] | None:
        """All that stands in a row beside facts; None where that says more than who the body is."""
        columns = self._columns
        who = tuple([(heading, type(cell), cell) for heading, cell in row.items() if heading not in columns])
        if not all(isinstance(each[0], str) and (each[0] in _WHO or each[0].startswith(CARRIED)) for each in who):
            return None
        return who if _can_be_key(who) else None

    def _cell(self, heading: str, column: _Column, cell: object) -> Exact | int | None:
        """What a cell says, as the readers have it; None where nothing stands in it.

        Raises:
            _OddError: it is wrong.
        """
        key = (heading, type(cell), cell)
        if not _can_be_key(key):
            raise _OddError
        if key in self._cells:
            return self._cells[key]
        read = read_carefully(column_of(heading, [cell]), column.how)
        if read.wrong is not None:
            raise _OddError
        value: Exact | int | None = None
        if read.known[0]:
            number = int(read.values[0])
            value = (number, column.scale) if column.is_number else YES if number else NO
        _remember(self._cells, key, value)
        return value

    # Facts

    def _sound(self, facts: Facts) -> KnownFacts | None:
        """What is known of one body whose facts have nothing wrong with them; None where a closer look is needed."""
        columns, nodes = self._columns, self.program.nodes
        if len(facts.bodies) != 1 or not _has_code(facts):
            return None
        for name, number in facts.numbers.items():
            column = columns.get(name)
            if column is None or not column.is_number or not _is_one_number(number):
                return None
        for kind, truths in (("answers", facts.answers), ("outcomes", facts.outcomes)):
            for name, truth in truths.items():
                if name not in self._about[kind] or not _is_one_truth(truth):
                    return None
        for name, number in facts.points.items():
            if (name != WHOLE and name not in nodes) or not _is_one_number(number) or number.den.item() != 1:
                return None
        known = known_of(facts)
        for name, points in known.points.items():
            if not 0 <= points <= (self.program.maximum if name == WHOLE else nodes[name].maximum):
                return None
        for name, (num, den) in known.numbers.items():
            column = columns[name]
            scaled, rest = divmod(num * column.scale, den)
            if rest or not column.low <= scaled <= column.high:
                return None
        return known


def _of_float(column: _Column, cell: float) -> Exact | None:
    """A float that lies on the grid of the decimals, as a column of floats is read; None where it does not."""
    number = column.how.number
    if number is None or not -_LONGEST < cell < _LONGEST:
        return None
    scaled = round(cell * 10.0**number.decimals)
    near = abs(cell - scaled / 10.0**number.decimals) <= min(NEAR, 10.0**-number.decimals / 1000)
    return (scaled, column.scale) if near and abs(scaled) < FLOAT_SAFE and column.low <= scaled <= column.high else None


def known_of(facts: Facts) -> KnownFacts:
    """What is known of the one body of some facts.

    Raises:
        ValueError: there is no body, or more than one.
    """
    if len(facts) != 1:
        raise ValueError(f"事実は{len(facts):,}団体のものです。1団体のものを渡してください")
    return KnownFacts(
        facts.bodies[0],
        {name: (int(c.num.item()), int(c.den.item())) for name, c in facts.numbers.items() if c.known.item()},
        {name: _truth(truth) for name, truth in facts.answers.items()},
        {name: truth for name, given in facts.outcomes.items() if (truth := _truth(given)) != UNKNOWN},
        {name: int(c.num.item()) for name, c in facts.points.items() if c.known.item()},
    )


def _truth(column: Truth) -> int:
    if column.certain.item():
        return YES
    return UNKNOWN if column.possible.item() else NO


def _has_code(facts: Facts) -> bool:
    body = facts.bodies[0]
    return isinstance(facts.bodies, BodyColumns) or (
        isinstance(body, Body) and isinstance(body.code, str) and bool(body.code)
    )


def _is_one_number(column: object) -> bool:
    return (
        isinstance(column, Ratios)
        and column.num.shape == _ONE
        and column.known.shape == _ONE
        and column.den.size == 1
        and column.den.item() > 0
    )


def _is_one_truth(truth: object) -> bool:
    if not isinstance(truth, Truth):
        return False
    for part in (truth.certain,) if truth.is_decided else (truth.certain, truth.possible):
        if not isinstance(part, np.ndarray) or part.dtype != np.bool_ or part.shape != _ONE:
            return False
    return truth.is_decided or not truth.certain.item() or bool(truth.possible.item())


def _is_column(cell: object) -> bool:
    return isinstance(cell, Iterable) and not isinstance(cell, str | bytes)


def _can_be_key(given: object) -> bool:
    try:
        hash(given)
    except TypeError:
        return False
    return True


def _remember(into: dict[tuple[object, ...], Any], key: tuple[object, ...], value: object) -> None:
    if len(into) >= _REMEMBERED:
        into.clear()
    into[key] = value
