"""Properties that hold are said to hold; each that does not is found, shrunk and saved."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from real_commands import haiten

from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing import properties as tried
from haiten.testing import rulebooks
from haiten.testing.properties import BALANCED, BOUNDED, MONOTONE, NARROWING, try_properties

ROOT = Path(__file__).parents[2]
PROOFS = ROOT / "tests" / "proofs"


def outcomes(rulebook: Rulebook, examples: int = 30) -> dict[str, bool]:
    return {outcome.property.name: outcome.counterexample is None for outcome in try_properties(rulebook, examples)}


@settings(max_examples=10)
@given(rulebooks())
def test_random_rulebooks_keep_all_but_monotony(rulebook: Rulebook) -> None:
    """Whatever the conditions are; only でない and counts may make more work cost points."""
    found = outcomes(rulebook, 10)
    assert found.pop(MONOTONE.name) in (True, False)
    assert all(found.values()), found


@pytest.mark.parametrize("broken", [BOUNDED, BALANCED, NARROWING], ids=lambda broken: broken.name)
def test_a_wrong_evaluator_is_found_out(broken: tried.Property, monkeypatch: pytest.MonkeyPatch) -> None:
    """A property is broken by scores that are one point too many for a certain sheet."""
    import haiten as package

    rulebook = package.compile(PROOFS / "good" / "a_prerequisite.haiten")
    counted = Scores.counted
    path = {BOUNDED: "推進.Ⅰ.(ⅰ).1", BALANCED: "推進", NARROWING: "推進.Ⅰ.(ⅰ).1.イ"}[broken]

    def wrong(scores: Scores, at: str, part: slice = slice(None)):
        certain, possible = counted(scores, at, part)
        if at != path:
            return certain, possible
        if broken is NARROWING:
            return certain, possible - (certain != possible)  # too narrow while something is unknown
        return certain + (certain > 0), possible + (certain > 0)

    monkeypatch.setattr(Scores, "counted", wrong)
    found = {o.property: o.counterexample for o in try_properties(rulebook, 60)}
    counterexample = found[broken]
    assert counterexample is not None
    assert counterexample.message
    assert len(counterexample.sheets) == 1


def test_the_command_saves_what_breaks_a_property(tmp_path: Path) -> None:
    """The saved sheet is the smallest: one body, one answer."""
    rules = PROOFS / "bad" / "work_that_costs_points.haiten"
    done = haiten("test", rules, "--examples", "30", "--save", tmp_path / "反例")
    assert done.returncode == 1
    assert "推進.Ⅰ.(ⅰ).1.ア を良くすると、全体が 4点から 1点になる" in done.stdout
    saved = (tmp_path / "反例" / "単調.csv").read_text(encoding="utf-8-sig").splitlines()
    assert saved == ["団体コード,団体名,年度,推進.Ⅰ.(ⅰ).1.ア", "99001,例1,令和6年度,×"]
    assert haiten("score", rules, tmp_path / "反例" / "単調.csv").returncode == 0


def test_the_command_on_good_and_bad_input(tmp_path: Path) -> None:
    """A right rulebook passes without any case; nothing to try, a negative number and no file are refused."""
    rules = PROOFS / "good" / "a_prerequisite.haiten"
    done = haiten("test", rules, "--examples", "5")
    assert done.returncode == 0
    assert done.stdout.count("5通りの表で成り立つ") == 4
    assert haiten("test", rules, "--examples", "0").returncode == 1
    assert haiten("test", rules, "--examples", "-1").returncode == 2
    assert haiten("test", tmp_path / "none.haiten").returncode == 1
    (tmp_path / "file").write_text("", encoding="utf-8")
    unwritable = haiten(
        "test", PROOFS / "bad" / "work_that_costs_points.haiten", "--examples", "60", "--save", tmp_path / "file"
    )
    assert unwritable.returncode == 1
    assert "書けません" in unwritable.stderr
