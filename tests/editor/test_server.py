"""The language server, asked as an editor asks it, on the real rulebooks."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient
from typing_at import Document, applied, make_client, words_of

import haiten
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.proving.examine import examine

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="module")


SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "haiten.cli", "lsp"], client_factory=make_client)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rulebooks, and a cut-off file of R6 of a nation of which every other body has one item."""
    folder = Path(shutil.copytree(ROOT / "rules", tmp_path_factory.mktemp("shown") / "rules"))
    item = "推進.Ⅰ.(ⅰ).1.ア"
    codes = [f"{prefecture}{place}" for prefecture in (51, 57, 97) for place in range(201, 221)]
    bodies = [{"団体コード": code, "都道府県": f"県{code[:2]}", item: at % 2 == 0} for at, code in enumerate(codes)]
    scores = haiten.compile(folder / "r6/municipal.haiten").score(bodies)
    (folder / "nation.json").write_text(json.dumps(cutoffs_json(scores), ensure_ascii=False), encoding="utf-8")
    return folder


@pytest_lsp.fixture(config=SERVER, scope="module")
async def folder_client(lsp_client: LanguageClient, shown: Path) -> AsyncIterator[None]:
    """An editor that shows a folder, and is told of the cut-off file."""
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(uri=shown.as_uri(), name="rules")],
            initialization_options={"cutoffs": "nation.json"},
        )
    )
    yield
    await lsp_client.shutdown_session()


async def test_the_editor_is_asked_to_watch_the_cutoff_file_too(folder_client: LanguageClient, shown: Path) -> None:
    """Of its name, for an editor that takes no folder beside it."""
    await Document(folder_client, shown / "r6/municipal.haiten").told()  # by then it has asked
    (wish,) = folder_client.watched
    assert [each["globPattern"] for each in wish.register_options["watchers"]] == ["**/*.haiten", "**/nation.json"]


# What is wrong


async def test_a_rulebook_without_mistakes_is_told_so(client: LanguageClient, r8: Path) -> None:
    """R8, which builds on two files, has no error."""
    assert await Document(client, r8).errors() == []


async def test_a_mistake_is_told_at_its_place_and_gone_when_undone(client: LanguageClient, r6: Path) -> None:
    """The state recovers, whatever was typed between; only the last version is spoken of."""
    document = Document(client, r6)
    assert await document.errors() == []
    document.replace("400点〔登米〕", "40点〔登米〕")
    document.replace("40点〔登米〕", "41点〔登米〕")
    (found,) = [each for each in await document.told() if each.code == "H401"]
    assert words_of(document.text, found.range) == "41点"
    assert "400点" in found.message or "下位の合計" in found.message
    document.replace("41点〔登米〕", "400点〔登米〕")
    assert await document.errors() == []


SLIPS = (
    ("目標 Ⅰ 「", "目標Ⅰ 「"),
    ("400点〔登米〕", "400〔登米〕"),
    ("が 上位5割", "が 上位５割り"),
    ("が 0日超", "が 0人超"),
    ("が 0日超", "は 0日超"),
    ("〔登米〕 400点", "〔登木〕 400点"),
    ("事実 高齢者人口 : 人", "事実 高齢者人口 人"),
    ("いずれか", "いずれが"),
    ("推進.Ⅳ に同じ", "推進.Ⅴ に同じ"),
    ("指標 1 「", "指標 1 「「"),
    ("        ア 「", "        イ 「"),
)
SLIPS_OF_REVISIONS = (
    ("を次のように改正する。", "を改正する。"),
    ("の配点「2点」を", "の配点「3点」を"),
    ("とする。", "と改める。"),
    ("の次に次のように加える。", "の後に加える。"),
    ("支援.Ⅰ.(ⅰ).4.エ を", "支援.Ⅰ.(ⅰ).4.キ を"),
    ("  理由 「", "理由 「"),
)


@pytest.mark.parametrize(("year", "slips"), [("r6", SLIPS), ("r7", SLIPS_OF_REVISIONS)])
async def test_slips_are_told_as_check_tells_them_and_gone_when_undone(
    client: LanguageClient, rules: Path, year: str, slips: tuple[tuple[str, str], ...]
) -> None:
    """Typed one after the other into one document, each undone before the next."""
    path = rules / year / "municipal.haiten"
    document = Document(client, path)
    right = [each.message for each in await document.told()]
    for old, new in slips:
        before = document.text
        document.replace(old, new)
        told = sorted(str(each.code) for each in await document.told())
        checked = examine(compile_source(Source(str(path), document.text))).diagnostics
        assert told == sorted(each.code for each in checked), (old, new)
        document.change(before)
        assert [each.message for each in await document.told()] == right, (old, new)


async def test_what_an_amendment_makes_wrong_stands_at_the_amendment(client: LanguageClient, r8: Path) -> None:
    """A sum that does not fit shows in the base's text; the author is writing the revision."""
    document = Document(client, r8)
    await document.told()
    document.change(document.text + "\n推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「5点〔集計〕」に改める。\n")
    found = [each for each in await document.told() if each.severity == lsp.DiagnosticSeverity.Error]
    assert found
    line = document.text.count("\n") - 1
    assert {each.range.start.line for each in found} == {line}


async def test_a_change_of_the_base_is_told_in_what_builds_on_it(client: LanguageClient, rules: Path) -> None:
    """R7 is checked again when R6 changes in the editor, unsaved."""
    base, revision = Document(client, rules / "r6/municipal.haiten"), Document(client, rules / "r7/municipal.haiten")
    await revision.told()
    base.replace("医療関係者など行政外部", "医療関係者など行政の外")
    await base.told()
    for _ in range(100):  # what builds on it is checked behind it
        if await revision.errors():
            break
        await asyncio.sleep(0.05)
    assert "H605" in await revision.errors()


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
async def test_positions_count_units_of_utf16(client: LanguageClient, rules: Path, ending: str) -> None:
    """𠮷 counts as two; a line end of Windows as none."""
    body = (
        "言語 1\n令和6年度 市町村 評価指標\n出典 要 「𠮷」\n交付金 甲 「𠮷野」〔要〕 4点〔要〕\n"
        "  目標 Ⅰ 「𠮷」〔要〕 4点〔要〕\n"
        "    指標群 (ⅰ) 「𠮷」〔要〕 4点〔要〕\n      指標 1 「𠮷𠮷」〔要〕 4点〔要〕 要件 無い名 が 1人以上\n"
    )
    document = Document(client, rules / "utf16.haiten", body.replace("\n", ending))
    (found,) = [each for each in await document.told() if each.code == "H201"]
    assert words_of(body, found.range) == "無い名"


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c", "\x1c"])
async def test_what_ends_no_line_in_the_protocol_ends_none(client: LanguageClient, rules: Path, sign: str) -> None:
    """Signs that come along from a PDF, above what is typed: the server has the text that the editor has."""
    path = rules / "r6/municipal.haiten"
    text = path.read_text(encoding="utf-8").replace("65歳以上の人口", f"65歳以上{sign}の人口", 1)
    document = Document(client, path, text)
    before = await document.told()
    document.replace("400点〔登米〕", "41点〔登米〕")
    (wrong,) = [each for each in await document.told() if each.code == "H401"]
    assert words_of(document.text, wrong.range) == "41点"
    document.change(text)
    assert [each.message for each in await document.told()] == [each.message for each in before]


@pytest.mark.parametrize("offered", [["utf-8", "utf-16"], ["utf-32", "utf-8", "utf-16"], None])
async def test_positions_count_units_of_utf16_whatever_else_is_offered(r6: Path, offered: list[str] | None) -> None:
    """Editors would rather have other units; the server says which it counts, and counts them."""
    client = make_client()
    await client.start_io(*SERVER.server_command)
    try:
        kinds = None if offered is None else [lsp.PositionEncodingKind(kind) for kind in offered]
        capabilities = lsp.ClientCapabilities(general=lsp.GeneralClientCapabilities(position_encodings=kinds))
        told = await client.initialize_session(lsp.InitializeParams(capabilities=capabilities))
        assert told.capabilities.position_encoding == lsp.PositionEncodingKind.Utf16
        document = Document(client, r6)
        document.replace("400点〔登米〕", "41点〔登米〕")
        (wrong,) = [each for each in await document.told() if each.code == "H401"]
        assert words_of(document.text, wrong.range) == "41点"
        await client.shutdown_session()
    finally:
        await client.stop()


# What is shown


async def test_hover_tells_clause_source_and_last_year(client: LanguageClient, r8: Path) -> None:
    """What an amendment speaks of, as it is after it, and what last year said."""
    document = Document(client, r8)
    await document.told()
    at = document.at("支援.Ⅱ.(ⅰ).1.ア〜オ の配点", 11)
    hover = await client.text_document_hover_async(lsp.HoverParams(document.me, at))
    assert hover is not None
    text = hover.contents.value
    assert "**支援.Ⅱ.(ⅰ).1.ア**" in text
    assert "令和7年度: 配点 5点" in text
    assert "出典 集計" in text


async def test_hover_and_lens_tell_how_the_nation_does(folder_client: LanguageClient, shown: Path) -> None:
    """Beside an item, by the file of its own year or of the one that it amends; it says of which."""
    document = Document(folder_client, shown / "r6/municipal.haiten")
    hover = await folder_client.text_document_hover_async(lsp.HoverParams(document.me, document.at("        ア 「", 8)))
    assert hover is not None
    assert "令和6年度の全国 50.0% が該当（60団体中 30団体）" in hover.contents.value
    revision = Document(folder_client, shown / "r7/municipal.haiten")
    lenses = await folder_client.text_document_code_lens_async(lsp.CodeLensParams(revision.me))
    titles = [lens.command.title for lens in lenses or () if lens.command is not None]
    assert any("令和6年度の全国" in title for title in titles)


async def test_outline_folding_and_colours_cover_the_file(client: LanguageClient, r6: Path) -> None:
    """Nodes are nested, everything long folds, no colour lies over another."""
    document = Document(client, r6)
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document.me))
    assert symbols is not None
    grants = [each for each in symbols if each.kind == lsp.SymbolKind.Package]
    assert [each.name.split()[0] for each in grants] == ["推進", "支援"]
    assert [each.name.split()[0] for each in grants[0].children or ()] == ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"]
    folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(document.me))
    assert folds is not None
    assert len(folds) > 50
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document.me))
    assert tokens is not None
    line = character = end = 0
    for step, start, length, _, _ in zip(*[iter(tokens.data)] * 5, strict=True):
        line, character = line + step, start + (0 if step else character)
        assert step or character >= end
        end = character + length
        assert end <= len(document.text.split("\n")[line].encode("utf-16-le")) // 2


async def test_colours_are_told_as_what_changed(client: LanguageClient, r6: Path) -> None:
    """After a keystroke only the line that changed is told; of colours that the editor does not have, all are."""
    document = Document(client, r6)
    whole = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document.me))
    assert whole is not None
    had = list(whole.data)
    for old, new in (("400点〔登米〕", "40点〔登米〕"), ("指標 1 ", "指標 𠮷1 "), ("出典 登米", "\n\n出典 登米")):
        document.replace(old, new)
        change = await client.text_document_semantic_tokens_full_delta_async(
            lsp.SemanticTokensDeltaParams(document.me, whole.result_id)
        )
        assert isinstance(change, lsp.SemanticTokensDelta)
        assert sum(edit.delete_count for edit in change.edits) < 400
        for edit in change.edits:
            had[edit.start : edit.start + edit.delete_count] = edit.data or ()
        whole = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document.me))
        assert whole is not None
        assert had == list(whole.data)
    unknown = lsp.SemanticTokensDeltaParams(document.me, "none")
    told = await client.text_document_semantic_tokens_full_delta_async(unknown)
    assert isinstance(told, lsp.SemanticTokens)
    assert list(told.data) == had
    lines = lsp.Range(lsp.Position(0, 0), lsp.Position(len(document.text.split("\n")), 0))
    part = await client.text_document_semantic_tokens_range_async(lsp.SemanticTokensRangeParams(document.me, lines))
    assert part is not None
    assert list(part.data) == had


async def test_points_so_far_stand_beside_headings(client: LanguageClient, r6: Path) -> None:
    """14/16点 while one item is worth two points less than it should be."""
    document = Document(client, r6)
    await document.told()
    at = document.at("指標 1 ")
    lines = lsp.Range(lsp.Position(at.line, 0), lsp.Position(at.line, 0))
    hints = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document.me, lines))
    assert [hint.label for hint in hints or ()] == ["16/16点"]
    item = document.text.index("点", document.text.index("        ア 「", document.text.index("指標 1 ")))
    points = document.text[item - 1]
    document.change(f"{document.text[: item - 1]}{int(points) - 2}{document.text[item:]}")
    hints = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document.me, lines))
    assert [hint.label for hint in hints or ()] == ["14/16点 ≠"]


async def test_lenses_tell_what_became_of_an_item(client: LanguageClient, r8: Path) -> None:
    """R7 5点 → R8 4点, and what is new."""
    document = Document(client, r8)
    lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(document.me))
    titles = [lens.command.title for lens in lenses or () if lens.command is not None]
    assert any("支援.Ⅱ.(ⅰ).1.ア　令和7年度 5点 → 令和8年度 4点" in title for title in titles)
    assert any("新設" in title for title in titles)


async def test_the_comparison_of_a_revision_is_a_page(client: LanguageClient, rules: Path, r6: Path) -> None:
    """Of the text as it is in the editor; the first year has none, and it is said why."""
    document = Document(client, rules / "r7/municipal.haiten")
    await document.told()
    document.replace("医療関係者など行政外部」を「行政以外の外部の関係者", "医療関係者など行政外部」を「行政の外の人々")
    await document.told()
    answer = await client.protocol.send_request_async("haiten/comparison", {"uri": document.uri})
    assert answer.reason is None
    assert "行政の外の人々" in answer.html
    assert answer.html.startswith("<!doctype html>") or answer.html.lower().startswith("<!doctype html>")
    answer = await client.protocol.send_request_async("haiten/comparison", {"uri": Document(client, r6).uri})
    assert answer.html == ""
    assert "より前の年度の評価指標が見つかりません" in answer.reason


# Names


async def test_definition_leads_through_the_years_and_back(client: LanguageClient, rules: Path) -> None:
    """From a path of a revision to the clause in its base; from a citation to its 出典."""
    document = Document(client, rules / "r7/municipal.haiten")
    await document.told()
    at = document.at("支援.Ⅰ.(ⅰ).4.ウ 中", 12)
    found = await client.text_document_definition_async(lsp.DefinitionParams(document.me, at))
    assert isinstance(found, list)
    (place,) = found
    base = (rules / "r6/municipal.haiten").read_text(encoding="utf-8")
    assert place.uri == (rules / "r6/municipal.haiten").as_uri()
    assert words_of(base, place.range) == "ウ"
    at = document.at("〔宮城〕", 2)
    found = await client.text_document_definition_async(lsp.DefinitionParams(document.me, at))
    assert isinstance(found, list)
    assert [words_of(document.text, each.range) for each in found] == ["宮城"]


async def test_references_of_an_item_span_the_years(folder_client: LanguageClient, shown: Path) -> None:
    """An item that R7 renumbers is the same in R6 and in R8."""
    document = Document(folder_client, shown / "r7/municipal.haiten")
    await document.told()
    at = document.at("支援.Ⅰ.(ⅰ).4.エ を 支援.Ⅰ.(ⅰ).4.オ", 12)
    found = await folder_client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document.me, at)
    )
    years = {Path(place.uri).parent.name for place in found or ()}
    assert {"r6", "r7"} <= years
    own = [place for place in found or () if place.uri == document.uri]
    assert {words_of(document.text, place.range) for place in own} == {"エ", "オ"}


async def test_a_fact_is_renamed_in_all_years_at_once(folder_client: LanguageClient, shown: Path, rules: Path) -> None:
    """Every file still means what it meant, under the new name."""
    document = Document(folder_client, shown / "r6/municipal.haiten")
    await document.told()
    at = document.at("事実 高齢者人口", 4)
    ready = await folder_client.text_document_prepare_rename_async(lsp.PrepareRenameParams(document.me, at))
    assert isinstance(ready, lsp.PrepareRenamePlaceholder)
    assert ready.placeholder == "高齢者人口"
    edit = await folder_client.text_document_rename_async(lsp.RenameParams(document.me, at, "第一号人口"))
    assert edit is not None
    for change in edit.document_changes or ():
        assert isinstance(change, lsp.TextDocumentEdit)
        file = rules / Path(change.text_document.uri.removeprefix("file://")).relative_to(shown)
        text = applied(
            file.read_text(encoding="utf-8"), [each for each in change.edits if isinstance(each, lsp.TextEdit)]
        )
        file.write_text(text, encoding="utf-8")
    assert "高齢者人口 :" not in (rules / "r6/municipal.haiten").read_text(encoding="utf-8")
    for year in ("r6", "r7", "r8"):
        program = haiten.compile(rules / year / "municipal.haiten").program
        assert "第一号人口" in program.facts
        assert "高齢者人口" not in program.facts
    assert any("列の名" in message.message for message in folder_client.messages)


@pytest.mark.parametrize(
    ("words", "offset", "name", "reason"),
    [
        ("事実 高齢者人口", 4, "認定率変化率", "誤りが生じます"),
        ("事実 高齢者人口", 4, "1人", "名前になりません"),
        ("事実 高齢者人口", 4, "要件", "言語の言葉です"),
        ("指標 1 ", 3, "2", "改正文"),
        ("「保険者機能強化推進交付金」", 3, "別", "名前がありません"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_with_the_reason(
    client: LanguageClient, r6: Path, words: str, offset: int, name: str, reason: str
) -> None:
    """Nothing is changed then."""
    document = Document(client, r6)
    await document.told()
    with pytest.raises(JsonRpcException, match=reason):
        await client.text_document_rename_async(lsp.RenameParams(document.me, document.at(words, offset), name))
