"""Masses of what is wrong: some is told in detail, the rest is counted, in every form of output."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haiten.cli import main
from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.diagnostics.masses import KEPT, gathered, number_of, told_at
from haiten.scoring.facts.fact_errors import DuplicateBody, MissingCode
from haiten.scoring.rulebook import Rulebook, UnusableError, compile_rulebook

RULES = """言語 1
令和6年度 市町村 評価指標

出典 要綱 「評価指標（市町村分）」

事実 人口 : 人 1以上 「65歳以上の人口」 〔要綱〕

交付金 推進 「保険者機能強化推進交付金」〔要綱〕 6点〔要綱〕
  目標 Ⅰ 「地域のあるべき姿をかたちにする」〔要綱〕 6点
    指標群 (ⅰ) 「体制・取組指標群」〔要綱〕 6点
      指標 1 「地域の特徴を把握しているか」〔要綱〕 6点
        ア 「他の地域と比べて把握している」〔要綱〕 3点
        イ 「人口が多い」〔要綱〕 3点 要件 人口 が 100人超
"""
ANSWER = "推進.Ⅰ.(ⅰ).1.ア"
MANY = KEPT + 234
# What may be wrong with every row, and the code that tells it.
ROWS: dict[str, tuple[str, Callable[[int], str]]] = {
    "a word for a number": ("H806", lambda i: f"{10**7 + i},A,R6,abc,○"),
    "words for numbers": ("H806", lambda i: f"{10**7 + i},A,R6,x{i},○"),
    "out of range": ("H807", lambda i: f"{10**7 + i},A,R6,0,○"),
    "decimals": ("H808", lambda i: f"{10**7 + i},A,R6,1.{i}1,○"),
    "no answers": ("H805", lambda i: f"{10**7 + i},A,R6,1,た{i}"),
    "other years": ("H810", lambda i: f"{10**7 + i},A,Y{i},1,○"),
    "no codes": ("H814", lambda i: f"x{i},A,R6,1,○"),
    "one code": ("H804", lambda i: "10000000,A,R6,1,○"),
    "too many cells": ("H817", lambda i: f"{10**7 + i},A,R6,1,○,9"),
    "another's name": ("H841", lambda i: f"{'011002' if i % 2 else '01100'},青森市,R6,1,○"),
}


def rules(folder: Path) -> Rulebook:
    (folder / "r.haiten").write_text(RULES, encoding="utf-8")
    return compile_rulebook(folder / "r.haiten")


def table(folder: Path, row: Callable[[int], str], count: int = MANY) -> Path:
    path = folder / "f.csv"
    lines = [f"団体コード,団体名,年度,人口,{ANSWER}", *(row(i) for i in range(count))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def status(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize("kind", ROWS)
def test_a_mass_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    """Every row is wrong alike: the diagnostics are as many, few of them are held, and fewer are printed."""
    code, row = ROWS[kind]
    book, path = rules(tmp_path), table(tmp_path, row)
    told = [d for d in book.read_facts(path).diagnostics if d.code == code]
    expected = MANY - (kind == "one code")
    assert (len(told), number_of(told)) == (KEPT, expected)
    assert f"（{code} はほか{expected - KEPT:,}件）" in told[-1].message
    with pytest.raises(UnusableError) as refused:
        book.score(path)
    assert str(refused.value).count("\n") < 3 * KEPT
    assert status("score", tmp_path / "r.haiten", path) == 1
    printed = capsys.readouterr().err
    assert f"f.csv: ほか{expected - 50:,}件" in printed or f"{code} {expected - 50:,}件" in printed
    assert len(printed.splitlines()) < 500


def test_a_rare_mistake_is_told_behind_a_mass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One mistake of another kind does not drown, wherever it stands."""
    book = rules(tmp_path)
    path = table(tmp_path, lambda i: f"{10**7 + i},A,R6,{'abc' if i < MANY - 1 else '0'},○")
    assert {d.code for d in book.read_facts(path).diagnostics} == {"H806", "H807"}
    status("score", tmp_path / "r.haiten", path)
    assert "[H807] 「0」は範囲の外です" in capsys.readouterr().err


def test_rows_that_are_no_bodies_hide_nothing(tmp_path: Path) -> None:
    """What is wrong with the rows of prefectures is not told, and does not take the place of what is."""
    book = rules(tmp_path)
    path = table(tmp_path, lambda i: f"010006,北海道,R6,x{i},○" if i < MANY else f"{10**7},A,R6,y,○", MANY + 1)
    told = [d for d in book.read_facts(path).diagnostics if d.code == "H806"]
    assert [(d.message, d.more) for d in told] == [("「y」は数として読めません", 0)]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "gnu"])
def test_every_form_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """``check`` of a rulebook with a mass of equal mistakes, in every form; the status stays."""
    path = tmp_path / "r.haiten"
    fact = "事実 人口 : 人 1以上 「65歳以上の人口」 〔要綱〕\n"
    path.write_text(RULES.replace(fact, fact * (MANY + 1)), encoding="utf-8")
    assert status("check", "--format", form, path) == 1
    printed = capsys.readouterr().out
    rest = f"（H202 はほか{MANY - KEPT:,}件）"
    if form == "text":
        assert f"ほか{MANY - 50:,}件" in printed
        assert f"エラー{MANY:,}件" in printed
        assert len(printed.splitlines()) < 1_000
    elif form == "gnu":
        assert printed.splitlines()[-1].endswith(f"{rest} [H202]")
        assert len(printed.splitlines()) == KEPT
    elif form == "json":
        found = json.loads(printed)["diagnostics"]
        assert (len(found), found[-1]["more"]) == (KEPT, MANY - KEPT)
        assert rest in found[-1]["message"]
    else:
        results = json.loads(printed)["runs"][0]["results"]
        assert (len(results), results[-1]["properties"]) == (KEPT, {"more": MANY - KEPT})
        assert rest in results[-1]["message"]["text"]


def test_a_mass_takes_no_longer_than_its_rows(tmp_path: Path) -> None:
    """Notes, years and codes of 40,000 rows: what took the square of their number took a minute."""
    book = rules(tmp_path)
    for row in (lambda i: f"{10**7 + i},A,Y{i},1,○", lambda i: f"注{i},,,,", lambda i: f"x{i},A,R6,1,○"):
        path = table(tmp_path, row, 40_000)
        begun = time.process_time()
        book.read_facts(path)
        assert time.process_time() - begun < 5


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """A table wider than any sheet is refused before each of its headings is looked up."""
    book, path = rules(tmp_path), tmp_path / "f.csv"
    for count, code in ((16_384, "H802"), (16_385, "H801")):
        path.write_text(",".join(["団体コード", *(f"列{i}" for i in range(1, count))]) + "\n", encoding="utf-8")
        assert code in {d.code for d in book.read_facts(path).diagnostics}
    assert "16,385列。読めるのは16,384列まで" in book.read_facts(path).diagnostics[0].message
    frame = {f"列{i}": ["1"] for i in range(16_385)}
    with pytest.raises(UnusableError, match="16,384列まで"):
        book.score(frame)


KINDS = st.sampled_from([(MissingCode, "a"), (MissingCode, "b"), (DuplicateBody, "a")])


def made(kind: type[Diagnostic], file: str, row: int) -> Diagnostic:
    values = ("x",) if kind is MissingCode else ("x", 1)
    return kind(Cell(file, row), *values)


@given(st.lists(st.tuples(KINDS, st.integers(1, 2 * KEPT)), max_size=4), st.integers(1, 3))
def test_nothing_is_lost_however_masses_are_put_together(
    runs: list[tuple[tuple[type[Diagnostic], str], int]], parts: int
) -> None:
    """Gathered at once, or in parts and then together: as many of each kind, and the same ones kept."""
    every = [made(kind, file, row) for (kind, file), count in runs for row in range(count)]
    whole = gathered(every)
    size = max(1, -(-len(every) // parts))
    by_parts = gathered(d for start in range(0, len(every), size) for d in gathered(every[start : start + size]))
    assert [(d, d.more) for d in by_parts] == [(d, d.more) for d in whole]
    for kind, file in {kind for kind, _ in runs}:
        of_kind = [d for d in whole if type(d) is kind and isinstance(d.span, Cell) and d.span.file == file]
        count = sum(many for (other, where), many in runs if (other, where) == (kind, file))
        assert (number_of(of_kind), len(of_kind)) == (count, min(count, KEPT))


def test_what_is_not_kept_is_not_made() -> None:
    """Only as many are made as are kept."""
    made_rows: list[int] = []

    def tell(row: int) -> Diagnostic:
        made_rows.append(row)
        return made(MissingCode, "a", row)

    assert number_of(told_at(range(10 * KEPT), tell)) == 10 * KEPT
    assert made_rows == list(range(KEPT))
