"""One body in process: scored, with the trace of an indicator, and with all traces; beside zen-engine, in one run.

The body is one of a nation, and is placed by the nation's stored cut-offs. zen-engine is handed its places, and the one
of its own score too. Before a time is taken, all have to come to the same points.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from attrs import asdict, frozen

from haiten.benchmarks.machine import machine_facts
from haiten.benchmarks.measure import NATION, TRACED, Times, time_of, work_of_r8
from haiten.benchmarks.population import BenchPopulation, draw, facts_of
from haiten.benchmarks.rivals import RIVALS, Work
from haiten.compiler.program.fact_columns import CODE, YEAR
from haiten.compiler.store.folder import VARIABLE
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.one.one_score import OneScore
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import Scores, Verdict

ZEN: Final = "zen"
WAYS: Final = {
    "score": "`Rulebook.score`, Facts",
    "one": "`Rulebook.one`, Facts",
    "row": "`Rulebook.one`, cells by heading",
    ZEN: "zen-engine, `evaluate`",
}


@frozen
class OneBodyTimes:
    """A way to score one body.

    Attributes:
        score: the points of all nodes, the total and all verdicts (zen-engine: the points of leaves and the totals).
        traced: the same with the trace of an indicator, and ``everything`` with all traces; None where there are none.
    """

    score: Times
    traced: Times | None = None
    everything: Times | None = None


@frozen
class OneBody:
    """What was measured of one body.

    Attributes:
        ways: by name; without zen-engine where it is not installed.
        ready: making the plan for the first time in a process.
        compile: from the rule files (R8, R7, R6) to the evaluator.
    """

    machine: dict[str, str]
    ways: dict[str, OneBodyTimes]
    ready: Times
    compile: Times

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "OneBody":
        """What ``results.json`` holds."""

        def times(found: dict[str, float] | None) -> Times | None:
            return None if found is None else Times(**found)

        ways = {
            name: OneBodyTimes(Times(**way["score"]), times(way["traced"]), times(way["everything"]))
            for name, way in data["ways"].items()
        }
        return cls(data["machine"], ways, Times(**data["ready"]), Times(**data["compile"]))


def measure_one_body() -> OneBody:
    """Score one body, and tell why; what a process before this one kept of R8 is left alone."""
    os.environ[VARIABLE] = "off"
    machine, work = machine_facts(), work_of_r8()
    population = draw(work.program, work.rules, NATION)
    nation = work.rulebook.score(facts_of(population))
    stored = _stored(work, cutoffs_json(nation))
    wall, cpu = perf_counter(), process_time()
    one = work.rulebook.one(stored)
    ready = Times(perf_counter() - wall, process_time() - cpu)
    facts, rows = facts_of(_first(population)), cycle(_rows(work, population))
    code = facts.bodies[0].code

    def by_run(path: str | None = None, *, traced: bool = True) -> None:
        scores = work.rulebook.score(facts, stored)
        scores.total()
        scores.verdict_table()
        if traced:
            scores.explain(code, path)

    def by_plan(given: Callable[[], object]) -> OneBodyTimes:
        def score(path: str | None = None, *, traced: bool = True) -> None:
            scored = one.score(given())
            scored.points()
            scored.verdicts()
            if traced:
                scored.explain(path)

        return _three(score)

    one.score(next(rows))
    _hold(one.score(facts), work.rulebook.score(facts, stored))
    ways = {"score": _three(by_run), "one": by_plan(lambda: facts), "row": by_plan(lambda: next(rows))}
    with suppress(ImportError):
        ways[ZEN] = OneBodyTimes(time_of(_zen(work, population, nation)))
    return OneBody(machine, ways, ready, time_of(work_of_r8))


def _three(score: Callable[..., None]) -> OneBodyTimes:
    return OneBodyTimes(
        time_of(lambda: score(traced=False)), time_of(lambda: score(TRACED)), time_of(lambda: score(None))
    )


def _hold(one: OneScore, scores: Scores) -> None:
    """Points and verdicts of both ways are the same."""
    assert one.points() == scores.points(None, 0)
    for path in scores.program.nodes:
        assert one.ranges(path) == scores.ranges(path, 0), path
    assert one.verdicts() == {leaf.path: scores.verdict(leaf.path, 0) for leaf in scores.program.leaves}


def _first(population: BenchPopulation) -> BenchPopulation:
    numbers = {column: cells[:1] for column, cells in population.numbers.items()}
    return BenchPopulation(1, numbers, population.scales, {c: cells[:1] for c, cells in population.answers.items()})


def _rows(work: Work, population: BenchPopulation) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The first body by heading, as a page has it, before and after one answer is changed."""
    scales = population.scales
    numbers = {
        column: int(cells[0]) if scales[column] == 1 else int(cells[0]) / scales[column]
        for column, cells in population.numbers.items()
    }
    answers = {column: bool(cells[0]) for column, cells in population.answers.items()}
    row = {CODE: "99001", YEAR: work.program.year} | numbers | answers
    asked = next(iter(answers))
    return row, row | {asked: not answers[asked]}


def _zen(work: Work, population: BenchPopulation, nation: Scores) -> Callable[[], object]:
    """The first body in both of zen-engine's decisions; its points are held against those of the nation."""
    zen: Any = RIVALS[ZEN].load()(work)
    context = zen.load(population)[0]["context"]
    number = next(i for i, order in enumerate(work.rules.orders) if order.value is None)
    first, late = zen.run(zen.load(population))
    scores = [result["score"] for result in first]
    placed = {f"r{number}": 1 + sum(score > scores[0] for score in scores), f"m{number}": NATION}
    grants = [f"g{g}" for g in range(len(work.rules.grants))]

    def run() -> Any:
        main = zen.engine.evaluate("main", context)["result"]
        return zen.engine.evaluate("late", placed | {grant: main[grant] for grant in grants})["result"]

    assert run() == late[0]
    assert run()["total"] == nation.points(None, 0).certain
    points = first[0] | late[0]
    for i, leaf in enumerate(nation.program.leaves):
        assert (points[f"p{i}"] > 0) == (nation.verdict(leaf.path, 0) is Verdict.AWARDED), leaf.path
    return run


def _stored(work: Work, cutoffs: dict[str, Any]) -> Stored:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cutoffs.json"
        path.write_text(json.dumps(cutoffs), encoding="utf-8")
        read = work.rulebook.read_cutoffs(path)
    assert read.stored is not None, read.diagnostics
    return read.stored


def main() -> int:
    """What was measured, as JSON."""
    print(json.dumps(asdict(measure_one_body())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
