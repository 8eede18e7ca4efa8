"""What a body lacks for a condition: which answer, which value by how much, how many places of a rank.

Read off the columns of the run, as traces are.
"""

from fractions import Fraction
from typing import Any, Final, assert_never

from attrs import evolve, field

from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_condition, show_number
from haiten.compiler.program.terms import (
    AnswerTo,
    ClassTable,
    Compare,
    Condition,
    Constant,
    DeviationBar,
    Every,
    FactHolds,
    InClass,
    Met,
    Negation,
    Some,
    Tally,
    Value,
    Within,
)
from haiten.compiler.syntax.operators import Operator, at_good_end
from haiten.scoring.explaining.body_read import OneOf
from haiten.scoring.explaining.deviations import read_bar
from haiten.scoring.explaining.reasons import Placing, ReadValue, ReasonReader, reading_json
from haiten.scoring.running.scores import Scores
from haiten.tabulation.gaps.counts import CountNeeded, count_json, count_needed, may_count
from haiten.tabulation.gaps.reached import is_whole

_WORDS: Final = {None: "と異なる", Operator.ABOVE: "を超える"}


@frozen
class Distance:
    """How far a value is from what is needed.

    Attributes:
        value: what is known of the body; None where it is unknown.
        goal: the threshold, or the worst value within a step; None where there is none.
        unit: of both.
        rank, inside, size: place in the ranking, bodies within the step, bodies ranked; None for a threshold.
        strict: whether the goal itself is not enough.
        readings: the facts and points that the value is made of; empty where it is itself one.
        count: how many of a fact make the value reach the goal; None where no one fact does.
    """

    name: str
    value: Fraction | None
    goal: Fraction | None
    unit: str
    rank: int | None = None
    inside: int | None = None
    size: int | None = None
    strict: bool = False
    readings: tuple[ReadValue, ...] = ()
    count: CountNeeded | None = None

    @property
    def short(self) -> Fraction | None:
        """How much is lacking; None where it cannot be said."""
        return None if self.value is None or self.goal is None else abs(self.goal - self.value)

    @property
    def overtaking(self) -> Fraction | None:
        """The share of the ranked bodies that stand between the body and the step."""
        if self.rank is None or self.inside is None or not self.size:
            return None
        return Fraction(max(self.rank - self.inside, 0), self.size)


@frozen
class Lack:
    """A part of a condition that does not hold (or is not known to).

    Attributes:
        kind: ``answer fact met value rank class count any``; ``any``: one of ``parts`` is enough.
        text: what is needed, in Japanese.
        unknown: it is not known whether it holds.
    """

    kind: str
    text: str
    unknown: bool
    distance: Distance | None = None
    parts: tuple["Lack", ...] = field(default=())


def lacks(scores: Scores, body: int, condition: Condition, *, want: bool = True) -> tuple[Lack, ...]:
    """All that must still change so that a condition comes out as wanted; empty where it does."""
    run = scores.run
    truth = run.holds(condition)
    certain, possible = bool(truth.certain[body]), bool(truth.possible[body])
    if certain == possible == want:
        return ()
    unknown = certain != possible
    match condition:
        case AnswerTo():
            return (Lack("answer", "この取組を行う" if want else "該当でなくなる", unknown),)
        case FactHolds(fact=fact):
            return (Lack("fact", f"{fact.name} が{'該当' if want else '非該当'}", unknown),)
        case Met(path=path):
            return (Lack("met", f"{path} を満たす" if want else f"{path} を満たさない", unknown),)
        case InClass():
            return (Lack("class", describe_condition(condition) + ("" if want else " でない"), unknown),)
        case Compare():
            return (_value(scores, body, condition, unknown, want),)
        case Within():
            return _rank(scores, body, condition, unknown, want)
        case Negation(part):
            return lacks(scores, body, part, want=not want)
        case Some(table=ClassTable() as table) if asked := [a for held, a in table.cases if run.decided(held, body)]:
            return lacks(scores, body, asked[0], want=want)
        case Every(bar=DeviationBar() as bar) | Some(bar=DeviationBar() as bar):
            return (_against(scores, body, condition, bar, unknown, want),)
        case Every(parts) | Some(parts):
            inner = [lacks(scores, body, part, want=want) for part in parts]
            if isinstance(condition, Every) is want:
                return tuple(lack for found in inner for lack in found)
            return (_any(inner, unknown),)
        case Tally(parts=parts):
            held = sum(bool(run.holds(part).certain[body]) for part in parts)
            text = condition.text if want else f"{condition.text} でない"
            return (Lack("count", f"{text}（いま{held}つ）", unknown),)
        case _:
            assert_never(condition)


def _any(choices: list[tuple[Lack, ...]], unknown: bool) -> Lack:
    """One of some ways is enough."""
    ways = [_joined(choice) for choice in choices if choice]
    return (
        ways[0] if len(ways) == 1 else Lack("any", " 又は ".join(way.text for way in ways), unknown, parts=tuple(ways))
    )


def _joined(lacking: tuple[Lack, ...]) -> Lack:
    if len(lacking) == 1:
        return lacking[0]
    return Lack(
        "every", "（" + "、".join(lack.text for lack in lacking) + "）", any(x.unknown for x in lacking), parts=lacking
    )


def _value(scores: Scores, body: int, compare: Compare, unknown: bool, want: bool) -> Lack:
    reader = ReasonReader(OneOf(scores, body))
    left, right = reader.value(compare.left), reader.value(compare.right)
    operator = compare.operator if want else compare.operator.opposite  # None: any other value will do
    threshold, count = right.value, None
    if isinstance(compare.right, Constant):
        count = count_needed(reader, compare.left, operator, compare.right.value)
        whole = operator.nearest_whole(compare.right.value) if operator and is_whole(compare.left) else None
        if operator and whole is not None and whole != compare.right.value:  # what can be reached: 0件超 is 1件以上
            threshold, operator = Fraction(whole), operator.loosened[-1]
        goal = ReadValue(right.name, threshold, right.unit).shown
        goal += f"（{right.name}）" if compare.right.name and threshold == right.value else ""
    else:
        goal = f"{right.name}（{right.shown}）"
    distance = Distance(
        left.name,
        left.value,
        threshold,
        left.unit,
        strict=operator is None or operator.strict,
        readings=_made_of(reader, compare.left),
        count=count,
    )
    more = [_amount(distance)] if distance.short else []
    more += [count.text] if count else []
    text = f"{left.name} {left.shown}{_told(distance)} → {goal}{_WORDS.get(operator, operator)}"
    return Lack("value", text + (f"（{'、'.join(more)}）" if more else ""), unknown, distance)


def _against(scores: Scores, body: int, condition: Every | Some, bar: DeviationBar, unknown: bool, want: bool) -> Lack:
    """A comparison with 全国標準偏差, in its own words and not in those of the squares that decide it."""
    read = OneOf(scores, body)
    held, reader = read_bar(read, condition, bar), ReasonReader(read)
    compared = condition.parts[0]
    assert isinstance(compared, Compare), compared
    own = [reading for reading in reader.parts(compared.left) if reading.name != held.names[0]]
    told = [*(f"{reading.name} {reading.shown}" for reading in own), *([held.told] if held.told else [])]
    text = describe_condition(condition) + ("" if want else " でない")
    return Lack("value", f"{text}（{'、'.join(told)}）" if told else text, unknown)


def _made_of(reader: ReasonReader, value: Value) -> tuple[ReadValue, ...]:
    """The facts and points that a value is made of, each once; empty where it is itself one."""
    parts = tuple(dict.fromkeys(reader.parts(value)))
    return () if parts == (reader.value(value),) else parts


def _told(distance: Distance) -> str:
    readings = "、".join(f"{reading.name} {reading.shown}" for reading in distance.readings)
    return f"（{readings}）" if readings else ""


def _amount(distance: Distance) -> str:
    """How much is lacking; between percentages, in ポイント."""
    assert distance.short is not None
    return f"あと{show_number(distance.short)}{'ポイント' if distance.unit == '%' else distance.unit}"


def _rank(scores: Scores, body: int, within: Within, unknown: bool, want: bool) -> tuple[Lack, ...]:
    ranking = within.ranking
    first = lacks(scores, body, ranking.subset) if ranking.subset is not None and want else ()
    reader = ReasonReader(OneOf(scores, body))
    placing, value = reader.placing(within), reader.value(ranking.value)
    if placing.of_run and len(scores.bodies) == 1:  # it would be ranked against itself
        placing = evolve(placing, rank=None, cutoff=None)
    count, good_end = None, at_good_end(lower_is_better=placing.lower_is_better)
    if want and not first and placing.cutoff is not None and may_count(scores, ranking):
        count = count_needed(reader, ranking.value, good_end, placing.cutoff)
    distance = Distance(
        placing.value.name,
        value.value,
        placing.cutoff,
        value.unit,
        placing.rank,
        placing.inside,
        placing.size,
        readings=_made_of(reader, ranking.value),
        count=count,
    )
    unit = value.shown if value.value is not None or distance.readings else ""
    name = f"{placing.value.name} {unit}{_told(distance)}" if unit else f"{placing.value.name}（不明）"
    step = within.label if ranking.by is None else f"{ranking.by.name}別 {within.label}"
    text = f"{name} → {step}{'' if want else ' でない'}{_boundary(placing, value, distance)}"
    return (*first, Lack("rank", text, unknown, distance))


def _boundary(placing: Placing, value: ReadValue, distance: Distance) -> str:
    """Where the step ends, and how far away that is."""
    parts: list[str] = []
    if placing.cutoff is not None:
        words = at_good_end(lower_is_better=placing.lower_is_better)
        parts.append(f"{show_number(placing.cutoff)}{value.unit}{words}")
    if distance.short and placing.cutoff is not None:
        parts.append(_amount(distance))
    if distance.count is not None:
        parts.append(distance.count.text)
    if placing.rank is not None:
        parts.append(f"{placing.size:,}団体の{placing.rank:,}位から{placing.inside:,}位まで")
    return f"（{'、'.join(parts)}）" if parts else ""


def lack_json(lack: Lack) -> dict[str, Any]:
    """A lack as JSON."""
    data: dict[str, Any] = {"kind": lack.kind, "text": lack.text, "unknown": lack.unknown}
    if lack.distance is not None:
        data["distance"] = _distance_json(lack.distance)
    if lack.parts:
        data["parts"] = [lack_json(part) for part in lack.parts]
    return data


def _distance_json(distance: Distance) -> dict[str, Any]:
    data: dict[str, Any] = {"name": distance.name, "unit": distance.unit}
    for name in ("value", "goal", "short"):
        figure = getattr(distance, name)
        data[name] = None if figure is None else str(figure)
    data["strict"] = distance.strict
    if distance.readings:
        data["readings"] = [reading_json(reading) for reading in distance.readings]
    if distance.count is not None:
        data["count"] = count_json(distance.count)
    if distance.size is not None:
        data |= {"rank": distance.rank, "in": distance.inside, "n": distance.size}
    return data
