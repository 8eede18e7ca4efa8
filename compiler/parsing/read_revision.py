"""lark's trees of amendments → syntax nodes; all other statements are read as in a full rulebook."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from attrs import field
from lark import Token, Tree

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import EmptySpan, OneAnchor, UnlikeEndings, UnlikeLists, UnnaturalCount
from haiten.compiler.folding.paths import canonical_label, canonical_path
from haiten.compiler.late import frozen
from haiten.compiler.parsing.figures import points_value
from haiten.compiler.parsing.read_rulebook import Clause, TreeReader
from haiten.compiler.parsing.slips import number_in_kanji
from haiten.compiler.parsing.trees import child_of, find, find_token, scope_of, token_of
from haiten.compiler.patterns import late_pattern
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Name, PathRef, Target
from haiten.compiler.syntax.labels import label_number
from haiten.compiler.syntax.revision import (
    SAME,
    Action,
    Announced,
    Article,
    BaseLine,
    DefinedName,
    Delete,
    Insert,
    Manner,
    NewName,
    Part,
    PartChange,
    Places,
    Recite,
    Rename,
    Renumber,
    Replace,
    Reword,
    Separate,
    Single,
    Stretch,
    Supplement,
    WordEdit,
    WordVerb,
    beside,
)
from haiten.compiler.syntax.rulebook import (
    Citation,
    Comments,
    Level,
    Mode,
    Points,
    Remark,
    Requirement,
    Text,
    Timing,
    Undisclosed,
)

# How a token of a place is kept.
WHERE: Final = {"AFTER": "次", "BEFORE": "前", "INSIDE": "中"}
_AMENDMENTS: Final = frozenset(
    {"replacement", "deletion", "insertion", "renumbering", "separation", "renaming", "rewording", "recitation"}
    | {f"amend_{part}" for part in ("points", "mode", "requirement", "definition", "timing", "undisclosed")}
    | {"amend_text", "amend_remark"}
)
_DEPTH_OF_NAMES: Final = Level.GROUP + 1  # of paths whose last label may be a name
# The ending of one that is of one sentence with the next.
_LINK: Final = "AND_"
# The one of them behind which a name may stand without its kind: 甲 を 乙 と、丙 を 丁 とする。
LIKEWISE: Final = "AND_LIKEWISE"
DOT: Final = "・"
_PUT: Final = "を、"  # of a sentence that ends in を加える
_WITH_TSU: Final = "つの"
_MOST_COUNTED: Final = 9  # with つ: 2つの項目, but 12項目
_COUNTED: Final = late_pattern(r"次の([0-9]+|[一二三四五六七八九十]+)(?:つの)?([^\W\d]+?)を加え")
_DIGITS: Final = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}
_LEVELS: Final = {level.japanese: level for level in Level} | {"別枠": Level.GRANT, "細目": Level.SUBITEM}


@frozen
class AmendmentLine:
    """An amendment; the clauses that it adds are the statements behind it.

    Attributes:
        linked: it ends in a comma: the amendment behind it is of the same sentence.
        likewise: the comma is that of と、: names behind it are of the kind of the one before.
    """

    action: Action
    span: Span = field(eq=False, repr=False)
    linked: bool = False
    comments: Comments = field(default=Comments(), eq=False, repr=False)
    likewise: bool = False


@frozen
class ReasonLine:
    """``理由 「…」``."""

    text: Text
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


RevisionStatement = Clause | BaseLine | AmendmentLine | ReasonLine | Article | Supplement


@frozen(eq=False)
class RevisionReader(TreeReader):
    """Reads every statement of a file."""

    def statement(self, tree: Tree[Token]) -> RevisionStatement:
        """Read one statement."""
        span = self._span(tree)
        if tree.data in _AMENDMENTS:
            likewise = find_token(tree, LIKEWISE) is not None
            return AmendmentLine(self._action(tree), span, linked=is_linked(tree), likewise=likewise)
        if tree.data == "reason":
            return ReasonLine(self._text(child_of(tree, "text"), child_of(tree, "citations")), span)
        if tree.data == "article":
            return self._article(tree)
        if tree.data == "supplement":
            return Supplement(self._year(token_of(tree, "YEAR")), span)
        if tree.data == "revises":
            return BaseLine(self._year(token_of(tree, "YEAR")), scope_of(tree), span)
        return self.clause(tree)

    def _article(self, tree: Tree[Token]) -> Article:
        number, branches = str(token_of(tree, "ARTICLE"))[1:].split("条")
        text = find(tree, "text")
        label = number if number.isdecimal() else str(number_in_kanji(number) or 0)
        return Article(canonical_label(label) + branches, self._text(text, None) if text else None, self._span(tree))

    def _action(self, tree: Tree[Token]) -> Single:
        match tree.data:
            case "replacement":
                return Replace(self._places(child_of(tree, "places")), ())
            case "deletion":
                return Delete(self._places(child_of(tree, "places")))
            case "insertion":
                return self._insertion(tree)
            case "renumbering":
                return Renumber(self._moves(tree))
            case "separation":
                return Separate(self._moves(tree))
            case "renaming":
                return Rename((self._new_name(tree),))
            case "rewording":
                return self._rewording(tree)
            case "recitation":
                marks = [token for token in tree.children if isinstance(token, Token) and token.type == "CITATION"]
                cited, *instead = (self._citation(mark) for mark in marks)
                return Recite(self._reach(tree), cited, tuple(instead))
            case _:
                return self._part_change(tree)

    def _insertion(self, tree: Tree[Token]) -> Insert:
        places, verb = self._places(child_of(tree, "places")), tree.children[-1]
        assert isinstance(verb, Token)
        if places.only is None:
            self.diagnostics.append(OneAnchor(places.span, places.span.text))
        return Insert(places.stretches[0].first, WHERE[verb.type.removeprefix(_LINK)], (), self._announced(verb))

    def _announced(self, verb: Token) -> Announced | None:
        """How many are added, and of which kind, where the words say so."""
        counted = _COUNTED.search(verb)
        if counted is None:
            return None
        start = verb.start_pos or 0
        span = Span(self.source, start + counted.start(1), start + counted.end(2))
        number = _number(counted[1])
        if verb[counted.end(1) : counted.start(2)] == _WITH_TSU and not 0 < number <= _MOST_COUNTED:
            natural = f"次の{number}{counted[2]}" if number else f"次の1{counted[2]}"
            self.diagnostics.append(UnnaturalCount(span, span.text, natural))
        return Announced(number, _LEVELS[counted[2]], counted[2], span)

    def _moves(self, tree: Tree[Token]) -> tuple[tuple[Stretch, Stretch], ...]:
        old, new = (self._places(part) for part in tree.find_data("places"))
        if len(old.stretches) != len(new.stretches):
            self.diagnostics.append(UnlikeLists(old.span, len(old.stretches), len(new.stretches)))
        pairs = zip(old.stretches, new.stretches, strict=False)
        return tuple((here, evolve(there, first=in_full(there.first, here.first))) for here, there in pairs)

    def _rewording(self, tree: Tree[Token]) -> Reword:
        inside = "要件" if find_token(tree, "INSIDE_REQUIREMENT") else "文"
        return Reword(self._reach(tree), *self._word_edits(tree), inside)

    def _word_edits(self, tree: Tree[Token]) -> tuple[tuple[WordEdit, ...], tuple[Citation, ...]]:
        """What becomes of the quoted words of a sentence, and what all of it cites."""
        parts = [part for part in tree.children if isinstance(part, Tree) and part.data.endswith("_words")]
        cited = [citation for part in parts for citation in self._citations(child_of(part, "citations"))]
        for part, behind in pairwise(parts):
            end = find_token(part, "AND_ADDING")
            if end == _PUT and not (find_token(behind, "BELOW") or find_token(behind, "AHEAD")):
                said = Span(self.source, end.start_pos or 0, end.end_pos or 0)
                self.diagnostics.append(UnlikeEndings(self._span(behind), _PUT, "を加える。", "を加え", said))
        return tuple(edit for part in parts for edit in self._edits_of(part)), tuple(dict.fromkeys(cited))

    def _edits_of(self, tree: Tree[Token]) -> Iterator[WordEdit]:
        come = find(tree, "text")
        new = self._text(come, None).value if come else ""
        verb = WordVerb.REPLACE if come else WordVerb.DELETE
        verb = WordVerb.ADD_BELOW if find_token(tree, "BELOW") else verb
        verb = WordVerb.ADD_AHEAD if find_token(tree, "AHEAD") else verb
        for quoted in child_of(tree, "words").find_data("text"):
            old = self._text(quoted, None)
            yield WordEdit(verb, old.value, new, old.span)

    def _part_change(self, tree: Tree[Token]) -> PartChange:
        parts = [self._part(part, tree.data) for part in tree.children[1:] if isinstance(part, Tree)]
        places = self._places(child_of(tree, "places"))
        step = find_token(tree, "FEWER") or find_token(tree, "MORE")
        if step is not None:
            (after,) = parts
            assert isinstance(after, Points)
            by = points_value(step) * (-1 if step.type == "FEWER" else 1)
            return PartChange(places, Points(after.value - by, (), after.span), after, by)
        adds = any(isinstance(token, Token) and token.type.endswith("_TO") for token in tree.children)
        before = None if adds else parts[0]
        last = parts[-1] if adds or len(parts) == 2 else None
        return PartChange(places, before, last)

    # Places

    def _reach(self, tree: Tree[Token]) -> Places | None:
        """Where it applies; None is 全体."""
        whole = find_token(tree, "WHOLE") or find_token(tree, "WHOLE_TOUCHED")
        return None if whole else self._places(child_of(tree, "places"))

    def _places(self, tree: Tree[Token]) -> Places:
        stretches: list[Stretch] = []
        for part in tree.children:
            assert isinstance(part, Tree)
            before = stretches[-1].first if stretches else None
            stretches += self._dotted(part, before) or (self._stretch(part, before),)
        return Places(tuple(stretches), self._span(tree))

    def _dotted(self, tree: Tree[Token], before: Target | None) -> tuple[Stretch, ...]:
        """Places of one parent that are listed with ・ (ア・イ), which may stand in a name; none where they are not."""
        token, *end = (token for token in tree.children if isinstance(token, Token))
        above, _, written = token.rpartition(".")
        labels = tuple(canonical_label(label) for label in written.split(DOT))
        if end or len(labels) == 1 or not all(label_number(Level.ITEM, label) for label in labels):
            return ()
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        first = PathRef((*(canonical_label(label) for label in above.split(".") if above), labels[0]), span)
        if before is not None and above in ("", SAME):
            first = evolve(beside(before, labels[0]), span=span)
        if len(first.labels) != Level.ITEM + 1 and first.labels[0] != SAME:
            return ()
        return tuple(Stretch(evolve(beside(first, label), span=span), None, span) for label in labels)

    def _stretch(self, tree: Tree[Token], before: Target | None) -> Stretch:
        start, *end = (token for token in tree.children if isinstance(token, Token))
        first = self._place(start, before)
        last = canonical_label(str(end[0]).rpartition(".")[2]) if end else None
        if end and end[0].type == "PATH" and print_target(beside(first, last or "")) != canonical_path(end[0]):
            self.diagnostics.append(EmptySpan(self._span(tree), self._span(tree).text))
        return Stretch(first, last, self._span(tree))

    def _place(self, token: Token, before: Target | None) -> Target:
        """A place; a label beside the place before it, with the path that it has there."""
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        if token.type == "NAME" and not (isinstance(before, PathRef) and len(before.labels) == _DEPTH_OF_NAMES):
            return Name(str(token), span)
        labels = tuple(canonical_label(label) for label in token.split("."))
        if before is not None and labels[0] == SAME:
            labels = labels[1:]
        elif token.type == "PATH":
            return PathRef(labels, span)
        return evolve(beside(before, *labels), span=span) if before is not None else PathRef(labels, span)

    def _new_name(self, tree: Tree[Token]) -> NewName:
        named = child_of(tree, "named")
        place, old = named.children
        assert isinstance(place, Token)
        span, new = self._span(named), token_of(tree, "NAME")
        said = Span(self.source, span.start, new.end_pos or 0)
        return NewName(DefinedName(self._place(place, None), str(old), span), str(new), said)

    def _part(self, tree: Tree[Token], statement: str) -> Part:
        span = self._span(tree)
        match tree.data:
            case "becoming":
                token = find_token(tree, "POINTS") or token_of(tree, "BECOMING")
                return Points(points_value(token), self._citations(child_of(tree, "citations")), span)
            case "points":
                points = self._points(tree)
                return Undisclosed(points, span) if statement == "amend_undisclosed" else points
            case "manner":
                cap = find_token(tree, "POINTS")
                mode = Mode.CAP if cap else Mode.ANY_ONE if find_token(tree, "ANY_ONE") else Mode.SUM
                return Manner(mode, Points(points_value(cap), (), span) if cap else None, span)
            case "terms":
                return Requirement(
                    self._expression(tree.children[0]), self._citations(child_of(tree, "citations")), span
                )
            case "definition":
                return self._definition(tree)
            case "moment":
                return Timing(str(token_of(tree, "TIMING_VALUE")), span)
            case _:
                text = self._text(child_of(tree, "text"), child_of(tree, "citations"))
                return Remark(text, span) if statement == "amend_remark" else text


def is_linked(tree: Tree[Token]) -> bool:
    """Whether an amendment ends in a comma."""
    last = tree.children[-1]
    while isinstance(last, Tree) and last.data.endswith("_words"):
        last = last.children[-1]
    return isinstance(last, Token) and last.type.startswith(_LINK)


def _number(written: str) -> int:
    """The number of 3 or 三, 十二."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def children_of(value: object) -> list[Tree[Token]]:
    """The statements read so far, in whichever shape lark keeps a repetition."""
    return value.children if isinstance(value, Tree) else value  # type: ignore[return-value]  # Lark's trees do not say what they hold


def in_full(place: Target, before: Target) -> Target:
    """A place with its full path where it is written as 同: below the parent of the place before."""
    if isinstance(place, PathRef) and place.labels[0] == SAME:
        return evolve(beside(before, *place.labels[1:]), span=place.span)
    return place
