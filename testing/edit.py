"""Random pairs of rulebooks of two years: the second is the first after random edits, which it records by 前身."""

import random
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, field

from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.late import frozen
from haiten.compiler.revising.hand_over import carry_over, cited_sources, map_citations
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.labels import label_at
from haiten.compiler.syntax.rulebook import Level, Mode
from haiten.compiler.syntax.scope import MUNICIPALITIES, Scope
from haiten.compiler.syntax.years import year_after
from haiten.testing.grow import CITED, fact, grow, points, text
from haiten.testing.grow_conditions import NOWHERE, quantity
from haiten.testing.rename import called_otherwise

NEXT_YEAR: Final = "令和7年度"
BASE_YEAR: Final = "令和6年度"
NEW_SOURCE: Final = (s.Citation("source", "新要綱", None, NOWHERE),)


def next_year(seed: int, *, record: bool = True) -> s.RulebookFile:
    """The rulebook of a seed, one year later, after edits of every kind; ``record``: it says by 前身 what was what.

    Its totals need not balance, but all that it uses is declared.
    """
    draw = random.Random(seed)
    book = grow(seed)
    editor = _Editor(draw, record, written=_written(book))
    grants = tuple(editor.edited(grant, "") for grant in book.grants)
    if draw.random() < 0.3:
        grants = grants[::-1]
    if draw.random() < 0.3:
        grants = (*grants, editor.fresh(Level.GRANT, "追加"))
    used = _names(grants) | _names(book.classes)
    facts = [f for f in book.facts if f.name in used or draw.random() > 0.5]
    facts = [evolve(f, low=None, citations=NEW_SOURCE) if draw.random() < 0.2 else f for f in facts]
    if draw.random() < 0.4:
        facts.insert(draw.randrange(len(facts) + 1), fact("新事実", "件", 0, 0, False))
    if draw.random() < 0.2:
        draw.shuffle(facts)
    new = s.SourceDecl("新要綱", s.Text("新要綱", (), NOWHERE), None, NOWHERE)
    title = draw.choice([None, s.Title(text("題"))])
    header = s.Header(NEXT_YEAR, Scope(MUNICIPALITIES), NOWHERE)
    constants = list(book.constants)
    if draw.random() < 0.3:
        constants[0] = evolve(constants[0], value=quantity(draw.randrange(9), "%"), citations=NEW_SOURCE)
    if draw.random() < 0.2:
        draw.shuffle(constants)
    if draw.random() < 0.2:
        constants.append(s.ConstantDecl("新定数", quantity(1, "件"), None, NEW_SOURCE, NOWHERE))
    classes = book.classes if "規模" in used else draw.choice([book.classes, ()])
    book = s.RulebookFile(header, title, (new,), tuple(facts), classes, grants, constants=tuple(constants))
    return called_otherwise(_with_sources(book), BASE_YEAR, draw, record=record)


def few_edits(base: s.RulebookFile, seed: int) -> s.RulebookFile:
    """A rulebook one year later, after a few edits that it records; totals balance, references may lead nowhere.

    Args:
        base: any rulebook written in full.
        seed: of chance.
    """
    draw, book = random.Random(seed), carry_over(base)
    facts = frozenset(f.name for f in base.facts)
    rate = min(1.0, draw.choice([1, 5, 20]) / len(index_nodes(base).places))
    editor = _Editor(draw, record=True, year=base.header.year, rate=rate, names=facts, written=_written(book))
    totals: dict[str, int] = {}
    grants = tuple(balanced(editor.edited(grant, ""), "", totals) for grant in book.grants)
    new = s.SourceDecl("新要綱", s.Text("新要綱", (), NOWHERE), None, NOWHERE)
    header = evolve(base.header, year=year_after(base.header.year))
    # What the editor writes is new: it does not stand in the documents of the year before.
    grants = map_citations(grants, lambda cited: tuple(NEW_SOURCE[0] if c == CITED[0] else c for c in cited))
    edited = evolve(book, header=header, sources=(*book.sources, new), grants=grants)
    cited = cited_sources(edited.grants) | cited_sources(edited.facts) | cited_sources(edited.title)
    return evolve(edited, sources=tuple(source for source in edited.sources if source.full_name in cited))


def _written(book: s.RulebookFile) -> dict[str, s.NodeDecl]:
    """The goals of a rulebook by path."""
    return {f"{grant.heading.label}.{goal.heading.label}": goal for grant in book.grants for goal in grant.children}


def balanced(node: s.NodeDecl, above: str, totals: dict[str, int]) -> s.NodeDecl:
    """A node whose points are those that its children can come to, at every level; ``totals`` is filled by path."""
    heading = node.heading
    path = f"{above}.{heading.label}".removeprefix(".")
    if heading.same_as:
        totals[path] = totals.get(".".join(heading.same_as.labels), 0)
        return node
    children = tuple(balanced(child, path, totals) for child in node.children)
    parts = [totals[f"{path}.{child.heading.label}"] for child in children]
    parts += [node.undisclosed.points.value] if node.undisclosed else []
    if parts and heading.points:
        total = max(parts) if heading.mode is Mode.ANY_ONE else sum(parts)
        total = min(total, heading.cap.value) if heading.cap else total
        heading = evolve(heading, points=evolve(heading.points, value=total))
    totals[path] = heading.points.value if heading.points else 0
    return evolve(node, heading=heading, children=children)


def _names(part: Any) -> set[str]:
    """All names that a part of a rulebook uses."""
    parts = list(ex.walk_parts(part))
    classes = {p.by for p in parts if isinstance(p, ex.WithinTop | ex.ByClass) and p.by}
    return classes | {p.value for p in parts if isinstance(p, ex.Name)}


def _with_sources(book: s.RulebookFile) -> s.RulebookFile:
    """What cites a document of the year before cites it with its year."""

    def aged(citations: tuple[s.Citation, ...]) -> tuple[s.Citation, ...]:
        return tuple(evolve(c, year=BASE_YEAR) if c.name == "要綱" else c for c in citations)

    grants, facts, constants = (map_citations(part, aged) for part in (book.grants, book.facts, book.constants))
    title = book.title and evolve(book.title, text=map_citations(book.title.text, aged))
    old = s.SourceDecl("要綱", s.Text("要綱", (), NOWHERE), None, NOWHERE, year=BASE_YEAR)
    cited = cited_sources((grants, facts, constants))
    sources = (*book.sources, *((old,) if old.full_name in cited else ()))
    return evolve(book, grants=grants, facts=facts, constants=constants, title=title, sources=sources)


def _longer(heading: s.Heading) -> s.Text:
    """Its text with words more, behind the others or before them; new where it has none."""
    new = f"{heading.label}の新しい文"
    if heading.text is None:
        return text(new)
    old = heading.text.value
    return text(f"{old}と{new}" if len(old) % 2 else f"{new}と{old}")


def _shorter(heading: s.Heading) -> s.Text:
    """Its text without its first words, with the same sources; another where it is short."""
    if heading.text is None or len(heading.text.value) < 6:
        return text("別")
    return evolve(heading.text, value=heading.text.value[3:])


@frozen
class _Editor:
    """Edits nodes at random.

    Attributes:
        draw: the source of chance.
        record: whether moved and new nodes say so (前身, 新設).
        year: the year before, by which 前身 names where a node stood.
        rate: how often something is edited, 1 for very often.
        names: what requirements may name.
        written: the nodes of the year before that に同じ may bring in, by path.
    """

    draw: random.Random
    record: bool
    year: str = BASE_YEAR
    rate: float = 1.0
    names: frozenset[str] = frozenset(("過疎", "人口"))
    written: Mapping[str, s.NodeDecl] = field(factory=dict)

    def _chance(self, share: float) -> bool:
        return self.draw.random() < share * self.rate

    def edited(self, node: s.NodeDecl, above: str) -> s.NodeDecl:
        """A node after edits of itself and of all below."""
        draw, heading = self.draw, node.heading
        path = f"{above}.{heading.label}".removeprefix(".")
        if heading.same_as:
            same = self.written.get(".".join(heading.same_as.labels))
            if same is None or not self._chance(0.3):
                return node
            # What was brought in stands here itself from now on.
            own = evolve(same.heading, label=heading.label, origin=heading.origin)
            return self.edited(evolve(same, heading=own), above)
        if self._chance(0.2):
            heading = evolve(heading, text=draw.choice([_longer(heading), _shorter(heading), None]))
        if self._chance(0.2):
            cited = draw.choice([CITED, NEW_SOURCE, ()])
            heading = evolve(heading, points=s.Points(draw.randrange(9), cited, NOWHERE))
        if self._chance(0.1):
            mode = draw.choice(list(Mode))
            heading = evolve(heading, mode=mode, cap=s.Points(3, (), NOWHERE) if mode is Mode.CAP else None)
        node = evolve(node, heading=heading)
        if self._chance(0.15):
            node = evolve(node, timing=draw.choice([s.Timing("当年度の取組", NOWHERE), None]))
        if self._chance(0.15):
            node = evolve(node, remarks=(s.Remark(text("留意一"), NOWHERE), s.Remark(text("留意二"), NOWHERE)))
        if "人口" in self.names and self._chance(0.1):
            ratio = s.Definition("局所比", ex.Name("人口", NOWHERE), False, (), NOWHERE)
            node = evolve(node, definitions=(*node.definitions, ratio))
        if "過疎" in self.names and not node.children and self._chance(0.1):
            required = s.Requirement(ex.Name("過疎", NOWHERE), draw.choice([(), CITED]), NOWHERE)
            node = evolve(node, requirement=draw.choice([None, required]))
        if self._chance(0.1):
            node = evolve(node, undisclosed=draw.choice([None, s.Undisclosed(points(2), NOWHERE)]))
        return evolve(node, children=self._children(node, path))

    def _children(self, node: s.NodeDecl, path: str) -> tuple[s.NodeDecl, ...]:
        draw = self.draw
        children = [self.edited(child, path) for child in node.children if not self._chance(0.15)]
        if not children or node.heading.level is Level.SUBITEM:
            return tuple(children)
        if self._chance(0.3):
            children.insert(draw.randrange(len(children) + 1), self.fresh(children[0].heading.level, ""))
        if self._chance(0.3):
            draw.shuffle(children)
        return tuple(self._renumbered(child, number, path) for number, child in enumerate(children))

    def _renumbered(self, child: s.NodeDecl, number: int, path: str) -> s.NodeDecl:
        heading = child.heading
        label = label_at(heading.level, number)
        assert label is not None
        if heading.label == label:
            return child
        if not heading.label:
            origin = s.Origin((), True, None, NOWHERE) if self.record else None
            return evolve(child, heading=evolve(heading, label=label, origin=origin))
        was = ex.PathRef((*path.split("."), heading.label), NOWHERE)
        origin = s.Origin(((self.year, was),), False, None, NOWHERE) if self.record else None
        return evolve(child, heading=evolve(heading, label=label, origin=origin))

    def fresh(self, level: Level, label: str) -> s.NodeDecl:
        """A new node, of which the label may yet have to be found."""
        heading = s.Heading(level, label, False, text("新しい項目"), points(1), Mode.SUM, None, None, NOWHERE)
        origin = s.Origin((), True, None, NOWHERE) if self.record else None
        return s.NodeDecl(evolve(heading, origin=origin))
