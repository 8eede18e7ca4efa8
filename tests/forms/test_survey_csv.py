"""Survey sheets whose sheets were saved as CSV: read as the workbook is, or refused with what is wrong."""

import json
from pathlib import Path

import openpyxl
import pytest
from real_commands import ROOT
from real_commands import haiten as command
from survey_csv import WAYS, saved_as_csv, wrong_sheets

import haiten
from haiten.scoring.facts.facts import Facts
from haiten.scoring.one.known import known_of
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.rulebook import Rulebook
from survey_sheets import WHO, blank, cells_of, fill_in, random_sheet

R8 = ROOT / "rules" / "r8" / "municipal.haiten"
WORDS = {"備考.推進": '一行目\n二行目 "引用", 読点', "根拠.支援": "資料 1.pdf", "属性.提出日": "2026-06-30"}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return haiten.compile(R8)


def survey(rulebook: Rulebook, seed: int, path: Path) -> Path:
    """A survey sheet as a town fills it in."""
    book = openpyxl.load_workbook(blank(rulebook, path))
    cells = WHO | WORDS | cells_of(random_sheet(rulebook.program, seed), rulebook.program)
    fill_in(book, rulebook.program, cells)
    book.save(path)
    return path


def same_facts(one: Facts, other: Facts) -> bool:
    """Whether two files say the same of their body."""
    known, also = known_of(one), known_of(other)
    assert known.numbers
    assert known.answers
    return (known.numbers, known.answers, known.outcomes) == (also.numbers, also.answers, also.outcomes)


def facts_of(rulebook: Rulebook, files: Path | list[Path]) -> Facts:
    read = rulebook.read_facts(files)
    assert read.facts is not None, read.diagnostics
    return read.facts


@pytest.mark.parametrize(("encoding", "separator"), WAYS)
def test_it_is_read_as_the_workbook_is(rulebook: Rulebook, encoding: str, separator: str, tmp_path: Path) -> None:
    """In every encoding and with every sign between cells: facts, answers, outcomes and words, line breaks and all."""
    book = survey(rulebook, WAYS.index((encoding, separator)), tmp_path / "調査票.xlsx")
    files = saved_as_csv(book, tmp_path / "csv", encoding, separator)
    wanted, found = facts_of(rulebook, book), facts_of(rulebook, files)
    assert same_facts(wanted, found)
    assert found.bodies[0].carried == wanted.bodies[0].carried
    assert found.bodies[0].carried["備考.推進"].replace("\r", "") == WORDS["備考.推進"]
    assert same_facts(wanted, facts_of(rulebook, tmp_path / "csv"))


def test_sheets_of_several_bodies_are_told_apart_by_their_names(rulebook: Rulebook, tmp_path: Path) -> None:
    """In one folder, beside a workbook: each body once; a file whose name tells nothing is refused."""
    folder = tmp_path / "回収"
    folder.mkdir()
    for number, code in enumerate(("990019", "990027", "990035")):
        book = openpyxl.load_workbook(blank(rulebook, tmp_path / f"{code}.xlsx"))
        fill_in(book, rulebook.program, {"団体コード": code, "高齢者人口": 100 + number})
        book.save(tmp_path / f"{code}.xlsx")
        if number < 2:
            saved_as_csv(tmp_path / f"{code}.xlsx", folder)
    (tmp_path / "990035.xlsx").rename(folder / "990035.xlsx")
    assert [body.code for body in facts_of(rulebook, folder).bodies] == ["990035", "990019", "990027"]
    (folder / "990019-推進.csv").rename(folder / "二つ目.csv")
    told = rulebook.read_facts(folder).diagnostics
    assert {each.code for each in told} == {"H885"}
    assert any("どの調査票のシートか" in each.message for each in told)
    for each in (*folder.glob("990027*"), folder / "990035.xlsx"):
        each.unlink()
    assert [body.code for body in facts_of(rulebook, folder).bodies] == ["990019"]


def test_what_is_wrong_is_told_and_nothing_is_read(rulebook: Rulebook, tmp_path: Path) -> None:
    """Of another year, rulebook or body, not whole, or changed: what a workbook is refused for."""
    files = saved_as_csv(survey(rulebook, 1, tmp_path / "調査票.xlsx"), tmp_path / "csv")
    for name, (wrong, word) in wrong_sheets(files, rulebook.program, tmp_path).items():
        read = rulebook.read_facts(wrong)
        assert read.facts is None, name
        assert any(word in each.message for each in read.diagnostics), (name, [d.message for d in read.diagnostics])
    twice = [*files, *saved_as_csv(tmp_path / "調査票.xlsx", tmp_path / "csv2")]
    read = rulebook.read_facts(twice)
    assert {each.code for each in read.diagnostics} == {"H891"}


def test_the_command_says_what_is_missing(tmp_path: Path, rulebook: Rulebook) -> None:
    """One sheet alone is no table of facts: what to give beside it is said. All of them score as the workbook does."""
    book = survey(rulebook, 2, tmp_path / "調査票.xlsx")
    files = saved_as_csv(book, tmp_path / "csv", "cp932")
    alone = command("score", R8, next(file for file in files if file.stem.endswith("推進")))
    assert alone.returncode == 1
    assert "H885" in alone.stderr
    assert f"「{layout.COVER}」" in alone.stderr
    assert "ブックのまま" in alone.stderr
    to = tmp_path / "facts.csv"
    gathered = command("collect", tmp_path / "csv", "--to", to)
    assert gathered.returncode == 0
    assert "990019" in to.read_text(encoding="utf-8-sig")
    scored = [json.loads(command("score", R8, *each, "--json").stdout) for each in ([book], files, [tmp_path / "csv"])]
    assert scored[0]["bodies"] == scored[1]["bodies"] == scored[2]["bodies"]
