"""A rulebook as a page to browse: every clause with what it stands on and how it came to be, facts, and sources."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from haiten.compiler.checks.sources import count_sources, count_standing, texts_of, written_nodes
from haiten.compiler.checks.totals import undisclosed_within
from haiten.compiler.compilation import Compilation
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import declaration_lines, print_citations
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Fact, FactHolds, FactValue
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.syntax.rulebook import Citation, Level, SourceDecl
from haiten.reports.clauses import STANDINGS, PageClause, clauses
from haiten.reports.page import render
from haiten.scoring.rulebook import fingerprint_of
from haiten.views.console.summary import base_line

# What filters ask for, in the order in which they stand.
_KINDS: Final = {
    "amended": "今年度に改正",
    "new": "今年度に新設",
    "estimated": "推定の文か配点",
    "derived": "導出の文か配点",
    "asked": "調査で答える",
    "ranked": "順位で決まる",
    "undisclosed": "未公表の点",
}


@frozen
class StandingRow:
    """How many values of a kind stand on what."""

    what: str
    total: int
    counts: tuple[int, ...]
    documents: tuple[tuple[str, int], ...]


@frozen
class FactLine:
    """A 事実: what it is, what it may be, and which leaves read it."""

    name: str
    text: str
    unit: str
    limits: str
    marks: str
    readers: tuple[str, ...]


def rulebook_page(years: tuple[Compilation, ...]) -> str:
    """The page of the newest of some rulebooks, newest first."""
    newest = years[0]
    program = newest.program
    assert program is not None
    tops = clauses(program, years)
    return render(
        "rulebook",
        title=f"{program.year} {program.scope} 評価指標",
        program=program,
        heading=program.syntax.title.text.value if program.syntax.title else f"{program.year} {program.scope} 評価指標",
        fingerprint=fingerprint_of(newest),
        base=base_line(newest) or "",
        years=[year.program.year for year in years if year.program is not None],
        hidden=undisclosed_within(program),
        leaves=len(program.leaves),
        written=sum(not leaf.is_shared for leaf in program.leaves),
        counts=_counts(program),
        standings=list(_standings(program)),
        words=STANDINGS,
        tops=tops,
        indicator=Level.INDICATOR,
        kinds=_kinds(tops),
        marks={cited.mark: cited.title for top in tops for clause in _every(top) for cited in clause.cited},
        facts=list(_facts(program)),
        constants=[declaration_lines(constant) for constant in program.syntax.constants],
        classes=[declaration_lines(one) for one in program.syntax.classes],
        sources=list(_sources(program)),
    )


def _counts(program: Program) -> dict[str, tuple[int, int]]:
    """How many 指標 and items are in each node above a 指標."""
    found = {}
    for node in program.nodes.values():
        if node.level < Level.INDICATOR:
            below = [one for path, one in program.nodes.items() if path.startswith(f"{node.path}.")]
            indicators = sum(one.level is Level.INDICATOR for one in below)
            found[node.path] = (indicators, sum(one.is_leaf for one in below))
    return found


def _standings(program: Program) -> Iterator[StandingRow]:
    points = [node.citations for node in written_nodes(program) if node.decl.heading.points]
    texts = [text.citations for _, text in texts_of(program)]
    for what, values in (("配点", points), ("文", texts)):
        yield _standing(what, values)


def _standing(what: str, values: list[tuple[Citation, ...]]) -> StandingRow:
    found = count_standing(values)
    counts = tuple(getattr(found, name) for name in STANDINGS)
    return StandingRow(what, len(values), counts, tuple(count_sources(values).items()))


def _every(clause: PageClause) -> Iterator[PageClause]:
    yield clause
    for one in clause.below:
        yield from _every(one)


def _folded(clause: PageClause) -> Iterator[PageClause]:
    """What the page folds as a whole: every 指標, and what has nothing below it above one."""
    if clause.level < Level.INDICATOR and clause.below:
        for one in clause.below:
            yield from _folded(one)
    else:
        yield clause


def _kinds(tops: Iterable[PageClause]) -> list[tuple[str, str, int]]:
    count = Counter(kind for top in tops for clause in _folded(top) for kind in clause.kinds)
    return [(kind, word, count[kind]) for kind, word in _KINDS.items() if count[kind]]


def _facts(program: Program) -> Iterator[FactLine]:
    readers: dict[str, list[str]] = {}
    for leaf in program.leaves:
        if leaf.condition is None or leaf.is_shared:
            continue
        names = {value.fact.name for value in values_in(leaf.condition) if isinstance(value, FactValue)}
        names |= {one.fact.name for one in conditions_in(leaf.condition) if isinstance(one, FactHolds)}
        for name in names:
            readers.setdefault(name, []).append(leaf.path)
    for fact in program.facts.values():
        decl = fact.decl
        yield FactLine(
            name=fact.name,
            text=decl.text.value if decl.text else "",
            unit="該当・非該当" if fact.is_yes_no else decl.unit,
            limits=_limits(fact),
            marks=print_citations(decl.citations),
            readers=tuple(readers.get(fact.name, ())),
        )


def _limits(fact: Fact) -> str:
    """The values that a fact may have."""
    low, high = (None if end is None else show_number(end) for end in (fact.low, fact.high))
    ends = [*([f"{low}以上"] if low is not None else []), *([f"{high}以下"] if high is not None else [])]
    return "、".join([*ends, *([f"小数{fact.decimals}桁"] if fact.decimals else [])])


def _sources(program: Program) -> Iterator[tuple[SourceDecl, int]]:
    """The documents, each with how many values stand on it; an address is of the web, as the grammar takes no other."""
    values = [node.citations for node in written_nodes(program) if node.decl.heading.points]
    values += [text.citations for _, text in texts_of(program)]
    counts = Counter(citation.source for marks in values for citation in marks if citation.source is not None)
    for source in program.syntax.sources:
        yield source, counts[source.full_name]
