"""Amendments of a 定数 read as sentences of allocations: what they are in a rulebook, or what to write instead."""

from typing import assert_never

from haiten.compiler.syntax.allocation_revision import (
    AddClause,
    ChangeValue,
    ClauseAction,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
)
from haiten.compiler.syntax.revision import Declared, Delete, Insert, NewName, Rename, Replace, Single


def as_declaration(action: ClauseAction) -> Single | None:
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
        case ReplaceClause() | DeleteClause() | InsertClauses() | RenameClause() | ChangeValue():
            return None
        case RewordClause() | ReciteClause() | AddClause():
            return None
        case _:
            assert_never(action)


def read_instead(action: ClauseAction) -> str | None:
    """What to write for an amendment of a 定数 that only allocations have; None of any other."""
    match action:
        case (
            ChangeValue(target=ClauseRef(kind="定数", name=name))
            | RewordClause(target=ClauseRef(kind="定数", name=name))
        ):
            return f"評価指標では「定数 {name} を次のように改める。」と書き、その後に「定数 {name} = …」を置きます。"
        case _:  # any other: of a clause that only allocations have, or a sentence that is read
            return None
