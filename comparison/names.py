"""Which names a revision changes: of 事実, 区分, 定数 and local names that go on under another one."""

from collections.abc import Iterator, Mapping, Sequence

from haiten.comparison.moves import target_of
from haiten.comparison.parts import NOWHERE
from haiten.compiler.identity.past_names import Named, same_names
from haiten.compiler.late import frozen
from haiten.compiler.syntax.revision import Declared, DefinedName, NewName
from haiten.compiler.syntax.rulebook import NodeDecl, RulebookFile


@frozen
class Names:
    """What is declared in one of two years only, as 事実 参加者.

    Attributes:
        born: what the newer year declares, and does not say that it was called otherwise.
        gone: what the newer year has neither under its name nor as what another one was called.
    """

    born: tuple[str, ...]
    gone: tuple[str, ...]

    def told(self, year: str) -> list[str]:
        """The same in words, with what to write where one goes on under another name; ``year`` is the older one."""
        pairs = (("新しい宣言", self.born), ("なくなった宣言", self.gone))
        told = [f"{words}: {'、'.join(names)}" for words, names in pairs if names]
        if self.born and self.gone:
            old = self.gone[0].partition(" ")[2]
            told.append(f"名が変わっただけなら、全文の新しい名の宣言の終わりに「前身 {year} {old}」のように書きます")
        return told


def names_apart(base: RulebookFile, new: RulebookFile) -> Names:
    """The 事実, 区分 and 定数 that stand in one of a year's rulebook and a later one only."""
    born: list[str] = []
    gone: list[str] = []
    for kind, before, after in _declared(base, new):
        same = same_names(before, after, base.header.year, new.header.year)
        born += [f"{kind} {decl.name}" for decl in after if decl.name not in same.before]
        gone += [f"{kind} {decl.name}" for decl in before if decl.name not in same.after]
    return Names(tuple(born), tuple(gone))


def renamed(base: RulebookFile, year: str, new: RulebookFile, heirs: Mapping[str, str]) -> tuple[NewName, ...]:
    """What is called otherwise in ``new``.

    Args:
        base: the rulebook of an earlier year.
        year: that year; all of ``base`` is called as it was then.
        new: the one that it becomes.
        heirs: new path by old path, of nodes that go on.
    """
    years = (year, new.header.year)

    def changed(before: Sequence[Named], after: Sequence[Named]) -> Iterator[tuple[str, str]]:
        was = same_names(before, after, *years).before
        return ((was[decl.name], decl.name) for decl in after if was.get(decl.name, decl.name) != decl.name)

    names = [
        NewName(Declared(kind, old, NOWHERE), name, NOWHERE)
        for kind, before, after in _declared(base, new)
        for old, name in changed(before, after)
    ]
    old_nodes, new_nodes = written_nodes(base), written_nodes(new)
    for path, heir in heirs.items():
        for old, name in changed(old_nodes[path].definitions, new_nodes[heir].definitions):
            names.append(NewName(DefinedName(target_of(path), old, NOWHERE), name, NOWHERE))
    return tuple(names)


def _declared(base: RulebookFile, new: RulebookFile) -> list[tuple[str, Sequence[Named], Sequence[Named]]]:
    return [
        ("事実", base.facts, new.facts),
        ("区分", base.classes, new.classes),
        ("定数", base.constants, new.constants),
    ]


def written_nodes(rulebook: RulebookFile) -> dict[str, NodeDecl]:
    """The nodes that a rulebook writes itself, by path."""
    found: dict[str, NodeDecl] = {}

    def walk(node: NodeDecl, above: str) -> None:
        path = f"{above}.{node.heading.label}".removeprefix(".")
        found[path] = node
        for child in node.children:
            walk(child, path)

    for grant in rulebook.grants:
        walk(grant, "")
    return found


def node_at(rulebook: RulebookFile, path: str) -> NodeDecl:
    """The node at a path that is there."""
    among, found = rulebook.grants, None
    for label in path.split("."):
        found = next(node for node in among if node.heading.label == label)
        among = found.children
    assert found is not None
    return found
