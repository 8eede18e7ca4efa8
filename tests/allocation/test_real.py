"""The real allocations from the command line: R6 to R8 on the nation, and R2."""

import csv
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from real_commands import ROOT, haiten, validated

from files import write
from nation import make_population
from populations import NATION, codes, requirements_met, write_facts

R6, R7, R8 = (ROOT / "rules" / year / "allocation.haiten" for year in ("r6", "r7", "r8"))
R2 = ROOT / "examples" / "r2"
UNIT_PRICE = 1_100_000  # 約110万円, 登米市 資料2


def insured() -> list[int]:
    """Insured persons of the synthetic nation."""
    return [int(persons) for persons in make_population("R6", 1).bodies.insured]


def national(folder: Path, year: str) -> Path:
    """The synthetic nation of a year."""
    path = folder / f"national_{year}.csv"
    write(make_population(year, 1), path, seed=1)
    return path


def last_ranks() -> list[int]:
    """Ranks of the year before so that 80 stay in the top tenth and 230 halve their rank, as was published."""
    ranks = list(range(1, NATION + 1))
    for first, second, count in ((80, 500, 94), (200, 1000, 134)):
        for i in range(count):
            ranks[first + i], ranks[second + i] = ranks[second + i], ranks[first + i]
    return ranks


def scored_nation(path: Path, year: str = "令和6年度", **more: list[object]) -> Path:
    """A nation of known scores: the published numbers of bodies (80, 270, 230) meet the requirements ア, イ, ウ."""
    total = [800 - i // 3 for i in range(NATION)]
    # Ⅳ is a part of both grants: what it does not give the other goals must be able to.
    outcome = [max(100 - i % 101, points - points // 2 - 300) for i, points in enumerate(total)]
    persons = insured()
    columns: dict[str, Any] = {
        "得点.推進": [points - points // 2 for points in total],
        "得点.支援": [points // 2 for points in total],
        "得点.推進.Ⅳ": outcome,
        "得点.支援.Ⅳ": outcome,
        "属性.第1号被保険者数": persons,
        "過疎": ["○" if i < 900 else "×" for i in range(NATION)],
        "前年度.順位(得点(全体))": last_ranks(),
        "前年度.交付額(推進)": [270 * n for n in persons],
        "前年度.交付額(支援)": [540 * n for n in persons],
        "推進所要見込額": [10_000 * n for n in persons],
        "支援所要見込額": [300 * n if i % 70 == 0 else 10_000 * n for i, n in enumerate(persons)],
    }
    return write_facts(path, columns | more, NATION, year)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_nation(tmp_path_factory.mktemp("nation") / "nation.csv")


@pytest.fixture(scope="module")
def found(facts: Path) -> Any:
    done = haiten("allocate", R6, facts, "--json")
    assert done.returncode == 0, done.stderr
    return validated(done.stdout, "allocation-1.json")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic nation of R6, with the published numbers of bodies per item and size class."""
    return national(tmp_path_factory.mktemp("real"), "R6")


@pytest.fixture(scope="module")
def divided(real: Path) -> Any:
    done = haiten("allocate", R6, real, "--json")
    assert done.returncode == 0, done.stderr
    return validated(done.stdout, "allocation-1.json")


@pytest.mark.parametrize("population", ["divided", "found"])
def test_the_budgets_of_r6_are_spent_exactly(population: str, request: pytest.FixtureRequest) -> None:
    """9,500,000 and 19,000,000 thousand yen reach the bodies to the last yen, in whole thousands."""
    found = request.getfixturevalue(population)
    assert [(b["name"], b["amount"], b["paid"], b["remainder"]) for b in found["budgets"]] == [
        ("推進", 9_500_000_000, 9_500_000_000, 0),
        ("支援", 19_000_000_000, 19_000_000_000, 0),
    ]
    for budget in ("推進", "支援"):
        assert sum(body["budgets"][budget]["paid"] for body in found["bodies"]) == (
            9_500_000_000 if budget == "推進" else 19_000_000_000
        )
    assert all(body["paid"] % 1000 == 0 and body["paid"] >= 0 for body in found["bodies"])
    assert found["assumptions"] == []


def test_a_requirement_is_worth_what_was_published(found: Any) -> None:
    """With 80, 270 and 230 bodies meeting them, each is worth 1,100,000 yen; who meets three gets 3,300,000."""
    (pot,) = [pot for pot in found["pots"] if pot["name"] == "強化"]
    assert pot["groups"][0]["weight"] == str(80 + 270 + 230)
    assert (pot["amount"], pot["paid"], pot["unspent"]) == (580 * UNIT_PRICE, 580 * UNIT_PRICE, 0)
    paid = [body["pots"]["強化"] for body in found["bodies"]]
    assert set(paid) == {0, UNIT_PRICE, 2 * UNIT_PRICE, 3 * UNIT_PRICE}
    assert sum(paid) == 580 * UNIT_PRICE


def test_a_requirement_is_worth_about_as_much_in_the_synthetic_nation(divided: Any) -> None:
    """About 80, 270 and 230 bodies meet them, counted here from points and ranks: each is worth about 1,100,000 yen."""
    met = requirements_met(make_population("R6", 1))
    for count, published in zip(met.sum(axis=1), (80, 270, 230), strict=True):
        assert count == pytest.approx(published, rel=0.1)
    price = 580 * UNIT_PRICE // int(met.sum()) // 1000 * 1000
    assert price == pytest.approx(UNIT_PRICE, rel=0.03)
    assert [body["pots"]["強化"] for body in divided["bodies"]] == (price * met.sum(axis=0)).tolist()


def test_the_reference_shows_what_is_measured(real: Path) -> None:
    """The yen per head in the pages are those of the synthetic nation, beside the published ones."""
    shown = haiten("allocate", R6, real).stdout
    measured = re.findall(
        r"^ (\S*\d万?千?人(?:未満|以上)) +([\d,]+) +[\d,]+円 +([\d,]+)円 +([\d,]+)円 ", shown, re.MULTILINE
    )
    assert [int(bodies) for _, bodies, _, _ in measured] == [447, 534, 612, 84, 64]
    for name in ("language.md", "language.en.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        rows = re.findall(r"^\| (\S+) \| (\d+) \| [\d,]+ \| ([\d,]+) \| [\d,]+ \| ([\d,]+) \|$", text, re.MULTILINE)
        assert rows == measured


@pytest.mark.parametrize("population", ["divided", "found"])
def test_who_is_at_the_limit_makes_room_for_others(population: str, request: pytest.FixtureRequest) -> None:
    """What 所要見込額 cuts off is given to bodies below theirs, and nobody exceeds it."""
    limits = [body["budgets"]["支援"] for body in request.getfixturevalue(population)["bodies"]]
    assert sum(b["cut"] for b in limits) == sum(b["added"] for b in limits) > 0
    assert all(b["paid"] <= b["limit"] for b in limits)
    assert all(not (b["cut"] and b["added"]) for b in limits)


def test_as_many_are_at_the_limit_as_was_published(divided: Any) -> None:
    """24 bodies of the synthetic nation could spend less than they would get."""
    assert sum(any(b["cut"] for b in body["budgets"].values()) for body in divided["bodies"]) == 24


def test_explain_reaches_the_yen(facts: Path, found: Any) -> None:
    """The trace has the share as a fraction that comes to the payment, and who met which requirement and why."""
    code = codes(NATION)[100]
    done = haiten("explain", R6, facts, "--body", code, "--json")
    trace = validated(done.stdout, "money-trace-1.json")
    (body,) = [b for b in found["bodies"] if b["code"] == code]
    assert {b["name"]: b["paid"] for b in trace["budgets"]} == {n: b["paid"] for n, b in body["budgets"].items()}
    pots = {pot["name"]: pot for budget in trace["budgets"] for pot in budget["pots"]}
    base = pots["推進基本"]
    readings = {reading["name"]: Fraction(reading["value"]) for reading in base["readings"]}
    assert Fraction(base["weight"]) == readings["得点(推進)"] * readings["第1号被保険者数"]
    exact = base["class_amount"] * Fraction(base["weight"]) / Fraction(base["total"])
    assert Fraction(base["exact"]) == exact
    assert base["paid"] == exact // 1000 * 1000 + 1000 * base["extra"]
    assert [(f["label"], f["met"], f["reason"]["truth"]) for f in pots["強化"]["frames"]] == [
        ("ア", False, False),
        ("イ", True, True),
        ("ウ", True, True),
    ]
    shown = haiten("explain", R6, facts, "--body", code, "配分.強化").stdout
    assert haiten("explain", R6, facts, "--body", code, "配分．強化").stdout == shown
    assert "枠 ウ 前年度から順位が5割改善〔登米〕: 該当する" in shown
    assert "638,000,000円 ÷ 580 = 1,100,000円" in shown
    assert "1,100,000円 × 2 = 2,200,000円" in shown
    assert "推進基本" not in shown


def test_scores_do_as_well_as_answers(real: Path, tmp_path: Path) -> None:
    """The file that ``score`` writes gives the same money as the answers it was made of."""
    scores = tmp_path / "scores.csv"
    assert haiten("score", ROOT / "rules/r6/municipal.haiten", real, "--to", scores).returncode == 0
    results = []
    for source in (real, scores):
        out = tmp_path / "out.csv"
        done = haiten("allocate", R6, source, "--to", out)
        assert done.returncode == 0, done.stderr
        with out.open(encoding="utf-8-sig", newline="") as file:
            results.append([row["交付額.全体"] for row in csv.DictReader(file)])
    assert results[0] == results[1]
    assert sum(map(int, results[0])) == 28_500_000_000


def test_scores_of_other_rules_are_refused(tmp_path: Path) -> None:
    """Scores carry the fingerprint of their rules; those of another rulebook divide no money."""
    scores = tmp_path / "scores.csv"
    haiten("score", ROOT / "rules/r7/municipal.haiten", ROOT / "examples/kitashiobara_r7.csv", "--to", scores)
    done = haiten("allocate", R6, scores)
    assert done.returncode == 1
    assert "H918" in done.stderr


def test_one_year_hands_on_to_the_next(real: Path, tmp_path: Path) -> None:
    """What R6 wrote is last year for R7, and R7's for R8: its yen, and the ranks that their files have too."""
    files, previous = {R7: "R7", R8: "R8"}, tmp_path / "r6.csv"
    assert haiten("allocate", R6, real, "--to", previous).returncode == 0
    for rules, year in files.items():
        source = national(tmp_path, year)
        if rules == R8:
            complete(source)
        out = tmp_path / f"{year}.csv"
        done = haiten("allocate", rules, source, "--previous", previous, "--to", out, "--json")
        assert done.returncode == 0, done.stderr
        result = validated(done.stdout, "allocation-1.json")
        assert result["assumptions"] == []
        assert all(b["paid"] == b["amount"] and not b["remainder"] for b in result["budgets"])
        with previous.open(encoding="utf-8-sig", newline="") as file:
            last = {row["団体コード"]: int(row["交付額.推進"]) for row in csv.DictReader(file)}
        code = result["bodies"][700]["code"]
        trace = validated(
            haiten("explain", rules, source, "--previous", previous, "--body", code, "配分.推進緩和", "--json").stdout,
            "money-trace-1.json",
        )
        floor = trace["budgets"][0]["pots"][0]["cushion"]["floor"]
        assert Fraction(floor) == Fraction(last[code] * 8, 10)
        previous = out
    assert [pot["paid"] for pot in result["pots"] if pot["name"] == "成果指向"] == [451_250_000]


def complete(path: Path) -> None:
    """Say of R8 what its file does not: 過疎 of one body, and the points outside the total."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["属性.過疎"] = row["属性.過疎"] or "非該当"
        row["得点.成果指向"] = str(number % 101)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_what_r8_does_not_say_is_told_or_taken_for_granted(tmp_path: Path) -> None:
    """Without the points outside the total R8 is not divided; by assumption their pot goes to the basic one."""
    source, last = national(tmp_path, "R8"), tmp_path / "last.csv"
    assert haiten("allocate", R7, national(tmp_path, "R7"), "--unknown-as-none", "--to", last).returncode == 0
    refused = haiten("allocate", R8, source, "--previous", last)
    assert refused.returncode == 1
    assert "配分「成果指向」の按分の「得点(成果指向)」が分からない団体がある" in refused.stderr
    done = haiten("allocate", R8, source, "--previous", last, "--unknown-as-none", "--json")
    result = validated(done.stdout, "allocation-1.json")
    assert [(a["value"], a["bodies"]) for a in result["assumptions"]] == [
        ("過疎 のうち 得点(全体) が 上位3割", 1),
        ("得点(成果指向) × 第1号被保険者数", NATION),
    ]
    (pot,) = [pot for pot in result["pots"] if pot["name"] == "成果指向"]
    assert (pot["paid"], pot["unspent_to"]) == (0, "推進基本")
    assert all(b["paid"] == b["amount"] for b in result["budgets"])


def test_figures_can_be_replaced(facts: Path) -> None:
    """``--set`` changes a figure for a simulation, says so, and is refused where it does not fit."""
    done = haiten("allocate", R6, facts, "--set", "強化枠単価=2,000,000円", "--set", "推進=10,000,000,000円", "--json")
    result = validated(done.stdout, "allocation-1.json")
    assert [p["value"] for p in result["parameters"] if p["replaced"]] == ["2000000"]
    assert [(b["name"], b["paid"]) for b in result["budgets"] if b["replaced"]] == [("推進", 10**10)]
    assert max(body["pots"]["強化"] for body in result["bodies"]) == 6_000_000
    refused = haiten("allocate", R6, facts, "--set", "緩和立=0.9")
    assert refused.returncode == 1
    assert "もしかして: 緩和率" in refused.stderr
    twice = haiten("allocate", R6, facts, "--set", "緩和率=0.9", "--set", "緩和率=0.8")
    assert twice.returncode == 1
    assert "「緩和率=0.8」で置き換えることはできません: 「緩和率」を2度指定しています" in twice.stderr
    same = [haiten("allocate", R6, facts, "--set", f"推進={w}", "--json") for w in ("95億円", "9,500,000,000円")]
    assert [done.returncode for done in same] == [0, 0]
    assert same[0].stdout == same[1].stdout
    unsound = haiten("allocate", R6, facts, "--set", "推進=1万2億円")
    assert unsound.returncode == 1
    assert "数として読めません" in unsound.stderr
    overspent = haiten("allocate", R6, facts, "--set", "推進=1,000円")
    assert overspent.returncode == 1
    assert "H903" in overspent.stderr


def test_impact_shows_yen(facts: Path, tmp_path: Path) -> None:
    """A changed figure moves yen between bodies; what is gained and lost adds up to the change of the budget."""
    plain = write_facts(
        tmp_path / "plain.csv",
        {
            "属性.第1号被保険者数": insured(),
            "推進.Ⅰ.(ⅰ).1.ア": ["○" if i % 2 else "×" for i in range(NATION)],
            "支援.Ⅰ.(ⅰ).1.ア": ["○" if i % 3 else "×" for i in range(NATION)],
        },
        NATION,
    )
    done = haiten("impact", R6, R6, plain, "--set", "推進=9,600,000,000円", "--json")
    money = validated(done.stdout, "impact-1.json")["money"]
    assert money["budget"] == [28_500_000_000, 28_600_000_000]
    assert sum(body["delta"] for body in money["bodies"]) == 100_000_000
    out = tmp_path / "impact.csv"
    shown = haiten("impact", R6, R6, plain, "--set", "緩和率=0.9", "--to", out).stdout
    assert "定数 緩和率 = 0.8 → 0.9" in shown
    assert "平均点" not in shown
    header = out.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert len(header) == len(set(header))
    assert {"得点.令和6年度.前", "得点.令和6年度.後", "交付額.令和6年度.後", "差.交付額"} <= set(header)
    shown = haiten("impact", R6, R7, plain).stdout
    assert "交付額が増える" in shown
    assert "＋95,000,000" in shown
    refused = haiten("impact", R6, ROOT / "rules/r7/municipal.haiten", plain)
    assert refused.returncode == 1
    refused = haiten("impact", R6, R7, facts)
    assert refused.returncode == 1


def test_show_prints_the_calendar() -> None:
    """The dates of the yearly cycle stand in the allocation, with their sources; check counts what is estimated."""
    shown = haiten("show", R2 / "allocation.haiten").stdout
    for line in ("前年度9月 評価指標の発出", "前年度10月 自己評価の提出", "前年度11月頃", "当年度5月頃 内示"):
        assert line in shown
    rules = validated(haiten("show", R6, "--json").stdout, "allocation-rules-1.json")
    times = [event["time"] for event in rules["calendar"]]
    assert times == ["前年度9月", "前年度10月", "前年度11月", "前年度12月", "当年度5月"]
    assert {p["name"]: p["amount"] for p in rules["pots"]}["強化"] == 638_000_000
    for path in (R6, R7, R8, R2 / "allocation.haiten"):
        checked = haiten("check", path)
        assert checked.returncode == 0
        assert "誤りはありません" in checked.stdout
        assert "出典なし 0" in checked.stdout
        assert haiten("fmt", "--check", path).returncode == 0


def test_the_scheme_of_r2_divides_by_size() -> None:
    """R2: 19 thousand million yen of each grant by class; who does not raise prevention gets none of the second."""
    result = validated(
        haiten("allocate", R2 / "allocation.haiten", R2 / "bodies.csv", "--json").stdout, "allocation-1.json"
    )
    assert [(b["amount"], b["paid"]) for b in result["budgets"]] == [(19 * 10**9, 19 * 10**9)] * 2
    assert {b["name"]: b["pots"]["支援規模別"] > 0 for b in result["bodies"]}["B市"] is False
    # C市 is alone in its class: it gets the whole of it, whatever its points.
    first = result["pots"][0]
    amounts = {group["class"]: group["amount"] for group in first["groups"]}
    (alone,) = [body for body in result["bodies"] if body["name"] == "C市"]
    assert amounts["1万人以上5万人未満"] == alone["pots"]["推進規模別"]


def test_commands_refuse_the_other_kind_of_file(facts: Path) -> None:
    """An allocation is no rulebook to score by, nor is a rulebook one to divide money by."""
    assert haiten("score", R6, facts).returncode == 1
    assert haiten("allocate", ROOT / "rules/r6/municipal.haiten", facts).returncode == 1
    done = haiten("explain", ROOT / "rules/r6/municipal.haiten", facts, "--body", "500003", "--set", "a=1")
    assert (done.returncode, "H916" in done.stderr) == (1, True)
    assert haiten("explain", R6, facts, "--body", "500003", "配分.なし").returncode == 1
    bare = haiten("explain", R6, facts, "--body", "500003", "推進基本")
    assert bare.returncode == 1
    assert "もしかして: 配分.推進基本" in bare.stderr
    assert haiten("allocate", R6, facts, "--body", "999999").returncode == 1


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".json"])
def test_money_is_written_as_the_ending_says(tmp_path: Path, ending: str) -> None:
    """Each kind of file holds the same yen; another ending is wrong usage."""
    out = tmp_path / f"yen{ending}"
    assert haiten("allocate", R2 / "allocation.haiten", R2 / "bodies.csv", "--to", out).returncode == 0
    match ending:
        case ".json":
            data = validated(out.read_text(encoding="utf-8"), "allocation-1.json")
            paid = [body["paid"] for body in data["bodies"]]
        case ".parquet":
            paid = pl.read_parquet(out)["交付額.全体"].to_list()
        case ".xlsx":
            head, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
            paid = [int(row[head.index("交付額.全体")]) for row in rows]
        case _:
            paid = pl.read_csv(out)["交付額.全体"].to_list()
    assert len(paid) == 5
    assert sum(paid) == 38 * 10**9
    assert haiten("allocate", R2 / "allocation.haiten", R2 / "bodies.csv", "--to", tmp_path / "yen.ods").returncode == 2


def test_points_that_are_a_range_are_not_handed_on(tmp_path: Path) -> None:
    """Where an item that no pot reads is open, the file has no 得点 of it, which next year would take for known."""
    (tmp_path / "allocation.haiten").write_text(
        """言語 1
令和6年度 市町村 配分
令和6年度 市町村 評価指標 による。
事実 人数 : 人 1以上
予算 推進 1,000円
配分 基本 推進 残り
  按分 人数
""",
        encoding="utf-8",
    )
    facts = tmp_path / "facts.csv"
    facts.write_text("団体コード,年度,人数,推進.Ⅰ.(ⅰ).1.ア\n10001,令和6年度,5,○\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = haiten("allocate", tmp_path / "allocation.haiten", facts, "--to", out)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["得点.全体"], row["得点.推進"], row["交付額.全体"]) == ("", "", "1000")


def same_share(share: dict[str, Any]) -> None:
    """A share is its amount times its part of the total, rounded to whole thousands."""
    exact = share["amount"] * Fraction(share["weight"]) / Fraction(share["total"])
    assert Fraction(share["exact"]) == exact
    assert share["paid"] == exact // 1000 * 1000 + 1000 * share["extra"]


def test_every_step_of_the_yen_can_be_followed(real: Path, divided: Any) -> None:
    """From the budget to the payment each step has its figures: what is left, classes, floors, limits, 再配分."""
    bodies = divided["bodies"]
    lifted = next(b for b in bodies if b["pots"]["推進緩和"] > 0 and b["budgets"]["推進"]["added"])
    cut = next(b for b in bodies if b["budgets"]["支援"]["cut"] and b["pots"]["支援緩和"] < 0)
    for body in (lifted, cut):
        done = haiten("explain", R6, real, "--body", body["code"], "--json")
        for budget in validated(done.stdout, "money-trace-1.json")["budgets"]:
            pots = {pot["name"]: pot for pot in budget["pots"]}
            base, cushion = pots[f"{budget['name']}基本"], pots[f"{budget['name']}緩和"]["cushion"]
            left = budget["amount"] - sum(base["others"].values())
            assert base["split"]["amount"] == base["amount"] == left + sum(base["received"].values())
            same_share(base["split"])
            assert base["split"]["paid"] == base["class_amount"]
            before = sum(pot["paid"] for name, pot in pots.items() if not name.endswith("緩和"))
            assert cushion["before"] == before
            moved, borne = (cushion[name]["paid"] if cushion[name] else 0 for name in ("moved", "borne"))
            for share in (cushion["moved"], cushion["borne"]):
                if share is not None:
                    same_share(share)
            assert budget["shared"] == before + moved - borne
            if budget["added"]:
                same_share(budget["refill"]["share"])
                assert budget["refill"]["share"]["paid"] == budget["added"]
            assert budget["paid"] == budget["shared"] - budget["cut"] + budget["added"]
    shown = haiten("explain", R6, real, "--body", cut["code"], "配分.支援緩和").stdout
    assert "下限を上回る額の比で" in shown
    assert "限度 支援所要見込額〔導出 分析〕 = " in shown
    assert "財源 消費税財源〔東京〕" in shown
    derived = haiten("explain", R2 / "allocation.haiten", R2 / "bodies.csv", "--body", "99001").stdout
    assert "推進総額 － 都道府県分〔参考〕" in derived
    assert "定数 都道府県分 = 1,000,000,000円〔参考〕" in derived
