"""A rulebook of which some names are called otherwise: 事実, 区分, 定数 and local names, with all that uses them."""

import random
from typing import TypeVar

from attrs import evolve

from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.expressions import map_names

D = TypeVar("D", s.FactDecl, s.ClassDecl, s.ConstantDecl, s.Definition)
_RATE = 0.12


def called_otherwise(book: s.RulebookFile, before: str, draw: random.Random, *, record: bool) -> s.RulebookFile:
    """The rulebook with some other names.

    Args:
        book: a rulebook.
        before: the year before it.
        draw: the source of chance.
        record: whether what is called otherwise says so (前身).
    """
    names = _new_names([decl.name for kind in (book.facts, book.classes, book.constants) for decl in kind], draw)

    def under(decl: D, known: dict[str, str]) -> D:
        name = known.get(decl.name, decl.name)
        past = (s.PastName(before, decl.name), *decl.formerly) if record and name != decl.name else decl.formerly
        return evolve(decl, name=name, formerly=past)

    def below(node: s.NodeDecl, known: dict[str, str]) -> s.NodeDecl:
        own = _new_names([definition.name for definition in node.definitions], draw)
        known = known | own
        requirement = node.requirement
        return evolve(
            node,
            definitions=tuple(evolve(under(x, own), value=map_names(x.value, known)) for x in node.definitions),
            requirement=requirement and evolve(requirement, condition=map_names(requirement.condition, known)),
            children=tuple(below(child, known) for child in node.children),
        )

    return evolve(
        book,
        facts=tuple(under(fact, names) for fact in book.facts),
        classes=tuple(evolve(under(decl, names), value=map_names(decl.value, names)) for decl in book.classes),
        constants=tuple(evolve(under(decl, names), value=map_names(decl.value, names)) for decl in book.constants),
        grants=tuple(below(grant, names) for grant in book.grants),
    )


def _new_names(names: list[str], draw: random.Random) -> dict[str, str]:
    """Some names with what they become: a new name, or those of each other."""
    chosen = [name for name in names if draw.random() < _RATE]
    if len(chosen) > 1 and draw.random() < 0.3:
        return dict(zip(chosen, [*chosen[1:], chosen[0]], strict=True))
    return {name: f"{name}改" for name in chosen}
