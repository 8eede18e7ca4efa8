"""What a language server says anew of texts that nobody touched, because another has changed."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient
from typing_at import Document, make_client

ROOT = Path(__file__).parents[2]
SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "haiten.cli", "lsp"], client_factory=make_client)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real rulebooks, in a folder that the editor shows; the tests leave no text open."""
    return Path(shutil.copytree(ROOT / "rules", tmp_path_factory.mktemp("shown") / "rules"))


@pytest_lsp.fixture(config=SERVER, scope="module")
async def client(lsp_client: LanguageClient, rules: Path) -> AsyncIterator[None]:
    """An editor."""
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(uri=rules.as_uri(), name="rules")],
        )
    )
    yield
    await lsp_client.shutdown_session()


async def errors_become(document: Document, codes: list[str]) -> None:
    """Wait for what is told anew of a text that nobody touches."""
    for _ in range(300):
        if await document.errors() == codes:
            return
        await asyncio.sleep(0.02)
    assert await document.errors() == codes


@pytest.mark.parametrize(
    ("broken", "old", "new"),
    [("r8", "次のように", "のように"), ("r6", "事実 高齢者人口 : 人", "事実 高齢者人口 人")],
)
async def test_all_that_builds_on_a_text_is_told_when_it_breaks_and_when_it_is_mended(
    client: LanguageClient, rules: Path, broken: str, old: str, new: str
) -> None:
    """Money, and figures over members, and what builds on them, untouched."""
    names = {"r8/allocation": "H914", "r8/prefectural": "H520", "r8/prefectural.allocation": "H914"}
    others = [(Document(client, rules / f"{name}.haiten"), code) for name, code in names.items()]
    base = Document(client, rules / broken / "municipal.haiten")
    for document, _ in [*others, (base, "")]:
        assert await document.errors() == []
    base.replace(old, new)
    assert await base.errors() != []
    for document, code in others:
        await errors_become(document, [code])
    base.replace(new, old)
    for document, _ in others:
        await errors_become(document, [])
    base.replace(old, new)
    await errors_become(others[1][0], ["H520"])
    base.close()  # unsaved: what is on the disk counts
    for document, _ in others:
        await errors_become(document, [])
        document.close()


async def test_what_was_undone_is_not_told_of_a_text_opened_later(client: LanguageClient, rules: Path) -> None:
    """Questions asked while a text was broken leave nothing behind."""
    base = Document(client, rules / "r6/municipal.haiten")
    text = base.text
    base.replace("事実 高齢者人口 : 人", "事実 高齢者人口 人")
    assert await base.errors() != []
    here = base.at("高齢者人口")
    await client.text_document_definition_async(lsp.DefinitionParams(base.me, here))
    await client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), base.me, here)
    )
    base.change(text)
    assert await base.errors() == []
    base.close()
    opened = Document(client, rules / "r8/prefectural.haiten")
    assert await opened.errors() == []
    opened.close()


async def test_a_text_that_leads_back_to_itself_is_told_so_and_recovers(client: LanguageClient, rules: Path) -> None:
    """It is answered, as any other text."""
    document = Document(client, rules / "r7/municipal.haiten")
    document.replace("令和6年度 市町村 評価指標 を", "令和7年度 市町村 評価指標 を")
    assert await document.errors() == ["H624"]
    await client.text_document_hover_async(lsp.HoverParams(document.me, document.at("改正")))
    document.replace("令和7年度 市町村 評価指標 を", "令和6年度 市町村 評価指標 を")
    assert await document.errors() == []
    document.close()


async def test_the_editor_is_asked_to_watch_rule_files(client: LanguageClient, rules: Path) -> None:
    """It has said that it can."""
    document = Document(client, rules / "r6/municipal.haiten")
    await document.told()  # by then it has asked
    document.close()
    (wish,) = client.watched
    assert wish.method == lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
    assert [each["globPattern"] for each in wish.register_options["watchers"]] == ["**/*.haiten"]


async def test_what_another_program_writes_is_told_at_once(client: LanguageClient, rules: Path) -> None:
    """Of the texts that build on it, which nobody touches; and what is shown beside them is asked for again."""
    others = [Document(client, rules / f"r8/{name}.haiten") for name in ("municipal", "prefectural")]
    for document in others:
        assert await document.errors() == []
    base = rules / "r6/municipal.haiten"
    text = base.read_text(encoding="utf-8")
    asked = len(client.asked_again)
    for written, codes in ((text.replace("事実 高齢者人口 : 人", "事実 高齢者人口 人"), ["H520"]), (text, [])):
        base.write_text(written, encoding="utf-8")
        change = lsp.FileEvent(base.as_uri(), lsp.FileChangeType.Changed)
        client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
        await errors_become(others[1], codes)
    assert await others[0].errors() == []
    for _ in range(300):
        if len(client.asked_again) > asked:
            break
        await asyncio.sleep(0.02)
    assert len(client.asked_again) > asked
    for document in others:
        document.close()


async def places_of(document: Document, words: str, offset: int) -> set[tuple[str, int]]:
    """Where what stands in some words is spoken of in other files: folder and name, and the line from 0."""
    found = await document.client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document.me, document.at(words, offset))
    )
    files = [(Path(place.uri.removeprefix("file://")), place.range.start.line) for place in found or ()]
    assert len(set(map(str, found or ()))) == len(files)
    return {(f"{path.parent.name}/{path.name}", line) for path, line in files if path != document.path}


@pytest.mark.parametrize(
    ("old", "new"), [("次のように", "のように"), ("支援.Ⅰ.(ⅰ).4.ウ の配点「2点」", "支援.Ⅰ.(ⅰ).4.ウ の配点「9点」")]
)
async def test_references_go_through_a_year_that_is_broken(
    client: LanguageClient, rules: Path, old: str, new: str
) -> None:
    """In what builds on it they stay where they were; what cannot be read at all is not renamed past."""
    document = Document(client, rules / "r6/municipal.haiten")
    assert await document.errors() == []
    before = await places_of(document, "目標 Ⅳ", 3)
    assert {name for name, _ in before} >= {"r7/allocation.haiten", "r8/allocation.haiten"}
    broken = Document(client, rules / "r7/municipal.haiten")
    assert await broken.errors() == []
    broken.replace(old, new)
    assert await broken.errors() != []
    after = await places_of(document, "目標 Ⅳ", 3)
    own = {place for place in before if place[0] == "r7/municipal.haiten"}
    assert after | own == before
    broken.close()
    document.close()


async def test_a_name_is_not_changed_where_a_file_cannot_be_read(client: LanguageClient, rules: Path) -> None:
    """It would keep the old one."""
    document = Document(client, rules / "r6/municipal.haiten")
    allocation = Document(client, rules / "r6/allocation.haiten")
    allocation.change(f"{allocation.text}\n高齢者人口 は\n")
    for each in (document, allocation):
        await each.told()
    at = document.at("事実 高齢者人口", 4)
    with pytest.raises(JsonRpcException, match=r"allocation\.haiten に誤りがあって"):
        await client.text_document_rename_async(lsp.RenameParams(document.me, at, "高齢人口"))
    for each in (document, allocation):
        each.close()
