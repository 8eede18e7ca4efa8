"""The rulebook as SQL scores as the evaluator does on Spark, in one local session (``make test-spark``)."""

import os
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType, DecimalType, StringType, StructField, StructType

import haiten
from haiten.backends.sql import to_sql
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
