"""Signs that what is written and what is scored part ways: answers nobody reads, prerequisites only the text names."""

from collections.abc import Iterator
from typing import Final

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, UnreadAnswer, UnstatedDependency
from haiten.compiler.folding.paths import BRANCHES
from haiten.compiler.patterns import late_pattern
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import Condition, Met
from haiten.compiler.program.walk import conditions_in, paths_in
from haiten.compiler.syntax.labels import CIRCLED_SIGN

_ONE: Final = rf"(?:[ア-ン]|{CIRCLED_SIGN}){BRANCHES}"
# A label, or several that are joined, before a particle: アの…, ア又はイのデータから…, アとウの差.
_SIBLINGS: Final = late_pattern(
    rf"(?<![ァ-ヶーア-ン一-鿿])({_ONE}(?:(?:、|又は|及び|・|から|〜|と){_ONE})*)(?=の|を|に|で|が)"
)
_LABEL: Final = late_pattern(_ONE)


def check_answers(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """Answers of leaves without points that no other requirement reads."""
    unread = [program.nodes[path] for path in kept.of(program, _is_asked_only)]
    if not unread:
        return
    read: set[str] = set()
    for condition in _conditions(program):
        read.update(paths_in(condition))
    for leaf in unread:
        if leaf.path not in read:
            yield UnreadAnswer(leaf.span, leaf.path)


def _is_asked_only(_: Program, leaf: Node) -> bool | None:
    """Whether a node is a leaf that is asked, and says that it gives no points."""
    asked = leaf.is_leaf and leaf.answered and not leaf.maximum and not leaf.is_shared and not leaf.damaged
    return (asked and leaf.decl.heading.points is not None) or None


def _conditions(program: Program) -> Iterator[Condition]:
    for leaf in program.leaves:
        for condition in (leaf.condition, leaf.carry):
            if condition is not None:
                yield condition


def unstated_dependencies(program: Program) -> Iterator[Diagnostic]:
    """Texts that name a sibling which the requirement does not; the survey leaves such a check to who answers."""
    for leaf in program.leaves:
        if leaf.is_shared or not leaf.text or leaf.decl.heading.text is None:
            continue
        named = [path for path in _named(program, leaf) if path not in _read_by(leaf)]
        if named:
            labels = "".join(f"「{program.nodes[path].label}」" for path in named)
            yield UnstatedDependency(leaf.decl.heading.text.span, leaf.path, labels, program.nodes[named[0]].label)


def _named(program: Program, leaf: Node) -> list[str]:
    """The siblings, of it or of the nodes above, that the text of a leaf names."""
    siblings: dict[str, str] = {}
    above: Node | None = leaf
    while above is not None and above.parent is not None and above.level > above.level.GROUP:
        parent = program.nodes[above.parent]
        siblings = {program.nodes[path].label: path for path in parent.children if path != above.path} | siblings
        above = parent
    labels = [label for found in _SIBLINGS.finditer(leaf.text) for label in _LABEL.findall(found[1])]
    return [siblings[label] for label in dict.fromkeys(labels) if label in siblings]


def _read_by(leaf: Node) -> set[str]:
    parts = conditions_in(leaf.condition) if leaf.condition is not None else ()
    return {part.path for part in parts if isinstance(part, Met)}
