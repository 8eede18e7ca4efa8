"""The 47 invented prefectures score as the real ones did, by leaf and goal; four real ones as published."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from prefectures import COUNTS, RULES, THRESHOLD, make_prefectures, prefectural_counts
from real_commands import called
from real_commands import haiten as command

import haiten
import populations
from bodies import make_codes
from generate import main as generate
from haiten.scoring.running.scores import Scores, Verdict
from nation import make_population

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "examples" / "prefectures"
ALLOCATION = RULES.with_name("prefectural.allocation.haiten")
# Of seed 1, with the pinned libraries.
DIGEST = "139db5c4b31e9ed15ecd3307fed023ac0c01dff31ede6fbc4f68714c829bba3e"
AVERAGE = "管内平均(得点(全体))"
LOW = "管内件数(得点(全体) が 全国平均(得点(全体)) － 2 × 全国標準偏差(得点(全体)) 未満)"
GOALS = [f"{grant}.{goal}" for grant in ("推進", "支援") for goal in "ⅠⅡⅢⅣ"]


def published(year: str = "令和8年度") -> Iterator[tuple[str, str, float]]:
    """Who, where and what, of the published results; figures of the nation have its words for a name."""
    with (populations.DATA / "results_prefectures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["year"] == year:
                yield row["name"], row["path"], float(row["points"])


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prefectures, written by the real command."""
    path = tmp_path_factory.mktemp("prefectures") / "prefectures.csv"
    done = called(generate, "--prefectures", "--year", "R8", "--to", path)
    assert done.returncode == 0, done.stderr
    assert "47団体（合成データ）" in done.stderr
    return path


@pytest.fixture(scope="module")
def scores(facts: Path) -> Scores:
    return haiten.compile(RULES).score(facts)


def test_every_leaf_has_its_count(scores: Scores) -> None:
    """The evaluator, ranking the bodies itself, gives each leaf to as many as the table says, for certain."""
    place = list(Verdict).index(Verdict.AWARDED)
    counts = prefectural_counts()
    assert {path: int((scores.verdicts(path) == place).sum()) for path in counts} == counts
    assert set(counts) == {leaf.path for leaf in scores.program.leaves if not leaf.is_shared}
    certain, possible = scores.total()
    assert (certain == possible).all()
    assert len(scores.bodies) == 47


def test_counts_are_the_published_ones_where_there_are() -> None:
    """What is called published is; what is not says that it is estimated, and is no less than what is known of it."""
    with COUNTS.open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: (int(row["prefectures"]), row["basis"]) for row in csv.DictReader(file)}
    with (populations.DATA / "prefectural.csv").open(encoding="utf-8", newline="") as file:
        known = {row["path"]: row["prefectures"] for row in csv.DictReader(file) if row["year"] == "令和8年度"}
    for path, (count, basis) in rows.items():
        if known[path].isdecimal():
            assert (count, basis) == (int(known[path]), "公表"), path
        else:
            assert basis.startswith("〔推定〕"), path
        if known[path].startswith("≧") and ".Ⅳ." not in path:
            assert int(known[path][1:]) <= count <= int(known[path][1:]) + 1, path
    assert [rows[f"支援.Ⅰ.(ⅰ).3.{item}"][0] in (38, 39) for item in "ウエオ"] == [True] * 3


def test_goals_and_grants_average_what_was_published(scores: Scores) -> None:
    """All goals, both grants and the total; 推進Ⅰ(ⅰ) is 53.4, and the outcomes of all come to 2,210 points."""
    for name, path, figure in published():
        if name == "全国平均":
            points = scores.total()[0] if path == "全体" else scores.counted(path)[0]
            assert round(points.mean(), 1) == figure, path
    assert round(scores.counted("推進.Ⅰ.(ⅰ)")[0].mean(), 1) == 53.4
    assert int(scores.counted("推進.Ⅳ")[0].sum()) == int(scores.counted("支援.Ⅳ")[0].sum()) == 2210


def test_totals_are_the_published_ones_at_their_ranks(scores: Scores) -> None:
    """The best, the worst, the median, and the totals of 宮城県, 岩手県, 北海道 and 福島県 at the ranks they had."""
    totals = sorted(scores.total()[0].tolist(), reverse=True)
    told = {(name, path): figure for name, path, figure in published()}
    for name in ("宮城県", "岩手県", "北海道", "福島県"):
        assert totals[int(told[name, "順位"]) - 1] == told[name, "全体"]
    assert (totals[0], totals[-1]) == (told["最高", "全体"], told["最低", "全体"])
    assert np.median(totals) == told["中央値", "全体"]


def test_only_what_is_undisclosed_is_given(facts: Path) -> None:
    """Ranks come from values and items from answers; the points of what has no clauses are all that is given."""
    with facts.open(encoding="utf-8", newline="") as file:
        heads = next(csv.reader(file))
    book = haiten.compile(RULES)
    ranked = {leaf.path for leaf in book.program.leaves if not leaf.answered}
    assert not ranked & set(heads)
    given = {head.removeprefix("得点.") for head in heads if head.startswith("得点.")}
    undisclosed = {path for path, node in book.program.nodes.items() if node.undisclosed and not node.special}
    assert given == {"推進.Ⅱ.(ⅱ).3", "推進.Ⅲ", "支援.Ⅰ.(ⅱ).9", "支援.Ⅱ.(ⅰ).1"}
    assert all(any(path == one or path.startswith(f"{one}.") for one in given) for path in undisclosed)


def test_it_is_around_the_synthetic_municipalities(facts: Path) -> None:
    """Its members are those of the municipal nation: codes, people, and the average of their points."""
    members = make_population("R8", 1)
    with facts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        home = members.bodies.prefecture == number
        assert row["団体コード"] == f"{number + 51}000" + populations.check_digit(f"{number + 51}000")
        assert (row["都道府県"], row["属性.データ"]) == (f"県{number + 1:02d}", "合成")
        assert int(row["高齢者人口"]) == members.bodies.elderly[home].sum()
        assert float(row[AVERAGE]) == pytest.approx(members.points[home].mean(), abs=0.01)
        if int(row[LOW]):
            assert int(row[LOW]) == max(1, (members.points[home] < THRESHOLD).sum())


def test_the_municipalities_themselves_rank_their_prefectures(facts: Path) -> None:
    """With the members instead of the column of their average, each prefecture has the same rank and points."""
    members = make_population("R8", 1)
    codes = make_codes(members.bodies.prefecture).tolist()
    table = {"団体コード": codes, "得点.推進": np.minimum(members.points, 400).tolist()}
    table |= {"得点.支援": np.maximum(members.points - 400, 0).tolist(), "年度": ["R8"] * len(codes)}
    frame = pl.read_csv(facts, infer_schema=False)
    given = haiten.compile(RULES).score(facts)
    made = haiten.compile(RULES).score(frame.drop(AVERAGE, LOW), members=table)
    assert (made.counted("推進.Ⅰ.(ⅱ).2")[0] == given.counted("推進.Ⅰ.(ⅱ).2")[0]).all()
    assert int(made.counted("推進.Ⅰ.(ⅱ).2")[0].sum()) == 2 * (32 + 23 + 14 + 4)
    # Worked out with floats, which are near enough here: nobody stands within a hair of the bar.
    bar = members.points.mean() - 2 * members.points.std()
    assert np.abs(members.points - bar).min() > 1e-6
    low = np.bincount(members.bodies.prefecture[members.points < bar], minlength=47)
    assert (made.counted("推進.Ⅰ.(ⅰ).2.オ")[0] == np.where(low == 0, 6, 0)).all()
    assert 0 < np.count_nonzero(low) < 47


def test_without_figures_the_members_take_their_place(tmp_path: Path) -> None:
    """Each of the 47 beside its municipalities: points and means, and ranks of 47 in both."""
    path, members = tmp_path / "prefectures.csv", tmp_path / "members.csv"
    done = called(generate, "--prefectures", "--without-figures", "--year", "R8", "--to", path)
    assert done.returncode == 0, done.stderr
    assert "管内平均(" not in path.read_text(encoding="utf-8-sig").splitlines()[0]
    assert called(generate, "--year", "R8", "--to", members).returncode == 0
    asked = ("--members", members, "--table", "管内比較", "--as", "csv")
    told = command("stats", RULES, path, *asked)
    assert told.returncode == 0, told.stderr
    rows = list(csv.DictReader(io.StringIO(told.stdout.removeprefix("\ufeff"))))
    made = make_population("R8", 1)
    means = [made.points[made.bodies.prefecture == number].mean() for number in range(47)]
    for row in rows:
        number = int(row["団体コード"][:2]) - 51
        assert float(row["総計 管内平均"]) == pytest.approx(means[number], abs=0.006)
        assert int(row["総計 管内平均の順位"]) == 1 + sum(mean > means[number] for mean in means)
    assert sorted(int(row["総計 全国順位"]) for row in rows)[0] == 1
    assert called(generate, "--without-figures", "--to", path).returncode == 2


def test_a_seed_gives_the_same_file(facts: Path) -> None:
    """Seed 1 gives the file that it always gave, and other seeds give others that have all of it as well."""
    assert hashlib.sha256(facts.read_bytes()).hexdigest() == DIGEST
    assert make_prefectures(2).points.sum() == make_prefectures(1).points.sum()
    assert (make_prefectures(2).points != make_prefectures(1).points).any()


@pytest.mark.parametrize("rest", [["--year", "R6"], ["--year", "R8", "--bodies", "10"], []])
def test_wrong_usage_is_told(rest: list[str], tmp_path: Path) -> None:
    """There are prefectures of R8 only, and 47 of them."""
    done = called(generate, "--prefectures", *rest, "--to", tmp_path / "p.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--prefectures は --year R8 と使います" in done.stderr
    assert not list(tmp_path.iterdir())


# The commands, over prefectures


def test_ranks_are_of_47_and_tables_have_no_prefecture(facts: Path) -> None:
    """Stats ranks them in the nation, and in any other group; no column is about a prefecture around them."""
    done = command("stats", RULES, facts, "--by", "地方", "--table", "順位", "--as", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert sorted(int(row["総計 全国順位"]) for row in rows)[0] == 1
    assert {int(row["総計 全国順位"]) for row in rows} <= set(range(1, 48))
    assert len(rows) == 47
    assert any("地方内順位" in name for name in rows[0])
    assert "県内" not in done.stdout
    assert "全国は事実ファイルにある47団体" in command("stats", RULES, facts).stdout


def test_cutoffs_of_given_points_are_read_again(facts: Path, tmp_path: Path) -> None:
    """Points that were given are kept with the cut-offs, and stand beside one prefecture's."""
    kept = tmp_path / "r8.json"
    assert command("score", RULES, facts, "--save-cutoffs", kept).returncode == 0
    done = command("stats", RULES, SHEETS / "r8.csv", "--cutoffs", kept, "--body", "04", "--table", "指標群別")
    assert (done.returncode, "H870" in done.stderr) == (0, False)
    line = next(line for line in done.stdout.splitlines() if line.startswith("総計 "))
    assert re.findall(r"[\d.]+", line)[:4] == ["45", "800", "587", "73.4"]
    assert "535.6" in line


def test_gaps_add_up(facts: Path) -> None:
    """What a prefecture lost adds up; undisclosed points have no item to win them back by."""
    done = command("gaps", RULES, facts, "--body", "54")
    assert done.returncode == 0
    assert re.search(r"満点800点 － 得点(\d+)点 ＝ 失点(\d+)点", done.stdout)
    assert "内訳の得点が分からない" in done.stdout
    assert "県内" not in done.stdout


def loaded(database: duckdb.DuckDBPyConnection, table: str, path: Path, facts: Iterable[str]) -> None:
    """A fact file as a table: answers are truths, facts numbers."""
    heads = pl.read_csv(path, infer_schema_length=0).columns
    cells = [
        f'CAST("{head}" AS DECIMAL(25, 3)) AS "{head}"'
        if head.removeprefix("前年度.") in facts
        else f'"{head}" = \'○\' AS "{head}"'
        if head.startswith(("推進.", "支援."))
        else f'"{head}"'
        for head in heads
    ]
    read = f"read_csv('{path}', header = true, all_varchar = true)"
    database.execute(f"CREATE TABLE {table} AS SELECT {', '.join(cells)} FROM {read}")


def compared(database: duckdb.DuckDBPyConnection, query: Path, scores: Path) -> None:
    """What a query yields is what score wrote, column by column."""
    result = database.execute(query.read_text(encoding="utf-8"))
    names = [described[0] for described in result.description]
    found = pl.DataFrame(result.fetchall(), schema=names, orient="row", infer_schema_length=None)
    wanted = pl.read_csv(scores, infer_schema_length=0)
    shared = [name for name in found.columns if name in wanted.columns and name != "団体コード"]
    assert len(shared) > 800
    found = found.with_columns(pl.all().cast(pl.String)).sort("団体コード")
    for name in shared:
        assert found[name].to_list() == wanted.sort("団体コード")[name].to_list(), name


def without_points(path: Path, to: Path) -> Path:
    """A fact file without points that were given, which no query reads."""
    pl.read_csv(path, infer_schema_length=0).select(pl.exclude("^得点\\..*$")).write_csv(to)
    return to


def test_sql_scores_the_same(facts: Path, tmp_path: Path) -> None:
    """DuckDB gives each prefecture what score gives it, node by node; points that it does not read are told."""
    told = command("sql", RULES, "--dialect", "duckdb", "--facts", facts, "--to", tmp_path / "all.sql").stderr
    assert "推進.Ⅱ.(ⅱ).3、推進.Ⅲ、支援.Ⅰ.(ⅱ).9、支援.Ⅱ.(ⅰ).1" in told.replace("\n", "")
    plain = without_points(facts, tmp_path / "facts.csv")
    query, scores = tmp_path / "r8.sql", tmp_path / "scores.csv"
    done = command("sql", RULES, "--dialect", "duckdb", "--facts", plain, "--to", query)
    assert (done.returncode, done.stderr) == (0, "")
    assert command("score", RULES, plain, "--to", scores).returncode == 0
    with duckdb.connect() as database:
        loaded(database, "facts", plain, haiten.compile(RULES).program.facts | haiten.compile(RULES).program.aggregates)
        compared(database, query, scores)


def test_sql_scores_prefectures_and_municipalities_at_once(tmp_path: Path) -> None:
    """One query over both tables gives what score --members gives: 1,741 municipalities below 47 prefectures."""
    made, towns = tmp_path / "made.csv", tmp_path / "towns.csv"
    assert called(generate, "--prefectures", "--without-figures", "--year", "R8", "--to", made).returncode == 0
    assert called(generate, "--year", "R8", "--to", tmp_path / "all.csv").returncode == 0
    plain = without_points(made, tmp_path / "facts.csv")
    without_points(tmp_path / "all.csv", towns)
    query, scores = tmp_path / "r8.sql", tmp_path / "scores.csv"
    asked = ("--facts", plain, "--members-table", "towns", "--member-facts", towns, "--to", query)
    done = command("sql", RULES, "--dialect", "duckdb", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert command("score", RULES, plain, "--members", towns, "--to", scores).returncode == 0
    book = haiten.compile(RULES)
    assert book.municipal is not None
    with duckdb.connect() as database:
        loaded(database, "facts", plain, book.program.facts)
        loaded(database, "towns", towns, book.municipal.program.facts)
        compared(database, query, scores)


def test_five_per_cent_is_divided_to_the_yen(facts: Path, tmp_path: Path) -> None:
    """Of 200 億円 in R2 10 were the prefectures': 5 % of each budget; 別枠 without clauses stops it, or is told."""
    assert "H917" in command("allocate", ALLOCATION, facts).stderr
    done = command("allocate", ALLOCATION, facts, "--unknown-as-none", "--to", tmp_path / "yen.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "yen.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 47
    program = haiten.compile(ALLOCATION).program
    assert program.allocation is not None
    sums = {budget.name: budget.amount for budget in program.allocation.budgets.values()}
    assert sums == {"推進": 9_500_000_000 * 5 // 100, "支援": 20_000_000_000 * 5 // 100}
    for name, whole in sums.items():
        assert sum(int(row[f"交付額.{name}"]) for row in rows) == whole


# Real prefectures


def test_published_results_come_out() -> None:
    """Four prefectures: every published figure lies within what the sheet gives, and the totals are exact."""
    scores = haiten.compile(RULES).score(SHEETS / "r8.csv")
    places = {body.name: place for place, body in enumerate(scores.bodies)}
    exact = set()
    for name, path, figure in published():
        if name not in places or path == "順位":
            continue
        points = scores.points(None if path == "全体" else path, places[name])
        assert points.certain <= figure <= points.possible, (name, path)
        exact |= {(name, path)} if points.decided else set()
    assert {(name, "全体") for name in ("北海道", "宮城県", "福島県")} <= exact
    assert {(name, grant) for name in ("北海道", "宮城県", "福島県") for grant in ("推進", "支援")} <= exact
    assert {(name, goal) for name in ("宮城県", "福島県") for goal in GOALS} <= exact
    assert {("宮城県", "推進.Ⅰ.(ⅰ)"), ("宮城県", "推進.Ⅰ.(ⅱ).2")} <= exact
    assert {("岩手県", path) for path in ("推進.Ⅰ.(ⅰ)", *(f"推進.Ⅰ.(ⅱ).{number}" for number in (2, 3, 4, 5)))} <= exact


def test_miyagi_is_the_sixth(facts: Path, tmp_path: Path) -> None:
    """82, 91, 85 and 50 are 308; 69, 78, 82 and 50 are 279; with 587 points it is the 6th of 47, where these are."""
    kept, own = tmp_path / "r8.json", tmp_path / "scores.csv"
    assert command("score", RULES, facts, "--save-cutoffs", kept).returncode == 0
    assert command("score", RULES, SHEETS / "r8.csv", "--to", own).returncode == 0
    with own.open(encoding="utf-8-sig", newline="") as file:
        (row,) = (each for each in csv.DictReader(file) if each["団体名"] == "宮城県")
    goals = [row[f"得点.{path}"] for path in (*GOALS[:4], "推進", *GOALS[4:], "支援", "全体")]
    assert goals == ["82", "91", "85", "50", "308", "69", "78", "82", "50", "279", "587"]
    asked = ("--cutoffs", kept, "--body", "04", "--table", "順位", "--as", "csv")
    done = command("stats", RULES, SHEETS / "r8.csv", *asked)
    assert done.returncode == 0, done.stderr
    (told,) = csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))
    assert (told["総計 得点"], told["総計 全国順位"]) == ("587", "6")


def test_national_means_are_within_what_known_leaves_allow() -> None:
    """53.4 of 推進Ⅰ(ⅰ) to the prefecture; elsewhere what is not known leaves room, in which the published mean lies."""
    with (populations.DATA / "prefectural.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "令和8年度"]
    counts = {row["path"]: int(row["prefectures"]) for row in rows if row["prefectures"].isdecimal()}
    program = haiten.compile(RULES).program
    group = [leaf for leaf in program.leaves if leaf.path.startswith("推進.Ⅰ.(ⅰ).")]
    assert sum(counts[leaf.path] * leaf.maximum for leaf in group) == 2512
    assert round(2512 / 47, 1) == 53.4
    means = {path: figure for name, path, figure in published() if name == "全国平均"}
    for goal in GOALS:
        below = [leaf for leaf in program.leaves if leaf.path.startswith(f"{goal}.")]
        lacked = sum((47 - counts[leaf.path]) * leaf.maximum for leaf in below if leaf.path in counts)
        known = sum(counts[leaf.path] * leaf.maximum for leaf in below if leaf.path in counts)
        if goal.endswith("Ⅳ"):  # of an いずれか one side counts, so that leaves do not add up
            lacked = known = 0
        assert known / 47 <= means[goal] <= program.nodes[goal].maximum - lacked / 47


def test_miyagi_answered_yes_in_both_years() -> None:
    """The two indicators that its paper compares are all ○ in R7 and R8."""
    for year, items in (("r7", 14), ("r8", 14)):
        rules = ROOT / "rules" / year / "prefectural.haiten"
        scores = haiten.compile(rules).score(SHEETS / f"{year}.csv")
        place = next(place for place, body in enumerate(scores.bodies) if body.name == "宮城県")
        asked = [leaf for leaf in scores.program.leaves if re.match(r"支援\.Ⅰ\.\(ⅰ\)\.[23]\.", leaf.path)]
        assert len(asked) == items
        assert all(scores.points(leaf.path, place).certain == leaf.maximum for leaf in asked)


@pytest.mark.parametrize(("average", "points"), [("497.5", 6), ("456.4", 4), ("406.3", 0)])
def test_the_mean_of_members_ranks_as_it_did(average: str, points: int, facts: Path, tmp_path: Path) -> None:
    """Steps end at rank 4, 14, 23 and 32: an 8th is worth 6 points, a place from 15 to 23 four, below 32 none."""
    with facts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    place = {"497.5": 8, "456.4": 20, "406.3": 40}[average]
    for number, row in enumerate(rows, start=1):
        row[AVERAGE] = average if number == place else str(800 - number if number < place else 400 - number)
    table = tmp_path / "facts.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, **{head: "" for head in row if head.startswith("得点.")}} for row in rows)
    scores = haiten.compile(RULES).score(table)
    assert scores.points("推進.Ⅰ.(ⅱ).2", place - 1).certain == points
