"""The page that compares bodies, in a real browser: its figures are those that haiten counts."""

import csv
import random
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from real_commands import haiten as command

import haiten
from haiten.scoring.running.scores import Scores
from page_browser import opened, violations
from page_checks import wrong_with

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "r8" / "municipal.haiten"
MUNICIPALITIES = ROOT / "scoring" / "reading" / "municipalities.csv"
HOMES, SIZES = ("福島県", "北海道", "不明県"), ("大", "小")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty bodies of three prefectures and two sizes, many of whose answers are unknown."""
    draw, made = random.Random(5), haiten.compile(RULES)
    asked = [leaf.path for leaf in made.program.leaves if leaf.answered and not leaf.is_shared]
    path = tmp_path_factory.mktemp("compare") / "nation.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["団体コード", "団体名", "都道府県", "属性.規模", *asked])
        for number in range(30):
            cells = [draw.choice(["○", "×", "○", "×", ""]) for _ in asked]
            writer.writerow([f"{90000 + number}", f"<b>町{number}", HOMES[number % 3], SIZES[number % 2], *cells])
    return path


@pytest.fixture(scope="module")
def page_file(facts: Path) -> Path:
    to = facts.with_name("compare.html")
    done = command("page", "compare", RULES, facts, "--prefecture", "北海道", "--to", to)
    assert done.returncode == 0, done.stderr
    return to


@pytest.fixture(scope="module")
def scores(facts: Path) -> Scores:
    return haiten.compile(RULES).score(facts)


def row(page: Page, table: str, first: str) -> list[str]:
    """The cells of the row whose heading begins so."""
    for each in page.locator(f"#{table} tbody tr").all():
        cells = each.locator("th, td").all_inner_texts()
        if cells[0].split(" ")[0] == first:
            return cells
    raise AssertionError(first)


def span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def one_digit(number: float) -> str:
    return f"{int(number * 10 + 0.5 + 1e-9) / 10:.1f}"


def test_figures_are_those_that_haiten_counts(context: BrowserContext, page_file: Path, scores: Scores) -> None:
    """Points, means, rates and ranks of a body, beside its prefecture, its class and all; ranges where open."""
    assert not wrong_with(page_file.read_text(encoding="utf-8"))
    page = opened(context, page_file)
    body = 4
    page.locator("#body").select_option(str(body))
    home = [i for i in range(30) if i % 3 == 1]
    alike = [i for i in range(30) if i % 2 == 0]
    path = "推進.Ⅰ.(ⅰ)"
    low, high = (column.tolist() for column in scores.counted(path))
    cells = row(page, "nodes", path)
    mean = [
        span(one_digit(sum(low[i] for i in some) / len(some)), one_digit(sum(high[i] for i in some) / len(some)))
        for some in (home, alike, list(range(30)))
    ]
    assert cells[2] == span(str(low[body]), str(high[body]))
    assert [cells[3], cells[5], cells[6]] == mean
    best = 1 + sum(low[i] > high[body] for i in range(30) if i != body)
    worst = 1 + sum(high[i] > low[body] for i in range(30) if i != body)
    assert cells[8] == span(str(best), str(worst))
    leaf = "推進.Ⅰ.(ⅰ).1.ア"
    awarded, undecided = scores.awarded_in(leaf)
    cells = row(page, "leaves", leaf)
    assert cells[2] == scores.verdict(leaf, body).japanese
    have, open_ = sum(awarded[home].tolist()), sum(undecided[home].tolist())
    assert cells[3] == span(f"{one_digit(have * 100 / 10)}%", f"{one_digit((have + open_) * 100 / 10)}%")
    assert len(page.locator("#bodies tbody tr").all()) == 10


def test_sorted_searched_chosen_and_exported(context: BrowserContext, page_file: Path, tmp_path: Path) -> None:
    """By keys alone: sorting, searching, what the body lacks, another body and prefecture, and CSV as it is shown."""
    page = opened(context, page_file)
    page.locator("#leaves thead button", has_text="県内該当率").press("Enter")
    rates = [
        float(text.split("–")[0].rstrip("%"))
        for text in page.locator("#leaves tbody td:nth-child(4)").all_inner_texts()
    ]
    assert rates == sorted(rates, reverse=True)
    page.locator("#words").fill("介護保険事業の特徴")
    assert page.locator("#shown").inner_text() == "1項目"
    page.locator("#words").fill("")
    page.locator("#lacking").press("Space")
    assert "得点" not in page.locator("#leaves tbody td:nth-child(3)").all_inner_texts()
    page.locator("#bodies tbody button").last.press("Enter")
    assert page.locator("#who").inner_text().startswith("90028 <b>町28")
    page.locator("#map button[title='福島県']").press("Enter")
    assert "（福島県）" in page.locator("#who").inner_text()
    with page.expect_download() as coming:
        page.locator("#save-bodies").press("Enter")
    file = tmp_path / "bodies.csv"
    coming.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("団体,全体,推進")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    """Nothing runs out of the screen, and axe finds nothing wrong, in light and dark, the map and a search in use."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, offline=True, bypass_csp=True, color_scheme=scheme
    )
    page = opened(context, page_file)
    page.locator("#words").fill("介護")
    page.locator("#map button[title='福島県']").press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not violations(page)
    context.close()


def test_headings_names_and_the_map_are_printed(context: BrowserContext, page_file: Path, tmp_path: Path) -> None:
    """They are buttons on the screen, which no print shows otherwise."""
    page = opened(context, page_file)
    page.emulate_media(media="print")
    for place in ("#nodes thead button", "#leaves thead button", "#bodies tbody button", "#map .tile"):
        assert page.locator(place).count()
        assert all(each.is_visible() for each in page.locator(place).all()), place
    assert not page.locator("#save-bodies").is_visible()
    file = tmp_path / "printed.pdf"
    page.pdf(path=str(file), format="A4")
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, encoding="utf-8", check=True).stdout
    sheets = ["".join(sheet.split()) for sheet in text.split("\f")]
    # Where a table goes on from sheet to sheet, its headings stand above it on each.
    for first, last, heading in (
        ("推進.Ⅰ.(ⅰ)", "支援.Ⅳ.成果.4", "県内平均との差"),
        ("推進.Ⅰ.(ⅰ).1.ア", "支援.Ⅳ", "県内該当率"),
    ):
        told = [number for number, sheet in enumerate(sheets) if heading in sheet]
        assert len(told) > 2
        assert told == list(range(told[0], told[-1] + 1))
        assert first in sheets[told[0]]
        assert last in sheets[told[-1]]


def test_what_is_asked_wrongly_is_told(facts: Path) -> None:
    """A prefecture without bodies, no facts, no such file."""
    done = command("page", "compare", RULES, facts, "--prefecture", "東京都")
    assert done.returncode == 1
    assert "東京都" in done.stderr
    assert not done.stdout
    assert command("page", "compare", RULES).returncode == 2
    assert command("page", "compare", RULES, facts.with_name("none.csv")).returncode == 1


def test_every_prefecture_has_a_tile_of_its_own() -> None:
    """All that the list of municipalities names, no two in one place."""
    text = (ROOT / "pages" / "scripts" / "tile_map.js").read_text(encoding="utf-8")
    places = dict(re.findall(r"(\S+): (\[\d+, \d+\])", text))
    assert len(set(places.values())) == len(places) == 47
    known = {row["都道府県"] for row in csv.DictReader(MUNICIPALITIES.read_text(encoding="utf-8").splitlines())}
    assert set(places) == known


def test_bodies_that_are_not_the_nation_are_not_called_so(
    facts: Path, page_file: Path, context: BrowserContext
) -> None:
    """Of bodies of one prefecture the page says that its means are theirs; of made-up ones of several it may be all."""
    rows = [line for line in facts.read_text(encoding="utf-8").splitlines() if "福島県" in line or "団体コード" in line]
    some = facts.with_name("some.csv")
    some.write_text("\n".join(rows), encoding="utf-8")
    to = facts.with_name("some.html")
    assert command("page", "compare", RULES, some, "--to", to).returncode == 0
    page = opened(context, to)
    assert "全国の団体の全てではありません" in page.locator("main").inner_text() + page.locator("header").inner_text()
    assert "全団体平均" in page.locator("#nodes thead").inner_text()
    assert "全国平均" in opened(context, page_file).locator("#nodes thead").inner_text()
