"""What an allocation reads: scores instead of answers, attributes as facts, last year's results."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from real_commands import ROOT
from xlsxwriter import Workbook

import haiten
from haiten.allocation.run import allocate_file
from haiten.scoring.rulebook import UnusableError, compile_rulebook
from populations import write_facts

RULES = """言語 1
令和6年度 市町村 配分
令和6年度 市町村 評価指標 による。
事実 人数 : 人 0以上
事実 過疎 : 該当
予算 推進 1,000,000円
配分 基本 推進 残り
  按分 得点(推進) × 人数
  不用額 残す
配分 追加 推進 100,000円
  枠 ア 前年度(順位(得点(全体))) が 1位以下
  枠 イ 過疎
  均等 該当枠数
  不用額 基本
配分 緩和 推進 0円
  激変緩和 前年度(交付額(推進)) × 0.5 負担 他団体
"""
Columns = dict[str, Iterable[object]]
WHOLE: Columns = {"得点.推進": [100, 200], "属性.人数": [10, 20], "過疎": ["○", "×"]}
BEFORE: Columns = {"得点.全体": [5, 9], "交付額.推進": [800_000, 0]}


@pytest.fixture
def rules(tmp_path: Path) -> haiten.Rulebook:
    (tmp_path / "allocation.haiten").write_text(RULES, encoding="utf-8")
    rulebook = compile_rulebook(tmp_path / "allocation.haiten", ROOT / "rules" / "r6" / "municipal.haiten")
    assert rulebook.ok, rulebook.diagnostics
    return rulebook


def table(path: Path, columns: Columns, year: str = "令和6年度") -> Path:
    return write_facts(path, columns, len(list(next(iter(columns.values())))), year)


def codes_of(rules: haiten.Rulebook, facts: Path, previous: Path | None = None, *, assume: bool = False) -> list[str]:
    outcome = allocate_file(rules, facts, previous, assume=assume)
    assert (outcome.allocated is None) == any(d.severity.value == "error" for d in outcome.diagnostics)
    return [diagnostic.code for diagnostic in outcome.diagnostics]


def test_known_points_and_last_year_are_enough(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Points of grants, attributes and last year's file divide the money; the rank follows from last year's points."""
    facts, before = table(tmp_path / "a.csv", WHOLE), table(tmp_path / "b.csv", BEFORE, "令和5年度")
    found = haiten.allocate(rules, facts, before)
    # 1位 last year was the second body; the first is in a 過疎 area: 50,000 yen each, and 900,000 by 1000 : 4000.
    assert found.pots["追加"].paid == (50_000, 50_000)
    assert found.pots["基本"].paid == (180_000, 720_000)
    # The floor of the first is 400,000 yen, borne by the second.
    assert found.paid == (400_000, 600_000)


def test_what_both_files_say_must_agree(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """A 前年度. column of the facts that last year's file contradicts is told; an equal one, or a blank, is not."""
    before = table(tmp_path / "b.csv", BEFORE, "令和5年度")
    name = "前年度.交付額(推進)"
    same = table(tmp_path / "same.csv", WHOLE | {name: [800_000, ""]})
    other = table(tmp_path / "other.csv", WHOLE | {name: [700_000, 0]})
    assert codes_of(rules, same, before) == []
    assert codes_of(rules, other, before) == ["H809"]


def test_last_year_must_be_the_year_before(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Results of another year are refused, and so is a file that is not there."""
    facts = table(tmp_path / "a.csv", WHOLE)
    assert codes_of(rules, facts, table(tmp_path / "b.csv", BEFORE, "令和4年度")) == ["H920"]
    assert codes_of(rules, facts, tmp_path / "none.csv") == ["H801"]
    assert codes_of(rules, tmp_path / "none.csv") == ["H801"]


def test_points_beyond_the_maximum_are_refused(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Nobody has more points of a grant than it gives."""
    facts = table(tmp_path / "a.csv", WHOLE | {"得点.推進": [401, 200]})
    assert "H851" in codes_of(rules, facts)


def test_a_range_of_points_is_no_number(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Scores with open items divide nothing, unless what is unknown is taken as none: then the certain points count."""
    scores = WHOLE | {"可能.推進": [100, 300], "規則の指紋": [rules.fingerprint.rules] * 2, "判定.推進.Ⅰ": ["", ""]}
    facts, before = table(tmp_path / "a.csv", scores), table(tmp_path / "b.csv", BEFORE, "令和5年度")
    assert codes_of(rules, facts, before) == ["H917"]
    found = allocate_file(rules, facts, before, assume=True).allocated
    assert found is not None
    assert found.pots["基本"].weights == (1000, 4000)


def test_python_raises_what_the_command_tells(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """The Python face gives the money or an exception with the diagnostics."""
    with pytest.raises(UnusableError) as told:
        haiten.allocate(rules, table(tmp_path / "a.csv", WHOLE))
    assert {diagnostic.code for diagnostic in told.value.diagnostics} == {"H917"}


def with_codes(path: Path, codes: list[str]) -> Path:
    """The same table with other codes."""
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    told = [",".join([code, *row.split(",")[1:]]) for code, row in zip(codes, rows, strict=True)]
    path.write_text("\n".join([head, *told, ""]), encoding="utf-8")
    return path


def test_local_codes_that_begin_alike_are_not_mixed_up(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Codes of seven and more digits tell bodies apart by all of them: in last year's file, and between ties."""
    codes = ["1000001", "1000002"]
    facts = with_codes(table(tmp_path / "a.csv", WHOLE), codes)
    before = with_codes(table(tmp_path / "b.csv", BEFORE, "令和5年度"), codes)
    assert haiten.allocate(rules, facts, before).paid == (400_000, 600_000)
    odd: Columns = {"得点.推進": [1, 1], "属性.人数": [1, 1], "過疎": ["○", "×"]}
    odd |= {"前年度.順位(得点(全体))": [5, 5], "前年度.交付額(推進)": [0, 0]}
    text = RULES.replace("1,000,000円", "1,000,001円").replace("枠 イ 過疎", "枠 イ 過疎 又は 過疎 でない")
    (tmp_path / "odd.haiten").write_text(text, encoding="utf-8")
    spare = compile_rulebook(tmp_path / "odd.haiten", ROOT / "rules" / "r6" / "municipal.haiten")
    assert haiten.allocate(spare, with_codes(table(tmp_path / "c.csv", odd), codes)).paid == (500_001, 500_000)
    assert haiten.allocate(spare, with_codes(table(tmp_path / "d.csv", odd), codes[::-1])).paid == (500_000, 500_001)


def test_a_range_of_last_year_is_no_number_either(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """Who had open items last year had no known points then, and no rank; taken as none, the certain points count."""
    facts = table(tmp_path / "a.csv", WHOLE)
    before = table(tmp_path / "b.csv", BEFORE | {"可能.全体": [12, 9]}, "令和5年度")
    assert codes_of(rules, facts, before) == ["H917"]
    found = allocate_file(rules, facts, before, assume=True).allocated
    assert found is not None
    assert found.pots["追加"].paid == (50_000, 50_000)


def test_last_years_file_is_read_as_carefully(rules: haiten.Rulebook, tmp_path: Path) -> None:
    """A body that stands twice in it is told, a file that does not say its year noted, a year in short form known."""
    facts = table(tmp_path / "a.csv", WHOLE)
    (tmp_path / "twice.csv").write_text(
        "団体コード,年度,得点.全体,交付額.推進\n10001,令和5年度,5,0\n10001,令和5年度,9,0\n", encoding="utf-8"
    )
    assert codes_of(rules, facts, tmp_path / "twice.csv") == ["H804"]
    lines = table(tmp_path / "b.csv", BEFORE, "R5").read_text(encoding="utf-8-sig")
    assert codes_of(rules, facts, tmp_path / "b.csv") == []
    (tmp_path / "none.csv").write_text(lines.replace("年度", "備考.x").replace("R5", ""), encoding="utf-8")
    assert codes_of(rules, facts, tmp_path / "none.csv") == ["H811"]


def test_ranks_of_facts_count_from_the_good_end(tmp_path: Path) -> None:
    """Of a fact of which less is better, last year's least was first; decimals are compared as numbers."""
    text = """言語 1
令和6年度 市町村 配分
事実 率 : % 小数1桁 0以上 小さいほど良い
予算 推進 1,000円
配分 追加 推進 残り
  枠 ア 前年度(順位(率)) が 1位以下 かつ 率 が 0%以上
  均等 該当枠数
  不用額 残す
"""
    (tmp_path / "allocation.haiten").write_text(text, encoding="utf-8")
    rulebook = compile_rulebook(tmp_path / "allocation.haiten")
    assert rulebook.ok, rulebook.diagnostics
    facts = table(tmp_path / "a.csv", {"率": [1, 1, 1]})
    before = table(tmp_path / "b.csv", {"率": ["12.5", "9.5", "9.50"]}, "令和5年度")
    assert haiten.allocate(rulebook, facts, before).paid == (0, 500, 500)


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
def test_tables_of_other_kinds_do_as_well(rules: haiten.Rulebook, tmp_path: Path, ending: str) -> None:
    """Parquet and Excel give the same money as CSV, with numbers and truths of their own kinds."""
    columns = {"団体コード": ["10001", "10002"], "年度": ["令和6年度"] * 2}
    columns |= {"得点.推進": [100, 200], "属性.人数": [10, 20], "過疎": [True, False]}
    last = {"団体コード": ["10001", "10002"], "年度": ["令和5年度"] * 2, **BEFORE}
    for name, data in (("facts", columns), ("last", last)):
        frame = pl.DataFrame(data)
        path = tmp_path / f"{name}{ending}"
        if ending == ".parquet":
            frame.write_parquet(path)
        else:
            with Workbook(path) as book:
                sheet = book.add_worksheet()
                for row, cells in enumerate([frame.columns, *frame.iter_rows()]):
                    sheet.write_row(row, 0, cells)
    found = haiten.allocate(rules, tmp_path / f"facts{ending}", tmp_path / f"last{ending}")
    assert found.paid == (400_000, 600_000)
