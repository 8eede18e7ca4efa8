"""The page in a real browser: filled in by keys, left and opened again, saved, exported, printed; nothing is sent."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from real_commands import haiten as command

import haiten
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.facts.facts import facts_from
from page_browser import opened, violations, watched
from page_checks import wrong_with
from sql_tables import real_sheets

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "r8" / "municipal.haiten"
SHEET = ROOT / "examples" / "higashikawa_biei_r8.csv"
CODE = "014583"


def make(path: Path, *words: object) -> Path:
    """The page that a command makes."""
    assert command("page", *words, "--to", path).returncode == 0
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def cutoffs(folder: Path) -> Path:
    """What a made-up population of 60 bodies leaves behind."""
    import random

    made = haiten.compile(RULES)
    scores = made.score(facts_from(made.program, real_sheets(made.program, random.Random(8), 60, 0.1)))
    path = folder / "cutoffs.json"
    path.write_text(json.dumps(cutoffs_json(scores), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def blank(folder: Path) -> Path:
    return make(folder / "blank.html", RULES)


@pytest.fixture(scope="module")
def filled(folder: Path, cutoffs: Path) -> Path:
    """The page of 東川町 with cut-offs and the answers of the year before."""
    last = (ROOT / "rules/r7/municipal.haiten", ROOT / "examples/higashikawa_biei_r7.csv")
    return make(folder / "filled.html", RULES, SHEET, "--body", CODE, "--cutoffs", cutoffs, "--previous", *last)


def total(page: Page) -> str:
    return page.locator("#total").inner_text()


def texts_by(page: Page, name: str) -> dict[str, str]:
    """The texts of all elements with an attribute data-NAME, by its value."""
    script = f"(all) => Object.fromEntries(all.map((each) => [each.dataset.{name}, each.textContent]))"
    found: dict[str, str] = page.locator(f"[data-{name}]").evaluate_all(script)
    return found


def said(page: Page) -> str:
    return page.locator("#told").inner_text()


@pytest.mark.parametrize("rules", sorted((ROOT / "rules").glob("*/*al.haiten")), ids=lambda path: path.parent.name)
def test_every_page_is_whole(rules: Path, folder: Path) -> None:
    """Of every rulebook: names that are there and once, headings in order, a policy that lets in nothing else."""
    page = make(folder / f"{rules.parent.name}_{rules.stem}.html", rules).read_text(encoding="utf-8")
    assert not wrong_with(page)
    for word in (
        "innerHTML",
        "eval(",
        "Function(",
        "document.write",
        "fetch(",
        "XMLHttpRequest",
        "http://",
        "https://",
    ):
        assert word not in page


def test_filled_in_by_keys_alone(context: BrowserContext, blank: Path) -> None:
    """Without a mouse: the first two items are answered, and the range narrows by what they are worth."""
    page = opened(context, blank)
    assert total(page) == "0–800点"
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.column") == "高齢者人口"
    page.keyboard.type("1,234")
    assert "回答 0／119" in page.locator("#progress").inner_text()
    page.locator("#a4 input").last.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert total(page) == "4–800点"
    page.locator("#a5 input").last.focus()
    page.keyboard.press("ArrowLeft")
    assert total(page) == "4–796点"
    page.keyboard.press("Control+z")
    assert total(page) == "4–800点"
    page.keyboard.press("Control+y")
    assert total(page) == "4–796点"
    page.locator("#n2").focus()
    page.keyboard.type("１２")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.locator("#undo").click()
    assert page.locator("#n2").input_value() == ""
    assert total(page) == "0–800点"


def test_the_page_scores_as_haiten_does(context: BrowserContext, filled: Path, cutoffs: Path) -> None:
    """Of 東川町, placed by cut-offs: the total, and every verdict and every points that are shown."""
    made = haiten.compile(RULES)
    scores = made.score(SHEET, cutoffs)
    body = scores.index(CODE)
    assert body is not None
    page = opened(context, filled)
    shown, marks = texts_by(page, "points"), texts_by(page, "verdict")
    for place, (path, node) in enumerate(made.program.nodes.items()):
        own, counted = scores.ranges(path, body)
        low, high = counted.certain, counted.possible
        assert shown[str(place)].startswith(f"{low}点" if low == high else f"{low}–{high}点"), path
        assert ("選ばれる前は" in shown[str(place)]) == (own != counted), path
        if node.is_leaf:
            assert marks[str(place)].removesuffix("（通知）") in (scores.verdict(path, body).japanese, "不明"), path
    points = scores.points(None, body)
    assert total(page) == f"{points.certain}点"
    assert "60団体の" in page.locator("#rank").inner_text()


def test_reloading_keeps_what_was_filled_in(context: BrowserContext, blank: Path) -> None:
    """The browser keeps the answers; what it keeps and cannot be read is told of and left there."""
    page = opened(context, blank)
    page.locator("#a4").get_by_label("該当", exact=True).check()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert total(page) == "4–800点"
    assert "保存してあった回答を開きました" in said(page)
    page.evaluate(
        "for (const key of Object.keys(localStorage)) localStorage.setItem(key, 'x' + localStorage.getItem(key))"
    )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert "開けません" in said(page)
    assert total(page) == "0–800点"
    assert page.evaluate("Object.keys(localStorage).some((key) => key.endsWith('読めない回答'))")


def test_what_the_browser_keeps_can_be_forgotten(context: BrowserContext, blank: Path) -> None:
    """On a machine of many users: nothing is left of the answers, and later ones are not kept."""
    page = opened(context, blank)
    page.locator("#a4").get_by_label("該当", exact=True).check()
    assert page.evaluate("localStorage.length") == 1
    page.locator("#forget").click()
    page.locator("#a5").get_by_label("該当", exact=True).check()
    assert page.evaluate("localStorage.length") == 0
    assert total(page) == "8–800点"
    assert "控えを消しました" in page.locator("#kept").inner_text()


def test_saved_and_opened_elsewhere(browser: Browser, blank: Path, tmp_path: Path) -> None:
    """A file that is saved opens in another browser; damaged or foreign, it is refused and nothing is lost."""
    first, second = (browser.new_context(locale="ja-JP", offline=True, accept_downloads=True) for _ in range(2))
    page = opened(first, blank)
    page.locator("#b0").fill("074021")
    page.locator("#a4").get_by_label("該当", exact=True).check()
    with page.expect_download() as coming:
        page.locator("#save").click()
    file = tmp_path / "saved.json"
    coming.value.save_as(file)
    assert coming.value.suggested_filename == "調査票 令和8年度 074021.json"
    other = opened(second, blank)
    other.locator("#a5").get_by_label("該当", exact=True).check()
    damaged = tmp_path / "damaged.json"
    damaged.write_text(file.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    for wrong in (damaged, RULES):
        other.locator("#file").set_input_files(wrong)
        expect(other.locator("#told")).to_contain_text("開けません")
        assert "今の回答はそのまま" in said(other)
        assert total(other) == "4–800点"
    other.locator("#file").set_input_files(file)
    expect(other.locator("#told")).to_contain_text("を開きました")
    assert other.locator("#b0").input_value() == "074021"
    assert not other.locator("#a5").get_by_label("該当", exact=True).is_checked()
    other.locator("#undo").click()
    assert other.locator("#a5").get_by_label("該当", exact=True).is_checked()
    first.close()
    second.close()


def test_what_is_exported_scores_alike(context: BrowserContext, filled: Path, cutoffs: Path, tmp_path: Path) -> None:
    """``haiten score`` of the exported CSV gives the page's points; with the rulebook of another year it is refused."""
    page = opened(context, filled)
    page.locator("#a4").get_by_label("非該当", exact=True).check()
    page.locator("#n1").fill("1.234")
    with page.expect_download() as coming:
        page.locator("#csv").click()
    file = tmp_path / "facts.csv"
    coming.value.save_as(file)
    (body,) = json.loads(command("score", RULES, file, "--cutoffs", cutoffs, "--json").stdout)["bodies"]
    points = body["total"]["certain"], body["total"]["possible"]
    assert total(page) == (f"{points[0]}点" if points[0] == points[1] else f"{points[0]}–{points[1]}点")
    foreign = command("score", ROOT / "rules/r7/municipal.haiten", file)
    assert foreign.returncode == 1
    assert "H854" in foreign.stderr
    page.locator("#undo").click()
    page.locator("#file").set_input_files(file)
    expect(page.locator("#told")).to_contain_text("を開きました")
    assert page.locator("#n1").input_value() == "1.234"


def test_the_page_of_a_body_takes_no_other_body_s_answers(
    context: BrowserContext, filled: Path, tmp_path: Path
) -> None:
    """What a body said last year stands beside its own answers, so that those of another one are refused."""
    page = opened(context, filled)
    before = total(page)
    file = tmp_path / "facts.csv"
    file.write_text("団体コード,団体名\r\n014591,美瑛町\r\n", encoding="utf-8")
    page.locator("#file").set_input_files(file)
    expect(page.locator("#told")).to_contain_text("014591 の回答です（このページは 014583 のもの）")
    assert total(page) == before
    file.write_text("団体コード;団体名\r\n01458;東川町\r\n", encoding="utf-16")
    page.locator("#file").set_input_files(file)
    expect(page.locator("#told")).to_contain_text("を開きました")
    assert total(page) != before


def test_a_scenario_does_not_touch_the_answers(context: BrowserContext, filled: Path) -> None:
    """What is tried stands beside the answers, and is gone when it is dropped."""
    page = opened(context, filled)
    answers = total(page)
    row = page.locator("[data-score='0 全体']")
    tried = page.locator("[data-score='1 全体']")
    assert (row.inner_text(), tried.inner_text()) == (answers, "—")
    page.get_by_label("試算1").check()
    page.locator("#a4").get_by_label("未回答", exact=True).check()
    assert tried.inner_text() == total(page) != answers
    assert row.inner_text() == answers
    page.get_by_label("試算2").check()
    assert total(page) == answers
    page.get_by_label("回答", exact=True).check()
    assert total(page) == answers
    assert page.locator("#a4").get_by_label("該当", exact=True).is_checked()
    page.get_by_label("試算1").check()
    page.locator("#clear").click()
    assert total(page) == answers
    page.locator("#undo").click()
    assert total(page) != answers


def test_what_is_wrong_is_told_beside_it(context: BrowserContext, blank: Path) -> None:
    """A number out of its range is no number, and says so where it stands, to a screen reader, too."""
    page = opened(context, blank)
    number = page.locator("[data-column='ケアプラン点検割合']")
    number.fill("100.01")
    assert number.get_attribute("aria-invalid") == "true"
    told = page.locator(f"#{number.get_attribute('aria-describedby')}")
    assert "0以上、100以下" in told.inner_text()
    assert "直すところ 1" in page.locator("#progress").inner_text()
    number.fill("99.5%")
    assert number.get_attribute("aria-invalid") is None
    assert "直すところ" not in page.locator("#progress").inner_text()


def test_hostile_texts_stay_texts(context: BrowserContext, blank: Path, tmp_path: Path) -> None:
    """Markup in a file that is opened is shown as it is written, and does nothing."""
    page = opened(context, blank)
    told = watched(page, blank)
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    file = tmp_path / "hostile.csv"
    quoted = hostile.replace('"', '""')
    file.write_text(f'団体コード,団体名,備考.推進.Ⅰ.(ⅰ).1.ア\r\n074021,"{quoted}","{quoted}"\r\n', encoding="utf-8")
    before = page.title()
    page.locator("#file").set_input_files(file)
    expect(page.locator("#told")).to_contain_text("を開きました")
    assert page.locator("#b1").input_value() == hostile
    assert page.title() == before
    assert page.locator("img").count() == 0
    named = tmp_path / "<b>x.csv"
    named.write_text("x", encoding="utf-8")
    page.locator("#file").set_input_files(named)
    expect(page.locator("#told")).to_contain_text("<b>x.csv")
    assert not told


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, filled: Path, width: int, scheme: str) -> None:
    """Nothing runs out of a telephone's screen, and axe finds nothing wrong, in light and dark."""
    context = browser.new_context(
        locale="ja-JP", viewport={"width": width, "height": 844}, offline=True, color_scheme=scheme, bypass_csp=True
    )
    page = opened(context, filled)
    page.get_by_label("試算1").check()
    page.locator("#a4").get_by_label("未回答", exact=True).check()
    page.locator("[data-column='ケアプラン点検割合']").fill("x")
    for folded in page.locator("details").all()[:8] + page.locator("details:has([data-why])").all()[:4]:
        folded.evaluate("(element) => { element.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not violations(page)
    context.close()


def test_printed_in_the_official_order(context: BrowserContext, filled: Path, tmp_path: Path) -> None:
    """As PDF, without what is for use alone: every item in the order of the rulebook, with the answer to it."""
    page = opened(context, filled)
    file = tmp_path / "printed.pdf"
    page.pdf(path=str(file), format="A4")
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, encoding="utf-8", check=True).stdout
    plain = "".join(text.split())
    places = [
        plain.find(words) for words in ("他の地域との比較により", "把握した特徴の要因を", "特徴を住民や関係者に周知")
    ]
    assert 0 < places[0] < places[1] < places[2]
    assert "次の未回答" not in plain
    assert "規則の指紋" in plain
