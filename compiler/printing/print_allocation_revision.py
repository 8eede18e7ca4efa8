"""Revisions of allocations → canonical text: one form for every meaning, and no comment lost."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, assert_never

from haiten.compiler.printing.print_allocation import cited_text, clause_lines, pot_lines_with_comments
from haiten.compiler.printing.print_rulebook import (
    declaration_lines,
    print_citations,
    print_text,
    quote,
    with_comments,
)
from haiten.compiler.printing.sentence_words import ADDED, CHANGED, listed, print_ending, print_words
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.allocation import PotDecl, PotPart
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    AddClause,
    AllocationRevision,
    ChangeText,
    ChangeValue,
    ClauseAction,
    ClauseAmendment,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    QuotedValue,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    WholeClause,
    refs_of,
    with_refs,
)
from haiten.compiler.syntax.revision import SAME, WordVerb
from haiten.compiler.syntax.rulebook import LANGUAGE_VERSION, ClassDecl, Comments, FactDecl, SourceDecl

_STEP = "  "
# Their names are texts, or begin with a year: each is said in full.
_NOT_BARE: Final = ("出典", "題名", "時点", "端数")
_NOTHING: Final = ClauseRef("", "", Span(Source("", ""), 0, 0))


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
        clause, lines = _added(amendment), list(_amendment(amendment))
        added = type(clause) if clause is not None else None
        comments = _comments_of(clause) if clause is not None else amendment.comments
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
    added = _added(amendment)
    if added is not None:
        yield from _clause("", added)
    else:
        yield from with_comments("", amendment.comments, [clause_sentence(amendment.actions)])
    if amendment.reason is not None:
        comments = amendment.comments if added is not None else Comments()
        yield from with_comments(_STEP, comments, [f"理由 {print_text(amendment.reason)}"])
    for action in amendment.actions:
        match action:
            case ReplaceClause(by=new) | InsertClauses(new=new):
                for clause in new:
                    yield from _clause(_STEP, clause)
            case _:  # any other: nothing stands behind it
                pass


def _added(amendment: ClauseAmendment) -> WholeClause | None:
    """The clause of an amendment that is nothing else."""
    first = amendment.actions[0]
    return first.clause if isinstance(first, AddClause) else None


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


def clause_sentence(actions: Sequence[ClauseAction]) -> str:
    """The sentence of an amendment, without what it adds below."""
    said: list[str] = []
    before: ClauseRef | None = None
    groups = [list(group) for _, group in groupby(actions, _whatever_it_is_about)]
    for number, alike in enumerate(groups):
        following = groups[number + 1][0] if number + 1 < len(groups) else None
        refs = [ref for action in alike for ref in refs_of(action)]
        what, verb = _said(alike[0], _listed(refs, before) if refs else "全体", before)
        said.append(what + print_ending(verb, _verb_of(following) if following is not None else None))
        before = refs[-1] if refs else None
    return "".join(said)


def _whatever_it_is_about(action: ClauseAction) -> object:
    """What is said, whatever of: alike of neighbours in a list. Clauses to come stand behind all of it."""
    match action:
        case InsertClauses() | RenameClause() | AddClause():
            return id(action)
        case ReplaceClause():
            return type(action)
        case DeleteClause() | ChangeValue() | RewordClause() | ChangeText() | ReciteClause():
            return with_refs(action, [_NOTHING] * len(refs_of(action)))
        case _:
            assert_never(action)


def _said(action: ClauseAction, whom: str, before: ClauseRef | None) -> tuple[str, str]:
    """An action without its verb, and the verb."""
    match action:
        case ReplaceClause():
            return f"{whom} ", "を次のように改める"
        case DeleteClause():
            return f"{whom} ", "を削る"
        case InsertClauses(where=where):
            return f"{whom} {'に' if where == '中' else f'の{where}に'}次のように", "加える"
        case RenameClause(names=names):
            said = []
            for old, new in names:
                said.append(f"{_short(old, before)} を {new.labels if old.part else new.name} ")
                before = new
            return "とし、".join(said), "とする"
        case ChangeValue(word=word, old=old, new=new):
            if old is None or new is None:
                quoted = old or new
                assert quoted is not None
                return f"{whom} {'に' if old is None else 'の'}{word}「{_quoted(quoted)}」", _verb_of(action)
            return f"{whom} の{word}「{_quoted(old)}」を「{_quoted(new)}」", CHANGED
        case RewordClause(edits=edits, citations=citations, inside=inside):
            words, verb = print_words(edits, citations)
            return f"{whom} {'' if inside == '文' else f'の{inside}'}中{words}", verb
        case ChangeText(old=old_text, new=text):
            return f"{whom} の文{quote(old_text.value)}を{print_text(text)}", CHANGED
        case ReciteClause(old=cited, new=marks):
            return f"{whom} の出典{print_citations((cited,))}を{print_citations(marks)}", CHANGED
        case AddClause():
            raise AssertionError("clauses are printed as such")
        case _:
            assert_never(action)


def _verb_of(action: ClauseAction) -> str:
    """The first verb of an action, as far as it may be said for the one before too."""
    match action:
        case ChangeValue(old=old, new=new):
            return ADDED if old is None else "を削る" if new is None else CHANGED
        case RewordClause(edits=edits):
            verbs = {WordVerb.REPLACE: CHANGED, WordVerb.DELETE: "を削る"}
            return verbs.get(edits[0].verb, ADDED)
        case ChangeText() | ReciteClause():
            return CHANGED
        case ReplaceClause() | DeleteClause() | InsertClauses() | RenameClause() | AddClause():
            return ""
        case _:
            assert_never(action)


def _listed(refs: Sequence[ClauseRef], before: ClauseRef | None) -> str:
    """What a sentence names, each in as few words as tell it from the one before."""
    first, kinds = refs[0], {ref.kind for ref in refs}
    if len(refs) > 1 and len(kinds) == 1 and first.kind not in _NOT_BARE:
        if len({ref.of_pot for ref in refs}) == 1:
            names = listed([ref.name for ref in refs])
            return " ".join(filter(None, (first.kind, names, first.of_pot)))
        if {(ref.name, ref.part) for ref in refs} == {(first.name, FRAME)}:
            one = _short(first, before).removesuffix(first.labels)
            return one + listed([ref.labels for ref in refs])
    return listed([_short(first, before), *map(str, refs[1:])])


def _short(ref: ClauseRef, before: ClauseRef | None) -> str:
    """What is named, with 同 for the pot of the one before."""
    same = before is not None and (before.kind, before.name) == (ref.kind, ref.name)
    return f"{SAME} {ref.of_pot}" if same and ref.of_pot else str(ref)


def _quoted(part: QuotedValue) -> str:
    return cited_text(part.value, part.citations)
