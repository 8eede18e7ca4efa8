"""A page of a rulebook whose 定数 a simulation changed: it and all that it writes say so, and nothing is mixed up."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from real_commands import haiten as command

from page_browser import opened
from page_checks import wrong_with

RULES = """言語 1
令和8年度 市町村 評価指標
事実 率 : % 0以上 100以下 小数1桁
定数 目標値 = 60%
交付金 推進 「交」 10点
目標 Ⅰ 「目」 10点
指標群 (ⅰ) 「群」 10点
指標 1 「指」 10点
ア 「a」 4点 要件 率 が 目標値 以上
イ 「b」 6点
"""
SET = ("--set", "目標値=65%")
WORDS = "目標値 = 65%"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "規則.haiten"
    file.write_text(RULES, encoding="utf-8")
    (tmp_path / "事実.csv").write_text(
        "団体コード,団体名,都道府県,率,推進.Ⅰ.(ⅰ).1.イ\n074021,北塩原村,福島県,62,○\n072010,福島市,福島県,70,×\n",
        encoding="utf-8",
    )
    return file


def test_a_trial_says_so_and_keeps_to_itself(rules: Path, context: BrowserContext, tmp_path: Path) -> None:
    """Its points are those of ``score --set``; what it saves and writes is refused by the page of the real rules."""
    facts, pages = tmp_path / "事実.csv", {}
    for name, more in {"real": (), "trial": SET}.items():
        pages[name] = tmp_path / f"{name}.html"
        made = command("page", rules, facts, "--body", "074021", *more, "--to", pages[name])
        assert made.returncode == 0
        assert not wrong_with(pages[name].read_text(encoding="utf-8"))
    real = opened(context, pages["real"])
    assert "試算: 定数" not in real.locator("body").inner_text()
    assert real.locator("#total").inner_text() == "10点"
    page = opened(context, pages["trial"])
    assert page.locator("#total").inner_text() == "6点"
    assert WORDS in page.title()
    assert f"試算: 定数 {WORDS} としたもの" in page.locator("header").inner_text()
    assert "定数の試算" in page.locator("#score").inner_text()
    assert WORDS in page.locator("footer").inner_text()
    written = {}
    for button, name in (("#save", "saved.json"), ("#csv", "facts.csv")):
        with page.expect_download() as coming:
            page.locator(button).click()
        assert "定数の試算" in coming.value.suggested_filename
        written[name] = tmp_path / name
        coming.value.save_as(written[name])
        assert WORDS in written[name].read_text(encoding="utf-8")
        page.locator("#file").set_input_files(written[name])
        expect(page.locator("#told")).to_contain_text("を開きました")
        real.locator("#file").set_input_files(written[name])
        expect(real.locator("#told")).to_contain_text(f"「{name}」は開けません: 別の評価指標の回答です")
        assert real.locator("#total").inner_text() == "10点"
    scored = command("score", rules, written["facts.csv"], *SET, "--json")
    assert json.loads(scored.stdout)["bodies"][0]["total"]["certain"] == 6
    refused = command("score", rules, written["facts.csv"])
    assert (refused.returncode, "H854" in refused.stderr) == (1, True)


def test_bodies_compared_by_a_trial(rules: Path, context: BrowserContext, tmp_path: Path) -> None:
    """The page says so, and the tables that it writes, in their name and in a column."""
    to = tmp_path / "compare.html"
    assert command("page", "compare", rules, tmp_path / "事実.csv", *SET, "--to", to).returncode == 0
    page = opened(context, to)
    assert WORDS in page.title()
    assert f"試算: 定数 {WORDS} としたもの" in page.locator("header").inner_text()
    with page.expect_download() as coming:
        page.locator("#save-bodies").click()
    assert coming.value.suggested_filename == "県内の団体（定数の試算）.csv"
    file = tmp_path / "bodies.csv"
    coming.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].endswith(",試算")
    assert all(line.endswith(f",{WORDS}") for line in lines[1:])
    assert len(lines) == 3


def test_cutoffs_of_other_rules_and_a_module(rules: Path, tmp_path: Path) -> None:
    """Cut-offs of the real rules are refused; the module says what it is; a 定数 that is not there is told."""
    cutoffs = tmp_path / "cutoffs.json"
    assert command("score", rules, tmp_path / "事実.csv", "--save-cutoffs", cutoffs).returncode == 0
    refused = command("page", rules, *SET, "--cutoffs", cutoffs)
    assert (refused.returncode, "H815" in refused.stderr, refused.stdout) == (1, True, "")
    module = command("page", rules, *SET, "--as", "module").stdout
    assert f'/** 試算: 定数 "{WORDS}" */' in module
    assert '"set":{"目標値":"65%"}' in module.replace(" ", "").replace("\n", "")
    unknown = command("page", rules, "--set", "目標=65%")
    assert (unknown.returncode, "目標値" in unknown.stderr) == (1, True)
