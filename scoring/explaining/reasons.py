"""Why a condition came out as it did for a body, read off what was scored (nothing is computed a second time).

A reason is the tree of a condition: what was read, what it was compared with, where the body stands, and how each part
came out. ``truth`` is True, False, or None for unknown.
"""

from fractions import Fraction
from typing import Any, Final, assert_never

from attrs import field

from haiten.compiler.late import dense
from haiten.compiler.program.describe import describe_condition, describe_value, show_number
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    ClassTable,
    Compare,
    Condition,
    Constant,
    DeviationBar,
    Every,
    Extremum,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Tally,
    Value,
    Within,
)
from haiten.compiler.program.walk import parts_of
from haiten.scoring.explaining.body_read import BodyRead
from haiten.scoring.explaining.deviations import read_bar
from haiten.scoring.facts.figures_then import FigureTold
from haiten.scoring.facts.members import MembersTold
from haiten.scoring.numbers.deviation_bar import BarReading
from haiten.scoring.running.ranking import NO_CLASS

_FEW: Final = 5  # members that are named


@dense
class ReadValue:
    """A value that a condition read: its name, the value (None: unknown) and the unit.

    Attributes:
        members: what it was made of, where it is a figure over the members of a prefecture (管内).
        then: where it was read, where it is a figure of the nation in the year before.
    """

    name: str
    value: Fraction | None
    unit: str
    members: MembersTold | None = None
    then: FigureTold | None = None

    @property
    def shown(self) -> str:
        """The value for people."""
        if self.value is not None:
            return show_number(self.value) + self.unit
        if self.members is None or self.members.least is None or self.members.most is None:
            return "不明"
        return f"{show_number(self.members.least)}–{show_number(self.members.most)}{self.unit}"

    @property
    def made_of(self) -> str:
        """Of how many members a figure over them is made, or where one of last year was read; else empty."""
        if self.members is None:
            return "" if self.then is None else self.then.told
        known, size = self.members.known, self.members.size
        counted = "" if known == size else f"、うち決まっているもの{known:,}"
        named = "、".join(self.members.named[:_FEW]) + (" ほか" if len(self.members.named) > _FEW else "")
        return f"管内{size:,}市町村{counted}" + (f"。{named}" if named else "")


@dense
class Placing:
    """A body in a ranking.

    Attributes:
        value: what was ranked, with the words of the rulebook for it.
        rank: 1 + the number strictly better; None where there is no rank.
        size: N, the bodies that have a rank.
        inside: how many are within the step; ``cutoff`` is the worst value among them, None where no body is.
        case: the class in which it is ranked (規模別), or that it is unknown or none fits; None where all are ranked
            together.
        of_run: the bodies rank each other; False where the body was placed by stored cut-offs.
    """

    value: ReadValue
    rank: int | None
    size: int
    step: str
    inside: int
    cutoff: Fraction | None
    lower_is_better: bool
    of_run: bool
    case: str | None = None


@dense
class Reason:
    """How a condition, or a part of one, came out for a body.

    Attributes:
        kind: ``answer fact met compare rank class count every some not``.
        text: the condition in the words of the language.
        readings: the values and facts that this part itself read.
        bar: what it was held against, where that is made with a standard deviation.
        parts: the conditions it is made of.
    """

    kind: str
    text: str
    truth: bool | None
    readings: tuple[ReadValue, ...] = ()
    placing: Placing | None = None
    parts: tuple["Reason", ...] = ()
    bar: BarReading | None = None


@dense(eq=False)
class ReasonReader:
    """Reads what one body's conditions came to, each value once."""

    body: BodyRead
    _values: dict[Value, ReadValue] = field(factory=dict, init=False)

    def value(self, value: Value) -> ReadValue:
        """A value as it was computed."""
        reading = self._values.get(value)
        if reading is None:
            unit = str(value.unit) if value.unit.powers else ""
            members = self.body.members(value.column) if isinstance(value, FactValue) and value.fact.members else None
            then = self.body.figure_then(value.column) if isinstance(value, FactValue) and value.fact.then else None
            self._values[value] = reading = ReadValue(self._name(value), self.body.value(value), unit, members, then)
        return reading

    def _name(self, value: Value) -> str:
        if not isinstance(value, Constant) or not value.name:
            return describe_value(value)
        return f"定数 {value.name}{'（試算の値）' if value.name in self.body.program.trial else ''}"

    def parts(self, value: Value) -> tuple[ReadValue, ...]:
        """The facts, points and 定数 that a value is made of."""
        match value:
            case Constant(name=name) if name:
                return (self.value(value),)
            case FactValue() | PreviousScore() | ScoreValue() | Statistic() | RankValue():
                return (self.value(value),)
            case Constant() | Sum() | Product() | Extremum() | Rounded():
                return tuple(reading for part in parts_of(value) for reading in self.parts(part))
            case _:
                assert_never(value)

    def reason(self, condition: Condition) -> Reason:
        """How a condition of the program came out."""
        truth, text = self.body.holds(condition), describe_condition(condition)
        match condition:
            case Met():
                return Reason("met", text, truth)
            case AnswerTo():
                return Reason("answer", text, truth)
            case FactHolds():
                return Reason("fact", text, truth)
            case Compare():
                readings = (*self.parts(condition.left), *self.parts(condition.right))
                written = (side for side in (condition.left, condition.right) if not isinstance(side, Constant))
                return Reason("compare", text, truth, tuple(dict.fromkeys((*readings, *map(self.value, written)))))
            case Within():
                subset = condition.ranking.subset
                parts = () if subset is None else (self.reason(subset),)
                return Reason("rank", text, truth, self.parts(condition.ranking.value), self.placing(condition), parts)
            case Every(bar=DeviationBar() as bar) | Some(bar=DeviationBar() as bar):
                read = read_bar(self.body, condition, bar)
                kind = "every" if isinstance(condition, Every) else "some"
                return Reason(kind, text, truth, parts=tuple(map(self.reason, condition.parts)), bar=read)
            case Every(parts=inner):
                return Reason("every", text, truth, parts=tuple(map(self.reason, inner)))
            case Some(table=ClassTable() as table):
                cases = [case for case in table.cases if self.body.holds(case[0])] or table.cases
                reasons = tuple(self.reason(part) for case in cases for part in case)
                return Reason("some", text, truth, parts=reasons)
            case Some(parts=inner):
                return Reason("some", text, truth, parts=tuple(map(self.reason, inner)))
            case InClass():
                return Reason("class", text, truth, self.parts(condition.classification.value))
            case Tally(parts=inner):
                return Reason("count", text, truth, parts=tuple(map(self.reason, inner)))
            case Negation(part):
                return Reason("not", text, truth, parts=(self.reason(part),))
            case _:
                assert_never(condition)

    def placing(self, within: Within) -> Placing:
        """Where the body stands in a ranking, and where the step ends."""
        ranking, standing = within.ranking, self.body.standing(within)
        reading = self.value(ranking.value)
        return Placing(
            value=ReadValue(ranking.text, reading.value, reading.unit),
            rank=standing.rank,
            size=standing.size,
            case=None if ranking.by is None else _class_name(ranking.by, standing.number),
            step=within.label,
            inside=standing.cutoff.inside,
            cutoff=standing.cutoff.value,
            lower_is_better=ranking.lower_is_better,
            of_run=standing.of_run,
        )


def _class_name(by: Classification, number: int) -> str:
    if number >= 0:
        return by.cases[number][0]
    return "該当する区分なし" if number == NO_CLASS else "不明"


# JSON


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as JSON."""
    data: dict[str, Any] = {"kind": reason.kind, "text": reason.text, "truth": reason.truth}
    if reason.readings:
        data["readings"] = [reading_json(reading) for reading in reason.readings]
    if reason.placing:
        placing = reason.placing
        data["placing"] = {
            "value": reading_json(placing.value),
            "rank": placing.rank,
            "n": placing.size,
            "step": placing.step,
            "in": placing.inside,
            "cutoff": None if placing.cutoff is None else str(placing.cutoff),
            "direction": "lower" if placing.lower_is_better else "higher",
            **({} if placing.case is None else {"class": placing.case}),
        }
    if reason.bar:
        data["bar"] = reason.bar.to_json()
    if reason.parts:
        data["parts"] = [reason_json(part) for part in reason.parts]
    return data


def reading_json(reading: ReadValue) -> dict[str, Any]:
    """A value that was read, as JSON."""
    value = None if reading.value is None else str(reading.value)
    data: dict[str, Any] = {"name": reading.name, "value": value, "unit": reading.unit}
    if reading.members is not None:
        least, most = (None if end is None else str(end) for end in (reading.members.least, reading.members.most))
        known, size = reading.members.known, reading.members.size
        data["members"] = {"n": size, "known": known, "least": least, "most": most}
        if reading.members.named:
            data["members"]["named"] = list(reading.members.named)
        if reading.members.bar is not None:
            data["members"]["bar"] = reading.members.bar.to_json()
    if reading.then is not None:
        told = reading.then
        data["then"] = {"year": told.year, "file": told.file, "n": told.bodies, "in": told.inside}
    return data
