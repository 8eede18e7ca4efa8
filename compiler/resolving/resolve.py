"""Syntax tree → Program: names become nodes and facts, expressions become typed conditions and values."""

from collections.abc import Iterable

from attrs import field

from haiten.compiler.diagnostics import (
    BadCarry,
    CircularReference,
    Diagnostic,
    DuplicateName,
    MissingPoints,
    RequirementOnParent,
    ReservedName,
    UnusedName,
)
from haiten.compiler.identity.heirs import check_pasts
from haiten.compiler.identity.lineage import Lineage, identity_of, lineage_of
from haiten.compiler.identity.node_index import NodeIndex, Place, index_nodes
from haiten.compiler.identity.past_names import check_past_names
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import AnswerTo, Condition, Fact, Met
from haiten.compiler.program.walk import conditions_in, paths_in
from haiten.compiler.resolving.carried_answers import carry_condition
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.declarations import Declarer
from haiten.compiler.resolving.kept_units import Inherited, KeptUnits, NodeUnit, begins_unit, brought_in
from haiten.compiler.resolving.label_names import declared_names, definitions_of, names_as_declared
from haiten.compiler.resolving.member_values import FindRules, MemberTyper
from haiten.compiler.resolving.used_names import LocalName
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.rulebook import Level


@frozen
class Resolved:
    """A program, as whole as the mistakes in it allow, and those mistakes."""

    program: Program
    diagnostics: tuple[Diagnostic, ...]


def resolve(
    rulebook: syntax.RulebookFile,
    replaced: frozenset[str] = frozenset(),
    members: FindRules | None = None,
    kept: KeptUnits | None = None,
) -> Resolved:
    """Resolve and type a rulebook.

    Args:
        rulebook: what is written.
        replaced: the names of the 定数 that a simulation changed.
        members: finds the rulebook of the members of its bodies; None where they have none.
        kept: has what the text that the rulebook was before came to, and then what this one comes to.
    """
    meant = names_as_declared(rulebook, declared_names(rulebook))
    # What is read of members follows from another rulebook, too.
    own = KeptUnits(nodes=None) if kept is None or members is not None else kept
    return _Resolver(rulebook=meant, replaced=replaced, members=members, kept=own).run()


@frozen(eq=False)
class _Resolver(Declarer):
    rulebook: syntax.RulebookFile = field(kw_only=True)
    replaced: frozenset[str] = field(kw_only=True)
    members: FindRules | None = field(kw_only=True)
    kept: KeptUnits = field(kw_only=True)

    def run(self) -> Resolved:
        facts = self.declare_facts(self.rulebook.facts)
        self.declare_sources(self.rulebook.sources)
        index = index_nodes(self.rulebook, self.kept.nodes)
        self.diagnostics.extend(index.diagnostics)
        told: list[Diagnostic] = []
        members = None if self.members is None else MemberTyper(self.members, told)
        typer = Typer(
            facts,
            index,
            lost_names=self.rulebook.lost_names,
            year=self.rulebook.header.year,
            members=members,
            diagnostics=told,
        )
        constants = self.declare_constants(self.rulebook.constants, typer, self.replaced)
        self.declare_classes(self.rulebook.classes, typer, constants.values())
        self._check_local_names(index, typer)
        self._check_labels_as_names(index)
        self._check_past_names(index)
        self.kept.turn(self.rulebook, index, self.replaced)
        before = len(self.diagnostics)
        nodes = {node.path: node for node in self._nodes(index, typer)}
        if index.moved:  # else there is no past but that of all
            lineages = {path: node.lineage for path, node in nodes.items()}
            self.diagnostics[before:before] = check_pasts(index, lineages, self.rulebook.header.year)
        self.diagnostics.extend(typer.diagnostics)
        self._report_unused(facts, index, typer)
        order, circle = self.kept.order or evaluation_order(nodes)
        self.kept.order = order, circle
        if circle:
            self.diagnostics.append(CircularReference(nodes[circle[0]].span, circle[0], " → ".join(circle)))
        header = self.rulebook.header
        program = Program(
            header.year,
            header.scope,
            facts,
            typer.classes,
            nodes,
            order,
            self.rulebook,
            constants=constants,
            aggregates={} if members is None else members.found,
            figures=typer.figures.found,
        )
        return Resolved(program, tuple(self.diagnostics))

    def _check_local_names(self, index: NodeIndex, typer: Typer) -> None:
        declared = {name: fact.decl.span for name, fact in typer.facts.items()}
        declared |= {decl.name: decl.span for decl in self.rulebook.constants}
        for place in index.naming:
            if place.node.heading.level in (Level.GRANT, Level.GROUP):
                self.refuse_reserved(place.label, place.node.heading.span)
            seen: dict[str, Span] = {}
            for definition in place.node.definitions:
                name = definition.name
                self.refuse_reserved(name, definition.span)
                outer = next(
                    (d.span for p in _outwards(place.parent) for d in p.node.definitions if d.name == name), None
                )
                first = seen.get(name) or declared.get(name) or outer
                if first:
                    self.diagnostics.append(DuplicateName(definition.span, name, first))
                    typer.used.update((name, LocalName("", name)))  # which of the two was meant, nobody can tell
                seen[name] = definition.span

    def _check_past_names(self, index: NodeIndex) -> None:
        year = self.rulebook.header.year
        self.diagnostics.extend(check_past_names(self.rulebook.facts, year))
        self.diagnostics.extend(check_past_names(self.rulebook.classes, year))
        self.diagnostics.extend(check_past_names(self.rulebook.constants, year))
        for place in index.naming:
            self.diagnostics.extend(check_past_names(place.node.definitions, year))

    def _check_labels_as_names(self, index: NodeIndex) -> None:
        """A name that is a label of this rulebook, too: which of the two is meant, nobody can tell."""
        labels, rules = index.labels, self.rulebook
        decls: list[syntax.FactDecl | syntax.ClassDecl | syntax.ConstantDecl] = [*rules.facts, *rules.classes]
        for decl in (*decls, *rules.constants, *definitions_of(rules)):
            if decl.name in labels and decl.name not in self.refused:
                self.diagnostics.append(ReservedName(decl.span, decl.name))
                self.refused.add(decl.name)

    def _report_unused(self, facts: dict[str, Fact], index: NodeIndex, typer: Typer) -> None:
        if self.rulebook.damaged or index.short_of_children:
            return  # what could not be read may well use them
        for fact in facts.values():
            if fact.name not in typer.used and fact.name not in self.refused:
                self.diagnostics.append(UnusedName(fact.decl.span, "事実", fact.name))
        for constant in self.rulebook.constants:
            if LocalName("", constant.name) not in typer.used and constant.name not in self.refused:
                self.diagnostics.append(UnusedName(constant.span, "定数", constant.name))
        for decl in self.rulebook.classes:
            if decl.name not in typer.used and decl.name in typer.classes:
                self.diagnostics.append(UnusedName(decl.span, "区分", decl.name))
        for place in index.naming:
            for definition in place.node.definitions:
                if LocalName(place.path, definition.name) not in typer.used:
                    self.diagnostics.append(UnusedName(definition.span, "局所名", definition.name))

    # Nodes

    def _nodes(self, index: NodeIndex, typer: Typer) -> Iterable[Node]:
        """All nodes in the order of the document, those that are kept among them."""
        done: dict[str, Inherited] = {}
        places = [*index.walk()]
        at = 0
        while at < len(places):
            place = places[at]
            above = done[place.parent.path] if place.parent else Inherited(None, (), Lineage(""))
            if not begins_unit(place):
                done[place.path] = own = self._handed_on(place, above)
                yield self._node(place, typer, own)
                at += 1
                continue
            unit = self._unit(place, typer, above)
            yield from unit.nodes
            at += len(unit.nodes)

    def _unit(self, root: Place, typer: Typer, inherited: Inherited) -> NodeUnit:
        """A unit as it was, or as it is made."""
        known = self.kept.unit(root, inherited)
        if known is not None:
            self.diagnostics.extend(known.told)
            typer.diagnostics.extend(known.typed)
            typer.used.update(known.used)
            return known
        told, typed = len(self.diagnostics), len(typer.diagnostics)
        used = {*typer.used}
        typer.used.clear()
        typer.nodes.asked.clear()
        nodes = tuple(self._below(root, typer, inherited))
        found = tuple(self.diagnostics[told:]), tuple(typer.diagnostics[typed:])
        used_here, asked = frozenset(typer.used), frozenset(typer.nodes.asked)
        made = NodeUnit(root.node, root.own_heading, inherited, nodes, *found, used_here, asked, brought_in(root))
        typer.used.update(used)
        if typer.figures.found:
            return made  # a figure of the nation is made once for all that read it
        self.kept.keep(root.path, made)
        was = self.kept.before(root.path)
        if was is None or [*map(_needs, was.nodes)] != [*map(_needs, nodes)]:
            self.kept.order = None
        return made

    def _below(self, root: Place, typer: Typer, inherited: Inherited) -> Iterable[Node]:
        pending = [(root, inherited)]
        while pending:
            place, above = pending.pop()
            own = self._handed_on(place, above)
            yield self._node(place, typer, own)
            pending.extend([(child, own) for child in reversed(place.children)])

    def _handed_on(self, place: Place, above: Inherited) -> Inherited:
        """What a node has of its own, or from the nodes above it."""
        timing, points = place.node.timing, place.node.heading.points
        return Inherited(
            timing.value if timing else above.timing,
            (points.citations if points else ()) or above.citations,
            lineage_of(place, above.lineage, self.rulebook.header.year),
        )

    def _node(self, place: Place, typer: Typer, own: Inherited) -> Node:
        header, heading = self.rulebook.header, place.node.heading
        shared, carry = place.same_as != place.path, place.node.carry
        damaged = heading.damaged or place.path in typer.nodes.short_of_children
        if heading.points is None:
            if not damaged and not heading.same_as and not shared:
                self.diagnostics.append(MissingPoints(heading.span, place.path))
            damaged = True
        condition, answered = (Met(place.same_as), False) if shared else self._condition(place, typer)
        undisclosed = place.node.undisclosed.points.value if place.node.undisclosed else 0
        parent_of_points = bool(place.children) or undisclosed > 0
        definitions = () if shared else place.node.definitions
        local_names = [typer.local(place, definition.name) for definition in definitions]
        return Node(
            path=place.path,
            level=heading.level,
            label=place.label,
            parent=place.parent.path if place.parent else None,
            children=tuple([child.path for child in place.children]),
            maximum=heading.points.value if heading.points else 0,
            mode=heading.mode,
            cap=heading.cap.value if heading.cap else None,
            condition=None if parent_of_points else condition,
            answered=answered and not parent_of_points,
            same_as=place.same_as,
            timing=own.timing,
            citations=own.citations,
            locals=tuple(filter(None, local_names)),
            special=place.special,
            undisclosed=undisclosed,
            identity=identity_of(own.lineage, str(header.scope), self.rulebook.since or header.year),
            lineage=own.lineage,
            carry=None if shared or carry is None else self._carry(carry, place),
            damaged=damaged,
            decl=place.node,
        )

    def _carry(self, carry: syntax.Carry, place: Place) -> Condition | None:
        if place.children or place.node.undisclosed:
            reason = f"「{place.path}」は、点の付く最も小さな項目ではありません"
            self.diagnostics.append(BadCarry(carry.span, reason))
            return None
        return carry_condition(carry.condition, self.diagnostics)

    def _condition(self, place: Place, typer: Typer) -> tuple[Condition, bool]:
        """When a leaf's points are given, and whether the survey asks it."""
        requirement = place.node.requirement
        if requirement is None:
            return AnswerTo(place.path), True
        if place.children or place.node.undisclosed:
            self.diagnostics.append(RequirementOnParent(requirement.span, place.path))
        condition = typer.condition(requirement.condition, place)
        if condition is None:
            return AnswerTo(place.path), True
        own = AnswerTo(place.path)
        return condition, any(isinstance(part, AnswerTo) and part == own for part in conditions_in(condition))


def _outwards(place: Place | None) -> Iterable[Place]:
    current = place
    while current is not None:
        yield current
        current = current.parent


def evaluation_order(nodes: dict[str, Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All paths, each after what it depends on; where that is impossible, a circle of paths (the first repeated)."""
    order: list[str] = []
    state: dict[str, bool] = {}  # False: begun, True: done
    for start in nodes:
        trail: list[str] = []
        pending = [(start, False)]
        while pending:
            path, leaving = pending.pop()
            if leaving:
                state[path] = True
                order.append(path)
                trail.pop()
            elif path not in state:
                needs = _needs(nodes[path])
                state[path] = not needs
                if not needs:  # as most
                    order.append(path)
                    continue
                trail.append(path)
                pending.append((path, True))
                pending.extend([(needed, False) for needed in reversed(needs)])
            elif not state[path]:
                return (), (*trail[trail.index(path) :], path)
    return tuple(order), ()


def _needs(node: Node) -> list[str]:
    """The nodes whose points or outcome a node's depend on."""
    needs = list(node.children)
    if node.condition is not None:
        needs += paths_in(node.condition)
    return needs
