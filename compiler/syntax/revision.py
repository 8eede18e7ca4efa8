"""The syntax of a revision (改正): amendments in their order, each with what it adds (language.md, A revision)."""

from enum import StrEnum
from typing import Final, assert_never

from attrs import field

from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import frozen
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression, PathRef, Target
from haiten.compiler.syntax.rulebook import (
    NO_COMMENTS,
    Carry,
    Citation,
    ClassDecl,
    Comments,
    ConstantDecl,
    Declaration,
    Definition,
    FactDecl,
    Header,
    Level,
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
        case ConstantDecl():
            return "定数"
        case _:
            assert_never(declaration)


def declared_name(declaration: Declaration) -> str:
    """By which name a declaration is referred to; that of an older year's source begins with the year."""
    return declaration.full_name if isinstance(declaration, SourceDecl) else declaration.name


@frozen
class Declared:
    """A declaration as a target; ``kind`` is 事実, 区分, 定数, 出典 or 題名 (which has no name)."""

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
class Stretch:
    """A path, or a range of labels of one parent, of which ``last`` is the last."""

    first: Target
    last: str | None
    span: Span = field(eq=False, repr=False)


@frozen
class Places:
    """Where an amendment applies: a place or several, ranges among them, in the order in which they are written."""

    stretches: tuple[Stretch, ...]
    span: Span = field(eq=False, repr=False)

    @property
    def only(self) -> Target | None:
        """The one place that is named; None where there are several."""
        first = self.stretches[0]
        return first.first if len(self.stretches) == 1 and first.last is None else None


SAME: Final = "同"  # in a sentence: the parent of the place before


def beside(place: Target, *labels: str) -> PathRef:
    """A path below the parent of a place."""
    above = place.labels[:-1] if isinstance(place, PathRef) else ()
    return PathRef((*above, *labels), place.span)


def as_places(place: Target | Places) -> Places:
    """Places, as which a single one counts too."""
    return place if isinstance(place, Places) else Places((Stretch(place, None, place.span),), place.span)


def _as_object(what: Target | Places | Declared) -> Places | Declared:
    return what if isinstance(what, Declared) else as_places(what)


def _as_whole(reach: Target | Places | None) -> Places | None:
    return None if reach is None else as_places(reach)


def _as_reach(reach: Target | Places | Declared | None) -> Places | Declared | None:
    return reach if reach is None or isinstance(reach, Declared) else as_places(reach)


@frozen
class Replace:
    """を次のように改める: clauses with all below them, or a declaration, give way to others."""

    target: Places | Declared = field(converter=_as_object)
    by: tuple[NodeDecl, ...] | tuple[Declaration, ...]


@frozen
class Delete:
    """を削る."""

    target: Places | Declared = field(converter=_as_object)


@frozen
class Announced:
    """次の二項目: how many are added, and of which level; ``word`` is what was written for it."""

    number: int
    level: Level
    word: str
    span: Span = field(eq=False, repr=False)


@frozen
class Insert:
    """の次に/の前に/に次のように加える; ``where`` is 次, 前 or 中 (as the last children).

    Attributes:
        count: what the sentence says is added; None where it only says 次のように.
    """

    anchor: Target | Declared
    where: str
    new: tuple[NodeDecl, ...] | tuple[Declaration, ...]
    count: Announced | None = None


@frozen
class Renumber:
    """とする: moves that happen all at once."""

    moves: tuple[tuple[Stretch, Stretch], ...]


@frozen
class Separate:
    """と別に定める: the first of a pair is the same as the second (に同じ) until now, and itself from now on."""

    pairs: tuple[tuple[Stretch, Stretch], ...]


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
    """A part of a clause from ``old`` to ``new``; None on one side where it is added or taken away.

    Attributes:
        by: 10点減じて (-10) or 加えて, where the sentence says so; ``old`` is then what follows from it.
    """

    target: Places = field(converter=as_places)
    old: Part | None
    new: Part | None
    by: int | None = None

    @property
    def part(self) -> Part:
        """The old part, or where there is none the new one; ValueError where there is neither."""
        part = self.new if self.old is None else self.old
        if part is None:
            raise ValueError("nothing is changed into nothing")
        return part


class WordVerb(StrEnum):
    """What becomes of quoted words."""

    REPLACE = "改める"
    DELETE = "削る"
    ADD_BELOW = "下"
    ADD_AHEAD = "前"


@frozen
class WordEdit:
    """One change of words within a text.

    Attributes:
        old: the words that are quoted.
        new: those that come.
        at: where the old ones are quoted; None where nobody wrote them.
    """

    verb: WordVerb
    old: str
    new: str = ""
    at: Span | None = field(default=None, eq=False, repr=False)


def only_deletes(edits: tuple[WordEdit, ...]) -> bool:
    """Whether no words come."""
    return all(edit.verb is WordVerb.DELETE for edit in edits)


@frozen
class Reword:
    """中「…」を「…」に改め、「…」を削る: changes of words, all held against the text as it stood before them.

    Attributes:
        target: None is the whole rulebook (全体).
        citations: those of the whole text from now on; a text of which words were only taken away keeps its own where
            none are given.
        inside: the part that is reworded: 文, or 要件.
    """

    target: Places | Declared | None = field(converter=_as_reach)
    edits: tuple[WordEdit, ...]
    citations: tuple[Citation, ...]
    inside: str = "文"

    @property
    def only_deletes(self) -> bool:
        """Whether no words come."""
        return only_deletes(self.edits)


@frozen
class Recite:
    """の出典〔…〕を〔…〕に改める, at the target and everywhere below; ``target`` None is the whole rulebook (全体)."""

    target: Places | None = field(converter=_as_whole)
    old: Citation
    new: tuple[Citation, ...]


@frozen
class Declare:
    """A declaration that stands in a revision by itself: it is new."""

    declaration: Declaration


@frozen
class QuotedFigure:
    """A value with what it cites, as a sentence quotes it."""

    value: Expression
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)


@frozen
class Revalue:
    """``定数 目標値 の値「60%」を「65%〔要綱〕」に改める。``: the text stays, the citations are those of ``new``."""

    target: Declared
    old: QuotedFigure
    new: QuotedFigure


@frozen
class Together:
    """Several actions in one sentence (…に改め、…を削る): in their order, and all of them or none."""

    actions: tuple["Single", ...]


Single = Replace | Delete | Insert | Renumber | Separate | Rename | PartChange | Reword | Recite | Declare | Revalue
Action = Single | Together


def actions_of(action: Action) -> tuple[Single, ...]:
    """The single actions of a sentence."""
    return action.actions if isinstance(action, Together) else (action,)


def last_place(action: Single) -> Target | None:
    """The place that was named last; None where none was, or all (全体)."""
    match action:
        case Replace(target=Places() as places) | Delete(target=Places() as places):
            return places.stretches[-1].first
        case PartChange(target=places):
            return places.stretches[-1].first
        case Reword(target=Places() as places) | Recite(target=Places() as places):
            return places.stretches[-1].first
        case Insert(anchor=anchor):
            return None if isinstance(anchor, Declared) else anchor
        case Renumber(moves=moves) | Separate(pairs=moves):
            return moves[-1][1].first if moves else None
        case Rename(names=names):
            old = names[-1].old
            return None if isinstance(old, Declared) else old.place
        case Replace() | Delete() | Reword() | Recite() | Declare() | Revalue():
            return None
        case _:
            assert_never(action)


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
