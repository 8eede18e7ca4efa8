"""Random conditions and values, as syntax trees; they refer only to what was written before them."""

import random
from decimal import Decimal
from itertools import pairwise
from typing import Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.labels import follows, label_number
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.compiler.syntax.rulebook import Level

NOWHERE: Final = Span(Source("random", ""), 0, 0)
NUMBERS: Final = {"人口": "人", "給付費": "円", "率": "%", "割合": "%"}
BOUNDS: Final = {"%": "目標値", "円": "基準額"}  # 定数, by unit
CASES: Final = ("大", "中", "小")
STEPS: Final = (("7", "割"), ("5", "割"), ("10", "%"), ("30", "%"), ("1", "位"), ("2", "位"))
DECIMALS: Final = (0, 0, 1, 2, 10)
YEARS: Final = ("前年度", "前々年度", "令和5年度", "令和3年度")
DEEP: Final = 0.15  # how often a のうち has others on both sides


def name(value: str) -> ex.Name:
    """A name."""
    return ex.Name(value, NOWHERE)


def quantity(value: int, unit: str) -> ex.Quantity:
    """A number with its unit; of %, halves."""
    return ex.Quantity(Decimal(value) / 2, unit, NOWHERE) if unit == "%" else ex.Quantity(Decimal(value), unit, NOWHERE)


def path_ref(path: str) -> ex.Target:
    """A canonical path as it is written; that of a grant is a single name."""
    labels = tuple(path.split("."))
    return ex.PathRef(labels, NOWHERE) if len(labels) > 1 else ex.Name(path, NOWHERE)


@frozen
class Phrases:
    """Grows conditions from a source of chance.

    Attributes:
        leaves: the leaves that may be referred to by now; ``nodes``: all nodes.
        locals: local names with their units that are known where a condition stands.
        rests: what may be left out of 全体 there, one choice of nodes each; empty where 全体 cannot be read.
    """

    draw: random.Random
    leaves: list[str] = field(factory=list)
    nodes: list[str] = field(factory=list)
    locals: list[tuple[str, str]] = field(factory=list)
    rests: list[tuple[str, ...]] = field(factory=list)

    # References

    def reference(self, path: str, at: str) -> ex.Target:
        """A path in full, or as short as it may be written below ``at``."""
        shorter = [
            tuple(path.removeprefix(f"{above}.").split("."))
            for above in _above(at)
            if path.startswith(f"{above}.") and _begins_a_path(path.removeprefix(f"{above}."))
        ]
        chosen = self.draw.choice([None, *shorter])
        return path_ref(path) if chosen is None else ex.PathRef(chosen, NOWHERE)

    def runs(self) -> list[list[str]]:
        """Leaves of one parent that follow each other, two or more."""
        runs: list[list[str]] = []
        for before, after in pairwise([None, *self.leaves]):
            assert after is not None
            if before is not None and _follows(before, after) and not self._between(before, after):
                runs[-1].append(after)
            else:
                runs.append([after])
        return [run for run in runs if len(run) > 1]

    def _between(self, before: str, after: str) -> bool:
        """Whether a branch without a verdict (未公表) stands between two items, which a range would take in."""
        first, last = (self.nodes.index(path) for path in (before, after))
        return any(_parent(path) == _parent(before) for path in self.nodes[first + 1 : last])

    def members(self, at: str) -> ex.Members:
        """A list of items and facts, or a range with or without more."""
        draw, runs = self.draw, self.runs()
        if not runs or draw.random() < 0.4:
            return ex.Members(tuple(self.atom(at) for _ in range(draw.randint(2, 3))), NOWHERE)
        own = [run for run in runs if _parent(run[0]) == _parent(at)]
        run = draw.choice(own or runs)
        first = draw.randrange(len(run) - 1)
        last = draw.randrange(first + 1, len(run))
        # From a label to a later one: both ends are written as short as the other.
        short = _begins_a_path(run[0].removeprefix(f"{_parent(at)}.")) and _parent(run[0]) == _parent(at)
        ends = (run[first], run[last])
        written = tuple(
            ex.PathRef((end.rpartition(".")[2],) if short else tuple(end.split(".")), NOWHERE) for end in ends
        )
        more = tuple(self.atom(at) for _ in range(draw.randrange(2)))
        return ex.Members((ex.as_range(written[0], written[1]), *more), NOWHERE)

    def atom(self, at: str) -> ex.Target:
        """An item, or a yes/no fact."""
        named = [leaf for leaf in self.leaves if "." in leaf]
        if named and self.draw.random() < 0.5:
            return self.reference(self.draw.choice(named), at)
        return name(self.draw.choice(["過疎", "離島"]))

    # Values

    def score(self, at: str) -> ex.Score:
        """Points of a node, or of all less some."""
        draw = self.draw
        if self.rests and (not self.nodes or draw.random() < 0.7):
            excluded = tuple(self.reference(path, at) for path in draw.choice(self.rests))
            return ex.Score(ex.Whole(excluded, NOWHERE), NOWHERE)
        return ex.Score(self.reference(draw.choice(self.nodes), at), NOWHERE)

    def value(self, at: str, depth: int = 2) -> tuple[ex.Expression, str]:
        """A value and its unit."""
        draw = self.draw
        kind = draw.randrange(13 if depth else 2)
        if (kind == 2 and self.nodes) or (self.rests and draw.random() < 0.5):
            return self.score(at), "点"
        if kind == 3:
            return ex.Arithmetic(name("給付費"), (("÷", name("人口")),), NOWHERE), "円/人"
        if kind == 4:
            before, unit = self.value_of_a_body(at, depth - 1) if depth and draw.random() < 0.5 else self.number()
            return ex.Previous(before, NOWHERE, draw.choice(YEARS)), unit
        if kind == 5:
            operator = draw.choice("＋－")
            return ex.Arithmetic(name("率"), ((operator, ex.Previous(name("率"), NOWHERE)),), NOWHERE), "%"
        if kind == 6:
            inner, _ = self.value(at, depth - 1)
            return ex.Call("順位", (inner,), NOWHERE), "位"
        if kind == 7:
            inner, unit = self.value(at, depth - 1)
            return ex.Call(draw.choice(["全国平均", "全国中央値"]), (inner,), NOWHERE), unit
        if kind == 8:
            inner, unit = self.value(at, depth - 1)
            return ex.Rounding(draw.choice(list(RoundingWay)), inner, draw.choice(DECIMALS), NOWHERE), unit
        if kind == 9:
            return ex.Call(draw.choice(["最大", "最小"]), (name("率"), name("割合"), quantity(3, "%")), NOWHERE), "%"
        if kind == 10 and self.nodes:
            score = self.score(at)
            ranked = ex.Call("順位", (score,), NOWHERE)
            year = draw.choice(YEARS)
            return draw.choice([(ex.Previous(score, NOWHERE, year), "点"), (ex.Previous(ranked, NOWHERE, year), "位")])
        if kind >= 11 and self.locals:
            local, unit = draw.choice(self.locals)
            return name(local), unit
        return self.number()

    def number(self) -> tuple[ex.Expression, str]:
        """A fact and its unit."""
        chosen = self.draw.choice(list(NUMBERS))
        return name(chosen), NUMBERS[chosen]

    def value_of_a_body(self, at: str, depth: int) -> tuple[ex.Expression, str]:
        """A value that is known of another year too: made of facts and points of the body."""
        while True:
            value, unit = self.value(at, depth)
            parts = list(ex.walk_parts(value))
            calls = {part.function for part in parts if isinstance(part, ex.Call)}
            names = {part.value for part in parts if isinstance(part, ex.Name)}
            named = any(isinstance(part, ex.Previous) and part.year not in YEARS[:2] for part in parts)
            if not named and not calls & {"全国平均", "全国中央値"} and names <= NUMBERS.keys():
                return value, unit

    def value_of_now(self, at: str) -> tuple[ex.Expression, str]:
        """A value of this year alone, which has figures of the year before."""
        while True:
            value, unit = self.value_of_a_body(at, 1)
            if not any(isinstance(part, ex.Previous) for part in ex.walk_parts(value)):
                return value, unit

    # Conditions

    def against_past_figure(self, at: str) -> ex.Comparison:
        """A value held against what it came to among the nation last year, or some part of that."""
        draw = self.draw
        value, _ = self.value_of_now(at)
        step, unit = draw.choice(STEPS)
        figure = draw.choice([f"上位{step}{unit}に当たる値", "全国平均", "全国中央値"])
        bar: ex.Expression = ex.PastFigure(figure, NOWHERE)
        if draw.random() < 0.3:
            bar = ex.Arithmetic(bar, (("×", ex.Quantity(Decimal("0.9"), "", NOWHERE)),), NOWHERE)
        return ex.Comparison(value, draw.choice(list(Operator)), bar, NOWHERE)

    def within(self, at: str) -> ex.WithinTop:
        """A rank, among all or by class."""
        ranked, _ = self.value(at)
        step, unit = self.draw.choice(STEPS)
        return ex.WithinTop(ranked, Decimal(step), unit, self.draw.choice([None, None, "規模"]), NOWHERE)

    def against_deviation(self, value: ex.Expression, at: str) -> ex.Comparison:
        """A value held against its mean and some standard deviations of it, on whichever side they stand."""
        draw = self.draw
        deviation: ex.Expression = ex.Call("全国標準偏差", (value,), NOWHERE)
        if draw.random() < 0.8:
            count = ex.Quantity(Decimal(draw.choice(["1", "2", "0.5", "1.5"])), "", NOWHERE)
            deviation = ex.Arithmetic(count, (("×", deviation),), NOWHERE)
        mean = ex.Call("全国平均", (value,), NOWHERE)
        bar: ex.Expression = ex.Arithmetic(mean, ((draw.choice("＋－"), deviation),), NOWHERE)
        if draw.random() < 0.2:
            bar = deviation
        sides = (value, bar) if draw.random() < 0.8 else (bar, value)
        return ex.Comparison(sides[0], draw.choice(list(Operator)), sides[1], NOWHERE)

    def by_class(self, at: str) -> ex.ByClass:
        """A bar for each class, or for some and all others."""
        draw = self.draw
        value, unit = self.value(at)
        named: list[str | None] = [*draw.sample(CASES, 3 if draw.random() < 0.5 else draw.randint(1, 2))]
        cases = named if len(named) == 3 else [*named, None]
        draw.shuffle(cases)
        bars = tuple((case, draw.choice(list(Operator)), quantity(draw.randrange(6), unit)) for case in cases)
        return ex.ByClass(value, "規模", bars, NOWHERE)

    def among(self, at: str, depth: int) -> ex.Among:
        """A のうち; some stand within each other, with ranks on either side."""
        draw = self.draw
        if draw.random() < DEEP or not depth:
            ranked = draw.random() < 0.5
            inner = ex.Among(self.within(at), self.within(at) if ranked else self.atom(at), NOWHERE)
            left: ex.Expression = self.within(at) if draw.random() < 0.3 else self.atom(at)
            if depth:
                return ex.Among(left, draw.choice([inner, self.among(at, depth - 1)]), NOWHERE)
            return ex.Among(left, inner, NOWHERE)
        left = self.condition(at, depth - 1) if draw.random() < 0.3 else self.atom(at)
        return ex.Among(left, self.condition(at, depth - 1), NOWHERE)

    def condition(self, at: str, depth: int = 3) -> ex.Expression:
        """A condition of the leaf at a path."""
        draw = self.draw
        kind = draw.randrange(10 if depth else 4)
        match kind:
            case 0:
                return self.atom(at)
            case 1:
                left, unit = self.value(at)
                if draw.random() < 0.2:
                    left, unit = self.value_of_a_body(at, 1)
                    before = ex.Previous(left, NOWHERE, draw.choice(YEARS))
                    beyond = draw.choice([Operator.ABOVE, Operator.BELOW])
                    return ex.Comparison(left, beyond, before, NOWHERE, brief=draw.random() < 0.7)
                if draw.random() < 0.15:
                    return self.against_past_figure(at)
                if draw.random() < 0.2:
                    return self.against_deviation(left, at)
                bound: ex.Expression = quantity(draw.randrange(6), unit)
                if unit in BOUNDS and draw.random() < 0.3:
                    constant = name(BOUNDS[unit])
                    bound = constant if draw.random() < 0.5 else ex.Arithmetic(constant, (("＋", bound),), NOWHERE)
                return ex.Comparison(left, draw.choice(list(Operator)), bound, NOWHERE)
            case 2:
                return self.within(at)
            case 3 if draw.random() < 0.5:
                return self.by_class(at)
            case 3:
                return ex.ClassIs(name("規模"), draw.choice(CASES), NOWHERE)
            case 4:
                return ex.Not(self.condition(at, depth - 1), NOWHERE)
            case 5:
                return self.among(at, depth - 1)
            case 6 | 7:
                operator = draw.choice(list(Operator))
                counted: ex.Expression = self.members(at) if draw.random() < 0.85 else self.within(at)
                return ex.CountAmong(counted, operator, draw.randrange(4), NOWHERE)
            case 8:
                return ex.Answer(NOWHERE)
            case _:
                operands = tuple(self.condition(at, depth - 1) for _ in range(draw.randint(2, 3)))
                return ex.Junction(draw.choice(["かつ", "又は"]), operands, NOWHERE)

    def requirement(self, at: str) -> ex.Expression | None:
        """What a leaf asks for; None where the survey alone is asked."""
        chance = self.draw.random()
        if chance < 0.27:
            return None
        return ex.Not(ex.Answer(NOWHERE), NOWHERE) if chance < 0.34 else self.condition(at)


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _above(path: str) -> list[str]:
    labels = path.split(".")[:-1]
    return [".".join(labels[:n]) for n in range(len(labels), 0, -1)]


def _begins_a_path(path: str) -> bool:
    """Whether a short path may begin so: with a katakana or a circled number."""
    return any(label_number(level, path.partition(".")[0]) is not None for level in (Level.ITEM, Level.SUBITEM))


def _follows(path: str, other: str) -> bool:
    """Whether the second of two paths has the next label below the same parent."""
    (above, _, label), (beside, _, behind) = path.rpartition("."), other.rpartition(".")
    return above == beside and follows(Level(path.count(".")), label, behind)
