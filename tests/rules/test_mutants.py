"""Mistakes in the real rulebooks do not go unnoticed: checks and the cases beside them tell."""

import random
from pathlib import Path

import pytest
from mutants import GRADED, YEARS, consolidated, is_told, mutants_of, write_graded_cases

from haiten.scoring.cases import cases_beside, coverage_of, run_cases
from haiten.scoring.rulebook import compile_rulebook

SAMPLE = 25


@pytest.mark.parametrize("year", YEARS)
def test_a_sample_of_mutants_is_told(year: str) -> None:
    """A sample of every kind of change; ``make mutants`` tries all of them."""
    file, text = consolidated(year)
    mutants = list(mutants_of(text))
    assert len({mutant.kind for mutant in mutants}) >= 4
    for mutant in random.Random(year).sample(mutants, SAMPLE):
        assert mutant.text != text
        assert is_told(mutant, file), mutant.kind


@pytest.mark.parametrize("year", YEARS)
def test_the_cases_show_every_item_met_and_not_met(year: str) -> None:
    """Every condition is seen true and false, computed from facts and not told."""
    file, _ = consolidated(year)
    book = compile_rulebook(file)
    runs = tuple(run_cases(book, cases) for cases in cases_beside(file))
    assert all(run.scores is not None for run in runs)
    assert not any(run.failures for run in runs)
    coverage = coverage_of(book, runs)
    assert [*coverage.only_met, *coverage.only_not_met, *coverage.never] == []


@pytest.mark.parametrize("year", YEARS)
def test_the_graded_cases_are_what_the_oracle_says(year: str, tmp_path: Path) -> None:
    """The expectations beside a rulebook come from the oracle, and are fresh."""
    kept = consolidated(year)[0].parent / GRADED
    assert write_graded_cases(year, tmp_path).read_bytes() == kept.read_bytes()
