"""What moves a leaf: which kinds of facts its condition reads, and whether two years read the same by it."""

from collections.abc import Iterator
from typing import Generic, TypeVar, assert_never

from attrs import field

from haiten.comparison.match import Match, same_condition
from haiten.comparison.mixed_facts import BothYears
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Compare,
    Condition,
    Constant,
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
from haiten.compiler.program.walk import conditions_in, values_in

K = TypeVar("K")


@frozen(eq=False)
class Readings(Generic[K]):
    """What conditions of two years read.

    Attributes:
        terms: what either year asks for alone.
        kinds: what is called the others, given outcomes, numbers and answers.
        given: the leaves of either year of which an outcome was given.
    """

    matched: Match
    terms: tuple[BothYears, BothYears]
    kinds: tuple[K, K, K, K]
    given: tuple[frozenset[str], frozenset[str]]
    _found: dict[tuple[str, bool], frozenset[K]] = field(factory=dict, init=False)
    _alike: dict[str, bool] = field(factory=dict, init=False)

    def of(self, path: str, *, new: bool) -> frozenset[K]:
        """The kinds of facts that can move a leaf."""
        if (path, new) not in self._found:
            program = self.matched.new if new else self.matched.old
            self._found[path, new] = frozenset(self._kinds_of(program, path, new))
        return self._found[path, new]

    def _kinds_of(self, program: Program, path: str, new: bool) -> Iterator[K]:
        node = program.nodes[program.nodes[path].same_as]
        if node.undisclosed or node.condition is None:
            yield from self.kinds
            return
        if node.path in self.given[new]:
            yield self.kinds[1]
        for part in _all_in(node.condition):
            yield from self._kinds_in(part, program, new)

    def _kinds_in(self, part: Condition | Value, program: Program, new: bool) -> Iterator[K]:
        others, _, figures, answers = self.kinds
        match part:
            case AnswerTo():
                yield answers
            case FactHolds() | FactValue() | PreviousScore():
                yield figures
            case Within() | Statistic() | RankValue():
                yield others
            case Met(path=path):
                yield from self.of(path, new=new)
            case ScoreValue(paths=paths):
                for leaf in program.leaves:
                    if any(leaf.path == path or leaf.path.startswith(f"{path}.") for path in paths):
                        yield from self.of(leaf.path, new=new)
                if part.undisclosed:
                    yield from self.kinds
            case Compare() | InClass() | Tally() | Every() | Some() | Negation():
                pass
            case Constant() | Sum() | Product() | Extremum() | Rounded():
                pass
            case _:
                assert_never(part)

    def reads_alike(self, old: Node | None, new: Node | None) -> bool:
        """Whether a leaf is met under the rules of one year just where it is met under those of the other."""
        if old is None or new is None or not new.is_leaf or not old.is_leaf:
            return False
        if new.path not in self._alike:
            self._alike[new.path] = False  # what goes in a circle is not told to be alike
            self._alike[new.path] = self._reads_alike(old, new)
        return self._alike[new.path]

    def _reads_alike(self, old: Node, new: Node) -> bool:
        source = self.matched.new.nodes[new.same_as]
        if new.answered or old.answered:
            return new.answered and old.answered and source.path in self.terms[1].carried
        if source.path in self.given[1] or self.matched.old.nodes[old.same_as].path in self.given[0]:
            return False
        stated = self.matched.as_written(old).condition
        if source.condition is None or not same_condition(
            stated, self.matched.new.nodes[new.path].condition, self.matched
        ):
            return False
        only = self.terms[0].only | self.terms[1].only
        for part in _all_in(source.condition):
            match part:
                case FactHolds(fact=fact) if fact.name in only:
                    return False
                case FactValue(column=column) | PreviousScore(column=column) if column in only:
                    return False
                case Within() | Statistic() | RankValue() | ScoreValue():
                    return False  # others may be known in one year alone
                case Met(path=path):
                    node = self.matched.new.nodes[path]
                    if not self.reads_alike(self.matched.counterpart(node), node):
                        return False
                case _:  # any other: it reads alike where all in it does
                    pass
        return True


def _all_in(condition: Condition) -> Iterator[Condition | Value]:
    """All conditions and values in a condition, with those that say who is ranked."""
    pending = [condition]
    while pending:
        current = pending.pop()
        yield from conditions_in(current)
        for value in values_in(current):
            yield value
            if isinstance(value, RankValue) and value.ranking.subset is not None:
                pending.append(value.ranking.subset)
