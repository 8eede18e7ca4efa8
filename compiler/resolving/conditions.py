"""Syntax expressions → typed conditions, in the scope of a node."""

from fractions import Fraction
from itertools import islice
from typing import Final, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    ClassesNotCovered,
    EmptySpan,
    NotALeaf,
    TooManyParts,
    UnitMismatch,
    UnknownClass,
    UnknownName,
)
from haiten.compiler.identity.node_index import Place
from haiten.compiler.late import frozen
from haiten.compiler.limits import MOST_PARTS
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.ranges import ends_of
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    ClassTable,
    Compare,
    Condition,
    Every,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    Ranking,
    Some,
    Tally,
    Value,
    Within,
)
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.resolving.deviations import DeviationReader, deviations_in
from haiten.compiler.resolving.used_names import LocalName
from haiten.compiler.resolving.values import ValueTyper, all_or_none
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.units import Range, Unit

_SHARES: Final = {"%": 100, "‰": 1_000}
_CONDITION_HINT: Final = "条件は「比率 が 上位7割」「三職種数 が 0人超」のように書きます。"


@frozen(eq=False)
class Typer(ValueTyper):
    """Types the conditions and values of one rulebook."""

    # Conditions

    def condition(self, expression: ex.Expression, place: Place, subset: Condition | None = None) -> Condition | None:
        """The condition that an expression is; None, with a diagnostic, where it is none.

        Args:
            expression: what is written.
            place: where its names are looked up.
            subset: what stands on the left of のうち around it: ranks are taken among the bodies that meet it.
        """
        match expression:
            case ex.Junction():
                parts: tuple[Condition, ...] | None = all_or_none(
                    self.condition(operand, place, subset) for operand in expression.operands
                )
                return None if parts is None else (Every if expression.connective == "かつ" else Some)(parts)
            case ex.Not():
                part = self.condition(expression.operand, place, subset)
                return None if part is None else Negation(part)
            case ex.Among():
                return self._among(expression, place, subset)
            case ex.CountAmong():
                return self._tally(expression, place, subset)
            case ex.Comparison():
                return self._comparison(expression, place)
            case ex.ClassIs():
                return self._in_class(expression, place)
            case ex.ByClass():
                return self._by_class(expression, place)
            case ex.WithinTop():
                return self._within(expression, place, subset)
            case ex.Answer():
                return AnswerTo(place.path)
            case ex.PathRef():
                return self._met(expression, place)
            case ex.Name():
                return self._named_condition(expression, place)
            case ex.Quantity() | ex.Score() | ex.Previous() | ex.Paid() | ex.Call() | ex.Rounding() | ex.Arithmetic():
                self.wrong(expression.span, "条件", "値", _CONDITION_HINT)
                return None
            case ex.Members() | ex.OfMembers() | ex.PastFigure():
                self.wrong(expression.span, "条件", "値", _CONDITION_HINT)
                return None
            case _:
                assert_never(expression)

    def _among(self, among: ex.Among, place: Place, outer: Condition | None) -> Condition | None:
        """``A のうち B``, itself perhaps on the right of another: then A's ranks, too, are taken among those."""
        left = self.condition(among.subset, place, outer)
        if left is None:
            self.condition(among.condition, place, outer)  # its mistakes are reported as well
            return None
        # So does a rank on the left.
        inner = left if outer is None or isinstance(left, Within) else Every((outer, left))
        if size_of(inner) > MOST_PARTS:
            self.diagnostics.append(TooManyParts(among.span, MOST_PARTS))
            return None
        right = self.condition(among.condition, place, inner)
        if right is None:
            return None
        # A rank in a subset already asks for membership.
        return right if isinstance(right, Within) else Every((left, right))

    def _comparison(self, expression: ex.Comparison, place: Place) -> Condition | None:
        if deviations_in(expression):
            reader = DeviationReader(lambda operand: self.value(operand, place), self.diagnostics)
            return reader.condition(expression)
        left = self.value(expression.left, place)
        if left is None and expression.brief:
            return None  # the right side says the same, of another year
        with self.compared_with(expression.left, left, place):
            right = self.value(expression.right, place)
        if left is None or right is None:
            return None
        if left.unit != right.unit:
            if isinstance(expression.left, ex.Quantity):
                # A name that begins with a digit is read as a number with its unit: 3職種.
                written = print_expression(expression.left)
                meant = nearest(written, [*self.visible(place), *self.facts])
                if meant is not None:
                    self.used.add(meant)
                    self.diagnostics.append(UnknownName(expression.left.span, written, meant))
                    return None
            mismatch = UnitMismatch(expression.span, str(left.unit), str(right.unit))
            for side, other in ((expression.left, right), (expression.right, left)):
                if isinstance(side, ex.Quantity):
                    mismatch = _with_readings(mismatch, side, other)
            self.diagnostics.append(mismatch)
            return None
        return Compare(left, expression.operator, right, print_expression(expression))

    def _within(self, expression: ex.WithinTop, place: Place, subset: Condition | None) -> Condition | None:
        value = self.value(expression.value, place)
        if value is None:
            return None
        by = None
        if expression.by is not None and (by := self.classification(expression.by, expression.span)) is None:
            return None
        lower = self.lower_is_better(expression.value, place)
        ranking = Ranking(value, subset, lower, print_expression(expression.value), by)
        return Within(ranking, Fraction(expression.step), expression.unit)

    def classification(self, name: str, span: Span) -> Classification | None:
        """The 区分 of a name; None, with a diagnostic, where it is none."""
        self.used.add(name)
        if name not in self.classes and {name, "区分"} & {*self.lost_names, *self.wrong_classes}:
            return None  # its declaration could not be read, or is wrong, which was reported
        if name not in self.classes:
            self.wrong(span, "区分", f"「{name}」", "区分は「区分 規模 = …」のように宣言します。")
            return None
        return self.classes[name]

    def _in_class(self, expression: ex.ClassIs, place: Place) -> Condition | None:
        name = expression.value.value if isinstance(expression.value, ex.Name) else print_expression(expression.value)
        classification = self.classification(name, expression.value.span)
        if classification is None:
            return None
        known = [case for case, _ in classification.cases]
        if expression.case not in known:
            suggestion = nearest(expression.case, known)
            self.diagnostics.append(UnknownClass(expression.span, name, expression.case, "、".join(known), suggestion))
            return None
        return InClass(classification, expression.case)

    def _by_class(self, expression: ex.ByClass, place: Place) -> Condition | None:
        """A table by classes: whoever is in a class meets its bar; where the class is unknown, all bars together do."""
        classification = self.classification(expression.by, expression.span)
        if self.value(expression.value, place) is None:
            return None  # told once, not for each bar
        bars = (
            self._comparison(ex.Comparison(expression.value, operator, bar, bar.span), place)
            for _, operator, bar in expression.bars
        )
        asked: tuple[Condition, ...] | None = all_or_none(bars)
        if classification is None or asked is None or not self._covers(classification, expression):
            return None
        named = tuple(InClass(classification, case) for case, _, _ in expression.bars if case is not None)
        others = Negation(named[0] if len(named) == 1 else Some(named))
        held: list[Condition] = [
            others if case is None else InClass(classification, case) for case, _, _ in expression.bars
        ]
        cases = tuple(zip(held, asked, strict=True))
        # In a class that is not known a body meets what is asked in each, if surely it is in one that has a bar.
        surely = any(case is None for case, _, _ in expression.bars) or any(not b for _, b in classification.cases)
        together = (Every(asked),) if surely and len(asked) > 1 else ()
        table = ClassTable(classification, cases, print_expression(expression))
        return Some((*map(Every, cases), *together), table)

    def _covers(self, classification: Classification, expression: ex.ByClass) -> bool:
        """Whether each class has one bar; tells where it has none, or two."""
        known = [case for case, _ in classification.cases]
        written = [case for case, _, _ in expression.bars]
        unknown = next((case for case in written if case is not None and case not in known), None)
        if unknown is not None:
            suggestion = nearest(unknown, known)
            name, listed = classification.name, "、".join(known)
            self.diagnostics.append(UnknownClass(expression.span, name, unknown, listed, suggestion))
            return False
        doubled = next((case for case in written if written.count(case) > 1), "")
        missing = [case for case in known if case not in written]
        if doubled != "":
            reason = f"{'「その他」' if doubled is None else f'階級「{doubled}」'}が2つ以上あります"
        elif None in written and not missing:
            reason = "全ての階級に基準があるので、「その他」に当たる階級がありません"
        elif None in written and len(written) == 1:
            reason = "「その他」だけで、基準が階級で分かれません"
        elif None not in written and missing:
            reason = f"{'、'.join(f'「{case}」' for case in missing)}の基準がありません"
        else:
            return True
        self.diagnostics.append(ClassesNotCovered(expression.span, classification.name, reason))
        return False

    def _tally(self, expression: ex.CountAmong, place: Place, subset: Condition | None) -> Condition | None:
        if isinstance(expression.members, ex.Arithmetic):
            hint = "範囲は「ア〜ウ」、飛び飛びなら「ア、ウ」と書きます。"
            self.wrong(expression.members.span, "項目の並び", "計算", hint)
            return None
        members = self._members(expression.members, place, subset)
        if members is None:
            return None
        return Tally(members, expression.operator, expression.count, print_expression(expression))

    def _members(
        self, expression: ex.Expression, place: Place, subset: Condition | None
    ) -> tuple[Condition, ...] | None:
        """The conditions that 「①～④」「①、②、④」 stand for; a single bracketed condition stands for itself."""
        if not isinstance(expression, ex.Members):
            condition = self.condition(expression, place, subset)
            return None if condition is None else (condition,)
        members: list[Condition | None] = []
        for item in expression.items:
            if not isinstance(item, tuple):
                members.append(self.condition(item, place, subset))
                continue
            between = self._range(item, expression, place)
            if between is None:
                return None
            members += [self._met(ex.PathRef(tuple(path.split(".")), expression.span), place) for path in between]
        return all_or_none(members)

    def _range(self, item: tuple[ex.Target, ex.Target], expression: ex.Members, place: Place) -> tuple[str, ...] | None:
        """The paths of a range, in the order of the document; None, with a diagnostic, where it is none."""
        spread = self.nodes.spread(item, place)
        if spread.first is None or spread.last is None:
            self.path(item[0] if spread.first is None else item[1], place)  # tells
            return None
        if not spread.between:
            self.diagnostics.append(EmptySpan(expression.span, print_expression(expression)))
            return None
        return tuple(found.path for found in spread.between)

    def _met(self, reference: ex.PathRef, place: Place) -> Condition | None:
        path = self.path(reference, place)
        if path is None:
            return None
        node = self.nodes.places[path]
        if node.children or node.node.undisclosed:
            leaves = f"いちばん下の項目です: {'、'.join(child.path for child in node.children)}"
            told = NotALeaf(reference.span, path, leaves)
            hidden = NotALeaf(reference.span, path, "中身が公表された項目です。", "は点だけが分かる（未公表）")
            self.diagnostics.append(told if node.children else hidden)
            return None
        return Met(path)

    def _named_condition(self, name: ex.Name, place: Place) -> Condition | None:
        fact = self.facts.get(name.value)
        if fact is not None and fact.is_yes_no:
            self.used.add(name.value)
            return FactHolds(fact)
        if name.value in self.visible(place) and self._local(name, place) is None:
            return None  # its definition was reported
        if name.value in self.classes:
            self.used.add(name.value)
            hint = f"区分は「{name.value} が 「{self.classes[name.value].cases[0][0]}」」のように使います。"
            self.wrong(name.span, "条件", "区分", hint)
            return None
        if fact is None and name.value not in self.visible(place) and name.value not in self.constants:
            self.unknown(name, place)
            return None
        self.used.add(LocalName("", name.value) if fact is None else name.value)
        self.wrong(name.span, "条件", "数の値", _CONDITION_HINT)
        return None


def size_of(condition: Condition) -> int:
    """Of how many conditions one is made, as far as it matters whether they are too many."""
    return sum(1 for _ in islice(conditions_in(condition), MOST_PARTS + 1))


def _with_readings(mismatch: UnitMismatch, number: ex.Quantity, other: Value) -> UnitMismatch:
    """What a number of the wrong unit may mean beside a value: the one reading there is as a fix, two in words.

    A number without unit beside a percentage is that many percent, or the share itself: 0.05 is 0.05% or 5%. Only what
    the value can be is a reading.
    """
    unit = str(other.unit)
    if not number.unit and unit in _SHARES:
        readings = [Fraction(number.value), Fraction(number.value) * _SHARES[unit]]
        fact = other.fact if isinstance(other, FactValue) else None
        ends = ends_of(fact) if fact is not None else Range()
        possible = [
            reading
            for reading in readings
            if (ends.low is None or reading >= ends.low) and (ends.high is None or reading <= ends.high)
        ]
        if len(possible) == 1 and possible[0] == readings[0]:
            return evolve(mismatch, bare=number.span, unit=unit)
        written, times = (f"{show_number(reading)}{unit}" for reading in readings)
        return evolve(mismatch, way_out=f"{written} か {times} かを確かめ、単位を付けて書いてください。")
    if not number.unit and _is_simple(other.unit):
        return evolve(mismatch, bare=number.span, unit=unit)
    if number.unit in _SHARES and not other.unit.powers:
        share = show_number(Fraction(number.value) / _SHARES[number.unit])
        return evolve(
            mismatch,
            way_out=f"左右をそろえて、単位のない割合どうし（{share}）で比べるか、"
            f"割合に「× {_SHARES[number.unit]}{number.unit}」を掛けて比べてください。",
        )
    return mismatch


def _is_simple(unit: Unit) -> bool:
    """Whether a unit is written behind a number as it is: 人, 円/人."""
    powers = [power for _, power in unit.powers]
    return sorted(powers) in ([1], [-1, 1])
