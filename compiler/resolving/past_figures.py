"""前年度の上位3割に当たる値 and its kin → facts of the nation in the year before (language.md 12.1)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Diagnostic, MisplacedPastFigure
from haiten.compiler.identity.node_index import Place
from haiten.compiler.identity.past_names import Named, name_in
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.describe import name_of_figure
from haiten.compiler.program.terms import Fact, FactValue, FigureThen, PreviousScore, ScoreValue, Statistic, Value
from haiten.compiler.program.walk import parts_of
from haiten.compiler.source import Span
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.rulebook import FactDecl
from haiten.compiler.syntax.units import Range
from haiten.compiler.syntax.years import LAST_YEAR, year_before

# Digits behind the point where a figure that is computed is written in a file by hand.
_DIGITS: Final = 6


@frozen(eq=False)
class Compared:
    """What stands on the left of a comparison.

    Attributes:
        written: as it is written; ``absolute``: with whole paths.
        value: what it is; None where it is none, which was told.
        visible: the local names known there, with where each is defined.
    """

    written: ex.Expression
    absolute: ex.Expression
    value: Value | None
    visible: Mapping[str, Place]
    lower_is_better: bool


@frozen(eq=False)
class PastFigures:
    """Types figures of the nation in the year before.

    Attributes:
        facts: those of the rulebook; ``year``: of the rulebook.
        found: the figures so far, by column, each as a fact.
        compared: what stands on the left of the comparisons around, innermost last; None around a local name.
    """

    facts: Mapping[str, Fact]
    year: str
    found: dict[str, Fact] = field(factory=dict)
    compared: list[Compared | None] = field(factory=list)

    def read(self, figure: ex.PastFigure, then: str) -> FactValue | Diagnostic | None:
        """The value that a figure is, or what is wrong with it; None where that was told."""
        compared = self.compared[-1] if self.compared and not then else None
        if compared is None:
            return MisplacedPastFigure(figure.span, figure.text, "")
        if compared.value is None:
            return None
        if why := _why_none(compared.value):
            return MisplacedPastFigure(figure.span, figure.text, f"（左は{why}です）")
        then_of = self._then(figure.figure, compared, compared.value)
        fact = self.found.setdefault(f"{LAST_YEAR}.{name_of_figure(then_of)}", _as_fact(then_of, figure.span))
        return FactValue(fact, LAST_YEAR)

    def _then(self, figure: str, compared: Compared, value: Value) -> FigureThen:
        last = year_before(self.year)
        used = {name for name, _ in ex.names_in(compared.written)}
        owners = {name: compared.visible[name] for name in used if name in compared.visible}
        called: dict[str, Named] = {name: self.facts[name].decl for name in used if name in self.facts}
        for name, place in owners.items():
            called[name] = next(decl for decl in place.node.definitions if decl.name == name)
        names = {name: name_in(decl, last) for name, decl in called.items()}
        texts = (print_expression(ex.map_names(each, names)) for each in (compared.written, compared.absolute))
        owner = max((place.path for place in owners.values()), key=len, default="")
        return FigureThen(figure, value, tuple(dict.fromkeys(texts)), owner, compared.lower_is_better)


def _as_fact(then: FigureThen, span: Span) -> Fact:
    value, name = then.of, name_of_figure(then)
    bounds, decimals = _bounds(value), _decimals(value, then.figure)
    unit = str(value.unit) if value.unit.powers else "数"
    decl = FactDecl(name, unit, *_written(value), decimals, then.lower_is_better, None, (), span)
    return Fact(name, value.unit, decimals, bounds.low, bounds.high, then.lower_is_better, decl, then=then)


def _why_none(value: Value) -> str:
    """Why a value has no figure of last year, as what it is; empty where it has one."""
    parts = list(_parts(value))
    if any(isinstance(part, Statistic) for part in parts):
        return "全国の値"
    if any(isinstance(part, PreviousScore) or (isinstance(part, FactValue) and part.year) for part in parts):
        return "前の年度の値"
    return "" if any(isinstance(part, ScoreValue | FactValue) for part in parts) else "いつも同じ数"


def _parts(value: Value) -> Iterator[Value]:
    yield value
    for part in parts_of(value):
        yield from _parts(part)


def _bounds(value: Value) -> Range:
    """Between which bounds the value of any body surely lies, and so its figures."""
    if isinstance(value, FactValue):
        return Range(value.fact.low, value.fact.high)
    return Range(Fraction(0)) if isinstance(value, ScoreValue) else Range()


def _written(value: Value) -> tuple[Decimal | None, Decimal | None]:
    """The same bounds as they are written."""
    if isinstance(value, FactValue):
        return value.fact.decl.low, value.fact.decl.high
    return (Decimal(0) if isinstance(value, ScoreValue) else None), None


def _decimals(value: Value, figure: str) -> int:
    """Digits behind the point that the figure is written with, where it is written by hand."""
    if figure.startswith("上位"):
        return value.fact.decimals if isinstance(value, FactValue) else 0 if isinstance(value, ScoreValue) else _DIGITS
    return _DIGITS
