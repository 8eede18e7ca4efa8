"""The real commands, from end to end: what they print where, and how they end."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import haiten, validated

ROOT = Path(__file__).parents[2]
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
SHEET = ROOT / "examples" / "kitashiobara_r6.csv"
BAD = ROOT / "tests" / "diagnostics" / "bad"


# check


def test_check_sums_up_a_clean_rulebook() -> None:
    """Totals of every level, leaves, sources, and a last line that says it is clean."""
    done = haiten("check", R6)
    assert done.returncode == 0
    assert done.stderr == ""
    for words in (
        "保険者機能強化推進交付金  ",
        "満点 800点  項目 296（本文 264、「に同じ」による共有 32）",
        "推定 147、出典なし 0",
    ):
        assert words in done.stdout
    lines = [line.split() for line in done.stdout.splitlines() if "交付金 " in line]
    assert [(line[1], line[-2]) for line in lines] == [("推進", "400点"), ("支援", "400点")]
    groups = [line.split()[-2] for line in done.stdout.splitlines() if line.strip().startswith("指標群")]
    assert groups == [f"{n}点" for n in (64, 36, 68, 32, 64, 36, 100, 52, 48, 64, 36, 68, 32, 100)]
    assert done.stdout.endswith("rules/r6/municipal.haiten: 誤りはありません\n")


def test_check_tells_every_mistake_of_every_file() -> None:
    """Several files, several mistakes: all on stdout, status 1."""
    done = haiten("check", BAD / "unknown_name.haiten", BAD / "five_mistakes_of_five_kinds_x5.haiten")
    assert done.returncode == 1
    assert set(re.findall(r"\[(H\d{3})\]", done.stdout)) == {"H201", "H103", "H401", "H701", "H102", "H301"}
    assert "エラー5件" in done.stdout


def test_check_for_editors_and_tools() -> None:
    """The gnu lines and the JSON say the same as the text."""
    file = BAD / "five_mistakes_of_five_kinds_x5.haiten"
    lines = haiten("check", "--format", "gnu", file).stdout.splitlines()
    assert all(re.fullmatch(r".+\.haiten:\d+:\d+: (error|warning|note): .+ \[H\d{3}\]", line) for line in lines)
    data = validated(haiten("check", "--format", "json", file).stdout, "diagnostics-1.json")
    assert [d["code"] for d in data["diagnostics"]] == [line[-5:-1] for line in lines]
    two_places = validated(
        haiten("check", "--format", "json", BAD / "label_doubled.haiten").stdout, "diagnostics-1.json"
    )
    assert two_places["diagnostics"][0]["related"]["place"]["line"] == 13


def test_check_warns_and_is_strict_when_asked(tmp_path: Path) -> None:
    """Warnings leave status 0, with --strict 1; an uncited text is an error only then."""
    warned = BAD / "fact_never_used.haiten"
    assert haiten("check", warned).returncode == 0
    assert haiten("check", "--strict", warned).returncode == 1
    uncited = tmp_path / "uncited.haiten"
    cited = R6.read_text(encoding="utf-8")
    uncited.write_text(cited.replace("「活動指標群」〔登米〕", "「活動指標群」", 1), encoding="utf-8")
    assert haiten("check", uncited).returncode == 0
    strict = haiten("check", "--strict", uncited)
    assert strict.returncode == 1
    assert strict.stdout.count("[H702]") == 1


# fmt


def test_fmt_writes_the_canonical_form(tmp_path: Path) -> None:
    """--check reports without writing; fmt writes; a second fmt has nothing to do; meaning and comments stay."""
    file = tmp_path / "untidy.haiten"
    text = R6.read_text(encoding="utf-8")
    untidy = re.sub(r"^ +", "", text, flags=re.MULTILINE).replace(" 4点", "　４点") + "# おわり\n"
    file.write_text(untidy, encoding="utf-8")
    assert haiten("fmt", "--check", file).returncode == 1
    assert file.read_text(encoding="utf-8") == untidy
    assert haiten("fmt", file).returncode == 0
    assert file.read_text(encoding="utf-8") == text + "\n# おわり\n"
    done = haiten("fmt", "--check", file)
    assert (done.returncode, done.stdout) == (0, "")


def test_fmt_leaves_a_broken_file_alone() -> None:
    """What cannot be read is not rewritten."""
    file = BAD / "text_left_open.haiten"
    before = file.read_text(encoding="utf-8")
    done = haiten("fmt", file)
    assert done.returncode == 1
    assert "[H102]" in done.stderr
    assert file.read_text(encoding="utf-8") == before


# show


def test_show_prints_the_tree() -> None:
    """The whole tree, or a part of it by its path in any width."""
    whole = haiten("show", R6)
    assert whole.returncode == 0
    assert "推進.Ⅳ に同じ" in whole.stdout
    assert whole.stdout.count("上位1割") > 20
    part = haiten("show", R6, "推進．Ⅳ．成果．１")
    assert part.stdout.startswith("推進.Ⅳ.成果.1 ")
    assert "いずれか" in part.stdout
    assert "差 = 短期軽度変化率 － 前年度(短期軽度変化率)" in part.stdout
    wrong = haiten("show", R6, "推進.Ⅳ.成果.9")
    assert wrong.returncode == 1
    assert "もしかして" in wrong.stderr


# score


def test_score_prints_kitashiobara() -> None:
    """295 of 800, by grant, goal and group with rates."""
    done = haiten("score", R6, SHEET)
    assert done.returncode == 0
    rows = {line.split()[0]: line.split()[-2:] for line in done.stdout.splitlines() if "点" in line and "%" in line}
    assert rows["計"] == ["295/800点", "36.9%"]
    assert rows["推進"] == ["124/400点", "31.0%"]
    assert rows["支援"] == ["171/400点", "42.8%"]


def test_score_as_json_lists_every_node() -> None:
    """The JSON holds to its schema and lists shared nodes under both paths."""
    data = validated(haiten("score", R6, SHEET, "--json").stdout, "score-1.json")
    (body,) = data["bodies"]
    assert body["total"] == {"certain": 295, "possible": 295, "maximum": 800}
    for grant in ("推進", "支援"):
        node = body["nodes"][f"{grant}.Ⅳ.成果.1.ア.①"]
        assert node == {"certain": 5, "possible": 5, "maximum": 5, "verdict": "awarded", "given": True}
    leaves = [node for node in body["nodes"].values() if "verdict" in node]
    assert len(leaves) == 296
    assert sum(leaf["certain"] for leaf in leaves) == 295


def test_score_writes_csv_for_excel(tmp_path: Path) -> None:
    """--to writes every node of every body, with year and fingerprint, as Excel reads it."""
    out = tmp_path / "scores.csv"
    assert haiten("score", R6, SHEET, "--to", out).returncode == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["団体名"], row["年度"]) == ("北塩原村", "令和6年度")
    assert (row["得点.全体"], row["判定.推進.Ⅰ.(ⅰ).1.ア"]) == ("295", "得点")
    assert re.fullmatch("[0-9a-f]{64}", row["規則の指紋"])
    denied = haiten("score", R6, SHEET, "--to", tmp_path / "none" / "scores.csv")
    assert denied.returncode == 1
    assert "書けません" in denied.stderr


def test_cutoffs_of_a_run_score_one_body_later(tmp_path: Path) -> None:
    """Saved cut-offs hold to their schema, give one body its points, and are refused for other rules."""
    nation, one, cutoffs = tmp_path / "nation.csv", tmp_path / "one.csv", tmp_path / "cutoffs.json"
    head = "団体コード,年度,ケアプラン点検割合\n"
    rows = [f"{50000 + n},令和6年度,{n / 10:.1f}" for n in range(1, 101)]
    nation.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    one.write_text(head + rows[94] + "\n", encoding="utf-8")
    assert haiten("score", R6, nation, "--save-cutoffs", cutoffs).returncode == 0
    data = validated(cutoffs.read_text(encoding="utf-8"), "cutoffs-2.json")
    (ranking,) = [r for r in data["rankings"] if r["value"] == "ケアプラン点検割合"]
    assert (ranking["n"], ranking["direction"], ranking["subset"]) == (100, "higher", None)
    assert ranking["steps"][-1] == {"step": "上位1割", "in": 10, "cutoff": "91/10"}
    scored = json.loads(haiten("score", R6, one, "--cutoffs", cutoffs, "--json").stdout)
    assert scored["bodies"][0]["nodes"]["推進.Ⅱ.(ⅱ).1"]["certain"] == 16
    told = haiten("explain", R6, one, "--body", "50095", "推進.Ⅱ.(ⅱ).1.エ", "--cutoffs", cutoffs)
    assert "保存された100団体の大きい順で、上位1割は10位まで（ケアプラン点検割合 が 9.1%以上）" in told.stdout
    other = tmp_path / "other.haiten"
    other.write_text(R6.read_text(encoding="utf-8").replace("件 0以上", "件", 1), encoding="utf-8")
    missing = tmp_path / "none.json"
    for file, code, reason in (
        (cutoffs, "H815", "規則の異なる"),
        (missing, "H827", "ファイルがありません"),
        (one, "H827", "JSON"),
    ):
        refused = haiten("score", other, one, "--cutoffs", file)
        assert refused.returncode == 1
        assert f"[{code}]" in refused.stderr
        assert reason in refused.stderr


def test_score_of_many_bodies_and_of_one_among_them(tmp_path: Path) -> None:
    """Many bodies are a row each with the averages; --body shows one of them, still ranked among all."""
    facts = tmp_path / "facts.csv"
    rows = [f"{50000 + n},令和6年度,{n}" for n in range(30)]
    facts.write_text("団体コード,年度,ケアプラン点検割合\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = haiten("score", R6, facts)
    assert "30団体の得点" in done.stdout
    assert "ほか10団体" in done.stdout
    assert "30団体の平均" in done.stdout
    assert re.search(r"計 +800 +[0-9.–]+ +[0-9.]+–[0-9.]+%", done.stdout)
    one = haiten("score", R6, facts, "--body", "50029")
    assert "16–" in one.stdout
    unknown = haiten("score", R6, facts, "--body", "99999")
    assert unknown.returncode == 1
    assert "[H816]" in unknown.stderr


# explain


def test_explain_follows_a_point_to_clause_source_and_fact(tmp_path: Path) -> None:
    """Verdict, clause with file and line, source, facts, value, rank, N and cut-off."""
    facts = tmp_path / "facts.csv"
    rows = [f"{50000 + n},令和6年度,{n},1000,議事録{n}" for n in range(20)]
    head = "団体コード,年度,魅力研修修了者数,高齢者人口,根拠.推進.Ⅲ.(ⅱ).1.ウ\n"
    facts.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    told = haiten("explain", R6, facts, "--body", "50012", "推進.Ⅲ.(ⅱ).1").stdout
    lines = R6.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "魅力研修修了者数 が" in text)
    assert f"municipal.haiten:{line}" in told
    for words in (
        "実施市町村の上位5割 得点 3/3点",
        "実施市町村の上位3割 非該当 0/3点",
        "魅力研修修了者数 = 12人",
        "高齢者人口 = 1,000人",
        "修了者比率 = 0.012 は19団体の大きい順で8位。上位3割は5位まで（修了者比率 が 0.015以上）",
        "根拠 議事録12",
        "〔導出 集計〕 公表値からの導出: 令和6年度該当状況調査",
    ):
        assert words in told, told


def test_explain_as_json_holds_to_its_schema() -> None:
    """The same as data, for the whole sheet."""
    done = haiten("explain", R6, SHEET, "--body", "074021", "--json")
    data = validated(done.stdout, "explain-1.json")
    assert [trace["certain"] for trace in data["traces"]] == [124, 171]
    first = data["traces"][0]["children"][0]["children"][0]["children"][0]["children"][0]
    assert first["path"] == "推進.Ⅰ.(ⅰ).1.ア"
    assert first["reason"] == {"kind": "answer", "text": "該当", "truth": True}
    assert first["timing"] == "前年度の取組"


# usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "「chek」というコマンドはありません"),
        (["check"], "「FILE」を指定してください"),
        (["score", R6], "「FACTS」を指定してください"),
        (["explain", R6, SHEET], "「--body」を指定してください"),
        (["check", R6, "--formt", "json"], "「--formt」というオプションはありません（もしかして: --format）。"),
        (["check", R6, "--zz=json"], "「--zz」というオプションはありません。"),
        (
            ["check", R6, "--format", "jsn"],
            "「jsn」は使えない値です（--format に使える値: text、gnu、json、sarif）（もしかして: json）。",
        ),
        (["sql", R6, "--dialect", "mysql"], "--dialect に使える値: duckdb、spark、databricks、postgres、"),
        (["stats", R6, SHEET, "--table", "指標群"], "（もしかして: 指標群別）"),
        (["stats", R6, SHEET, "--as", "excel"], "（--as に使える値: table、csv、xlsx、json）。"),
        (["stats", R6, SHEET, "--previous", R6], "「--previous」の後にファイルが2つ要ります（今は1つ）。"),
        (["stats", R6, SHEET, "--previous"], "「--previous」の後にファイルが2つ要ります（今は0つ）。"),
        (["sweep", R6, SHEET, "--point", "a=1"], "「--point」というオプションはありません（もしかして: --points）。"),
        (
            ["whatif", R6, SHEET, "--body", "1", "--sets", "a=1"],
            "「--sets」というオプションはありません（もしかして: --set）。",
        ),
        (["gaps", R6, SHEET, "--body"], "「--body」の後に値が要ります。"),
        (["show", R6, "推進", "余分"], "余分な引数があります: 余分"),
    ],
)
def test_wrong_usage_ends_with_two(arguments: list[object], words: str) -> None:
    """A sentence in Japanese on stderr, nothing on stdout, status 2."""
    done = haiten(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "command", [[], ["check"], ["fmt"], ["show"], ["score"], ["explain"], ["explain-code"], ["schema"], ["reference"]]
)
def test_help_is_japanese(command: list[str]) -> None:
    """Every command explains itself in Japanese."""
    done = haiten(*command, "--help")
    assert done.returncode == 0
    assert "使い方: haiten" in done.stdout
    assert "引数" in done.stdout
    assert not re.search(r"Usage|Commands|Parameters|required|choices|Display", done.stdout)


def test_files_that_are_not_there() -> None:
    """A missing rule file or fact file is status 1 with a diagnostic on stderr."""
    for arguments in (
        ("score", "none.haiten", SHEET),
        ("score", R6, "none.csv"),
        ("explain", R6, "none.csv", "--body", "1"),
    ):
        done = haiten(*arguments)
        assert done.returncode == 1
        assert "ファイルがありません" in done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (f"show {R6}", "令和6年度"),
        (f"score {R6} {SHEET} --json", "{"),
        (f"gaps {R6} {SHEET} --body 074021 --as csv", "失点,"),
        (f"stats {R6} {SHEET} --as json", "{"),
        (f"stats {R6} {SHEET} --table 該当率 --as csv", "項目,"),
        (f"sql {R6} --dialect duckdb", "--"),
    ],
)
def test_a_closed_pipe_is_no_mistake(arguments: str, line: str) -> None:
    """Where nobody reads on, a command ends quietly, with the status of one that SIGPIPE ended."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "haiten.cli", *arguments.split(" ")]
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    os.close(writing)
    # One body alone is no nation: that is said before anything is written.
    note = "注記: 全国の" if arguments.startswith("stats") else ""
    assert (done.returncode, done.stderr.count("\n")) == (141, int(bool(note)))
    assert done.stderr.startswith(note)
    head = f"{' '.join(shlex.quote(word) for word in command)} | head -1"
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run([shell, "-c", head], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stderr.count("\n"), done.stderr.startswith(note)) == (int(bool(note)), True)
    assert done.stdout.startswith(line)


# check --fix, sarif


def test_check_fixes_what_is_sure(tmp_path: Path) -> None:
    """Look-alike labels and names and a forgotten unit are put right, shown as a diff; the rest stays and is told."""
    file = tmp_path / "rules.haiten"
    text = (ROOT / "tests" / "diagnostics" / "good" / "smallest_of_each_level.haiten").read_text(encoding="utf-8")
    wrong = text.replace("目標 Ⅰ", "目標 I").replace("0人超", "0超").replace("比率 が 上位5割", "比率 が 上位0割")
    file.write_text(wrong, encoding="utf-8")
    done = haiten("check", "--fix", file)
    assert done.returncode == 1
    assert "[H506]" in done.stdout
    assert "-  目標 I 「" in done.stderr
    assert "+  目標 Ⅰ 「" in done.stderr
    assert file.read_text(encoding="utf-8") == text.replace("比率 が 上位5割", "比率 が 上位0割")
    again = haiten("check", "--fix", file)
    assert again.stderr == ""


def test_check_speaks_sarif() -> None:
    """A SARIF 2.1.0 log with rules, places and fixes."""
    files = (BAD / "latin_letter_for_a_roman_numeral.haiten", BAD / "label_doubled.haiten")
    done = haiten("check", "--format", "sarif", *files)
    log = json.loads(done.stdout)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["H113", "H205"]
    first, second = run["results"]
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 10
    (change,) = first["fixes"][0]["artifactChanges"][0]["replacements"]
    assert change["insertedContent"]["text"] == "Ⅰ"
    assert second["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 13


# explain-code


def test_explain_code_tells_what_a_code_means() -> None:
    """The page of a code, however it is written; a code that does not exist is answered with the nearest."""
    for code in ("H401", "h401", "Ｈ４０１"):
        done = haiten("explain-code", code)
        assert done.returncode == 0
        assert "H401" in done.stdout
        assert "直し方" in done.stdout
    unknown = haiten("explain-code", "H499")
    assert unknown.returncode == 1
    assert "もしかして: H4" in unknown.stderr
