"""Every command that reads facts, with a prefectural rulebook and the municipalities below it: good, bad and none."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from real_commands import haiten

MUNICIPAL = """言語 1
令和8年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
事実 率 : % 小数1桁 0以上 100以下 〔要綱〕

交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 10点
    指標群 (ⅰ) 「体制」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 10点
        ア 「ア」〔要綱〕 6点
        イ 「イ」〔要綱〕 4点
"""
PREFECTURAL = """言語 1
令和8年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」

交付金 推進 「推進」〔要綱〕 12点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 12点
    指標群 (ⅰ) 「体制」〔要綱〕 12点
      指標 1 「指標」〔要綱〕 12点
        ア 「支援している」〔要綱〕 4点
        イ 「平均が高い」〔要綱〕 4点 要件 管内平均(得点(全体)) が 上位5割
        ウ 「低い市町村がない」〔要綱〕 4点 要件 管内件数(率 が 全国平均(率) － 全国標準偏差(率) 未満) が 0団体と等しい
"""
NEXT = """言語 1
令和9年度 {scope} 評価指標
令和8年度 {scope} 評価指標 を次のように改正する。

出典 要綱2 「要綱」

推進.Ⅰ.(ⅰ).1.ア の配点「{old}点」を「{new}点〔要綱2〕」に改める。
推進.Ⅰ.(ⅰ).1.イ の配点「4点」を「{rest}点〔要綱2〕」に改める。
"""
ALLOCATION = """言語 1
令和8年度 都道府県 配分
令和8年度 都道府県 評価指標 による。

出典 要綱 「要綱」

予算 推進 「推進」〔要綱〕 16,000円〔要綱〕

配分 基本 「基本」〔要綱〕 推進 残り
  按分 得点(推進)〔要綱〕
  不用額 残す

端数 1円未満 切捨て 残額 最大剰余〔要綱〕
"""
ITEM = "推進.Ⅰ.(ⅰ).1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Rulebooks of two years, three prefectures, and five municipalities; 53 has one far below the others."""
    texts = {
        "r8/municipal": MUNICIPAL,
        "r8/prefectural": PREFECTURAL,
        "r8/allocation": ALLOCATION,
        "r9/municipal": NEXT.format(scope="市町村", old=6, new=5, rest=5),
        "r9/prefectural": NEXT.format(scope="都道府県", old=4, new=2, rest=6),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).with_suffix(".haiten").write_text(text, encoding="utf-8")
    rows = [f"{number}000,県{number},R8,{'○' if number == 51 else '×'}" for number in (51, 52, 53)]
    head = f"団体コード,団体名,年度,{ITEM}.ア"
    (tmp_path / "ken.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    towns = ["51001,R8,○,○,50", "51002,R8,○,×,60", "52001,R8,○,○,55", "53001,R8,×,○,5", "53002,R8,○,○,55"]
    head = f"団体コード,年度,{ITEM}.ア,{ITEM}.イ,率"
    (tmp_path / "shi.csv").write_text("\n".join([head, *towns]) + "\n", encoding="utf-8")
    return tmp_path


def rules(home: Path, year: str = "r8", name: str = "prefectural") -> Path:
    return home / year / f"{name}.haiten"


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["団体コード"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}


def test_points_worked_out_on_paper(home: Path) -> None:
    """Means 8, 10, 7: of three the best half is one, 52. Of rates the mean is 45, the deviation √410, the bar 24.8."""
    done = haiten("score", rules(home), home / "ken.csv", "--members", home / "shi.csv", "--as", "csv")
    assert done.returncode == 0, done.stderr
    told = rows(done.stdout)
    assert [told[code]["得点.全体"] for code in ("51000", "52000", "53000")] == ["8", "8", "0"]


def test_sweep(home: Path) -> None:
    """Other points for what members decide; without them they are ranges, and that is said."""
    asked = ("sweep", rules(home), home / "ken.csv", "--points", f"{ITEM}.イ=4..8:4", "--as", "csv")
    done = haiten(*asked, "--members", home / "shi.csv", "--member-rules", rules(home, name="municipal"))
    assert done.returncode == 0, done.stderr
    assert "12" in {row["得点"] for row in csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))}
    assert "H875" in haiten(*asked).stderr
    assert haiten(*asked, "--members", home / "no.csv").returncode == 1
    assert haiten("sweep", rules(home)).returncode == 2


def test_allocate(home: Path) -> None:
    """Money by points that rest on members; unknown without them, and then nothing is divided."""
    asked = ("allocate", rules(home, name="allocation"), home / "ken.csv")
    done = haiten(*asked, "--members", home / "shi.csv", "--as", "csv")
    assert done.returncode == 0, done.stderr
    assert [rows(done.stdout)[code]["交付額.推進"] for code in ("51000", "52000", "53000")] == ["8000", "8000", "0"]
    done = haiten(*asked)
    assert done.returncode == 1
    assert {"H917", "H875"} <= {word[:4] for word in done.stderr.replace("]", "[").split("[")}
    (home / "shi.csv").write_text("団体コード,年度\n51001,R8\n", encoding="utf-8")
    assert "H872" in haiten(*asked, "--members", home / "shi.csv").stderr
    done = haiten("explain", *asked[1:], "配分.基本", "--body", "51000", "--members", home / "no.csv")
    assert done.returncode == 1


def test_impact_and_diff(home: Path) -> None:
    """Next year's points on this year's members; what is open of them stays as open as it was."""
    years = rules(home), rules(home, "r9")
    done = haiten("impact", *years, home / "ken.csv", "--members", home / "shi.csv", "--json")
    assert done.returncode == 0, done.stderr
    moved = {body["code"]: (body["old"], body["new"]) for body in json.loads(done.stdout)["bodies"]}
    assert moved == {"51000": (8, 6), "52000": (8, 10), "53000": (0, 0)}
    # 51002 may have as many points as 52001, so that nobody knows who is the best of three; the count is decided.
    text = (home / "shi.csv").read_text(encoding="utf-8").replace("51002,R8,○,×,60", "51002,R8,○,,60")
    (home / "shi.csv").write_text(text, encoding="utf-8")
    done = haiten("impact", *years, home / "ken.csv", "--members", home / "shi.csv", "--json")
    bodies = {
        body["code"]: (body["old"], body["new"], body["new_possible"]) for body in json.loads(done.stdout)["bodies"]
    }
    assert bodies["51000"] == (8, 6, 12)
    assert haiten("impact", *years, home / "ken.csv", "--members", home / "no.csv").returncode == 1
    assert "H875" in haiten("impact", *years, home / "ken.csv").stderr
    assert haiten("impact", *years).returncode == 2
    done = haiten("diff", *years)
    assert (done.returncode, "配点 4点 → 2点" in done.stdout) == (0, True)


def test_gaps_whatif_and_stats(home: Path) -> None:
    """What is lost for the members' sake is said in its words; what they decided is not set by hand."""
    facts = ("--members", home / "shi.csv", "--body", "53000")
    done = haiten("gaps", rules(home), home / "ken.csv", *facts, "--json")
    assert done.returncode == 0, done.stderr
    assert "管内件数" in done.stdout
    done = haiten("whatif", rules(home), home / "ken.csv", *facts, "--set", f"{ITEM}.ア=○")
    assert (done.returncode, "4点" in done.stdout) == (0, True)
    done = haiten("whatif", rules(home), home / "ken.csv", *facts, "--set", "管内平均(得点(全体))=9")
    assert (done.returncode, "計算した値" in done.stderr) == (1, True)
    for command, more in (("gaps", ()), ("stats", ()), ("whatif", ("--set", f"{ITEM}.ア=○"))):
        done = haiten(command, rules(home), home / "ken.csv", "--body", "53000", "--members", home / "no.csv", *more)
        assert done.returncode == 1, command


def test_prove_and_test(home: Path) -> None:
    """They need no facts: a figure is any number that it may be, and is said so by its range."""
    done = haiten("prove", rules(home))
    assert done.returncode == 0, done.stderr
    assert "証明した" in done.stdout
    done = haiten("test", rules(home), "--examples", "5")
    assert done.returncode == 0, done.stdout
    rules(home, name="municipal").write_text(MUNICIPAL.replace("6点", "5点"), encoding="utf-8")
    assert "H520" in haiten("test", rules(home), "--examples", "5").stderr


def test_sheets_go_out_and_come_back(home: Path) -> None:
    """A figure of members is no question to a prefecture: it is left out, said so, and computed when they are back."""
    sheets = home / "sheets"
    done = haiten("sheet", rules(home), home / "ken.csv", "--members", home / "shi.csv", "--each-body", sheets)
    assert done.returncode == 0, done.stderr
    assert "調査票には書き入れていません" in done.stderr
    book = openpyxl.load_workbook(next(sheets.glob("51000*.xlsx")))
    cells = {row[0].value: row[6].value for row in book["数値"].iter_rows(min_row=2)}
    assert cells["管内平均(得点(全体))"] is None
    back = home / "back.csv"
    done = haiten("collect", sheets, "--rules", rules(home), "--to", back)
    assert done.returncode == 0, done.stderr
    done = haiten("score", rules(home), back, "--members", home / "shi.csv", "--as", "csv")
    assert done.returncode == 0, done.stderr
    assert [rows(done.stdout)[code]["得点.全体"] for code in ("51000", "52000", "53000")] == ["8", "8", "0"]
    assert haiten("collect", home / "none").returncode == 1
    done = haiten("sheet", rules(home), home / "ken.csv", "--members", home / "no.csv", "--each-body", home / "more")
    assert done.returncode == 1
