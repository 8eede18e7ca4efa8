"""所与: an outcome that is given wins over what is computed, and a note tells where they differ."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from fact_files import BOTH, COMPARED, codes, read, small_rulebook
from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Verdict
from haiten.testing.oracle import Oracle


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


READING = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
交付金 推進 「交」 9点
目標 Ⅰ 「目」 9点
指標群 (ⅰ) 「群」 9点
指標 1 「一つ」 1点
ア 「a」 1点 要件 推進.Ⅰ.(ⅰ).3.イ
指標 2 「二つ」 3点
ア 「a」 1点 要件 率 が 1%以上
イ 「b」 2点 要件 率 が 1%以上
指標 3 「三つ」 5点
ア 「a」 1点 要件 率 が 1%以上 でない
イ 「b」 2点
ウ 「c」 2点 要件 推進.Ⅰ.(ⅰ).1.ア かつ 推進.Ⅰ.(ⅰ).2.ア
"""


def test_what_is_given_for_an_item_is_read_by_those_that_name_it_alone() -> None:
    """Items that have a condition in common, or name each other: each way to know, to give and to leave open."""
    made = Rulebook(compile_source(Source("rules", READING)))
    assert made.ok, made.diagnostics
    naming, first, named = (f"推進.Ⅰ.(ⅰ).{item}" for item in ("1.ア", "2.ア", "3.イ"))
    sheets = []
    for rate, answer, *outcomes in product((None, 0, 2), *[(None, False, True)] * 4):
        given = dict(zip((naming, first, named), outcomes, strict=True))
        numbers = {"率": None if rate is None else Fraction(rate)}
        sheets.append(Sheet(numbers, {named: answer}, {path: met for path, met in given.items() if met is not None}))
    for some in (sheets, [sheet for sheet in sheets if not sheet.outcomes]):
        scores, oracle = made.score(facts_from(made.program, some)), Oracle(made.program, some)
        for path, node in made.program.nodes.items():
            certain, possible = scores.own(path)
            expected = [oracle.own(path, i) for i in range(len(some))]
            assert certain.tolist() == [points.certain for points in expected], path
            assert possible.tolist() == [points.possible for points in expected], path
            if node.is_leaf:
                computed = scores.run.computed(path)
                truths = [oracle.truth(node.condition, i) for i in range(len(some))] if node.condition else []
                assert computed.certain.tolist() == [truth is True for truth in truths], path
                assert computed.possible.tolist() == [truth is not False for truth in truths], path
