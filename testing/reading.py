"""What a rulebook's requirements say, read a second time from its syntax tree (docs/language.md 5, 7, 10–12, 19–22).

Paths, ranges, local names, directions and のうち are worked out here anew, from the words of the description; from the
compiler come the tree and the nodes by path. Conditions and values are made of the same parts as the program's, with
two more values, ``RestOfWhole`` and ``FromDeviation``. Units are not looked at: the rulebook has compiled.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression, print_target
from haiten.compiler.program import terms as p
from haiten.compiler.program.program import Program
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.units import Unit

PLAIN: Final = Unit(())
Subsets = tuple[p.Condition, ...]


@frozen(cache_hash=True)
class RestOfWhole:
    """得点(全体 から … を除く): what all grants give, 別枠 left out, without some nodes and all below them."""

    excluded: tuple[str, ...]


@frozen(cache_hash=True)
class FromDeviation:
    """How far a value lies from some standard deviations: terms with signs, a number, and of what the deviation is."""

    terms: tuple[tuple[int, p.Value], ...]
    factor: Fraction
    of: p.Value


def has_deviation(expression: ex.Expression) -> bool:
    """Whether 全国標準偏差 stands in an expression; what stands in 管内…( ) is of another rulebook."""
    parts = ex.walk_parts(expression)
    return any(isinstance(part, ex.Call) and part.function == "全国標準偏差" for part in parts)


@frozen(eq=False)
class SecondReading:
    """Reads the requirements of a program's leaves."""

    program: Program
    known: dict[str, p.Condition] = field(factory=dict)
    compared: list[tuple[p.Value, bool]] = field(factory=list)  # on the left of が; whether small is good

    def condition_of(self, path: str) -> p.Condition:
        """When a leaf is met; one that stands somewhere by に同じ is read where it was written."""
        at = self.program.nodes[path].same_as
        if at not in self.known:
            requirement = self.program.nodes[at].decl.requirement
            self.known[at] = p.AnswerTo(at) if requirement is None else self.condition(requirement.condition, at, ())
        return self.known[at]

    # Paths and names

    def outwards(self, at: str) -> Iterator[str]:
        """A node and those above it, innermost first."""
        labels = at.split(".")
        while labels:
            yield ".".join(labels)
            labels.pop()

    def path(self, target: ex.Target, at: str) -> str:
        """The node that a path names: a canonical path, or one from inside the item where it stands, outwards."""
        written = print_target(target)
        places = [written, *(f"{above}.{written}" for above in self.outwards(at))]
        return next(path for path in places if path in self.program.nodes)

    def leaf(self, target: ex.Target, at: str) -> p.Condition:
        """A yes/no fact, or whether another leaf is met."""
        if isinstance(target, ex.Name) and target.value in self.program.facts:
            return p.FactHolds(self.program.facts[target.value])
        return p.Met(self.path(target, at))

    def definition(self, name: str, at: str) -> tuple[s.Definition, str] | None:
        """What a local name stands for, and where that is written."""
        for above in self.outwards(at) if at else ():
            for definition in self.program.nodes[above].decl.definitions:
                if definition.name == name:
                    return definition, above
        return None

    def constant(self, name: str) -> s.ConstantDecl | None:
        """The 定数 of a name, which stands outside every node."""
        return next((constant for constant in self.program.syntax.constants if constant.name == name), None)

    def members(self, expression: ex.Expression, at: str, subsets: Subsets) -> Iterator[p.Condition]:
        """What is counted: labels, and ranges from a label to a later one below the same parent."""
        if not isinstance(expression, ex.Members):
            yield self.condition(expression, at, subsets)
            return
        for item in expression.items:
            if not isinstance(item, tuple):
                yield self.leaf(item, at)
                continue
            first = self.path(item[0], at)
            beside = f"{first.rpartition('.')[0]}.{print_target(item[1])}"
            last = beside if beside in self.program.nodes else self.path(item[1], at)
            siblings = self.program.nodes[self.program.nodes[first].parent or ""].children
            yield from (p.Met(path) for path in siblings[siblings.index(first) : siblings.index(last) + 1])

    # Conditions

    def condition(self, expression: ex.Expression, at: str, subsets: Subsets) -> p.Condition:
        """A condition; its ranks are taken among the bodies that meet all of ``subsets``."""
        match expression:
            case ex.Answer():
                return p.AnswerTo(at)
            case ex.Name() | ex.PathRef():
                return self.leaf(expression, at)
            case ex.Not():
                return p.Negation(self.condition(expression.operand, at, subsets))
            case ex.Junction():
                parts = tuple(self.condition(operand, at, subsets) for operand in expression.operands)
                return p.Every(parts) if expression.connective == "かつ" else p.Some(parts)
            case ex.Among():
                left = self.condition(expression.subset, at, subsets)
                return p.Every((left, self.condition(expression.condition, at, (*subsets, left))))
            case ex.CountAmong():
                counted = tuple(self.members(expression.members, at, subsets))
                return p.Tally(counted, expression.operator, expression.count, "")
            case ex.Comparison() if has_deviation(expression):
                return self.against_deviation(expression, at)
            case ex.Comparison():
                return self.compare(expression, at)
            case ex.ClassIs(value=ex.Name(value=name)):
                return p.InClass(self.classification(name), expression.case)
            case ex.ByClass():
                return self.by_class(expression, at)
            case ex.WithinTop():
                by = None if expression.by is None else self.classification(expression.by)
                subset = None if not subsets else p.Every(subsets)
                lower = self.lower_is_better(expression.value, at)
                ranking = p.Ranking(self.value(expression.value, at), subset, lower, "", by)
                return p.Within(ranking, Fraction(expression.step), expression.unit)
            case (
                ex.Members()
                | ex.Quantity()
                | ex.Score()
                | ex.Previous()
                | ex.Paid()
                | ex.Call()
                | ex.Rounding()
                | ex.OfMembers()
                | ex.PastFigure()
                | ex.Arithmetic()
                | ex.ClassIs()
            ):
                raise AssertionError(expression)  # no condition
            case _:
                assert_never(expression)

    def compare(self, comparison: ex.Comparison, at: str) -> p.Condition:
        """Two values side by side; last year's figures on the right are of what stands on the left (12.1)."""
        left = self.value(comparison.left, at)
        self.compared.append((left, self.lower_is_better(comparison.left, at)))
        right = self.value(comparison.right, at)
        self.compared.pop()
        return p.Compare(left, comparison.operator, right, "")

    def figure_then(self, figure: ex.PastFigure) -> p.Value:
        """The column of a figure of the nation in the year before: that of the same value, from the same end."""
        if figure.text in self.program.facts:
            return p.FactValue(self.program.facts[figure.text])
        of, lower = self.compared[-1]
        found = (
            fact
            for fact in self.program.figures.values()
            if fact.then is not None
            and fact.then.figure == figure.figure
            and self.bare(fact.then.of) == self.bare(of)
            and (fact.then.lower_is_better == lower or not figure.figure.startswith("上位"))
        )
        return p.FactValue(next(found), "前年度")

    def bare(self, value: p.Value) -> p.Value:
        """A value without its units and the names of 定数; points by the leaves that give them."""
        leaves = [leaf.path for leaf in self.program.leaves]

        def below(path: str) -> set[str]:
            return {leaf for leaf in leaves if leaf == path or leaf.startswith(f"{path}.")}

        def change(part: object) -> object | None:
            if isinstance(part, Unit):
                return PLAIN
            if isinstance(part, RestOfWhole):
                whole = set[str]().union(*(below(grant.path) for grant in self.program.grants if not grant.special))
                return p.ScoreValue(tuple(sorted(whole.difference(*map(below, part.excluded)))), PLAIN)
            if isinstance(part, p.ScoreValue):
                return p.ScoreValue(tuple(sorted(set[str]().union(*map(below, part.paths)))), PLAIN)
            return p.Constant(part.value, PLAIN) if isinstance(part, p.Constant) else None

        plain: p.Value = ex.rebuild(value, change)
        return plain

    def by_class(self, expression: ex.ByClass, at: str) -> p.Condition:
        """In each class its own bar; of a body whose class is not known, what is so whatever it is (19)."""
        classes = self.classification(expression.by)
        bars: dict[str | None, p.Condition] = {}
        for case, operator, bar in expression.bars:
            bars[case] = self.compare(ex.Comparison(expression.value, operator, bar, expression.span), at)
        asked: dict[str, p.Condition] = {case: bars[case if case in bars else None] for case, _ in classes.cases}
        if None in bars:
            asked[""] = bars[None]  # of a body that is in no class
        elif all(bounds for _, bounds in classes.cases):
            asked[""] = p.Negation(p.Every(()))
        held = [p.Every((self.in_class(classes, case), bar)) for case, bar in asked.items()]
        return p.Some((*held, p.Every(tuple(asked.values()))))

    def against_deviation(self, comparison: ex.Comparison, at: str) -> p.Condition:
        """Which side of some standard deviations a value lies on: what stands on the right, taken from the left."""
        terms: list[tuple[int, p.Value]] = []
        factor, of = Fraction(0), None
        pending = [(1, comparison.left), (-1, comparison.right)]
        while pending:
            sign, term = pending.pop()
            if isinstance(term, ex.Arithmetic) and term.rest[0][0] in "＋－":
                pending.append((sign, term.first))
                pending += [(sign if operator == "＋" else -sign, operand) for operator, operand in term.rest]
                continue
            if not has_deviation(term):
                terms.append((sign, self.value(term, at)))
                continue
            factors = [("×", term)]
            if isinstance(term, ex.Arithmetic):
                factors = [("×", term.first), *term.rest]
            number = Fraction(sign)
            for operator, each in factors:
                if isinstance(each, ex.Call):
                    of = self.value(each.arguments[0], at)
                    continue
                read = self.value(each, at)
                assert isinstance(read, p.Constant), read
                number = number * read.value if operator == "×" else number / read.value
            factor += number
        assert of is not None
        left = FromDeviation(tuple(terms), factor, of)
        return p.Compare(left, comparison.operator, p.Constant(Fraction(0), PLAIN), "")  # type: ignore[arg-type] # see above

    def in_class(self, classes: p.Classification, case: str) -> p.Condition:
        """Whether a body is in a class, or in none (the empty name)."""
        if case:
            return p.InClass(classes, case)
        return p.Negation(p.Some(tuple(p.InClass(classes, name) for name, _ in classes.cases)))

    def classification(self, name: str) -> p.Classification:
        """A 区分, whose value stands outside every node."""
        found = next(classes for classes in self.program.syntax.classes if classes.name == name)
        cases = tuple(
            (case.name, tuple((operator, p.Constant(Fraction(end.value), PLAIN)) for operator, end in case.bounds))
            for case in found.cases
        )
        return p.Classification(name, self.value(found.value, ""), cases)

    # Values

    def value(self, expression: ex.Expression, at: str, then: str = "") -> p.Value:
        """A value, of another year where ``then`` names one."""
        match expression:
            case ex.Quantity():
                return p.Constant(Fraction(expression.value), PLAIN)
            case ex.Name(value=name):
                if found := self.definition(name, at):
                    return self.value(found[0].value, found[1], then)
                if (constant := self.constant(name)) is not None:
                    return self.value(constant.value, "")
                return p.FactValue(self.program.facts[name], then)
            case ex.Arithmetic():
                operators = ["＋" if expression.rest[0][0] in "＋－" else "×", *(o for o, _ in expression.rest)]
                operands = [expression.first, *(operand for _, operand in expression.rest)]
                parts = tuple(
                    (1 if operator in "＋×" else -1, self.value(operand, at, then))
                    for operator, operand in zip(operators, operands, strict=True)
                )
                return p.Sum(parts, PLAIN) if operators[0] == "＋" else p.Product(parts, PLAIN)
            case ex.Score() | ex.Paid() | ex.Call(function="順位") if then:
                return p.PreviousScore(f"{then}.{self.column(expression, at)}", PLAIN)
            case ex.Score(of=ex.Whole(excluded=excluded)):
                return RestOfWhole(tuple(self.path(target, at) for target in excluded))  # type: ignore[return-value] # see above
            case ex.Score(of=(ex.Name() | ex.PathRef()) as target):
                return p.ScoreValue((self.path(target, at),), PLAIN)
            case ex.Previous(of=inner, year=year):
                return self.value(inner, at, self.then(year, then))
            case ex.PastFigure():
                return self.figure_then(expression)
            case ex.OfMembers():
                return p.FactValue(self.program.aggregates[print_expression(expression)])
            case ex.Rounding():
                inner_value = self.value(expression.value, at, then)
                return p.Rounded(inner_value, expression.decimals, expression.function, PLAIN)
            case ex.Call(function="順位", arguments=(inner,)):
                lower = self.lower_is_better(inner, at)
                return p.RankValue(p.Ranking(self.value(inner, at), None, lower, ""), PLAIN)
            case ex.Call(function="最大" | "最小" as function, arguments=arguments):
                return p.Extremum(tuple(self.value(a, at, then) for a in arguments), function == "最大", PLAIN)
            case ex.Call(function=function, arguments=(inner,)):
                return p.Statistic(self.value(inner, at), function == "全国中央値", PLAIN, "")
            case (
                ex.PathRef()
                | ex.Members()
                | ex.Answer()
                | ex.Score()
                | ex.Paid()
                | ex.Call()
                | ex.Comparison()
                | ex.WithinTop()
                | ex.ClassIs()
                | ex.ByClass()
                | ex.Not()
                | ex.Among()
                | ex.CountAmong()
                | ex.Junction()
            ):
                raise AssertionError(expression)  # no value
            case _:
                assert_never(expression)

    def then(self, year: str, then: str) -> str:
        """Which year is meant by 前年度, 前々年度 or a named one in the values of another (12)."""
        if year not in ("前年度", "前々年度"):
            return year
        apart = 1 + (year == "前々年度")
        if found := re.fullmatch("令和([0-9]+)年度", then):
            number = int(found[1]) - apart
            return f"令和{'元' if number == 1 else number}年度"
        apart += {"": 0, "前年度": 1, "前々年度": 2}.get(then, 0) or int(re.sub("[^0-9]", "", then) or 0)
        return {1: "前年度", 2: "前々年度"}.get(apart, f"{apart}年度前")

    def column(self, expression: ex.Expression, at: str) -> str:
        """The column that holds last year's 得点(…), 順位(…) or 交付額(…), its nodes by their canonical paths."""
        match expression:
            case ex.Score(of=ex.Whole(excluded=excluded)):
                without = "、".join(self.path(target, at) for target in excluded)
                return f"得点(全体 から {without} を除く)" if without else "得点(全体)"
            case ex.Score(of=(ex.Name() | ex.PathRef()) as target):
                return f"得点({self.path(target, at)})"
            case ex.Call(function="順位", arguments=(ex.Name(value=name),)):
                return f"順位({name})"
            case ex.Call(function="順位", arguments=(inner,)):
                return f"順位({self.column(inner, at)})"
            case ex.Paid(budget=budget):
                return f"交付額({budget.value if budget else '全体'})"
            case (
                ex.Name()
                | ex.PathRef()
                | ex.Members()
                | ex.Quantity()
                | ex.Answer()
                | ex.Score()
                | ex.Previous()
                | ex.Call()
                | ex.Rounding()
                | ex.OfMembers()
                | ex.PastFigure()
                | ex.Arithmetic()
                | ex.Comparison()
                | ex.WithinTop()
                | ex.ClassIs()
                | ex.ByClass()
                | ex.Not()
                | ex.Among()
                | ex.CountAmong()
                | ex.Junction()
            ):
                raise AssertionError(expression)  # not known of the year before
            case _:
                assert_never(expression)

    def lower_is_better(self, expression: ex.Expression, at: str) -> bool:
        """Whether small is good: 順位, what says so, and what takes over the direction of what is inside (10)."""
        match expression:
            case ex.Call(function="順位"):
                return True
            case ex.PastFigure():
                return False
            case ex.OfMembers():
                return self.program.aggregates[print_expression(expression)].lower_is_better
            case ex.Previous(of=inner) | ex.Rounding(value=inner):
                return self.lower_is_better(inner, at)
            case ex.Name(value=name):
                if found := self.definition(name, at):
                    return found[0].lower_is_better or self.lower_is_better(found[0].value, found[1])
                return self.constant(name) is None and self.program.facts[name].lower_is_better
            case (
                ex.PathRef()
                | ex.Members()
                | ex.Quantity()
                | ex.Answer()
                | ex.Score()
                | ex.Paid()
                | ex.Call()
                | ex.Arithmetic()
                | ex.Comparison()
                | ex.WithinTop()
                | ex.ClassIs()
                | ex.ByClass()
                | ex.Not()
                | ex.Among()
                | ex.CountAmong()
                | ex.Junction()
            ):
                return False
            case _:
                assert_never(expression)
