"""Cases beside a rulebook: what they expect is held against the scores, and what they show is counted."""

from pathlib import Path

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cases import CasesRun, Coverage, Failure, cases_beside, coverage_of, run_cases
from haiten.scoring.rulebook import Rulebook

ITEM = "推進.Ⅰ.(ⅰ).1"
RULES = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 100以下
交付金 推進 「交」 4点
目標 Ⅰ 「目」 4点
指標群 (ⅰ) 「群」 4点
指標 1 「指」 4点
ア 「a」 1点
イ 「b」 1点 要件 率 が 50%以上
ウ 「c」 2点 要件 率 が 90%以上
交付金 支援 「交」 4点
目標 Ⅰ 推進.Ⅰ に同じ
"""


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    made = Rulebook(compile_source(Source("rules", RULES)))
    assert made.ok, made.diagnostics
    return made


def run(rulebook: Rulebook, folder: Path, header: str, *rows: str) -> CasesRun:
    path = folder / "rules.cases.csv"
    path.write_text("\n".join([f"団体コード,年度,{header}", *rows]) + "\n", encoding="utf-8")
    return run_cases(rulebook, path)


def told(done: CasesRun) -> list[tuple[str, str | None]]:
    return [(d.code, getattr(d.span, "column", None)) for d in done.diagnostics]


@pytest.mark.parametrize(
    ("said", "met"),
    [
        *((said, True) for said in ("2-4", "2–4", "2〜4", "2～4", " 2-4 ")),
        *((said, False) for said in ("2", "4", "2-3", "3-4", "零", "2-4点")),
    ],
)
def test_points_that_are_not_known_are_expected_as_a_range(
    rulebook: Rulebook, tmp_path: Path, said: str, met: bool
) -> None:
    """Both ends have to be those of the score, however the dash is written; what is no figure is never met."""
    # イ is met and ウ is not; ア is open, in both grants.
    done = run(rulebook, tmp_path, f"率,期待.全体,期待.{ITEM}.イ", f"51001,令和6年度,60,{said},1")
    assert done.expectations == 2
    assert done.failures == (() if met else (Failure(2, "51001", "全体", said, "2-4"),))


def test_expectations_are_held_against_their_own_rows_and_columns(rulebook: Rulebook, tmp_path: Path) -> None:
    """Rows that are empty or short and cells that are empty expect nothing; columns may stand anywhere."""
    header = f"期待.{ITEM}.ウ,率,期待.全体,{ITEM}.ア,期待.推進.Ⅰ.（ⅰ）.1.イ"
    done = run(
        rulebook,
        tmp_path,
        header,
        "51001,令和6年度,0,60,2,×,1",
        ",,,,,,",
        "51002,令和6年度,2,95,8,○,1",
        "51003,令和6年度,,10,0,×",
        "51004,令和6年度,1,10,,×,0",
    )
    assert done.diagnostics == ()
    assert done.expectations == 9
    assert done.failures == (Failure(6, "51004", f"{ITEM}.ウ", "1", "0"),)
    assert done.scores is not None
    assert [body.code for body in done.scores.bodies] == ["51001", "51002", "51003", "51004"]


def test_a_case_file_that_cannot_be_run_says_why(rulebook: Rulebook, tmp_path: Path) -> None:
    """An unknown item is told with the nearest one, beside what else is wrong; nothing is scored then."""
    wrong = run(rulebook, tmp_path, f"率,期待.{ITEM}.エ", "51001,令和6年度,多い,1")
    assert (wrong.scores, wrong.expectations, wrong.failures) == (None, 0, ())
    assert told(wrong) == [("H806", "率"), ("H802", f"期待.{ITEM}.エ")]
    unknown = wrong.diagnostics[1]
    assert (unknown.name, unknown.span.row) == (f"期待.{ITEM}.エ", 1)
    assert unknown.suggestion is not None
    only = run(rulebook, tmp_path, f"率,期待.{ITEM}.エ", "51001,令和6年度,60,1")
    assert (only.scores, told(only)) == (None, [("H802", f"期待.{ITEM}.エ")])
    missing = run_cases(rulebook, tmp_path / "none.csv")
    assert (missing.scores, missing.expectations, missing.failures) == (None, 0, ())
    assert [(d.code, str(d.span)) for d in missing.diagnostics] == [("H801", str(tmp_path / "none.csv"))]


def test_the_case_files_of_a_rule_file(tmp_path: Path) -> None:
    """Those named after it, the plain one first; those of other rule files are not its own."""
    for name in ("a.cases.csv", "a.低い.cases.csv", "a.高い.cases.csv", "b.cases.csv", "a.csv", "ab.cases.csv"):
        (tmp_path / name).touch()
    names = [path.name for path in cases_beside(tmp_path / "a.haiten")]
    assert names == ["a.cases.csv", "a.低い.cases.csv", "a.高い.cases.csv"]


def test_what_cases_show_of_each_item(rulebook: Rulebook, tmp_path: Path) -> None:
    """Met, not met, both or neither, over all files together; a told outcome shows nothing of a condition."""
    header = f"率,{ITEM}.ア,所与.{ITEM}.ウ,期待.{ITEM}.イ"
    high = run(rulebook, tmp_path, header, "51001,令和6年度,60,○,○,1")
    assert coverage_of(rulebook, (high,)) == Coverage((), (f"{ITEM}.ア", f"{ITEM}.イ"), (f"{ITEM}.ウ",), ())
    low = run(rulebook, tmp_path, header, "51001,令和6年度,10,,,0")
    assert coverage_of(rulebook, (low,)) == Coverage((), (), (f"{ITEM}.イ", f"{ITEM}.ウ"), (f"{ITEM}.ア",))
    together = Coverage((f"{ITEM}.イ",), (f"{ITEM}.ア",), (f"{ITEM}.ウ",), ())
    broken = run_cases(rulebook, tmp_path / "none.csv")
    assert coverage_of(rulebook, (high, broken, low)) == together
    assert coverage_of(rulebook, (broken,)).never == (f"{ITEM}.ア", f"{ITEM}.イ", f"{ITEM}.ウ")
