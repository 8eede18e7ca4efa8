"""前年度の上位3割に当たる値 from last year's cut-offs, in every command, and what is told where they do not fit."""

import csv
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Final

import duckdb
import pytest
from real_commands import haiten, validated

RULES: Final = """言語 1
令和{year}年度 市町村 評価指標

出典 要綱 「要綱」

事実 参加率 : % 0以上 100以下 小数2桁 「参加率」 〔要綱〕
事実 認定率 : % 0以上 100以下 小数2桁 小さいほど良い 「認定率」 〔要綱〕
事実 参加者 : 人 0以上 「参加者」 〔要綱〕
事実 {people} : 人 1以上 「人口」 〔要綱〕{past}

交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「群」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 10点
        割合 = 参加者 ÷ {people} 〔要綱〕
        ア 「a」〔要綱〕 2点 要件 {a}
        イ 「b」〔要綱〕 2点 要件 {b}
        ウ 「c」〔要綱〕 2点 要件 {c}
        エ 「d」〔要綱〕 2点 要件 {d}
        オ 「e」〔要綱〕 2点 要件 {e}
"""
BEFORE: Final = {
    "year": "6",
    "people": "人口",
    "past": "",
    "a": "参加率 が 上位3割",
    "b": "認定率 が 上位50%",
    "c": "割合 が 上位3割",
    "d": "参加率 が 全国平均(参加率) 以上",
    "e": "順位(参加率) が 5位以下",
}
NOW: Final = {
    "year": "7",
    "people": "高齢者数",
    "past": " 前身 令和6年度 人口",
    "a": "参加率 が 前年度の上位3割に当たる値 以上",
    "b": "認定率 が 前年度の上位5割に当たる値 以下",
    "c": "割合 が 前年度の上位30%に当たる値 以上",
    "d": "参加率 が 前年度の全国平均 × 0.9 以上",
    "e": "参加率 が 前年度の上位2位に当たる値 未満",  # found among the places that 順位 kept
}
LAST: Final = [  # 参加率, 認定率, 参加者, 人口
    ("10.00", "20.00", "10", "70"),
    ("9.00", "19.00", "20", "70"),
    ("8.00", "18.00", "30", "70"),
    ("7.00", "17.00", "40", "70"),
]
NEW: Final = [
    ("9.50", "18.00", "40", "70"),
    ("8.99", "18.01", "39", "70"),
    ("7.65", "1.00", "1", "3"),
    ("", "", "", ""),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, words, rows in (("r6", BEFORE, LAST), ("r7", NOW, NEW)):
        (tmp_path / f"{name}.haiten").write_text(RULES.format(**words), encoding="utf-8")
        head = f"団体コード,団体名,年度,参加率,認定率,参加者,{words['people']}"
        lines = [f"9900{n},市{n},令和{words['year']}年度,{','.join(row)}" for n, row in enumerate(rows, start=1)]
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    done = haiten("score", tmp_path / "r6.haiten", tmp_path / "r6.csv", "--save-cutoffs", tmp_path / "r6.json")
    assert done.returncode == 0, done.stderr
    return tmp_path


# By hand: 上位3割 of 4 bodies is one (10 %), 上位50% of 認定率 two (18 %), 割合 4/7, the mean 8.5 %, 上位2位 9 %.
VERDICTS: Final = [
    ("非該当", "得点", "得点", "得点", "非該当"),
    ("非該当", "非該当", "非該当", "得点", "得点"),
    ("非該当", "得点", "非該当", "得点", "得点"),
    ("未回答", "未回答", "未回答", "未回答", "未回答"),
]


def cutoffs_of(folder: Path) -> tuple[object, ...]:
    return ("--previous-cutoffs", folder / "r6.json")


def scored(folder: Path, *more: object) -> list[tuple[str, ...]]:
    out = folder / "out.csv"
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", "--to", out, *more)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    return [tuple(row[f"判定.推進.Ⅰ.(ⅰ).1.{label}"] for label in "アイウエオ") for row in rows]


def test_bars_are_those_of_last_year(folder: Path) -> None:
    """Five bars, worked out on paper: a step, from the small end, of a quotient, a mean, and a place."""
    assert scored(folder, "--previous-cutoffs", folder / "r6.json") == VERDICTS


def test_without_them_points_are_a_range_and_the_file_is_named(folder: Path) -> None:
    """What is unknown is said to be, and what to give."""
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv")
    assert scored(folder) == [("未回答",) * 5] * 4
    assert "[H526]" in done.stderr
    assert "--previous-cutoffs 令和6年度の段の境の値のファイル" in done.stderr
    assert "前年度の上位30%に当たる値(参加者 ÷ 高齢者数)" in done.stderr


def test_a_published_figure_may_stand_in_a_column(folder: Path) -> None:
    """As any value of last year; beside the file of cut-offs neither is taken."""
    facts = (folder / "r7.csv").read_text(encoding="utf-8").splitlines()
    lines = [
        f"{line},{cell}" for line, cell in zip(facts, ["前年度.上位3割に当たる値(参加率)", *["9.00"] * 4], strict=True)
    ]
    (folder / "r7.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert [row[0] for row in scored(folder)] == ["得点", "非該当", "非該当", "未回答"]
    both = haiten("score", folder / "r7.haiten", folder / "r7.csv", "--previous-cutoffs", folder / "r6.json")
    assert (both.returncode, "「前年度.上位3割に当たる値(参加率)」が" in both.stderr) == (1, True)


def test_a_trace_says_of_which_year_from_which_file_over_how_many(folder: Path) -> None:
    """In words, and as JSON with its schema."""
    given = (
        "explain",
        folder / "r7.haiten",
        folder / "r7.csv",
        "--body",
        "99001",
        "--previous-cutoffs",
        folder / "r6.json",
    )
    words = re.sub(r"[\s│]+", "", haiten(*given).stdout)
    assert "前年度の上位3割に当たる値(参加率)=10%（令和6年度の4団体、1位まで。" in words
    assert "前年度の全国平均(参加率)=8.5%（令和6年度の4団体。" in words
    assert "r6.json）" in words
    validated(haiten(*given, "--json").stdout, "explain-1.json")
    told = json.loads(haiten(*given, "推進.Ⅰ.(ⅰ).1.ウ", "--json").stdout)
    assert f'"then": {{"year": "令和6年度", "file": "{folder / "r6.json"}", "n": 4, "in": 1}}' in json.dumps(
        told, ensure_ascii=False
    )


def test_gaps_and_what_if_read_them(folder: Path) -> None:
    """What is lacking is counted up to last year's bar, which is not changed by hand."""
    cutoffs = ("--body", "99002", "--previous-cutoffs", folder / "r6.json")
    lacking = haiten("gaps", folder / "r7.haiten", folder / "r7.csv", *cutoffs, "--as", "csv").stdout
    assert "前年度の上位3割に当たる値(参加率)（10%）以上（あと1.01ポイント）" in lacking
    tried = haiten("whatif", folder / "r7.haiten", folder / "r7.csv", *cutoffs, "--set", "参加率=10")
    assert (tried.returncode, "推進.Ⅰ.(ⅰ).1.ア" in tried.stdout) == (0, True), tried.stdout
    moved = ("--set", "前年度.上位3割に当たる値(参加率)=1")
    refused = haiten("whatif", folder / "r7.haiten", folder / "r7.csv", *cutoffs, *moved)
    assert (refused.returncode, "--previous-cutoffs から読んだ値なので、変えられません" in refused.stderr) == (1, True)


def test_a_query_has_them_as_numbers(folder: Path) -> None:
    """DuckDB gives the verdicts that score gives, from a table without the columns."""
    given = ("sql", folder / "r7.haiten", "--dialect", "duckdb", "--previous-cutoffs", folder / "r6.json")
    text = haiten(*given).stdout
    assert "-- 前年度.上位30%に当たる値(参加者 ÷ 高齢者数) = 4/7（令和6年度の4団体、1位まで。" in text
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE facts AS SELECT * FROM read_csv('{folder / 'r7.csv'}', types={{'団体コード': 'VARCHAR'}})"
    )
    found = connection.execute(text)
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert [tuple(row[f"判定.推進.Ⅰ.(ⅰ).1.{label}"] for label in "アイウエオ") for row in rows] == VERDICTS
    assert "上位3割に当たる値" in haiten("sql", folder / "r7.haiten", "--dialect", "spark").stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": "8"}, "令和6年度 市町村のものです（令和7年度 市町村のものが要ります）"),
        ({"e": "参加率 が 前年度の全国中央値 以上"}, "「全国中央値(参加率)」がありません"),
        ({"b": "認定率 が 前年度の上位4割に当たる値 以下"}, "「認定率」の上位4割の境がありません（あるのは 上位50%）"),
        ({"c": "参加者 が 前年度の上位3割に当たる値 以上"}, "「参加者」の、全団体の順位がありません"),
        ({"c": "割合 が 前年度の全国平均 以上"}, "[H524]"),
    ],
)
def test_what_the_file_does_not_hold_is_refused(folder: Path, change: dict[str, str], words: str) -> None:
    """Nothing is guessed from a step that is near."""
    (folder / "r7.haiten").write_text(RULES.format(**NOW | change), encoding="utf-8")
    facts = (folder / "r7.csv").read_text(encoding="utf-8")
    (folder / "r7.csv").write_text(facts.replace("令和7", f"令和{(NOW | change)['year']}"), encoding="utf-8")
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", "--previous-cutoffs", folder / "r6.json")
    assert (done.returncode, words in done.stderr) == (1, True), done.stderr


def test_files_that_are_not_last_years_are_refused(folder: Path) -> None:
    """A changed file, a trial, a rulebook that asks for none; and of a revision, another base."""
    given = ("score", folder / "r7.haiten", folder / "r7.csv", "--previous-cutoffs", folder / "cutoffs.json")
    text = (folder / "r6.json").read_text(encoding="utf-8")
    (folder / "cutoffs.json").write_text(text.replace('"10"', '"11"', 1), encoding="utf-8")
    assert "検査値が中身と合いません" in haiten(*given).stderr
    (folder / "cutoffs.json").write_text("{", encoding="utf-8")
    assert "[H827]" in haiten(*given).stderr
    none = haiten("score", folder / "r6.haiten", folder / "r6.csv", "--previous-cutoffs", folder / "r6.json")
    assert (none.returncode, "前年度の全国の値と比べる項目がありません" in none.stderr) == (1, True)


def test_a_revision_takes_those_of_its_base_alone(folder: Path) -> None:
    """The fingerprint of what is amended is known."""
    revision = """言語 1
令和6年度 市町村 評価指標 を次のように改正する。
令和7年度 市町村 評価指標
推進.Ⅰ.(ⅰ).1.ア の要件「参加率 が 上位3割」を「参加率 が 前年度の上位3割に当たる値 以上」に改める。
"""
    (folder / "revision.haiten").write_text(revision, encoding="utf-8")
    facts = (folder / "r7.csv").read_text(encoding="utf-8").replace("高齢者数", "人口")
    (folder / "r7.csv").write_text(facts, encoding="utf-8")
    given = ("score", folder / "revision.haiten", folder / "r7.csv", "--base", folder / "r6.haiten")
    assert haiten(*given, "--previous-cutoffs", folder / "r6.json").returncode == 0
    other = RULES.format(**BEFORE | {"b": "認定率 が 上位51%"})
    (folder / "other.haiten").write_text(other, encoding="utf-8")
    haiten("score", folder / "other.haiten", folder / "r6.csv", "--save-cutoffs", folder / "other.json")
    refused = haiten(*given, "--previous-cutoffs", folder / "other.json")
    assert (refused.returncode, "この改正の元の評価指標ではありません" in refused.stderr) == (1, True)


def test_two_values_of_one_text_are_told_apart_by_their_items_or_not_at_all(folder: Path) -> None:
    """A local name is that of the item that defines it; a mean of one says nothing of its item."""
    two = """
      指標 2 「別」〔要綱〕 2点
        割合 = 参加者 ÷ 参加者 〔要綱〕
        ア 「f」〔要綱〕 2点 要件 割合 が 上位3割
"""
    before = RULES.format(**BEFORE).replace("10点", "12点") + two
    before = before.replace("「指標」〔要綱〕 12点", "「指標」〔要綱〕 10点")
    (folder / "r6.haiten").write_text(before, encoding="utf-8")
    haiten("score", folder / "r6.haiten", folder / "r6.csv", "--save-cutoffs", folder / "r6.json")
    rankings = json.loads((folder / "r6.json").read_text(encoding="utf-8"))["rankings"]
    assert [ranking["value"] for ranking in rankings].count("割合") == 2
    assert scored(folder, "--previous-cutoffs", folder / "r6.json") == VERDICTS
    written_out = NOW | {"c": "参加者 ÷ 高齢者数 が 前年度の上位3割に当たる値 以上"}
    (folder / "r7.haiten").write_text(RULES.format(**written_out), encoding="utf-8")
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", "--previous-cutoffs", folder / "r6.json")
    assert "「参加者 ÷ 人口」の、全団体の順位がありません" in done.stderr  # 割合 may be anything


def test_an_impact_holds_last_years_sheets_to_their_own_cutoffs(folder: Path) -> None:
    """What was a rank is a bar now: whoever was within it, still is."""
    given = ("impact", folder / "r6.haiten", folder / "r7.haiten", folder / "r6.csv", "--body", "99001")
    unknown, known = haiten(*given), haiten(*given, "--previous-cutoffs", folder / "r6.json")
    assert (unknown.returncode, known.returncode) == (0, 0), known.stderr
    assert "計 6点 → 0–10点" in unknown.stdout
    assert "計 6点 → 4点" in known.stdout


def test_the_python_face_keeps_fractions(folder: Path) -> None:
    """Cut-offs are exact: 4/7 of the bodies' quotient is met by 4/7."""
    import haiten as face
    from haiten.scoring.reading.how import HowToRead

    rulebook = face.compile(folder / "r7.haiten")
    scores = rulebook.score(folder / "r7.csv", how=HowToRead(previous_cutoffs=folder / "r6.json"))
    assert scores.run.facts.figures["前年度.上位30%に当たる値(参加者 ÷ 高齢者数)"].value == Fraction(4, 7)


def test_a_record_holds_the_cutoffs_and_is_run_again(folder: Path) -> None:
    """Last year's bars are of the record."""
    record = folder / "run.haitenrun"
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", *cutoffs_of(folder), "--record", record)
    assert done.returncode == 0, done.stderr
    (folder / "r6.json").unlink()
    again = haiten("verify", record)
    assert again.returncode == 0, again.stdout + again.stderr
