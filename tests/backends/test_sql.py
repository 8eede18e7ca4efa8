"""The rulebook as SQL scores as the evaluator does: run on DuckDB, leaf by leaf."""

import random
from fractions import Fraction
from pathlib import Path
from typing import get_args

import duckdb
import pytest
from duckdb_runs import compared
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

import haiten
from effort import examples
from haiten.backends.dialects import DIALECTS
from haiten.backends.refusals import BeyondSql
from haiten.backends.sql import to_sql
from haiten.commands.backends import DialectName
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from sql_tables import KEY, real_sheets
from strategies import SEEDS, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(1, 12), st.sampled_from([0.0, 0.1, 0.4]))


ROOT = Path(__file__).parents[2]


def made_of(seed: int) -> Rulebook:
    made = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    assert made.ok
    return made


@settings(max_examples=examples(25))
@given(SEEDS, POPULATIONS)
def test_duckdb_agrees_with_the_evaluator(seed: int, population: tuple[int, int, float]) -> None:
    """Own and counted points and the verdict of every node and body, with ties, unknowns and given outcomes."""
    made, draw = made_of(seed), random.Random(population[0])
    sheets = sheets_for(made.program, draw, *population[1:])
    refused = to_sql(made.evaluator, "duckdb").diagnostics
    if refused:
        assert {d.code for d in refused} == {"H306"}
        return
    _, found = compared(made, sheets, draw)
    assert not found, found[:5]


def test_hardly_any_random_rulebook_is_refused() -> None:
    """The comparison above is about nearly all rulebooks: at most one in ten has a value that SQL cannot hold.

    Squares of deviations (全国標準偏差) of facts without bounds are too wide, which is counted by itself.
    """
    refused = {seed for seed in range(60) if to_sql(made_of(seed).evaluator, "duckdb").text is None}
    wide = {seed for seed in range(60) if "全国標準偏差" in print_rulebook(grow(seed))}
    assert len(refused - wide) <= 6
    assert len(wide) <= 12


@pytest.mark.parametrize("year", ["r6/municipal", "r7/municipal", "r8/municipal", "r7/prefectural", "r8/prefectural"])
def test_the_real_rulebooks_agree_with_the_evaluator(year: str) -> None:
    """Every node of the real rulebooks, for bodies with close, equal, huge and unknown numbers."""
    made = haiten.compile(ROOT / "rules" / f"{year}.haiten")
    for unknown in (0.0, 0.2):
        draw = random.Random(f"{year}{unknown}")
        sheets = real_sheets(made.program, draw, 60, unknown)
        _, found = compared(made, sheets, draw)
        assert not found, found[:5]


HEAD = """言語 1
令和6年度 市町村 評価指標

出典 要綱 「評価指標（市町村分）」

事実 給付費 : 円 小数1桁
事実 人口 : 人 0以上

交付金 推進 「推進」〔要綱〕 {points}点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 {points}点
    指標群 (ⅰ) 「群」〔要綱〕 {points}点
      指標 1 「指標」〔要綱〕 {points}点
"""


def rulebook(items: list[str]) -> Rulebook:
    """A rulebook of one indicator whose items have these conditions."""
    labelled = zip("アイウエ", items, strict=False)
    lines = [f"        {label} 「項目」〔要綱〕 1点 要件 {item}\n" for label, item in labelled]
    text = HEAD.format(points=len(items)) + "".join(lines)
    made = Rulebook(compile_source(Source("small.haiten", text)))
    assert made.ok, [d.message for d in made.diagnostics]
    return made


def test_ratios_that_differ_in_the_last_place_are_told_apart() -> None:
    """Fifteen digits over fifteen digits, closer than any float tells, of either sign; equal ones are not."""
    made = rulebook(["給付費 ÷ 人口 が 上位1位", "給付費 ÷ 人口 が 上位2位", "順位(給付費 ÷ 人口) が 4位以下"])
    top = 10**15 - 1
    close = [(top - 1, top), (top - 2, top - 1)]
    pairs = [*close, *((-a, b) for a, b in close), (1, 2), (2, 4), (0, 5), (3, 0)]
    before: dict[str, Fraction | None] = {"前年度.給付費": None, "前年度.人口": None}
    sheets = [Sheet({"給付費": Fraction(a), "人口": Fraction(b), **before}) for a, b in pairs]
    scores, found = compared(made, sheets, random.Random(0))
    assert not found
    # (D-1)/D beats (D-2)/(D-1) though floats cannot tell; of negatives the other way round; 3/0 has no rank.
    assert [scores.points(None, i).certain for i in range(len(pairs))] == [3, 2, 0, 0, 1, 1, 0, 0]


def test_an_inexact_mean_is_refused() -> None:
    """The mean of ratios over different denominators is refused at the item that reads it, and only there."""
    made = rulebook(["人口 が 5人以上", "給付費 ÷ 人口 が 全国平均(給付費 ÷ 人口)超"])
    sql = to_sql(made.evaluator, "duckdb")
    assert sql.text is None
    assert [(d.code, d.path) for d in sql.diagnostics if isinstance(d, BeyondSql)] == [("H306", "推進.Ⅰ.(ⅰ).1.イ")]


def test_values_beyond_38_digits_are_refused() -> None:
    """Three factors of 15 digits may not fit, nor two constants of 20; two factors do."""
    assert to_sql(rulebook(["人口 × 人口 が 上位1割"]).evaluator, "duckdb").text is not None
    for dialect in DIALECTS:
        sql = to_sql(rulebook(["人口 × 人口 × 人口 が 上位1割"]).evaluator, dialect)
        assert [d.code for d in sql.diagnostics] == ["H306"]
        constants = rulebook([f"人口 × 人口 が {10**20:,}人 × {10**20:,}人以下"])
        assert [d.code for d in to_sql(constants.evaluator, dialect).diagnostics] == ["H306"]


def test_a_table_may_hold_more_bodies_than_codes_of_five_digits() -> None:
    """Among 250,000 bodies with the largest numbers there are, shares of ranks and a mean of products are exact."""
    size, top = 250_000, 10**15 - 1
    sql = to_sql(rulebook(["人口 が 上位1割", "人口 × 人口 が 全国平均(人口 × 人口)超"]).evaluator, "duckdb")
    assert sql.text is not None
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TABLE facts AS SELECT 1000000 + i AS {KEY}, CAST(NULL AS BIGINT) AS 給付費, {top} - i AS 人口 "
            f"FROM range({size}) AS bodies(i)"
        )
        path = "推進.Ⅰ.(ⅰ).1"
        counted = ", ".join(f'SUM("得点.{path}.{item}"), COUNT("得点.{path}.{item}")' for item in "アイ")
        (found,) = database.execute(f"SELECT {counted} FROM ({sql.text})").fetchall()
    total = sum((top - i) ** 2 for i in range(size))
    above = sum(size * (top - i) ** 2 > total for i in range(size))
    assert found == (size // 10, size, above, size)
    assert 0 < above < size


def test_values_beyond_what_so_many_bodies_come_to_are_refused() -> None:
    """A sum over as many bodies as are allowed for may not leave the widest integer."""
    assert to_sql(rulebook(["人口 × 人口 が 全国平均(人口 × 人口)超"]).evaluator, "duckdb").text is not None
    sql = to_sql(rulebook(["人口 × 人口 × 10人 が 全国平均(人口 × 人口 × 10人)超"]).evaluator, "duckdb")
    assert [d.code for d in sql.diagnostics] == ["H306"]
    assert to_sql(rulebook(["人口 × 人口 × 10人 が 上位1割"]).evaluator, "duckdb").text is not None


def test_many_operands_stay_shallow() -> None:
    """The tree of a query hardly grows with the number of operands."""

    def depth(made: Rulebook) -> int:
        text = to_sql(made.evaluator, "duckdb").text
        assert text is not None
        selects = parse_one(text, dialect="duckdb").find_all(exp.Select)
        return max(below(column) for select in selects for column in select.expressions)

    def below(tree: exp.Expr) -> int:
        return 1 + max((below(child) for child in tree.iter_expressions()), default=0)

    few, many = (rulebook([" 又は ".join(["人口 が 5人以上", "該当"] * n)]) for n in (10, 400))
    assert depth(many) <= 2 * depth(few)
    assert depth(haiten.compile(ROOT / "rules/r6/municipal.haiten")) <= 30


SMALL = Path(__file__).parent / "small.haiten"


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_the_text_of_a_small_rulebook(dialect: str, request: pytest.FixtureRequest) -> None:
    """What a rulebook of every form looks like in each dialect; ``--update-golden`` writes it anew."""
    golden = SMALL.with_name(f"small.{dialect}.sql")
    text = to_sql(haiten.compile(SMALL).evaluator, dialect).text
    assert text is not None
    if request.config.getoption("--update-golden"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert parse_one(text, dialect=dialect).sql(dialect, comments=False)


def test_the_command_offers_every_dialect() -> None:
    """The command line names the dialects that there are."""
    assert set(get_args(DialectName)) == set(DIALECTS)
