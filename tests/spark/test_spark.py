"""The rulebook as SQL scores as the evaluator does on Spark, in one local session (``make test-spark``)."""

import os
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType, DecimalType, StringType, StructField, StructType

import haiten
from haiten.backends.sql import MembersAsked, to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from sql_tables import KEY, differences, plain_cell, real_sheets, table_of
from strategies import sheets_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A session on one core that listens on this machine alone."""
    builder = SparkSession.builder.master("local[1]").appName("haiten")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.showConsoleProgress": "false",
        # Wide rows and few of them: planning and compiling would take longer than running.
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.log.level": "ERROR",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def compared(spark: SparkSession, made: Rulebook, sheets: list[Sheet], draw: random.Random) -> list[str]:
    """Where Spark's points and verdicts differ from the evaluator's."""
    scores = made.score(facts_from(made.program, sheets))
    columns = table_of(made.program, sheets, draw)
    sql = to_sql(made.evaluator, "spark", columns=[KEY, *columns])
    assert sql.text is not None
    types = [
        StructField(name, BooleanType() if c.decimals is None else DecimalType(15 + c.decimals, c.decimals))
        for name, c in columns.items()
    ]
    rows: list[list[str | bool | Decimal | None]] = [
        [body.code, *(plain_cell(column, i) for column in columns.values())] for i, body in enumerate(scores.bodies)
    ]
    frame = spark.createDataFrame(rows, StructType([StructField(KEY, StringType()), *types]))
    frame.coalesce(1).createOrReplaceTempView("facts")
    found = [row.asDict() for row in spark.sql(sql.text).collect()]
    return differences(sorted(found, key=lambda row: str(row[KEY])), scores)


# HAITEN_SPARK_YEARS="r6 r7 r8" tries all: each takes Spark's analyser half a minute or more.
@pytest.mark.parametrize("year", os.environ.get("HAITEN_SPARK_YEARS", "r8").split())
def test_the_real_rulebooks_score_alike(spark: SparkSession, year: str) -> None:
    """Every node of the real rulebooks, with ties, unknowns and outcomes that are given."""
    made = haiten.compile(ROOT / "rules" / year / "municipal.haiten")
    draw = random.Random(year)
    assert not compared(spark, made, real_sheets(made.program, draw, 40, 0.1), draw)[:5]


@pytest.mark.parametrize("seed", range(12))
def test_random_rulebooks_score_alike(spark: SparkSession, seed: int) -> None:
    """Random rulebooks of every form, on populations with ties and unknowns."""
    made = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    draw = random.Random(seed)
    sheets = sheets_for(made.program, draw, draw.randint(1, 12), draw.choice([0.0, 0.1, 0.4]))
    if to_sql(made.evaluator, "spark").text is None:
        pytest.skip("a value of this rulebook is beyond exact integers")
    assert not compared(spark, made, sheets, draw)[:5]


DEVIATIONS = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 率 : % 0以上 100以下 小数2桁
交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「群」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 7点
        ア 「項目」〔要綱〕 3点
        イ 「項目」〔要綱〕 4点
      指標 2 「指標」〔要綱〕 3点
        点 = 得点(推進.Ⅰ.(ⅰ).1)
        ア 「項目」〔要綱〕 1点 要件 率 が 全国平均(率) － 全国標準偏差(率) 以上
        イ 「項目」〔要綱〕 1点 要件 率 が 全国平均(率) ＋ 1.25 × 全国標準偏差(率) 超
        ウ 「項目」〔要綱〕 1点 要件 点 が 全国平均(点) － 2 × 全国標準偏差(点) 未満
"""


@pytest.mark.parametrize("seed", range(3))
def test_deviations_are_held_against_alike(spark: SparkSession, seed: int) -> None:
    """Squares in DECIMAL(38, 0), with bodies at the bar exactly, ties and unknowns."""
    made = Rulebook(compile_source(Source("deviations", DEVIATIONS)))
    draw = random.Random(seed)
    path = "推進.Ⅰ.(ⅰ).1"
    rates = [30, 30, 70, 70] if not seed else [draw.choice([0, 100, 50, 12, None]) for _ in range(9)]
    sheets = [
        Sheet(
            {"率": None if rate is None else Fraction(rate)},
            {f"{path}.{item}": draw.choice([True, False, None if seed else True]) for item in "アイ"},
        )
        for rate in rates
    ]
    assert not compared(spark, made, sheets, draw)[:5]


MUNICIPAL = """言語 1
令和8年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
事実 率 : % 0以上 100以下 小数1桁
交付金 推進 「推進」〔要綱〕 7点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 7点
    指標群 (ⅰ) 「群」〔要綱〕 7点
      指標 1 「指標」〔要綱〕 7点
        ア 「項目」〔要綱〕 3点
        イ 「項目」〔要綱〕 4点
"""
PREFECTURAL = """言語 1
令和8年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点
    指標群 (ⅰ) 「群」〔要綱〕 4点
      指標 1 「指標」〔要綱〕 4点
        ア 「項目」〔要綱〕 1点 要件 管内平均(得点(全体)) が 上位5割
        イ 「項目」〔要綱〕 1点 要件 管内割合(推進.Ⅰ.(ⅰ).1.ア) が 50%以上
        ウ 「項目」〔要綱〕 1点 要件 管内件数(率 が 全国平均(率) － 全国標準偏差(率) 未満) が 0団体と等しい
        エ 「項目」〔要綱〕 1点 要件 管内最小(率) が 20%超
"""


@pytest.mark.parametrize("unknown", [0.0, 0.2])
def test_prefectures_and_municipalities_are_scored_at_once(spark: SparkSession, unknown: float) -> None:
    """One query over both tables, with unknown members, beside the scores of the evaluator."""
    municipal = compile_source(Source("municipal.haiten", MUNICIPAL))
    made = Rulebook(compile_source(Source("prefectural.haiten", PREFECTURAL), municipal))
    assert made.municipal is not None
    draw, items = random.Random(unknown), [f"推進.Ⅰ.(ⅰ).1.{item}" for item in "アイ"]
    rows: list[list[str | bool | Decimal | None]] = []
    for place in range(1, 13):
        cells = (Decimal(draw.choice([5, 20, 50, 99])), draw.random() < 0.6, draw.random() < 0.4)
        known = (None if draw.random() < unknown else cell for cell in cells)
        rows.append([f"{51 + place % 3}{place:03d}", *known])
    types = [StructField("率", DecimalType(16, 1)), *(StructField(item, BooleanType()) for item in items)]
    key = StructField(KEY, StringType())
    spark.createDataFrame(rows, StructType([key, *types])).coalesce(1).createOrReplaceTempView("towns")
    codes = [["51000"], ["52000"], ["53000"]]
    spark.createDataFrame(codes, StructType([key])).coalesce(1).createOrReplaceTempView("facts")
    members = [dict(zip([KEY, "率", *items], row, strict=True)) for row in rows]
    scores = made.score([{KEY: code} for (code,) in codes], members=members)
    sql = to_sql(made.evaluator, "spark", columns=[KEY], members=MembersAsked(made.municipal.program, "towns"))
    assert sql.text is not None
    found = sorted((row.asDict() for row in spark.sql(sql.text).collect()), key=lambda row: str(row[KEY]))
    assert not differences(found, scores)
