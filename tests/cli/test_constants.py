"""定数 of a rulebook, and trials of other values: every form of output says that it is one."""

import json
import zipfile
from pathlib import Path

import polars
import pytest
from real_commands import ROOT, haiten, validated

RULES = """言語 1
令和6年度 市町村 評価指標

出典 要綱 「要綱」

事実 収納率 : % 0以上 100以下 小数2桁 「収納率」 〔要綱〕

定数 目標値 = 60% 「目標」〔要綱〕
定数 優良値 = 目標値 × 1.5

交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点
    指標群 (ⅰ) 「群」〔要綱〕 4点
      指標 1 「指標」〔要綱〕 4点
        ア 「目標値」〔要綱〕 2点 要件 収納率 が 目標値 以上
        イ 「優良値」〔要綱〕 2点 要件 収納率 が 優良値 以上
"""
FACTS = "団体コード,団体名,年度,収納率\n99001,A市,令和6年度,62.5\n99002,B市,令和6年度,90\n"
SET = ("--set", "目標値=64%")  # so that 優良値 is 96 %
TOLD = "試算: 定数 目標値 = 64%"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rules, facts = tmp_path / "rules.haiten", tmp_path / "facts.csv"
    rules.write_text(RULES, encoding="utf-8")
    facts.write_text(FACTS, encoding="utf-8")
    return rules, facts


def test_a_page_of_a_trial_says_so_at_its_top(files: tuple[Path, Path]) -> None:
    """Nobody takes it for a result; without a trial there is no such word."""
    told = "公表された規則の結果ではない"
    page = haiten("report", "score", *files, "--body", "99001", *SET).stdout
    assert TOLD in page
    assert told in page
    assert told not in haiten("report", "score", *files, "--body", "99001").stdout


def test_a_trial_scores_by_the_other_value(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Points worked out by hand; the terminal, CSV, Parquet, Excel and JSON all say what was tried."""
    outputs = [tmp_path / f"scores.{ending}" for ending in ("csv", "parquet", "xlsx")]
    done = haiten("score", *files, *SET, *(part for path in outputs for part in ("--to", path)))
    assert done.returncode == 0, done.stderr
    frames = [polars.read_csv(outputs[0]), polars.read_parquet(outputs[1])]
    for frame in frames:
        assert frame["得点.全体"].to_list() == [0, 2]
        assert frame["試算"].to_list() == ["目標値 = 64%"] * 2
    strings = zipfile.ZipFile(outputs[2]).read("xl/worksheets/sheet1.xml").decode()
    assert strings.count("目標値 = 64%") == 2
    assert haiten("score", *files, *SET).stdout.startswith(TOLD)
    data = validated(haiten("score", *files, *SET, "--json").stdout, "score-1.json")
    assert data["rulebook"]["set"] == {"目標値": "64%"}
    assert [body["total"]["certain"] for body in data["bodies"]] == [0, 2]


def test_without_a_trial_nothing_is_said_of_one(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The columns and members are those of any rulebook."""
    path = tmp_path / "scores.csv"
    assert haiten("score", *files, "--to", path).returncode == 0
    frame = polars.read_csv(path)
    assert "試算" not in frame.columns
    assert frame["得点.全体"].to_list() == [2, 4]
    assert "set" not in json.loads(haiten("score", *files, "--json").stdout)["rulebook"]


def test_a_trial_does_not_mix_with_the_rules_as_they_are(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Its results and cut-offs are read by the same trial only."""
    scores, cutoffs = tmp_path / "scores.csv", tmp_path / "cutoffs.json"
    assert haiten("score", *files, *SET, "--to", scores, "--save-cutoffs", cutoffs).returncode == 0
    validated(cutoffs.read_text(encoding="utf-8"), "cutoffs-2.json")
    assert haiten("score", files[0], scores, *SET).returncode == 0
    refused = haiten("score", files[0], scores)
    assert (refused.returncode, "H854" in refused.stderr) == (1, True)
    assert haiten("score", *files, "--cutoffs", cutoffs, *SET).returncode == 0
    assert haiten("score", *files, "--cutoffs", cutoffs).returncode == 1


@pytest.mark.parametrize(
    ("command", "schema"),
    [
        (("explain", "rules", "facts", "--body", "99001"), "explain-1.json"),
        (("gaps", "rules", "facts", "--body", "99001"), "gaps-1.json"),
        (("sweep", "rules", "facts", "--points", "推進.Ⅰ.(ⅰ).1.ア=0..2"), "sweep-1.json"),
        (("prove", "rules"), "proof-1.json"),
    ],
)
def test_other_commands_try_it_too(files: tuple[Path, Path], command: tuple[str, ...], schema: str) -> None:
    """On the terminal and as JSON they say that it is a trial."""
    arguments = [{"rules": files[0], "facts": files[1]}.get(part, part) for part in command]
    done = haiten(*arguments, *SET)
    assert done.returncode == 0, done.stderr
    assert TOLD in done.stdout
    data = validated(haiten(*arguments, *SET, "--json").stdout, schema)
    assert data.get("rulebook", data)["set"] == {"目標値": "64%"}


def test_reasons_and_gaps_name_the_constant(files: tuple[Path, Path]) -> None:
    """What was compared with, and what is needed."""
    told = haiten("explain", *files, "--body", "99001", "推進.Ⅰ.(ⅰ).1.イ").stdout
    assert "定数 優良値 = 90%" in told
    assert "定数 目標値（試算の値） = 64%" in haiten("explain", *files, "--body", "99001", *SET).stdout
    table = haiten("gaps", *files, "--body", "99001", "--as", "csv").stdout
    assert "収納率 62.5% → 90%（定数 優良値）以上（あと27.5ポイント）" in table


def test_show_lists_the_constants(files: tuple[Path, Path]) -> None:
    """As they are declared, with what they come to."""
    assert "優良値 = 目標値 × 1.5  = 90%" in haiten("show", files[0]).stdout
    data = validated(haiten("show", files[0], "--json").stdout, "rulebook-1.json")
    assert [(c["name"], c["value"], c["unit"]) for c in data["constants"]] == [
        ("目標値", "60", "%"),
        ("優良値", "90", "%"),
    ]


def test_a_query_says_that_it_is_a_trial(files: tuple[Path, Path]) -> None:
    """In a comment before it."""
    assert f"-- {TOLD}\n" in haiten("sql", files[0], "--dialect", "duckdb", *SET).stdout


@pytest.mark.parametrize("wrong", ["目標=64%", "目標値=64人", "目標値", "目標値=多め"])
def test_what_cannot_be_tried_is_refused(files: tuple[Path, Path], wrong: str) -> None:
    """An unknown name, another unit, no value, no number."""
    done = haiten("score", *files, "--set", wrong)
    assert done.returncode == 1
    assert "H916" in done.stderr


def test_a_rulebook_without_constants_says_so() -> None:
    """In the place of a list of names that has none in it."""
    done = haiten("page", ROOT / "rules/r8/municipal.haiten", "--set", "高齢者人口=3")
    assert done.returncode == 1
    assert "この評価指標には換えられる定数がありません" in done.stderr
    assert "ある名前" not in done.stderr


def test_a_whatif_compares_with_the_values_as_they_are(files: tuple[Path, Path]) -> None:
    """One constant for all bodies, a fact of one along with it: before by the rulebook, after by the trial."""
    arguments = ("whatif", *files, "--body", "99001", *SET)
    done = haiten(*arguments)
    assert done.returncode == 0, done.stderr
    assert TOLD in done.stdout
    assert "定数 目標値: 60% → 64%" in done.stdout
    assert "定数が変わり、ほかの1団体の得点も変わる。" in done.stdout
    data = validated(haiten(*arguments, "--set", "収納率=63", "--json").stdout, "whatif-1.json")
    assert data["rulebook"]["set"] == {"目標値": "64%"}
    assert [(c["column"], c["before"], c["after"]) for c in data["changes"]] == [
        ("定数 目標値", "60%", "64%"),
        ("収納率", "62.5%", "63%"),
    ]
    assert [data["total"][end]["certain"] for end in ("before", "after")] == [2, 0]
    assert data["others"] == 1


def test_tables_as_csv_say_that_they_are_of_a_trial(files: tuple[Path, Path], tmp_path: Path) -> None:
    """In a column of every table, on stdout and in files; without a trial there is none."""
    gaps, sweep = ("gaps", *files, "--body", "99001"), ("sweep", *files, "--points", "推進.Ⅰ.(ⅰ).1.ア=0..1")
    folder, long = tmp_path / "whatif", tmp_path / "sweep.csv"
    assert haiten("whatif", *files, "--body", "99001", *SET, "--as", "csv", "--to", folder).returncode == 0
    assert haiten(*sweep, *SET, "--to", long).returncode == 0
    (tmp_path / "gaps.csv").write_text(haiten(*gaps, *SET, "--as", "csv").stdout, encoding="utf-8")
    written = [*folder.iterdir(), long, tmp_path / "gaps.csv"]
    assert len(written) == 4
    for path in written:
        assert set(polars.read_csv(path)["試算"]) == {"目標値 = 64%"}, path
    assert "試算" not in haiten(*gaps, "--as", "csv").stdout


@pytest.mark.parametrize(
    ("settings", "code", "told"),
    [
        (("目標値=64人",), "H916", "単位は%です"),
        (("目標値=64%", "目標値=65%"), "H916", "2度指定"),
        (("目標直=64%",), "H824", "もしかして: 目標値"),
        (("目標値=64%", "収納立=3"), "H824", "もしかして: 収納率"),
    ],
)
def test_what_a_whatif_cannot_set(files: tuple[Path, Path], settings: tuple[str, ...], code: str, told: str) -> None:
    """Told by what it is: a constant, or what would be a fact."""
    options = [part for setting in settings for part in ("--set", setting)]
    done = haiten("whatif", *files, "--body", "99001", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert code in done.stderr
    assert told in done.stderr


def test_a_whatif_of_a_constant_takes_no_stored_cutoffs(files: tuple[Path, Path], tmp_path: Path) -> None:
    """They are of the constant as it was."""
    cutoffs = tmp_path / "cutoffs.json"
    assert haiten("score", *files, "--save-cutoffs", cutoffs).returncode == 0
    done = haiten("whatif", *files, "--body", "99001", "--cutoffs", cutoffs, *SET)
    assert (done.returncode, done.stdout) == (1, "")
    assert "定数を変えるときは「--cutoffs」を使えません" in done.stderr


def test_an_impact_says_which_figures_of_the_new_rules_were_tried(files: tuple[Path, Path], tmp_path: Path) -> None:
    """On the terminal, in every row of the CSV and in JSON; without a trial nowhere."""
    new = tmp_path / "new.haiten"
    new.write_text(RULES.replace("令和6年度", "令和7年度"), encoding="utf-8")
    arguments = ("impact", files[0], new, files[1])
    assert "試算（後の規則）: 目標値 = 64%" in haiten(*arguments, *SET).stdout
    assert "試算（後の規則）: 目標値 = 64%" in haiten(*arguments, *SET, "--body", "99001").stdout
    path = tmp_path / "impact.csv"
    assert haiten(*arguments, *SET, "--to", path).returncode == 0
    assert polars.read_csv(path)["試算"].to_list() == ["目標値 = 64%"] * 2
    data = validated(haiten(*arguments, *SET, "--json").stdout, "impact-1.json")
    assert ("set" in data["old"], data["new"]["set"]) == (False, {"目標値": "64%"})
    assert "試算" not in haiten(*arguments).stdout
    assert "set" not in json.loads(haiten(*arguments, "--json").stdout)["new"]
