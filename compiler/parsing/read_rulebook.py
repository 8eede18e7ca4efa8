"""lark's trees → syntax nodes, a method per rule of the grammar."""

from collections.abc import Callable
from typing import Final

from attrs import field
from lark import Token, Tree

from haiten.compiler.diagnostics import (
    MalformedCitation,
    UnitMismatch,
)
from haiten.compiler.folding.paths import canonical_label
from haiten.compiler.late import frozen
from haiten.compiler.parsing.figures import decimals_value, points_value, spelled_out
from haiten.compiler.parsing.read_expressions import ExpressionReader
from haiten.compiler.parsing.trees import child_of, find, find_token, past_names, scope_of, token_of
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import (
    Carry,
    Citation,
    ClassCase,
    ClassDecl,
    Comments,
    ConstantDecl,
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
from haiten.compiler.syntax.years import canonical_year


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
    | ConstantDecl
    | Undisclosed
    | Heading
    | Definition
    | Requirement
    | Timing
    | Remark
    | Carry
    | Lost
)

_CITATION: Final = late_pattern(
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
class TreeReader(ExpressionReader):
    """Reads the trees of one source; what it finds wrong on the way is in ``diagnostics``."""

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
        return RulebookLine(self._year(token_of(tree, "YEAR")), scope_of(tree), self._span(tree))

    def _title(self, tree: Tree[Token]) -> TitleLine:
        return TitleLine(self._text(child_of(tree, "text"), None), self._span(tree))

    def _since(self, tree: Tree[Token]) -> SinceLine:
        return SinceLine(self._year(token_of(tree, "YEAR")), self._span(tree))

    def _source(self, tree: Tree[Token]) -> SourceDecl:
        text, url, year = find(tree, "text"), find_token(tree, "URL"), find_token(tree, "YEAR")
        return SourceDecl(
            str(token_of(tree, "NAME")),
            self._text(text, None) if text else None,
            str(url) if url else None,
            self._span(tree),
            year=self._year(year) if year else None,
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
            formerly=past_names(tree, self._year),
        )

    def _classification(self, tree: Tree[Token]) -> ClassDecl:
        parts = [part for part in tree.children[2:] if isinstance(part, Tree)]
        cases = tuple(self._class_case(part) for part in parts if part.data == "class_case")
        name, value = str(token_of(tree, "NAME")), self._expression(tree.children[1])
        return ClassDecl(name, value, cases, self._span(tree), formerly=past_names(tree, self._year))

    def _class_case(self, tree: Tree[Token]) -> ClassCase:
        bounds = (bound for bound in tree.children[1:] if isinstance(bound, Tree))
        read = tuple((Operator.named(str(bound.children[-1])), self._quantity(bound)) for bound in bounds)
        return ClassCase(str(token_of(tree, "TEXT"))[1:-1], read, self._span(tree))

    def _constant(self, tree: Tree[Token]) -> ConstantDecl:
        text, citations = find(tree, "text"), self._citations(child_of(tree, "citations"))
        value = self._expression(tree.children[1])
        read = self._text(text, None) if text else None
        name = str(token_of(tree, "NAME"))
        return ConstantDecl(name, value, read, citations, self._span(tree), formerly=past_names(tree, self._year))

    def _undisclosed(self, tree: Tree[Token]) -> Undisclosed:
        return Undisclosed(self._points(tree), self._span(tree))

    def _origin(self, tree: Tree[Token]) -> Origin:
        years = [self._year(token) for token in tree.children if isinstance(token, Token) and token.type == "YEAR"]
        paths = [self._target(path) for path in tree.children if isinstance(path, Tree)]
        new = find_token(tree, "NEW")
        born = self._year(new, new.removesuffix("新設")) if new else ""
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
            gone=body.data == "gone",
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
            formerly=past_names(tree, self._year),
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
        return Citation(kind, found["name"], found["place"], span, canonical_year(year.strip()) if year else None)
