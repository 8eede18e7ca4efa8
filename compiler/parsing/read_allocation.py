"""lark's trees of allocations → syntax nodes; all other statements are read as in a rulebook or a revision."""

from typing import Final

from lark import Token, Tree

from haiten.compiler.late import frozen
from haiten.compiler.parsing.read_clause_amendments import AMENDING, ClauseAmendmentLine, ClauseAmendmentReader
from haiten.compiler.parsing.read_revision import RevisionStatement as RuleStatement
from haiten.compiler.parsing.trees import child_of, find, find_token, newest_first, past_names, scope_of, token_of
from haiten.compiler.syntax.allocation import (
    AllocationClause,
    AllocationLine,
    AmountDecl,
    BasedOn,
    BudgetDecl,
    CushionDecl,
    Eligible,
    EqualDecl,
    EventDecl,
    FrameDecl,
    LimitDecl,
    PotLine,
    ProRataDecl,
    Rest,
    RoundingRule,
    SplitCase,
    SplitDecl,
    Unspent,
)
from haiten.compiler.syntax.allocation_revision import AllocationBase
from haiten.compiler.syntax.expressions import Name
from haiten.compiler.syntax.rulebook import Text

Statement = RuleStatement | AllocationClause | AllocationBase | ClauseAmendmentLine
_NOT_VALUES: Final = frozenset({"citations", "caption", "text", "funds", "reallocation", "split_case", "formerly"})


@frozen(eq=False)
class StatementReader(ClauseAmendmentReader):
    """Reads every statement of a file, whatever the file is."""

    def any_statement(self, tree: Tree[Token]) -> Statement:
        """Read one statement."""
        if tree.data in AMENDING:
            return self.clause_amendment(tree)
        if tree.data == "revises_allocation":
            return AllocationBase(self._year(token_of(tree, "YEAR")), scope_of(tree), self._span(tree))
        return self._allocation_clause(tree) or self.statement(tree)

    def _allocation_clause(self, tree: Tree[Token]) -> AllocationClause | None:
        span = self._span(tree)
        match tree.data:
            case "allocation":
                return AllocationLine(self._year(token_of(tree, "YEAR")), scope_of(tree), span)
            case "based_on":
                return BasedOn(self._year(token_of(tree, "YEAR")), scope_of(tree), span)
            case "budget":
                return self._budget(tree)
            case "event":
                caption = self._caption(tree)
                assert caption is not None
                return EventDecl(str(token_of(tree, "TIMING_VALUE")), caption, span)
            case "pot":
                name, budget = _names(tree)
                amount = self._amount(tree)
                said, cited = self._caption(tree), self._cited(tree)
                past = newest_first(past_names(tree, self._year))
                return PotLine(str(name), said, self._as_name(budget), amount, cited, span, formerly=past)
            case "limit":
                return self._limit(tree)
            case "rounding_rule":
                largest = find_token(tree, "LARGEST") is not None
                return RoundingRule(self._quantity(tree), largest, self._cited(tree), span)
            case _:
                return self._pot_part(tree)

    def _pot_part(self, tree: Tree[Token]) -> AllocationClause | None:
        span = self._span(tree)
        match tree.data:
            case "split":
                weight = None if find(tree, "split_case") else self._expression(_value(tree))
                cases = tuple(
                    self._split_case(case)
                    for case in tree.children
                    if isinstance(case, Tree) and case.data == "split_case"
                )
                cited = self._cited(tree) if weight is not None else ()
                return SplitDecl(self._as_name(_names(tree)[0]), weight, cited, cases, span)
            case "eligible":
                return Eligible(self._expression(_value(tree)), self._cited(tree), span)
            case "frame":
                condition = self._expression(_value(tree))
                return FrameDecl(str(token_of(tree, "KANA")), self._caption(tree), condition, self._cited(tree), span)
            case "pro_rata":
                return ProRataDecl(self._expression(_value(tree)), self._cited(tree), span)
            case "equal":
                count = find_token(tree, "COUNT")
                by_frames = find_token(tree, "FRAMES_MET") is not None
                return EqualDecl(by_frames, int(count[:-1]) if count else None, self._cited(tree), span)
            case "cushion":
                shared = find_token(tree, "OTHERS") is not None
                return CushionDecl(self._expression(_value(tree)), self._cited(tree), shared, span)
            case "unspent":
                names = _names(tree)
                return Unspent(self._as_name(names[0]) if names else None, span)
            case _:
                return None

    def _budget(self, tree: Tree[Token]) -> BudgetDecl:
        funds = find(tree, "funds")
        return BudgetDecl(
            name=str(token_of(tree, "NAME")),
            text=self._caption(tree),
            amount=self._expression(_value(tree)),
            citations=self._cited(tree),
            fund=str(token_of(funds, "NAME")) if funds else None,
            fund_citations=self._cited(funds) if funds else (),
            span=self._span(tree),
            formerly=newest_first(past_names(tree, self._year)),
        )

    def _limit(self, tree: Tree[Token]) -> LimitDecl:
        weight = find(tree, "reallocation")
        return LimitDecl(
            budget=self._as_name(_names(tree)[0]),
            value=self._expression(_value(tree)),
            citations=self._cited(tree),
            weight=self._expression(_value(weight)) if weight else None,
            weight_citations=self._cited(weight) if weight else (),
            span=self._span(tree),
        )

    def _split_case(self, tree: Tree[Token]) -> SplitCase:
        name = str(token_of(tree, "TEXT"))[1:-1]
        return SplitCase(name, self._amount(tree), self._cited(tree), self._span(tree))

    def _amount(self, tree: Tree[Token]) -> AmountDecl:
        rest = find_token(tree, "REST")
        return Rest(self._token_span(rest)) if rest is not None else self._expression(_value(tree))

    def _caption(self, tree: Tree[Token]) -> Text | None:
        caption = find(tree, "caption")
        return self._text(child_of(caption, "text"), child_of(caption, "citations")) if caption else None

    def _as_name(self, token: Token) -> Name:
        return Name(str(token), self._token_span(token))


def _names(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token) and child.type == "NAME"]


def _value(tree: Tree[Token]) -> Tree[Token]:
    """The expression among the parts of a statement."""
    return next(child for child in tree.children if isinstance(child, Tree) and child.data not in _NOT_VALUES)
