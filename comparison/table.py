"""The 新旧対照表: changed clauses side by side, the new on the left, with the words that changed."""

import re
from difflib import SequenceMatcher
from typing import Final

from attrs import evolve

from haiten.comparison.changes import DECLARED, WORDS, Change
from haiten.comparison.diff import Diff
from haiten.comparison.match import UNCLEAR_GONE, UNCLEAR_NEW
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import definition_text, print_expression, print_target
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level, Mode

# Words of Japanese as far as their script tells them.
_WORDS: Final = re.compile(r"[一-鿿々〆]+|[ァ-ヶー]+|[ぁ-ん]+|[0-9,.]+|[A-Za-z]+|.", re.DOTALL)
NEW: Final = "（新設）"
GONE: Final = "（削る）"


@frozen
class Segment:
    """A stretch of text, and whether it is what changed."""

    text: str
    marked: bool


@frozen
class Line:
    """A line of a cell: how far it is set in, and its text."""

    depth: int
    segments: tuple[Segment, ...]


@frozen
class ClauseRow:
    """A clause in both versions, as lines, each of them one line of text, below the headings down to it.

    Attributes:
        known: the old text was an estimate.
        also: where else the clause stands by に同じ, so that it changed there too.
        path: where it stands, or stood.
        kinds: of the changes that it shows, as ``Change`` calls them.
    """

    new: tuple[Line, ...]
    old: tuple[Line, ...]
    known: bool = False
    also: tuple[str, ...] = ()
    path: str = ""
    kinds: tuple[str, ...] = ()

    def showing(self, change: Change) -> "ClauseRow":
        """The row, which shows a change too."""
        return self if change.kind in self.kinds else evolve(self, kinds=(*self.kinds, change.kind))


@frozen
class Section:
    """The rows below one indicator (or higher node), with the headings above it in both years."""

    new_title: str
    old_title: str
    rows: tuple[ClauseRow, ...]


def side_by_side(found: Diff) -> tuple[Section, ...]:
    """The sections of a 新旧対照表, in the order of the new rulebook; declarations come first."""
    sections: list[Section] = []
    declared = [c for c in found.all_changes if c.kind in {"title", *DECLARED}]
    rows = [_text_row(*(_called(c, name) for name in (c.old, c.new))).showing(c) for c in declared]
    if rows:
        title = "題名・事実・区分" + ("・定数" if any(c.kind.startswith("constant") for c in declared) else "")
        sections.append(Section(title, title, tuple(rows)))
    grouped: dict[tuple[str, str], list[ClauseRow]] = {}
    for key, row in _node_rows(found).values():
        grouped.setdefault(key, []).append(row)
    return (*sections, *(Section(new, old, tuple(below)) for (new, old), below in grouped.items()))


def _called(change: Change, said: str) -> str:
    """What a row says of a declaration; of a name alone, whose it is."""
    return f"{WORDS[change.kind].removesuffix('の名前')} {said}" if change.kind.endswith("_renamed") else said


def _node_rows(found: Diff) -> dict[str, tuple[tuple[str, str], ClauseRow]]:
    """A row for every changed node, by its path, with the titles of the section in which it stands.

    What came or went below an item that has a row of its own is shown in that row.
    """
    rows: dict[str, tuple[tuple[str, str], ClauseRow]] = {}
    matched = found.matched
    for change in found.all_changes:
        if change.kind in {"title", *DECLARED}:
            continue
        if change.new_path in rows:
            key, row = rows[change.new_path]
            rows[change.new_path] = key, row.showing(change)
            continue
        if change.new_path is None:
            old = matched.old.nodes[change.old_path or ""]
            above = matched.new_path.get(old.parent or "")
            if above in rows:
                key, row = rows[above]
                depth = len(_headings(matched.old, old))
                row = evolve(row, old=(*row.old, *_whole(matched.old, old, max(1, depth))))
                rows[above] = key, row.showing(change)
            else:
                row = ClauseRow(
                    _plain(UNCLEAR_GONE if matched.may_still_be(old) else GONE),
                    _below(matched.old, old, _whole(matched.old, old)),
                    also=change.also,
                    path=old.path,
                )
                rows[f"－{old.path}"] = _titles(found, None, old), row.showing(change)
            continue
        new = matched.new.nodes[change.new_path]
        before = matched.counterpart(new)
        if before is not None:
            row = _pair(before, new, known=_was_estimated(found, change))
            below = (_below(matched.new, new, row.new), _below(matched.old, before, row.old))
            row = evolve(row, new=below[0], old=below[1], also=change.also, path=new.path)
            rows[new.path] = _titles(found, new, before), row.showing(change)
        elif new.parent in rows:
            key, row = rows[new.parent]
            depth = len(_headings(matched.new, new))
            row = evolve(row, new=(*row.new, *_whole(matched.new, new, max(1, depth))))
            rows[new.parent] = key, row.showing(change)
        else:
            row = ClauseRow(
                _below(matched.new, new, _whole(matched.new, new)),
                _plain(UNCLEAR_NEW if matched.may_have_been(new) else NEW),
                also=change.also,
                path=new.path,
            )
            rows[new.path] = _titles(found, new, None), row.showing(change)
    return rows


def _headings(program: Program, node: Node) -> list[Node]:
    """The nodes between the indicator and a node below it, without which ① alone could be any of several."""
    above: list[Node] = []
    while node.parent is not None and program.nodes[node.parent].level > Level.INDICATOR:
        node = program.nodes[node.parent]
        above.insert(0, node)
    return above


def _below(program: Program, node: Node, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a node, below the headings that lead to it."""
    above = _headings(program, node)
    headings = (Line(depth, (Segment(f"{one.label}　{one.text}", False),)) for depth, one in enumerate(above))
    return (*headings, *(evolve(line, depth=line.depth + len(above)) for line in lines))


def _was_estimated(found: Diff, change: Change) -> bool:
    return any(other.kind == "known" for other in found.all_changes if other.new_path == change.new_path)


def _titles(found: Diff, new: Node | None, old: Node | None) -> tuple[str, str]:
    matched = found.matched
    above_new = _section_of(matched.new, new) if new else None
    above_old = _section_of(matched.old, old) if old else None
    if above_new is None and above_old is not None:
        path = matched.new_path.get(above_old.path)
        above_new = matched.new.nodes[path] if path else None
    if above_old is None and above_new is not None:
        above_old = matched.counterpart(above_new)
    return _title(matched.new, above_new), _title(matched.old, above_old)


def _section_of(program: Program, node: Node) -> Node | None:
    """The indicator that holds a node; the node above, for an indicator or higher."""
    while node.level > Level.INDICATOR and node.parent:
        node = program.nodes[node.parent]
        if node.level is Level.INDICATOR:
            return node
    return program.nodes[node.parent] if node.parent else None


def _title(program: Program, node: Node | None) -> str:
    parts: list[str] = []
    while node is not None:
        label = node.label if node.level in (Level.GROUP, Level.GRANT) else f"{node.kind} {node.label}"
        parts.append(f"{label} {node.text}".strip() if node.level is Level.INDICATOR else label)
        node = program.nodes[node.parent] if node.parent else None
    return " ＞ ".join(reversed(parts)) or "評価指標"


# Cells


def _clause(node: Node) -> tuple[str, ...]:
    """A clause as lines: heading, then what belongs to it."""
    heading = node.decl.heading
    if heading.same_as:
        return (f"{node.label}　{print_target(heading.same_as)}に同じ",)
    mode = {Mode.SUM: "", Mode.ANY_ONE: "　いずれか", Mode.CAP: f"　上限{node.cap}点"}[node.mode]
    lines = [f"{node.label}　{node.text}　{node.maximum}点{mode}"]
    decl = node.decl
    if decl.timing:
        lines.append(f"時点　{decl.timing.value}")
    lines += [f"留意　{remark.text.value}" for remark in decl.remarks]
    lines += [definition_text(definition).partition("〔")[0] for definition in decl.definitions]
    if decl.undisclosed:
        lines.append(f"未公表　{node.undisclosed}点")
    if decl.requirement:
        lines.append(f"要件　{print_expression(decl.requirement.condition)}")
    return tuple(lines)


def _whole(program: Program, node: Node, depth: int = 0) -> tuple[Line, ...]:
    """A clause with all below it, all of it marked."""
    first, *rest = _clause(node)
    lines = [Line(depth, (Segment(first, True),)), *(Line(depth + 1, (Segment(line, True),)) for line in rest)]
    for path in () if node.is_shared else node.children:
        lines += _whole(program, program.nodes[path], depth + 1)
    return tuple(lines)


def _plain(text: str) -> tuple[Line, ...]:
    return (Line(0, (Segment(text, False),)),)


def _pair(old: Node, new: Node, *, known: bool) -> ClauseRow:
    before, after = _clause(old), _clause(new)
    rows = [_marked(a, b) for a, b in _aligned(before, after)]
    return ClauseRow(
        tuple(Line(bool(i), cells[1]) for i, cells in enumerate(rows) if cells[1]),
        tuple(Line(bool(i), cells[0]) for i, cells in enumerate(rows) if cells[0]),
        known,
    )


def _aligned(before: tuple[str, ...], after: tuple[str, ...]) -> list[tuple[str, str]]:
    """Lines that say the same thing beside each other: by their first word, below the heading."""
    pairs = [(before[0], after[0])]
    rest = list(after[1:])
    for line in before[1:]:
        word = line.split("　")[0].split(" = ")[0]
        partner = next((other for other in rest if other.split("　")[0].split(" = ")[0] == word), None)
        if partner is not None:
            rest.remove(partner)
        pairs.append((line, partner or ""))
    return [*pairs, *(("", line) for line in rest)]


def _text_row(old: str, new: str) -> ClauseRow:
    """A declaration, line by line."""
    before, after = old.splitlines(), new.splitlines()
    rows: tuple[list[Line], list[Line]] = ([], [])
    for operation, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        paired = operation == "replace" and j - i == m - k
        said, says = before[i:j], after[k:m]
        both = list(zip(said, says, strict=True)) if paired else [*((a, "") for a in said), *(("", b) for b in says)]
        for one, other in both if operation != "equal" else zip(said, says, strict=True):
            for lines, segments in zip(rows, _marked(one, other), strict=True):
                if segments:
                    lines.append(Line(0, segments))
    return ClauseRow(tuple(rows[1]) or _plain(GONE), tuple(rows[0]) or _plain(NEW))


def _marked(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Two texts in stretches, those marked that are not in the other."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    before: list[Segment] = []
    after: list[Segment] = []
    for operation, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        changed = operation != "equal"
        if j > i:
            before.append(Segment("".join(a[i:j]), changed))
        if m > k:
            after.append(Segment("".join(b[k:m]), changed))
    return tuple(before), tuple(after)
