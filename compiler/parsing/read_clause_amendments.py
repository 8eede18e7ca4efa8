"""lark's trees of amendments of what has a name (declarations, clauses of an allocation) → syntax nodes.

A sentence about several of them is read as one action for each, in their order.
"""

from typing import Final

from attrs import field
from lark import Token, Tree

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import CountMismatch, OneAnchor, UnlikeLists, UnreadAmendment
from haiten.compiler.late import frozen
from haiten.compiler.parsing.read_revision import DOT, LIKEWISE, WHERE, RevisionReader, is_linked
from haiten.compiler.parsing.trees import child_of, find, find_token
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import Rest
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    ChangeText,
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
from haiten.compiler.syntax.labels import label_number
from haiten.compiler.syntax.revision import SAME
from haiten.compiler.syntax.rulebook import Citation, Comments, Level

AMENDING: Final = frozenset(
    f"clause_{verb}"
    for verb in ("replacement", "deletion", "insertion", "renaming", "rewording", "recitation", "value", "text")
)
_KINDS: Final = ("事実", "区分", "出典", "題名", "定数", "予算", "配分", "限度", "端数", "時点")


@frozen
class ClauseAmendmentLine:
    """An amendment of what has a name; what it adds are the statements behind it.

    Attributes:
        linked, likewise: as of ``AmendmentLine``.
    """

    actions: tuple[ClauseAction, ...]
    span: Span = field(eq=False, repr=False)
    linked: bool = False
    comments: Comments = field(default=Comments(), eq=False, repr=False)
    likewise: bool = False


@frozen
class _Labels:
    """A label of a 枠, or a range."""

    first: str
    last: str | None
    span: Span


def _is_labels(name: Token) -> bool:
    """Whether what reads as a name are labels that are listed with ・."""
    return all(label_number(Level.ITEM, label) is not None for label in name.split(DOT))


@frozen(eq=False)
class ClauseAmendmentReader(RevisionReader):
    """Reads amendments of what has a name."""

    def clause_amendment(self, tree: Tree[Token]) -> ClauseAmendmentLine:
        """Read one."""
        targets = self._things(child_of(tree, "things"))
        likewise = find_token(tree, LIKEWISE) is not None
        return ClauseAmendmentLine(
            self._clause_actions(tree, targets), self._span(tree), is_linked(tree), likewise=likewise
        )

    def _clause_actions(self, tree: Tree[Token], targets: list[ClauseRef]) -> tuple[ClauseAction, ...]:
        match tree.data:
            case "clause_replacement":
                return tuple(ReplaceClause(target, ()) for target in targets)
            case "clause_deletion":
                return tuple(DeleteClause(target) for target in targets)
            case "clause_insertion":
                return (self._clause_insertion(tree, targets),)
            case "clause_renaming":
                names = child_of(tree, "new_names").children
                if len(names) != len(targets):
                    self.diagnostics.append(UnlikeLists(self._span(tree), len(targets), len(names)))
                return (RenameClause(tuple(map(self._renamed, targets, names))),)
            case "clause_rewording":
                edits, citations = self._word_edits(tree)
                inside = find_token(tree, "INSIDE_VALUE")
                part = inside[1:-1].strip() if inside else "要件" if find_token(tree, "INSIDE_REQUIREMENT") else "文"
                return tuple(RewordClause(target, edits, citations, part) for target in targets)
            case "clause_recitation":
                cited, *instead = (
                    self._citation(part)
                    for part in tree.children
                    if isinstance(part, Token) and part.type == "CITATION"
                )
                return tuple(ReciteClause(target, cited, tuple(instead)) for target in targets)
            case "clause_text":
                new = child_of(tree, "cited_text")
                old = self._text(child_of(tree, "text"), None)
                text = self._text(child_of(new, "text"), child_of(new, "citations"))
                return tuple(ChangeText(target, old, text) for target in targets)
            case _:
                change = self._value_change(tree, targets[0])
                return tuple(evolve(change, target=target) for target in targets)

    def _renamed(self, target: ClauseRef, new: Token | Tree[Token]) -> tuple[ClauseRef, ClauseRef]:
        span = self._span(new) if isinstance(new, Tree) else self._token_span(new)
        if isinstance(new, Tree) == (target.part is None):
            what = "枠の見出し（ア）" if target.part else "名前"
            hint = f"「{target} を … とする。」には、新しい{what}を書きます。"
            self.diagnostics.append(UnreadAmendment(span, span.text, hint))
        if isinstance(new, Tree):
            (labels,) = self._labels(new)
            return target, evolve(target, label=labels.first, last=labels.last, span=span)
        return target, evolve(target, name=str(new), span=span)

    def _clause_insertion(self, tree: Tree[Token], targets: list[ClauseRef]) -> InsertClauses:
        where, things = tree.children[-1], self._span(child_of(tree, "things"))
        assert isinstance(where, Token)
        if (said := self._announced(where)) is not None:
            # What can be counted is of a rulebook.
            what = f"配分の{targets[0].part or '条'}" if targets[0].kind == "配分" else targets[0].kind
            self.diagnostics.append(CountMismatch(said.span, f"{said.number}つの{said.word}", what))
        if len(targets) > 1 or targets[0].last is not None:
            self.diagnostics.append(OneAnchor(things, things.text))
        return InsertClauses(targets[0], WHERE[where.type.removeprefix("AND_")], ())

    def _value_change(self, tree: Tree[Token], target: ClauseRef) -> ChangeValue:
        said = [self._quoted(part) for part in tree.children if isinstance(part, Tree) and part.data == "quoted"]
        words = ("VALUE_OF", "PART_VALUE_OF", "PART_VALUE_TO")
        word = next((str(part) for kind in words if (part := find_token(tree, kind)) is not None), "の要件")
        adds = word.startswith("に")
        word = word.strip("「 \t\r\n")[1:].strip()
        return ChangeValue(target, word, None if adds else said[0], said[-1] if adds or len(said) > 1 else None)

    def _quoted(self, tree: Tree[Token]) -> QuotedValue:
        rest = find_token(tree, "REST")
        value = next(part for part in tree.children if isinstance(part, Token | Tree))
        amount = Rest(self._token_span(rest)) if rest is not None else self._expression(value)
        return QuotedValue(amount, self._cited(tree), self._span(tree))

    # Which

    def _things(self, tree: Tree[Token]) -> list[ClauseRef]:
        """What a sentence names; what belongs to the last of several pots is meant of those named with it."""
        refs: list[ClauseRef] = []
        alone = 0  # from here on they were named together, and nothing was said of which part
        for part in tree.children:
            if isinstance(part, Tree) and part.data == "thing":
                alone = len(refs)
                refs.append(self._thing(part))
            elif isinstance(part, Tree) and refs[-1].part == FRAME and refs[-1].label is None:
                labels = self._labels(part)
                refs[alone:] = [self._with_label(ref, each) for ref in refs[alone:] for each in labels]
                alone = len(refs)
            elif isinstance(part, Tree):
                refs += [self._further_label(refs[-1], each) for each in self._labels(part)]
                alone = len(refs)
            elif part.type == "NAME" and refs and refs[-1].part == FRAME and _is_labels(part):
                refs += [self._further_label(refs[-1], each) for each in self._dotted_labels(part)]
                alone = len(refs)
            elif part.type == "NAME":
                if refs and refs[-1].part is not None:
                    alone = len(refs)
                refs.append(self._bare(part, refs[-1] if refs else None))
            else:
                word = FRAME if part.type == "FRAME_OF" else part[1:]
                for at in range(alone, len(refs)):
                    refs[at] = self._of_pot(refs[at], word, part)
                alone = alone if part.type == "FRAME_OF" else len(refs)
        return refs

    def _thing(self, tree: Tree[Token]) -> ClauseRef:
        span, name, text = self._span(tree), find_token(tree, "NAME"), find(tree, "text")
        kind = next(kind for kind in _KINDS if span.text.startswith(kind))
        called = self._text(text, None).value if text else str(name or "")
        year = find_token(tree, "YEAR")
        return ClauseRef(kind, f"{self._year(year)} {called}" if year else called, span)

    def _bare(self, name: Token, before: ClauseRef | None) -> ClauseRef:
        """A name without its kind: it is that of the one before; 同 is the one before itself, and stands first."""
        span = self._token_span(name)
        if before is None and name != SAME:
            hint = f"「配分 {name} の枠 ア」のように、種類の言葉から書きます。"
            self.diagnostics.append(UnreadAmendment(span, str(name), hint))
        if before is None:
            return ClauseRef(SAME if name == SAME else "配分", "" if name == SAME else str(name), span)
        return ClauseRef(before.kind, str(name), span)

    def _of_pot(self, ref: ClauseRef, word: str, token: Token) -> ClauseRef:
        if ref.kind not in ("配分", SAME):
            hint = f"「{word}」のあるのは配分です（「配分 … の{word}」）。"
            self.diagnostics.append(UnreadAmendment(self._token_span(token), str(token), hint))
        end = max(ref.span.end, token.end_pos or 0)
        return evolve(ref, part=word, span=Span(self.source, ref.span.start, end))

    def _with_label(self, ref: ClauseRef, labels: "_Labels") -> ClauseRef:
        end = max(ref.span.end, labels.span.end)
        return evolve(ref, label=labels.first, last=labels.last, span=Span(self.source, ref.span.start, end))

    def _further_label(self, before: ClauseRef, labels: "_Labels") -> ClauseRef:
        if before.part != FRAME:
            hint = "見出しだけで並べられるのは枠です（「配分 … の枠 ア 及び ウ」）。"
            self.diagnostics.append(UnreadAmendment(labels.span, labels.span.text, hint))
        return evolve(before, label=labels.first, last=labels.last, span=labels.span)

    def _labels(self, tree: Tree[Token]) -> list["_Labels"]:
        """A label or a range of them; several where they are listed with ・."""
        first, *last = (token for token in tree.children if isinstance(token, Token))
        if tree.data == "dotted":
            if not _is_labels(first):
                hint = "枠は「の枠 ア」のように、見出しで指します。"
                self.diagnostics.append(UnreadAmendment(self._token_span(first), str(first), hint))
            return self._dotted_labels(first)
        return [_Labels(str(first), str(last[0]) if last else None, self._span(tree))]

    def _dotted_labels(self, token: Token) -> list["_Labels"]:
        return [_Labels(label, None, self._token_span(token)) for label in token.split(DOT)]

    # What both need

    def _cited(self, tree: Tree[Token]) -> tuple[Citation, ...]:
        return self._citations(child_of(tree, "citations"))
