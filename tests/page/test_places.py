"""Where the page places a body in the nation and in its prefecture is where ``haiten stats`` places it."""

import csv
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from page_parts import by_node
from playwright.sync_api import BrowserContext
from real_commands import haiten as command

import haiten
from haiten.forms.answers import Answers
from haiten.forms.collect import fact_table
from haiten.pages.page_data import PageDraft, page_data
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.groups import group_by
from haiten.tabulation.population.population import Population
from haiten.tabulation.tables.distribution import distribution_table
from haiten.tabulation.tables.ranks import ranks_table
from page_browser import opened
from sql_tables import real_sheets

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "r8" / "municipal.haiten"
NAMES = ("北海道", "福島県", "福島県", "福島県", "沖縄県", "")


@pytest.fixture(scope="module")
def made() -> Rulebook:
    return haiten.compile(RULES)


def nation(made: Rulebook, unknown: float) -> Scores:
    """60 made-up bodies of three prefectures, some of which say none; many have the same points, or open ones."""
    draw = random.Random(int(unknown * 100))
    facts = facts_from(made.program, real_sheets(made.program, draw, 60, unknown))
    bodies = tuple(evolve(body, prefecture=NAMES[place % len(NAMES)]) for place, body in enumerate(facts.bodies))
    return made.score(evolve(facts, bodies=bodies))


def told_by_stats(scores: Scores) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[Any, Any]]]:
    """By code, the ranks of the table 順位; by 全国 and prefecture, mean and median of the table 分布."""
    grouped = group_by(scores, "都道府県")
    assert grouped is not None
    population = Population(scores, (grouped,))
    ranks = ranks_table(population, ())
    names = [column.name for column in ranks.columns]
    by_code = {str(row.cells[0]): dict(zip(names, row.cells, strict=True)) for row in ranks.rows}
    spread = distribution_table(population)
    means = {str(row.cells[1]): (row.cells[3], row.cells[4]) for row in spread.rows if row.cells[0] == "総計"}
    return by_code, means


def pair(figure: Any) -> tuple[Any, Any]:
    """Both ends of a figure, which is one where it is decided."""
    return (figure.low, figure.high) if hasattr(figure, "low") else (figure, figure)


@pytest.mark.parametrize("unknown", [0.0, 0.15])
def test_every_body_stands_where_stats_puts_it(made: Rulebook, unknown: float) -> None:
    """Ranks in the nation and the prefecture, with ties and ranges; means and medians of both."""
    scores = nation(made, unknown)
    data = page_data(PageDraft(made, stored_of(scores)))
    by_code, means = told_by_stats(scores)
    asked: list[tuple[str, str, int, int]] = []
    for place, body in enumerate(scores.bodies):
        points = scores.points(None, place)
        asked += [(body.code, where, points.certain, points.possible) for where in ("全国", body.prefecture) if where]
    found = by_node("places", data=data, asked=[each[1:] for each in asked])
    ranges = 0
    for (code, where, *_), told in zip(asked, found, strict=True):
        rank = by_code[code]["総計 全国順位" if where == "全国" else "総計 県内順位"]
        assert tuple(told["rank"]) == pair(rank), (code, where)
        ranges += told["rank"][0] != told["rank"][1]
        size = told["size"]
        mean, median = means[where]
        assert tuple(Fraction(each, size) for each in told["sums"]) == pair(mean)
        assert tuple(Fraction(each, 2) for each in told["medians"]) == pair(median)
    assert (ranges > 20) == (unknown > 0)
    assert {where for _, where, *_ in asked} == {"全国", "北海道", "福島県", "沖縄県"}


def test_a_body_whose_answers_are_others_now_stands_where_haiten_puts_it(made: Rulebook) -> None:
    """With any points at all, such as were counted and such as were not; the sum of all is what the page shows."""
    scores = nation(made, 0.15)
    kept = scores.nation
    assert kept is not None
    spread, draw = kept.spread("全体"), random.Random(5)
    highest = int(spread.possible.max())
    pairs = [sorted((draw.randint(0, highest), draw.randint(0, highest))) for _ in range(200)]
    pairs += [[least, least + draw.randint(0, 20)] for least in spread.certain.tolist()]
    asked = [("全国", *pair) for pair in pairs]
    found = by_node("places", data=page_data(PageDraft(made, stored_of(scores))), asked=asked)
    best, worst = spread.ranks(*np.array(pairs, dtype=np.int64).T)
    assert [tuple(told["rank"]) for told in found] == [*zip(best.tolist(), worst.tolist(), strict=True)]


def test_the_page_shows_it(made: Rulebook, context: BrowserContext, tmp_path: Path) -> None:
    """From the commands alone: cut-offs of the nation, the page of a body, and its row of ``haiten stats``."""
    scores = nation(made, 0.15)
    header, rows = fact_table(scores.run.facts, made.program)
    facts, cutoffs, to = tmp_path / "nation.csv", tmp_path / "cutoffs.json", tmp_path / "page.html"
    with facts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    assert command("score", RULES, facts, "--save-cutoffs", cutoffs).returncode == 0
    code = scores.bodies[2].code
    stats = command("stats", RULES, facts, "--by", "都道府県", "--table", "順位", "--as", "csv")
    table = {row["団体コード"]: row for row in csv.DictReader(stats.stdout.splitlines())}
    own = table[code]
    made_page = command("page", RULES, facts, "--body", code, "--cutoffs", cutoffs, "--to", to)
    assert made_page.returncode == 0
    page = opened(context, to)
    for row, name, rank, size in (
        ("#among-nation", "全国", own["総計 全国順位"], 60),
        ("#among-prefecture", "福島県", own["総計 県内順位"], int(own["県内団体数"])),
    ):
        cells = page.locator(f"{row} > *").all_inner_texts()
        assert cells[:3] == [name, str(size), f"{rank}位"]
        assert f"{name}{size}団体の{rank}位相当" in page.locator("#rank").inner_text()
    assert page.locator("[data-prefecture]").inner_text() == "福島県平均"
    assert (
        page.locator("[data-score='prefecture 全体']").inner_text()
        == page.locator("#among-prefecture > :nth-child(4)").inner_text()
    )
    page.locator("[data-column='都道府県']").fill("")
    assert "都道府県を書くと" in page.locator("#among-prefecture").inner_text()
    page.locator("[data-column='都道府県']").fill("東京都")
    assert "東京都の得点の分布はありません" in page.locator("#among-prefecture").inner_text()


def test_a_blank_page_knows_every_prefecture(made: Rulebook, tmp_path: Path) -> None:
    """Of a page for anybody the prefecture is what the body writes; the file says each with no body's name."""
    stored = stored_of(nation(made, 0.0))
    everybody = page_data(PageDraft(made, stored))["nation"]["prefectures"]
    assert list(everybody) == ["北海道", "福島県", "沖縄県"]
    body = evolve(nation(made, 0.0).bodies[0], prefecture="沖縄県")
    own = page_data(PageDraft(made, stored, Answers(body)))["nation"]["prefectures"]
    assert own == {"沖縄県": everybody["沖縄県"]}
    assert "例1" not in json.dumps(everybody, ensure_ascii=False)
