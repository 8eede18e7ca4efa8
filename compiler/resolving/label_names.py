"""Names that read as labels: a fact may be called アの2 or ㉑, which files could before labels went so far."""

from collections.abc import Iterable
from typing import Any, TypeVar

from haiten.compiler.folding.paths import is_item_label
from haiten.compiler.syntax.expressions import Name, PathRef, rebuild
from haiten.compiler.syntax.labels import label_number
from haiten.compiler.syntax.rulebook import Definition, Level, NodeDecl, RulebookFile

T = TypeVar("T")


def reads_as_label(name: str) -> bool:
    """Whether a name that is allowed reads as a label where both may stand."""
    return not is_item_label(name) and any(label_number(level, name) for level in (Level.ITEM, Level.SUBITEM))


def names_as_declared(tree: T, names: Iterable[str]) -> T:
    """A tree in which what reads as a label is a name where it is declared as one."""
    meant = {name for name in names if reads_as_label(name)}
    if not meant:
        return tree

    def name(part: Any) -> Any | None:
        alone = isinstance(part, PathRef) and len(part.labels) == 1 and part.labels[0] in meant
        return Name(part.labels[0], part.span) if alone else None

    changed: T = rebuild(tree, name)
    return changed


def declared_names(rulebook: RulebookFile) -> Iterable[str]:
    """The names that expressions of a rulebook may use."""
    yield from (fact.name for fact in rulebook.facts)
    yield from (decl.name for decl in rulebook.classes)
    yield from (decl.name for decl in rulebook.constants)
    yield from (definition.name for definition in definitions_of(rulebook))


def definitions_of(rulebook: RulebookFile) -> Iterable[Definition]:
    """All local names of a rulebook."""
    pending: list[NodeDecl] = list(rulebook.grants)
    while pending:
        node = pending.pop()
        yield from node.definitions
        pending.extend(node.children)
