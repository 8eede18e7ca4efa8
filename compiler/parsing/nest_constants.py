"""Sentences about a 定数, which read the same in revisions of allocations and of rulebooks, as those of rulebooks."""

from typing import assert_never

from haiten.compiler.diagnostics import Diagnostic, Misplaced, MissingPart, UnreadAmendment
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import Rest
from haiten.compiler.syntax.allocation_revision import (
    AddClause,
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
from haiten.compiler.syntax.revision import (
    Declared,
    Delete,
    Insert,
    NewName,
    QuotedFigure,
    Rename,
    Replace,
    Revalue,
    Single,
)


def of_constant(action: ClauseAction) -> Single | None:
    """An amendment of a 定数 as one of a declaration; the sentence is the same in rulebooks and in allocations."""
    match action:
        case ReplaceClause(target=ClauseRef(kind="定数") as target):
            return Replace(Declared(target.kind, target.name, target.span), ())
        case DeleteClause(target=ClauseRef(kind="定数") as target):
            return Delete(Declared(target.kind, target.name, target.span))
        case InsertClauses(anchor=ClauseRef(kind="定数") as anchor, where=("次" | "前") as where):
            return Insert(Declared(anchor.kind, anchor.name, anchor.span), where, ())
        case RenameClause(target=ClauseRef(kind="定数") as target, name=name):
            return Rename((NewName(Declared(target.kind, target.name, target.span), name, target.span),))
        case ChangeValue(
            target=ClauseRef(kind="定数") as target, word="値", old=QuotedValue() as old, new=QuotedValue() as new
        ):
            was, now = _figure(old), _figure(new)
            declared = Declared(target.kind, target.name, target.span)
            return None if was is None or now is None else Revalue(declared, was, now)
        case ReplaceClause() | DeleteClause() | InsertClauses() | RenameClause() | ChangeValue():
            return None
        case RewordClause() | ReciteClause() | AddClause():
            return None
        case _:
            assert_never(action)


def _figure(quoted: QuotedValue) -> QuotedFigure | None:
    return None if isinstance(quoted.value, Rest) else QuotedFigure(quoted.value, quoted.citations, quoted.span)


def unlike_a_constant(change: ChangeValue) -> Diagnostic:
    """What is wrong with a change that is not of the value of a 定数 into another one."""
    rest = next((each for each in (change.old, change.new) if each is not None and isinstance(each.value, Rest)), None)
    if change.word == "値" and rest is not None:
        return Misplaced(rest.span, "残り", "配分の額")
    whole = f"{change.target} の値「…」を「…」に改める。"
    hint = f"「」で引いて改められるものは値です。「{whole}」と書きます。"
    return MissingPart(change.target.span, str(change.target), change.word, hint)


def reworded_constant(target: ClauseRef, span: Span) -> Diagnostic:
    """What to write where words of a 定数 are changed, which is a sentence of allocations."""
    whole = f"「{target} を次のように改める。」と書き、その後に「{target} = …」を置きます。"
    return UnreadAmendment(span, span.text.strip(), f"評価指標では{whole}")
