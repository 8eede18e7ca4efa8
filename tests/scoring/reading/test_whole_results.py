"""Results that are read again are all there: how many bodies they are of stands in the file and is held to it."""

import os
from pathlib import Path

import polars as pl
import pytest
from real_commands import ROOT, haiten

R6 = ROOT / "rules" / "r6" / "municipal.haiten"
MONEY = ROOT / "rules" / "r6" / "allocation.haiten"
R2 = (ROOT / "examples" / "r2" / "allocation.haiten", ROOT / "examples" / "r2" / "bodies.csv")


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Scores of five bodies, in every form that is read again."""
    folder = tmp_path_factory.mktemp("scores")
    rows = "".join(f"9900{n},町{n},令和6年度,{n}000\n" for n in range(1, 6))
    (folder / "facts.csv").write_text("団体コード,団体名,年度,高齢者人口\n" + rows, encoding="utf-8")
    found = {}
    for ending in ("csv", "parquet", "xlsx"):
        found[ending] = folder / f"scores.{ending}"
        done = haiten("score", R6, folder / "facts.csv", "--to", found[ending])
        assert done.returncode == 0, done.stderr
    return found


def cut(path: Path, to: Path, rows: list[int]) -> Path:
    """The file with some rows only."""
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet}
    if path.suffix == ".csv":
        lines = path.read_bytes().splitlines(keepends=True)
        to.write_bytes(b"".join([lines[0], *(lines[1 + row] for row in rows)]))
    else:
        frame = read[path.suffix](path)
        frame[rows].write_parquet(to)
    return to


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_whole_results_are_read(ending: str, scores: dict[str, Path]) -> None:
    """By score, stats and allocate alike."""
    for arguments in (("score", R6), ("stats", R6), ("allocate", MONEY)):
        done = haiten(*arguments, scores[ending], *(["--unknown-as-none"] if arguments[0] == "allocate" else []))
        assert "H860" not in done.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [[0, 1, 2], [1, 2, 3, 4], [0], [0, 1, 2, 3, 4, 4]], ids=str)
def test_a_file_that_was_cut_is_refused(ending: str, rows: list[int], scores: dict[str, Path], tmp_path: Path) -> None:
    """At its end, at its beginning, in the middle; a row too many as well."""
    file = cut(scores[ending], tmp_path / f"cut.{ending}", rows)
    for arguments in (("score", R6), ("stats", R6), ("allocate", MONEY)):
        done = haiten(*arguments, file)
        assert (done.returncode, done.stdout) == (1, "")
        told = f"（結果の団体数は 5、ファイルにあるのは{len(rows)}団体）"
        assert f"[H860] 結果のファイルが揃っていません{told}" in done.stderr


def test_last_years_results_are_whole_too(tmp_path: Path) -> None:
    """--previous reads no half of them."""
    done = haiten("allocate", *R2, "--to", tmp_path / "r2.csv")
    assert done.returncode == 0
    text = (tmp_path / "r2.csv").read_text(encoding="utf-8-sig").replace("令和2年度", "令和元年度")
    (tmp_path / "whole.csv").write_text(text, encoding="utf-8")
    (tmp_path / "cut.csv").write_text("\n".join(text.splitlines()[:3]) + "\n", encoding="utf-8")
    told = [haiten("allocate", *R2, "--previous", tmp_path / f"{name}.csv").stderr for name in ("whole", "cut")]
    assert ["H860" in stderr for stderr in told] == [False, True]


def test_nobody_is_no_result(tmp_path: Path) -> None:
    """A header alone is nothing to divide among, by any command that divides or compares."""
    head = R2[1].read_text(encoding="utf-8-sig").splitlines()[0]
    (tmp_path / "none.csv").write_text(head + "\n", encoding="utf-8")
    for arguments in (
        ("allocate", R2[0], "none.csv", "--to", "x.csv"),
        ("explain", R2[0], "none.csv", "--body", "99001"),
        ("impact", R2[0], R2[0], "none.csv", "--to", "x.csv"),
    ):
        done = haiten(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "団体がありません" in done.stderr
        assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "cases",
    [
        "団体コード,団体名,年度,推進.Ⅰ.(ⅰ).1.ア\n99001,A,R6,○\n",
        "団体コード,団体名,年度,期待.全体\n99001,A,R6,\n",
        "団体コード,団体名,年度,期待.全体\n",
    ],
)
def test_cases_that_expect_nothing_are_no_success(cases: str, tmp_path: Path) -> None:
    """No column, no cell, no body."""
    (tmp_path / "c.csv").write_text(cases, encoding="utf-8")
    done = haiten("test", R6, "--examples", "0", "--cases", "c.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert "H863" in done.stderr
    assert "期待どおり" not in done.stdout


def test_nothing_is_left_in_the_folder_of_who_tests(tmp_path: Path) -> None:
    """What Hypothesis learns goes elsewhere."""
    (tmp_path / "r.haiten").write_text(
        "言語 1\n令和6年度 市町村 評価指標\n交付金 推進 1点\n目標 Ⅰ 1点\n指標群 (ⅰ) 1点\n指標 1 1点\n", encoding="utf-8"
    )
    assert haiten("test", "r.haiten", "--examples", "2", cwd=tmp_path).returncode == 0
    assert os.listdir(tmp_path) == ["r.haiten"]
