"""Small rulebooks that once were read in two ways, or not at all: all readers agree, from the command line on."""

import csv
from pathlib import Path
from typing import Final

import pytest
from real_commands import haiten as command
from three_readings import compiled, read_alike, sheets_of

import haiten
from haiten.scoring.proving.prove import prove
from haiten.scoring.running.scores import Scores
from haiten.testing.verification import verify

FOLDER: Final = Path(__file__).parent / "readings"
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.haiten"))
# Every verdict of the first body, in the order of the document.
VERDICTS: Final = {
    "a_goal_that_is_a_leaf": ["unanswered"],
    "a_grant_that_is_a_leaf": ["unanswered"],
    "a_rank_left_of_an_inner_among": ["not_met", "not_met"],
    "nothing_left_over": ["awarded", "unanswered"],
    "nothing_left_over_in_a_choice": ["unanswered", "unanswered"],
    "nothing_left_over_within_among": ["awarded", "unanswered", "unanswered", "unanswered"],
    "ten_decimals_of_nothing": ["unanswered"],
    "undisclosed_above_one_left_out": ["awarded", "unanswered", "unanswered", "awarded", "unanswered"],
    "undisclosed_above_two_left_out": ["awarded", "unanswered", "unanswered", "awarded", "unanswered", "unanswered"],
}


def test_every_rulebook_is_expected_to_say_something() -> None:
    """None lies there unread."""
    assert sorted(VERDICTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_all_readers_agree(name: str) -> None:
    """The evaluator, the oracle, DuckDB, cut-offs and certificates; and it is what the words of the language say."""
    made, facts = haiten.compile(FOLDER / f"{name}.haiten"), FOLDER / f"{name}.csv"
    read = made.read_facts(facts).facts
    assert read is not None
    scores: Scores = read_alike(made, sheets_of(read))
    assert [scores.verdict(leaf.path, 0).value for leaf in made.program.leaves] == VERDICTS[name]
    proof = prove(made)
    assert not verify(made.program, made.fingerprint.rules, proof.to_json()).problems


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_agree(name: str, tmp_path: Path) -> None:
    """Each body alone, placed by the cut-offs that `score` saved, gets its row of all; `check` and `sql` answer."""
    rules, facts = FOLDER / f"{name}.haiten", FOLDER / f"{name}.csv"
    all_, cutoffs = tmp_path / "all.csv", tmp_path / "cutoffs.json"
    assert command("check", rules).returncode in (0, 1)
    assert command("sql", rules, "--dialect", "duckdb").stdout.startswith("-- 令和6年度")
    assert command("score", rules, facts, "--to", all_, "--save-cutoffs", cutoffs).returncode == 0
    header, *lines = facts.read_text(encoding="utf-8").splitlines()
    rows = all_.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(rows) == len(lines)
    for line, row in zip(lines, rows, strict=True):
        alone, out = tmp_path / "alone.csv", tmp_path / "one.csv"
        alone.write_text(f"{header}\n{line}\n", encoding="utf-8")
        assert command("score", rules, alone, "--cutoffs", cutoffs, "--to", out).returncode == 0
        # How many bodies the file was written with is all that differs.
        names, mine = (next(csv.reader([line])) for line in out.read_text(encoding="utf-8-sig").splitlines())
        place = names.index("結果の団体数")
        among = next(csv.reader([row]))
        assert (mine.pop(place), among.pop(place)) == ("1", str(len(lines)))
        assert mine == among


@pytest.mark.parametrize("step", ["5000位", f"{10**29}位"])
def test_a_step_that_no_example_misses_is_left_open(step: str) -> None:
    """What takes more bodies than an example has is open, and told at once, however far away it is."""
    made = compiled(f"事実 甲 : 人 0以上\n交付金 推進 4点\n  目標 Ⅰ 4点 要件 甲 が 上位{step} かつ 甲 が 1人以上\n")
    proof = prove(made)
    assert not verify(made.program, made.fingerprint.rules, proof.to_json()).problems
    assert {node.status for node in proof.nodes} == {"proven"}
