"""Why points were given: a trace read off the columns of a run (nothing is computed a second time).

A trace is a tree of nodes, each leaf with the tree of its condition: what was read, what it was compared with, and how
each part came out. ``truth`` is True, False, or None for unknown.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen

from haiten.compiler.describe import describe_condition, describe_value, show_number
from haiten.compiler.printer import print_citations
from haiten.compiler.program import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
    Every,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    Node,
    PreviousScore,
    RankValue,
    ScoreValue,
    Some,
    Statistic,
    Tally,
    Value,
    Within,
)
from haiten.compiler.syntax import Citation, SourceDecl
from haiten.compiler.version import haiten_version
from haiten.compiler.walk import parts_of
from haiten.scoring.facts import Truth
from haiten.scoring.ranking import NO_CLASS, Cutoff, Ranked, cutoff_of
from haiten.scoring.scores import Range, Scores, Verdict, rulebook_json

SCHEMA: Final = "haiten/explain@1"


@frozen
class Reading:
    """A value that a condition read: its name, the value (None: unknown) and the unit."""

    name: str
    value: Fraction | None
    unit: str

    @property
    def shown(self) -> str:
        """The value for people."""
        return "不明" if self.value is None else show_number(self.value) + self.unit


@frozen
class Placing:
    """A body in a ranking.

    Attributes:
        value: what was ranked, with the words of the rulebook for it.
        rank: 1 + the number strictly better; None where there is no rank.
        size: N, the bodies that have a rank.
        inside: how many are within the step; ``cutoff`` is the worst value among them, None where no body is.
        case: the class in which it is ranked (規模別), or that it is unknown or none fits; None where all are ranked
            together.
        of_run: the bodies rank each other; False where the body was placed by stored cut-offs.
    """

    value: Reading
    rank: int | None
    size: int
    step: str
    inside: int
    cutoff: Fraction | None
    lower_is_better: bool
    of_run: bool
    case: str | None = None


@frozen
class Cited:
    """What a text or points cite: the mark as written, and the title of what it names."""

    mark: str
    title: str


@frozen
class Reason:
    """How a condition, or a part of one, came out for a body.

    Attributes:
        kind: ``answer fact met compare rank class count every some not``.
        text: the condition in the words of the language.
        readings: the values and facts that this part itself read.
        parts: the conditions it is made of.
    """

    kind: str
    text: str
    truth: bool | None
    readings: tuple[Reading, ...] = ()
    placing: Placing | None = None
    parts: tuple["Reason", ...] = ()


@frozen
class Trace:
    """A node as one body scored it.

    Attributes:
        place: file and line of the clause; ``sources`` what its text cites, ``point_sources`` what its points cite.
        own: points before any choice above; ``cut`` what 上限 took off; ``undisclosed`` points that are known to exist.
        verdict, given, reason: for leaves. ``contradicted``: an outcome was given that the values speak against.
        evidence: 根拠 and 備考 of the fact file.
    """

    path: str
    label: str
    level: str
    text: str
    place: str
    sources: tuple[Cited, ...]
    point_sources: tuple[Cited, ...]
    timing: str | None
    same_as: str | None
    points: Range
    own: Range
    cut: int
    undisclosed: int
    mode: str
    verdict: Verdict | None
    given: bool
    contradicted: bool
    reason: Reason | None
    evidence: tuple[tuple[str, str], ...]
    children: tuple["Trace", ...]


def explain(scores: Scores, body: int, path: str | None = None) -> tuple[Trace, ...]:
    """The traces of one body: of a node, or of all grants.

    Args:
        scores: the result that is asked about.
        body: place of the body among ``scores.bodies``.
        path: canonical path of a node of the program.

    Raises:
        KeyError: there is no such node.
    """
    tops = [scores.program.nodes[path]] if path else list(scores.program.grants)
    carried = scores.bodies[body].carried
    return tuple(_trace(scores, body, carried, node) for node in tops)


def _trace(scores: Scores, body: int, carried: dict[str, str], node: Node) -> Trace:
    own, points = scores.ranges(node.path, body)
    verdict, given, contradicted, reason = None, False, False, None
    if node.is_leaf:
        verdict = scores.verdict(node.path, body)
        given = bool(scores.run.given(node.path)[body])
        origin = scores.program.nodes[node.same_as]
        assert origin.condition is not None
        reason = reason_for(scores, body, origin.condition)
        outcome = _truth(scores.run.outcome(node.path), body)
        contradicted = given and reason.truth is not None and reason.truth != outcome
    evidence = ((kind, carried.get(f"{kind}.{node.path}", "")) for kind in ("根拠", "備考")) if carried else ()
    return Trace(
        path=node.path,
        label=node.label,
        level=node.level.japanese,
        text=node.text,
        place=f"{node.span.source.name}:{node.span.line}",
        sources=tuple(cite(citation, scores.program.syntax.sources) for citation in node.text_citations),
        point_sources=tuple(cite(citation, scores.program.syntax.sources) for citation in node.citations),
        timing=node.timing,
        same_as=node.same_as if node.is_shared else None,
        points=points,
        own=own,
        cut=0 if node.cap is None else int(scores.cut(node.path, slice(body, body + 1))[0]),
        undisclosed=node.undisclosed,
        mode=node.mode.value,
        verdict=verdict,
        given=given,
        contradicted=contradicted,
        reason=reason,
        evidence=tuple((kind, text) for kind, text in evidence if text),
        children=tuple(_trace(scores, body, carried, scores.program.nodes[child]) for child in node.children),
    )


def cite(citation: Citation, sources: Iterable[SourceDecl]) -> Cited:
    """A citation with the title of what it names."""
    mark = print_citations([citation])
    if citation.name is None:
        return Cited(mark, "推定（公表された文や数字はない）")
    titles = (s.text.value for s in sources if s.name == citation.name and s.text)
    title = next(titles, citation.name)
    return Cited(mark, f"公表値からの導出: {title}" if citation.kind == "derived" else title)


def _truth(truth: Truth, body: int) -> bool | None:
    return True if truth.certain[body] else None if truth.possible[body] else False


def reason_for(scores: Scores, body: int, condition: Condition) -> Reason:
    """How a condition of the run came out for a body."""
    run = scores.run
    if isinstance(condition, Met):
        return Reason("met", condition.path, _truth(run.outcome(condition.path), body))
    truth = _truth(run.holds(condition), body)
    text = describe_condition(condition)
    match condition:
        case AnswerTo():
            return Reason("answer", text, truth)
        case FactHolds():
            return Reason("fact", text, truth)
        case Compare():
            readings = (*readings_of(scores, body, condition.left), *readings_of(scores, body, condition.right))
            written = (side for side in (condition.left, condition.right) if not isinstance(side, Constant))
            sides = [read_value(scores, body, side) for side in written]
            named = tuple(side for side in sides if side not in readings)
            return Reason("compare", text, truth, tuple(dict.fromkeys((*readings, *named))))
        case Within():
            readings = readings_of(scores, body, condition.ranking.value)
            subset = condition.ranking.subset
            parts = () if subset is None else (reason_for(scores, body, subset),)
            return Reason("rank", text, truth, readings, placing_of(scores, body, condition), parts)
        case Every(parts=inner) | Some(parts=inner):
            kind = "every" if isinstance(condition, Every) else "some"
            return Reason(kind, text, truth, parts=tuple(reason_for(scores, body, part) for part in inner))
        case InClass(classification=classification):
            return Reason("class", text, truth, readings_of(scores, body, classification.value))
        case Tally(parts=inner):
            return Reason("count", text, truth, parts=tuple(reason_for(scores, body, part) for part in inner))
        case Negation(part):
            return Reason("not", text, truth, parts=(reason_for(scores, body, part),))
    raise AssertionError(condition)


def placing_of(scores: Scores, body: int, within: Within) -> Placing:
    """Where a body stands in a ranking, and where the step ends."""
    ranked: Ranked = scores.run.column(within.ranking)
    number = int(ranked.classes[body])
    cutoff = cutoff_of(ranked, within, number, scores.run.holds(within).certain) if number >= 0 else Cutoff(None, 0)
    by = within.ranking.by
    reading = read_value(scores, body, within.ranking.value)
    # Cut-offs alone place a body inside or outside; only stored places give it a rank.
    has_rank = bool(ranked.has_rank[body]) and (ranked.stored is None or bool(ranked.stored[number].places))
    return Placing(
        value=Reading(within.ranking.text, reading.value, reading.unit),
        rank=int(ranked.better(np.array([body]))[0]) + 1 if has_rank else None,
        size=int(ranked.size[body]),
        case=None if by is None else _class_name(by, number),
        step=within.label,
        inside=cutoff.inside,
        cutoff=cutoff.value,
        lower_is_better=ranked.lower_is_better,
        of_run=ranked.stored is None,
    )


def _class_name(by: Classification, number: int) -> str:
    if number >= 0:
        return by.cases[number][0]
    return "該当する区分なし" if number == NO_CLASS else "不明"


def read_value(scores: Scores, body: int, value: Value) -> Reading:
    """A value of a run, for one body."""
    run = scores.run
    column = run.column(value)
    unit = str(value.unit) if value.unit.powers else ""
    return Reading(describe_value(value), column[body], unit)


def readings_of(scores: Scores, body: int, value: Value) -> tuple[Reading, ...]:
    """The facts and points that a value is made of."""
    match value:
        case Constant():
            return ()
        case FactValue() | PreviousScore() | ScoreValue():
            return (read_value(scores, body, value),)
        case Statistic() | RankValue():
            return (read_value(scores, body, value),)
    return tuple(reading for part in parts_of(value) for reading in readings_of(scores, body, part))


# JSON


def explain_json(scores: Scores, body: int, traces: tuple[Trace, ...]) -> dict[str, Any]:
    """Traces as JSON, schema ``haiten/explain@1`` (``docs/schema/explain-1.json``)."""
    who = scores.bodies[body]
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "rulebook": rulebook_json(scores.program, scores.fingerprint),
        "body": {"code": who.code, "name": who.name},
        "traces": [_trace_json(trace) for trace in traces],
    }


def cited_json(cited: Cited) -> dict[str, str]:
    """A citation as JSON."""
    return {"mark": cited.mark, "title": cited.title}


def _range_json(points: Range) -> dict[str, int]:
    return {"certain": points.certain, "possible": points.possible, "maximum": points.maximum}


def _trace_json(trace: Trace) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": trace.path,
        "text": trace.text,
        "place": trace.place,
        "sources": [cited_json(cited) for cited in trace.sources],
        "point_sources": [cited_json(cited) for cited in trace.point_sources],
        **_range_json(trace.points),
    }
    if (trace.own.certain, trace.own.possible) != (trace.points.certain, trace.points.possible):
        data["own"] = {"certain": trace.own.certain, "possible": trace.own.possible}
    optional = {"timing": trace.timing, "same_as": trace.same_as, "cut": trace.cut or None}
    optional["undisclosed"] = trace.undisclosed or None
    data |= {name: value for name, value in optional.items() if value is not None}
    if trace.verdict is not None and trace.reason is not None:
        data |= {"verdict": trace.verdict.value, "given": trace.given, "reason": reason_json(trace.reason)}
    if trace.evidence:
        data["evidence"] = dict(trace.evidence)
    if trace.children:
        data["children"] = [_trace_json(child) for child in trace.children]
    return data


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as JSON."""
    data: dict[str, Any] = {"kind": reason.kind, "text": reason.text, "truth": reason.truth}
    if reason.readings:
        data["readings"] = [reading_json(reading) for reading in reason.readings]
    if reason.placing:
        placing = reason.placing
        data["placing"] = {
            "value": reading_json(placing.value),
            "rank": placing.rank,
            "n": placing.size,
            "step": placing.step,
            "in": placing.inside,
            "cutoff": None if placing.cutoff is None else str(placing.cutoff),
            "direction": "lower" if placing.lower_is_better else "higher",
            **({} if placing.case is None else {"class": placing.case}),
        }
    if reason.parts:
        data["parts"] = [reason_json(part) for part in reason.parts]
    return data


def reading_json(reading: Reading) -> dict[str, Any]:
    """A value that was read, as JSON."""
    value = None if reading.value is None else str(reading.value)
    return {"name": reading.name, "value": value, "unit": reading.unit}
