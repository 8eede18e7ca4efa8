"""Why points were given: a trace read off what was scored (nothing is computed a second time).

A trace is a tree of nodes, each leaf with the reason why it is met or not.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import field

from haiten.compiler.late import dense
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Citation, SourceDecl
from haiten.compiler.version import haiten_version
from haiten.scoring.explaining.body_read import BodyRead, OneOf
from haiten.scoring.explaining.reasons import Reason, ReasonReader, reason_json
from haiten.scoring.running.scores import PointsRange, Scores, Verdict, rulebook_json

SCHEMA: Final = "haiten/explain@1"


@dense
class Cited:
    """What a text or points cite: the mark as written, and the title of what it names."""

    mark: str
    title: str


@dense
class Trace:
    """A node as one body scored it.

    Attributes:
        place: file and line of the clause; ``sources`` what its text cites, ``point_sources`` what its points cite.
        own: points before any choice above; ``cut`` what 上限 took off; ``undisclosed`` points that are known to exist.
        given: whether a leaf's outcome, or the points of what is above leaves, were given.
        verdict, reason: for leaves. ``contradicted``: an outcome was given that the values speak against.
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
    points: PointsRange
    own: PointsRange
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
    return traces(OneOf(scores, body), path)


def traces(body: BodyRead, path: str | None = None) -> tuple[Trace, ...]:
    """The same of a body, whoever scored it; raises as ``explain``."""
    tops = [body.program.nodes[path]] if path else list(body.program.grants)
    explainer = _Explainer(body, body.carried, titles_of(body.program.syntax.sources), ReasonReader(body))
    return tuple(map(explainer.trace, tops))


@dense(eq=False)
class _Explainer:
    """Explains one body; what many nodes cite is looked up once."""

    body: BodyRead
    carried: Mapping[str, str]
    titles: Mapping[str, str]
    reader: ReasonReader
    _cited: dict[Citation, Cited] = field(factory=dict, init=False)

    def trace(self, node: Node) -> Trace:
        body, path, nodes = self.body, node.path, self.body.program.nodes
        own, points = body.ranges(path)
        verdict, given, contradicted, reason = None, body.points_given(path), False, None
        if node.is_leaf:
            verdict, given = body.verdict(path), body.outcome_given(path)
            condition = nodes[node.same_as].condition
            assert condition is not None
            reason = self.reader.reason(condition)
            contradicted = given and reason.truth not in (None, body.is_met(path))
        return Trace(
            path=path,
            label=node.label,
            level=node.level.japanese,
            text=node.text,
            place=f"{node.span.source.name}:{node.span.line}",
            sources=self._cite(node.text_citations),
            point_sources=self._cite(node.citations),
            timing=node.timing,
            same_as=node.same_as if node.is_shared else None,
            points=points,
            own=own,
            cut=0 if node.cap is None else body.cut(path),
            undisclosed=node.undisclosed,
            mode=node.mode.value,
            verdict=verdict,
            given=given,
            contradicted=contradicted,
            reason=reason,
            evidence=self._evidence(path) if self.carried else (),
            children=tuple([self.trace(nodes[child]) for child in node.children]),
        )

    def _cite(self, citations: tuple[Citation, ...]) -> tuple[Cited, ...]:
        for citation in citations:
            if citation not in self._cited:
                self._cited[citation] = cite(citation, self.titles)
        return tuple([self._cited[citation] for citation in citations])

    def _evidence(self, path: str) -> tuple[tuple[str, str], ...]:
        cells = ((kind, self.carried.get(f"{kind}.{path}", "")) for kind in ("根拠", "備考"))
        return tuple((kind, text) for kind, text in cells if text)


def titles_of(sources: Iterable[SourceDecl]) -> dict[str, str]:
    """The titles of 出典 by their full names, which hold the year of an older rulebook."""
    return {source.full_name: source.text.value for source in sources if source.text}


def cite(citation: Citation, titles: Mapping[str, str]) -> Cited:
    """A citation with the title of what it names."""
    mark = print_citations([citation])
    if citation.source is None:
        return Cited(mark, "推定（公表された文や数字はない）")
    title = titles.get(citation.source, citation.source)
    return Cited(mark, f"公表値からの導出: {title}" if citation.kind == "derived" else title)


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


def _range_json(points: PointsRange) -> dict[str, int]:
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
    optional["given"] = True if trace.given and trace.verdict is None else None
    data |= {name: value for name, value in optional.items() if value is not None}
    if trace.verdict is not None and trace.reason is not None:
        data |= {"verdict": trace.verdict.value, "given": trace.given, "reason": reason_json(trace.reason)}
    if trace.evidence:
        data["evidence"] = dict(trace.evidence)
    if trace.children:
        data["children"] = [_trace_json(child) for child in trace.children]
    return data
