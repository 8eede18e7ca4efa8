"""Cut-offs: what the ranks of a run keep, so that one body can be scored later exactly as if it had been there."""

from fractions import Fraction
from typing import Any

from attrs import field

from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.steps import Slot, Total
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_condition, describe_value
from haiten.compiler.program.terms import Ranking, Statistic, Within
from haiten.compiler.program.walk import rankings_in, values_in
from haiten.compiler.version import haiten_version
from haiten.scoring.cutoffs.cutoff_forms import SCHEMA, sealed
from haiten.scoring.numbers.exact_text import read_fraction, write_fraction
from haiten.scoring.running.nation import nation_json, read_nation
from haiten.scoring.running.ranking import cutoff_of, places_of, size_of
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import Scores, rulebook_json
from haiten.scoring.running.stored_ranking import Cutoff, StoredRanking


@frozen
class RankingUse:
    """A ranking with the steps and leaves that read it; ``placed``: 順位 or いずれか asks where each body stands."""

    ranking: Ranking
    slot: Slot
    leaves: list[str] = field(factory=list)
    steps: dict[str, Within] = field(factory=dict)
    placed: list[bool] = field(factory=list)

    @property
    def classes(self) -> tuple[str | None, ...]:
        """The names of the classes that are ranked each for itself; one without name where all are together."""
        by = self.ranking.by
        return (None,) if by is None else tuple(name for name, _ in by.cases)


def rankings_of(evaluator: Evaluator) -> list[RankingUse]:
    """Every ranking of a rulebook, in the order of the document."""
    uses: dict[Ranking, RankingUse] = {}
    deciding = {
        slot for total in evaluator.steps if isinstance(total, Total) for child in total.deciding for slot in child
    }
    for node in evaluator.program.leaves:
        for ranking, step in () if node.condition is None else rankings_in(node.condition):
            slot = evaluator.slots[ranking]
            use = uses.setdefault(ranking, RankingUse(ranking, slot, placed=[slot in deciding]))
            if step is None:
                use.placed[0] = True
            else:
                use.steps[step.label] = step
            if node.path not in use.leaves:
                use.leaves.append(node.path)
    return list(uses.values())


def statistics_of(evaluator: Evaluator) -> dict[Statistic, Slot]:
    """Every mean and median of a rulebook, in the order of the document."""
    values = (v for node in evaluator.program.leaves if node.condition is not None for v in values_in(node.condition))
    return {value: evaluator.slots[value] for value in values if isinstance(value, Statistic)}


def cutoffs_json(scores: Scores) -> dict[str, Any]:
    """The cut-offs of a run, schema ``haiten/cutoffs@2`` (``docs/schema/cutoffs-2.json``); values are exact."""
    return sealed(_unsealed(scores))


def _unsealed(scores: Scores) -> dict[str, Any]:
    evaluator, statistics, nation = scores.run.evaluator, scores.run.statistics, scores.nation
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "rulebook": rulebook_json(scores.program, scores.fingerprint),
        "rankings": [
            _ranking_json(scores, use, number, name)
            for use in rankings_of(evaluator)
            for number, name in enumerate(use.classes)
        ],
        "statistics": [
            {"value": describe_value(statistic), "figure": _exact(statistics[slot])}
            for statistic, slot in statistics_of(evaluator).items()
        ],
        "nation": None if nation is None else nation_json(nation, scores.program),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else write_fraction(value)


def _ranking_json(scores: Scores, use: RankingUse, number: int, name: str | None) -> dict[str, Any]:
    ranked = scores.run.columns[use.slot]
    subset = use.ranking.subset
    steps = (
        (label, cutoff_of(ranked, step, number, scores.run.holds(step).certain)) for label, step in use.steps.items()
    )
    ranking: dict[str, Any] = {
        "value": use.ranking.text,
        "leaves": use.leaves,
        "subset": None if subset is None else describe_condition(subset),
        "class": name,
        "direction": "lower" if use.ranking.lower_is_better else "higher",
        "n": size_of(ranked, number),
        "steps": [{"step": label, "in": cutoff.inside, "cutoff": _exact(cutoff.value)} for label, cutoff in steps],
    }
    if use.placed[0]:
        ranking["places"] = [[write_fraction(value), before] for value, before in places_of(ranked, number)]
    return ranking


def stored_of(scores: Scores) -> Stored:
    """What a run leaves behind for others to be placed in, as if it had been written to a file and read again."""
    return stored_in(_unsealed(scores), scores.run.evaluator)


def stored_in(data: dict[str, Any], evaluator: Evaluator) -> Stored:
    """What a file holds, by slot; it was compared with the rulebook."""
    entries = {(tuple(e["leaves"]), e["value"], e["subset"], e["class"]): e for e in data["rankings"]}
    figures = {entry["value"]: entry["figure"] for entry in data["statistics"]}
    rankings = {}
    for use in rankings_of(evaluator):
        subset = None if use.ranking.subset is None else describe_condition(use.ranking.subset)
        keys = [(tuple(use.leaves), use.ranking.text, subset, name) for name in use.classes]
        rankings[use.slot] = tuple(_stored_ranking(entries[key], use) for key in keys)
    statistics = {slot: _fraction(figures[describe_value(s)]) for s, slot in statistics_of(evaluator).items()}
    nation = data.get("nation")  # older files do without
    return Stored(rankings, statistics, None if nation is None else read_nation(nation))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else read_fraction(text)


def _stored_ranking(entry: dict[str, Any], use: RankingUse) -> StoredRanking:
    steps = {step["step"]: step for step in entry["steps"]}
    cutoffs = {label: Cutoff(_fraction(steps[label]["cutoff"]), steps[label]["in"]) for label in use.steps}
    places = tuple((read_fraction(value), before) for value, before in entry["places"]) if use.placed[0] else ()
    return StoredRanking(entry["n"], cutoffs, places)
