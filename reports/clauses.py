"""What a page says of a clause of a rulebook: its words, what they stand on, and how it came to be."""

from collections.abc import Iterable
from typing import Final

from haiten.comparison.history import History, ItemInYear, trace_history
from haiten.compiler.checks.sources import standing_of
from haiten.compiler.compilation import Compilation
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import (
    children_and_gaps,
    definition_text,
    print_citations,
    print_expression,
)
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.walk import rankings_in
from haiten.compiler.syntax.rulebook import Citation, Level, Mode
from haiten.reports.traces import short_place
from haiten.scoring.explaining.explain import Cited, cite, titles_of

# What a value stands on: a sign, a word, and a style. The sign alone tells them apart.
STANDINGS: Final = {
    "sourced": ("●", "出典あり", "good"),
    "derived": ("◐", "導出", "plain"),
    "estimated": ("○", "推定", "open"),
    "uncited": ("×", "出典なし", "bad"),
}


@frozen
class ClauseYear:
    """A clause in one year.

    Attributes:
        known: whether the rulebook of the year is at hand; where not, only the path is known.
        changes: the amendments of that year that touched it.
    """

    year: str
    path: str
    known: bool
    points: str
    text: str
    requirement: str
    changes: tuple[str, ...]


@frozen
class PageClause:
    """A clause and all below it.

    Attributes:
        mode: いずれか or 上限, in words; empty where points add up.
        text_standing, points_standing: names in ``STANDINGS``; the first is empty where there is no text.
        sources, point_sources: what its text and its points cite.
        lines: local names, 未公表, 引継ぎ and the like, each with its word.
        years: newest first, this year's included.
        born: the year of its birth; None where it is as old as the first rulebook known.
        gone: the labels that are no more (削除) among those below.
        kinds: what filters ask for, of it or of anything below.
    """

    path: str
    label: str
    kind: str
    level: Level
    text: str
    maximum: int
    mode: str
    same_as: str | None
    asked: bool
    leaf: bool
    requirement: str
    text_standing: str
    points_standing: str
    sources: tuple[Cited, ...]
    point_sources: tuple[Cited, ...]
    lines: tuple[tuple[str, str], ...]
    place: str
    years: tuple[ClauseYear, ...]
    born: str | None
    gone: tuple[str, ...]
    below: tuple["PageClause", ...]
    kinds: tuple[str, ...]

    @property
    def cited(self) -> tuple[Cited, ...]:
        """All that is cited here."""
        return (*self.sources, *self.point_sources)


def clauses(program: Program, years: tuple[Compilation, ...]) -> tuple[PageClause, ...]:
    """The clauses of a rulebook, from the grants down.

    Args:
        program: of the newest of the years.
        years: this year's rulebook and those before, newest first.
    """
    return _Clauses(program, years, titles_of(program.syntax.sources)).of(node.path for node in program.grants)


@frozen(eq=False)
class _Clauses:
    program: Program
    years: tuple[Compilation, ...]
    titles: dict[str, str]

    def of(self, paths: Iterable[str]) -> tuple[PageClause, ...]:
        return tuple(self._clause(self.program.nodes[path]) for path in paths)

    def _clause(self, node: Node) -> PageClause:
        below = self.of(node.children)
        history = trace_history(self.years, node.path)
        stages = history.stages if history is not None else ()
        requirement = node.decl.requirement
        asked = node.is_leaf and node.answered
        gone = [decl.heading.label or "" for decl in children_and_gaps(node.decl) if decl.heading.gone]
        return PageClause(
            path=node.path,
            label=node.label,
            kind=node.kind,
            level=node.level,
            text=node.text,
            maximum=node.maximum,
            mode={Mode.SUM: "", Mode.ANY_ONE: "いずれか1つを採る", Mode.CAP: f"上限{node.cap}点"}[node.mode],
            same_as=node.same_as if node.is_shared else None,
            asked=asked,
            leaf=node.is_leaf,
            requirement=print_expression(requirement.condition) if requirement else "",
            text_standing=standing_of(node.text_citations) if node.text else "",
            points_standing=standing_of(node.citations),
            sources=self._cited(node.text_citations),
            point_sources=self._cited(node.citations),
            lines=self._lines(node),
            place=short_place(f"{node.span.source.name}:{node.span.line}"),
            years=tuple(map(_year, stages)),
            born=history.born if history is not None else None,
            gone=tuple(gone),
            below=below,
            kinds=tuple(
                sorted({kind for one in below for kind in one.kinds} | self._kinds(node, history, asked=asked))
            ),
        )

    def _cited(self, citations: tuple[Citation, ...]) -> tuple[Cited, ...]:
        return tuple(cite(citation, self.titles) for citation in citations)

    def _lines(self, node: Node) -> tuple[tuple[str, str], ...]:
        decl = node.decl
        found = [("時点", node.timing or "")] if node.is_leaf or decl.timing else []
        found += [("留意", remark.text.value + print_citations(remark.text.citations)) for remark in decl.remarks]
        found += [("局所名", definition_text(definition)) for definition in decl.definitions]
        if node.undisclosed:
            found.append(("未公表", f"うち{node.undisclosed}点は、点数だけが知られ、条文は未公表"))
        if decl.carry and not node.is_shared:
            found.append(("引継ぎ", print_expression(decl.carry.condition)))
        return tuple((word, line) for word, line in found if line)

    def _kinds(self, node: Node, history: History | None, *, asked: bool) -> set[str]:
        found = {"asked"} if asked else set()
        found |= {"undisclosed"} if node.undisclosed else set()
        ranked = node.condition is not None and any(True for _ in rankings_in(node.condition))
        found |= {"ranked"} if ranked else set()
        marks = [node.citations, *([node.text_citations] if node.text else [])]
        standings = {standing_of(one) for one in marks}
        found |= {"estimated"} if standings & {"estimated", "uncited"} else set()
        found |= {"derived"} if "derived" in standings else set()
        if history is not None:
            found |= {"new"} if history.born == self.program.year else set()
            found |= {"amended"} if history.stages[0].touches else set()
        return found


def _year(stage: ItemInYear) -> ClauseYear:
    node = stage.node
    return ClauseYear(
        year=stage.year,
        path=stage.path,
        known=node is not None,
        points="" if node is None else f"{node.maximum}点{print_citations(node.citations)}",
        text="" if stage.text is None else f"{stage.text.value}{print_citations(stage.text.citations)}",
        requirement=stage.requirement,
        changes=tuple(
            touch.what
            + (f": {touch.reason.value}{print_citations(touch.reason.citations)}" if touch.reason else "")
            + f"（{short_place(str(touch.span))}）"
            for touch in stage.touches
        ),
    )
