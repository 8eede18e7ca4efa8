"""The scores of one body as a page: a front page of two sides, then every indicator down to why it has its points."""

from collections import Counter
from collections.abc import Iterable, Iterator

from haiten.comparison.why import Why
from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.reports.beside import NATION, Beside, Others, PartBeside, part_of
from haiten.reports.charts import THEN, Bar, bar
from haiten.reports.front import front_page
from haiten.reports.page import render
from haiten.reports.traces import TRUTHS, VERDICTS, NodeAside, asides, short_place, walk
from haiten.reports.why_section import why_section
from haiten.scoring.explaining.explain import Trace, explain
from haiten.tabulation import table
from haiten.tabulation.gaps.gaps import find_gaps
from haiten.tabulation.population.population import Before, Population
from haiten.views.console.terminal import show_range
from haiten.views.trace import placing_sentence

# What filters ask for, in the order in which they stand.
_KINDS = {
    "lost": "失点あり",
    "open": "未確定",
    "moved": "前年度から動いた",
    "ranked": "順位で決まる",
    "amended": "今年度に改正",
    "estimated": "推定の文か配点",
}
_ABOVE = ("交付金", "目標", "指標群")
STYLES = {
    "POINTS": table.POINTS,
    "PLAIN": table.FigureStyle(""),
    "GAINED": table.POINTS_CHANGE,
    "MEAN": table.AVERAGE_SHORT,
    "RATE": table.RATE_SHORT,
    "AHEAD": table.RATE_CHANGE,
    "PLACE": table.PLACE,
}


@frozen(eq=False)
class ScoredBody:
    """What the page is made of.

    Attributes:
        population: the bodies, of which one is looked at.
        before: the year before, where it is given.
        years: the rulebook and those before, newest first.
        about: what ranks stand on.
        notes: what to know of the scores, of the year before too.
        files: the names of the fact files.
        why: the difference of the two years in its parts; None where the year before, or the body in it, is not known.
    """

    population: Population
    before: Before | None
    years: tuple[Compilation, ...]
    about: str
    notes: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    why: Why | None = None


def score_page(made: ScoredBody) -> str:
    """The page; its front page has two sides of A4."""
    population, beside = made.population, Beside(made.population, made.before)
    scores, body = population.scores, beside.body
    program, who = scores.program, scores.bodies[body]
    traces = explain(scores, body)
    gaps = find_gaps(scores, body)
    others = beside.others
    indicators = {one.part.name: one for one in beside.indicators()}
    notes_beside = asides(beside, traces, gaps, made.years)
    last = None if made.before is None else made.before.population.scores
    return render(
        "score",
        styles_of=("why",),
        title=f"{who.name or who.code} {program.year} 評価結果",
        who=who,
        program=program,
        heading=program.syntax.title.text.value if program.syntax.title else f"{program.year} {program.scope} 評価指標",
        front=front_page(beside, gaps),
        last=last,
        last_place=None if last is None else last.index(who.code),
        others=others,
        unknown_nation=population.unknown_nation if population.nation is None else "",
        nation=NATION,
        traces=traces,
        compared=indicators,
        bars={name: _bar(one, others) for name, one in indicators.items()},
        bar=lambda one: _bar(one, others),
        part=lambda path: beside.compared(part_of(program.nodes[path])),
        losses=sorted((one for one in indicators.values() if _lost(one)), key=lambda one: -_lost(one)),
        lost=gaps.lost,
        total=gaps.total,
        beside=notes_beside,
        kinds=_kinds(traces, notes_beside),
        sources=_sources(traces),
        verdicts=VERDICTS,
        truths=TRUTHS,
        shown=show_range,
        placed=placing_sentence,
        short=short_place,
        fingerprint=scores.fingerprint,
        about=made.about,
        notes=[note.message for note in made.notes],
        files=made.files,
        why=None if made.why is None else why_section(made.why),
        above=_ABOVE,
        styles=STYLES,
    )


def _bar(one: PartBeside, others: tuple[Others, ...]) -> Bar:
    marks = [(other.kind, f"{other.name}平均", rate) for other, rate in zip(others, one.rates, strict=True)]
    return bar(one.rate, [*marks, (THEN, "前年度", one.then_rate)])


def _lost(one: PartBeside) -> int:
    """Points that are not certain."""
    own = table.ends(one.own)
    return one.part.maximum - int(own[0] if own else 0)


def _sources(traces: Iterable[Trace]) -> dict[str, str]:
    """The titles of all that is cited, by the mark."""
    every = (trace for top in traces for trace in walk(top))
    return {cited.mark: cited.title for trace in every for cited in (*trace.sources, *trace.point_sources)}


def _kinds(traces: Iterable[Trace], beside: dict[str, NodeAside]) -> list[tuple[str, str, int]]:
    """What filters ask for: the word, and of how many indicators it is true."""
    count = Counter(kind for top in traces for trace in _folded(top) for kind in beside[trace.path].kinds)
    return [(kind, word, count[kind]) for kind, word in _KINDS.items() if count[kind]]


def _folded(trace: Trace) -> Iterator[Trace]:
    """What the page folds as a whole: every 指標, and what has nothing below it above one."""
    if trace.level in _ABOVE and trace.children:
        for child in trace.children:
            yield from _folded(child)
    else:
        yield trace
