"""Revisions of allocations → canonical text: one form for every meaning, and no comment lost."""

from collections.abc import Iterator
from typing import assert_never

from haiten.compiler.printing.print_allocation import cited_text, clause_lines, pot_lines_with_comments
from haiten.compiler.printing.print_rulebook import (
    declaration_lines,
    print_citations,
    print_text,
    quote,
    with_comments,
)
from haiten.compiler.syntax.allocation import PotDecl, PotPart
from haiten.compiler.syntax.allocation_revision import (
    AddClause,
    AllocationRevision,
    ChangeValue,
    ClauseAmendment,
    DeleteClause,
    InsertClauses,
    QuotedValue,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    WholeClause,
)
from haiten.compiler.syntax.rulebook import LANGUAGE_VERSION, ClassDecl, Comments, FactDecl, SourceDecl

_STEP = "  "


def print_allocation_revision(revision: AllocationRevision) -> str:
    """The canonical text of a revision of an allocation, ending in a line end."""
    return "\n".join(_lines(revision)) + "\n"


def _lines(revision: AllocationRevision) -> Iterator[str]:
    header, base, based_on = revision.header, revision.base, revision.based_on
    yield from with_comments("", header.comments, [f"言語 {LANGUAGE_VERSION}", f"{header.year} {header.scope} 配分"])
    yield from with_comments("", base.comments, [f"{base.year} {base.scope} 配分 を次のように改正する。"])
    if based_on:
        yield from with_comments("", based_on.comments, [f"{based_on.year} {based_on.scope} 評価指標 による。"])
    if revision.title:
        yield from with_comments("", revision.title.comments, [f"題名 {print_text(revision.title.text)}"])
    above: object = None
    for amendment in revision.amendments:
        action, lines = amendment.action, list(_amendment(amendment))
        added = type(action.clause) if isinstance(action, AddClause) else None
        comments = _comments_of(action.clause) if isinstance(action, AddClause) else amendment.comments
        # As in a revision of a rulebook: clauses of one kind stand together, and so do sentences of one line.
        kind = (added, len(lines) - len(comments.before) == 1 or added not in (None, PotDecl))
        if kind != above or not kind[1] or comments.before:
            yield ""
        above = kind
        yield from lines
    if revision.closing:
        yield ""
        yield from (comment.text for comment in revision.closing)


def _amendment(amendment: ClauseAmendment) -> Iterator[str]:
    action = amendment.action
    if isinstance(action, AddClause):
        yield from _clause("", action.clause)
    else:
        yield from with_comments("", amendment.comments, [clause_sentence(action)])
    if amendment.reason is not None:
        comments = amendment.comments if isinstance(action, AddClause) else Comments()
        yield from with_comments(_STEP, comments, [f"理由 {print_text(amendment.reason)}"])
    new = action.by if isinstance(action, ReplaceClause) else action.new if isinstance(action, InsertClauses) else ()
    for clause in new:
        yield from _clause(_STEP, clause)


def _clause(indent: str, clause: WholeClause | PotPart) -> Iterator[str]:
    match clause:
        case PotDecl():
            yield from (f"{indent}{line}" for line in pot_lines_with_comments(clause))
        case SourceDecl() | FactDecl() | ClassDecl():
            yield from with_comments(indent, clause.comments, declaration_lines(clause))
        case _:  # any other: it is printed as in an allocation
            yield from with_comments(indent, clause.comments, clause_lines(clause))


def _comments_of(clause: WholeClause) -> Comments:
    return clause.line.comments if isinstance(clause, PotDecl) else clause.comments


def clause_sentence(
    action: ReplaceClause | DeleteClause | InsertClauses | RenameClause | ChangeValue | RewordClause | ReciteClause,
) -> str:
    """The sentence of an amendment, without what it adds below."""
    match action:
        case ReplaceClause(target=target):
            return f"{target} を次のように改める。"
        case DeleteClause(target=target):
            return f"{target} を削る。"
        case InsertClauses(anchor=anchor, where=where):
            return f"{anchor} {'に' if where == '中' else f'の{where}に'}次のように加える。"
        case RenameClause(target=target, name=name):
            return f"{target} を {name} とする。"
        case ChangeValue():
            return _change(action)
        case RewordClause(target=target, old=old, new=new, citations=citations):
            return f"{target} 中{quote(old)}を{quote(new)}{print_citations(citations)}に改める。"
        case ReciteClause(target=target, old=cited, new=marks):
            return f"{target or '全体'} の出典{print_citations((cited,))}を{print_citations(marks)}に改める。"
        case _:
            assert_never(action)


def _change(action: ChangeValue) -> str:
    if action.old is None:
        assert action.new is not None
        return f"{action.target} に{action.word}「{_quoted(action.new)}」を加える。"
    if action.new is None:
        return f"{action.target} の{action.word}「{_quoted(action.old)}」を削る。"
    return f"{action.target} の{action.word}「{_quoted(action.old)}」を「{_quoted(action.new)}」に改める。"


def _quoted(part: QuotedValue) -> str:
    return cited_text(part.value, part.citations)
