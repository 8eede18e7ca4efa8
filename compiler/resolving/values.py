"""Syntax expressions → typed values, in the scope of a node."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Final, TypeVar, assert_never

from attrs import Factory, field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    CircularReference,
    Diagnostic,
    MisplacedAnswer,
    MisplacedDeviation,
    UnclearExclusion,
    UnitMismatch,
    UnknownPath,
    UnknownPot,
    WrongKind,
    YearNotEarlier,
)
from haiten.compiler.identity.node_index import NodeIndex, Place
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression, print_target
from haiten.compiler.program.evaluate import data_in
from haiten.compiler.program.program import Local
from haiten.compiler.program.terms import (
    Classification,
    Constant,
    Extremum,
    Fact,
    FactValue,
    PreviousScore,
    Product,
    Ranking,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.resolving.deviations import DEVIATION
from haiten.compiler.resolving.member_reader import MemberReader
from haiten.compiler.resolving.past_figures import Compared, PastFigures
from haiten.compiler.resolving.run_on_names import unknown_name
from haiten.compiler.resolving.used_names import BudgetName, LocalName, UsedName
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.rulebook import Mode
from haiten.compiler.syntax.units import POINT, Unit, parse_unit
from haiten.compiler.syntax.years import RELATIVE_YEARS, counted_from, western_year

T = TypeVar("T")

POINTS: Final = Unit(((POINT, 1),))
YEN: Final = Unit((("円", 1),))
PLACES: Final = Unit((("位", 1),))
_VALUE_HINT: Final = "値は、数・数の事実・局所名・得点(…) とその計算です。"


@frozen(eq=False)
class ValueTyper:
    """Types the values of one rulebook.

    A sub-expression that is wrong yields None, and so does all around it: one mistake is reported once.
    ``used`` gathers the names that were referred to; ``year`` is that of the rulebook.
    """

    facts: dict[str, Fact]
    nodes: NodeIndex
    classes: dict[str, Classification] = field(factory=dict)
    lost_names: frozenset[str] = frozenset()
    budgets: frozenset[str] = frozenset()
    year: str = ""
    constants: dict[str, Constant | None] = field(factory=dict)  # None: declared, and wrong, which was told
    members: MemberReader | None = None  # None: the bodies of this rulebook have no members
    wrong_classes: set[str] = field(factory=set)  # declared, and wrong, which was told
    diagnostics: list[Diagnostic] = field(factory=list)
    used: set[UsedName] = field(factory=set)
    figures: PastFigures = Factory(lambda self: PastFigures(self.facts, self.year), takes_self=True)
    _locals: dict[LocalName, Local | None] = field(factory=dict)
    _in_progress: list[LocalName] = field(factory=list)

    # Values

    def value(self, expression: ex.Expression, place: Place, then: str = "") -> Value | None:
        """The value that an expression is; None, with a diagnostic, where it is none.

        Args:
            expression: what is written.
            place: where its names are looked up.
            then: the year that its facts, points and ranks are of (language.md 12); empty for that of the rulebook.
        """
        match expression:
            case ex.Quantity():
                return Constant(Fraction(expression.value), parse_unit(expression.unit))
            case ex.Name():
                return self._named_value(expression, place, then)
            case ex.Arithmetic():
                return self._arithmetic(expression, place, then)
            case ex.Score():
                return self._score(expression, place, then)
            case ex.Previous():
                return self._previous(expression, place, then)
            case ex.Call():
                return self._call(expression, place, then)
            case ex.Paid() if then:
                known = expression.budget is None or self.is_budget(expression.budget)
                return PreviousScore(f"{then}.{print_expression(expression)}", YEN) if known else None
            case ex.Paid():
                hint = "今年度の交付額は配分の結果なので、前年度(交付額(…)) だけが書けます。"
                self.wrong(expression.span, "配分の前に決まっている値", "今年度の交付額", hint)
                return None
            case ex.OfMembers():
                return self._of_members(expression, then)
            case ex.PastFigure():
                return self._past_figure(expression, place, then)
            case ex.Rounding():
                value = self.value(expression.value, place, then)
                way = expression.function
                return None if value is None else Rounded(value, expression.decimals, way, value.unit)
            case ex.Answer():
                self.diagnostics.append(MisplacedAnswer(expression.span))
                return None
            case (
                ex.PathRef() | ex.Members() | ex.Comparison() | ex.WithinTop() | ex.ClassIs() | ex.ByClass() | ex.Not()
            ):
                self.wrong(expression.span, "値", "条件", _VALUE_HINT)
                return None
            case ex.Among() | ex.CountAmong() | ex.Junction():
                self.wrong(expression.span, "値", "条件", _VALUE_HINT)
                return None
            case _:
                assert_never(expression)

    def _named_value(self, name: ex.Name, place: Place, then: str) -> Value | None:
        owner = self._owner(name, place)
        if owner is not None:
            local = self.local(owner, name.value, name.span)
            if local is None:
                return None
            return self._local_then(local, owner, name.span, then) if then else local.value
        if name.value in self.constants:
            self.used.add(LocalName("", name.value))
            return self._constant(name, then)
        fact = self.facts.get(name.value)
        if name.value in self.classes:
            self.used.add(name.value)
            self.wrong(name.span, "値", "区分", _VALUE_HINT)
            return None
        if fact is None:
            self.unknown(name, place)
            return None
        self.used.add(name.value)
        if fact.is_yes_no:
            self.wrong(name.span, "値", "該当・非該当の事実", _VALUE_HINT)
            return None
        return FactValue(fact, then)

    def _constant(self, name: ex.Name, then: str) -> Value | None:
        if then:
            hint = f"この年度の定数なら {then}( ) の外で計算し、{then}の数なら別の定数か数で書きます。"
            self.wrong(name.span, f"{then}に分かっている値", "定数", hint)
            return None
        return self.constants[name.value]

    def _local_then(self, local: Local, owner: Place, span: Span, then: str) -> Value | None:
        """A local name in another year; what is amiss with that is told where it is used, not where it is defined."""
        said = len(self.diagnostics)
        value = self.value(local.decl.value, owner, then)
        if found := self.diagnostics[said:]:
            self.diagnostics[said:] = [evolve(found[0], span=span)]
        return value

    def _arithmetic(self, expression: ex.Arithmetic, place: Place, then: str) -> Value | None:
        operands = (expression.first, *(operand for _, operand in expression.rest))
        values: tuple[Value, ...] | None = all_or_none(self.value(operand, place, then) for operand in operands)
        if values is None:
            return None
        operators = [operator for operator, _ in expression.rest]
        first = values[0].unit
        if operators[0] in "×÷":
            exponents = (1, *(1 if operator == "×" else -1 for operator in operators))
            unit = first
            for exponent, value in zip(exponents[1:], values[1:], strict=True):
                unit = unit.times(value.unit, exponent)
            return Product(tuple(zip(exponents, values, strict=True)), unit)
        for value in values[1:]:
            if value.unit != first:
                self.diagnostics.append(UnitMismatch(expression.span, str(first), str(value.unit)))
                return None
        signs = (1, *(1 if operator == "＋" else -1 for operator in operators))
        return Sum(tuple(zip(signs, values, strict=True)), first)

    def _call(self, call: ex.Call, place: Place, then: str) -> Value | None:
        """最大 最小 順位 全国平均 全国中央値."""
        if call.function == DEVIATION:
            for argument in call.arguments:
                self.value(argument, place)
            self.diagnostics.append(MisplacedDeviation(call.span))
            return None
        inside = "" if call.function == "順位" else then
        made = (self.value(argument, place, inside) for argument in call.arguments)
        values: tuple[Value, ...] | None = all_or_none(made)
        if values is None:
            return None
        first = values[0]
        if call.function in ("最大", "最小"):
            if other := next((value for value in values if value.unit != first.unit), None):
                self.diagnostics.append(UnitMismatch(call.span, str(first.unit), str(other.unit)))
                return None
            return Extremum(values, call.function == "最大", first.unit)
        if len(values) > 1:
            self.wrong(
                call.arguments[1].span, "1つの値", "2つ以上の値", f"{call.function}( ) に置けるのは1つの値です。"
            )
            return None
        text = print_expression(call.arguments[0])
        if call.function == "順位":
            if then:
                return self._told(call, place, then, PLACES)
            lower = self.lower_is_better(call.arguments[0], place)
            return RankValue(Ranking(first, None, lower, text), PLACES)
        if then:
            hint = (
                f"{then}の値をこの年度の団体で平均（中央値）するなら「{call.function}({then}({text}))」、"
                f"{then}の全国の値と比べるなら、比べる相手に「{then}の{call.function}」と書きます。"
            )
            self.wrong(call.span, f"{then}の値が団体ごとに分かるもの", call.function, hint)
            return None
        return Statistic(first, call.function == "全国中央値", first.unit, print_expression(call))

    @contextmanager
    def compared_with(self, left: ex.Expression, value: Value | None, place: Place) -> Iterator[None]:
        """While it lasts, values stand on the right of a comparison with another."""
        lower = value is not None and self.lower_is_better(left, place)
        absolute = left if value is None else self._absolute(left, place)  # what is wrong is told once
        self.figures.compared.append(Compared(left, absolute, value, self.visible(place), lower))
        yield
        self.figures.compared.pop()

    def _past_figure(self, figure: ex.PastFigure, place: Place, then: str) -> Value | None:
        if figure.text in {*self.facts, *self.visible(place), *self.constants}:
            return self._named_value(ex.Name(figure.text, figure.span), place, then)
        read = self.figures.read(figure, then)
        if isinstance(read, Diagnostic):
            self.diagnostics.append(read)
            return None
        return read

    def _of_members(self, figure: ex.OfMembers, then: str) -> Value | None:
        if self.members is None:
            hint = "管内の市町村から決まる値は、都道府県の評価指標でだけ使えます。"
            self.wrong(figure.span, "この評価指標の団体の値", str(figure.function), hint)
            return None
        if then:
            hint = f"管内の値は、この年度の市町村の採点から決まります。{then}の値は、事実として宣言します。"
            self.wrong(figure.span, f"{then}に分かっている値", str(figure.function), hint)
            return None
        fact = self.members.fact(figure)
        return None if fact is None else FactValue(fact)

    def _told(self, expression: ex.Expression, place: Place, then: str, unit: Unit) -> PreviousScore:
        """Points or a rank of an older year; the column has one name, from wherever the node is referred to."""
        return PreviousScore(f"{then}.{print_expression(self._absolute(expression, place))}", unit)

    def _score(self, score: ex.Score, place: Place, then: str) -> Value | None:
        made = self._score_now(score, place)
        return self._told(score, place, then, POINTS) if made is not None and then else made

    def _score_now(self, score: ex.Score, place: Place) -> ScoreValue | None:
        if isinstance(score.of, ex.Whole):
            excluded = all_or_none(self.path(target, place) for target in score.of.excluded)
            return None if excluded is None else self._rest(frozenset(excluded), score.of)
        path = self.path(score.of, place)
        return None if path is None else ScoreValue((path,), POINTS)

    def _rest(self, excluded: frozenset[str], whole: ex.Whole) -> ScoreValue | None:
        """The points of all grants without ``excluded``: of the largest nodes that together are what is left."""
        self.nodes.asked.add("")
        cover: list[str] = []
        undisclosed = 0
        pending = [grant for grant in reversed(self.nodes.grants) if not grant.node.heading.special]
        while pending:
            place = pending.pop()
            if place.path in excluded:
                continue
            if not any(path.startswith(place.path + ".") for path in excluded):
                cover.append(place.path)
                continue
            mode = place.node.heading.mode
            if mode is not Mode.SUM:
                inside = min(path for path in excluded if path.startswith(place.path + "."))
                self.diagnostics.append(UnclearExclusion(whole.span, inside, place.path, mode.value))
                return None
            undisclosed += place.node.undisclosed.points.value if place.node.undisclosed else 0
            pending.extend(reversed(place.children))
        return ScoreValue(tuple(cover), POINTS, undisclosed)

    def _previous(self, previous: ex.Previous, place: Place, then: str) -> Value | None:
        """What a value was in another year, in which all that it is made of is taken."""
        if previous.year in RELATIVE_YEARS:
            then = counted_from(previous.year, then)
        elif then:
            hint = f"{previous.year}の値なら {then}( ) の外に、{then}から数えるなら「前年度(…)」と書きます。"
            self.wrong(previous.span, f"{then}から数えた年度", previous.year, hint)
            return None
        elif not 0 < western_year(previous.year) < western_year(self.year):
            self.diagnostics.append(YearNotEarlier(previous.span, previous.year, self.year))
            return None
        value = self.value(previous.of, place, then or previous.year)
        if value is not None and not any(True for _ in data_in(value)):
            hint = "( ) の中には、事実・得点(…)・順位(…) と、それらの計算を置きます。"
            self.wrong(previous.of.span, "年度で変わる値", "いつも同じ数", hint)
            return None
        return value

    def is_budget(self, name: ex.Name) -> bool:
        """Whether a 予算 has this name; tells where none has."""
        self.used.add(BudgetName(name.value))
        if name.value in self.budgets:
            return True
        self.diagnostics.append(UnknownPot(name.span, "予算", name.value, nearest(name.value, self.budgets)))
        return False

    def _absolute(self, expression: ex.Expression, place: Place) -> ex.Expression:
        """A 得点(…), or a 順位(…) of one, with its nodes by their canonical paths."""

        def absolute(target: ex.Target) -> ex.Target:
            path = self.path(target, place)
            return target if path is None else ex.PathRef(tuple(path.split(".")), target.span)

        if isinstance(expression, ex.Call):
            return evolve(expression, arguments=tuple(self._absolute(a, place) for a in expression.arguments))
        if not isinstance(expression, ex.Score):
            return expression  # 前年度( ) takes no other that refers to nodes
        if isinstance(expression.of, ex.Whole):
            excluded = tuple(absolute(target) for target in expression.of.excluded)
            return evolve(expression, of=evolve(expression.of, excluded=excluded))
        return evolve(expression, of=absolute(expression.of))

    def lower_is_better(self, value: ex.Expression, place: Place) -> bool:
        """Whether ranks by a value count from the small end: a fact or local name that says so."""
        match value:
            case ex.OfMembers():
                fact = None if self.members is None else self.members.fact(value)
                return fact is not None and fact.lower_is_better
            case ex.Call():
                return value.function == "順位"  # 1位 is the best
            case ex.Previous(of=inner) | ex.Rounding(value=inner):
                return self.lower_is_better(inner, place)
            case ex.Name():
                local = self._local(value, place)
                if local is not None:
                    own = local.lower_is_better
                    return own or self.lower_is_better(local.decl.value, self._owner(value, place) or place)
                return value.value in self.facts and self.facts[value.value].lower_is_better
            case ex.Score() | ex.Quantity() | ex.Arithmetic() | ex.Paid() | ex.PastFigure():
                return False
            case (
                ex.Answer()
                | ex.PathRef()
                | ex.Members()
                | ex.Comparison()
                | ex.WithinTop()
                | ex.ClassIs()
                | ex.ByClass()
            ):
                return False  # no value, which was reported
            case ex.Not() | ex.Among() | ex.CountAmong() | ex.Junction():
                return False
            case _:
                assert_never(value)

    # Names

    def path(self, target: ex.Target, place: Place) -> str | None:
        """The canonical path that a target names, looked for from the place outwards."""
        found = self.nodes.find(
            ex.PathRef((target.value,), target.span) if isinstance(target, ex.Name) else target, place
        )
        if found is None and not self.nodes.incomplete:
            written = print_target(target)
            # Outside all nodes a path from a 目標 may be one of several 交付金.
            below = [f"{grant.path}.{written}" for grant in self.nodes.grants]
            meant = " か ".join(path for path in below if path in self.nodes.places)
            unknown = UnknownPath(target.span, written, meant or nearest(written, self.nodes.places))
            self.diagnostics.append(self.nodes.gone_at(ex.as_path(target), place) or unknown)
        return found.path if found else None

    def visible(self, place: Place) -> dict[str, Place]:
        """The local names known at a place, with where each is defined; inner ones first."""
        visible: dict[str, Place] = {}
        current: Place | None = place
        while current is not None:
            for definition in current.node.definitions:
                visible.setdefault(definition.name, current)
            current = current.parent
        return visible

    def _owner(self, name: ex.Name, place: Place) -> Place | None:
        return self.visible(place).get(name.value)

    def _local(self, name: ex.Name, place: Place) -> Local | None:
        owner = self._owner(name, place)
        return None if owner is None else self.local(owner, name.value, name.span)

    def local(self, owner: Place, name: str, used_at: object = None) -> Local | None:
        """The meaning of a local name of a place; None where its definition is wrong."""
        key = LocalName(owner.path, name)
        if used_at is not None:
            self.used.add(key)
        if key in self._locals:
            return self._locals[key]
        decl = next(d for d in owner.node.definitions if d.name == name)
        if key in self._in_progress:
            around = self._in_progress[self._in_progress.index(key) :]
            chain = " → ".join([*(inner.name for inner in around), name])
            self.diagnostics.append(CircularReference(decl.span, owner.path, chain))
            return None
        self._in_progress.append(key)
        self.figures.compared.append(None)
        value = self.value(decl.value, owner)
        self.figures.compared.pop()
        self._in_progress.pop()
        local = None if value is None else Local(name, value, decl.lower_is_better, decl)
        self._locals.setdefault(key, local)
        return self._locals[key]

    def unknown(self, name: ex.Name, place: Place) -> None:
        """Tell that a name is not declared, or is one in other characters."""
        if not {name.value, "事実", "区分", "定数"} & self.lost_names:
            known = [*self.visible(place), *self.facts, *self.classes, *self.constants]
            told, meant = unknown_name(name, known)
            self.used.update(meant)
            self.diagnostics.append(told)

    def wrong(self, span: Span, expected: str, found: str, hint: str) -> None:
        """Tell that something is of the wrong kind."""
        self.diagnostics.append(WrongKind(span, expected, found, hint))


def all_or_none(results: Iterable[T | None]) -> tuple[T, ...] | None:
    """All results, each made so that its mistakes are reported; None if any failed."""
    made = list(results)
    return None if any(result is None for result in made) else tuple(result for result in made if result is not None)
