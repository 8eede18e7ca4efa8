"""Random rulebooks, as syntax trees.

A tree is printed and read like any other file. Points are counted bottom-up, so that every total balances; conditions
refer only to what was written before them, so that nothing waits for itself. Only the last goal, which leaves itself
out, and the frame outside the total read 得点(全体 …).
"""

import random
from decimal import Decimal
from typing import Final

from attrs import evolve, field

from haiten.compiler.late import frozen
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.expressions import as_path
from haiten.compiler.syntax.labels import FIRST, label_at, label_of
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import Level, Mode
from haiten.compiler.syntax.scope import MUNICIPALITIES, Scope
from haiten.testing.grow_conditions import NOWHERE, Phrases, name, path_ref, quantity

CITED: Final = (s.Citation("source", "要綱", None, NOWHERE),)
ENDS: Final = {Level.GRANT: 0.1, Level.GOAL: 0.08, Level.GROUP: 0.1, Level.INDICATOR: 0.12, Level.ITEM: 0.7}
MOST: Final = {Level.GRANT: 1, Level.GOAL: 2, Level.GROUP: 2, Level.INDICATOR: 3, Level.ITEM: 4}  # children
LARGE: Final = 100_000  # times the usual points, in some rulebooks


def text(value: str) -> s.Text:
    """A text with its source."""
    return s.Text(value, CITED, NOWHERE)


def points(value: int) -> s.Points:
    """Points with their source."""
    return s.Points(value, CITED, NOWHERE)


def fact(name: str, unit: str, low: int | None, decimals: int, lower: bool, high: int | None = None) -> s.FactDecl:
    """A declaration of a fact."""
    least, most = (None if end is None else Decimal(end) for end in (low, high))
    return s.FactDecl(name, unit, least, most, decimals, lower, None, CITED, NOWHERE)


FACTS: Final = (
    fact("人口", "人", 1, 0, False),
    fact("給付費", "円", 0, 1, False),
    fact("率", "%", None, 1, True),
    fact("割合", "%", 0, 1, False, 100),
    fact("過疎", "該当", None, 0, False),
    fact("離島", "該当", None, 0, False),
)
CLASSES: Final = s.ClassDecl(
    "規模",
    name("人口"),
    (
        s.ClassCase("大", ((Operator.AT_LEAST, quantity(4, "人")),), NOWHERE),
        s.ClassCase("中", ((Operator.AT_LEAST, quantity(2, "人")), (Operator.BELOW, quantity(4, "人"))), NOWHERE),
        s.ClassCase("小", ((Operator.AT_MOST, quantity(1, "人")), (Operator.ABOVE, quantity(0, "人"))), NOWHERE),
    ),
    NOWHERE,
)
CONSTANTS: Final = (
    s.ConstantDecl("目標値", quantity(3, "%"), s.Text("目標値", (), NOWHERE), CITED, NOWHERE),
    s.ConstantDecl("基準額", ex.Arithmetic(quantity(2, "円"), (("×", name("倍率")),), NOWHERE), None, CITED, NOWHERE),
    s.ConstantDecl("倍率", quantity(2, ""), None, CITED, NOWHERE),
)


@frozen
class Grower:
    """Grows a rulebook from a source of chance; ``summed`` are the nodes that can be left out of 全体 by now."""

    draw: random.Random
    phrases: Phrases
    summed: list[str] = field(factory=list)
    names: list[str] = field(factory=list)

    def chance(self, share: float) -> bool:
        """Yes, in such a share of the cases."""
        return self.draw.random() < share

    def leaf(self, level: Level, label: str, path: str, special: bool) -> s.NodeDecl:
        """A node with nothing below it: it gives the points itself, or all its points are 未公表."""
        value = points(self.draw.randrange(5))
        heading = s.Heading(level, label, special, text(f"{label}の文"), value, Mode.SUM, None, None, NOWHERE)
        if self.chance(0.05) and value.value:
            self.phrases.nodes.append(path)
            return s.NodeDecl(heading, undisclosed=s.Undisclosed(value, NOWHERE))
        condition = self.phrases.requirement(path)
        self.phrases.nodes.append(path)
        self.phrases.leaves.append(path)
        return s.NodeDecl(heading, requirement=None if condition is None else s.Requirement(condition, (), NOWHERE))

    def node(self, level: Level, label: str, above: str, *, ends: bool = True, summed: bool = True) -> s.NodeDecl:
        """A node with all below it, if anything, and the maximum of its mode; ``summed``: all nodes above add up."""
        path = f"{above}.{label}".removeprefix(".")
        special = path == "成果指向"
        if level is Level.SUBITEM or (ends and self.chance(ENDS[level])):
            made = self.leaf(level, label, path, special)
            if summed and not special:
                self.summed.append(path)
            return made
        mode = self.draw.choice([Mode.SUM, Mode.SUM, Mode.ANY_ONE, Mode.CAP])
        if level < Level.GROUP and self.chance(0.8):
            mode = Mode.SUM
        definitions = self.definitions(path)
        count, below = self.draw.randint(1, MOST[level]), Level(level + 1)
        inside = summed and mode is Mode.SUM
        children = [self.node(below, label, path, summed=inside) for label in self.labels(below, count)]
        del self.phrases.locals[len(self.phrases.locals) - len(definitions) :]
        return self.over(level, label, path, children, mode, definitions, summed)

    def labels(self, level: Level, count: int) -> list[str]:
        """Labels of siblings, now and then with branches (アの2)."""
        numbers = [FIRST]
        while len(numbers) < count:
            due = numbers[-1].successors
            numbers.append(self.draw.choice(due) if self.chance(0.1) else due[0])
        return [label_of(level, number) or "" for number in numbers]

    def over(
        self,
        level: Level,
        label: str,
        path: str,
        children: list[s.NodeDecl],
        mode: Mode,
        definitions: tuple[s.Definition, ...] = (),
        summed: bool = True,
        hidden: float = 0.1,
    ) -> s.NodeDecl:
        """A node over its children, with 未公表 now and then."""
        maxima = [child.heading.points.value for child in children if child.heading.points]
        undisclosed = None
        if self.chance(hidden):
            undisclosed = s.Undisclosed(points(self.draw.randint(1, 4)), NOWHERE)
            maxima.append(undisclosed.points.value)
        total = max(maxima) if mode is Mode.ANY_ONE else sum(maxima)
        cap = None
        if mode is Mode.CAP:
            total = self.draw.randint(0, total)
            cap = s.Points(total, (), NOWHERE)
        special = path == "成果指向"
        heading = s.Heading(level, label, special, text(f"{label}の文"), points(total), mode, cap, None, NOWHERE)
        self.phrases.nodes.append(path)
        if summed and not path.startswith("成果指向"):
            self.summed.append(path)
        return s.NodeDecl(heading, definitions=definitions, undisclosed=undisclosed, children=tuple(children))

    def definitions(self, path: str) -> tuple[s.Definition, ...]:
        """Local names, known from here on until they are taken off again."""
        made = []
        while self.chance(0.12):
            value, unit = self.phrases.value(path)
            local = f"比{len(self.names) + 1}"
            self.names.append(local)
            made.append(s.Definition(local, value, self.chance(0.4), (), NOWHERE))
            self.phrases.locals.append((local, unit))
        return tuple(made)

    def rests(self, besides: str | None) -> list[tuple[str, ...]]:
        """What may be left out: a node, and others that are not within each other."""
        choices = []
        for _ in range(3):
            chosen = [] if besides is None else [besides]
            for path in self.draw.sample(self.summed, min(len(self.summed), self.draw.randrange(4))):
                if not any(_related(path, other) for other in chosen):
                    chosen.append(path)
            choices.append(tuple(chosen))
        return choices

    def evaluated(self, label: str) -> s.NodeDecl:
        """A goal whose items read the points of all the rest."""
        path = f"推進.{label}"
        left_out = self.draw.choice([path, f"{path}.(ⅰ)", f"{path}.(ⅰ).1"])
        # The second indicator is grown first: where it is not left out, it must not read the first.
        second = [self.leaf(Level.INDICATOR, "2", f"{path}.(ⅰ).2", False)] if self.chance(0.5) else []
        self.phrases.rests.extend(self.rests(left_out))
        above = f"{path}.(ⅰ).1"
        items = [self.leaf(Level.ITEM, item, f"{above}.{item}", False) for item in "アイ"]
        self.phrases.rests.clear()
        made = self.over(Level.INDICATOR, "1", above, items, Mode.SUM, hidden=0.2)
        made = self.over(Level.GROUP, "(ⅰ)", f"{path}.(ⅰ)", [made, *second], Mode.SUM, hidden=0.3)
        return self.over(Level.GOAL, label, path, [made], Mode.SUM, hidden=0.4)

    def special(self) -> s.NodeDecl:
        """A 別枠, whose items may read the points of all grants, less any of them, or less all of them."""
        self.phrases.rests.extend([(), *self.rests(None), *self.rests("推進")])
        made = self.node(Level.GRANT, "成果指向", "", summed=False)
        self.phrases.rests.clear()
        return made

    def rulebook(self, *, special: bool, whole: bool) -> s.RulebookFile:
        """All of it; see ``grow``."""
        goals = [self.node(Level.GOAL, "Ⅰ", "推進", ends=self.chance(0.2))]
        if self.chance(0.25):
            goals.append(self.node(Level.GOAL, "Ⅱ", "推進"))
        # Grown before the goal that reads the points of all others: it must not read those of that goal.
        more = [self.leaf(Level.GRANT, "上乗せ", "上乗せ", False)] if self.chance(0.15) else []
        self.summed.extend(grant.heading.label or "" for grant in more)
        if whole and self.chance(0.4):
            goals.append(self.evaluated(label_at(Level.GOAL, len(goals)) or ""))
        grants = [self.over(Level.GRANT, "推進", "推進", goals, Mode.SUM)]
        if self.chance(0.4):
            same = s.Heading(Level.GOAL, "Ⅰ", False, None, None, Mode.SUM, None, as_path(path_ref("推進.Ⅰ")), NOWHERE)
            total = goals[0].heading.points
            heading = s.Heading(Level.GRANT, "支援", False, text("支援"), total, Mode.SUM, None, None, NOWHERE)
            grants.append(s.NodeDecl(heading, children=(s.NodeDecl(same),)))
        grants.extend(more)
        if special and self.chance(0.3):
            grants.append(self.special())
        header = s.Header("令和6年度", Scope(MUNICIPALITIES), NOWHERE)
        source = s.SourceDecl("要綱", s.Text("要綱", (), NOWHERE), None, NOWHERE)
        return s.RulebookFile(header, None, (source,), FACTS, (CLASSES,), tuple(grants), constants=CONSTANTS)


def _related(one: str, other: str) -> bool:
    """Whether one node is the other, or within it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def enlarged(book: s.RulebookFile, times: int) -> s.RulebookFile:
    """The same rulebook with all its points so many times larger; the figures in its requirements stay."""

    def larger(given: s.Points | None) -> s.Points | None:
        return given and evolve(given, value=given.value * times)

    def node(old: s.NodeDecl) -> s.NodeDecl:
        heading, undisclosed = old.heading, old.undisclosed
        return evolve(
            old,
            heading=evolve(heading, points=larger(heading.points), cap=larger(heading.cap)),
            undisclosed=undisclosed and s.Undisclosed(points(undisclosed.points.value * times), NOWHERE),
            children=tuple(node(child) for child in old.children),
        )

    return evolve(book, grants=tuple(node(grant) for grant in book.grants))


def grow(seed: int, *, special: bool = True, whole: bool = True) -> s.RulebookFile:
    """The rulebook of a seed: well-formed, of every form.

    Args:
        seed: of chance.
        special: now and then with a 別枠 outside the total.
        whole: now and then with a goal that reads the points of all the rest.
    """
    draw = random.Random(seed)
    book = Grower(draw, Phrases(draw)).rulebook(special=special, whole=whole)
    return enlarged(book, LARGE) if draw.random() < 0.1 else book
