"""Sentences about declarations, read alike in all revisions → those of a revision of a rulebook."""

from typing import Final, assert_never

from haiten.compiler.diagnostics import Diagnostic, Misplaced, MissingPart, UnreadAmendment
from haiten.compiler.printing.print_rulebook import quote
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import Rest
from haiten.compiler.syntax.allocation_revision import (
    AddClause,
    ChangeText,
    ChangeValue,
    ClauseAction,
    DeleteClause,
    InsertClauses,
    QuotedValue,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    refs_of,
)
from haiten.compiler.syntax.revision import (
    Declared,
    Delete,
    Insert,
    NewName,
    QuotedFigure,
    Rename,
    Replace,
    Revalue,
    Reword,
    Single,
)

_KINDS: Final = ("事実", "区分", "定数", "出典", "題名")
_RENAMED: Final = ("事実", "区分", "定数")


def as_declared(action: ClauseAction) -> Single | None:
    """An action about a declaration as one of a rulebook; None for any other, and for what rulebooks do not say."""
    refs = refs_of(action)
    if not refs or not all(ref.kind in _KINDS and ref.part is None for ref in refs):
        return None
    declared = tuple(Declared(ref.kind, ref.name, ref.span) for ref in refs)
    target = declared[0]
    match action:
        case ReplaceClause():
            return Replace(target, ())
        case DeleteClause():
            return Delete(target)
        case InsertClauses(where=("次" | "前") as where):
            return Insert(target, where, ())
        case RenameClause(names=names) if target.kind in _RENAMED:
            pairs = zip(declared, names, strict=True)
            return Rename(tuple(NewName(old, new.name, _spanning(old.span, new.span)) for old, (_, new) in pairs))
        case RewordClause(edits=edits, citations=citations, inside="文"):
            return Reword(target, edits, citations)
        case ChangeValue(word="値", old=QuotedValue() as old, new=QuotedValue() as new) if target.kind == "定数":
            was, now = _figure(old), _figure(new)
            return None if was is None or now is None else Revalue(target, was, now)
        case InsertClauses() | RewordClause() | ChangeValue() | ChangeText() | ReciteClause() | AddClause():
            return None
        case RenameClause():
            return None
        case _:
            assert_never(action)


def unlike_declared(action: ClauseAction, span: Span) -> Diagnostic | None:
    """What to write instead of a sentence about a declaration that rulebooks do not have; None for any other."""
    refs = refs_of(action)
    if not refs or refs[0].kind not in _KINDS:
        return None
    target = refs[0]
    match action:
        case ChangeValue() if target.kind == "定数":
            return _unlike_a_constant(action)
        case RenameClause(names=((_, new), *_)) if target.kind == "出典":
            recited = f"「全体 の出典〔{target.name}〕を〔{new.name}〕に改める。」"
            said = f"名前は変えずに「出典 {new.name} …」を加え、{recited}と"
        case ChangeText(old=old):
            said = f"「{target} 中{quote(old.value)}を「…」に改める。」と"
        case ReciteClause():
            said = f"「全体 の出典〔…〕を〔…〕に改める。」か、「{target} を次のように改める。」とその後の新しい宣言を"
        case InsertClauses():
            said = f"「{target} の次に次のように加える。」と"
        case _:  # any other: it can be said of a rulebook, or is about what no rulebook has
            said = f"「{target} を次のように改める。」とその後の新しい宣言を"
    return UnreadAmendment(span, span.text.strip(), f"評価指標では、{said}書きます。")


def _spanning(first: Span, last: Span) -> Span:
    return Span(first.origin, first.start, last.end)


def _figure(quoted: QuotedValue) -> QuotedFigure | None:
    return None if isinstance(quoted.value, Rest) else QuotedFigure(quoted.value, quoted.citations, quoted.span)


def _unlike_a_constant(change: ChangeValue) -> Diagnostic:
    """What is wrong with a change that is not of the value of a 定数 into another one."""
    rest = next((each for each in (change.old, change.new) if each is not None and isinstance(each.value, Rest)), None)
    if change.word == "値" and rest is not None:
        return Misplaced(rest.span, "残り", "配分の額")
    whole = f"{change.target} の値「…」を「…」に改める。"
    hint = f"「」で引いて改められるものは値です。「{whole}」と書きます。"
    return MissingPart(change.target.span, str(change.target), change.word, hint)
