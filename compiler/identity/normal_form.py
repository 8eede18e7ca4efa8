"""Expressions in the one form of their meaning: paths from the top, ranges as their members, in a fixed order.

Two expressions may be spelled apart and say the same: 「ア」 and 「推進.Ⅰ.(ⅰ).1.ア」, 「①～②」 and 「①、②」 and
「②、①」. Whoever asks whether two rulebooks say the same compares these forms.
"""

from collections.abc import Iterator
from typing import Any

from haiten.compiler.changing import evolve
from haiten.compiler.identity.node_index import NodeIndex, Place, index_nodes
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression, print_target
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.expressions import Expression, PathRef, Target, as_path, map_targets, rebuild, walk_parts
from haiten.compiler.syntax.rulebook import NodeDecl, RulebookFile


@frozen(eq=False)
class Normalizer:
    """Brings the expressions of one rulebook to their normal form; what leads nowhere stays as it is."""

    index: NodeIndex

    def expression(self, expression: Expression, place: Place | None) -> Expression:
        """An expression that stands at ``place`` (None: above all nodes)."""
        return _sorted(map_targets(self.spread(expression, place), lambda target: self._absolute(target, place)))

    def spread(self, expression: Expression, place: Place | None) -> Expression:
        """The expression with the members of every count (のうち n つ) one by one, by whole paths, sorted."""

        def spread(part: Any) -> Any | None:
            if not isinstance(part, ex.Members):
                return None
            items = [member for item in part.items for member in self._members(item, place)]
            return evolve(part, items=tuple(sorted(items, key=self._order)))

        made: Expression = rebuild(expression, spread)
        return made

    def _members(self, item: Target | tuple[Target, Target], place: Place | None) -> list[Any]:
        if not isinstance(item, tuple):
            return [self._absolute(item, place) if isinstance(item, PathRef) else item]
        between = self.index.spread(item, place).between
        return [PathRef(tuple(found.path.split(".")), item[0].span) for found in between] or [item]

    def _order(self, item: Any) -> tuple[bool, int, str]:
        written = print_target(item) if not isinstance(item, tuple) else "〜".join(map(print_target, item))
        return written not in self.index.order, self.index.order.get(written, 0), written

    def _absolute(self, target: Target, place: Place | None) -> Target:
        found = self.index.find(as_path(target), place)
        return target if found is None else PathRef(tuple(found.path.split(".")), target.span)

    def referred(self, expression: Expression, place: Place | None) -> list[Place]:
        """The places that an expression refers to, those inside a range too."""
        found: list[Place] = []

        def note(target: Target) -> Target:
            if (there := self.index.find(as_path(target), place)) is not None:
                found.append(there)
            return target

        map_targets(self.spread(expression, place), note)
        return found


def _sorted(expression: Expression) -> Expression:
    """The expression with what かつ and 又は join in a fixed order."""

    def ordered(part: Any) -> Any | None:
        if isinstance(part, ex.Junction):
            return evolve(part, operands=tuple(sorted(map(_sorted, part.operands), key=print_expression)))
        return None

    made: Expression = rebuild(expression, ordered)
    return made


def normal_form(rulebook: RulebookFile) -> RulebookFile:
    """A rulebook with all expressions in their normal form."""
    normalizer = Normalizer(index_nodes(rulebook))
    return _mapped(rulebook, normalizer.index, normalizer.expression)


def members_spread(rulebook: RulebookFile) -> RulebookFile:
    """A rulebook with the members of every count in their normal form, no comparison brief, and all else as written."""
    parts = [part for expression in _expressions(rulebook) for part in walk_parts(expression)]
    if any(isinstance(part, ex.Comparison) and part.brief for part in parts):
        rulebook = rebuild(rulebook, _in_full)
    if not any(isinstance(part, ex.Members) for part in parts):  # most rulebooks count nothing
        return rulebook
    normalizer = Normalizer(index_nodes(rulebook))
    return _mapped(rulebook, normalizer.index, normalizer.spread)


def _expressions(rulebook: RulebookFile) -> Iterator[Expression]:
    """All expressions of a rulebook, but those of 引継ぎ."""
    yield from (declared.value for declared in rulebook.classes)
    pending = list(rulebook.grants)
    while pending:
        node = pending.pop()
        yield from (definition.value for definition in node.definitions)
        if node.requirement is not None:
            yield node.requirement.condition
        pending += node.children


def _in_full(part: Any) -> Any | None:
    """前年度を上回る as the comparison that it is."""
    return evolve(part, brief=False) if isinstance(part, ex.Comparison) and part.brief else None


def spelled_like(rulebook: RulebookFile, other: RulebookFile) -> RulebookFile:
    """A rulebook whose expressions are spelled as in another, wherever the two say the same at the same path."""
    mine, theirs = Normalizer(index_nodes(rulebook)), Normalizer(index_nodes(other))

    def respelled(expression: Expression, place: Place | None, twin: Any, twin_place: Place | None) -> Expression:
        same = twin is not None and mine.expression(expression, place) == theirs.expression(twin, twin_place)
        return twin if same else expression

    def in_node(node: NodeDecl, above: str) -> NodeDecl:
        path = f"{above}.{node.heading.label}".removeprefix(".")
        place, twin_place = mine.index.places.get(path), theirs.index.places.get(path)
        twin = twin_place.node if twin_place is not None else None
        locals_there = {d.name: d.value for d in twin.definitions} if twin else {}
        condition = twin.requirement.condition if twin and twin.requirement else None
        return evolve(
            node,
            definitions=tuple(
                evolve(d, value=respelled(d.value, place, locals_there.get(d.name), twin_place))
                for d in node.definitions
            ),
            requirement=node.requirement
            and evolve(node.requirement, condition=respelled(node.requirement.condition, place, condition, twin_place)),
            children=tuple(in_node(child, path) for child in node.children),
        )

    classes_there = {c.name: c.value for c in other.classes}
    return evolve(
        rulebook,
        classes=tuple(
            evolve(c, value=respelled(c.value, None, classes_there.get(c.name), None)) for c in rulebook.classes
        ),
        grants=tuple(in_node(grant, "") for grant in rulebook.grants),
    )


def _mapped(rulebook: RulebookFile, index: NodeIndex, change: Any) -> RulebookFile:
    def in_node(node: NodeDecl, above: str) -> NodeDecl:
        path = f"{above}.{node.heading.label}".removeprefix(".")
        place = index.places.get(path)
        return evolve(
            node,
            definitions=tuple(evolve(d, value=change(d.value, place)) for d in node.definitions),
            requirement=node.requirement
            and evolve(node.requirement, condition=change(node.requirement.condition, place)),
            children=tuple(in_node(child, path) for child in node.children),
        )

    return evolve(
        rulebook,
        classes=tuple(evolve(c, value=change(c.value, None)) for c in rulebook.classes),
        grants=tuple(in_node(grant, "") for grant in rulebook.grants),
    )
