"""What a page reads of survey sheets that were saved as CSV is what haiten reads of them, and of the workbook."""

import json
from pathlib import Path

import openpyxl
import pytest
from page_parts import ROOT, by_node, coded, data_of, rulebook, said_by_haiten, said_by_page
from playwright.sync_api import BrowserContext, expect
from real_commands import haiten as command
from survey_csv import WAYS, saved_as_csv, wrong_sheets

from page_browser import opened
from survey_sheets import WHO, blank, cells_of, fill_in, random_sheet

WORDS = {"備考.推進": '一行目\n二行目 "引用", 読点', "根拠.支援": "資料 1.pdf", "属性.提出日": "2026-06-30"}


def survey(year: str, seed: int, path: Path) -> Path:
    """A survey sheet as a town fills it in."""
    made = rulebook(year)
    book = openpyxl.load_workbook(blank(made, path))
    fill_in(book, made.program, WHO | WORDS | cells_of(random_sheet(made.program, seed), made.program))
    book.save(path)
    return path


@pytest.mark.parametrize(("year", "ways"), [("r6", WAYS[2:3]), ("r7", WAYS[3:4]), ("r8", WAYS)])
def test_the_page_reads_what_haiten_reads(year: str, ways: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    """In every encoding and with every sign between cells, files in any order: answers, numbers, outcomes and words."""
    for seed, (encoding, separator) in enumerate(ways, start=100):
        book = survey(year, seed, tmp_path / f"調査票{seed}.xlsx")
        files = saved_as_csv(book, tmp_path / f"csv{seed}", encoding, separator)
        (cells,) = by_node("surveys", data=data_of(year), surveys=[coded(files[::-1])])
        by_book, by_files = (said_by_haiten(rulebook(year).read_facts(each).facts) for each in (book, files))
        assert by_book
        assert said_by_page(year, cells) == by_book == by_files
        assert cells["備考.推進"].replace("\r", "") == WORDS["備考.推進"]
        assert {name: cells[name] for name in ("団体コード", "団体名", "根拠.支援", "属性.提出日")} == {
            **WHO,
            **{name: WORDS[name] for name in ("根拠.支援", "属性.提出日")},
        }


def test_what_haiten_refuses_the_page_refuses(tmp_path: Path) -> None:
    """With the same reason: another year, rulebook or body, not whole, or changed."""
    files = saved_as_csv(survey("r8", 1, tmp_path / "調査票.xlsx"), tmp_path / "csv")
    wrong = wrong_sheets(files, rulebook("r8").program, tmp_path)
    twice = [*files, files[0]]
    found = by_node("surveys", data=data_of("r8"), surveys=[coded(each) for each in [w for w, _ in wrong.values()]])
    for (name, (_, word)), told in zip(wrong.items(), found, strict=True):
        assert word in told.get("refused", ""), (name, told)
    (told, sound) = by_node("surveys", data=data_of("r8"), surveys=[coded(twice), coded(files)])
    assert "2つあります" in told["refused"]
    assert sound["団体コード"] == "990019"


def test_a_town_opens_its_survey_sheet_in_the_page(context: BrowserContext, tmp_path: Path) -> None:
    """All files at once: the page's points are those of ``haiten score``; one alone is refused, nothing is lost."""
    rules = ROOT / "rules" / "r8" / "municipal.haiten"
    book = survey("r8", 7, tmp_path / "調査票.xlsx")
    files = saved_as_csv(book, tmp_path / "csv", "cp932")
    file = tmp_path / "page.html"
    cutoffs, nation = tmp_path / "cutoffs.json", ROOT / "examples" / "higashikawa_biei_r8.csv"
    assert command("score", rules, nation, "--save-cutoffs", cutoffs).returncode == 0
    assert command("page", rules, "--cutoffs", cutoffs, "--to", file).returncode == 0
    page = opened(context, file)
    page.locator("#a4").get_by_label("該当", exact=True).check()
    before = page.locator("#total").inner_text()
    for wrong in ([files[0]], files[:-1], [*files, rules]):
        page.locator("#file").set_input_files(wrong)
        expect(page.locator("#told")).to_contain_text("開けません")
        assert page.locator("#total").inner_text() == before
        page.evaluate("document.querySelector('#told').textContent = ''")
    page.locator("#file").set_input_files(files)
    expect(page.locator("#told")).to_contain_text("を開きました")
    (body,) = json.loads(command("score", rules, *files, "--cutoffs", cutoffs, "--json").stdout)["bodies"]
    low, high = body["total"]["certain"], body["total"]["possible"]
    assert page.locator("#total").inner_text() == (f"{low}点" if low == high else f"{low}–{high}点")
    assert page.locator("#b1").input_value() == "試験町"
    assert "一行目" in (page.locator("#others-list").text_content() or "")
    with page.expect_download() as coming:
        page.locator("#save").click()
    saved = tmp_path / "saved.json"
    coming.value.save_as(saved)
    assert "二行目" in saved.read_text(encoding="utf-8")
    page.locator("#undo").click()
    assert page.locator("#total").inner_text() == before
    assert page.locator("#others").is_hidden()
    page.locator("#file").set_input_files(saved)
    expect(page.locator("#told")).to_contain_text("saved.json」を開きました")
    assert page.locator("#b1").input_value() == "試験町"
