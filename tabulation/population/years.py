"""Years before beside this one: what they are called, and where a body stood in them."""

from collections.abc import Sequence
from typing import Final

from haiten.compiler.syntax.years import western_year
from haiten.tabulation.population.population import Before, Population

LAST_YEAR: Final = "前年度"


def year_names(population: Population, before: Sequence[Before]) -> list[str]:
    """What the years before are called in headings: 前年度, or by name where they are several or not the last."""
    this = western_year(population.scores.program.year)
    alone = len(before) == 1 and western_year(before[0].year) == this - 1
    return [LAST_YEAR] if alone else [year.year for year in before]


def place_in(year: Before, population: Population) -> int | None:
    """The place in another year of the body that is looked at; None where it is not there, or none is looked at."""
    if population.body is None:
        return None
    return year.population.scores.index(population.scores.bodies[population.body].code)
