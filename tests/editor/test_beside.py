"""What stands beside a text while it is written: amendment or whole text, 対照表, totals."""

import asyncio
import html
import json
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient
from typing_at import Document, make_client

from haiten.comparison.draft import draft
from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.identity.normal_form import normal_form
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source

ROOT = Path(__file__).parents[2]
R8 = compile_file(ROOT / "rules/r8/municipal.haiten")
pytestmark = pytest.mark.asyncio(loop_scope="module")
SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "haiten.cli", "lsp"], client_factory=make_client)
FIRST = "        ア 「他の地域との比較により介護保険事業の特徴を把握している」〔推定〕 4点"
LAST = "        エ 「特徴を住民や関係者に周知している」〔推定〕 4点"
R9 = """言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
出典 要綱 「令和9年度 評価指標（市町村分）」
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the rulebooks of all years so far, and next year's whole text as it is opened."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    assert R8.syntax is not None
    (tmp_path / "r9.haiten").write_text(print_rulebook(draft(R8.syntax)), encoding="utf-8")
    return tmp_path


@pytest_lsp.fixture(config=SERVER, scope="module")
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """An editor that shows single files."""
    renewed: list[Any] = []
    lsp_client.renewed = renewed

    @lsp_client.feature("haiten/renewed")
    def hear(params: Any) -> None:
        renewed.append(params)

    await lsp_client.initialize_session(
        lsp.InitializeParams(capabilities=pytest_lsp.client_capabilities("visual-studio-code"))
    )
    yield
    await lsp_client.shutdown_session()


async def asked(document: Document, part: str) -> Any:
    """A part of what stands beside a document, of its present version."""
    answer = await document.client.protocol.send_request_async(f"haiten/{part}", {"uri": document.uri})
    assert answer.version == document.version
    return answer


def sentences(text: str) -> list[str]:
    """The sentences of a revision, without its headings and 理由."""
    return [line for line in text.splitlines()[4:] if line and not line.startswith(" ")]


async def test_an_edited_whole_text_has_its_amendment_beside_it(client: LanguageClient, folder: Path) -> None:
    """Nothing at first; then a sentence for each edit, which is gone when the edit is undone."""
    document = Document(client, folder / "r9.haiten")
    answer = await asked(document, "amendment")
    assert (answer.reason, sentences(answer.text)) == (None, [])
    assert any(str(folder / "rules/r8/municipal.haiten") in note for note in answer.notes)
    whole = document.text
    document.replace(FIRST, FIRST.replace("4点", "3点"))
    document.replace(LAST, LAST.replace("4点", "5点"))
    assert sentences((await asked(document, "amendment")).text) == [
        "推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点」に改める。",
        "推進.Ⅰ.(ⅰ).1.エ の配点「4点」を「5点」に改める。",
    ]
    document.change(whole)
    assert sentences((await asked(document, "amendment")).text) == []


async def test_an_item_put_between_others_moves_those_behind_it(client: LanguageClient, folder: Path) -> None:
    """Which items were taken for which is said, in the table too."""
    document = Document(client, folder / "r9.haiten")
    at = document.text.index(LAST)
    new = "        エ 「外部の専門家と分析している」〔推定〕 0点\n"
    document.change(document.text[:at] + new + document.text[at:].replace("        エ", "        オ", 1))
    answer = await asked(document, "amendment")
    assert "推進.Ⅰ.(ⅰ).1.エ を 推進.Ⅰ.(ⅰ).1.オ とする。" in answer.text
    assert any("推進.Ⅰ.(ⅰ).1.エ → 推進.Ⅰ.(ⅰ).1.オ" in note for note in answer.notes)
    page = await asked(document, "comparison")
    assert "外部の専門家と分析している" in page.html
    assert "（新設）" in page.html


async def test_totals_tell_where_a_sum_leaves_its_maximum(client: LanguageClient, folder: Path) -> None:
    """While one point is on its way, and what last year had; the amendment is there meanwhile."""
    document = Document(client, folder / "r9.haiten")
    document.replace(FIRST, FIRST.replace("4点", "3点"))
    answer = await asked(document, "totals")
    off = [(row.path, row.points, row.maximum, row.before) for row in answer.rows if not row.balanced]
    assert off == [("推進.Ⅰ.(ⅰ).1", 15, 16, 16)]
    assert any("下位の合計は15点" in note for note in answer.notes)
    assert [(row.path, row.points) for row in answer.rows if row.level == 1] == [
        ("推進", 400),
        ("支援", 400),
        ("成果指向", 100),
    ]
    assert "推進.Ⅰ.(ⅰ).1</a> 15/16点（-1）" in (await asked(document, "preview")).html
    assert sentences((await asked(document, "amendment")).text) == ["推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点」に改める。"]
    document.replace(FIRST.replace("4点", "3点"), FIRST)
    assert all(row.balanced for row in (await asked(document, "totals")).rows)


@pytest.mark.parametrize("part", ["amendment", "comparison", "totals", "preview"])
async def test_with_a_mistake_the_last_good_state_is_shown_and_said_so(
    client: LanguageClient, folder: Path, part: str
) -> None:
    """A statement that cannot be read is no deletion."""
    document = Document(client, folder / "r9.haiten")
    document.replace(FIRST, FIRST.replace("4点", "3点"))
    good = await asked(document, part)
    document.replace(FIRST.replace("4点", "3点"), FIRST.replace("」〔推定〕 4点", "〔推定 4点"))
    answer = await asked(document, part)
    assert "誤りのなかった最後の文のもの" in answer.notes[0]
    assert "誤りが1件" in answer.notes[0]
    if part == "amendment":
        assert answer.text == good.text
    else:
        assert answer.notes[0] in answer.html
    document.replace(FIRST.replace("」〔推定〕 4点", "〔推定 4点"), FIRST.replace("4点", "3点"))
    assert (await asked(document, part)).notes == good.notes


async def test_a_text_that_never_was_whole_has_nothing_beside_it(client: LanguageClient, folder: Path) -> None:
    """It is said why, and what to do."""
    document = Document(client, folder / "new.haiten", "言語 1\n令和9年度 市町村 評価指標\n交付金 甲 「")
    assert "誤りを直すと出ます" in (await asked(document, "amendment")).reason


async def test_an_amendment_has_the_whole_text_beside_it(client: LanguageClient, folder: Path) -> None:
    """As ``haiten consolidate`` writes it, of what is typed and not saved."""
    document = Document(client, folder / "rules/r9/municipal.haiten", R9)
    document.change(R9 + "推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点〔要綱〕」に改める。\n")
    answer = await asked(document, "consolidated")
    assert FIRST.replace("4点", "3点〔要綱〕") in answer.text
    assert any("下位の合計は15点" in note for note in answer.notes)
    assert "改正のファイルは、それ自身が改める文です" in (await asked(document, "amendment")).reason
    document.change(document.text + "推進.Ⅰ.(ⅰ).1.エ の配点")
    broken = await asked(document, "consolidated")
    assert broken.text == answer.text
    assert "誤りのなかった最後の文のもの" in broken.notes[0]


async def test_a_whole_revision_is_derived_from_its_whole_text_again(client: LanguageClient, folder: Path) -> None:
    """A year of 16 kinds of sentences: what stands beside its whole text gives that text, with the 理由 there were."""
    source = Path(__file__).parent / "whole_r9.haiten"
    written = folder / "rules/r9/municipal.haiten"
    written.parent.mkdir()
    shutil.copy(source, written)
    revision = Document(client, written)
    assert await revision.errors() == []
    whole = (await asked(revision, "consolidated")).text
    document = Document(client, folder / "r9.haiten", whole)
    answer = await asked(document, "amendment")
    assert answer.reason is None
    applied = compile_source(Source("r9.haiten", answer.text), compile_file(folder / "rules/r8/municipal.haiten"))
    wanted = compile_source(Source("whole.haiten", whole))
    assert applied.syntax is not None
    assert wanted.syntax is not None
    assert normal_form(applied.syntax) == normal_form(wanted.syntax)
    assert "理由 「共有の場を増やす」" in answer.text
    assert any(str(written) in note for note in answer.notes)
    revision.close()


async def test_who_asked_is_told_when_something_else_stands_there(client: LanguageClient, folder: Path) -> None:
    """After each pause, with the version; of a change of the year before too."""
    document = Document(client, folder / "r9.haiten")
    await asked(document, "amendment")
    client.renewed.clear()
    document.replace(FIRST, FIRST.replace("4点", "3点"))
    assert (document.uri, document.version) in await renewed(client)
    client.renewed.clear()
    base = Document(client, folder / "rules/r8/municipal.haiten")
    assert document.uri in [uri for uri, _ in await renewed(client)]
    base.close()


async def renewed(client: LanguageClient) -> list[tuple[str, int]]:
    """What the server tells of next."""
    for _ in range(1500):
        if client.renewed:
            return [(each.uri, each.version) for each in client.renewed]
        await asyncio.sleep(0.02)
    raise AssertionError("nothing is told of")


async def test_keys_are_answered_while_a_page_is_made(client: LanguageClient, folder: Path) -> None:
    """What takes long is made beside them."""
    document = Document(client, folder / "r9.haiten")
    first: list[str] = []
    for points in range(5, 10):  # which is first may be chance on a machine that does much else, but not five times
        document.change(document.text + f"\n# {points}\n")
        page = asyncio.ensure_future(asked(document, "preview"))
        await client.text_document_hover_async(lsp.HoverParams(document.me, document.at("指標 1 ")))
        first.append("page" if page.done() else "key")
        assert (await page).reason is None
        if first[-1] == "key":
            break
    assert first[-1] == "key"


async def test_two_rulebooks_of_the_year_before_are_an_ambiguity(client: LanguageClient, folder: Path) -> None:
    """Both are named; the folder of the year's own name decides where there is one."""
    for name in ("a", "b"):
        shutil.copy(folder / "rules/r6/municipal.haiten", folder / f"r{name}.haiten")
    other = folder / "x"
    other.mkdir()
    text = (folder / "rules/r6/municipal.haiten").read_text(encoding="utf-8")
    for name in ("r_a", "r_b"):
        (other / name).mkdir()
        (other / name / "m.haiten").write_text(text.replace("令和6年度 市町村", "令和8年度 市町村"), encoding="utf-8")
    document = Document(client, other / "r9.haiten", text.replace("令和6年度 市町村", "令和9年度 市町村"))
    shutil.move(folder / "rules", folder / "away")
    reason = (await asked(document, "comparison")).reason
    assert "2つあります" in reason
    assert "r_a/m.haiten" in reason
    assert "r_b/m.haiten" in reason


async def test_next_years_whole_text_is_opened(client: LanguageClient, folder: Path) -> None:
    """As ``haiten draft`` opens it; of a file with a mistake it is not."""
    path = folder / "rules/r8/municipal.haiten"
    document = Document(client, path)
    answer = await client.protocol.send_request_async("haiten/draft", {"uri": document.uri})
    assert answer.text == (folder / "r9.haiten").read_text(encoding="utf-8")
    document.change(document.text + "\n推進.Ⅰ")
    answer = await client.protocol.send_request_async("haiten/draft", {"uri": document.uri})
    assert answer.text == ""
    assert "誤りがある" in answer.reason
    document.close()


async def test_a_division_of_money_has_nothing_beside_it(client: LanguageClient, folder: Path) -> None:
    """It is said, for all parts."""
    document = Document(client, folder / "rules/r6/allocation.haiten")
    for part in ("amendment", "consolidated", "comparison", "totals", "preview"):
        assert "配分のファイル" in (await asked(document, part)).reason


async def test_a_page_runs_no_script_and_is_whole(client: LanguageClient, folder: Path) -> None:
    """Its own policy lets nothing in; what it says of itself is JSON."""
    document = Document(client, folder / "r9.haiten")
    answer = await asked(document, "preview")
    assert "default-src 'none'" in html.unescape(answer.html)
    assert "src=" not in answer.html
    assert json.loads(json.dumps(answer.title)).endswith("r9.haiten 対照表と配点の計")
