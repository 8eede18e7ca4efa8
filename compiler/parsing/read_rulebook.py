"""lark's trees → syntax nodes, a method per rule of the grammar."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from attrs import field, frozen
from lark import Token, Tree

from haiten.compiler.diagnostics import (
    Diagnostic,
    FractionalStep,
    MalformedCitation,
    MixedConnectives,
    SubsetNotBracketed,
    UnitMismatch,
    UnsoundFigure,
)
from haiten.compiler.folding.paths import canonical_label
from haiten.compiler.parsing.figures import decimals_value, points_value, read_figure, spelled_out, step_in_percent
from haiten.compiler.parsing.trees import child_of, find, find_token, past_names, scope_of, token_of
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.expressions import (
    Among,
    Answer,
    Arithmetic,
    Call,
    ClassIs,
    Comparison,
    CountAmong,
    Expression,
    Junction,
    Members,
    Name,
    Not,
    Paid,
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
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import (
    Carry,
    Citation,
    ClassCase,
    ClassDecl,
    Comments,
    Definition,
    FactDecl,
    Heading,
    Level,
    Mode,
    Origin,
    Points,
    Remark,
    Requirement,
    SourceDecl,
    Text,
    Timing,
    Undisclosed,
)
from haiten.compiler.syntax.scope import Scope
from haiten.compiler.syntax.units import parse_unit


@frozen
class LanguageLine:
    """``言語 1``."""

    version: int
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


@frozen
class RulebookLine:
    """``令和6年度 市町村 評価指標``."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


@frozen
class TitleLine:
    """``題名 「…」``."""

    text: Text
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


@frozen
class SinceLine:
    """``起点 令和6年度``."""

    year: str
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


@frozen
class Lost:
    """A statement that could not be read, nor what kind it was."""

    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


Clause = (
    LanguageLine
    | RulebookLine
    | SinceLine
    | TitleLine
    | SourceDecl
    | FactDecl
    | ClassDecl
    | Undisclosed
    | Heading
    | Definition
    | Requirement
    | Timing
    | Remark
    | Carry
    | Lost
)

_CITATION: Final = re.compile(
    r"〔\s*(?:(?P<estimated>推定)|(?P<derived>導出\s+)?(?P<year>[一-鿿]{2}(?:[0-9]+|元)年度\s+)?"
    r"(?P<name>\S+)(?:\s+(?P<place>.+?))?)\s*〕"
)
_LEVELS: Final = {
    "grant": Level.GRANT,
    "goal": Level.GOAL,
    "group": Level.GROUP,
    "indicator": Level.INDICATOR,
    "item": Level.ITEM,
    "subitem": Level.SUBITEM,
}


@frozen(eq=False)
class TreeReader:
    """Reads the trees of one source; what it finds wrong on the way is in ``diagnostics``."""

    source: Source
    diagnostics: list[Diagnostic] = field(factory=list)

    # Statements

    def clause(self, tree: Tree[Token]) -> Clause:
        """Read one statement of a full rulebook."""
        if tree.data in _LEVELS:
            return self._heading(tree)
        read: Callable[[Tree[Token]], Clause] = getattr(self, f"_{tree.data}")
        return read(tree)

    def _language(self, tree: Tree[Token]) -> LanguageLine:
        return LanguageLine(int(token_of(tree, "INTEGER")), self._span(tree))

    def _rulebook(self, tree: Tree[Token]) -> RulebookLine:
        return RulebookLine(str(token_of(tree, "YEAR")), scope_of(tree), self._span(tree))

    def _title(self, tree: Tree[Token]) -> TitleLine:
        return TitleLine(self._text(child_of(tree, "text"), None), self._span(tree))

    def _since(self, tree: Tree[Token]) -> SinceLine:
        return SinceLine(str(token_of(tree, "YEAR")), self._span(tree))

    def _source(self, tree: Tree[Token]) -> SourceDecl:
        text, url, year = find(tree, "text"), find_token(tree, "URL"), find_token(tree, "YEAR")
        return SourceDecl(
            str(token_of(tree, "NAME")),
            self._text(text, None) if text else None,
            str(url) if url else None,
            self._span(tree),
            year=str(year) if year else None,
        )

    def _fact(self, tree: Tree[Token]) -> FactDecl:
        low = high = None
        for bound in tree.find_data("bound"):
            unit = str(token_of(tree, "UNIT"))
            quantity = self._quantity(bound)
            quantity = spelled_out(quantity, frozenset(name for name, _ in parse_unit(unit).powers)) or quantity
            value = quantity.value
            if quantity.unit and parse_unit(quantity.unit) != parse_unit(unit):
                self.diagnostics.append(UnitMismatch(self._span(bound), unit, quantity.unit))
            if find_token(bound, "AT_LEAST"):
                low = value
            else:
                high = value
        decimals, text = find_token(tree, "DECIMALS"), find(tree, "text")
        return FactDecl(
            name=str(token_of(tree, "NAME")),
            unit=str(token_of(tree, "UNIT")),
            low=low,
            high=high,
            decimals=decimals_value(decimals) if decimals else 0,
            lower_is_better=find_token(tree, "LOWER_IS_BETTER") is not None,
            text=self._text(text, None) if text else None,
            citations=self._citations(child_of(tree, "citations")),
            span=self._span(tree),
            formerly=past_names(tree),
        )

    def _classification(self, tree: Tree[Token]) -> ClassDecl:
        parts = [part for part in tree.children[2:] if isinstance(part, Tree)]
        cases = tuple(self._class_case(part) for part in parts if part.data == "class_case")
        name, value = str(token_of(tree, "NAME")), self._expression(tree.children[1])
        return ClassDecl(name, value, cases, self._span(tree), formerly=past_names(tree))

    def _class_case(self, tree: Tree[Token]) -> ClassCase:
        bounds = (bound for bound in tree.children[1:] if isinstance(bound, Tree))
        read = tuple((Operator.named(str(bound.children[-1])), self._quantity(bound)) for bound in bounds)
        return ClassCase(str(token_of(tree, "TEXT"))[1:-1], read, self._span(tree))

    def _undisclosed(self, tree: Tree[Token]) -> Undisclosed:
        return Undisclosed(self._points(tree), self._span(tree))

    def _origin(self, tree: Tree[Token]) -> Origin:
        years = [str(token) for token in tree.children if isinstance(token, Token) and token.type == "YEAR"]
        paths = [self._target(path) for path in tree.children if isinstance(path, Tree)]
        new = find_token(tree, "NEW")
        born = new.removesuffix("新設") if new else ""
        return Origin(tuple(zip(years, paths, strict=True)), new is not None, born or None, self._span(tree))

    def _heading(self, tree: Tree[Token]) -> Heading:
        level = _LEVELS[tree.data]
        tokens = [child for child in tree.children if isinstance(child, Token)]
        label, body = tokens[-1], tree.children[-1]
        assert isinstance(body, Tree)
        span = Span(self.source, tokens[0].start_pos or 0, label.end_pos or 0)
        same_as = self._target(body) if body.data == "same_body" else None
        text, points, mode = find(body, "text"), find(body, "points"), find(body, "mode")
        citations, origin = find(body, "citations"), find(body, "origin")
        cap = (
            Points(points_value(token_of(mode, "POINTS")), (), self._span(mode))
            if mode and len(mode.children) > 1
            else None
        )
        return Heading(
            level=level,
            label=canonical_label(label),
            special=tokens[0].type == "SPECIAL",
            text=self._text(text, citations) if text else None,
            points=self._points(points) if points else None,
            mode=Mode.SUM if mode is None else Mode.CAP if cap else Mode.ANY_ONE,
            cap=cap,
            same_as=same_as if isinstance(same_as, PathRef) else None,
            span=span,
            origin=self._origin(origin) if origin else None,
        )

    def _points(self, tree: Tree[Token]) -> Points:
        token = token_of(tree, "POINTS")
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        return Points(points_value(token), self._citations(child_of(tree, "citations")), span)

    def _definition(self, tree: Tree[Token]) -> Definition:
        return Definition(
            str(token_of(tree, "NAME")),
            self._expression(tree.children[1]),
            find_token(tree, "LOWER_IS_BETTER") is not None,
            self._citations(child_of(tree, "citations")),
            self._span(tree),
            formerly=past_names(tree),
        )

    def _requirement(self, tree: Tree[Token]) -> Requirement:
        condition, cited = tree.children[0], child_of(tree, "citations")
        return Requirement(self._expression(condition), self._citations(cited), self._span(tree))

    def _timing(self, tree: Tree[Token]) -> Timing:
        return Timing(str(token_of(tree, "TIMING_VALUE")), self._span(tree))

    def _carry(self, tree: Tree[Token]) -> Carry:
        return Carry(self._expression(tree.children[0]), self._span(tree))

    def _remark(self, tree: Tree[Token]) -> Remark:
        return Remark(self._text(child_of(tree, "text"), child_of(tree, "citations")), self._span(tree))

    # Texts and citations

    def _text(self, tree: Tree[Token], citations: Tree[Token] | None) -> Text:
        value = "".join(str(token)[1:-1] for token in tree.children)
        return Text(value, self._citations(citations) if citations else (), self._span(tree))

    def _citations(self, tree: Tree[Token]) -> tuple[Citation, ...]:
        return tuple(self._citation(token) for token in tree.children if isinstance(token, Token))

    def _citation(self, token: Token) -> Citation:
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        found = _CITATION.fullmatch(token)
        if not found or found["name"] == "導出":
            self.diagnostics.append(MalformedCitation(span, str(token)))
            return Citation("malformed", None, None, span)
        if found["estimated"]:
            return Citation("estimated", None, None, span)
        kind, year = "derived" if found["derived"] else "source", found["year"]
        return Citation(kind, found["name"], found["place"], span, year.strip() if year else None)

    # Expressions

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
        return Not(self._expression(tree.children[0]), self._span(tree))

    def _judgment(self, tree: Tree[Token]) -> Expression:
        value, verdict = self._expression(tree.children[0]), tree.children[1]
        assert isinstance(verdict, Tree)
        if verdict.data == "within":
            step, by = token_of(verdict, "STEP"), find_token(verdict, "CLASSWISE")
            self._check_step(step)
            return WithinTop(value, Decimal(step[:-1]), step[-1], str(by)[:-1] if by else None, self._span(tree))
        if verdict.data == "class_is":
            return ClassIs(value, str(token_of(verdict, "TEXT"))[1:-1], self._span(tree))
        operator = Operator.named(str(verdict.children[-1]))
        return Comparison(value, operator, self._expression(verdict.children[0]), self._span(tree))

    def _check_step(self, step: Token) -> None:
        if "." in step and Decimal(step[:-1]) % 1:
            span = Span(self.source, step.start_pos or 0, step.end_pos or 0)
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
        return Previous(self._expression(tree.children[-1]), self._span(tree))

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
        return Quantity(value, figure.unit, self._span(tree))

    def _call(self, tree: Tree[Token]) -> Expression:
        arguments = tuple(self._expression(child) for child in tree.children[1:])
        return Call(str(tree.children[0]), arguments, self._span(tree))

    def _rounding(self, tree: Tree[Token]) -> Expression:
        decimals = decimals_value(token_of(tree, "DECIMALS"))
        return Rounding(str(tree.children[0]), self._expression(tree.children[1]), decimals, self._span(tree))

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

    def _span(self, tree: Tree[Token]) -> Span:
        return Span(self.source, tree.meta.start_pos, tree.meta.end_pos)
