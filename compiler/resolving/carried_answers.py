"""引継ぎ: conditions over the answers of the year before (language.md, Identity)."""

from typing import assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import BadCarry, Diagnostic
from haiten.compiler.identity.node_index import NodeIndex, Place
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.program.terms import Condition, Every, Met, Negation, Some, Tally
from haiten.compiler.resolving.values import all_or_none
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.expressions import Expression, PathRef, Target


@frozen(eq=False)
class Carrier:
    """Finds what an 引継ぎ refers to in the rulebook of the year before."""

    index: NodeIndex
    year: str
    diagnostics: list[Diagnostic]

    def from_the_top(self, expression: Expression, place: Place | None) -> Expression | None:
        """The condition with whole paths; None, and a diagnostic, where it is none over answers of that year.

        ``place`` is where the node stood, from which short paths (①) are read; None for a new one.
        """
        match expression:
            case PathRef():
                return self._leaf(expression, place)
            case ex.Junction(operands=parts):
                operands: tuple[Expression, ...] | None = all_or_none(
                    [self.from_the_top(part, place) for part in parts]
                )
                return None if operands is None else evolve(expression, operands=operands)
            case ex.Not(operand=part):
                inner = self.from_the_top(part, place)
                return None if inner is None else evolve(expression, operand=inner)
            case ex.Among(subset=subset, condition=condition):
                both: tuple[Expression, ...] | None = all_or_none(
                    [self.from_the_top(part, place) for part in (subset, condition)]
                )
                return None if both is None else evolve(expression, subset=both[0], condition=both[1])
            case ex.CountAmong(members=ex.Members(items=items) as members):
                spread = [self._spread(item, place) for item in items]
                whole = all_or_none([self._leaf(part, place) for parts in spread for part in parts])
                if not all(spread):
                    return None
                return None if whole is None else evolve(expression, members=evolve(members, items=whole))
            case ex.Name() | ex.Members() | ex.Quantity() | ex.Answer() | ex.Score() | ex.Previous() | ex.Paid():
                pass
            case (
                ex.Call()
                | ex.Rounding()
                | ex.OfMembers()
                | ex.PastFigure()
                | ex.Arithmetic()
                | ex.Comparison()
                | ex.WithinTop()
                | ex.ClassIs()
                | ex.ByClass()
            ):
                pass
            case ex.CountAmong():
                pass
            case _:
                assert_never(expression)
        self.diagnostics.append(_no_condition(expression))
        return None

    def _leaf(self, reference: Target, place: Place | None) -> PathRef | None:
        if not isinstance(reference, PathRef):
            self.diagnostics.append(_no_condition(reference))
            return None
        found, path = self.index.find(reference, place), ".".join(reference.labels)
        if found is None:
            suggestion = nearest(path, self.index.places)
            self.diagnostics.append(BadCarry(reference.span, f"「{path}」は{self.year}にありません", suggestion))
            return None
        if found.children or found.node.undisclosed:
            reason = f"「{found.path}」は、答えのある最も小さな項目ではありません"
            self.diagnostics.append(BadCarry(reference.span, reason))
            return None
        return PathRef(tuple(found.path.split(".")), reference.span)

    def _spread(self, item: Target | tuple[Target, Target], place: Place | None) -> list[Target]:
        """The members of a range of labels."""
        if not isinstance(item, tuple):
            return [item]
        spread = self.index.spread(item, place)
        if spread.first is None or spread.last is None:
            return [item[0] if spread.first is None else item[1]]  # reported where it is looked up
        if not spread.between:
            written = f"{print_target(item[0])}～{print_target(item[1])}"
            reason = f"「{written}」は、同じ項目の下の、前から後への範囲ではありません"
            self.diagnostics.append(BadCarry(item[0].span, reason))
            return []
        return [PathRef(tuple(found.path.split(".")), item[0].span) for found in spread.between]


def carry_condition(expression: Expression, diagnostics: list[Diagnostic]) -> Condition | None:
    """The condition that an 引継ぎ states, over leaves of the year before; None, and a diagnostic, where it is none."""
    match expression:
        case PathRef(labels=labels):
            return Met(".".join(labels))
        case ex.Junction(connective=connective, operands=operands):
            parts = [carry_condition(part, diagnostics) for part in operands]
            whole = tuple(part for part in parts if part is not None)
            if len(whole) < len(parts):
                return None
            return Every(whole) if connective == "かつ" else Some(whole)
        case ex.Not(operand=operand):
            inner = carry_condition(operand, diagnostics)
            return None if inner is None else Negation(inner)
        case ex.Among(subset=subset, condition=condition):
            both = carry_condition(subset, diagnostics), carry_condition(condition, diagnostics)
            return None if both[0] is None or both[1] is None else Every((both[0], both[1]))
        case ex.CountAmong(members=ex.Members(items=items), operator=operator, count=count) if all(
            isinstance(item, PathRef) for item in items
        ):
            members = tuple(Met(".".join(item.labels)) for item in items if isinstance(item, PathRef))
            return Tally(members, operator, count, expression.span.text)
        case ex.Name() | ex.Members() | ex.Quantity() | ex.Answer() | ex.Score() | ex.Previous() | ex.Paid():
            pass
        case ex.OfMembers() | ex.PastFigure():
            pass
        case (
            ex.Call() | ex.Rounding() | ex.Arithmetic() | ex.Comparison() | ex.WithinTop() | ex.ClassIs() | ex.ByClass()
        ):
            pass
        case ex.CountAmong():
            pass
        case _:
            assert_never(expression)
    diagnostics.append(_no_condition(expression))
    return None


def _no_condition(expression: Expression) -> Diagnostic:
    return BadCarry(expression.span, f"「{expression.span.text}」は前の年度の答えの条件ではありません")
