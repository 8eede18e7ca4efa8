"""The syntax of a revision (改正): amendments in their order, each with what it adds (language.md, A revision)."""

from typing import assert_never

from attrs import field, frozen

from haiten.compiler.folding.fold import Comment
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Target
from haiten.compiler.syntax.rulebook import (
    NO_COMMENTS,
    Carry,
    Citation,
    ClassDecl,
    Comments,
    Declaration,
    Definition,
    FactDecl,
    Header,
    Mode,
    NodeDecl,
    Points,
    Remark,
    Requirement,
    SourceDecl,
    Text,
    Timing,
    Title,
    Undisclosed,
)
from haiten.compiler.syntax.scope import Scope


def declaration_word(declaration: Declaration) -> str:
    """What the language calls a declaration."""
    match declaration:
        case FactDecl():
            return "事実"
        case ClassDecl():
            return "区分"
        case SourceDecl():
            return "出典"
        case _:
            assert_never(declaration)


def declared_name(declaration: Declaration) -> str:
    """By which name a declaration is referred to; that of an older year's source begins with the year."""
    return declaration.full_name if isinstance(declaration, SourceDecl) else declaration.name


@frozen
class Declared:
    """A declaration as a target; ``kind`` is 事実, 区分, 出典 or 題名 (which has no name)."""

    kind: str
    name: str
    span: Span = field(eq=False, repr=False)


@frozen
class Manner:
    """How points follow from children's, as 方式 states it; ``cap`` only with 上限."""

    mode: Mode
    cap: Points | None
    span: Span = field(eq=False, repr=False)


# What a part of a clause may be changed from or to.
Part = Points | Manner | Requirement | Definition | Timing | Undisclosed | Text | Remark


def part_word(part: Part | Carry) -> str:
    """What the language calls a part of a clause: 要件, 時点."""
    match part:
        case Points():
            return "配点"
        case Manner():
            return "方式"
        case Requirement():
            return "要件"
        case Definition():
            return "定義"
        case Timing():
            return "時点"
        case Undisclosed():
            return "未公表"
        case Text():
            return "文"
        case Remark():
            return "留意"
        case Carry():
            return "引継ぎ"
        case _:
            assert_never(part)


@frozen
class Replace:
    """を次のように改める: a clause with all below it, or a declaration, gives way to another."""

    target: Target | Declared
    by: tuple[NodeDecl, ...] | tuple[Declaration, ...]


@frozen
class Delete:
    """を削る."""

    target: Target | Declared


@frozen
class Insert:
    """の次に/の前に/に次のように加える; ``where`` is 次, 前 or 中 (as the last children)."""

    anchor: Target | Declared
    where: str
    new: tuple[NodeDecl, ...] | tuple[Declaration, ...]


@frozen
class Stretch:
    """A path, or a range of labels of one parent, of which ``last`` is the last."""

    first: Target
    last: str | None
    span: Span = field(eq=False, repr=False)


@frozen
class Renumber:
    """とする: moves that happen all at once."""

    moves: tuple[tuple[Stretch, Stretch], ...]


@frozen
class Separate:
    """と別に定める: ``target`` is the same as ``other`` (に同じ) until now, and has its content itself from now on."""

    target: Stretch
    other: Stretch


@frozen
class DefinedName:
    """A local name of a node as a target: ``推進.Ⅰ.(ⅱ).1 の定義 比率``."""

    place: Target
    name: str
    span: Span = field(eq=False, repr=False)


@frozen
class NewName:
    """A 事実, 区分 or local name, and what it is called from now on."""

    old: Declared | DefinedName
    name: str
    span: Span = field(eq=False, repr=False)


@frozen
class Rename:
    """とする of names: all change at once, and so does whatever uses them."""

    names: tuple[NewName, ...]


@frozen
class PartChange:
    """A part of a clause from ``old`` to ``new``; None on one side where it is added or taken away."""

    target: Target
    old: Part | None
    new: Part | None

    @property
    def part(self) -> Part:
        """The old part, or where there is none the new one; ValueError where there is neither."""
        part = self.new if self.old is None else self.old
        if part is None:
            raise ValueError("nothing is changed into nothing")
        return part


@frozen
class Reword:
    """中「…」を「…」に改める; ``citations`` are those of the whole text from now on."""

    target: Target
    old: str
    new: str
    citations: tuple[Citation, ...]


@frozen
class Recite:
    """の出典〔…〕を〔…〕に改める, at the target and everywhere below; ``target`` None is the whole rulebook (全体)."""

    target: Target | None
    old: Citation
    new: tuple[Citation, ...]


@frozen
class Declare:
    """A declaration that stands in a revision by itself: it is new."""

    declaration: Declaration


Action = Replace | Delete | Insert | Renumber | Separate | Rename | PartChange | Reword | Recite | Declare


@frozen
class Article:
    """第1条: a heading of the amendments below it; ``label`` is the number with its branches (``1``, ``1の2``)."""

    label: str
    text: Text | None
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)

    @property
    def name(self) -> str:
        """What it is called: 第1条の2."""
        number, _, branches = self.label.partition("の")
        return f"第{number}条" + (f"の{branches}" if branches else "")


@frozen
class Supplement:
    """附則: from which year the revision applies, which is its own."""

    year: str
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Amendment:
    """One statement of a revision.

    Attributes:
        article: the heading above it; None where it has none.
        carry: 引継ぎ for the one leaf that the statement makes or changes.
        reason: 理由, with what it cites.
    """

    action: Action
    span: Span = field(eq=False, repr=False)
    reason: Text | None = None
    carry: Carry | None = None
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    article: Article | None = None


@frozen
class BaseLine:
    """Which rulebook is amended."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Revision:
    """A revision as written.

    Attributes:
        supplement: 附則; None where there is none.
        damaged: some statement could not be read, so that the rest cannot be applied either.
        closing: comments behind the last statement.
    """

    header: Header
    base: BaseLine
    title: Title | None
    amendments: tuple[Amendment, ...]
    closing: tuple[Comment, ...] = field(default=(), eq=False, repr=False)
    damaged: bool = field(default=False, eq=False, repr=False)
    supplement: Supplement | None = None
