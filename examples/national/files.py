"""A nation as a file: columns as fact files have them, CSV or Parquet, at any size."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from rich.console import Console
from rich.progress import track

from bodies import NATION, SIZES, Bools, Ints, Texts, make_codes, region, size_class
from nation import Numbers, Population

BATCH: Final = 50_000
SYNTHETIC: Final = "合成"
_YES: Final = "○"
_NO: Final = "×"
# A copy's numbers are off by this share (standard deviation), and so many of its answers are turned.
_JITTER: Final = 0.03
_TURNED: Final = 0.02
_WIDE: Final = 10**12


def write(population: Population, to: Path, *, seed: int, size: int = NATION, console: Console | None = None) -> None:
    """Write so many bodies of a population as CSV or Parquet, by the ending of the name.

    Raises:
        OSError: the file cannot be written.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    batches = (size + BATCH - 1) // BATCH
    shown = track(
        frames(population, seed=seed, size=size),
        total=batches,
        description="書き出し",
        console=console or Console(stderr=True),
        disable=batches == 1,
        transient=True,
    )
    if to.suffix == ".csv":
        with to.open("wb") as file:
            for number, frame in enumerate(shown):
                frame.with_columns(_spoken(frame)).write_csv(file, include_header=number == 0)
        return
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        for number, frame in enumerate(shown):
            frame.write_parquet(Path(folder, f"{number:06d}.parquet"))
        pl.scan_parquet(f"{folder}/*.parquet").sink_parquet(to)


def write_frame(frame: pl.DataFrame, to: Path) -> None:
    """Write bodies that fit into memory as CSV or Parquet, by the ending of the name.

    Raises:
        OSError: the file cannot be written.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.suffix == ".csv":
        frame.with_columns(_spoken(frame)).write_csv(to)
    else:
        frame.write_parquet(to)


def _spoken(frame: pl.DataFrame) -> list[pl.Expr]:
    """Truth values as a fact file has them."""
    marks = pl.Enum([_NO, _YES])
    return [
        pl.col(name).replace_strict([False, True], [_NO, _YES], return_dtype=marks)
        for name, kind in frame.schema.items()
        if kind == pl.Boolean
    ]


def frames(population: Population, *, seed: int, size: int = NATION) -> Iterator[pl.DataFrame]:
    """Fact files of so many bodies, in batches.

    Fewer bodies than the nation has are drawn from it; more are copies of it, in turn. The first of each is the body as
    it is; the others have jittered numbers and answers.
    """
    drawn = np.arange(size) % NATION
    if size < NATION:
        drawn = np.sort(np.random.default_rng([seed, 30]).choice(NATION, size, replace=False))
    copies = np.arange(size) // NATION
    # Bodies of one prefecture stand together, so that codes ascend.
    order = np.lexsort((copies, drawn, population.bodies.prefecture[drawn]))
    drawn, copies = drawn[order], copies[order]
    codes = make_codes(population.bodies.prefecture[drawn])
    for number, start in enumerate(range(0, size, BATCH)):
        part = slice(start, start + BATCH)
        rng = np.random.default_rng([seed, 31, number])
        yield _frame(population, codes[part], start, drawn[part], copies[part] > 0, rng)


def _frame(
    population: Population, codes: Texts, start: int, drawn: Ints, copied: Bools, rng: np.random.Generator
) -> pl.DataFrame:
    bodies = population.bodies
    insured = bodies.insured[drawn]
    insured = np.where(copied, _jittered(insured, rng), insured)
    prefecture = bodies.prefecture[drawn]
    columns = {
        "団体コード": pl.Series(codes),
        "団体名": pl.Series(np.arange(start + 1, start + 1 + len(drawn))),
        "都道府県": pl.Series(prefecture + 1),
        "年度": pl.Series([population.program.year], dtype=pl.String).new_from_index(0, len(drawn)),
        "属性.データ": pl.Series([SYNTHETIC]).new_from_index(0, len(drawn)),
        "属性.地方": pl.Series(region(prefecture)),
        "属性.区分": pl.Series(bodies.kind[drawn]),
        "属性.過疎": pl.Series(bodies.depopulated[drawn]),
        "属性.規模": pl.Series(np.array(SIZES)[size_class(insured)]),
        "属性.第1号被保険者数": pl.Series(insured),
        "属性.前年度.順位(得点(全体))": pl.Series(population.ranks_before[drawn]),
    }
    for name, yen in population.money.items():
        columns[f"属性.{name}"] = pl.Series(np.where(copied, _jittered(yen[drawn], rng), yen[drawn]))
    for name, numbers in population.numbers.items():
        columns[name] = _numbers(numbers, drawn, copied, rng)
    for path, met in population.answers.items():
        turned = copied & (rng.random(len(drawn)) < _TURNED)
        columns[path] = pl.Series(met[drawn] ^ turned)
    for path, refused in population.refused.items():
        columns[path] = pl.select(pl.when(pl.Series(refused[drawn])).then(False)).to_series()
    return pl.DataFrame(columns).with_columns(
        pl.format("団体{}", pl.col("団体名").cast(pl.String).str.zfill(4)).alias("団体名"),
        pl.format("県{}", pl.col("都道府県").cast(pl.String).str.zfill(2)).alias("都道府県"),
        pl.col("属性.過疎").replace("", None),
    )


def as_cells(numbers: Numbers) -> pl.Series:
    """A column of all bodies, with the decimals of its fact."""
    everybody = np.arange(len(numbers.values))
    return _numbers(numbers, everybody, np.zeros(len(everybody), dtype=np.bool_), np.random.default_rng(0))


def _numbers(numbers: Numbers, drawn: Ints, copied: Bools, rng: np.random.Generator) -> pl.Series:
    fact, values = numbers.fact, numbers.values[drawn]
    if copied.any():
        scale = 10**fact.decimals
        low = -_WIDE if fact.low is None else int(fact.low * scale)
        high = _WIDE if fact.high is None else int(fact.high * scale)
        values = np.where(copied, np.clip(_jittered(values, rng), low, high), values)
    series = pl.Series(values)
    if fact.decimals:
        unit = pl.Series([f"{10**-fact.decimals:.{fact.decimals}f}"]).cast(pl.Decimal(18, fact.decimals))
        series = (series.cast(pl.Decimal(18, 0)) * unit).cast(pl.Decimal(18, fact.decimals))
    if numbers.known is not None:
        series = pl.select(pl.when(pl.Series(numbers.known[drawn])).then(series)).to_series()
    return series


def _jittered(values: Ints, rng: np.random.Generator) -> Ints:
    """Values a little off; what is zero stays zero."""
    return np.rint(values * (1 + _JITTER * rng.normal(size=len(values)))).astype(np.int64)
