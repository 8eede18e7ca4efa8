"""What a body lacks for a condition: which answer, which value by how much, how many places of a rank.

Read off the columns of the run, as traces are.
"""

from fractions import Fraction
from typing import Any, Final

from attrs import evolve, field, frozen

from haiten.compiler.describe import describe_condition, show_number
from haiten.compiler.program import (
    AnswerTo,
    Compare,
    Condition,
    Constant,
    Every,
    FactHolds,
    InClass,
    Met,
    Negation,
    Some,
    Tally,
    Within,
)
from haiten.scoring.reasons import Placing, Reader, Reading
from haiten.scoring.scores import Scores

_MEETS: Final = {"以上": "以上", "超": "を超える", "以下": "以下", "未満": "未満", "と等しい": "と等しい"}
_FAILS: Final = {"以上": "未満", "超": "以下", "以下": "を超える", "未満": "以上", "と等しい": "と異なる"}


@frozen
class Distance:
    """How far a value is from what is needed.

    Attributes:
        value: what is known of the body; None where it is unknown.
        goal: the threshold, or the worst value within a step; None where there is none.
        unit: of both.
        rank, inside, size: place in the ranking, bodies within the step, bodies ranked; None for a threshold.
    """

    name: str
    value: Fraction | None
    goal: Fraction | None
    unit: str
    rank: int | None = None
    inside: int | None = None
    size: int | None = None

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
        case Every(parts) | Some(parts):
            inner = [lacks(scores, body, part, want=want) for part in parts]
            if isinstance(condition, Every) is want:
                return tuple(lack for found in inner for lack in found)
            return (_any(inner, unknown),)
        case Tally(parts=parts):
            held = sum(bool(run.holds(part).certain[body]) for part in parts)
            text = condition.text if want else f"{condition.text} でない"
            return (Lack("count", f"{text}（いま{held}つ）", unknown),)
    raise AssertionError(condition)


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
    reader = Reader(scores, body)
    left, right = reader.value(compare.left), reader.value(compare.right)
    words = (_MEETS if want else _FAILS)[compare.operator]
    named = not isinstance(compare.right, Constant)
    goal = f"{right.name}（{right.shown}）" if named else right.shown
    distance = Distance(left.name, left.value, right.value, left.unit)
    return Lack("value", f"{left.name} {left.shown} → {goal}{words}{_short(distance)}", unknown, distance)


def _short(distance: Distance) -> str:
    short = distance.short
    return f"（あと{show_number(short)}{distance.unit}）" if short else ""


def _rank(scores: Scores, body: int, within: Within, unknown: bool, want: bool) -> tuple[Lack, ...]:
    subset = within.ranking.subset
    first = lacks(scores, body, subset) if subset is not None and want else ()
    reader = Reader(scores, body)
    placing, value = reader.placing(within), reader.value(within.ranking.value)
    if placing.of_run and len(scores.bodies) == 1:  # it would be ranked against itself
        placing = evolve(placing, rank=None, cutoff=None)
    distance = Distance(
        placing.value.name, value.value, placing.cutoff, value.unit, placing.rank, placing.inside, placing.size
    )
    name = f"{placing.value.name} {value.shown}" if value.value is not None else f"{placing.value.name}（不明）"
    step = within.label if within.ranking.by is None else f"{within.ranking.by.name}別 {within.label}"
    text = f"{name} → {step}{'' if want else ' でない'}{_boundary(placing, value, distance)}"
    return (*first, Lack("rank", text, unknown, distance))


def _boundary(placing: Placing, value: Reading, distance: Distance) -> str:
    """Where the step ends, and how far away that is."""
    parts: list[str] = []
    if placing.cutoff is not None:
        words = "以下" if placing.lower_is_better else "以上"
        parts.append(f"{show_number(placing.cutoff)}{value.unit}{words}")
    if distance.short and placing.cutoff is not None:
        parts.append(f"あと{show_number(distance.short)}{value.unit}")
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
    if distance.size is not None:
        data |= {"rank": distance.rank, "in": distance.inside, "n": distance.size}
    return data
