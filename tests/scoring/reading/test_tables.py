"""Tables of every kind say the same of a body, and columns read at once agree with cells read one by one."""

import csv
import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.driver import compile_source
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Facts
from haiten.scoring.reading import batches as batching
from haiten.scoring.reading import text_tables
from haiten.scoring.reading.books.plain_numbers import plain_number
from haiten.scoring.reading.characters import trimmed
from haiten.scoring.reading.read_columns import Read, number, read_numbers, read_truths, yes_no
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 人口 : 人 1以上
事実 変化率 : % －50以上 50以下 小数2桁 小さいほど良い
事実 過疎 : 該当
交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「体制」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 10点
        ア 「答える」〔要綱〕 4点
        イ 「比べる」〔要綱〕 6点 要件 変化率 が 0%未満 かつ 人口 が 10人以上 かつ 過疎
"""
BOOK = Rulebook(compile_source(Source("rules", RULES)))
SCHEMA = schema_of(BOOK.program)
ASKED = "推進.Ⅰ.(ⅰ).1.ア"
HEAD = ["団体コード", "団体名", "年度", "人口", "変化率", "過疎", ASKED, "属性.担当"]
ROWS: list[list[Any]] = [
    ["011002", "札幌市", "令和6年度", 1_973_395, -12.34, True, True, "高齢課"],
    ["131016", "千代田区", "令和6年度", 66_680, 0.07, False, None, None],
    ["271004", "大阪市", "令和6年度", None, None, None, False, "7"],
]


def write_workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A workbook as Excel would make it, the second sheet being none of our business."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("事実")
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.add_worksheet("覚え書き").write(0, 0, 0.5, book.add_format({"num_format": "0%"}))
    book.close()
    return path


def write_parquet(path: Path) -> Path:
    pl.DataFrame(ROWS, schema=HEAD, orient="row").write_parquet(path)
    return path


def write_csv(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    return path


def told(facts: Facts | None) -> list[Any]:
    """All that facts say, in plain values."""
    assert facts is not None
    numbers = {name: [column[i] for i in range(len(facts))] for name, column in facts.numbers.items()}
    truths = {
        name: list(zip(truth.certain.tolist(), truth.possible.tolist(), strict=True))
        for name, truth in (facts.answers | facts.outcomes).items()
    }
    return [list(facts.bodies), numbers, truths]


def test_every_kind_of_table_says_the_same(tmp_path: Path) -> None:
    """CSV, Parquet with types of its own, and Excel give the same facts and bodies."""
    plain = BOOK.read_facts(write_csv(tmp_path / "facts.csv"))
    assert plain.diagnostics == ()
    assert plain.facts is not None
    assert plain.facts.numbers["変化率"][0] == Fraction("-12.34")
    assert plain.facts.bodies[2].carried == {"属性.担当": "7"}
    for path in (write_parquet(tmp_path / "facts.parquet"), write_workbook(tmp_path / "facts.xlsx", [HEAD, *ROWS])):
        read = BOOK.read_facts(path)
        assert read.diagnostics == ()
        assert told(read.facts) == told(plain.facts)


def test_mistakes_in_excel_are_told_at_their_rows(tmp_path: Path) -> None:
    """Rows count as Excel shows them, blank ones included; texts and numbers are held to the same rules."""
    rows = [HEAD, [], ["011002", "", 6, 0.5, 1.234, 2, "△"], ["01206", "", "R6", 5, 0.1 + 0.2, 1, 0]]
    found = BOOK.read_facts(write_workbook(tmp_path / "facts.xlsx", rows))
    said = [(d.code, getattr(d.span, "row", None)) for d in found.diagnostics]
    assert said == [("H819", None), ("H808", 3), ("H808", 3), ("H805", 3), ("H805", 3)]


def test_a_sheet_that_begins_further_down_keeps_its_rows(tmp_path: Path) -> None:
    """Where Excel leaves the first rows or columns empty, no cell moves: the first row is the header."""
    (found,) = BOOK.read_facts(write_workbook(tmp_path / "facts.xlsx", [["", *HEAD], ["", "abc"]])).diagnostics[:1]
    assert found.code == "H814"
    lower = BOOK.read_facts(write_workbook(tmp_path / "facts.xlsx", [[], ["", *HEAD], *([["", *row] for row in ROWS])]))
    assert lower.diagnostics == ()
    assert lower.facts is not None
    assert [body.row for body in lower.facts.bodies] == [3, 4, 5]


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "xls", "ods"])
def test_unreadable_files(tmp_path: Path, ending: str) -> None:
    """What is missing, empty or something else under a false name is one clear diagnostic."""
    path = tmp_path / f"facts.{ending}"
    (missing,) = BOOK.read_facts(path).diagnostics
    assert (missing.code, "ファイルがありません" in missing.message) == ("H801", True)
    for content in (b"", b"PK\x03\x04 no table", b"PAR1 no table PAR1"):
        path.write_bytes(content)
        (found,) = BOOK.read_facts(path).diagnostics
        assert (found.code, "空です" in found.message) == (("H880", False) if content else ("H801", True))


def test_an_empty_workbook_and_a_nested_parquet(tmp_path: Path) -> None:
    """A workbook without a cell is empty; a column of lists is neither text nor numbers."""
    (empty,) = BOOK.read_facts(write_workbook(tmp_path / "facts.xlsx", [])).diagnostics
    assert "空です" in empty.message
    path = tmp_path / "facts.parquet"
    pl.DataFrame({"団体コード": ["011002"], "人口": [[1, 2]]}).write_parquet(path)
    (nested,) = BOOK.read_facts(path).diagnostics
    assert "列「人口」は文字でも数でもありません" in nested.message


def read_frame(tmp_path: Path, **columns: Any) -> FactsRead:
    path = tmp_path / "facts.parquet"
    size = len(next(iter(columns.values())))
    codes = ["011002", "131016", "271004"][:size]
    pl.DataFrame({"団体コード": codes, "年度": ["R6"] * size, **columns}).write_parquet(path)
    return BOOK.read_facts(path)


def test_numbers_of_parquet(tmp_path: Path) -> None:
    """Floats on the grid of the decimals are exact, others and NaN are told; integers and decimals are as written."""
    found = read_frame(tmp_path, 変化率=[0.1 + 0.2, -49.99, None])
    assert found.facts is not None
    assert [found.facts.numbers["変化率"][i] for i in range(3)] == [Fraction("0.3"), Fraction("-49.99"), None]
    wrong = read_frame(tmp_path, 変化率=[0.301, float("nan"), 50.5], 人口=[0, 1, 10**15])
    assert [(d.code, d.span.row) for d in wrong.diagnostics] == [
        ("H808", 2),
        ("H806", 3),
        ("H807", 4),
        ("H807", 2),
        ("H818", 4),
    ]
    exact = read_frame(tmp_path, 変化率=pl.Series(["1.20", "-3.45", None]).cast(pl.Decimal(10, 2)))
    assert exact.facts is not None
    assert [exact.facts.numbers["変化率"][i] for i in range(3)] == [Fraction("1.2"), Fraction("-3.45"), None]


def test_parquet_is_read_part_by_part(tmp_path: Path) -> None:
    """Row groups that are no multiple of what is read at once, and of which one is larger, lose and move no row."""
    size = 2 * batching.BATCH_ROWS + 500
    codes, people = [str(1_000_000 + place) for place in range(size)], [1 + place % 977 for place in range(size)]
    frame = pl.DataFrame({"団体コード": codes, "年度": ["R6"] * size, "人口": people})
    for group in (7_000, size):
        frame.write_parquet(tmp_path / "facts.parquet", row_group_size=group)
        facts = BOOK.read_facts(tmp_path / "facts.parquet").facts
        assert facts is not None
        assert [body.code for body in facts.bodies] == codes
        assert facts.numbers["人口"].num.tolist() == people


def test_local_codes_are_whole(tmp_path: Path) -> None:
    """Seven digits and more are a code without check digit: no five of them make two bodies one."""
    path = tmp_path / "facts.csv"
    path.write_text("団体コード,年度\n01100001,R6\n01100002,R6\n01100001,R6\n", encoding="utf-8")
    assert [d.code for d in BOOK.read_facts(path).diagnostics] == ["H804"]
    path.write_text("団体コード,年度\n01100001,R6\n01100002,R6\n", encoding="utf-8")
    facts = BOOK.read_facts(path).facts
    assert facts is not None
    scores = BOOK.score(facts)
    assert [scores.index(code) for code in ("01100002", "01100", "01100003")] == [1, None, None]


# Columns at once against cells one by one

CELLS = st.one_of(
    st.sampled_from(["", " ", "　", "\x1c", "○", "×", "〇", "✕", "１", "０", "TRUE", "false", "該当", "非該当", "2"]),
    st.text("0123456789.,-+－＋−%％人 　eE１２．", max_size=20),
    st.from_regex(r"[-－]?[0-9]{1,17}(\.[0-9]{1,4})?[%人]?", fullmatch=True),
    st.text(max_size=3),
)


def one_by_one(cells: list[str], read: Any, at: str) -> tuple[list[Any], list[Any]]:
    values, mistakes = [], []
    for row, cell in enumerate((trimmed(cell) for cell in cells), start=2):
        value, mistake = read(cell, Cell("f", row, at)) if cell else (None, None)
        values.append(value)
        mistakes += [mistake] if mistake is not None else []
    return values, mistakes


def at_once(read: Read) -> list[int | None]:
    return [int(value) if known else None for value, known in zip(read.values, read.known, strict=True)]


def mistakes(read: Read, name: str) -> list[Diagnostic]:
    size = len(read.known)
    rows, kept = np.arange(2, 2 + size), np.ones(size, dtype=np.bool_)
    return [] if read.wrong is None else list(read.wrong.told(kept, rows, "f", name))


@given(st.lists(CELLS, max_size=12), st.sampled_from(["人口", "変化率"]))
def test_numbers_at_once_are_numbers_one_by_one(cells: list[str], name: str) -> None:
    """A column of any texts has the values and the mistakes that its cells have."""
    column = SCHEMA.numbers[name]
    read = read_numbers(pl.Series(cells, dtype=pl.String), column)
    assert (at_once(read), mistakes(read, name)) == one_by_one(cells, lambda c, at: number(column, c, at), name)


@given(st.lists(CELLS, max_size=12))
def test_answers_at_once_are_answers_one_by_one(cells: list[str]) -> None:
    """The same of answers."""
    read = read_truths(pl.Series(cells, dtype=pl.String))
    assert (at_once(read), mistakes(read, ASKED)) == one_by_one(cells, yes_no, ASKED)


@given(st.lists(st.integers(-5200, 5200), max_size=12))
def test_floats_are_the_decimals_they_stand_for(steps: list[int]) -> None:
    """A float that shows two decimals is read as these; beyond the range it is told as the text would be."""
    column = SCHEMA.numbers["変化率"]
    cells = pl.Series([step / 100 for step in steps], dtype=pl.Float64)
    read = read_numbers(cells, column)
    written = [plain_number(repr(step / 100)) for step in steps]
    assert (at_once(read), mistakes(read, "変化率")) == one_by_one(
        written, lambda c, at: number(column, c, at), "変化率"
    )


LINES = st.lists(st.lists(st.text('ab"\r\n ,○', max_size=3), max_size=4), min_size=1, max_size=8)


@example([["a"], ["b", "c", "a"]], "\r", 40, False, True, False)
@example([["a", "b", "a"], ["b", "c", "a"]], "\n", 40, False, True, False)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 40), st.booleans(), st.booleans(), st.booleans())
def test_batches_are_the_records_of_the_csv_module(
    lines: list[list[str]], end: str, size: int, quoted: bool, last: bool, recoded: bool
) -> None:
    """However a file is cut into batches, with quotes or without, its cells are those that the csv module reads."""
    if quoted:
        made = io.StringIO(newline="")
        csv.writer(made, lineterminator=end).writerows(lines)
        text = made.getvalue()
    else:
        text = end.join(",".join(cell.translate(dict.fromkeys(map(ord, '"\r\n,'))) for cell in row) for row in lines)
        text += end if last else ""
    expected, width = list(csv.reader(io.StringIO(text, newline=""), strict=True)), 3
    kept = text_tables._BATCH_BYTES, batching.BATCH_ROWS
    try:
        text_tables._BATCH_BYTES, batching.BATCH_ROWS = size, 2
        stream = io.StringIO(text, newline="")
        file = io.BufferedReader(text_tables._Recoded(stream)) if recoded else io.BytesIO(text.encode())
        batches = list(text_tables._text_batches(file, width, ",", 2))
    finally:
        text_tables._BATCH_BYTES, batching.BATCH_ROWS = kept
    rows = [[cell or "" for cell in row] for batch in batches for row in batch.frame.rows()]
    assert rows == [(row + [""] * width)[:width] for row in expected]
    starts = [2, *(batch.start + batch.frame.height for batch in batches)]
    assert [batch.start for batch in batches] == starts[:-1]
    ragged = {batch.start + place: length for batch in batches for place, length in batch.ragged.items()}
    odd = {n: len(row) for n, row in enumerate(expected, start=2) if any(cell.strip() for cell in row[width:])}
    assert ragged == odd
