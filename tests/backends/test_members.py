"""Prefectures and their municipalities in one query: on DuckDB what ``score --members`` gives, unknowns included."""

import random
from fractions import Fraction

import duckdb
import pytest
from duckdb_runs import asked, fill
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.backends.dialects import DIALECTS
from haiten.backends.refusals import BeyondSql
from haiten.backends.sql import MembersAsked, to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from sql_tables import KEY, Column, differences, table_of

MUNICIPAL = """言語 1
令和8年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
事実 率 : % 小数1桁 0以上 100以下 〔要綱〕
事実 差 : 件 -99以上 99以下 小さいほど良い 〔要綱〕
事実 数 : 件 〔要綱〕
交付金 推進 「a」〔要綱〕 12点〔要綱〕
  目標 Ⅰ 「a」〔要綱〕 12点
    指標群 (ⅰ) 「a」〔要綱〕 12点
      指標 1 「a」〔要綱〕 10点 いずれか
        ア 「a」〔要綱〕 3点
        イ 「a」〔要綱〕 10点
        ウ 「a」〔要綱〕 4点 要件 率 が 50%以上
      指標 2 「a」〔要綱〕 2点
        未公表 2点〔要綱〕
"""
HEAD = """言語 1
令和8年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」
事実 全員 : 団体 0以上 9以下
交付金 推進 「a」〔要綱〕 {most}点〔要綱〕
  目標 Ⅰ 「a」〔要綱〕 {most}点
    指標群 (ⅰ) 「a」〔要綱〕 {most}点
      指標 1 「a」〔要綱〕 {most}点
"""
ITEM = "推進.Ⅰ.(ⅰ).1"
HELD = (
    "管内平均(得点(全体)) が 6点以上",
    "管内平均(得点(推進.Ⅰ.(ⅰ).1)) が 6.5点未満",
    "管内割合(推進.Ⅰ.(ⅰ).1.ア) が 50%超",
    "管内割合(率 が 上位5割) が 50%以下",
    "管内件数(推進.Ⅰ.(ⅰ).1.イ) が 0団体と等しい",
    "管内件数(率 が 全国平均(率) － 1 × 全国標準偏差(率) 未満) が 1団体以下",
    "管内件数(順位(差) が 2位以下) が 全員 未満",
    "管内最小(率) が 20.5%以上",
    "管内最小(数) が 3件超",
    "管内最小(差) が 管内平均(差) × 0.5 以下",
    "管内平均(率) が 管内最小(率) 超",
    "管内平均(数) が 2件と等しい",
    "管内平均(率) が 上位5割",
    "管内最小(差) が 上位1位",
    "管内割合(差 が 全国平均(差) 以上 又は 推進.Ⅰ.(ⅰ).1.ア) が 上位2位",
    "順位(管内平均(得点(全体) － 2点)) が 2位以下",
    "管内平均(差 ÷ 7) が －1件以上",
)


def books(held: list[str]) -> Rulebook:
    municipal = compile_source(Source("municipal.haiten", MUNICIPAL))
    lines = [
        f"        {label} 「a」〔要綱〕 1点 要件 {text}\n" for label, text in zip("アイウエオ", held, strict=False)
    ]
    text = HEAD.format(most=len(held)) + "".join(lines)
    made = Rulebook(compile_source(Source("prefectural.haiten", text), municipal))
    assert made.ok, [d.message for d in made.diagnostics]
    return made


def members_of(book: Rulebook) -> Rulebook:
    assert book.municipal is not None
    return book.municipal


rates = st.sampled_from([None, 0, 205, 204, 500, 501, 1000])
gaps = st.sampled_from([None, -99, -1, 0, 1, 2, 99])
answers = st.sampled_from([True, False, None])
member = st.tuples(st.integers(51, 54), rates, gaps, gaps, answers, answers)


def rows_and_sheets(book: Rulebook, drawn: list[tuple[object, ...]], known: bool) -> tuple[list[str], list[Sheet]]:
    codes, sheets = [], []
    for place, (home, rate, gap, number, first, second) in enumerate(drawn):
        values: list[object] = [rate, gap, number, first, second]
        if known:
            values = [0 if value is None else value for value in values]
        rate, gap, number, first, second = values
        assert rate is None or isinstance(rate, int)
        numbers = {"率": None if rate is None else Fraction(rate, 10)}
        numbers |= {
            name: Fraction(cell) if isinstance(cell, int) else None for name, cell in (("差", gap), ("数", number))
        }
        codes.append(f"{home}{place + 1:03d}")
        told = {f"{ITEM}.ア": first, f"{ITEM}.イ": second}
        sheets.append(Sheet(numbers, {path: None if cell is None else bool(cell) for path, cell in told.items()}))
    return codes, sheets


@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(st.sampled_from(HELD), min_size=1, max_size=5, unique=True),
    st.lists(member, max_size=9),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_one_query_scores_both(held: list[str], drawn: list[tuple[object, ...]], known: bool, seed: int) -> None:
    """Means, shares, counts and least values, of points, values and conditions; ranges decide what they decide."""
    book, draw = books(held), random.Random(seed)
    municipal = members_of(book)
    everyone = [(51, 205, 0, 2, True, False), (52, None, 1, None, None, True), (53, 500, -1, 3, False, None), *drawn]
    codes, sheets = rows_and_sheets(book, everyone, known)
    rows = [
        {
            KEY: code,
            **{name: None if cell is None else float(cell) for name, cell in sheet.numbers.items()},
            **sheet.answers,
        }
        for code, sheet in zip(codes, sheets, strict=True)
    ]
    prefectures = [{KEY: f"{number}000", "全員": draw.choice([0, 1, 2, None])} for number in (51, 52, 53)]
    scores = book.score(prefectures, members=rows)
    columns = table_of(municipal.program, sheets, draw)
    sql = to_sql(
        book.evaluator,
        "duckdb",
        columns=[KEY, "全員"],
        members=MembersAsked(municipal.program, "towns", [KEY, *columns]),
    )
    with duckdb.connect() as database:
        database.execute("SET max_expression_depth TO 100; SET threads TO 1")
        fill(database, "towns", columns, codes)
        cells = [None if row["全員"] is None else Fraction(row["全員"]) for row in prefectures]
        fill(database, "facts", {"全員": Column(0, list(cells))}, [str(row[KEY]) for row in prefectures])
        found = differences(asked(database, sql), scores)
    assert not found, (held, found[:5])


def test_a_prefecture_without_members_and_members_of_no_prefecture() -> None:
    """The one has no figures; the others count in what is of the nation, and nowhere else."""
    book = books(["管内件数(率 が 全国平均(率) 未満) が 0団体と等しい", "管内平均(率) が 上位1位"])
    municipal = members_of(book)
    columns = {"率": Column(1, [Fraction(10), Fraction(20), Fraction(99), Fraction(7)])}
    asking = MembersAsked(municipal.program, "towns", [KEY, *columns])
    sql = to_sql(book.evaluator, "duckdb", columns=[KEY], members=asking)
    with duckdb.connect() as database:
        fill(database, "towns", columns, ["51001", "52001", "99001", "5100123456"])
        fill(database, "facts", {}, ["51000", "52000", "53000"])
        rows = asked(database, sql)
    told = [[row[f"判定.{ITEM}.{item}"] for item in "アイ"] for row in rows]
    assert told == [["非該当", "非該当"], ["非該当", "得点"], ["未回答", "未回答"]]


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_every_dialect_can_say_it(dialect: str) -> None:
    """The text is made in each; the mean of ratios whose denominators differ is refused where it stands."""
    book = books(list(HELD[:5]))
    made = to_sql(book.evaluator, dialect, members=MembersAsked(members_of(book).program))
    assert made.text is not None
    assert made.member_reads[0] == KEY
    ratio = books(["管内平均(差 ÷ 数) が 1以上"])
    refused = to_sql(ratio.evaluator, dialect, members=MembersAsked(members_of(ratio).program))
    assert [(d.code, d.path) for d in refused.diagnostics if isinstance(d, BeyondSql)] == [
        ("H306", "管内平均(差 ÷ 数)")
    ]
