"""Scores that are written body by body are those that are written at once: JSON to the byte, workbooks cell by cell."""

import json
import os
import random
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from real_commands import ROOT, haiten, validated

from haiten.benchmarks.files import _write, run_command
from haiten.benchmarks.measure import work_of_r8
from haiten.benchmarks.population import draw
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from haiten.views.console.printable import json_text
from haiten.views.files import score_json
from haiten.views.files.export import write_scores
from haiten.views.files.score_json import json_pieces
from haiten.views.files.workbooks import workbook, write_rows
from populations import nation
from strategies import SEEDS, sheets_for

ODD_NAMES = ("", " 町", "町\n", "=1+1", "<r>町</r>", "_x0041_", "\x1b[0m", "\u202e町", "\ud800", "𠮷野", 'a"b\\')
ODD = st.one_of(st.text(max_size=5), st.sampled_from(ODD_NAMES))


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.integers(0, 7), st.integers(1, 3), ODD, st.booleans())
def test_json_in_pieces_is_json_at_once(seed: int, size: int, at_once: int, name: str, ascii_only: bool) -> None:
    """For random rulebooks and bodies, unknowns and given outcomes included, in every code page."""
    draw = random.Random(seed)
    book = Rulebook(compile_source(Source("rules", print_rulebook(grow(seed)))))
    facts = facts_from(book.program, sheets_for(book.program, draw, size, 0.2))
    bodies = tuple(evolve(body, name=name) for body in facts.bodies)
    scores = book.score_checked(evolve(facts, bodies=bodies))
    with patch.object(score_json, "AT_ONCE", at_once):
        pieces = "".join(json_pieces(scores, ascii_only=ascii_only))
    assert pieces == json_text(scores.to_json(), ascii_only=ascii_only) + "\n"
    assert len(json.loads(pieces)["bodies"]) == size


def test_json_on_stdout_and_in_a_file_are_the_same(tmp_path: Path) -> None:
    """A nation by the real command: valid, the same in both, and no file where its writing fails."""
    rules, facts, to = ROOT / "rules" / "r6" / "municipal.haiten", tmp_path / "nation.csv", tmp_path / "scores.json"
    heading, *bodies = nation(facts, "令和6年度").read_text(encoding="utf-8").splitlines()
    facts.write_text("\n".join([heading, *bodies[::3], ""]), encoding="utf-8")
    printed = haiten("score", rules, facts, "--json").stdout
    assert haiten("score", rules, facts, "--to", to).returncode == 0
    assert to.read_text(encoding="utf-8") == printed
    first = json.loads(printed)
    assert len(first["bodies"]) == len(bodies[::3])
    first["bodies"] = first["bodies"][:5]
    validated(json.dumps(first), "score-1.json")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise")
def test_a_file_of_bodies_is_scored_in_little_memory(tmp_path: Path) -> None:
    """30,000 bodies of R8 from CSV to Parquet take some 30 MiB more than a single one does."""
    work = work_of_r8()
    facts = _write(draw(work.program, work.rules, 30_000), tmp_path / "facts.csv")
    first = tmp_path / "first.csv"
    first.write_text("".join(facts.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")

    def peak(given: Path) -> int:
        rules, to = ROOT / "rules" / "r8" / "municipal.haiten", tmp_path / "scores.parquet"
        command = [sys.executable, "-m", "haiten.cli", "score", str(rules), str(given), "--to", str(to)]
        found = run_command(command, tmp_path, os.environ | {"POLARS_MAX_THREADS": "2"})
        assert not isinstance(found, str), found
        return found[1]

    peak(first)  # compiles the rulebook
    assert (peak(facts) - peak(first)) >> 20 < 45


# Workbooks


CELLS = st.one_of(st.none(), st.integers(-(10**17), 10**17), st.integers(-3, 400))
TEXTS = st.one_of(st.none(), st.text(max_size=4), st.sampled_from(ODD_NAMES).filter(lambda text: text != "\ud800"))


def column(cells: Any, kind: Any, rows: int) -> st.SearchStrategy[pl.Series]:
    return st.lists(cells, min_size=rows, max_size=rows).map(lambda made: pl.Series(made, dtype=kind))


def frame_of(columns: list[pl.Series]) -> pl.DataFrame:
    return pl.DataFrame([cells.alias(str(place)) for place, cells in enumerate(columns)])


FRAMES = st.integers(1, 5).flatmap(
    lambda rows: st.lists(
        st.one_of(column(CELLS, pl.Int64, rows), column(TEXTS, pl.String, rows)), min_size=1, max_size=4
    ).map(frame_of)
)


def sheet_of(path: Path, frames: Iterable[pl.DataFrame], write: Any) -> str:
    with workbook(path, streamed=True) as book:
        sheet = book.add_worksheet("得点")
        sheet.write_row(0, 0, ["見出し", "b"], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 2)
        row = 1
        for frame in frames:
            write(sheet, row, frame)
            row += frame.height
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


def one_by_one(sheet: Any, row: int, frame: pl.DataFrame) -> None:
    for place, cells in enumerate(frame.iter_rows(), start=row):
        sheet.write_row(place, 0, cells)


@settings(max_examples=150, deadline=None)
@example([pl.DataFrame({"0": [None, 1]}), pl.DataFrame({"0": ["a" * 40_000, "𠮷" * 20_000]})])
@example([pl.DataFrame({"0": pl.Series([None], dtype=pl.Int64)})])
@given(st.lists(FRAMES, min_size=1, max_size=3))
def test_rows_are_those_of_the_library(tmp_path_factory: pytest.TempPathFactory, frames: list[pl.DataFrame]) -> None:
    """The same file to the byte as cell by cell, whatever the texts are; but for one kind that the library mistakes."""
    folder = tmp_path_factory.mktemp("books")
    marked = any(
        cell is not None and cell.startswith("<r>") and cell.endswith("</r>")
        for frame in frames
        for cells in frame
        if cells.dtype == pl.String
        for cell in cells
    )
    made = sheet_of(folder / "a.xlsx", frames, write_rows)
    if not marked:
        assert made == sheet_of(folder / "b.xlsx", frames, one_by_one)


def test_a_text_that_looks_like_the_librarys_markup_is_a_text(tmp_path: Path) -> None:
    """The library writes <r>…</r> as markup of fonts, without an escape."""
    sheet_of(tmp_path / "a.xlsx", [pl.DataFrame({"0": ["<r>町</r>", "<r><t>町</t></r>"]})], write_rows)
    cells = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells[1:]] == ["<r>町</r>", "<r><t>町</t></r>"]


def test_attributes_of_bodies_made_by_hand(tmp_path: Path) -> None:
    """Bodies that are no columns of a file, and carry different things, are written as those of a file are."""
    book = Rulebook(compile_source(Source("rules", print_rulebook(grow(1)))))
    bodies = (Body("99001", "A"), Body("99002", "", "甲県", {"属性.い": "2"}), Body("99003", carried={"属性.あ": "=1"}))
    write_scores(tmp_path / "a.parquet", book.score_checked(Facts(bodies)))
    frame = pl.read_parquet(tmp_path / "a.parquet")
    assert frame.columns[:8] == [
        *("団体コード", "団体名", "都道府県", "年度", "規則の指紋", "結果の団体数", "属性.い", "属性.あ")
    ]
    assert frame["団体名"].to_list() == ["A", None, None]
    assert frame["属性.い"].to_list() == [None, "2", None]
    assert frame["属性.あ"].to_list() == [None, None, "=1"]
