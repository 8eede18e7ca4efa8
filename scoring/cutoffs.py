"""Cut-offs: what the ranks of a run keep, so that one body can be scored later exactly as if it had been there."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from haiten.compiler.describe import describe_condition
from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.emit import Evaluator, Slot, Total
from haiten.compiler.program import Ranking, Within, conditions_in
from haiten.compiler.version import haiten_version
from haiten.scoring import fact_errors as errors
from haiten.scoring.ranking import Cutoff, StoredRanking, cutoff_of, places_of
from haiten.scoring.scores import Scores, rulebook_json

SCHEMA: Final = "haiten/cutoffs@1"


@frozen
class RankingUse:
    """A ranking with the steps and leaves that read it."""

    ranking: Ranking
    slot: Slot
    leaves: list[str] = field(factory=list)
    steps: dict[str, Within] = field(factory=dict)


def rankings_of(evaluator: Evaluator) -> list[RankingUse]:
    """Every ranking of a rulebook, in the order of the document."""
    uses: dict[Ranking, RankingUse] = {}
    for node in evaluator.program.leaves:
        for part in conditions_in(node.condition) if node.condition is not None else ():
            if isinstance(part, Within):
                ranking = part.ranking
                use = uses.setdefault(ranking, RankingUse(ranking, evaluator.slots[ranking]))
                use.steps[part.label] = part
                if node.path not in use.leaves:
                    use.leaves.append(node.path)
    return list(uses.values())


def cutoffs_json(scores: Scores) -> dict[str, Any]:
    """The cut-offs of a run, schema ``haiten/cutoffs@1`` (``docs/schema/cutoffs-1.json``); values are exact."""
    evaluator = scores.run.evaluator
    totals = (step for step in evaluator.steps if isinstance(step, Total))
    deciding = {d.ranking for total in totals for child in total.deciding for d in child}
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "rulebook": rulebook_json(scores.program, scores.fingerprint),
        "rankings": [_ranking_json(scores, use, use.slot in deciding) for use in rankings_of(evaluator)],
    }


def _ranking_json(scores: Scores, use: RankingUse, with_places: bool) -> dict[str, Any]:
    ranked = scores.run.slots[use.slot]
    subset = use.ranking.subset
    steps = ((label, cutoff_of(ranked, step)) for label, step in use.steps.items())
    ranking: dict[str, Any] = {
        "value": use.ranking.text,
        "leaves": use.leaves,
        "subset": None if subset is None else describe_condition(subset),
        "direction": "lower" if use.ranking.lower_is_better else "higher",
        "n": ranked.size,
        "steps": [
            {"step": label, "in": cutoff.inside, "cutoff": None if cutoff.value is None else str(cutoff.value)}
            for label, cutoff in steps
        ],
    }
    if with_places:
        ranking["places"] = [[str(value), before] for value, before in places_of(ranked)]
    return ranking


@frozen
class CutoffsRead:
    """Stored rankings by slot; None where the file cannot be used."""

    stored: dict[Slot, StoredRanking] | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_cutoffs(path: Path | str, evaluator: Evaluator, rules: str) -> CutoffsRead:
    """Read a cut-off file; it must have been made with the same rules (fingerprint ``rules``)."""

    def refuse(reason: str) -> CutoffsRead:
        return CutoffsRead(None, (errors.ForeignCutoffs(Cell(str(path)), reason),))

    try:
        data = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return refuse("ファイルがありません")
    except OSError as error:
        return refuse(error.strerror or str(error))
    except (ValueError, RecursionError):
        return refuse("JSON として読めません")
    try:
        if data["schema"] != SCHEMA:
            return refuse(f"形式が {SCHEMA} ではありません")
        if data["rulebook"]["fingerprint"]["rules"] != rules:
            return refuse(f"{data['rulebook']['year']}の、規則の異なる評価指標から作られています")
        by_leaves = {tuple(entry["leaves"]): _stored(entry) for entry in data["rankings"]}
        stored = {use.slot: by_leaves[tuple(use.leaves)] for use in rankings_of(evaluator)}
        complete = all(set(use.steps) <= set(stored[use.slot].cutoffs) for use in rankings_of(evaluator))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return refuse("中身が壊れています")
    return CutoffsRead(stored) if complete else refuse("足りない段があります")


def _stored(entry: dict[str, Any]) -> StoredRanking:
    cutoffs = {
        step["step"]: Cutoff(None if step["cutoff"] is None else Fraction(step["cutoff"]), int(step["in"]))
        for step in entry["steps"]
    }
    places = tuple((Fraction(value), int(before)) for value, before in entry.get("places", ()))
    return StoredRanking(int(entry["n"]), cutoffs, places)
