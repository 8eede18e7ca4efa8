"""The 新旧対照表: what leads to a clause, where else it stands, and that nothing is clipped or left alone in print."""

import re
import zipfile
from pathlib import Path

import pytest
from rich.cells import cell_len

import haiten
from haiten.comparison.diff import Diff, diff
from haiten.comparison.table import ClauseRow, side_by_side
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.reports.diff_page import diff_page
from haiten.scoring.rulebook import Rulebook
from haiten.views.files.comparison import notes_under, write_comparison_xlsx

R8 = Path(__file__).parents[2] / "rules" / "r8" / "municipal.haiten"
HEAD = """言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
題名 「令和9年度の評価指標」
出典 要綱 「令和9年度 評価指標」
"""
CLASSES = """区分 規模 = 高齢者人口
  「10万人以上」 100,000人以上
  「5万人以上10万人未満」 50,000人以上 100,000人未満
  「1万人以上5万人未満」 10,000人以上 50,000人未満
  「3千人以上1万人未満」 3,000人以上 10,000人未満
  「3千人未満」 その他
"""
SHARED = """推進.Ⅳ.成果.1.イ.① の配点「5点」を「7点〔要綱〕」に改める。
推進.Ⅳ.成果.1.イ.④ の配点「5点」を「3点〔要綱〕」に改める。
"""
LONG = "".join(
    f"推進.Ⅰ.(ⅰ).1 に留意「{number}つ目の留意で、2行にわたるほどに長く書かれているものが続く」〔要綱〕を加える。\n"
    for number in range(1, 31)
)
LESS = """推進.Ⅳ.成果.5 を削る。
推進.Ⅳ の配点「100点」を「80点〔要綱〕」に改める。
推進.Ⅳ.成果 の配点「100点」を「80点〔要綱〕」に改める。
推進 の配点「400点」を「380点〔要綱〕」に改める。
支援 の配点「400点」を「380点〔要綱〕」に改める。
"""


@pytest.fixture(scope="module")
def base() -> Rulebook:
    return haiten.compile(R8)


def changed(base: Rulebook, amendments: str) -> Diff:
    made = Rulebook(compile_source(Source("r9", HEAD + amendments), base.compilation))
    assert made.ok, made.diagnostics
    return diff(base, made)


def lines(row: ClauseRow) -> tuple[list[str], list[str]]:
    both = [["　" * ln.depth + "".join(s.text for s in ln.segments) for ln in side] for side in (row.new, row.old)]
    return both[0], both[1]


def test_the_headings_down_to_a_clause_are_shown(base: Rulebook) -> None:
    """Of ア① and イ① alike nothing tells which it is, but the heading above; and 支援 has it too."""
    *_, section = side_by_side(changed(base, SHARED))
    new, old = lines(section.rows[0])
    assert new[:2] == ["イ　変化率の前年度との差", "　①　全市町村の上位7割　7点"]
    assert old[:2] == ["イ　変化率の前年度との差", "　①　全市町村の上位7割　5点"]
    assert notes_under(section.rows[0]) == (("（支援.Ⅳ.成果.1.イ.① も同じ）",), ())
    assert all(not segment.marked for segment in section.rows[0].new[0].segments)


def test_a_change_of_what_stands_in_two_places_is_told_of_both(base: Rulebook) -> None:
    """Changes, points that moved, JSON and the page: each says that 支援.Ⅳ is 推進.Ⅳ."""
    found = changed(base, LESS)
    also = {change.path: change.also for change in found.changes}
    assert also["推進.Ⅳ"] == ("支援.Ⅳ",)
    assert also["推進.Ⅳ.成果.5"] == ("支援.Ⅳ.成果.5",)
    assert also["推進"] == ()
    moved = {w.path: (w.old, w.new, w.same_as) for w in found.weights if w.changed}
    assert moved["推進.Ⅳ"] == (100, 80, None)
    assert moved["支援.Ⅳ"] == (100, 80, "推進.Ⅳ")
    assert moved["支援.Ⅳ.成果.5"] == (20, 0, "推進.Ⅳ.成果.5")
    assert "（支援.Ⅳ も同じ）" in diff_page(found)
    assert {c["new_path"]: c["also"] for c in found.to_json()["changes"]}["推進.Ⅳ.成果"] == ["支援.Ⅳ.成果"]


def test_a_requirement_that_reads_alike_has_no_row(base: Rulebook) -> None:
    """What 得点 adds up changed, so 推進.Ⅰ.(ⅱ).1 means something else; its words are the same and are no change."""
    found = changed(base, SHARED)
    assert [change.kind for change in found.changes] == ["reweighed", "reweighed"]
    assert [one.new_path for one in found.affected] == [f"推進.Ⅰ.(ⅱ).1.{n}" for n in "アイウエ"]
    for section in side_by_side(found):
        for row in section.rows:
            new, old = lines(row)
            assert new != old


def test_a_class_is_shown_line_by_line(base: Rulebook, tmp_path: Path) -> None:
    """Six lines are six lines: in the table, in the page, and in the height of the row."""
    found = changed(base, CLASSES)
    row = side_by_side(found)[0].rows[1]
    assert len(row.new) == 6
    assert diff_page(found).count("人以上") >= 4
    heights = rows_of(found, tmp_path)
    assert any(text.startswith("区分 規模") and height >= 6 * 13 for text, height in heights)


def rows_of(found: Diff, folder: Path) -> list[tuple[str, float]]:
    """The rows of the sheet: the text of the first column, and the height in points."""
    path = folder / "table.xlsx"
    write_comparison_xlsx(path, found)
    with zipfile.ZipFile(path) as archive:
        shared = archive.read("xl/sharedStrings.xml").decode("utf-8")
        sheet = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    texts = ["".join(re.findall(r"<t[^>]*>([^<]*)</t>", item)) for item in re.findall(r"<si>(.*?)</si>", shared, re.S)]
    rows = []
    for row in re.findall(r"<row .*?(?:/>|</row>)", sheet, re.S):
        cell = re.search(r'<c r="A\d+"[^>]*t="s"[^>]*><v>(\d+)</v>', row)
        height = re.search(r'ht="([\d.]+)"', row)
        rows.append((texts[int(cell[1])] if cell else "", float(height[1]) if height else 15.0))
    return rows


@pytest.mark.parametrize("amendments", [CLASSES, SHARED, LESS, LONG], ids=["classes", "shared", "less", "long"])
def test_nothing_is_clipped_and_no_heading_is_left_alone(base: Rulebook, tmp_path: Path, amendments: str) -> None:
    """Each row is as high as its wrapped lines, none is higher than Excel allows, no page ends with a heading."""
    found = changed(base, amendments)
    rows = rows_of(found, tmp_path)
    for text, height in rows[3:-1]:
        wrapped = sum(max(1, -(-cell_len(line) // 54)) for line in text.split("\n"))
        assert 13 * wrapped <= height <= 409 or not text
    with zipfile.ZipFile(tmp_path / "table.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    breaks = [int(number) for number in re.findall(r'<brk id="(\d+)"', sheet)]
    titles = {section.new_title for section in side_by_side(found)}
    for number in breaks:
        assert rows[number - 1][0] not in titles
    for start, end in zip([3, *breaks], [*breaks, len(rows)], strict=True):
        assert sum(height for _, height in rows[start:end]) <= 509  # A4 across, less its margins
    if amendments == LONG:
        assert breaks


def test_headings_stay_with_what_follows_in_the_page(base: Rulebook) -> None:
    """A heading and the first clause below it are one block that no page may break."""
    page = diff_page(changed(base, LESS))
    starts = re.findall(r'<tbody class="start">(.*?)</tbody>', page, re.S)
    assert starts
    assert all(start.count("<tr") == 2 and 'class="section"' in start for start in starts)
    assert "tbody.start { break-inside: avoid; }" in page
