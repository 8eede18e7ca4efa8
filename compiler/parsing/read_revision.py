"""lark's trees of amendments → syntax nodes; all other statements are read as in a full rulebook."""

from typing import Final

from attrs import field, frozen
from lark import Token, Tree

from haiten.compiler.folding.paths import canonical_label
from haiten.compiler.parsing.figures import points_value
from haiten.compiler.parsing.read_rulebook import Clause, TreeReader
from haiten.compiler.parsing.slips import number_in_kanji
from haiten.compiler.parsing.trees import child_of, find, find_token, scope_of, token_of
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Name, PathRef, Target
from haiten.compiler.syntax.revision import (
    Action,
    Article,
    BaseLine,
    Declared,
    DefinedName,
    Delete,
    Insert,
    Manner,
    NewName,
    Part,
    PartChange,
    Recite,
    Rename,
    Renumber,
    Replace,
    Reword,
    Separate,
    Stretch,
    Supplement,
)
from haiten.compiler.syntax.rulebook import Comments, Mode, Points, Remark, Requirement, Text, Timing, Undisclosed

_KINDS: Final = ("事実", "区分", "出典", "題名")
# How a token of a place is kept.
WHERE: Final = {"AFTER": "次", "BEFORE": "前", "INSIDE": "中"}
_AMENDMENTS: Final = frozenset(
    {"replacement", "deletion", "insertion", "renumbering", "separation", "renaming", "rewording", "recitation"}
    | {f"amend_{part}" for part in ("points", "mode", "requirement", "definition", "timing", "undisclosed")}
    | {"amend_text", "amend_remark"}
)


@frozen
class AmendmentLine:
    """An amendment; the clauses that it adds are the statements behind it."""

    action: Action
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=Comments(), eq=False, repr=False)


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
            return AmendmentLine(self._action(tree), span)
        if tree.data == "reason":
            return ReasonLine(self._text(child_of(tree, "text"), child_of(tree, "citations")), span)
        if tree.data == "article":
            return self._article(tree)
        if tree.data == "supplement":
            return Supplement(str(token_of(tree, "YEAR")), span)
        if tree.data == "revises":
            return BaseLine(str(token_of(tree, "YEAR")), scope_of(tree), span)
        return self.clause(tree)

    def _article(self, tree: Tree[Token]) -> Article:
        number, branches = str(token_of(tree, "ARTICLE"))[1:].split("条")
        text = find(tree, "text")
        label = number if number.isdecimal() else str(number_in_kanji(number) or 0)
        return Article(canonical_label(label) + branches, self._text(text, None) if text else None, self._span(tree))

    def _action(self, tree: Tree[Token]) -> Action:
        match tree.data:
            case "replacement":
                return Replace(self._object(tree), ())
            case "deletion":
                return Delete(self._object(tree))
            case "insertion":
                where = tree.children[-1]
                assert isinstance(where, Token)
                return Insert(self._object(tree), WHERE[where.type], ())
            case "renumbering":
                return Renumber(tuple(self._move(move) for move in tree.children if isinstance(move, Tree)))
            case "separation":
                return Separate(*self._move(child_of(tree, "move")))
            case "renaming":
                return Rename(tuple(self._new_name(name) for name in tree.children if isinstance(name, Tree)))
            case "rewording":
                old, new = (self._text(part, None) for part in tree.children[1:3] if isinstance(part, Tree))
                return Reword(self._place(tree), old.value, new.value, self._citations(child_of(tree, "citations")))
            case "recitation":
                whole = find_token(tree, "WHOLE") is not None
                marks = [token for token in tree.children if isinstance(token, Token) and token.type == "CITATION"]
                cited, *instead = (self._citation(mark) for mark in marks)
                return Recite(None if whole else self._place(tree), cited, tuple(instead))
            case _:
                return self._part_change(tree)

    def _part_change(self, tree: Tree[Token]) -> PartChange:
        parts = [self._part(part, tree.data) for part in tree.children[1:] if isinstance(part, Tree)]
        adds = any(isinstance(token, Token) and token.type.endswith("_TO") for token in tree.children)
        before = None if adds else parts[0]
        after = parts[-1] if adds or len(parts) == 2 else None
        return PartChange(self._place(tree), before, after)

    def _place(self, tree: Tree[Token]) -> Target:
        token = tree.children[0]
        assert isinstance(token, Token)
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        if token.type == "NAME":
            return Name(str(token), span)
        return PathRef(tuple(canonical_label(label) for label in token.split(".")), span)

    def _object(self, tree: Tree[Token]) -> Target | Declared:
        declared = find(tree, "declared")
        if declared is None:
            return self._place(tree)
        span, year = self._span(declared), find_token(declared, "YEAR")
        kind = next(kind for kind in _KINDS if span.text.startswith(kind))
        name = str(find_token(declared, "NAME") or "")
        return Declared(kind, f"{year} {name}" if year else name, span)

    def _move(self, tree: Tree[Token]) -> tuple[Stretch, Stretch]:
        old, new = (self._stretch(part) for part in tree.children if isinstance(part, Tree))
        return old, new

    def _stretch(self, tree: Tree[Token]) -> Stretch:
        last = str(tree.children[1]) if len(tree.children) > 1 else None
        return Stretch(self._place(tree), canonical_label(last) if last else None, self._span(tree))

    def _new_name(self, tree: Tree[Token]) -> NewName:
        named = child_of(tree, "named")
        *before, old = named.children
        span = self._span(named)
        kind = next((kind for kind in _KINDS if span.text.startswith(kind)), "") if not before else ""
        target = Declared(kind, str(old), span) if kind else DefinedName(self._place(named), str(old), span)
        return NewName(target, str(token_of(tree, "NAME")), self._span(tree))

    def _part(self, tree: Tree[Token], statement: str) -> Part:
        span = self._span(tree)
        match tree.data:
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


def children_of(value: object) -> list[Tree[Token]]:
    """The statements read so far, in whichever shape lark keeps a repetition."""
    return value.children if isinstance(value, Tree) else value  # type: ignore[return-value]  # Lark's trees do not say what they hold
