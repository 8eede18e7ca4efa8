"""Changes of words: 中「…」を「…」に改め、「…」を削り、「…」の下に「…」を加える, in texts and in 要件."""

from collections.abc import Iterable, Iterator
from typing import Final

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import frozen
from haiten.compiler.parsing.expression_words import places_of, read_condition
from haiten.compiler.patterns import late_pattern
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.revising.amend_declarations import Declarations
from haiten.compiler.revising.word_edits import Overlap, WordFinder, edited, occurrences
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax.revision import Declared, Reword, WordEdit
from haiten.compiler.syntax.rulebook import Citation, Level, Requirement, Text

Touched = tuple[LiveNode, str]  # and what of it was changed, in Japanese
_MOST_NAMED: Final = 5  # places that a message names
_POINTS: Final = late_pattern("[0-9０-９,，]+点")
_DESCRIBED: Final = ("事実", "定数")  # declarations that say what they are


@frozen(eq=False)
class Rewriter:
    """Applies one action that changes words; what does not fit is reported, and changes nothing from there on.

    Attributes:
        doubtful: parts of which an amendment failed, by node and word.
        span: of the amendment.
    """

    tree: Tree
    declarations: Declarations
    diagnostics: list[Diagnostic]
    doubtful: set[tuple[int, str]]
    span: Span
    action: Reword

    def run(self, places: list[LiveNode] | None) -> list[Touched]:
        """Change the words at places, or of a declaration; None is the whole rulebook. What was changed in the tree."""
        if isinstance(self.action.target, Declared):
            self._of_declaration(self.action.target)
            return []
        if places is None:
            return self._everywhere("全体", self.tree.walk(), whole=True)
        touched: list[Touched] = []
        before = len(self.diagnostics)
        for live in places:
            touched += self._everywhere(live.path, live.walk()) if self._reaches_below(live) else self._here(live)
            if has_errors(self.diagnostics[before:]):
                return []
        return touched

    def _reaches_below(self, live: LiveNode) -> bool:
        """Whether all below is meant too: of a group or what is above it, where its own part does not say the words."""
        if live.heading.level > Level.GROUP:
            return False
        if self.action.inside == "要件":
            return True
        text = live.heading.text
        if text is None or not any(edit.old and edit.old in text.value for edit in self.action.edits):
            return True
        for edit in self.action.edits:
            below = [n.path for n in live.walk() if n is not live and any(edit.old in t.value for t in _texts(n))]
            if below:
                more = f"ほか{len(below) - _MOST_NAMED}か所" if len(below) > _MOST_NAMED else ""
                named = "、".join([*below[:_MOST_NAMED], *filter(None, (more,))])
                found = d.WordsBelowToo(edit.at or self.span, live.path, edit.old, len(below), named, text.span)
                self.diagnostics.append(found)
                break
        return False

    # At one place

    def _here(self, live: LiveNode) -> list[Touched]:
        inside = self.action.inside
        part = live.heading.text if inside == "文" else live.node.requirement
        if part is None:
            return self._refuse(live, self._missing(live))
        if isinstance(part, Requirement):
            return self._condition(live, part, places_of, once=True)
        return self._text(live, part)

    def _text(self, live: LiveNode, text: Text) -> list[Touched]:
        for edit in self.action.edits:
            count = len(occurrences(edit.old, text.value))
            if count != 1:
                below = [n.path for n in live.walk() if any(edit.old and edit.old in t.value for t in _texts(n))]
                elsewhere = f"「{edit.old}」は、下の {'、'.join(below[:_MOST_NAMED])} にあります。" if below else ""
                if not below and _POINTS.fullmatch(edit.old):
                    elsewhere = f"配点は「{live.path} の配点「{edit.old}」を「…」に改める。」と書きます。"
                stale = d.StaleText(edit.at or self.span, live.path, edit.old, text.span, elsewhere)
                many = d.AmbiguousText(edit.at or self.span, live.path, edit.old, count, text.span)
                return self._refuse(live, many if count else stale)
        value = self._edited(live.path, text.value, self.action.edits, occurrences, text.span)
        if value is None:
            return []
        new = Text(value, self._citations(text.citations), self.span)
        if new == text:
            self.diagnostics.append(d.NothingChanges(self.span, text.span))
            return []
        live.put_heading(evolve(live.heading, text=new))
        return [(live, "文の変更")]

    def _condition(self, live: LiveNode, old: Requirement, find: WordFinder, *, once: bool) -> list[Touched]:
        printed = print_expression(self.tree.released(old.condition, live))
        edits = [edit for edit in self.action.edits if once or find(edit.old, printed)]
        for edit in edits if once else ():
            count = len(find(edit.old, printed))
            if count != 1:
                said = f"{count}回出てきます" if count else "ありません"
                elsewhere = self._elsewhere(live, edit.old)
                at, path = edit.at or self.span, live.path
                stale = d.StaleRequirement(at, path, edit.old, said, printed, elsewhere, old.span)
                return self._refuse(live, stale)
        value = self._edited(live.path, printed, edits, find, old.span, between=" ")
        if value is None:
            return []
        condition = read_condition(value, self.span)
        if condition is None:
            return self._refuse(live, d.NotAnExpression(self.span, live.path, value, old.span))
        if self.tree.says(condition, old.condition, live):
            self.diagnostics.append(d.NothingChanges(self.span, old.span))
            return []
        self.tree.note(condition, live)
        live.node = evolve(
            live.node, requirement=Requirement(condition, self.action.citations or old.citations, self.span)
        )
        return [(live, "要件の変更")]

    def _elsewhere(self, here: LiveNode, words: str) -> str:
        """Where else the words stand in a 要件, said in a sentence; empty where nowhere."""
        at = [n.path for n in self.tree.walk() if n is not here and any(self._find(words, s) for s in self._said_at(n))]
        return f"「{words}」は {'、'.join(at[:_MOST_NAMED])} などの要件にあります。" if at else ""

    def _missing(self, live: LiveNode) -> Diagnostic:
        word, path, shared = self.action.inside, live.path, self.tree.shared_by(live)
        hint = f"新しく加えるときは「{path} に{word}「…」を加える。」と書きます。"
        below = [node.path for node in live.walk() if node.node.requirement is not None] if word == "要件" else []
        if below:
            hint = f"要件は、その下の {'、'.join(below[:_MOST_NAMED])} などにあります。項目を並べて改めます。"
        if shared is not None:
            hint = f"「{path}」は「{shared.path} に同じ」です。「{shared.path}」の方を改正します。"
        return d.MissingPart(self.span, path, word, hint, live.heading.span)

    def _refuse(self, live: LiveNode, diagnostic: Diagnostic) -> list[Touched]:
        key = (id(live), self.action.inside)
        if key not in self.doubtful:
            self.diagnostics.append(diagnostic)
        self.doubtful.add(key)
        return []

    # Wherever the words stand

    def _everywhere(self, where: str, nodes: Iterable[LiveNode], *, whole: bool = False) -> list[Touched]:
        """Change the words in every text (要件) of some nodes; each of them has to stand somewhere."""
        touched: list[Touched] = []
        missing = list(self.action.edits)
        errors = len(self.diagnostics)
        for live in nodes:
            for said in self._said_at(live):
                missing = [edit for edit in missing if not self._find(edit.old, said)]
            touched += self._all_of(live)
            if has_errors(self.diagnostics[errors:]):
                return []
        if whole and self.action.inside == "文":
            missing = [edit for edit in missing if not self._in_declarations(edit.old)]
            self._all_of_declarations()
        if missing:
            first = missing[0]
            self.diagnostics.append(d.WordsNowhere(first.at or self.span, where, self.action.inside, first.old))
        return touched

    def _of_declaration(self, target: Declared) -> None:
        """Change words of what a declaration is said to be, which stand in it once."""
        found = self.declarations.find(target)
        if found is None:
            return
        what, text = f"{target.kind} {target.name}", getattr(found, "text", None)
        if text is None:
            hint = f"「{what} を次のように改める。」と書いて、その後に新しい宣言を置きます。"
            self.diagnostics.append(d.MissingPart(target.span, what, "文", hint, found.span))
            return
        value = self._edited_once(what, text)
        if value is None:
            return
        # What a declaration cites stands behind all of it.
        changes = {} if target.kind == "出典" else {"citations": self.action.citations or found.citations}
        new = evolve(found, text=Text(value, (), text.span), **changes)
        if new == found:
            self.diagnostics.append(d.NothingChanges(self.span, found.span))
        among = self.declarations.of_kind[target.kind]
        among[:] = [new if other is found else other for other in among]

    def _edited_once(self, what: str, text: Text, elsewhere: str = "") -> str | None:
        """A text after all edits, of which the words stand in it once; None, and a diagnostic, where not."""
        for edit in self.action.edits:
            count = len(occurrences(edit.old, text.value))
            if count != 1:
                at = edit.at or self.span
                stale = d.StaleText(at, what, edit.old, text.span, elsewhere)
                self.diagnostics.append(d.AmbiguousText(at, what, edit.old, count, text.span) if count else stale)
                return None
        return self._edited(what, text.value, self.action.edits, occurrences, text.span)

    def _in_declarations(self, words: str) -> bool:
        """Whether the words stand in what a 事実 or 定数 is said to be."""
        declared = (one for kind in _DESCRIBED for one in self.declarations.of_kind[kind] if one.text is not None)
        return any(occurrences(words, one.text.value) for one in declared)

    def _all_of_declarations(self) -> None:
        for kind in _DESCRIBED:
            among = self.declarations.of_kind[kind]
            for at, one in enumerate(among):
                text = self._all_in(f"{kind} {one.name}", one.text) if one.text is not None else None
                if text is not None:
                    cited = self.action.citations or one.citations
                    among[at] = evolve(one, text=evolve(text, citations=one.text.citations), citations=cited)

    def _said_at(self, live: LiveNode) -> Iterator[str]:
        if self.action.inside == "文":
            yield from (text.value for text in _texts(live))
        elif live.node.requirement is not None:
            yield print_expression(self.tree.released(live.node.requirement.condition, live))

    def _find(self, words: str, text: str) -> list[tuple[int, int]]:
        return occurrences(words, text) if self.action.inside == "文" else places_of(words, text)

    def _all_of(self, live: LiveNode) -> list[Touched]:
        if self.action.inside == "要件":
            requirement = live.node.requirement
            said = any(self._find(edit.old, text) for text in self._said_at(live) for edit in self.action.edits)
            return self._condition(live, requirement, places_of, once=False) if requirement and said else []
        touched: list[Touched] = []
        heading = live.heading
        if heading.text is not None and (text := self._all_in(live.path, heading.text)) is not None:
            live.put_heading(evolve(heading, text=text))
            touched.append((live, "文の変更"))
        remarks = [self._all_in(live.path, remark.text) for remark in live.node.remarks]
        if any(remarks):
            pairs = zip(live.node.remarks, remarks, strict=True)
            put = tuple(evolve(remark, text=text) if text else remark for remark, text in pairs)
            live.node = evolve(live.node, remarks=put)
            touched.append((live, "留意の変更"))
        return touched

    def _all_in(self, path: str, text: Text) -> Text | None:
        """A text with the words changed wherever they stand in it; None where they do not, or cannot be."""
        edits = [edit for edit in self.action.edits if occurrences(edit.old, text.value)]
        value = self._edited(path, text.value, edits, occurrences, text.span) if edits else None
        if value is None or value == text.value:
            return None
        return Text(value, self._citations(text.citations), self.span)

    # What changes

    def _edited(
        self, path: str, text: str, edits: Iterable[WordEdit], find: WordFinder, related: Span, between: str = ""
    ) -> str | None:
        """The text after all edits; None, and a diagnostic, where they overlap, or leave nothing of a text."""
        part = self.action.inside
        made = edited(text, edits, find, between)
        if isinstance(made, Overlap):
            first, second = made.first, made.second
            at = second.at or self.span
            self.diagnostics.append(d.OverlappingWords(at, path, part, first.old, second.old, related))
            return None
        if part == "文" and not made.strip():
            self.diagnostics.append(d.EmptyText(self.span, path, related))
            return None
        return made

    def _citations(self, old: tuple[Citation, ...]) -> tuple[Citation, ...]:
        keeps = self.action.only_deletes and not self.action.citations
        return old if keeps else self.action.citations


def _texts(live: LiveNode) -> Iterator[Text]:
    """The texts of a node itself: that of its heading, and its 留意."""
    if live.heading.text is not None:
        yield live.heading.text
    yield from (remark.text for remark in live.node.remarks)
