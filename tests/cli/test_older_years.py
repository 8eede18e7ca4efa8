"""--previous-year: values of older years from their rulebooks and facts, each told apart by its year."""

import csv
from pathlib import Path
from typing import Final

import pytest
from real_commands import haiten

HEAD: Final = """言語 1
{year} 市町村 評価指標
起点 令和5年度

出典 要綱 「要綱」

事実 参加率 : % 0以上 100以下 小数2桁 「参加率」 〔要綱〕{past}
事実 認定率 : % 0以上 100以下 小数2桁 小さいほど良い 「認定率」 〔要綱〕

交付金 推進 「推進」〔要綱〕 {points}点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 {points}点〔要綱〕
    指標群 (ⅰ) 「群」〔要綱〕 {points}点〔要綱〕
"""
OLD: Final = """      指標 1 「指標」〔要綱〕 10点〔要綱〕
        ア 「a」〔要綱〕 4点 要件 {rate} が 上位5割
        イ 「b」〔要綱〕 6点 要件 認定率 が 20%以下
"""
NEW: Final = """      指標 1 「別」〔要綱〕 10点〔要綱〕 新設
        ア 「a」〔要綱〕 2点 要件 参加率 が 前年度(参加率) 超
        イ 「b」〔要綱〕 2点 要件 参加率 が 前々年度を上回る
        ウ 「c」〔要綱〕 2点 要件 参加率 が 令和5年度(参加率) 以上
        エ 「d」〔要綱〕 2点 要件 前年度(得点(指標)) が 10点以上
        オ 「e」〔要綱〕 2点 要件 前年度(順位(認定率)) が 1位以下
      指標 2 「指標」〔要綱〕 10点〔要綱〕 前身 令和6年度 推進.Ⅰ.(ⅰ).1
        ア 「a」〔要綱〕 4点 要件 参加率 が 前年度の上位5割に当たる値 以上
        イ 「b」〔要綱〕 6点 要件 認定率 が 20%以下
""".replace("得点(指標)", "得点(推進.Ⅰ.(ⅰ).2)")
# 参加率 and 認定率 of three bodies; in 令和5年度 the fact was called 出席率, and 99003 was not there.
FACTS: Final = {
    "令和5年度": ("出席率", [("10.00", "30.00"), ("12.00", "19.00")]),
    "令和6年度": ("参加率", [("11.00", "20.00"), ("10.00", "18.00"), ("9.00", "17.00")]),
    "令和7年度": ("参加率", [("11.00", "1.00"), ("11.00", "1.00"), ("11.00", "1.00")]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for year, (rate, rows) in FACTS.items():
        name = f"r{year[2]}"
        if year == "令和7年度":
            rules = HEAD.format(year=year, past=" 前身 令和5年度 出席率", points=20) + NEW
        else:
            rules = HEAD.format(year=year, past="", points=10).replace("事実 参加率", f"事実 {rate}")
            rules += OLD.format(rate=rate)
        (tmp_path / f"{name}.haiten").write_text(rules, encoding="utf-8")
        lines = [f"9900{n},市{n},{year},{','.join(row)}" for n, row in enumerate(rows, start=1)]
        text = "\n".join([f"団体コード,団体名,年度,{rate},認定率", *lines, ""])
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def year(folder: Path, name: str) -> tuple[object, ...]:
    return ("--previous-year", folder / f"{name}.haiten", folder / f"{name}.csv")


def verdicts(folder: Path, *more: object) -> list[str]:
    out = folder / "out.csv"
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", "--to", out, *more)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    words = {"得点": "○", "非該当": "×", "未回答": "？"}
    leaves = [*(f"1.{label}" for label in "アイウエオ"), "2.ア"]
    return ["".join(words[row[f"判定.推進.Ⅰ.(ⅰ).{leaf}"]] for leaf in leaves) for row in rows]


def test_values_of_two_older_years(folder: Path) -> None:
    """By hand: rises, a named year under the older name, points by the older number, a place, and a cut-off."""
    # 99001: 11 over 11 no, over 10 yes, from 10 yes; 4 + 6 points (the best of three, 20 %); third; 11 from 11.
    # 99002: 11 over 10 yes, over 12 no, from 12 no; 6 points; second. 99003 is new since 令和5年度; 6 points; first.
    expected = ["×○○○×○", "○××××○", "○？？×○○"]
    assert verdicts(folder, *year(folder, "r6"), *year(folder, "r5")) == expected
    assert verdicts(folder, *year(folder, "r5"), *year(folder, "r6")) == expected  # the year tells them apart


def test_what_is_not_given_stays_unknown(folder: Path) -> None:
    """One year alone, or none."""
    assert verdicts(folder) == ["？？？？？？"] * 3
    assert verdicts(folder, *year(folder, "r6")) == ["×？？○×○", "○？？××○", "○？？×○○"]
    assert verdicts(folder, *year(folder, "r5")) == ["？○○？？？", "？××？？？", "？？？？？？"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("r6", "r6"), "令和6年度が2つあります"),
        (("r7",), "令和7年度は、令和7年度より前の年度ではありません"),
    ],
)
def test_years_that_are_doubled_or_not_older_are_refused(folder: Path, names: tuple[str, ...], words: str) -> None:
    """Neither of two is taken."""
    given = [option for name in names for option in year(folder, name)]
    done = haiten("score", folder / "r7.haiten", folder / "r7.csv", *given)
    assert (done.returncode, words in done.stderr) == (1, True), done.stderr


def test_a_year_that_nobody_asks_for_is_told(folder: Path) -> None:
    """It would do nothing."""
    done = haiten("score", folder / "r6.haiten", folder / "r6.csv", *year(folder, "r5"))
    assert (done.returncode, "令和5年度の値を読む項目がありません（読む年度: なし）" in done.stderr) == (1, True)


def test_facts_that_say_something_else_of_a_year_are_told(folder: Path) -> None:
    """A column that agrees is read as it is; one that does not is no more right than the year's own facts."""
    facts = (folder / "r7.csv").read_text(encoding="utf-8").splitlines()
    for cells, status in ((("11", "", ""), 0), (("10.5", "", ""), 1)):
        lines = [f"{line},{cell}" for line, cell in zip(facts, ("前年度.参加率", *cells), strict=True)]
        (folder / "r7.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
        done = haiten("score", folder / "r7.haiten", folder / "r7.csv", *year(folder, "r6"))
        assert (done.returncode, "前年度.参加率" in done.stderr) == (status, bool(status)), done.stderr


def test_explain_and_gaps_read_them_too(folder: Path) -> None:
    """Every command that reads facts has the option."""
    given = (folder / "r7.haiten", folder / "r7.csv", "--body", "99002", *year(folder, "r6"), *year(folder, "r5"))
    assert "前々年度(参加率) = 12%" in haiten("explain", *given, "推進.Ⅰ.(ⅰ).1.イ").stdout
    assert "前年度.得点(推進.Ⅰ.(ⅰ).2) = 6点" in haiten("explain", *given, "推進.Ⅰ.(ⅰ).1.エ").stdout
    assert "令和6年度の3団体、1位まで" in haiten("explain", *given, "推進.Ⅰ.(ⅰ).2.ア").stdout.replace("\n", "")
    assert "前々年度(参加率)（12%）を超える" in haiten("gaps", *given, "--as", "csv").stdout
    tried = haiten("whatif", *given, "--set", "参加率=13")
    assert (tried.returncode, "推進.Ⅰ.(ⅰ).1.イ" in tried.stdout) == (0, True), tried.stderr


def test_a_record_holds_the_older_years_and_is_run_again(folder: Path) -> None:
    """Their rules and facts are of the record, as the run read them."""
    record = folder / "run.haitenrun"
    given = (folder / "r7.haiten", folder / "r7.csv", *year(folder, "r6"), *year(folder, "r5"))
    done = haiten("score", *given, "--record", record)
    assert done.returncode == 0, done.stderr
    for name in ("r5.haiten", "r6.csv"):
        (folder / name).unlink()
    again = haiten("verify", record)
    assert again.returncode == 0, again.stdout + again.stderr
