"""Which node of one rulebook is which of another: by 前身, then by path (language.md, Identity)."""

import re
from typing import Any, Final, TypeVar, assert_never

from attrs import evolve, field

from haiten.compiler.identity.past_names import SameNames, same_names
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import name_of_figure
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
    Every,
    Extremum,
    Fact,
    FactHolds,
    FactValue,
    FigureThen,
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
from haiten.compiler.syntax.expressions import rebuild
from haiten.compiler.syntax.rulebook import ClassDecl, FactDecl
from haiten.compiler.syntax.years import western_year, without_year, year_before

T = TypeVar("T", Condition, Value)
# The paths in the name of a column of last year's points: 前年度.得点(全体 から 推進.Ⅰ.(ⅰ).1、推進.Ⅱ を除く).
_LABEL: Final = r"(?:[^().、 ]+|\([ⅰ-ⅻ]\)(?:の[0-9]+)*)"
_PATHS: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")

# Said instead of 新設 and 廃止 where the other rulebook has undisclosed points that may be these.
UNCLEAR_NEW: Final = "（新設か、前は未公表）"
UNCLEAR_GONE: Final = "（廃止か、後は未公表）"


@frozen(eq=False)
class Match:
    """Two rulebooks, and which nodes are the same.

    Attributes:
        old_path: old path by new path, of all nodes that are in both; ``new_path`` the other way round.
        stood: where every new node stood, also of nodes that a part of the rulebooks leaves out; of a new one, a path
            that no rulebook has.
        facts, classes, constants: which 事実, 区分 and 定数 are the same, whatever they are called.
        followed: what the answer of a new node with 引継ぎ follows from, by its path, in the paths of the old rulebook.
    """

    old: Program
    new: Program
    old_path: dict[str, str] = field(factory=dict)
    new_path: dict[str, str] = field(factory=dict)
    stood: dict[str, str] = field(factory=dict)
    followed: dict[str, Condition] = field(factory=dict)
    facts: SameNames = field(factory=lambda: SameNames({}, {}))
    classes: SameNames = field(factory=lambda: SameNames({}, {}))
    constants: SameNames = field(factory=lambda: SameNames({}, {}))

    def counterpart(self, node: Node) -> Node | None:
        """The old node of a new one."""
        path = self.old_path.get(node.path)
        return self.old.nodes[path] if path is not None else None

    def may_have_been(self, node: Node) -> bool:
        """Whether a node that the old rulebook does not have may have been among its undisclosed points (未公表).

        It is not said to be new (新設), and something above it had points of which the clauses were not known.
        """
        born_since = node.lineage.path_in(self.old.year) is None
        return not born_since and self._hides(self.old, self.new, node, self.old_path)

    def may_still_be(self, node: Node) -> bool:
        """Whether a node that the new rulebook does not have may be among its undisclosed points."""
        return self._hides(self.new, self.old, node, self.new_path)

    def _hides(self, there: Program, here: Program, node: Node, places: dict[str, str]) -> bool:
        above = node.parent
        while above is not None:
            place = places.get(above)
            if place is not None and there.nodes[place].undisclosed:
                return True
            above = here.nodes[above].parent
        return False

    def state(self, old: str | None, new: str | None) -> str:
        """What to say behind the name of a node that one of the rulebooks does not have; empty where both do."""
        if old is None and new is not None:
            return UNCLEAR_NEW if self.may_have_been(self.new.nodes[new]) else "（新設）"
        if new is None and old is not None:
            return UNCLEAR_GONE if self.may_still_be(self.old.nodes[old]) else "（廃止）"
        return ""

    def pairs(self) -> list[tuple[Node, Node]]:
        """Old and new node of all that are in both, in the order of the new rulebook."""
        return [(self.old.nodes[old], self.new.nodes[new]) for new, old in self.old_path.items()]

    def column_before(self, column: str) -> str:
        """A column of the new sheet as the old one has it: of a node or fact, whatever it is called by now."""
        fact = without_year(column)
        if fact in self.new.aggregates:  # its paths are those of the municipal rulebook, and stay as they are written
            return column
        if fact in self.new.facts:
            return column.removesuffix(fact) + self.facts.before.get(fact, f"＋{fact}")
        return _PATHS.sub(lambda found: self.stood.get(found[0], found[0]), column)

    def as_written(self, node: Node) -> Node:
        """A node of the old rulebook; one that stands by に同じ, as if its content had been written there."""
        if not node.is_shared:
            return node
        head, source = node, self.old.nodes[node.same_as]
        while head.parent is not None and self.old.nodes[head.parent].is_shared:
            head = self.old.nodes[head.parent]
        below = [n for path, n in self.old.nodes.items() if path == head.path or path.startswith(f"{head.path}.")]
        paths = {n.same_as: n.path for n in below}
        local = tuple(evolve(local, value=_rename(local.value, paths, {})) for local in source.locals)
        return evolve(node, condition=_rename(source.condition, paths, {}), locals=local)

    def in_new_terms(self, condition: T) -> T:
        """A condition or value of the old rulebook as the new one calls things.

        A node that is gone keeps its old path; a 事実 or 区分 that is gone is told from its namesakes.
        """
        facts = {name: self.facts.after.get(name, f"－{name}") for name in self.old.facts}
        classes = {name: self.classes.after.get(name, f"－{name}") for name in self.old.classes}
        renamed: T = _rename(condition, self.new_path, facts | classes)
        return renamed


def other_places(program: Program, path: str) -> tuple[str, ...]:
    """Where else a node stands by に同じ, and where it was written, if it stands here by に同じ."""
    source = program.nodes[path].same_as
    return tuple(node.path for node in program.nodes.values() if node.same_as == source and node.path != path)


def match(old: Program, new: Program) -> Match:
    """Match the nodes of two rulebooks, whichever of them is the older."""
    forward = western_year(old.year) <= western_year(new.year)
    older, newer = (old, new) if forward else (new, old)
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for node in newer.nodes.values():
        path = node.lineage.path_in(older.year)
        if path in older.nodes and path not in taken and older.nodes[path].level is node.level:
            assert path is not None
            pairs[node.path] = path
            taken.add(path)
    if not forward:
        pairs = {mine: theirs for theirs, mine in pairs.items()}
        pairs = {path: pairs[path] for path in new.nodes if path in pairs}
    stood = {path: pairs.get(path, f"＋{path}") for path in new.nodes}
    back = {path: now for now, path in pairs.items()}
    years = (old.year, new.year)
    # An allocation declares facts and classes of its own.
    (old_facts, old_classes), (new_facts, new_classes) = map(_declared, (old, new))
    facts = same_names(old_facts, new_facts, *years)
    classes = same_names(old_classes, new_classes, *years)
    constants = same_names(old.syntax.constants, new.syntax.constants, *years)
    return Match(old, new, pairs, back, stood, _followed(old, new, pairs), facts, classes, constants)


def _declared(program: Program) -> tuple[tuple[FactDecl, ...], tuple[ClassDecl, ...]]:
    """The facts and classes of a rulebook, with those of its allocation."""
    files = (program.syntax, *((program.allocation.syntax,) if program.allocation is not None else ()))
    return tuple(f for file in files for f in file.facts), tuple(c for file in files for c in file.classes)


def _followed(old: Program, new: Program, pairs: dict[str, str]) -> dict[str, Condition]:
    """What answers follow from.

    引継ぎ names nodes of the year before its own. Of another year they are found by what became of them; one that is
    gone by now gets a path that no rulebook has, so that what follows from it is unknown.
    """
    if western_year(old.year) >= western_year(new.year):
        return {}  # a version of the same year, or a later one, has the answer itself
    carries = {node.path: node.carry for node in new.nodes.values() if node.carry is not None}
    named = year_before(new.year)
    if named == old.year or not carries:
        return carries
    then = {node.lineage.path_in(named): node.path for node in new.nodes.values() if not node.is_shared}

    def told(part: Any) -> Any | None:
        if not isinstance(part, Met):
            return None
        return evolve(part, path=pairs.get(then.get(part.path, ""), f"{named} {part.path}"))

    return {path: rebuild(carry, told) for path, carry in carries.items()}


def _rename(part: Any, paths: dict[str, str], names: dict[str, str]) -> Any:
    def change(part: Any) -> Any | None:
        if not isinstance(part, Condition | Value | Fact | Classification):
            return None
        match part:
            case AnswerTo(path=path) | Met(path=path):
                return evolve(part, path=paths.get(path, path))
            case ScoreValue(paths=scored):
                # 未公表 points beside them are their own affair, reported where they stand.
                return evolve(part, paths=tuple(paths.get(path, path) for path in scored), undisclosed=0)
            case PreviousScore(column=column):
                # 前年度(得点(…)) is of the same node, whatever its path was when last year's column was named.
                renamed = _PATHS.sub(lambda found: paths.get(found[0], found[0]), column)
                return evolve(part, column=renamed)
            case Fact(then=FigureThen(of=of) as then):
                # Its name says of which value it is, as that is called now.
                named = name_of_figure(evolve(then, of=rebuild(of, change)))
                return evolve(part, name=named, low=None, high=None, decimals=0)
            case Fact(name=name):
                # Its range and decimals are its own affair, which is reported where it is declared.
                return evolve(part, name=names.get(name, name), low=None, high=None, decimals=0)
            case Classification(name=name, value=value):
                return evolve(part, name=names.get(name, name), value=rebuild(value, change))
            case FactHolds() | Compare() | Within() | InClass() | Tally() | Every() | Some() | Negation():
                return None
            case Constant():
                return evolve(part, name="")
            case FactValue() | Sum() | Product() | Extremum() | Rounded() | Statistic() | RankValue():
                return None
            case _:
                assert_never(part)

    return rebuild(part, change)


def same_value(old: Value, new: Value, matched: Match) -> bool:
    """Whether two values are the same of the same nodes and facts."""
    return bool(matched.in_new_terms(old) == _rename(new, {}, {}))


def same_condition(old: Condition | None, new: Condition | None, matched: Match) -> bool:
    """Whether two conditions say the same of the same nodes and facts."""
    if old is None or new is None:
        return old is new
    return bool(matched.in_new_terms(old) == _rename(new, {}, {}))
