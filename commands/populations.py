"""Scored bodies among others and among years before, as several commands want them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haiten.commands.common import chosen_bodies, score_facts, stderr
from haiten.scoring.reading.how import FactFiles, HowToRead, name_of

if TYPE_CHECKING:
    from haiten.scoring.running.scores import Scores
    from haiten.tabulation.population.population import Before, Population


def population_of(
    scores: "Scores | None", facts: FactFiles, by: "Sequence[str]", code: str | None, *, rest: bool = False
) -> "Population | None":
    """The scored bodies in their groups; None, with a word on stderr, where something is missing."""
    chosen = None if scores is None else chosen_bodies(scores, facts, code)
    if scores is None or chosen is None:
        return None
    from haiten.compiler.program.fact_columns import PREFECTURE
    from haiten.compiler.syntax.scope import PREFECTURES
    from haiten.tabulation.population.groups import group_by, groupings_of
    from haiten.tabulation.population.population import Population

    body = chosen[0] if code is not None or len(scores.bodies) == 1 else None
    if (
        body is not None
        and not by
        and PREFECTURE in groupings_of(scores)
        and scores.program.scope.bodies != PREFECTURES
    ):
        by = [PREFECTURE] if len(scores.bodies) > 1 else []
    groupings, left_out = [], []
    for name in dict.fromkeys(by):
        groups = group_by(scores, name)
        if groups is None:
            _no_column(scores, facts, name)
            return None
        shown = groups if rest else groups.without_rest()
        groupings.append(shown if body is None else shown.only(body))
        left_out.append((name, sum(groups.sizes) - sum(shown.sizes)))
    return Population(scores, tuple(groupings), body, tuple(left_out))


def _no_column(scores: "Scores", facts: FactFiles, by: str) -> None:
    from haiten.compiler.suggest import nearest
    from haiten.tabulation.population.groups import groupings_of

    known = groupings_of(scores)
    suggestion = nearest(by, [*known, *(name.removeprefix("属性.") for name in known)])
    hint = f"もしかして: {suggestion}" if suggestion else f"あるもの: {'、'.join(known) or 'なし'}"
    stderr().print(f"{name_of(facts)}: 「{by}」で団体を分けられません（{hint}）", soft_wrap=True)


def years_before(
    population: "Population",
    previous: "Sequence[tuple[Path, Path]]",
    by: "Sequence[str]",
    how: HowToRead,
    *,
    rest: bool,
    cutoffs: Path | None = None,
) -> "list[Before] | None":
    """The years before, the oldest first; None, with a word on stderr, where one cannot be compared.

    ``cutoffs`` are those of the one year that is given.
    """
    from haiten.compiler.syntax.years import western_year

    found = [_before(population, files, by, how, rest=rest, cutoffs=cutoffs) for files in previous]
    years = [year for year in found if year is not None]
    if len(years) < len(found):
        return None
    doubled = {year.year for year in years if sum(other.year == year.year for other in years) > 1}
    if doubled:
        stderr().print(f"--previous に{'、'.join(sorted(doubled))}が2つあります", soft_wrap=True)
        return None
    return sorted(years, key=lambda year: western_year(year.year))


def _before(
    population: "Population",
    previous: tuple[Path, Path],
    by: "Sequence[str]",
    how: HowToRead,
    *,
    rest: bool,
    cutoffs: Path | None,
) -> "Before | None":
    """A year before; None, with a word on stderr, where it cannot be compared."""
    from haiten.comparison.match import match
    from haiten.compiler.syntax.years import western_year
    from haiten.scoring.facts.facts import body_key
    from haiten.scoring.reading.codes import none_of_last_year
    from haiten.tabulation.population.groups import group_by
    from haiten.tabulation.population.population import Before, Population
    from haiten.views.diagnostics import print_diagnostics

    rules, facts = previous
    found = population_of(score_facts(rules, facts, cutoffs, None, how), facts, by, None, rest=rest)
    if found is None:
        return None
    new, old = population.scores.program, found.scores.program
    if old.scope != new.scope:
        stderr().print(f"対象が違います: {old.scope} と {new.scope}", soft_wrap=True)
        return None
    if western_year(old.year) >= western_year(new.year):
        stderr().print(f"--previous は{new.year}より前の年度を指定してください（{old.year}です）", soft_wrap=True)
        return None
    here, there = ([body_key(body.code) for body in run.bodies] for run in (population.scores, found.scores))
    if (none := none_of_last_year(str(facts), here, there)) is not None:
        print_diagnostics(stderr(), [none])
        return None
    groupings = found.groupings
    if population.groupings and not by:  # 都道府県, as a body was asked for
        own = group_by(found.scores, population.groupings[0].by)
        groupings = () if own is None else (own.without_rest(),)
    return Before(Population(found.scores, groupings), match(old, new).old_path)
