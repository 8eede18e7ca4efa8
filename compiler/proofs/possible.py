"""Which cells can be had together, by a sheet and a place among others: surely, surely not, or left open.

Answers are free of each other. Facts are looked for that bring all computed values into their cells at once
(``joint_facts.py``); who is to be missed by a step of a rank needs room for somebody better. A body can stand
anywhere in a ranking, but where rankings are not free of each other, or of the facts that choose who is ranked, it is
left open whether it can stand so in all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Final, assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import data_in, is_national
from haiten.compiler.program.terms import Condition, Met, Ranking, RankValue, ScoreValue, Statistic, Sum, Value
from haiten.compiler.program.walk import conditions_in, parts_of, values_in
from haiten.compiler.proofs.cells import (
    Assignment,
    ComparedValue,
    Contrast,
    Standing,
    Variable,
    YesNo,
    best_of,
)
from haiten.compiler.proofs.decisions import Decisions
from haiten.compiler.proofs.integer_points import Possibility, StepBudget, StepsUsedUpError
from haiten.compiler.proofs.joint_facts import JointFacts, Wish
from haiten.compiler.proofs.linear_forms import Interval
from haiten.compiler.proofs.partial_truths import VariableCell
from haiten.compiler.proofs.trial_facts import search

MOST_STEPS: Final = 50_000  # of one question; what needs more is left open
MOST_STEPS_BESIDE: Final = 300_000  # of all questions about a rulebook, and
MOST_STEPS_A_LEAF: Final = 300  # for each item that gives points

Basis = str | Ranking  # what a variable rests on: a column, or a ranking


@frozen(eq=False)
class Possible(Decisions):
    """Cells, and which of them can be had together."""

    joint: JointFacts = field(factory=JointFacts)
    work: StepBudget = field(init=False)
    _rests: dict[Variable, frozenset[Basis]] = field(factory=dict)
    _sizes: dict[str, int] = field(factory=dict)
    _named: dict[str, frozenset[str]] = field(factory=dict)
    _figures: dict[Variable, bool] = field(factory=dict)
    _exact: dict[Variable, bool] = field(factory=dict)
    _wishes: dict[tuple[Variable, VariableCell], Wish] = field(factory=dict)

    @work.default
    def _all_steps(self) -> StepBudget:
        return StepBudget(self.work_at_first)

    @property
    def work_at_first(self) -> int:
        """The steps that all questions may take together."""
        return MOST_STEPS_BESIDE + MOST_STEPS_A_LEAF * len(self.program.leaves)

    def question(self) -> StepBudget:
        """The steps that one question may take."""
        return StepBudget(MOST_STEPS, self.work)

    # What nodes and variables rest on

    def rests_on(self, variable: Variable) -> frozenset[Basis]:
        """What a variable rests on; variables that rest on nothing in common are independent."""
        if variable not in self._rests:
            self._rests[variable] = self._find_rests(variable)
        return self._rests[variable]

    def _find_rests(self, variable: Variable) -> frozenset[Basis]:
        match variable:
            case YesNo(column=column):
                return frozenset([column])
            case Standing(ranking=ranking) | ComparedValue(value=RankValue(ranking=ranking)):
                return frozenset([ranking])
            case ComparedValue(value=ScoreValue(paths=paths)):
                return frozenset(rest for path in paths for v in self.variables_at(path) for rest in self.rests_on(v))
            case ComparedValue(value=value):
                return frozenset(datum.column for datum in data_in(value))
            case Contrast(left=left, right=right):
                return frozenset(datum.column for side in (left, right) for datum in data_in(side))
            case _:
                assert_never(variable)

    def leaves_read_at(self, path: str) -> frozenset[str]:
        """The leaves below a node, with those that their conditions name or whose points they compare."""
        if path not in self._named:
            node = self.program.nodes[path]
            own = self.leaves_named(node.condition) if node.condition is not None else frozenset[str]()
            self._named[path] = own.union([path] if node.is_leaf else [], *map(self.leaves_read_at, node.children))
        return self._named[path]

    def leaves_named(self, condition: Condition) -> frozenset[str]:
        """The leaves that a condition names, or whose points it compares, with those that they read."""
        named = {part.path for part in conditions_in(condition) if isinstance(part, Met)}
        named |= {path for value in values_in(condition) if isinstance(value, ScoreValue) for path in value.paths}
        return frozenset[str]().union(*map(self.leaves_read_at, named))

    def size_of(self, leaf: str) -> int:
        """Of how many conditions a leaf is made: how much work it is to look at it."""
        if leaf not in self._sizes:
            condition = self.program.nodes[leaf].condition
            self._sizes[leaf] = 0 if condition is None else sum(1 for _ in conditions_in(condition))
        return self._sizes[leaf]

    def _chosen_by(self, ranking: Ranking) -> frozenset[Basis]:
        """What decides who is ranked, and in which class."""
        variables = set(self.variables_of(ranking.subset)) if ranking.subset is not None else set()
        if ranking.by is not None:
            variables.add(ComparedValue(ranking.by.value))
        return frozenset(rest for variable in variables for rest in self.rests_on(variable))

    # Facts

    def is_figure(self, variable: Variable) -> bool:
        """Whether a variable is computed from the body's own facts alone."""
        if variable not in self._figures:
            match variable:
                case ComparedValue(value=value):
                    self._figures[variable] = _is_own(value)
                case Contrast(left=left, right=right):
                    self._figures[variable] = _is_own(left) and _is_own(right)
                case YesNo() | Standing():
                    self._figures[variable] = False
                case _:
                    assert_never(variable)
        return self._figures[variable]

    def wishes(self, at: Assignment) -> Iterator[Wish]:
        """What cells ask of the body's facts."""
        for variable, cell in at.items():
            match variable:
                case ComparedValue() | Contrast() if self.is_figure(variable):
                    yield self._wish(variable, cell)
                case Standing(ranking=ranking) if cell and self.amount_of(ranking.value) not in at:
                    yield from _room(ranking)
                case ComparedValue(value=RankValue(ranking=ranking)) if cell > 1:
                    yield from _room(ranking)
                case YesNo() | ComparedValue() | Contrast() | Standing():
                    pass
                case _:
                    assert_never(variable)

    def _wish(self, variable: ComparedValue | Contrast, cell: VariableCell) -> Wish:
        key = (variable, cell)
        if key not in self._wishes:
            self._wishes[key] = self._make_wish(variable, cell)
        return self._wishes[key]

    def _make_wish(self, variable: ComparedValue | Contrast, cell: VariableCell) -> Wish:
        if isinstance(variable, ComparedValue):
            return Wish(variable.value, self.gap_of(variable.value, Fraction(cell)))
        value = Sum(((1, variable.left), (-1, variable.right)), variable.left.unit)
        zero = Fraction(0)
        if not cell:
            return Wish(value, Interval(zero, zero))
        return Wish(value, Interval(zero, None, low_open=True) if cell > 0 else Interval(None, zero, high_open=True))

    def is_exact(self, variable: Variable) -> bool:
        """Whether all cells of a variable that is no figure are real."""
        if variable not in self._exact:
            match variable:
                case YesNo() | ComparedValue(value=ScoreValue() | RankValue()):
                    self._exact[variable] = True
                case ComparedValue() | Contrast():
                    self._exact[variable] = all(self._is_had_alone(variable, cell) for cell in self.cells(variable))
                case Standing():
                    self._exact[variable] = self.stands_freely(variable.ranking)
                case _:
                    assert_never(variable)
        return self._exact[variable]

    def _is_had_alone(self, variable: ComparedValue | Contrast, cell: VariableCell) -> bool:
        """Whether a national value is in a cell if there is one body only."""
        try:
            return search([self.goal(variable, cell)], {}, frozenset(), self.question()) is not None
        except StepsUsedUpError:
            return False

    def goal(self, variable: ComparedValue | Contrast, cell: VariableCell) -> tuple[Value, Callable[[Fraction], bool]]:
        """What has to be computed for a cell, and which results will do."""
        wish = self._wish(variable, cell)
        return wish.value, wish.is_met

    # Together

    def is_thinkable(self, at: Assignment, steps: StepBudget) -> bool:
        """Whether it is not known that no sheet is in all these cells."""
        return self.is_real(at) and self.joint.find(self.wishes(at), steps) is not Possibility.IMPOSSIBLE

    def settle(self, at: Assignment, steps: StepBudget) -> Possibility:
        """Whether a sheet, in some population, is in all these cells."""
        verdict = self._verdicts.get(id(at))
        if verdict is None:
            verdict = self._settle(at, steps)
            if id(at) in self._verdicts and not steps.are_used_up:
                self._verdicts[id(at)] = verdict
        return verdict

    def _settle(self, at: Assignment, steps: StepBudget) -> Possibility:
        found = self.joint.find(self.wishes(at), steps)
        if found is Possibility.IMPOSSIBLE:
            return Possibility.IMPOSSIBLE
        whole = self.concrete(at)
        if isinstance(found, Possibility) or whole is None:
            return Possibility.OPEN
        if len(whole) > len(at) and isinstance(self.joint.find(self.wishes(whole), steps), Possibility):
            return Possibility.OPEN  # another example of the points might do
        return Possibility.POSSIBLE if self._stand_together(whole) else Possibility.OPEN

    def first_possible(
        self, candidates: Iterable[Assignment], steps: StepBudget
    ) -> tuple[Possibility, Assignment | None]:
        """One of some assignments that can be had, or else one that is open; IMPOSSIBLE where none can be had."""
        open_one: Assignment | None = None
        for at in candidates:
            verdict = self.settle(at, steps)
            if verdict is Possibility.POSSIBLE:
                return verdict, at
            if verdict is Possibility.OPEN and open_one is None:
                open_one = at
            if steps.are_used_up:
                return Possibility.OPEN, open_one if open_one is not None else at
        return (Possibility.IMPOSSIBLE, None) if open_one is None else (Possibility.OPEN, open_one)

    def concrete(self, at: Assignment) -> Assignment | None:
        """An assignment with an example of all that it leaves to others; None where there is none."""
        return at

    def _stand_together(self, at: Assignment) -> bool:
        """Whether what is no figure can be in any of its cells whatever the others are in."""
        others = [variable for variable in at if not self.is_figure(variable)]
        if not all(map(self.is_exact, others)):
            return False
        # That the best value misses a step takes a few bodies, and other rankings may be of the same ones.
        if any(True for _ in self.best_missing(at)):
            return False
        rankings = [v.ranking for v in others if isinstance(v, Standing)]
        places = [v.value.ranking for v in others if isinstance(v, ComparedValue) and isinstance(v.value, RankValue)]
        national = [self.rests_on(v) for v in others if is_national_variable(v)]
        figures = [rest for v in at if self.is_figure(v) for rest in self.rests_on(v)]
        computed = [rest for rests in national for rest in rests]
        ranked = {datum.column for ranking in rankings for datum in data_in(ranking.value)}
        # Those who are better in a fact that chooses who is ranked may not be ranked.
        settled = {rest for ranking in rankings for rest in self._chosen_by(ranking)}.union(*national)
        apart = len({*rankings, *places}) == len(rankings) + len(places)
        return apart and len({*computed}) == len(computed) and not {*computed} & {*figures} and not ranked & settled


def _is_own(value: Value) -> bool:
    return not isinstance(value, ScoreValue | RankValue | Statistic) and all(map(_is_own, parts_of(value)))


def is_national_variable(variable: Variable) -> bool:
    """Whether a variable rests on a mean or median of all bodies."""
    match variable:
        case ComparedValue(value=value):
            return is_national(value)
        case Contrast(left=left, right=right):
            return is_national(left) or is_national(right)
        case YesNo() | Standing():
            return False
        case _:
            assert_never(variable)


def _room(ranking: Ranking) -> Iterator[Wish]:
    """Somebody can be better."""
    best = best_of(ranking)
    if best is not None:
        better = (
            Interval(best, None, low_open=True) if ranking.lower_is_better else Interval(None, best, high_open=True)
        )
        yield Wish(ranking.value, better)
