"""Syntax expressions → typed conditions and values, in the scope of a node."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, TypeVar

from attrs import evolve, field, frozen

from haiten.compiler import expressions as ex
from haiten.compiler.diagnostics import (
    CircularReference,
    Diagnostic,
    EmptySpan,
    MisplacedAnswer,
    NotALeaf,
    UnclearExclusion,
    UnitMismatch,
    UnknownClass,
    UnknownName,
    UnknownPath,
    WrongKind,
)
from haiten.compiler.nodes import NodeIndex, Place
from haiten.compiler.printer import print_expression, print_target
from haiten.compiler.program import (
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
    InClass,
    Local,
    Met,
    Negation,
    PreviousScore,
    Product,
    Ranking,
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
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import Mode
from haiten.compiler.types import POINT, Unit, parse_unit

T = TypeVar("T")

POINTS: Final = Unit(((POINT, 1),))
PLACES: Final = Unit((("位", 1),))
_CONDITION_HINT: Final = "条件は「比率 が 上位7割」「三職種数 が 0人超」のように書きます。"
_VALUE_HINT: Final = "値は、数・数の事実・局所名・得点(…) とその計算です。"


@frozen(eq=False)
class Typer:
    """Types the expressions of one rulebook.

    A sub-expression that is wrong yields None, and so does all around it: one mistake is told once.
    ``used`` gathers the names that were referred to.
    """

    facts: dict[str, Fact]
    nodes: NodeIndex
    classes: dict[str, Classification] = field(factory=dict)
    lost_names: frozenset[str] = frozenset()
    diagnostics: list[Diagnostic] = field(factory=list)
    used: set[str] = field(factory=set)
    _locals: dict[tuple[str, str], Local | None] = field(factory=dict)
    _in_progress: list[tuple[str, str]] = field(factory=list)

    # Conditions

    def condition(self, expression: ex.Expression, place: Place) -> Condition | None:
        """The condition that an expression is; None, with a diagnostic, where it is none."""
        match expression:
            case ex.Junction():
                parts: tuple[Condition, ...] | None = _all_or_none(
                    self.condition(operand, place) for operand in expression.operands
                )
                return None if parts is None else (Every if expression.connective == "かつ" else Some)(parts)
            case ex.Not():
                part = self.condition(expression.operand, place)
                return None if part is None else Negation(part)
            case ex.Among():
                subset = self.condition(expression.subset, place)
                condition = self.condition(expression.condition, place)
                if subset is None or condition is None:
                    return None
                ranked = _ranked_in(condition, subset)
                # A rank in a subset already asks for membership.
                return ranked if isinstance(ranked, Within) else Every((subset, ranked))
            case ex.CountAmong():
                return self._tally(expression, place)
            case ex.Comparison():
                return self._comparison(expression, place)
            case ex.ClassIs():
                return self._in_class(expression, place)
            case ex.Within():
                return self._within(expression, place)
            case ex.Answer():
                return AnswerTo(place.path)
            case ex.PathRef():
                return self._met(expression, place)
            case ex.Name():
                return self._named_condition(expression, place)
            case _:
                self._wrong(expression.span, "条件", "値", _CONDITION_HINT)
                return None

    def _comparison(self, expression: ex.Comparison, place: Place) -> Condition | None:
        left, right = self.value(expression.left, place), self.value(expression.right, place)
        if left is None or right is None:
            return None
        if left.unit != right.unit:
            self.diagnostics.append(UnitMismatch(expression.span, str(left.unit), str(right.unit)))
            return None
        return Compare(left, expression.operator, right, print_expression(expression))

    def _within(self, expression: ex.Within, place: Place) -> Condition | None:
        value = self.value(expression.value, place)
        if value is None:
            return None
        by = None
        if expression.by is not None and (by := self._classification(expression.by, expression.span)) is None:
            return None
        lower = self._lower_is_better(expression.value, place)
        ranking = Ranking(value, None, lower, print_expression(expression.value), by)
        return Within(ranking, Fraction(expression.step), expression.unit)

    def _classification(self, name: str, span: Span) -> Classification | None:
        self.used.add(name)
        if name not in self.classes:
            self._wrong(span, "区分", f"「{name}」", "区分は「区分 規模 = …」のように宣言します。")
            return None
        return self.classes[name]

    def _in_class(self, expression: ex.ClassIs, place: Place) -> Condition | None:
        name = expression.value.value if isinstance(expression.value, ex.Name) else print_expression(expression.value)
        classification = self._classification(name, expression.value.span)
        if classification is None:
            return None
        known = [case for case, _ in classification.cases]
        if expression.case not in known:
            suggestion = nearest(expression.case, known)
            self.diagnostics.append(UnknownClass(expression.span, name, expression.case, "、".join(known), suggestion))
            return None
        return InClass(classification, expression.case)

    def _tally(self, expression: ex.CountAmong, place: Place) -> Condition | None:
        members = self._members(expression.members, place)
        if members is None:
            return None
        return Tally(members, expression.operator, expression.count, print_expression(expression))

    def _members(self, expression: ex.Expression, place: Place) -> tuple[Condition, ...] | None:
        """The conditions that 「①～④」「①、②、④」 stand for; a single bracketed condition stands for itself."""
        if not isinstance(expression, ex.Members):
            condition = self.condition(expression, place)
            return None if condition is None else (condition,)
        members: list[Condition | None] = []
        for item in expression.items:
            if not isinstance(item, tuple):
                members.append(self.condition(item, place))
                continue
            first, last = (self.path(end, place) for end in item)
            if first is None or last is None:
                return None
            parent = self.nodes.places[first].parent
            siblings = [child.path for child in parent.children] if parent else []
            if last not in siblings or siblings.index(last) <= siblings.index(first):
                self.diagnostics.append(EmptySpan(expression.span, print_expression(expression)))
                return None
            for path in siblings[siblings.index(first) : siblings.index(last) + 1]:
                members.append(self._met(ex.PathRef(tuple(path.split(".")), expression.span), place))
        return _all_or_none(members)

    def _lower_is_better(self, value: ex.Expression, place: Place) -> bool:
        if isinstance(value, ex.Name):
            local = self._local(value, place)
            if local is not None:
                own = local.lower_is_better
                return own or self._lower_is_better(local.decl.value, self._owner(value, place) or place)
            if value.value in self.facts:
                return self.facts[value.value].lower_is_better
        return False

    def _met(self, reference: ex.PathRef, place: Place) -> Condition | None:
        path = self.path(reference, place)
        if path is None:
            return None
        node = self.nodes.places[path]
        if node.children:
            leaves = "、".join(child.path for child in node.children)
            self.diagnostics.append(NotALeaf(reference.span, path, leaves))
            return None
        return Met(path)

    def _named_condition(self, name: ex.Name, place: Place) -> Condition | None:
        fact = self.facts.get(name.value)
        if fact is not None and fact.is_yes_no:
            self.used.add(name.value)
            return FactHolds(fact)
        if name.value in self.classes:
            self.used.add(name.value)
            hint = f"区分は「{name.value} が 「{self.classes[name.value].cases[0][0]}」」のように使います。"
            self._wrong(name.span, "条件", "区分", hint)
            return None
        if fact is None and name.value not in self._visible(place):
            self._unknown(name, place)
            return None
        self.used.add(name.value)
        self._wrong(name.span, "条件", "数の値", _CONDITION_HINT)
        return None

    # Values

    def value(self, expression: ex.Expression, place: Place) -> Value | None:
        """The value that an expression is; None, with a diagnostic, where it is none."""
        match expression:
            case ex.Quantity():
                return Constant(Fraction(expression.value), parse_unit(expression.unit))
            case ex.Name():
                return self._named_value(expression, place)
            case ex.Arithmetic():
                return self._arithmetic(expression, place)
            case ex.Score():
                return self._score(expression, place)
            case ex.Previous():
                return self._previous(expression, place)
            case ex.Call():
                return self._call(expression, place)
            case ex.Rounding():
                value = self.value(expression.value, place)
                half_up = expression.function == "四捨五入"
                return None if value is None else Rounded(value, expression.decimals, half_up, value.unit)
            case ex.Answer():
                self.diagnostics.append(MisplacedAnswer(expression.span))
                return None
            case _:
                self._wrong(expression.span, "値", "条件", _VALUE_HINT)
                return None

    def _named_value(self, name: ex.Name, place: Place) -> Value | None:
        if name.value in self._visible(place):
            local = self._local(name, place)
            return local.value if local else None
        fact = self.facts.get(name.value)
        if name.value in self.classes:
            self.used.add(name.value)
            self._wrong(name.span, "値", "区分", _VALUE_HINT)
            return None
        if fact is None:
            self._unknown(name, place)
            return None
        self.used.add(name.value)
        if fact.is_yes_no:
            self._wrong(name.span, "値", "該当・非該当の事実", _VALUE_HINT)
            return None
        return FactValue(fact)

    def _arithmetic(self, expression: ex.Arithmetic, place: Place) -> Value | None:
        operands = (expression.first, *(operand for _, operand in expression.rest))
        values: tuple[Value, ...] | None = _all_or_none(self.value(operand, place) for operand in operands)
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

    def _call(self, call: ex.Call, place: Place) -> Value | None:
        """最大 最小 順位 全国平均 全国中央値."""
        made = (self.value(argument, place) for argument in call.arguments)
        values: tuple[Value, ...] | None = _all_or_none(made)
        if values is None:
            return None
        first = values[0]
        if call.function in ("最大", "最小"):
            if other := next((value for value in values if value.unit != first.unit), None):
                self.diagnostics.append(UnitMismatch(call.span, str(first.unit), str(other.unit)))
                return None
            return Extremum(values, call.function == "最大", first.unit)
        if len(values) > 1:
            self._wrong(
                call.arguments[1].span, "1つの値", "2つ以上の値", f"{call.function}( ) に置けるのは1つの値です。"
            )
            return None
        text = print_expression(call.arguments[0])
        if call.function == "順位":
            lower = self._lower_is_better(call.arguments[0], place)
            return RankValue(Ranking(first, None, lower, text), PLACES)
        return Statistic(first, call.function == "全国中央値", first.unit, print_expression(call))

    def _score(self, score: ex.Score, place: Place) -> Value | None:
        if isinstance(score.of, ex.Whole):
            excluded = _all_or_none(self.path(target, place) for target in score.of.excluded)
            cover = None if excluded is None else self._cover(frozenset(excluded), score.of)
            return None if cover is None else ScoreValue(cover, POINTS)
        path = self.path(score.of, place)
        return None if path is None else ScoreValue((path,), POINTS)

    def _cover(self, excluded: frozenset[str], whole: ex.Whole) -> tuple[str, ...] | None:
        """The largest nodes that together are all grants without ``excluded``."""
        cover: list[str] = []
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
            pending.extend(reversed(place.children))
        return tuple(cover)

    def _previous(self, previous: ex.Previous, place: Place) -> Value | None:
        match previous.of:
            case ex.Name(value=name) if name not in self._visible(place):
                value = self._named_value(previous.of, place)
                return evolve(value, previous=True) if isinstance(value, FactValue) else None
            case ex.Score():
                value = self._score(previous.of, place)
                return None if value is None else PreviousScore(f"前年度.{print_expression(previous.of)}", POINTS)
            case ex.Call(function="順位"):
                value = self._call(previous.of, place)
                return None if value is None else PreviousScore(f"前年度.{print_expression(previous.of)}", PLACES)
            case _:
                hint = "前年度( ) には事実・得点(…)・順位(…) を置きます。"
                self._wrong(previous.of.span, "事実か得点(…)か順位(…)", "計算や条件", hint)
                return None

    # Names

    def path(self, target: ex.Target, place: Place) -> str | None:
        """The canonical path that a target names, looked for from the place outwards."""
        found = self.nodes.find(
            ex.PathRef((target.value,), target.span) if isinstance(target, ex.Name) else target, place
        )
        if found is None and not self.nodes.incomplete:
            written = print_target(target)
            self.diagnostics.append(UnknownPath(target.span, written, nearest(written, self.nodes.places)))
        return found.path if found else None

    def _visible(self, place: Place) -> dict[str, Place]:
        """The local names known at a place, with where each is defined; inner ones first."""
        visible: dict[str, Place] = {}
        current: Place | None = place
        while current is not None:
            for definition in current.node.definitions:
                visible.setdefault(definition.name, current)
            current = current.parent
        return visible

    def _owner(self, name: ex.Name, place: Place) -> Place | None:
        return self._visible(place).get(name.value)

    def _local(self, name: ex.Name, place: Place) -> Local | None:
        owner = self._owner(name, place)
        return None if owner is None else self.local(owner, name.value, name.span)

    def local(self, owner: Place, name: str, used_at: object = None) -> Local | None:
        """The meaning of a local name of a place; None where its definition is wrong."""
        key = (owner.path, name)
        if used_at is not None:
            self.used.add(f"{owner.path} {name}")
        if key in self._locals:
            return self._locals[key]
        decl = next(d for d in owner.node.definitions if d.name == name)
        if key in self._in_progress:
            chain = " → ".join([n for _, n in self._in_progress[self._in_progress.index(key) :]] + [name])
            self.diagnostics.append(CircularReference(decl.span, owner.path, chain))
            return None
        self._in_progress.append(key)
        value = self.value(decl.value, owner)
        self._in_progress.pop()
        local = None if value is None else Local(name, value, decl.lower_is_better, decl)
        self._locals.setdefault(key, local)
        return self._locals[key]

    def _unknown(self, name: ex.Name, place: Place) -> None:
        if not {name.value, "事実", "区分"} & self.lost_names:
            known = [*self._visible(place), *self.facts, *self.classes]
            self.diagnostics.append(UnknownName(name.span, name.value, nearest(name.value, known)))

    def _wrong(self, span: Span, expected: str, found: str, hint: str) -> None:
        self.diagnostics.append(WrongKind(span, expected, found, hint))


def _all_or_none(results: Iterable[T | None]) -> tuple[T, ...] | None:
    """All results, each made so that its mistakes are told; None if any failed."""
    made = list(results)
    return None if any(result is None for result in made) else tuple(result for result in made if result is not None)


def _ranked_in(condition: Condition, subset: Condition) -> Condition:
    """The condition with its ranks taken among the bodies that meet ``subset``."""
    match condition:
        case Within(ranking=ranking):
            inner = subset if ranking.subset is None else Every((subset, ranking.subset))
            return evolve(condition, ranking=evolve(ranking, subset=inner))
        case Tally():
            return evolve(condition, parts=tuple(_ranked_in(part, subset) for part in condition.parts))
        case Every(parts):
            return Every(tuple(_ranked_in(part, subset) for part in parts))
        case Some(parts):
            return Some(tuple(_ranked_in(part, subset) for part in parts))
        case Negation(part):
            return Negation(_ranked_in(part, subset))
        case _:
            return condition
