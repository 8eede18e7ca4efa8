"""lark's trees of allocations → syntax nodes; all other statements are read as in a rulebook or a revision."""

from typing import Final

from attrs import field
from lark import Token, Tree

from haiten.compiler.diagnostics import CountMismatch
from haiten.compiler.late import frozen
from haiten.compiler.parsing.read_revision import WHERE
from haiten.compiler.parsing.read_revision import RevisionReader as RuleReader
from haiten.compiler.parsing.read_revision import RevisionStatement as RuleStatement
from haiten.compiler.parsing.trees import child_of, find, find_token, newest_first, past_names, scope_of, token_of
from haiten.compiler.source import Span
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
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    AllocationBase,
    ChangeValue,
    ClauseAction,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    QuotedValue,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
)
from haiten.compiler.syntax.expressions import Name
from haiten.compiler.syntax.rulebook import Citation, Comments, Text


@frozen
class ClauseAmendmentLine:
    """An amendment of an allocation; the clauses that it adds are the statements behind it."""

    action: ClauseAction
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


Statement = RuleStatement | AllocationClause | AllocationBase | ClauseAmendmentLine
_NOT_VALUES: Final = frozenset({"citations", "caption", "text", "funds", "reallocation", "split_case", "formerly"})
_KINDS: Final = ("定数", "予算", "配分", "限度", "端数", "時点")
_AMENDING: Final = frozenset(
    f"clause_{verb}"
    for verb in ("replacement", "deletion", "insertion", "renaming", "rewording", "recitation", "value")
)


@frozen(eq=False)
class StatementReader(RuleReader):
    """Reads every statement of a file, whatever the file is."""

    def any_statement(self, tree: Tree[Token]) -> Statement:
        """Read one statement."""
        if tree.data in _AMENDING:
            return ClauseAmendmentLine(self._clause_action(tree), self._span(tree))
        if tree.data == "revises_allocation":
            return AllocationBase(self._year(token_of(tree, "YEAR")), scope_of(tree), self._span(tree))
        return self._allocation_clause(tree) or self.statement(tree)

    def _clause_action(self, tree: Tree[Token]) -> ClauseAction:
        target = self._clause_ref(child_of(tree, "clause_ref"))
        match tree.data:
            case "clause_replacement":
                return ReplaceClause(target, ())
            case "clause_deletion":
                return DeleteClause(target)
            case "clause_insertion":
                where = tree.children[-1]
                assert isinstance(where, Token)
                if (said := self._announced(where)) is not None:
                    # What can be counted is of a rulebook.
                    self.diagnostics.append(CountMismatch(said.span, f"{said.number}つの{said.word}", "配分の条"))
                return InsertClauses(target, WHERE[where.type], ())
            case "clause_renaming":
                return RenameClause(target, str(tree.children[1]))
            case "clause_rewording":
                old, new = (self._text(part, None) for part in tree.children[1:3] if isinstance(part, Tree))
                return RewordClause(target, old.value, new.value, self._cited(tree))
            case "clause_recitation":
                cited, *instead = (self._citation(part) for part in tree.children if isinstance(part, Token))
                return ReciteClause(target, cited, tuple(instead))
            case _:
                return self._value_change(tree, target)

    def _value_change(self, tree: Tree[Token], target: ClauseRef) -> ChangeValue:
        said = [self._quoted(part) for part in tree.children if isinstance(part, Tree) and part.data == "quoted"]
        word = next((str(part) for part in tree.children if isinstance(part, Token)), "の要件")
        adds = word.startswith("に")
        word = word.strip("「 \t\r\n")[1:].strip()
        return ChangeValue(target, word, None if adds else said[0], said[-1] if adds or len(said) > 1 else None)

    def _quoted(self, tree: Tree[Token]) -> QuotedValue:
        rest = find_token(tree, "REST")
        amount = Rest(self._token_span(rest)) if rest is not None else self._expression(_value(tree))
        return QuotedValue(amount, self._cited(tree), self._span(tree))

    def _clause_ref(self, tree: Tree[Token]) -> ClauseRef:
        span, name, text = self._span(tree), find_token(tree, "NAME"), find(tree, "text")
        kind = next(kind for kind in _KINDS if span.text.startswith(kind))
        called = self._text(text, None).value if text else str(name or "")
        part, label = find_token(tree, "PART_OF"), find_token(tree, "KANA")
        return ClauseRef(kind, called, span, FRAME if label else part[1:] if part else None, label and str(label))

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

    def _cited(self, tree: Tree[Token]) -> tuple[Citation, ...]:
        return self._citations(child_of(tree, "citations"))

    def _as_name(self, token: Token) -> Name:
        return Name(str(token), self._token_span(token))


def _names(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token) and child.type == "NAME"]


def _value(tree: Tree[Token]) -> Tree[Token]:
    """The expression among the parts of a statement."""
    return next(child for child in tree.children if isinstance(child, Tree) and child.data not in _NOT_VALUES)
