"""The page of statistics: its figures are those of the tables, the map has every prefecture once, texts are inert."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from real_commands import ROOT, haiten

import haiten as library
import populations
from haiten.reports.histogram import histogram
from haiten.reports.tile_map import SHADES, tile_map
from haiten.scoring.reading.municipalities import PREFECTURE, listed
from haiten.tabulation.table import AVERAGE_SHORT, Between
from page_checks import wrong_with

R7 = ROOT / "rules" / "r7" / "municipal.haiten"
R8 = ROOT / "rules" / "r8" / "municipal.haiten"
NAMES = [one.name for one in listed().values() if one.kind == PREFECTURE]
EVIL = "</script><script>alert(1)</script>"
MANY = 5_000_000


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,741 bodies, every 47th of one prefecture."""
    groups = {
        "都道府県": [NAMES[body % 47] for body in range(populations.NATION)],
        "属性.規模": populations.GROUPS["属性.規模"],
    }
    return populations.nation(tmp_path_factory.mktemp("stats") / "nation.csv", "令和7年度", groups)


@pytest.fixture(scope="module")
def page(nation: Path) -> str:
    to = nation.with_name("stats.html")
    done = haiten("report", "stats", R7, nation, "--by", "規模", "--to", to)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return to.read_text(encoding="utf-8")


def test_the_page_is_sound_and_no_larger_than_it_may_be(page: str) -> None:
    """One file with the ranks of a nation in it."""
    assert wrong_with(page) == []
    assert len(page.encode()) < MANY
    assert page.count("data-item") > populations.NATION


def test_the_figures_are_those_of_the_command(page: str, nation: Path) -> None:
    """The mean of all and of a prefecture, on the map, in the heat map and in the tables."""
    scores = library.compile(R7).score(nation)
    totals: list[int] = scores.total()[0].tolist()
    means = {name: Fraction(sum(totals[place::47]), len(totals[place::47])) for place, name in enumerate(NAMES)}
    assert f"{AVERAGE_SHORT.digits(Fraction(sum(totals), len(totals)))}点" in page
    found = re.findall(r'font-size="12">(\S+?)</text><text[^>]*>([\d.]+)</text></g>', page)
    assert len(found) == len(NAMES)
    shown = dict(found)
    for name in ("北海道", "宮城県", "沖縄県"):
        short = name if name == "北海道" else name[:-1]
        assert shown[short] == AVERAGE_SHORT.digits(means[name])
        assert re.search(rf'<th scope="row">{name}</th><td class="n">\d+</td><td class="n">{shown[short]}点</td>', page)


def test_without_prefectures_or_a_nation_the_page_says_so(tmp_path: Path) -> None:
    """One body: no map, no heat map, and why there is nothing of the nation; names are inert."""
    facts = tmp_path / "facts.csv"
    facts.write_text(f"団体コード,団体名\n074021,{EVIL}\n", encoding="utf-8")
    to = tmp_path / "x.html"
    assert haiten("report", "stats", R7, facts, "--to", to).returncode == 0
    page = to.read_text(encoding="utf-8")
    assert wrong_with(page) == []
    assert "全国の平均・順位・該当率は出していない" in page
    assert 'class="tiles"' not in page
    assert 'class="heat"' not in page
    assert "得点が確定しない団体が1ある" in page
    assert EVIL not in page
    assert haiten("report", "stats", R7, tmp_path / "none.csv", "--to", to).returncode == 1
    assert haiten("report", "stats", R7, facts, "--by", "無い", "--to", to).returncode == 1


def test_the_map_has_every_prefecture_once() -> None:
    """47 places of their own, five shades from the least to the greatest, and unknown ones without a shade."""
    figures = {name: Fraction(400 + place) for place, name in enumerate(NAMES)}
    made = tile_map(figures, AVERAGE_SHORT, "平均点")
    assert made is not None
    assert {tile.name for tile in made.tiles} == set(NAMES)
    assert len({(tile.x, tile.y) for tile in made.tiles}) == 47
    shades = {tile.name: tile.shade for tile in made.tiles}
    assert (shades["北海道"], shades["沖縄県"]) == (0, SHADES - 1)
    assert set(shades.values()) == set(range(SHADES))
    assert "最も高いのは沖縄県の446.0点、最も低いのは北海道の400.0点" in made.alternative
    partly = tile_map({"宮城県": Between(400, 410), "東京都": None}, AVERAGE_SHORT, "平均点")
    assert partly is not None
    tiles = {tile.short: tile for tile in partly.tiles}
    assert (tiles["宮城"].shown, tiles["宮城"].shade) == ("400.0–", 0)
    assert (tiles["東京"].shade, tiles["大阪"].shade) == (None, None)
    assert tile_map({"甲県": 1, "乙県": 2}, AVERAGE_SHORT, "平均点") is None
    assert tile_map({}, AVERAGE_SHORT, "平均点") is None


def test_bars_count_every_body_once() -> None:
    """None is lost at the ends, and the highest bar fills the chart."""
    made = histogram(np.array([0, 399, 400, 400, 24, 25]), 400, "点")
    assert sum(bar.count for bar in made.bars) == 6
    assert [(bar.low, bar.high) for bar in (made.bars[0], made.bars[-1])] == [(0, 24), (400, 400)]
    assert max(bar.height for bar in made.bars) == made.height
    assert "0点から400点" in made.alternative
    assert histogram(np.array([], dtype=np.int32), 400, "点").mark is None
