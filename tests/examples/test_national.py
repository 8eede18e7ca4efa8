"""The synthetic nation scores as the real one did, leaf by leaf, and is nobody's."""

import csv
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from real_commands import called, interpreted
from real_commands import haiten as command

import haiten
import populations
from bodies import NATION, PREFECTURES, make_codes
from estimate import HOKKAIDO, estimate
from files import frames, write
from generate import main as generate
from haiten.scoring.facts.facts import body_key
from haiten.scoring.running.scores import Scores, Verdict
from nation import COUNTS, RULES, make_population, published_counts
from totals import AVERAGES, DEVIATIONS

ROOT = Path(__file__).parents[2]
YEARS = {"R6": "令和6年度", "R7": "令和7年度", "R8": "令和8年度"}
# Of seed 1, with the pinned libraries: a change here changes everybody's examples.
DIGESTS = {
    "R6": "7a515f59afda76d3bd206e662391ccb9cef9cd36e4d88d9dd83fd0dca49f6869",
    "R7": "352e85e00ee5556c70f51fb5abbd55664d44ff2e71f72ed60746b421676cce9b",
    "R8": "83e8e4a5a5e5106509a6d17dde15764a160b714753507e8827460fe62f78f0c1",
}


@cache
def rulebook(year: str) -> haiten.Rulebook:
    return haiten.compile(RULES[year])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def awarded(scores: Scores) -> dict[str, int]:
    """How many bodies have each leaf."""
    place = list(Verdict).index(Verdict.AWARDED)
    leaves = [leaf.path for leaf in scores.program.leaves]
    return {path: int((scores.verdicts(path) == place).sum()) for path in leaves}


@pytest.fixture(scope="module", params=["R6", "R7"])
def commanded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A year, and a folder with the nation, its scores and its cut-offs, all written by the real commands."""
    year, folder = request.param, tmp_path_factory.mktemp("nation")
    facts = folder / "nation.csv"
    done = interpreted("examples/national/generate.py", "--year", year, "--to", facts)  # as readers do
    assert done.returncode == 0, done.stderr
    arguments = (RULES[year], facts, "--to", folder / "scores.csv", "--save-cutoffs", folder / "cutoffs.json")
    done = command("score", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return year, folder


def test_every_leaf_has_the_published_count(commanded: tuple[str, Path]) -> None:
    """The evaluator, ranking the bodies itself, gives each leaf to exactly as many as was published, for certain."""
    year, folder = commanded
    rows = table(folder / "scores.csv")
    assert len(rows) == 1741
    counts = populations.published("national_counts.csv", YEARS[year], "municipalities")
    assert {path: sum(row[f"判定.{path}"] == "得点" for row in rows) for path in counts} == counts
    assert all(row["得点.全体"] == row["可能.全体"] for row in rows)
    assert len(counts) == {"R6": 296, "R7": 297}[year]


def test_groups_average_what_was_published(commanded: tuple[str, Path]) -> None:
    """All 指標群 average to the published figures."""
    year, folder = commanded
    rows = table(folder / "scores.csv")
    for group, r6 in populations.AVERAGES.items():
        average = sum(int(row[f"得点.{group}"]) for row in rows) / 1741
        if year == "R6":
            assert round(average, 1) == r6, group
        else:
            assert round(average, 2) in populations.R7_AVERAGES[group], group


def test_ranks_come_from_values(commanded: tuple[str, Path]) -> None:
    """No outcome is given but refusals, to the few bodies of which a ranked value is not known."""
    year, folder = commanded
    rows = table(folder / "nation.csv")
    ranked = [leaf for leaf in rulebook(year).program.leaves if not leaf.answered and not leaf.is_shared]
    told = {leaf.path: Counter(row[leaf.path] for row in rows) for leaf in ranked if leaf.path in rows[0]}
    unknown = {"R6": {"推進.Ⅰ.(ⅱ).2": 5, "支援.Ⅱ.(ⅱ).1": 2}, "R7": {"推進.Ⅰ.(ⅱ).2": 3}}[year]
    cells = {path: Counter({"×": bodies, "": 1741 - bodies}) for path, bodies in unknown.items()}
    assert told == {f"{path}.{step}": cells[path] for path in unknown for step in "アイウエ"}
    assert not any(name.startswith("所与.") for name in rows[0])


def test_a_real_village_would_stand_where_it_stood(tmp_path: Path) -> None:
    """北塩原村's published raw values of R6 reach the same steps in the synthetic nation as in the real one."""
    facts, cutoffs, sheet = tmp_path / "nation.csv", tmp_path / "cutoffs.json", tmp_path / "village.csv"
    write(make_population("R6", 1), facts, seed=1)
    done = command("score", RULES["R6"], facts, "--save-cutoffs", cutoffs)
    assert done.returncode == 0, done.stderr
    values = {
        "給付費伸び率指数": "1.012",
        "短期軽度変化率": "33.17",
        "長期軽度変化率": "105.76",
        "短期中重度変化率": "-5.03",
        "前年度.短期中重度変化率": "8.39",
        "長期中重度変化率": "4.67",
        "調整済認定率": "8.65",
        "個別事例検討割合": "0.49",
        "コーディネーター会議参加割合": "50",
        "認知症サポーター数": "233728",
        "高齢者人口": "1000000",
    }
    header = ["団体コード", "年度", *values]
    sheet.write_text(",".join(header) + "\n" + ",".join(["074021", "R6", *values.values()]) + "\n", encoding="utf-8")
    reached = {
        "推進.Ⅰ.(ⅱ).2": 3,
        "推進.Ⅳ.成果.1.ア": 3,
        "推進.Ⅳ.成果.2": 1,
        "推進.Ⅳ.成果.3.イ": 4,
        "推進.Ⅳ.成果.4": 3,
        "推進.Ⅳ.成果.5.ア": 2,
        "支援.Ⅰ.(ⅱ).3": 3,
        "支援.Ⅰ.(ⅱ).8": 0,
        "支援.Ⅱ.(ⅱ).1": 0,
    }
    run = rulebook("R6").score(sheet, cutoffs).run
    steps = {path: rulebook("R6").program.nodes[path].children for path in reached}
    assert {path: sum(bool(run.outcome(step).certain[0]) for step in steps[path]) for path in reached} == reached


@pytest.mark.parametrize("year", YEARS)
def test_another_seed_is_another_nation_with_the_same_counts(year: str, tmp_path: Path) -> None:
    """Counts do not depend on the seed; bodies and values do. R8's counts are those of the table."""
    write(make_population(year, 7), tmp_path / "seven.csv", seed=7)
    write(make_population(year, 1), tmp_path / "one.csv", seed=1)
    scores = rulebook(year).score(tmp_path / "seven.csv")
    assert awarded(scores) == published_counts(YEARS[year])
    assert (scores.total()[0] == make_population(year, 7).points).all()
    seven, one = table(tmp_path / "seven.csv"), table(tmp_path / "one.csv")
    assert seven[0].keys() == one[0].keys()
    for column in ("属性.第1号被保険者数", "通いの場参加率", "推進.Ⅰ.(ⅰ).4.エ"):
        assert [row[column] for row in seven] != [row[column] for row in one]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readme_tells_what_seed_1_comes_to(name: str) -> None:
    """The figures in the table of what is near are those of seed 1."""
    lines = (ROOT / "examples" / "national" / name).read_text(encoding="utf-8").splitlines()
    shown = [line.split("|")[3].strip().replace("、", ", ") for line in lines if re.match(r"\| (R|令和)\d", line)]
    points = {year: make_population(year, 1).points for year in YEARS}
    figures = {year: f"{p.mean():.3f}, {np.median(p):g}, {p.std():.2f}" for year, p in points.items()}
    sizes = {year: make_population(year, 1).bodies.size for year in YEARS}
    classes = {
        year: ", ".join(f"{points[year][sizes[year] == number].mean():.1f}" for number in range(5)) for year in YEARS
    }
    met = ", ".join(str(count) for count in populations.requirements_met(make_population("R6", 1)).sum(axis=1))
    assert shown == [figures["R6"], classes["R6"], met, figures["R7"], figures["R8"], classes["R8"]]


def test_totals_spread_as_published() -> None:
    """Size classes average what was published for R6 and R8; the deviation is the published one in every year."""
    for year, deviation in DEVIATIONS.items():
        assert make_population(year, 1).points.std() == pytest.approx(deviation, abs=0.5), year
    for year in ("R6", "R8"):
        nation = make_population(year, 1)
        for number, average in enumerate(AVERAGES[year]):
            assert nation.points[nation.bodies.size == number].mean() == pytest.approx(average, abs=0.05), year
    assert round(make_population("R8", 1).points.mean(), 3) == 455.126


def test_bodies_are_as_many_of_each_kind_as_published(tmp_path: Path) -> None:
    """Size classes, 過疎, kinds and prefectures have the published numbers of bodies."""
    rows = {year: table(write_to(tmp_path / f"{year}.csv", year)) for year in YEARS}
    sizes = {year: Counter(row["属性.規模"][0] for row in rows[year]) for year in YEARS}
    assert [sizes["R6"][number] for number in "12345"] == [447, 534, 612, 84, 64]
    assert [sizes["R8"][number] for number in "12345"] == [451, 535, 608, 83, 64]
    for row in rows["R8"]:
        bounds = (0, 3_000, 10_000, 50_000, 100_000, 10**7)
        number = int(row["属性.規模"][0])
        assert bounds[number - 1] <= int(row["属性.第1号被保険者数"]) < bounds[number]
    assert Counter(row["属性.過疎"] for row in rows["R8"]) == {"該当": 885, "非該当": 855, "": 1}
    for year in ("R6", "R7"):
        assert Counter(row["属性.過疎"] for row in rows[year]) == {"該当": 885, "非該当": 856}
    assert sum(row["属性.規模"][0] == "2" and row["属性.過疎"] == "該当" for row in rows["R8"]) == 285
    assert Counter(row["属性.区分"] for row in rows["R8"]) == {"特別区": 23, "市": 792, "町": 743, "村": 183}
    assert sum(PREFECTURES) == 1741
    assert [PREFECTURES[number - 1] for number in (1, 3, 4, 7, 11, 13)] == [179, 33, 35, 59, 63, 62]
    assert list(Counter(row["都道府県"] for row in rows["R8"]).values()) == list(PREFECTURES)


def write_to(path: Path, year: str) -> Path:
    write(make_population(year, 1), path, seed=1)
    return path


def test_last_years_rank_is_last_years(tmp_path: Path) -> None:
    """The rank of the year before is, in R7, that of the same body by what it scores in R6."""
    before = table(write_to(tmp_path / "r6.csv", "R6"))
    after = table(write_to(tmp_path / "r7.csv", "R7"))
    points = rulebook("R6").score(tmp_path / "r6.csv").total()[0]
    assert [row["団体コード"] for row in before] == [row["団体コード"] for row in after]
    assert [int(row["属性.前年度.順位(得点(全体))"]) for row in after] == [
        1 + int((points > own).sum()) for own in points
    ]


def test_it_is_nobodys(tmp_path: Path) -> None:
    """Bodies are numbered, codes are of prefectures that do not exist, and every row says that it is synthetic."""
    rows = table(write_to(tmp_path / "nation.csv", "R7"))
    words = set()
    for number, row in enumerate(rows, start=1):
        assert row["団体名"] == f"団体{number:04d}"
        assert re.fullmatch(r"県[0-4][0-9]", row["都道府県"])
        assert int(row["団体コード"][:2]) == int(row["都道府県"][1:]) + 50
        assert row["団体コード"][5] == populations.check_digit(row["団体コード"][:5])
        assert row["属性.データ"] == "合成"
        words |= {cell for cell in row.values() if re.search(r"[^\d.○×-]", cell)}
    plain = {re.sub(r"\d+", "", word) for word in words}
    sizes = {" 千人未満", " 千人以上万人未満", " 万人以上万人未満", " 万人以上"}
    assert plain == {"団体", "県", "地方", "令和年度", "特別区", "市", "町", "村", "該当", "非該当", "合成"} | sizes


@pytest.mark.parametrize("year", YEARS)
def test_a_seed_gives_the_same_file(year: str, tmp_path: Path) -> None:
    """Seed 1 gives the file that it always gave."""
    path = write_to(tmp_path / "nation.csv", year)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGESTS[year]


def test_the_counts_are_the_published_ones() -> None:
    """R6 and R7 of the generator's table are the published tabulation; of R8 only what is known is called published."""
    rows = table(COUNTS)
    for year in ("令和6年度", "令和7年度"):
        assert {row["basis"] for row in rows if row["year"] == year} == {"公表"}
        assert published_counts(year) == populations.published("national_counts.csv", year, "municipalities")
    r8 = [row for row in rows if row["year"] == "令和8年度"]
    known = {row["path"] for row in r8 if row["basis"] == "公表"}
    assert known == {f"{path}.{step}" for path in ("推進.Ⅱ.(ⅱ).2", "支援.Ⅱ.(ⅱ).3") for step in "アイウエ"}
    assert all("〔推定〕" in row["basis"] for row in r8 if row["path"] not in known)


def test_the_estimate_of_r8_is_what_stands_in_the_table() -> None:
    """R8's counts come from R7's, 北海道's and 宮城県's published figures, and give the nation's published average."""
    found = estimate()
    rows = {row["path"]: row for row in table(COUNTS) if row["year"] == "令和8年度"}
    assert {path: (int(row["municipalities"]), row["basis"]) for path, row in rows.items()} == found
    with (populations.DATA / "averages_hokkaido.csv").open(encoding="utf-8", newline="") as file:
        published = {row["year"]: row for row in csv.DictReader(file)}
    for group, averages in HOKKAIDO.items():
        column = group.replace(".", "").replace("(", "").replace(")", "")
        assert averages == (float(published["R7"][column]), float(published["R8"][column])), group
    assert all(0 <= count <= NATION for count, _ in found.values())


@pytest.mark.parametrize("size", [300, 2000, 10_000])
def test_other_sizes(size: int, tmp_path: Path) -> None:
    """A sample or a larger population is read without a complaint; the first copy of each body is the body itself."""
    nation = make_population("R6", 1)
    path = tmp_path / "scaled.csv"
    write(nation, path, seed=1, size=size)
    read = rulebook("R6").read_facts(path)
    assert read.facts is not None
    assert not read.diagnostics
    assert len(read.facts) == size
    rows = table(path)
    assert len({body_key(row["団体コード"]) for row in rows}) == size
    write(nation, tmp_path / "nation.csv", seed=1)
    own = ("団体コード", "団体名")
    originals = {tuple(v for k, v in row.items() if k not in own) for row in table(tmp_path / "nation.csv")}
    written = Counter(tuple(v for k, v in row.items() if k not in own) for row in rows)
    assert len(originals & set(written)) == min(size, 1741)
    assert len(written) > 0.99 * size


def test_more_bodies_than_codes() -> None:
    """Beyond 999 bodies of a prefecture, codes have more digits than the official form has, and differ still."""
    prefecture = pl.Series(range(47)).repeat_by(2128).explode().to_numpy()
    codes = make_codes(prefecture)
    assert len(set(codes)) == len(codes) == 100_016
    assert {len(code) for code in codes} == {8}
    assert {len(code) for code in make_codes(prefecture[:46_000])} == {8}
    assert {len(code) for code in make_codes(prefecture[::3])} == {6}


def test_batches_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A population that is written in batches has one header, and every body once."""
    monkeypatch.setattr("files.BATCH", 1000)
    for name in ("nation.csv", "nation.parquet"):
        write(make_population("R6", 1), tmp_path / name, seed=1)
    rows = table(tmp_path / "nation.csv")
    assert [row["団体名"] for row in rows] == [f"団体{number:04d}" for number in range(1, 1742)]
    assert pl.read_parquet(tmp_path / "nation.parquet")["団体名"].to_list() == [row["団体名"] for row in rows]


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    """The Parquet file has the cells of the CSV file: truth values, whole numbers, and decimals that are exact."""
    done = called(generate, "--year", "R7", "--to", tmp_path / "nation.parquet")
    assert done.returncode == 0, done.stderr
    frame = pl.read_parquet(tmp_path / "nation.parquet")
    assert frame.equals(next(frames(make_population("R7", 1), seed=1)))
    decimals = {pl.Decimal(18, digits) for digits in (1, 2, 3)}
    assert set(frame.dtypes) == {pl.String, pl.Boolean, pl.Int64} | decimals
    marks = {"true": "○", "false": "×", None: ""}
    spoken = frame.select(pl.all().cast(pl.String)).rows()
    cells = [[marks.get(cell, cell) for cell in row] for row in spoken]
    assert cells == [list(row.values()) for row in table(write_to(tmp_path / "nation.csv", "R7"))]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--to", "nation.txt"], 2, "「nation.txt」は .csv でも .parquet でもありません"),
        (["--to", "n.csv", "--bodies", "0"], 2, "団体数は1以上です"),
        (["--to", "n.csv", "--seed", "-1"], 2, "種は0以上"),
        (["--to", "n.csv", "--year", "R9"], 2, "「R9」は使えない値です"),
        ([], 2, "「--to」を指定してください"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], status: int, message: str) -> None:
    """What cannot be done is said in a sentence, and nothing is written."""
    done = called(generate, *arguments)
    assert done.returncode == status
    assert message in done.stderr
    assert not done.stdout


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A path below a file is refused with exit status 1."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = called(generate, "--to", tmp_path / "file" / "nation.csv")
    assert done.returncode == 1
    assert "書けません" in done.stderr
