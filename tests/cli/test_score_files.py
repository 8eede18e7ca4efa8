"""Facts in and scores out, in every kind of file, by the real command."""

import csv
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from real_commands import haiten, validated

from populations import codes, nation

ROOT = Path(__file__).parents[2]
YEARS = {"r6": "令和6年度", "r7": "令和7年度", "r8": "令和8年度"}
SHEETS = {year: ROOT / "examples" / f"kitashiobara_{year}.csv" for year in ("r6", "r7")}


def rules(year: str) -> Path:
    return ROOT / "rules" / year / "municipal.haiten"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A sheet for each year; that of R8 is the R7 sheet's body with no answer but its year."""
    path = tmp_path_factory.mktemp("sheets") / "kitashiobara_r8.csv"
    path.write_text("団体コード,団体名,年度,高齢者人口\n074021,北塩原村,令和8年度,900\n", encoding="utf-8")
    return {**SHEETS, "r8": path}


@pytest.mark.parametrize("year", YEARS)
def test_parquet_and_excel_score_as_csv_does(year: str, sheets: dict[str, Path], tmp_path: Path) -> None:
    """The same facts in another kind of file give the same scores, to the byte."""
    with sheets[year].open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    pl.DataFrame(rows, schema=header, orient="row").write_parquet(tmp_path / "facts.parquet")
    book = xlsxwriter.Workbook(tmp_path / "facts.xlsx")
    sheet = book.add_worksheet()
    for place, row in enumerate([header, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    written = []
    for facts in (sheets[year], tmp_path / "facts.parquet", tmp_path / "facts.xlsx"):
        out = tmp_path / f"scores_of_{facts.suffix[1:]}.csv"
        done = haiten("score", rules(year), facts, "--to", out)
        assert done.returncode == 0, done.stderr
        written.append(out.read_bytes())
    assert written[0] == written[1] == written[2]
    assert YEARS[year].encode() in written[0]


def test_scores_say_the_same_in_every_kind_of_file(tmp_path: Path) -> None:
    """Scores of every fortieth body of a nation as CSV, Parquet, Excel and JSON: the same columns, the same cells."""
    facts = tmp_path / "facts.csv"
    heading, *bodies = nation(tmp_path / "nation.csv", "令和6年度").read_text(encoding="utf-8").splitlines()
    facts.write_text("\n".join([heading, *bodies[::40], ""]), encoding="utf-8")
    for ending in ("csv", "parquet", "xlsx", "json"):
        done = haiten("score", rules("r6"), facts, "--to", tmp_path / f"scores.{ending}")
        assert done.returncode == 0
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert [row[0] for row in rows] == codes(1741)[::40]
    frame = pl.read_parquet(tmp_path / "scores.parquet")
    assert frame["得点.全体"].dtype.is_integer()
    assert frame.columns == header
    assert [list(row) for row in frame.cast(pl.String).fill_null("").rows()] == rows
    cells = CalamineWorkbook.from_path(tmp_path / "scores.xlsx").get_sheet_by_index(0).to_python()
    shown = [[str(int(cell)) if isinstance(cell, float) else cell for cell in row] for row in cells]
    assert shown == [header, *rows]
    data = validated((tmp_path / "scores.json").read_text(encoding="utf-8"), "score-1.json")
    total = header.index("得点.全体")
    assert [body["total"]["certain"] for body in data["bodies"]] == [int(row[total]) for row in rows]


def test_an_unknown_ending_is_told_before_the_work(tmp_path: Path) -> None:
    """Scores are not written under a name that says nothing of their kind."""
    done = haiten("score", rules("r6"), tmp_path / "none.csv", "--to", tmp_path / "scores.ods")
    assert done.returncode == 2
    assert ".csv、.parquet、.xlsx、.json" in done.stderr
    assert not (tmp_path / "scores.ods").exists()


def test_a_note_before_the_table_is_no_table(tmp_path: Path) -> None:
    """The sheet that fits is read, wherever it stands; where it holds no body, that is said."""
    for words in ("回答は次のシートに", ""):
        book = xlsxwriter.Workbook(tmp_path / "facts.xlsx")
        book.add_worksheet("説明").write(0, 0, words)
        book.add_worksheet("回答").write_row(0, 0, ["団体コード", "団体名"])
        book.close()
        done = haiten("score", rules("r6"), tmp_path / "facts.xlsx")
        assert (done.returncode, done.stdout) == (1, "")
        assert "facts.xlsx に団体がありません" in done.stderr


def test_no_bodies_are_told_alike(tmp_path: Path) -> None:
    """A file with a header alone is nothing to score, to add up, or to write."""
    facts = tmp_path / "none.csv"
    facts.write_text("団体コード,団体名,年度\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    for arguments in (
        ("score", rules("r6"), facts, "--to", out),
        ("stats", rules("r6"), facts, "--as", "csv", "--table", "順位", "--to", out),
        ("gaps", rules("r6"), facts, "--body", "074021", "--to", out),
        ("explain", rules("r6"), facts, "--body", "074021"),
        ("sweep", rules("r6"), facts, "--points", "推進.Ⅰ.(ⅰ).1.ア=1", "--to", out),
    ):
        done = haiten(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"{facts} に団体がありません\n"
        assert not out.exists()


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_facts_before_rules_are_told_by_their_order(ending: str, tmp_path: Path) -> None:
    """Arguments the wrong way round are not taken for a rulebook full of mistakes."""
    facts = tmp_path / f"facts.{ending}"
    facts.write_bytes(b"x")
    for command in ("score", "stats"):
        done = haiten(command, facts, rules("r6"))
        assert (done.returncode, done.stdout) == (1, "")
        told = f"{facts} は評価指標のファイル（.haiten）ではなく表です。" in done.stderr
        assert (told and "評価指標、事実ファイルの順" in done.stderr) is (ending != "json")


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_a_file_that_cannot_be_written_is_told(ending: str, tmp_path: Path) -> None:
    """A folder that is not there is a sentence and status 1, for every kind."""
    done = haiten("score", rules("r6"), SHEETS["r6"], "--to", tmp_path / "none" / f"scores.{ending}")
    assert done.returncode == 1
    assert f"scores.{ending} に書けません" in done.stderr.replace("\n", "")
