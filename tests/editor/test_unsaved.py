"""Texts that were never saved: all that is told of a file is told of them; what would need a place is looked for."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient
from typing_at import Document, make_client, words_of

from haiten.comparison.draft import draft
from haiten.compiler.driver import compile_file
from haiten.compiler.printing.print_rulebook import print_rulebook

ROOT = Path(__file__).parents[2]
SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "haiten.cli", "lsp"], client_factory=make_client)
pytestmark = pytest.mark.asyncio(loop_scope="module")
ADDRESSES = ("untitled:Untitled-1", "untitled:%E7%84%A1%E9%A1%8C%20%231", "untitled:///a//b", "file://")
WHOLE = """言語 1
令和6年度 市町村 評価指標
出典 要 「要綱」
事実 率 : % 0以上 100以下
交付金 推進 「推進」〔要〕 4点〔要〕
  目標 Ⅰ 「目標」〔要〕 4点〔要〕
    指標群 (ⅰ) 「指標群」〔要〕 4点〔要〕
      指標 1 「指標」〔要〕 4点〔要〕 要件 率 が 5%以上
"""
OWN_YEAR = WHOLE.replace("令和6年度", "令和3年度")  # of which haiten has none
REVISION = """言語 1
令和4年度 市町村 評価指標
令和3年度 市町村 評価指標 を次のように改正する。
出典 要 「要綱」
推進.Ⅰ.(ⅰ).1 中「指標」を「項目」〔要〕に改める。
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that an editor shows; rulebooks of its own are put in it by the tests."""
    return tmp_path_factory.mktemp("shown") / "r9"


@pytest_lsp.fixture(config=SERVER, scope="module")
async def at_folder(lsp_client: LanguageClient, shown: Path) -> AsyncIterator[None]:
    """An editor that shows a folder."""
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(uri=shown.as_uri(), name="shown")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def unsaved(client: LanguageClient, text: str, uri: str = ADDRESSES[0]) -> Document:
    """A text that is in no file."""
    return Document(client, Path(), text, uri=uri)


def rulebook(folder: Path) -> Path:
    """A rulebook of R3 in a folder of its year."""
    file = folder / "r3/own.haiten"
    file.parent.mkdir(parents=True)
    file.write_text(OWN_YEAR, encoding="utf-8")
    return file


@pytest.mark.parametrize("uri", ADDRESSES)
async def test_a_mistake_is_told_under_the_address_that_the_editor_gave(client: LanguageClient, uri: str) -> None:
    """And a change that mends it is one of that text."""
    document = unsaved(client, WHOLE.replace("が 5%以上", "が 5人以上"), uri)
    (wrong,) = [each for each in await document.told() if each.severity == lsp.DiagnosticSeverity.Error]
    assert words_of(document.text, wrong.range) == "率 が 5人以上"
    document.change(WHOLE.replace("事実 率 :", "事実 率"))
    (slip,) = [each for each in await document.told() if each.severity == lsp.DiagnosticSeverity.Error]
    (mend, *_) = await client.text_document_code_action_async(
        lsp.CodeActionParams(document.me, slip.range, lsp.CodeActionContext([slip]))
    )
    (change,) = mend.edit.document_changes
    assert (change.text_document.uri, change.text_document.version) == (uri, document.version)
    document.apply(change.edits)
    assert document.text == WHOLE
    assert await document.errors() == []
    document.close()


async def test_all_is_shown_of_it_as_of_a_file(client: LanguageClient) -> None:
    """Outline, colours, hover, definition, formatting, names: what stands in the text needs no place."""
    document = unsaved(client, WHOLE)
    await document.told()
    (grant,) = [
        each
        for each in await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document.me))
        if "推進" in each.name
    ]
    assert grant.children
    assert (await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document.me))).data
    assert await client.text_document_folding_range_async(lsp.FoldingRangeParams(document.me))
    assert await client.text_document_hover_async(lsp.HoverParams(document.me, document.at("指標 1", 3)))
    (place,) = await client.text_document_definition_async(lsp.DefinitionParams(document.me, document.at("率 が")))
    assert (place.uri, words_of(WHOLE, place.range)) == (document.uri, "率")
    renamed = await client.text_document_rename_async(lsp.RenameParams(document.me, place.range.start, "割合"))
    (change,) = renamed.document_changes
    assert change.text_document.uri == document.uri
    document.apply(change.edits)
    assert await document.errors() == []
    assert "割合 が 5%以上" in document.text
    document.close()


async def test_what_it_amends_is_looked_for_as_if_it_lay_in_the_folder(at_folder: LanguageClient, shown: Path) -> None:
    """In the folders of years of the one that is shown, below its ``rules``, and beside it; where, is said."""
    document = unsaved(at_folder, REVISION)
    (missing,) = [each for each in await document.told() if each.severity == lsp.DiagnosticSeverity.Error]
    assert missing.code == "H601"
    searched = [shown / "r3", shown / "rules/r3", shown.parent / "r3"]
    assert all(f"{place}、" in missing.message for place in searched)
    assert "/dev/null" not in missing.message
    for number, folder in enumerate((shown, shown / "rules", shown.parent)):
        file = rulebook(folder)
        document.change(REVISION + "\n" * number)
        assert await document.errors() == []
        (place, *_) = await at_folder.text_document_definition_async(
            lsp.DefinitionParams(document.me, document.at("(ⅰ).1", 4))
        )
        assert place.uri == file.as_uri()
        renamed = await at_folder.text_document_rename_async(lsp.RenameParams(document.me, document.at("要"), "綱"))
        assert {change.text_document.uri for change in renamed.document_changes} == {document.uri}
        shutil.rmtree(file.parent)
    document.close()


async def test_what_it_amends_knows_of_it(at_folder: LanguageClient, shown: Path) -> None:
    """The places that speak of an item are those of all open texts, too."""
    file = rulebook(shown)
    document, base = unsaved(at_folder, REVISION), Document(at_folder, file)
    await document.told()
    await base.told()
    found = await at_folder.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), base.me, base.at("指標 1", 3))
    )
    assert document.uri in {place.uri for place in found}
    shutil.rmtree(file.parent)
    document.close()
    base.close()


async def test_without_a_folder_it_is_said_that_its_place_is_unknown(client: LanguageClient) -> None:
    """What came with haiten is found all the same."""
    document = unsaved(client, REVISION)
    (missing,) = [each for each in await document.told() if each.severity == lsp.DiagnosticSeverity.Error]
    assert "まだ保存されていない" in missing.message
    document.change((ROOT / "rules/r7/municipal.haiten").read_text(encoding="utf-8"))
    assert await document.errors() == []
    document.close()


async def test_a_place_that_was_chosen_before_is_looked_beside(client: LanguageClient, tmp_path: Path) -> None:
    """A file that the editor was told to make has one, and is not on the disk yet."""
    rulebook(tmp_path)
    document = unsaved(client, REVISION, f"untitled:{tmp_path}/r4/own.haiten")
    assert await document.errors() == []
    document.close()


async def asked(document: Document, part: str) -> Any:
    """What stands beside a document."""
    return await document.client.protocol.send_request_async(f"haiten/{part}", {"uri": document.uri})


async def test_what_it_leads_to_stands_beside_it(at_folder: LanguageClient) -> None:
    """The amendment of a whole text on the one that came with haiten; its name in the titles."""
    now = compile_file(ROOT / "rules/r8/municipal.haiten")
    assert now.syntax is not None
    document = unsaved(at_folder, print_rulebook(draft(now.syntax)))
    document.replace("「他の地域との比較により介護保険事業の特徴を把握している」〔推定〕 4点", "「甲」〔推定〕 4点")
    await document.told()
    answer = await asked(document, "amendment")
    assert answer.title == "Untitled-1（未保存） 改める文"
    assert "を「甲」〔推定〕に改める" in answer.text
    assert "配点の計" in (await asked(document, "totals")).title
    assert "令和10年度" in (await asked(document, "draft")).text
    document.close()


async def test_an_empty_text_and_a_closed_one_are_no_trouble(client: LanguageClient) -> None:
    """A new text begins empty; of one that is gone nothing is left to tell."""
    document = unsaved(client, "")
    await document.told()
    document.change(WHOLE)
    assert await document.errors() == []
    document.close()
    assert (await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document.me))) is None
