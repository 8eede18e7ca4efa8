"""The command that makes a page: what it puts in, and what it refuses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from real_commands import ROOT, haiten

from page_checks import wrong_with

R8, R7 = ROOT / "rules" / "r8" / "municipal.haiten", ROOT / "rules" / "r7" / "municipal.haiten"
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
SHEET = ROOT / "examples" / "kitashiobara_r7.csv"
LAST = ROOT / "examples" / "kitashiobara_r6.csv"


def data_in(page: str) -> dict[str, Any]:
    """The data that the script of a page opens with."""
    found = re.search(r"^openPage\((.*)\);$", page, re.MULTILINE)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_what_is_known_of_a_body_is_filled_in(tmp_path: Path) -> None:
    """Its code, answers and outcomes stand in their cells, and beside the items the answers of the year before."""
    to = tmp_path / "調査票.html"
    done = haiten("page", R7, SHEET, "--body", "07402", "--previous", R6, LAST, "--to", to)
    assert (done.returncode, done.stdout) == (0, "")
    page = to.read_text(encoding="utf-8")
    assert not wrong_with(page)
    cells = data_in(page)["cells"]
    assert (cells["団体コード"], cells["団体名"]) == ("074021", "北塩原村")
    assert cells["推進.Ⅰ.(ⅰ).1.ア"] == "○"
    assert page.count("前の年度: ") > 100
    assert "haiten の採点と照合していません" in page


def test_a_blank_page_holds_no_body() -> None:
    """Printed on standard output, of the rulebook alone."""
    done = haiten("page", R8)
    assert done.returncode == 0
    data = data_in(done.stdout)
    assert data["cells"] == {}
    assert data["program"]["ranks"] == "unknown"
    assert data["nation"] is None


def test_cutoffs_are_in_the_page(tmp_path: Path) -> None:
    """With a cut-off file ranks are told by it; one of another rulebook is refused."""
    cutoffs = tmp_path / "cutoffs.json"
    assert haiten("score", R7, SHEET, "--save-cutoffs", cutoffs).returncode == 0
    data = data_in(haiten("page", R7, "--cutoffs", cutoffs).stdout)
    assert data["program"]["ranks"] == "stored"
    assert data["program"]["rankings"]
    refused = haiten("page", R8, "--cutoffs", cutoffs)
    assert refused.returncode == 1
    assert "H8" in refused.stderr


def test_a_name_of_markup_stays_text(tmp_path: Path) -> None:
    """What stands in a fact file ends no script and opens no element."""
    facts = tmp_path / "facts.csv"
    facts.write_text("団体コード,団体名\n074021,</script><b>x\u2028\n", encoding="utf-8")
    done = haiten("page", R7, facts, "--body", "074021")
    assert done.returncode == 0
    assert not wrong_with(done.stdout)
    assert data_in(done.stdout)["cells"]["団体名"].startswith("</script><b>x")


def test_the_module_holds_the_evaluator_alone() -> None:
    """An ES module that imports nothing."""
    text = haiten("page", R8, "--as", "module").stdout
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert "export const scoreBody" in text
    assert "document" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((R7, "--body", "074021"), "事実ファイル"),
        ((R7, SHEET), "--body"),
        ((R7, "--each-body", "x"), "事実ファイル"),
        ((R7, SHEET, "--each-body", "x", "--body", "074021"), "一緒に使えません"),
        ((R7, SHEET, "--each-body", "x", "--to", "x.html"), "一緒に使えません"),
        ((R7, "--sheets", "5"), "--verify"),
        ((R7, "--verify", "--sheets", "0"), "sheets"),
        ((R7, "--to", "x.pdf"), "形が分かりません"),
    ],
)
def test_options_that_do_not_fit_are_a_mistake_of_use(words: tuple[object, ...], told: str) -> None:
    """Each with what to do instead."""
    done = haiten("page", *words)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_page_for_each_body(tmp_path: Path) -> None:
    """In a folder, by code and name, each with the answers of its body alone; and the list of who gets which."""
    facts, folder = ROOT / "examples" / "higashikawa_biei_r8.csv", tmp_path / "配布"
    done = haiten("page", R8, facts, "--each-body", folder)
    assert (done.returncode, done.stdout) == (0, "")
    names = {"014583": "014583_東川町.html", "014591": "014591_美瑛町.html"}
    assert {file.name for file in folder.iterdir()} == {*names.values(), "配布一覧.csv"}
    for code, name in names.items():
        page = (folder / name).read_text(encoding="utf-8")
        assert not wrong_with(page)
        assert data_in(page)["cells"]["団体コード"] == code
        alone = haiten("page", R8, facts, "--body", code)
        assert alone.stdout == page
    listed = (folder / "配布一覧.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.rpartition(",")[2] for line in listed[1:]] == list(names.values())
    hostile = tmp_path / "facts.csv"
    hostile.write_text("団体コード,団体名\n074021,../../<b>x\n", encoding="utf-8")
    assert haiten("page", R7, hostile, "--each-body", tmp_path / "other").returncode == 0
    assert sorted(file.name for file in (tmp_path / "other").iterdir()) == ["074021_bx.html", "配布一覧.csv"]
    nowhere = haiten("page", R7, hostile, "--each-body", tmp_path / "no" / "folder")
    assert nowhere.returncode == 1
    assert "書けません" in nowhere.stderr


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No such body, no such file, a rule file with errors, an allocation, no rule file at all."""
    broken = tmp_path / "broken.haiten"
    broken.write_text("言語 1\n令和8年度 市町村 評価指標\n交付金\n", encoding="utf-8")
    nobody = haiten("page", R7, SHEET, "--body", "999999")
    assert (nobody.returncode, "H816" in nobody.stderr) == (1, True)
    for words in ((tmp_path / "none.haiten",), (broken,), (ROOT / "rules/r6/allocation.haiten",)):
        done = haiten("page", *words)
        assert done.returncode == 1
        assert done.stderr
        assert not done.stdout
    assert haiten("page").returncode == 2
