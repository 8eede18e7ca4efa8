"""A rulebook as formulas for the solver Z3: what one body's sheet and standing decide, read from ``Program`` alone.

Numbers are integers in units of their decimals, and values fractions of integers, so that all but products of facts is
linear. Of the other bodies the formulas say how many there are, and of one that is better in a ranking what its own
sheet is.
"""

from collections.abc import Callable
from typing import Any, Final

import z3
from attrs import define, field

from haiten.compiler.program import terms as p
from haiten.compiler.program.program import Program
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.syntax.rulebook import Mode

COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "以上": lambda a, b: a >= b,
    "以下": lambda a, b: a <= b,
    "超": lambda a, b: a > b,
    "未満": lambda a, b: a < b,
    "と等しい": lambda a, b: a == b,
}


@define(eq=False)
class Reading:
    """A program in formulas; ``solver`` holds what is true of every body and every ranking."""

    program: Program
    solver: z3.Solver = field(factory=z3.Solver)
    _made: dict[object, Any] = field(factory=dict)

    def own(self, path: str) -> z3.ArithRef:
        """The own points of a node on the subject's sheet."""
        return _Body(self, "", subject=True).own(path)

    def known(self, path: str) -> z3.BoolRef:
        """Whether nothing that decides a node is divided by zero."""
        subject = _Body(self, "", subject=True)
        return z3.And([subject.value(divisor)[0] != 0 for divisor in sorted(self._divisors(path), key=repr)])

    def _divisors(self, path: str) -> set[p.Value]:
        node = self.program.nodes[path]
        found = {divisor for child in node.children for divisor in self._divisors(child)}
        if node.condition is not None:
            for value in values_in(node.condition):
                if isinstance(value, p.Product):
                    found |= {factor for exponent, factor in value.factors if exponent < 0}
                elif isinstance(value, p.ScoreValue):
                    found = found.union(*map(self._divisors, value.paths))
            for part in conditions_in(node.condition):
                if isinstance(part, p.Met):
                    found |= self._divisors(part.path)
        return found

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


@define(eq=False)
class _Body:
    """A body's sheet; only the subject's standing is followed, that of others may be any."""

    reading: Reading
    name: str
    subject: bool

    def truth(self, column: str) -> z3.BoolRef:
        return z3.Bool(f"{self.name}{column}")

    # Values, as numerator and denominator

    def value(self, value: p.Value) -> tuple[Any, Any]:
        match value:
            case p.Constant(value=number):
                return number.numerator, number.denominator
            case p.FactValue(fact=fact, column=column):
                return self.reading.once((self.name, column), lambda: self._fact(fact, column)), 10**fact.decimals
            case p.ScoreValue(paths=paths):
                return z3.Sum([self.own(path) for path in paths]), 1
            case p.Sum(terms=terms):
                total: tuple[Any, Any] = (0, 1)
                for sign, term in terms:
                    num, den = self.value(term)
                    total = total[0] * den + sign * num * total[1], total[1] * den
                return total
            case p.Product(factors=factors):
                result: tuple[Any, Any] = (1, 1)
                for exponent, factor in factors:
                    num, den = self.value(factor)
                    if exponent < 0:
                        num, den = den, num
                    result = result[0] * num, result[1] * den
                return result
            case p.Extremum(parts=parts, greatest=greatest):
                best, *rest = [self.value(part) for part in parts]
                for other in rest:
                    better = self.compare(other, "超" if greatest else "未満", best)
                    best = z3.If(better, other[0], best[0]), z3.If(better, other[1], best[1])
                return best
        raise AssertionError(value)

    def _fact(self, fact: p.Fact, column: str) -> z3.ArithRef:
        number, scale = z3.Int(f"{self.name}{column}"), 10**fact.decimals
        if fact.low is not None:
            self.reading.solver.add(number * fact.low.denominator >= fact.low.numerator * scale)
        if fact.high is not None:
            self.reading.solver.add(number * fact.high.denominator <= fact.high.numerator * scale)
        return number

    def compare(self, left: tuple[Any, Any], operator: str, right: tuple[Any, Any]) -> Any:
        (a, b), (c, d) = left, right
        upright = COMPARE[operator](a * d, c * b)
        # Multiplied by what is negative, less is more.
        turned = [den < 0 for den in (b, d) if not isinstance(den, int)]
        if not turned:
            return upright
        odd = turned[0] if len(turned) == 1 else z3.Xor(*turned)
        return z3.If(odd, COMPARE[operator](c * b, a * d), upright)

    # Conditions

    def holds(self, condition: p.Condition) -> Any:
        return self.reading.once((self.name, condition), lambda: self._holds(condition))

    def _holds(self, condition: p.Condition) -> Any:
        match condition:
            case p.AnswerTo(path=path):
                return self.truth(path)
            case p.FactHolds(fact=fact):
                return self.truth(fact.name)
            case p.Met(path=path):
                return self.leaf(path)
            case p.Compare(left=left, operator=operator, right=right):
                return self.compare(self.value(left), operator, self.value(right))
            case p.InClass(classification=classification, case=case):
                return self.in_class(classification)[case]
            case p.Tally(parts=parts, operator=operator, count=count):
                return COMPARE[operator](z3.Sum([z3.If(self.holds(part), 1, 0) for part in parts]), count)
            case p.Every(parts=parts):
                return z3.And([self.holds(part) for part in parts])
            case p.Some(parts=parts):
                return z3.Or([self.holds(part) for part in parts])
            case p.Negation(part=part):
                return z3.Not(self.holds(part))
            case p.Within(ranking=ranking):
                return z3.And(self.member(ranking), self._within(condition))
        raise AssertionError(condition)

    def in_class(self, classification: p.Classification) -> dict[str, Any]:
        """Of each class, whether the body is in it: in the first that fits."""
        value, before, found = self.value(classification.value), [], {}
        for name, bounds in classification.cases:
            fits = z3.And([self.compare(value, op, (b.value.numerator, b.value.denominator)) for op, b in bounds])
            found[name] = z3.And(fits, *[z3.Not(other) for other in before])
            before.append(fits)
        return found

    def member(self, ranking: p.Ranking) -> Any:
        """Whether the body has a rank."""
        asked = [] if ranking.subset is None else [self.holds(ranking.subset)]
        classes = [] if ranking.by is None else [z3.Or(list(self.in_class(ranking.by).values()))]
        return z3.And([*asked, *classes])

    def _within(self, step: p.Within) -> Any:
        if not self.subject:
            return self.truth(f"{step}")
        better, size = self.reading.once(step.ranking, lambda: self._standing(step.ranking))
        limit, bodies = (step.step, 1) if step.share is None else (step.share, size)
        return (better + 1) * limit.denominator <= limit.numerator * bodies

    def _standing(self, ranking: p.Ranking) -> tuple[z3.ArithRef, z3.ArithRef]:
        """How many bodies are better, and how many are ranked."""
        solver, everybody = self.reading.solver, z3.Int("everybody")
        whole = ranking.subset is None and ranking.by is None
        better = z3.Int(f"better {ranking}")
        size = everybody if whole else z3.Int(f"size {ranking}")
        solver.add(better >= 0, better < size, size <= everybody)
        # If anybody is better, there is such a body.
        rival = _Body(self.reading, f"rival {ranking} ", subject=False)
        ahead = rival.compare(
            rival.value(ranking.value), "未満" if ranking.lower_is_better else "超", self.value(ranking.value)
        )
        same = []
        if ranking.by is not None:
            mine, theirs = self.in_class(ranking.by), rival.in_class(ranking.by)
            same = [mine[name] == theirs[name] for name in mine]
        solver.add(z3.Implies(z3.And(better > 0, self.member(ranking)), z3.And(ahead, rival.member(ranking), *same)))
        if not whole:
            # Who is better among some is so among all.
            over = p.Ranking(ranking.value, None, ranking.lower_is_better, ranking.text)
            above, _ = self.reading.once(over, lambda: self._standing(over))
            solver.add(z3.Implies(self.member(ranking), z3.And(better <= above, size - better <= everybody - above)))
        return better, size

    # Points

    def leaf(self, path: str) -> Any:
        condition = self.reading.program.nodes[path].condition
        assert condition is not None
        return self.holds(condition)

    def own(self, path: str) -> Any:
        return self.reading.once((self.name, "own", path), lambda: self._own(path))

    def _own(self, path: str) -> Any:
        node = self.reading.program.nodes[path]
        if node.is_leaf:
            return z3.If(self.leaf(path), node.maximum, 0)
        below = [self.own(child) for child in node.children]
        if node.mode is Mode.ANY_ONE:
            most = below[0]
            for other in below[1:]:
                most = z3.If(other > most, other, most)
            return most
        total = z3.Sum(below)
        return total if node.cap is None else z3.If(total > node.cap, node.cap, total)
