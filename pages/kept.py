"""What a cut-off file holds, as the evaluator in JavaScript takes it."""

from haiten.backends.javascript.kept_ranks import KeptRanking, KeptRanks, RankedBy
from haiten.scoring.running.run import Stored
from haiten.scoring.running.stored_ranking import StoredRanking


def kept_ranks(stored: Stored | None) -> KeptRanks:
    """By what a page ranks its body: cut-offs, or nothing, so that what rests on ranks stays open."""
    if stored is None:
        return KeptRanks(RankedBy.UNKNOWN)
    rankings = {slot: tuple(map(_kept, classes)) for slot, classes in stored.rankings.items()}
    return KeptRanks(RankedBy.STORED, rankings, stored.statistics)


def _kept(ranking: StoredRanking) -> KeptRanking:
    steps = {label: (cutoff.value, cutoff.inside) for label, cutoff in ranking.cutoffs.items()}
    return KeptRanking(ranking.size, steps, ranking.places)
