"""Random rulebooks, as syntax trees.

A tree is printed and read like any other file. Points are counted bottom-up, so that every total balances; conditions
refer only to what was written before them, so that nothing waits for itself.
"""

import random
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from haiten.compiler import expressions as ex
from haiten.compiler import syntax as s
from haiten.compiler.labels import label_at, label_number
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import Level, Mode

NOWHERE: Final = Span(Source("random", ""), 0, 0)
CITED: Final = (s.Citation("source", "要綱", None, NOWHERE),)
NUMBERS: Final = {"人口": "人", "給付費": "円", "率": "%", "割合": "%"}
CASES: Final = ("大", "中", "小")


def text(value: str) -> s.Text:
    """A text with its source."""
    return s.Text(value, CITED, NOWHERE)


def points(value: int) -> s.Points:
    """Points with their source."""
    return s.Points(value, CITED, NOWHERE)


def name(value: str) -> ex.Name:
    """A name."""
    return ex.Name(value, NOWHERE)


def quantity(value: int, unit: str) -> ex.Quantity:
    """A number with its unit; of %, halves."""
    return ex.Quantity(Decimal(value) / 2, unit, NOWHERE) if unit == "%" else ex.Quantity(Decimal(value), unit, NOWHERE)


def fact(name: str, unit: str, low: int | None, decimals: int, lower: bool) -> s.FactDecl:
    """A declaration of a fact."""
    bound = None if low is None else Decimal(low)
    return s.FactDecl(name, unit, bound, None, decimals, lower, None, CITED, NOWHERE)


FACTS: Final = (
    fact("人口", "人", 1, 0, False),
    fact("給付費", "円", 0, 1, False),
    fact("率", "%", None, 1, True),
    fact("割合", "%", None, 1, False),
    fact("過疎", "該当", None, 0, False),
    fact("離島", "該当", None, 0, False),
)
CLASSES: Final = s.ClassDecl(
    "規模",
    name("人口"),
    (
        s.ClassCase("大", (("以上", quantity(4, "人")),), NOWHERE),
        s.ClassCase("中", (("以上", quantity(2, "人")), ("未満", quantity(4, "人"))), NOWHERE),
        s.ClassCase("小", (("以下", quantity(1, "人")), ("超", quantity(0, "人"))), NOWHERE),
    ),
    NOWHERE,
)


@frozen
class _Grower:
    """Grows a rulebook from a source of chance; ``leaves`` and ``nodes`` are what may be referred to by now."""

    draw: random.Random
    leaves: list[str] = field(factory=list)
    nodes: list[str] = field(factory=list)

    def reference(self, path: str) -> ex.PathRef:
        return ex.PathRef(tuple(path.split(".")), NOWHERE)

    # Expressions

    def value(self, depth: int = 2) -> tuple[ex.Expression, str]:
        """A value and its unit."""
        draw = self.draw
        kind = draw.randrange(10 if depth else 2)
        if kind == 2 and self.nodes:
            return ex.Score(self.reference(draw.choice(self.nodes)), NOWHERE), "点"
        if kind == 3:
            return ex.Arithmetic(name("給付費"), (("÷", name("人口")),), NOWHERE), "円/人"
        if kind == 4:
            return ex.Previous(name("率"), NOWHERE), "%"
        if kind == 5:
            operator = draw.choice("＋－")
            return ex.Arithmetic(name("率"), ((operator, ex.Previous(name("率"), NOWHERE)),), NOWHERE), "%"
        if kind == 6:
            inner, _ = self.value(depth - 1)
            return ex.Call("順位", (inner,), NOWHERE), "位"
        if kind == 7:
            inner, unit = self.value(depth - 1)
            return ex.Call(draw.choice(["全国平均", "全国中央値"]), (inner,), NOWHERE), unit
        if kind == 8:
            inner, unit = self.value(depth - 1)
            return ex.Rounding(draw.choice(["四捨五入", "切捨て"]), inner, draw.randrange(2), NOWHERE), unit
        if kind == 9:
            return ex.Call(draw.choice(["最大", "最小"]), (name("率"), name("割合"), quantity(3, "%")), NOWHERE), "%"
        chosen = draw.choice(list(NUMBERS))
        return name(chosen), NUMBERS[chosen]

    def atom(self) -> ex.Name | ex.PathRef:
        draw = self.draw
        if self.leaves and draw.random() < 0.5:
            return self.reference(draw.choice(self.leaves))
        return name(draw.choice(["過疎", "離島"]))

    def members(self) -> tuple[ex.Target | tuple[ex.Target, ex.Target], ...]:
        """What a count counts: single items, or a range of labels, maybe with one more behind it."""
        draw, ranges = self.draw, self.ranges()
        if not ranges or draw.random() < 0.5:
            return tuple(self.atom() for _ in range(draw.randint(2, 3)))
        first, last = draw.choice(ranges)
        return (ex.as_range(self.reference(first), self.reference(last)), *draw.choice([(), (self.atom(),)]))

    def ranges(self) -> list[tuple[str, str]]:
        """First and last of two or more leaves side by side of what may be referred to."""
        found: list[tuple[str, str]] = []
        for at, first in enumerate(self.leaves):
            for last, path in enumerate(self.leaves[at + 1 :], at + 1):
                if not _follows(self.leaves[last - 1], path):
                    break
                found.append((first, path))
        return found

    def condition(self, depth: int = 3) -> ex.Expression:
        draw = self.draw
        kind = draw.randrange(9 if depth else 4)
        match kind:
            case 0:
                return self.atom()
            case 1:
                left, unit = self.value()
                operator = draw.choice(["以上", "以下", "超", "未満", "と等しい"])
                return ex.Comparison(left, operator, quantity(draw.randrange(6), unit), NOWHERE)
            case 2:
                ranked, _ = self.value()
                step, unit = draw.choice([("7", "割"), ("5", "割"), ("10", "%"), ("30", "%"), ("1", "位"), ("2", "位")])
                return ex.Within(ranked, Decimal(step), unit, draw.choice([None, None, "規模"]), NOWHERE)
            case 3:
                return ex.ClassIs(name("規模"), draw.choice(CASES), NOWHERE)
            case 4:
                return ex.Not(self.condition(depth - 1), NOWHERE)
            case 5:
                return ex.Among(self.atom(), self.condition(depth - 1), NOWHERE)
            case 6:
                members = ex.Members(self.members(), NOWHERE)
                operator = draw.choice(["以上", "以下", "超", "未満", "と等しい"])
                return ex.CountAmong(members, operator, draw.randrange(4), NOWHERE)
            case 7:
                return ex.Answer(NOWHERE)
            case _:
                operands = tuple(self.condition(depth - 1) for _ in range(draw.randint(2, 3)))
                return ex.Junction(draw.choice(["かつ", "又は"]), operands, NOWHERE)

    # Nodes

    def node(self, level: Level, label: str, above: str, children: list[s.Node], leaf_points: int = 0) -> s.Node:
        """A node over children, with the maximum that they can reach in its mode."""
        draw, mode, cap, undisclosed = self.draw, Mode.SUM, None, None
        if not children:
            total = leaf_points
        else:
            maxima = [child.heading.points.value for child in children if child.heading.points]
            if level >= Level.GROUP and draw.random() < 0.1:
                undisclosed = s.Undisclosed(points(draw.randint(1, 4)), NOWHERE)
                maxima.append(undisclosed.points.value)
            total = sum(maxima)
            if level >= Level.INDICATOR:
                mode = draw.choice([Mode.SUM, Mode.SUM, Mode.ANY_ONE, Mode.CAP])
            if mode is Mode.ANY_ONE:
                total = max(maxima)
            elif mode is Mode.CAP:
                total = draw.randint(0, total)
                cap = s.Points(total, (), NOWHERE)
        heading = s.Heading(level, label, False, text(f"{label}の文"), points(total), mode, cap, None, NOWHERE)
        path = f"{above}.{label}".removeprefix(".")
        requirement = None
        if children:
            self.nodes.append(path)
        else:
            if draw.random() < 0.7:
                requirement = s.Requirement(self.condition(), (), NOWHERE)
            self.leaves.append(path)
            self.nodes.append(path)
        return s.Node(heading, requirement=requirement, undisclosed=undisclosed, children=tuple(children))

    def item(self, label: str, above: str) -> s.Node:
        path = f"{above}.{label}"
        if self.draw.random() < 0.3:
            leaves = [
                self.node(Level.SUBITEM, c, path, [], self.draw.randrange(4)) for c in "①②③"[: self.draw.randint(1, 3)]
            ]
            return self.node(Level.ITEM, label, above, leaves)
        return self.node(Level.ITEM, label, above, [], self.draw.randrange(5))

    def rulebook(self) -> s.Rulebook:
        draw = self.draw
        groups = []
        for group in ("(ⅰ)", "(ⅱ)")[: draw.randint(1, 2)]:
            above = f"推進.Ⅰ.{group}"
            indicators = []
            for number in range(1, draw.randint(2, 3)):
                path = f"{above}.{number}"
                items = [self.item(label, path) for label in "アイウ"[: draw.randint(1, 3)]]
                indicators.append(self.node(Level.INDICATOR, str(number), above, items))
            groups.append(self.node(Level.GROUP, group, "推進.Ⅰ", indicators))
        goal = self.node(Level.GOAL, "Ⅰ", "推進", groups)
        grants = [self.node(Level.GRANT, "推進", "", [goal])]
        if draw.random() < 0.4:
            same = s.Heading(Level.GOAL, "Ⅰ", False, None, None, Mode.SUM, None, self.reference("推進.Ⅰ"), NOWHERE)
            assert goal.heading.points
            heading = s.Heading(
                Level.GRANT, "支援", False, text("支援"), goal.heading.points, Mode.SUM, None, None, NOWHERE
            )
            grants.append(s.Node(heading, children=(s.Node(same),)))
        header = s.Header("令和6年度", "市町村", NOWHERE)
        source = s.SourceDecl("要綱", s.Text("要綱", (), NOWHERE), None, NOWHERE)
        return s.Rulebook(header, None, (source,), FACTS, (CLASSES,), tuple(grants))


def _follows(path: str, other: str) -> bool:
    """Whether the second of two paths has the next label below the same parent."""
    (above, _, label), (beside, _, behind) = path.rpartition("."), other.rpartition(".")
    level = Level(path.count("."))
    number = label_number(level, label)
    return above == beside and number is not None and label_at(level, number + 1) == behind


def grow(seed: int) -> s.Rulebook:
    """The rulebook of a seed: well-formed, of every form."""
    return _Grower(random.Random(seed)).rulebook()
