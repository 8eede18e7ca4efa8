"""lark's trees of expressions → syntax nodes, a method per rule of the grammar."""

import re
from collections.abc import Callable
from decimal import Decimal

from attrs import field
from lark import Token, Tree

from haiten.compiler.diagnostics import (
    Diagnostic,
    FractionalStep,
    MixedConnectives,
    NoSuchYear,
    SubsetNotBracketed,
    UnclearDenial,
    UnsoundFigure,
)
from haiten.compiler.folding.paths import canonical_label
from haiten.compiler.late import frozen
from haiten.compiler.parsing.figures import decimals_value, own_writing, read_figure, step_in_percent
from haiten.compiler.parsing.trees import find_token, token_of
from haiten.compiler.printing.print_rulebook import print_bar, print_expression
from haiten.compiler.source import Anchor, Source, Span
from haiten.compiler.syntax.expressions import (
    Among,
    Answer,
    Arithmetic,
    ByClass,
    Call,
    ClassIs,
    Comparison,
    CountAmong,
    Expression,
    Junction,
    Members,
    Name,
    Not,
    OfMembers,
    Paid,
    PastFigure,
    PathRef,
    Previous,
    Quantity,
    Rounding,
    Score,
    Target,
    Whole,
    WithinTop,
    as_range,
)
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.compiler.syntax.years import LAST_YEAR, canonical_year, is_year_zero


@frozen(eq=False)
class ExpressionReader:
    """Reads the conditions and values of one source; what it finds wrong on the way is in ``diagnostics``."""

    source: Source | Anchor
    diagnostics: list[Diagnostic] = field(factory=list)

    def _expression(self, tree: Tree[Token] | Token) -> Expression:
        assert isinstance(tree, Tree)
        read: Callable[[Tree[Token]], Expression] = getattr(self, f"_{tree.data}")
        return read(tree)

    def _bracket(self, tree: Tree[Token]) -> Expression:
        return self._expression(tree.children[0])

    def _disjunction(self, tree: Tree[Token]) -> Expression:
        junction = self._junction("又は", tree)
        if any(isinstance(child, Tree) and child.data == "conjunction" for child in tree.children):
            self.diagnostics.append(MixedConnectives(self._span(tree), print_expression(junction)))
        return junction

    def _conjunction(self, tree: Tree[Token]) -> Expression:
        return self._junction("かつ", tree)

    def _junction(self, connective: str, tree: Tree[Token]) -> Junction:
        return Junction(connective, tuple(self._expression(child) for child in tree.children), self._span(tree))

    def _among(self, tree: Tree[Token]) -> Expression:
        subset, condition = tree.children
        assert isinstance(subset, Tree)
        if isinstance(condition, Tree) and condition.data == "count":
            count = int(token_of(condition, "COUNT")[:-1])
            return CountAmong(
                self._expression(subset), Operator.named(str(condition.children[-1])), count, self._span(tree)
            )
        if subset.data not in ("target", "bracket", "answer"):
            self.diagnostics.append(SubsetNotBracketed(self._span(subset)))
        return Among(self._expression(subset), self._expression(condition), self._span(tree))

    def _negation(self, tree: Tree[Token]) -> Expression:
        denied = self._expression(tree.children[0])
        if isinstance(denied, ByClass) and not _is_bracketed(tree.children[0]):
            self.diagnostics.append(self._unclear_denial(denied, self._span(tree)))
        return Not(denied, self._span(tree))

    def _unclear_denial(self, table: ByClass, span: Span) -> UnclearDenial:
        """What でない behind a table without brackets may deny: the whole of it, or what its last bar asks."""
        *_, (case, operator, bar) = table.bars
        last = print_bar(case, operator, bar)
        if (opposite := operator.opposite) is not None:
            instead = f"「{print_bar(case, opposite, bar)}」と書きます"
        else:
            above, below = (print_bar(case, each, bar) for each in (Operator.ABOVE, Operator.BELOW))
            instead = f"「{above}」の表と「{below}」の表を「又は」で結びます"
        return UnclearDenial(span, print_expression(table), last, instead)

    def _judgment(self, tree: Tree[Token]) -> Expression:
        value, verdict = self._expression(tree.children[0]), tree.children[1]
        assert isinstance(verdict, Tree)
        if verdict.data == "within":
            step, by = token_of(verdict, "STEP"), find_token(verdict, "CLASSWISE")
            self._check_step(step, self._token_span(step))
            return WithinTop(value, Decimal(step[:-1]), step[-1], str(by)[:-1] if by else None, self._span(tree))
        if verdict.data == "class_is":
            return ClassIs(value, str(token_of(verdict, "TEXT"))[1:-1], self._span(tree))
        if verdict.data == "against_year":
            year, beyond = re.split(r"\s*を\s*", token_of(verdict, "BEYOND_YEAR"))
            before = Previous(value, self._span(verdict), canonical_year(year))
            operator = Operator.ABOVE if beyond == "上回る" else Operator.BELOW
            return Comparison(value, operator, before, self._span(tree), brief=True)
        if verdict.data == "by_class":
            classes = token_of(verdict, "BY_CLASS").removesuffix("別に")
            return ByClass(value, classes, tuple(self._bar(bar) for bar in verdict.find_data("bar")), self._span(tree))
        operator = Operator.named(str(verdict.children[-1]))
        return Comparison(value, operator, self._expression(verdict.children[0]), self._span(tree))

    def _bar(self, tree: Tree[Token]) -> tuple[str | None, Operator, Expression]:
        case, bar = find_token(tree, "BAR_CASE"), self._expression(tree.children[-2])
        return str(case)[1:-1] if case else None, Operator.named(str(tree.children[-1])), bar

    def _check_step(self, step: str, span: Span) -> None:
        if "." in step and Decimal(step[:-1]) % 1:
            self.diagnostics.append(FractionalStep(span, str(step), step_in_percent(step)))

    def _sum(self, tree: Tree[Token]) -> Expression:
        operators, operands = tree.children[1::2], tree.children[2::2]
        rest = tuple((str(o), self._expression(e)) for o, e in zip(operators, operands, strict=True))
        return Arithmetic(self._expression(tree.children[0]), rest, self._span(tree))

    _product = _sum

    def _score(self, tree: Tree[Token]) -> Expression:
        of = tree.children[-1]
        assert isinstance(of, Tree)
        if of.data == "whole":
            return Score(
                Whole(tuple(self._target(t) for t in of.find_data("target")), self._span(of)), self._span(tree)
            )
        return Score(self._target(of), self._span(tree))

    def _previous(self, tree: Tree[Token]) -> Expression:
        return Previous(self._expression(tree.children[-1]), self._span(tree), canonical_year(str(tree.children[0])))

    def _paid(self, tree: Tree[Token]) -> Expression:
        name = find_token(tree, "NAME")
        budget = Name(str(name), Span(self.source, name.start_pos or 0, name.end_pos or 0)) if name else None
        return Paid(budget, self._span(tree))

    def _quantity(self, tree: Tree[Token]) -> Quantity:
        token = token_of(tree, "QUANTITY")
        figure = read_figure(token)
        if not figure.sound:
            span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
            self.diagnostics.append(UnsoundFigure(span, str(token)))
        value = figure.value.copy_negate() if find_token(tree, "MINUS") else figure.value
        return Quantity(value, figure.unit, self._span(tree), own_writing(token, figure))

    def _call(self, tree: Tree[Token]) -> Expression:
        arguments = tuple(self._expression(child) for child in tree.children[1:])
        return Call(str(tree.children[0]), arguments, self._span(tree))

    def _of_members(self, tree: Tree[Token]) -> Expression:
        of = self._expression(tree.children[1])
        return OfMembers(MemberFunction(str(tree.children[0])), of, print_expression(of), self._span(tree))

    def _past_figure(self, tree: Tree[Token]) -> Expression:
        token = token_of(tree, "PAST_FIGURE")
        if (step := re.search(r"[0-9.]+[割%位]", token)) is not None:
            start = token.start_pos or 0
            self._check_step(step[0], Span(self.source, start + step.start(), start + step.end()))
        return PastFigure(re.sub(r"\s", "", token).removeprefix(f"{LAST_YEAR}の"), self._span(tree))

    def _rounding(self, tree: Tree[Token]) -> Expression:
        decimals = decimals_value(token_of(tree, "DECIMALS"))
        return Rounding(
            RoundingWay(str(tree.children[0])), self._expression(tree.children[1]), decimals, self._span(tree)
        )

    def _members(self, tree: Tree[Token]) -> Expression:
        items: list[Target | tuple[Target, Target]] = []
        for child in tree.children:
            assert isinstance(child, Tree)
            if child.data == "range":
                first, last = (self._target(end) for end in child.children if isinstance(end, Tree))
                items.append(as_range(first, last))
            else:
                items.append(self._target(child))
        return Members(tuple(items), self._span(tree))

    def _answer(self, tree: Tree[Token]) -> Expression:
        return Answer(self._span(tree))

    def _target(self, tree: Tree[Token]) -> Target:
        token = tree.children[0]
        assert isinstance(token, Token)
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        if token.type == "NAME":
            return Name(str(token), span)
        return PathRef(tuple(canonical_label(label) for label in token.split(".")), span)

    def _year(self, token: Token, written: str | None = None) -> str:
        """A year in its canonical form; tells of one that there never was. ``written``: as a part of the token."""
        year = str(token) if written is None else written
        if is_year_zero(year):
            self.diagnostics.append(NoSuchYear(self._token_span(token), year))
        return canonical_year(year)

    def _token_span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)

    def _span(self, tree: Tree[Token]) -> Span:
        return Span(self.source, tree.meta.start_pos, tree.meta.end_pos)


def _is_bracketed(tree: Tree[Token] | Token) -> bool:
    return isinstance(tree, Tree) and tree.data == "bracket"
