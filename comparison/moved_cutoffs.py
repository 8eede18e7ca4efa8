"""The cut-offs of one year for the rankings of another year's rulebook."""

from haiten.comparison.match import Match, same_value
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.late import frozen
from haiten.compiler.program.terms import RankValue
from haiten.compiler.syntax.units import Unit
from haiten.scoring.cutoffs.cutoffs import RankingUse, rankings_of, statistics_of
from haiten.scoring.running.run import Stored


@frozen(eq=False)
class MovedCutoffs:
    """Cut-offs, and what they hold of the rulebook's own year, as the other year has none: as it is written."""

    stored: Stored
    only: tuple[str, ...]


def moved_cutoffs(matched: Match, there: tuple[Evaluator, Stored], here: tuple[Evaluator, Stored]) -> MovedCutoffs:
    """The cut-offs of one year for the rulebook of another.

    A ranking or a statistic that the other year does not have, or without the steps that are asked for, is taken from
    the rulebook's own year, so that the others have not moved in it.

    Args:
        matched: the rulebook whose cut-offs are moved as the old one, whichever is the older.
        there: that rulebook, with its cut-offs.
        here: the rulebook that they are for, with its own.
    """
    (theirs, stored), (mine, own) = there, here
    known = rankings_of(theirs)
    rankings, statistics, only = {}, {}, []
    for use in rankings_of(mine):
        before = next((other for other in known if _is_same(other, use, matched)), None)
        kept = None if before is None else stored.rankings.get(before.slot)
        if kept is None or not all(
            set(use.steps) <= set(one.cutoffs) and (one.places or not use.placed[0]) for one in kept
        ):
            only.append(use.ranking.text)
            kept = own.rankings[use.slot]
        rankings[use.slot] = kept
    figures = statistics_of(theirs)
    for statistic, slot in statistics_of(mine).items():
        before_slot = next((its for other, its in figures.items() if same_value(other, statistic, matched)), None)
        if before_slot is None or before_slot not in stored.statistics:
            only.append(statistic.text)
            statistics[slot] = own.statistics[slot]
        else:
            statistics[slot] = stored.statistics[before_slot]
    return MovedCutoffs(Stored(rankings, statistics), tuple(only))


def _is_same(old: RankingUse, new: RankingUse, matched: Match) -> bool:
    placed, now = (RankValue(use.ranking, Unit((("位", 1),))) for use in (old, new))
    return same_value(placed, now, matched)
