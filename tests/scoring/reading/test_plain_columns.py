"""Columns in their usual form say at once what the careful reading of each cell says; all others are left to that."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.program.fact_columns import NumberColumn, schema_of
from haiten.compiler.source import Source
from haiten.scoring.reading import kept, text_tables
from haiten.scoring.reading.kept import read_carefully
from haiten.scoring.reading.plain_columns import PlainColumn, read_plain
from haiten.scoring.reading.read_columns import Read
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
事実 変化率 : % －50以上 50以下 小数2桁
事実 細 : 人 小数15桁
事実 過疎 : 該当
交付金 推進 10点
  目標 Ⅰ 10点
    指標群 (ⅰ) 10点
      指標 1 10点
        ア 「答える」 4点
        イ 「比べる」 6点 要件 変化率 が 0%未満 かつ 人口 が 10人以上 かつ 過疎 かつ 細 が 1人以上
"""
BOOK = Rulebook(compile_source(Source("rules", RULES)))
NUMBERS = schema_of(BOOK.program).numbers
WAYS = [
    PlainColumn(NUMBERS["人口"]),
    PlainColumn(NUMBERS["変化率"]),
    PlainColumn(NUMBERS["細"]),
    PlainColumn(NumberColumn(None)),
    PlainColumn(),
    PlainColumn(points=4),
]
WORDS = ["○", "×", "該当", "非該当", "1", "0", "TRUE", "FALSE", "true", "false", "True", "False", "〇", "◯", "✕", "4"]
SOME_TEXT = st.one_of(
    st.sampled_from([*WORDS, "", " ", "１", " ○", "0\n", "+5", "1e3", ".5", "5.", "-0", "－5", "5人", "1.50", "1.500"]),
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,4})?", fullmatch=True),
    st.text("0123456789.-", max_size=6),
)


def usual_texts(words: tuple[str, ...]) -> st.SearchStrategy[list[str | None]]:
    return st.lists(st.sampled_from([None, *words]), min_size=1, max_size=9)


TEXTS = st.one_of(
    st.sampled_from(
        [("○", "×"), ("該当", "非該当"), ("1", "0"), ("4", "0"), ("True", "False"), ("◯", "×", "")]
    ).flatmap(usual_texts),
    st.lists(
        st.one_of(st.none(), st.from_regex(r"-?[0-9]{1,2}(\.[0-9]{1,2})?", fullmatch=True)), min_size=1, max_size=9
    ),
    st.lists(st.one_of(st.none(), st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True)), min_size=1, max_size=9),
    st.lists(st.one_of(st.none(), SOME_TEXT), min_size=1, max_size=9),
)
DECIMALS = st.integers(0, 4).flatmap(
    lambda scale: st.lists(
        st.one_of(st.none(), st.integers(-(10**18), 10**18), st.integers(-5100, 5100)).map(
            lambda whole: None if whole is None else Decimal(whole).scaleb(-scale)
        ),
        min_size=1,
        max_size=9,
    ).map(lambda cells: pl.Series(cells, dtype=pl.Decimal(38, scale)))
)


def integers(kind: Any, low: int, high: int) -> st.SearchStrategy[pl.Series]:
    small = st.integers(max(low, -60), min(high, 60))
    cells = st.lists(st.one_of(st.none(), small, st.integers(low, high)), min_size=1, max_size=9)
    return cells.map(lambda cells: pl.Series(cells, dtype=kind))


COLUMNS = st.one_of(
    TEXTS.map(lambda cells: pl.Series(cells, dtype=pl.String)),
    DECIMALS,
    integers(pl.Int64, -(2**63), 2**63 - 1),
    integers(pl.UInt64, 0, 2**64 - 1),
    integers(pl.Int8, -128, 127),
    st.lists(st.one_of(st.none(), st.booleans()), min_size=1, max_size=9).map(lambda c: pl.Series(c, dtype=pl.Boolean)),
    st.lists(st.one_of(st.none(), st.floats(-60, 60)), min_size=1, max_size=9).map(
        lambda c: pl.Series(c, dtype=pl.Float64)
    ),
)


def plain_cells(read: Read) -> list[int | None]:
    return [int(value) if known else None for value, known in zip(read.values, read.known, strict=True)]


@settings(max_examples=600)
@example(pl.Series(["○", "×", None, ""]), PlainColumn())
@example(pl.Series(["0", "4", "0"]), PlainColumn(points=4))
@example(pl.Series(["0", "4", "1"]), PlainColumn(points=4))
@example(pl.Series([2**63], dtype=pl.UInt64), PlainColumn(NUMBERS["人口"]))
@example(pl.Series(["0"]), PlainColumn(NUMBERS["人口"]))
@given(COLUMNS, st.sampled_from(WAYS))
def test_at_once_as_with_care(cells: pl.Series, how: PlainColumn) -> None:
    """What is read at once is what the careful reading reads, and nothing is wrong with it there."""
    read = read_plain(pl.DataFrame({"0": cells}), {"0": how}).get("0")
    if read is not None:
        careful = read_carefully(cells, how)
        assert (plain_cells(read), careful.wrong) == (plain_cells(careful), None)


@pytest.mark.parametrize(
    ("cells", "how", "expected"),
    [
        (["○", "×", None], PlainColumn(), [1, 0, None]),
        ([None, "", "非該当", "該当"], PlainColumn(), [None, None, 0, 1]),
        (["4", "0", "0"], PlainColumn(points=4), [1, 0, 0]),
        (["1", "0"], PlainColumn(points=4), [1, 0]),
        ([True, False], PlainColumn(), [1, 0]),
        (["1", "007", None, ""], WAYS[0], [1, 7, None, None]),
        (["-50", "0.5", "12.34"], WAYS[1], [-5000, 50, 1234]),
        (["0.123456789012345"], WAYS[2], [123456789012345]),
        ([1, None, 2**40], WAYS[0], [1, None, 2**40]),
        (pl.Series([Decimal("1.5"), None]), WAYS[1], [150, None]),
    ],
)
def test_usual_forms_are_read_at_once(cells: Any, how: PlainColumn, expected: list[int | None]) -> None:
    """The forms that most files have are not left to the careful reading."""
    assert plain_cells(read_plain(pl.DataFrame({"0": cells}), {"0": how})["0"]) == expected


@pytest.mark.parametrize(
    ("cells", "how"),
    [
        (["○", "×", "△"], PlainColumn()),
        (["○", " ×"], PlainColumn()),
        (["1", "2"], PlainColumn()),
        (["4", "1"], PlainColumn(points=4)),
        (["0"], WAYS[0]),
        (["1e3"], WAYS[1]),
        (["+5"], WAYS[1]),
        (["5."], WAYS[1]),
        (["1.500"], WAYS[1]),
        (["1.5\n"], WAYS[1]),
        (["51"], WAYS[1]),
        (["1234567890123456"], WAYS[0]),
        ([0.1 + 0.2], WAYS[1]),
        (pl.Series([Decimal("1.234")]), WAYS[1]),
        ([10**15], WAYS[0]),
    ],
)
def test_other_forms_are_left(cells: Any, how: PlainColumn) -> None:
    """One cell that may be wrong, or is right in a rarer way, leaves its column to the careful reading."""
    assert read_plain(pl.DataFrame({"0": cells}), {"0": how}) == {}


HEAD = ["団体コード", "団体名", "年度", "人口", "変化率", "過疎", "推進.Ⅰ.(ⅰ).1.ア", "所与.推進.Ⅰ.(ⅰ).1.イ"]


@settings(max_examples=60)
@given(st.data())
def test_files_say_the_same_with_and_without(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A file has the same facts, bodies and diagnostics, whether columns are read at once, with care, or in parts."""
    columns = [[cell or "" for cell in data.draw(TEXTS)] for _ in HEAD[3:]]
    size = max(map(len, columns))
    codes = [str(1_000_000 + place) for place in range(size)]
    cells = [codes, ["町"] * size, ["R6"] * size, *([*column, *[""] * size][:size] for column in columns)]
    path: Path = tmp_path_factory.mktemp("facts") / "facts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *zip(*cells, strict=True)])

    def told() -> tuple[Any, ...]:
        read = BOOK.read_facts(path)
        if read.facts is None:
            return (read.diagnostics,)
        facts = read.facts
        numbers = {name: [column[i] for i in range(size)] for name, column in facts.numbers.items()}
        truths = {
            name: (truth.certain.tolist(), truth.possible.tolist())
            for name, truth in (facts.answers | facts.outcomes).items()
        }
        return read.diagnostics, list(facts.bodies), numbers, truths

    at_once = told()
    with patch.object(kept, "read_plain", lambda *_: {}):
        assert told() == at_once
    with patch.object(text_tables, "_BATCH_BYTES", 1):
        assert told() == at_once, "read a row at a time"
