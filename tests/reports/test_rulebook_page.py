"""The page of a rulebook: all clauses, what they stand on, how they came to be, and nothing that the rulebook lacks."""

import re
from html import unescape
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

import haiten as library
from haiten.compiler.printing.print_rulebook import print_expression
from page_checks import wrong_with

R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
PREFECTURAL = ROOT / "rules" / "r8" / "prefectural.haiten"


def made(*arguments: object) -> str:
    done = haiten("report", "rulebook", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def clause_of(page: str, path: str) -> str:
    """All that is said of a node, and of what is below it."""
    return plain(page.split(f'id="{path}"')[1].split("</dl>")[0])


@pytest.fixture(scope="module")
def page() -> str:
    return made(R8)


def test_every_clause_is_there(page: str) -> None:
    """With its text, its points and its 要件, under its path."""
    program = library.compile(R8).program
    for path, node in program.nodes.items():
        said = clause_of(page, path)
        assert node.text in said, path
        assert f"{node.maximum}点" in said, path
        if node.decl.requirement and node.is_leaf:
            assert print_expression(node.decl.requirement.condition) in said, path
    for name in program.facts:
        assert f'<th scope="row">{name}</th>' in page
    assert wrong_with(page) == []
    assert len(page.encode()) < 2_000_000


@pytest.mark.parametrize("rules", [R6, R7, PREFECTURAL], ids=["r6", "r7", "prefectural"])
def test_pages_of_other_rulebooks_are_sound(rules: Path) -> None:
    """In full, as a revision, and with points that are not published."""
    text = made(rules)
    assert wrong_with(text) == []
    assert ("未公表" in text) is (rules is PREFECTURAL)


def test_certainty_is_counted_as_check_counts(page: str) -> None:
    """The same numbers, and each clause says what it stands on."""
    told = haiten("check", R8).stdout
    for what in ("配点", "文"):
        line = next(line for line in told.splitlines() if line.strip().startswith(what) and "出典あり" in line)
        counts = re.findall(r"(?:出典あり|導出|推定|出典なし) (\d+)", line)
        row = page.split(f'<th scope="row">{what}</th>')[1].split("</tr>")[0]
        assert re.findall(r'<td class="n">(\d+)</td>', row)[1:] == counts
    assert "○ 文 推定" in plain(page)


def test_history_is_that_of_history(page: str) -> None:
    """Years, numbers and reasons; a clause that is new says so."""
    clause = plain(page.split('id="支援.Ⅰ.(ⅰ).4.ウ"')[1].split("</details>")[0])
    assert "配点の変更: 意見を聴く相手を、外部の関係者と参加者に分ける〔宮城〕（r7/municipal.haiten:36:1）" in clause
    assert "令和6年度 以前から" in clause
    moved = plain(page.split('id="支援.Ⅰ.(ⅰ).4.オ"')[1].split("</details>")[0])
    assert "令和6年度支援.Ⅰ.(ⅰ).4.エ" in moved
    assert "令和7年度 新設" in plain(page.split('id="支援.Ⅰ.(ⅰ).4.エ"')[1].split("</details>")[0])


def test_texts_and_addresses_are_inert(tmp_path: Path) -> None:
    """A title that looks like markup, and an address that would leave its attribute, are letters."""
    rules = tmp_path / "rules.haiten"
    source = '\n出典 悪 「</script><img src=x>悪い」 https://example.jp/"onclick=alert(1)\n出典 '
    rules.write_text(R6.read_text(encoding="utf-8").replace("\n出典 ", source, 1), encoding="utf-8")
    page = made(rules)
    assert wrong_with(page) == []
    assert "<img" not in page
    assert "https://example.jp/&#34;onclick=alert(1)" in page
    assert "</script><img src=x>悪い" in unescape(page)
