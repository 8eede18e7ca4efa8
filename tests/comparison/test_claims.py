"""What a diff claims, by what it lists and by what it does not, held against random rulebooks and their populations."""

import random

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings

from effort import examples
from haiten.comparison.diff import Diff, diff
from haiten.comparison.impact import impact
from haiten.compiler.diagnostics import Severity
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.edit import next_year
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for


def pair(seed: int) -> tuple[Rulebook, Rulebook] | None:
    """A random rulebook, and what edits of every kind made of it a year later; None: no pair."""
    made = [compile_source(Source("x", print_rulebook(book))) for book in (grow(seed), next_year(seed))]
    # Wrong totals are errors, though they do not keep a rulebook from being scored; all others do.
    if any(d.code != "H401" and d.severity is Severity.ERROR for one in made for d in one.diagnostics):
        return None
    old, new = (Rulebook(evolve(one, diagnostics=())) for one in made)
    return old, new


def disproved(found: Diff, old: Rulebook, new: Rulebook, seed: int) -> list[str]:
    """The leaves and indicators of which something is claimed, or left out, that a population disproves."""
    draw = random.Random(seed)
    told = {meaning.new_path: meaning.verdict for meaning in found.meanings}
    wrong = []
    for size in (1, 4, 9):
        sheets = sheets_for(old.program, draw, size, draw.choice([0.0, 0.2]))
        sheets = [evolve(sheet, outcomes={}) for sheet in sheets]
        both = impact(old, new, facts_from(old.program, sheets))
        for before, after in found.matched.pairs():
            if after.is_shared or not ((before.is_leaf and after.is_leaf) or after.path in told):
                continue
            (was, was_most), (now, now_most) = both.old.own(before.path), both.new.own(after.path)
            known = (was == was_most) & (now == now_most)
            verdict = told.get(after.path, "same")
            if verdict in ("same", "stricter") and np.any(known & (now > was)):
                wrong.append(f"{after.path} {verdict} より多い")
            if verdict in ("same", "looser") and np.any(known & (now < was)):
                wrong.append(f"{after.path} {verdict} より少ない")
    return wrong


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_nothing_that_is_claimed_is_disproved(seed: int) -> None:
    """A verdict holds in every population; what is not listed gives the same points in both years."""
    books = pair(seed)
    assume(books is not None)
    assert books is not None
    old, new = books
    assert not disproved(diff(old, new), old, new, seed)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_both_sides_of_a_change_differ(seed: int) -> None:
    """No row reads alike on both sides, and what is listed as affected has no change of its own requirement."""
    books = pair(seed)
    assume(books is not None)
    assert books is not None
    found = diff(*books)
    for change in found.all_changes:
        assert change.old != change.new or change.kind == "renumbered", change
    changed = {change.new_path for change in found.all_changes if change.kind == "condition"}
    assert not changed & {one.new_path for one in found.affected}


@pytest.mark.parametrize("verdict", ["same", "stricter", "looser"])
def test_a_wrong_claim_would_be_seen(verdict: str) -> None:
    """If all were claimed to be the same, or to give less, some population would say no."""
    wrong = 0
    for seed in range(200):
        books = None if wrong else pair(seed)
        if books is None:
            continue
        old, new = books
        found = diff(old, new)
        claims = tuple(evolve(meaning, verdict=verdict) for meaning in found.meanings)
        lying = Diff(found.matched, found.all_changes, found.affected, found.weights, found.source_changes)
        lying.__dict__["meanings"] = claims
        wrong += len(disproved(lying, old, new, seed))
    assert wrong
