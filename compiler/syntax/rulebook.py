"""The syntax tree: what the author wrote, nested by level, with names not yet resolved.

Equality is by meaning: positions and comments do not count (language.md, A revision: "`==` ignores positions,
comments and identity"). Tuples, not lists; every node is frozen.
"""

from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Final

from attrs import field

from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import dense, frozen
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression, PathRef, Quantity, Target
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.scope import Scope

LANGUAGE_VERSION: Final = 1
RESERVED_SOURCES: Final = frozenset({"推定", "導出"})  # marks, not documents (language.md, Sources)


class Level(IntEnum):
    """The levels of a rulebook, outermost first (language.md, Levels and labels)."""

    GRANT = 0
    GOAL = 1
    GROUP = 2
    INDICATOR = 3
    ITEM = 4
    SUBITEM = 5

    @property
    def japanese(self) -> str:
        """What the official documents call it."""
        return ("交付金", "目標", "指標群", "指標", "項目", "細項目")[self]


class Mode(StrEnum):
    """How the points of a node follow from its children's."""

    SUM = "合算"
    ANY_ONE = "いずれか"
    CAP = "上限"


@dense
class Comments:
    """The comments that belong to a statement: whole lines before it, and those behind or inside it."""

    before: tuple[Comment, ...] = ()
    behind: tuple[Comment, ...] = ()


NO_COMMENTS: Final = Comments()


@dense
class Citation:
    """A mark 〔…〕 behind a value.

    Attributes:
        kind: ``source`` (a document), ``derived`` (導出: read off published figures), ``estimated`` (推定),
            ``malformed`` (reported, and standing for nothing).
        name: the 出典 cited; None for 推定.
        place: where in it, as written (``p.3``); None where the mark names the document alone.
        year: the year whose rulebook declared the 出典 (``令和6年度``); None for this rulebook's own.
    """

    kind: str
    name: str | None
    place: str | None
    span: Span = field(eq=False, repr=False)
    year: str | None = None

    @property
    def source(self) -> str | None:
        """The 出典 cited, with its year where it is an older one's: ``令和6年度 要綱``."""
        return f"{self.year} {self.name}" if self.year else self.name


@dense
class Text:
    """A text 「…」 (adjacent ones joined) with what it cites."""

    value: str
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)


@dense
class Points:
    """A declared maximum, in points, with what it cites (none: inherited from above)."""

    value: int
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)


# Declarations and nodes


@frozen
class Header:
    """``言語 1`` and ``令和6年度 市町村 評価指標``."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Title:
    """題名."""

    text: Text
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class SourceDecl:
    """出典: a document that values can cite.

    Attributes:
        url: None where it has no address.
        year: the year whose rulebook declared it; None for this rulebook's own.
    """

    name: str
    text: Text | None
    url: str | None
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    year: str | None = None

    @property
    def full_name(self) -> str:
        """The name with the year of an older rulebook: ``令和6年度 要綱``."""
        return f"{self.year} {self.name}" if self.year else self.name


@frozen
class PastName:
    """前身 of a declaration or local name: what it was called in a year, and before."""

    year: str
    name: str


# Newest first.
PastNames = tuple[PastName, ...]


@dense
class FactDecl:
    """事実: a named datum about a body.

    Attributes:
        unit: the unit, ``数`` for a plain number, ``該当`` for yes/no.
        low: least value allowed, in the unit; None where unbounded. ``high`` likewise.
        decimals: digits behind the point that a value may have.
        lower_is_better: ranks count from the small end.
        formerly: its names in older years; it is identity, not meaning, and does not count in equality.
    """

    name: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    decimals: int
    lower_is_better: bool
    text: Text | None
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = field(default=(), eq=False)


def bare_heading(level: "Level", label: str | None, span: Span, *, damaged: bool = False) -> "Heading":
    """A heading that nobody wrote, without text or points, for what has to stand somewhere."""
    return Heading(
        level=level,
        label=label,
        special=False,
        text=None,
        points=None,
        mode=Mode.SUM,
        cap=None,
        same_as=None,
        span=span,
        damaged=damaged,
    )


@frozen
class ClassCase:
    """A class of a 区分: its name and its bounds (operator, number, unit), none for その他."""

    name: str
    bounds: tuple[tuple[Operator, Quantity], ...]
    span: Span = field(eq=False, repr=False)


@frozen
class ClassDecl:
    """区分: classes by a value; a body is in the first that fits."""

    name: str
    value: Expression
    cases: tuple[ClassCase, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = field(default=(), eq=False)


@frozen
class ConstantDecl:
    """定数: a figure with a name, which a simulation can change.

    Attributes:
        formerly: its names in older years; it does not count in equality.
    """

    name: str
    value: Expression
    text: Text | None
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = field(default=(), eq=False)


Declaration = SourceDecl | FactDecl | ClassDecl | ConstantDecl


@frozen
class Definition:
    """A local name, known to its node and all below."""

    name: str
    value: Expression
    lower_is_better: bool
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = field(default=(), eq=False)


@dense
class Requirement:
    """要件: when a leaf's points are given."""

    condition: Expression
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Timing:
    """時点: when the facts below are taken, relative to the rulebook's year; inherited."""

    value: str
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Remark:
    """留意: a note of the official document."""

    text: Text
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Undisclosed:
    """未公表: points that count in the maximum and are unknown in every score."""

    points: Points
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Carry:
    """引継ぎ: how answers of the year before carry over to a leaf; paths are those of that year."""

    condition: Expression
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Origin:
    """Where a node stood in older years, and when it was born (language.md, Identity).

    What is not said follows from the node above: it stood below that one, under its present label.

    Attributes:
        moves: 前身: year and path, newest first; from that year back it stood there.
        new: 新設: it was born in ``born``, or in the rulebook's own year where that is None.
    """

    moves: tuple[tuple[str, Target], ...]
    new: bool
    born: str | None
    span: Span = field(eq=False, repr=False)


@frozen
class Touch:
    """An amendment that touched a node.

    Attributes:
        year: of the revision; ``what``: its kind in Japanese (``配点の変更``).
        reason: 理由, None where none was given.
    """

    year: str
    what: str
    reason: Text | None
    span: Span = field(eq=False, repr=False)


@dense
class Heading:
    """A heading as it stands in the flat list, before nesting.

    Attributes:
        label: canonical label (``推進``, ``Ⅰ``, ``(ⅰ)``, ``1``, ``ア``, ``①``); None where it could not be read.
        special: 別枠, outside the total.
        same_as: the node whose whole content stands here (に同じ).
        origin: where it stood in older years; None where nothing is said. It is identity, not meaning, and does not
            count in equality.
        touches: the amendments that touched it, oldest first; known only where the file was made by revisions.
        damaged: part of it could not be read; no check may blame it for what is missing.
    """

    level: Level
    label: str | None
    special: bool
    text: Text | None
    points: Points | None
    mode: Mode
    cap: Points | None
    same_as: PathRef | None
    span: Span = field(eq=False, repr=False)
    origin: Origin | None = field(default=None, eq=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    damaged: bool = field(default=False, eq=False, repr=False)
    touches: tuple[Touch, ...] = field(default=(), eq=False, repr=False)


@dense
class NodeDecl:
    """A heading with what belongs to it and the nodes below it, in the order of the file.

    ``carry`` (引継ぎ) is about identity, like ``Heading.origin``, and does not count in equality.
    """

    heading: Heading
    timing: Timing | None = None
    remarks: tuple[Remark, ...] = ()
    definitions: tuple[Definition, ...] = ()
    requirement: Requirement | None = None
    undisclosed: Undisclosed | None = None
    children: tuple["NodeDecl", ...] = ()
    carry: Carry | None = field(default=None, eq=False)


@frozen
class RulebookFile:
    """A full rulebook.

    Attributes:
        since: 起点: the first year of the chain of revisions it came from; None where it came from none.
        damaged: some statement could not be read; checks of what is unused must stay silent.
        lost_names: names whose declaration could not be read.
        closing: comments behind the last statement.
    """

    header: Header
    title: Title | None
    sources: tuple[SourceDecl, ...]
    facts: tuple[FactDecl, ...]
    classes: tuple[ClassDecl, ...]
    grants: tuple[NodeDecl, ...]
    closing: tuple[Comment, ...] = field(default=(), eq=False, repr=False)
    damaged: bool = field(default=False, eq=False, repr=False)
    lost_names: frozenset[str] = field(default=frozenset(), eq=False, repr=False)
    since: str | None = field(default=None, eq=False)
    constants: tuple[ConstantDecl, ...] = ()
