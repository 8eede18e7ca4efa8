"""所与: an outcome that is given wins over what is computed, and a note tells where they differ."""

from pathlib import Path

import pytest

from fact_files import BOTH, COMPARED, codes, read, small_rulebook
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Verdict


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


def test_given_outcomes_win(rulebook: Rulebook, tmp_path: Path) -> None:
    """所与 wins over answer and values, and where it contradicts them a note says so."""
    rows = [f"団体コード,年度,過疎,{BOTH},所与.{BOTH}", "011002,令和6年度,○,○,×", "131016,令和6年度,○,○,"]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    scores = rulebook.score(found.facts)
    assert [scores.verdict(BOTH, i) for i in (0, 1)] == [Verdict.NOT_MET, Verdict.AWARDED]
    assert scores.run.given(BOTH).tolist() == [True, False]
    (note,) = scores.notes("facts.csv")
    assert note.code == "H813"
    assert "011002" in note.message


def test_a_given_outcome_beside_an_answer_wins_in_either_order(rulebook: Rulebook, tmp_path: Path) -> None:
    """所与 and the outcome's own column may differ: the given one counts, and an empty one leaves the other."""
    given = f"所与.{COMPARED}"
    for header in (f"{given},{COMPARED}", f"{COMPARED},{given}"):
        cells = ("×,○", "○,", ",○") if header.startswith("所与") else ("○,×", ",○", "○,")
        rows = [f"{code},令和6年度,{cell}" for code, cell in zip(("011002", "131016", "271004"), cells, strict=True)]
        found = read(rulebook, tmp_path, [f"団体コード,年度,{header}", *rows])
        assert codes(found) == []
        assert found.facts is not None
        assert found.facts.outcomes[COMPARED].certain.tolist() == [False, True, True]
        assert found.facts.outcomes[COMPARED].known.all()


def test_notes_about_given_outcomes(rulebook: Rulebook, tmp_path: Path) -> None:
    """A note per leaf names the first row, both outcomes, and how many bodies differ; agreement needs none."""
    header = f"団体コード,年度,過疎,{BOTH},人口,変化率,前年度.変化率,所与.{BOTH},所与.{COMPARED}"
    rows = [
        header,
        "011002,令和6年度,○,○,10,1,2,○,○",
        "131016,令和6年度,○,○,10,1,2,×,",
        "271004,令和6年度,○,○,10,2,1,×,○",
        "012025,令和6年度,○,,10,1,,×,○",
    ]
    found = read(rulebook, tmp_path, rows)
    assert found.facts is not None
    notes = rulebook.score(found.facts).notes("facts.csv")
    assert [(str(note.span), note.message) for note in notes] == [
        (
            f"facts.csv:4: 列「{COMPARED}」",
            f"「{COMPARED}」は 該当 と与えられましたが、値から計算すると 非該当 です（1団体。例: 271004）",
        ),
        (
            f"facts.csv:3: 列「{BOTH}」",
            f"「{BOTH}」は 非該当 と与えられましたが、値から計算すると 該当 です（2団体。例: 131016）",
        ),
    ]
