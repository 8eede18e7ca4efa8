"""haiten test: the cases of rule authors, and what they cover."""

import csv
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

RULES = ROOT / "rules"


@pytest.mark.parametrize(("year", "count"), [("r6", 234), ("r7", 234)])
def test_the_published_results_are_cases_of_the_real_rulebooks(year: str, count: int) -> None:
    """What is published of 北塩原村, 東川町 and 美瑛町, at every level, stands beside the rulebook and holds."""
    done = haiten("test", RULES / year / "municipal.haiten")
    assert done.returncode == 0
    assert f"3団体、期待{count}件、全て期待どおり" in done.stdout
    assert "該当だけ 0、非該当だけ 0、どちらもなし 0" in done.stdout


def write_cases(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def rulebook(folder: Path) -> Path:
    file = folder / "rules.haiten"
    file.write_text(
        "言語 1\n令和6年度 市町村 評価指標\n事実 率 : % 0以上 100以下\n交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n"
        "指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点\nア 「a」 1点\n"
        "イ 「b」 1点 要件 率 が 50%以上\nウ 「c」 2点 要件 率 が 90%以上\n",
        encoding="utf-8",
    )
    return file


HEAD = ["団体コード", "年度", "率", "推進.Ⅰ.(ⅰ).1.ア", "期待.全体", "期待.推進.Ⅰ.（ⅰ）.1.イ"]


def test_what_holds_and_what_does_not(tmp_path: Path) -> None:
    """Points, ranges and empty cells; a failure names row, body, item, both figures; coverage tells three states."""
    file = rulebook(tmp_path)
    cases = [
        HEAD,
        ["10001", "令和6年度", "60", "○", "2", "1"],
        ["10002", "令和6年度", "10", "", "0-1", ""],
        ["10003", "令和6年度", "60", "×", "3", "1"],
    ]
    write_cases(tmp_path / "rules.cases.csv", cases)
    done = haiten("test", file)
    assert done.returncode == 1
    assert "3団体、期待5件、1件が期待と違います" in done.stdout
    assert "4行目 10003 全体: 期待 3点、実際 1点" in done.stdout
    assert "項目の網羅: 両方 2、該当だけ 0、非該当だけ 1、どちらもなし 0" in done.stdout
    assert "非該当だけ: 推進.Ⅰ.(ⅰ).1.ウ" in done.stdout


def test_several_case_files_cover_together(tmp_path: Path) -> None:
    """All files named after the rulebook are run; --cases names others."""
    file = rulebook(tmp_path)
    write_cases(tmp_path / "rules.cases.csv", [HEAD, ["10001", "令和6年度", "95", "○", "4", "1"]])
    write_cases(tmp_path / "rules.低い.cases.csv", [HEAD, ["10001", "令和6年度", "5", "×", "0", "0"]])
    done = haiten("test", file)
    assert done.returncode == 0
    assert "両方 3、該当だけ 0" in done.stdout
    only = haiten("test", file, "--cases", tmp_path / "rules.cases.csv")
    assert "該当だけ 3" in only.stdout


def test_cases_that_cannot_be_run(tmp_path: Path) -> None:
    """No cases where only they are asked for, a node that is not there, another year, figures that are none."""
    file = rulebook(tmp_path)
    none = haiten("test", file, "--examples", "0")
    assert (none.returncode, none.stdout) == (1, "")
    assert "事例がありません" in none.stderr
    cases = tmp_path / "rules.cases.csv"
    write_cases(cases, [[*HEAD[:5], "期待.推進.Ⅸ"], ["10001", "令和6年度", "5", "×", "0", "0"]])
    unknown = haiten("test", file)
    assert unknown.returncode == 1
    assert "[H802]" in unknown.stderr
    write_cases(cases, [HEAD, ["10001", "令和7年度", "5", "×", "0", "0"]])
    assert "[H810]" in haiten("test", file).stderr
    write_cases(cases, [HEAD, ["10001", "令和6年度", "5", "×", "零", "0"]])
    assert "期待 零点、実際 0点" in haiten("test", file).stdout
    assert haiten("test").returncode == 2
