"""Random condition systems: small rulebooks whose conditions share facts, answers, classes, ranks and scores.

A *small* system reads each number on its own, so that all its sheets can be tried. A *rich* one also compares facts
with each other, adds and divides them, ranks the bodies and refers to scores.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import floor
from typing import Final

from attrs import field, frozen

from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
    Fact,
    FactHolds,
    FactValue,
    InClass,
)
from haiten.compiler.program.walk import conditions_in
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from

GROUP: Final = "推進.Ⅰ.(ⅰ)"
OPERATORS: Final = ("以上", "以下", "超", "未満", "と等しい")
RANGES: Final = {
    "甲": ("件 0以上 4以下", "件 1以上 4以下 小さいほど良い", "件 0以上 4以下 小さいほど良い"),
    "乙": ("件", "件 0以上", "件 4以下 小さいほど良い", "件 2以上 5以下"),
    "率": ("% 小数1桁", "% 小数1桁 0以上", "% 小数1桁 2以下", "% －1以上 1以下 小数1桁 小さいほど良い"),
}
CLASSES: Final = (
    "「大」 3件以上\n「中」 1件超 3件未満\n「小」 その他",
    "「大」 3件以上\n「中」 2件以上\n「小」 0件超 1件以下",
)
STEPS: Final = ("上位1割", "上位5割", "上位70%", "上位1位", "上位3位")


@frozen
class _Grower:
    """Grows one system from a source of chance; ``leaves`` and ``nodes`` are what may be referred to by now."""

    draw: random.Random
    rich: bool
    leaves: list[str] = field(factory=list)
    nodes: list[str] = field(factory=list)

    # Conditions

    def condition(self, depth: int = 2) -> str:
        draw = self.draw
        kinds = [self.yes_no, lambda: "該当", self.comparison, self.comparison, self.in_class]
        if self.rich:
            kinds += [self.computed, self.score, self.rank, self.rank]
        if depth:
            kinds += [lambda: self.negation(depth), lambda: self.junction(depth), self.tally]
            kinds += [lambda: self.among(depth)] * self.rich
        return draw.choice(kinds)()

    def yes_no(self) -> str:
        """A yes/no fact, or an item written before."""
        return self.draw.choice(["丙", "丁", *self.leaves])

    def comparison(self) -> str:
        number = self.draw.choice(list(RANGES))
        return f"{number} が {self.threshold(number)}{self.draw.choice(OPERATORS)}"

    def threshold(self, number: str) -> str:
        """Mostly within the range of a fact, now and then beyond it or between two values."""
        if number == "率":
            return f"{self.draw.choice(['－2', '－1', '－0.5', '0', '0.1', '0.25', '0.5', '1', '2', '30'])}%"
        return f"{self.draw.choice(['－1', '0', '1', '2', '2.5', '3', '4', '5', '9'])}件"

    def in_class(self) -> str:
        return f"規模 が 「{self.draw.choice('大中小')}」"

    def negation(self, depth: int) -> str:
        return f"({self.condition(depth - 1)}) でない"

    def junction(self, depth: int) -> str:
        parts = [f"({self.condition(depth - 1)})" for _ in range(self.draw.randint(2, 3))]
        return self.draw.choice([" かつ ", " 又は "]).join(parts)

    def tally(self) -> str:
        members = "、".join(self.yes_no() for _ in range(self.draw.randint(2, 4)))
        return f"({members} のうち {self.draw.randrange(4)}つ{self.draw.choice(OPERATORS)})"

    def among(self, depth: int) -> str:
        return f"({self.yes_no()} のうち ({self.condition(depth - 1)}))"

    def computed(self) -> str:
        """Two facts compared with each other; what they make together compared with a number."""
        draw = self.draw
        sign, number, operator = draw.choice("＋－"), draw.randrange(-1, 7), draw.choice(OPERATORS)
        digits = f"{number}".replace("-", "－")
        return draw.choice(
            [
                f"甲 が 乙 {operator}",
                f"甲 {sign} 乙 が {digits}件{operator}",
                f"乙 ÷ 甲 が {draw.choice(['0', '0.5', '1', '2'])}{operator}",
                f"{draw.choice(['最大', '最小'])}(甲, 乙) が {digits}件{operator}",
            ]
        )

    def score(self) -> str:
        if not self.nodes:
            return self.comparison()
        return f"得点({self.draw.choice(self.nodes)}) が {self.draw.randrange(6)}点{self.draw.choice(OPERATORS)}"

    def rank(self) -> str:
        ranked = self.draw.choice(["甲", "甲", "率", "乙", "甲 ＋ 乙"])
        rank = f"{ranked} が {self.draw.choice(['', '', '', '規模別 '])}{self.draw.choice(STEPS)}"
        return f"({self.yes_no()} のうち {rank})" if self.draw.random() < 0.3 else rank

    # Nodes

    def leaf(self, label: str, above: str) -> tuple[str, int]:
        points = self.draw.randrange(1, 5)
        written = f"{label} 「項」 {points}点 要件 {self.condition()}"
        self.leaves.append(f"{above}.{label}")
        self.nodes.append(f"{above}.{label}")
        return written, points

    def item(self, label: str, above: str) -> tuple[str, int]:
        if self.draw.random() < 0.75:
            return self.leaf(label, above)
        return self.over(f"{label} 「項」", f"{above}.{label}", [self.leaf(c, f"{above}.{label}") for c in "①②"])

    def indicator(self, label: str, items: str) -> tuple[str, int]:
        path = f"{GROUP}.{label}"
        return self.over(f"指標 {label} 「指」", path, [self.item(item, path) for item in items])

    def over(self, heading: str, path: str, below: list[tuple[str, int]]) -> tuple[str, int]:
        """A node over others, with the points that its mode makes of theirs."""
        points = [inner for _, inner in below]
        mode = self.draw.choice(["", " いずれか", " 上限"])
        total = max(points) if mode == " いずれか" else min(sum(points), 4) if mode == " 上限" else sum(points)
        said = f" 上限 {total}点" if mode == " 上限" else mode
        self.nodes.append(path)
        return "\n".join([f"{heading} {total}点{said}", *(written for written, _ in below)]), total

    def text(self) -> str:
        draw = self.draw
        facts = [f"事実 {name} : {draw.choice(kinds)}" for name, kinds in RANGES.items()]
        below = [self.indicator("1", "アイウ"), *([self.indicator("2", "アイ")] if self.rich else [])]
        total = sum(points for _, points in below)
        return "\n".join(
            [
                "言語 1\n令和6年度 市町村 評価指標",
                *facts,
                "事実 丙 : 該当\n事実 丁 : 該当",
                f"区分 規模 = 甲\n{draw.choice(CLASSES)}",
                f"交付金 推進 「交」 {total}点\n目標 Ⅰ 「目」 {total}点\n指標群 (ⅰ) 「群」 {total}点",
                *(written for written, _ in below),
            ]
        )


def small_system(seed: int) -> str:
    """A rulebook that reads each number on its own."""
    return _Grower(random.Random(seed), rich=False).text()


def rich_system(seed: int) -> str:
    """A rulebook of every form."""
    return _Grower(random.Random(seed), rich=True).text()


def all_sheets(program: Program) -> Facts:
    """Every sheet of a small system that conditions can tell from the others."""
    schema = schema_of(program)
    limits: dict[FactValue, set[Fraction]] = {}
    for value, number in _comparisons(program):
        limits.setdefault(value, set()).add(number)
    axes: dict[str, list[int] | list[bool]] = {value.column: _grid(value.fact, limits[value]) for value in limits}
    read = {name for leaf in program.leaves for name in _answers(leaf.condition)}
    axes |= {column: [False, True] for column in schema.answers if column in read}
    rows = list(product(*axes.values()))
    facts = Facts(tuple(Body(f"{number:06d}") for number in range(len(rows))))
    for column, cells in zip(axes, zip(*rows, strict=True), strict=False):
        if column in schema.numbers:
            facts.numbers[column] = numbers_from(cells, schema.numbers[column].decimals)
        else:
            facts.answers[column] = truth_from(cells)
    return facts


def _answers(condition: Condition | None) -> Iterator[str]:
    for part in conditions_in(condition) if condition is not None else ():
        match part:
            case FactHolds(fact=fact):
                yield fact.name
            case AnswerTo(path=path):
                yield path


def _comparisons(program: Program) -> Iterator[tuple[FactValue, Fraction]]:
    for leaf in program.leaves:
        for part in conditions_in(leaf.condition) if leaf.condition is not None else ():
            match part:
                case Compare(left=FactValue() as value, right=Constant(value=number)):
                    yield value, number
                case InClass(classification=Classification(value=FactValue() as value, cases=cases)):
                    yield from ((value, limit.value) for _, bounds in cases for _, limit in bounds)
                case Compare() | InClass():
                    raise AssertionError(part)


def _grid(fact: Fact, limits: set[Fraction]) -> list[int]:
    """Numbers of a fact, in its units: what stands at and beside every limit and bound, once for each gap."""
    scaled = [limit * 10**fact.decimals for limit in limits]
    low, high = (None if bound is None else bound * 10**fact.decimals for bound in (fact.low, fact.high))
    edges = [floor(edge) for edge in (*scaled, low, high) if edge is not None]
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    allowed = [n for n in near if (low is None or n >= low) and (high is None or n <= high)]
    return sorted({tuple((n > limit) - (n < limit) for limit in scaled): n for n in allowed}.values())
