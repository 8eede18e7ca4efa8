"""The prefectural rulebooks hold what is published of them, and say of the rest that it is not known."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from real_commands import haiten as command

import haiten
import populations
from haiten.compiler.checks.sources import standing_of
from haiten.compiler.printing.print_rulebook import print_rulebook

RULES = Path(__file__).parents[2] / "rules"
R7 = RULES / "r7" / "prefectural.haiten"
R8 = RULES / "r8" / "prefectural.haiten"
# 宮城県, 令和8年度評価指標配点: the half for 都道府県.
MAXIMA = {
    "推進.Ⅰ.(ⅰ)": 60,
    "推進.Ⅰ.(ⅱ)": 40,
    "推進.Ⅱ.(ⅰ)": 64,
    "推進.Ⅱ.(ⅱ)": 36,
    "推進.Ⅲ.(ⅰ)": 72,
    "推進.Ⅲ.(ⅱ)": 28,
    "推進.Ⅳ.成果": 100,
    "支援.Ⅰ.(ⅰ)": 48,
    "支援.Ⅰ.(ⅱ)": 52,
    "支援.Ⅱ.(ⅰ)": 68,
    "支援.Ⅱ.(ⅱ)": 32,
    "支援.Ⅲ.(ⅰ)": 68,
    "支援.Ⅲ.(ⅱ)": 32,
    "支援.Ⅳ.成果": 100,
}


@pytest.fixture(scope="module", params=[R7, R8], ids=["r7", "r8"])
def either(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def r8() -> haiten.Rulebook:
    return haiten.compile(R8)


def known(year: str) -> list[dict[str, str]]:
    """Every column of the tabulation: where it stands in the rulebook, its points, what these and its text rest on."""
    with (populations.DATA / "prefectural.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["year"] == year]


def test_both_are_clean_and_canonical(either: Path) -> None:
    """Neither errors, warnings nor notes; formatting changes nothing; each stands alone, about prefectures."""
    book = haiten.compile(either)
    assert book.diagnostics == ()
    assert command("check", either).stdout.endswith(": 誤りはありません\n")
    assert book.compilation.syntax is not None
    assert print_rulebook(book.compilation.syntax) == either.read_text(encoding="utf-8")
    assert book.compilation.revision is None
    assert str(book.program.scope) == "都道府県"
    assert [grant.maximum for grant in book.program.grants if not grant.special] == [400, 400]


def test_its_groups_have_the_published_maxima(r8: haiten.Rulebook) -> None:
    """Groups and goals, 380 points of process and 420 of output and outcome, and 100 points outside the 800."""
    nodes = r8.program.nodes
    assert {path: nodes[path].maximum for path in MAXIMA} == MAXIMA
    assert all(standing_of(nodes[path].citations) == "sourced" for path in MAXIMA)
    assert {nodes[path.rsplit(".", 1)[0]].maximum for path in MAXIMA} == {100}
    process = sum(points for path, points in MAXIMA.items() if path.endswith("(ⅰ)"))
    assert (process, r8.program.maximum - process) == (380, 420)
    outside = {grant.path: (grant.maximum, grant.undisclosed) for grant in r8.program.grants if grant.special}
    assert outside == {"成果指向": (100, 100)}


def test_every_column_of_the_tabulation_is_there(r8: haiten.Rulebook) -> None:
    """227 of 312 are items, in order, with their points; the others are points of which only the sum is known."""
    rows = [row for row in known("令和8年度") if row["path"] != "成果指向"]
    assert len(rows) == 312
    items = [row for row in rows if row["text_status"] != "unknown"]
    assert [(leaf.path, leaf.maximum) for leaf in r8.program.leaves] == [
        (row["path"], int(row["points"])) for row in items
    ]
    assert len(items) == 227
    hidden: Counter[str] = Counter()
    for row in rows:
        if row["text_status"] == "unknown":
            hidden[row["path"]] += int(row["points"])
    undisclosed = {path: node.undisclosed for path, node in r8.program.nodes.items() if node.undisclosed}
    assert undisclosed == {**hidden, "成果指向": 100}
    assert sum(hidden.values()) == 167


def test_what_it_stands_on_is_what_is_known(r8: haiten.Rulebook) -> None:
    """Points and texts are sourced, derived or estimated as the published material has them; nothing is uncited."""
    status = {row["path"]: (row["points_status"], row["text_status"]) for row in known("令和8年度")}
    for leaf in r8.program.leaves:
        if leaf.is_shared:
            continue
        points = standing_of(leaf.citations)
        assert (points, standing_of(leaf.text_citations)) == status[leaf.path], leaf.path
    assert all(node.text_citations for node in r8.program.nodes.values())
    # No source gives the points of an item outside 推進Ⅰ.
    for node in r8.program.nodes.values():
        if node.level.name in ("INDICATOR", "ITEM", "SUBITEM") and not node.path.startswith("推進.Ⅰ."):
            assert standing_of(node.citations) != "sourced", node.path


def test_check_says_how_much_is_sourced_and_how_much_is_not_known() -> None:
    """A line of the points, one of the texts, and how much of the total is known as a sum only."""
    lines = command("check", R8).stdout.splitlines()
    assert "満点 800点（うち未公表 167点）  項目 227（本文 195、「に同じ」による共有 32）" in lines
    assert "配点  出典あり 55（宮城 22、分析 33）、導出 159、推定 60、出典なし 0" in lines
    assert "文    出典あり 116（宮城 44、分析 72）、導出 46、推定 153、出典なし 0" in lines
    assert "満点 800点（うち未公表 780点）  項目 14（本文 14、「に同じ」による共有 0）" in command("check", R7).stdout


def test_undisclosed_points_are_counted_as_they_can_be_had(tmp_path: Path) -> None:
    """Of an いずれか only one side counts, of a 上限 what it leaves, and に同じ counts where it stands."""
    file = tmp_path / "rules.haiten"
    file.write_text(
        """言語 1
令和8年度 都道府県 評価指標

出典 要綱 「評価指標」

交付金 推進 「推進交付金」〔要綱〕 13点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「指標群」〔要綱〕 10点
      指標 1 「いずれか」〔要綱〕 4点 いずれか
        ア 「片方」〔要綱〕 4点
          未公表 4点
        イ 「もう片方」〔要綱〕 3点
          未公表 3点
      指標 2 「上限」〔要綱〕 5点 上限 5点
        ア 「片方」〔要綱〕 4点
          未公表 4点
        イ 「もう片方」〔要綱〕 3点
          未公表 3点
      指標 3 「分かっている」〔要綱〕 1点
  目標 Ⅱ 「目標」〔要綱〕 3点
    未公表 3点

交付金 支援 「支援交付金」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 推進.Ⅰ に同じ

別枠 成果指向 「枠」〔要綱〕 100点〔要綱〕
  未公表 100点
""",
        encoding="utf-8",
    )
    assert "満点 23点（うち未公表 21点）" in command("check", file).stdout


def test_r7_has_the_two_indicators_that_are_published(r8: haiten.Rulebook) -> None:
    """Their 14 texts stand on the source and are those of R8; all points but those of the grants are estimated."""
    r7 = haiten.compile(R7).program
    texts = [row["path"] for row in known("令和7年度")]
    assert [leaf.path for leaf in r7.leaves] == texts
    assert len(texts) == 14
    for leaf in r7.leaves:
        assert standing_of(leaf.text_citations) == "sourced"
        assert standing_of(leaf.citations) == "estimated"
        assert leaf.text == r8.program.nodes[leaf.path].text
        assert r8.program.nodes[leaf.path].identity == f"令和7年度:都道府県:{leaf.path}"
    sourced = [node.path for node in r7.nodes.values() if standing_of(node.citations) == "sourced"]
    assert sourced == ["推進", "支援"]


def test_its_maxima_can_be_reached_as_far_as_they_are_known() -> None:
    """Every maximum without undisclosed points is proven; 別枠 and the rest are told apart."""
    done = command("prove", R8)
    assert done.returncode == 0
    assert "項目 319 のうち、配点がちょうど届く最大であると証明したもの 304、未公表の点を含むもの 15" in done.stdout
