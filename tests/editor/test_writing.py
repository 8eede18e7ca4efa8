"""What an editor changes in a text, asked of the language server: what may follow, slips mended, layout."""

from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient
from typing_at import Document, applied

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def suggested(document: Document, words: str) -> list[str]:
    """What is suggested behind words typed at the end."""
    document.change(document.text + words)
    end = document.at(words, len(words)) if words else lsp.Position(document.text.count("\n"), 0)
    found = await document.client.text_document_completion_async(lsp.CompletionParams(document.me, end))
    assert isinstance(found, lsp.CompletionList)
    return [item.label for item in found.items]


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("\n推進.Ⅰ.(ⅰ).1 ", {"の配点", "を削る。", "の次に次のように加える。"}, {"交付金", "予算"}),
        ("\n推進.Ⅰ.(ⅰ).", {"推進.Ⅰ.(ⅰ).1", "推進.Ⅰ.(ⅰ).3"}, {"推進.Ⅱ"}),
        ("\n支援.Ⅱ.(ⅰ).1.ア の配点「", {"5点"}, {"4点"}),
        ("\n推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「4点〔", {"推定", "導出", "集計", "宮城"}, {"高齢者人口"}),
        ("\n推進.Ⅰ.(ⅰ).1.ア の要件「該当」を「", set(), {"交付金"}),
        ("\n# 推進.", set(), {"推進.Ⅰ"}),
        ("\n事実 新しい値 : ", {"人", "%", "該当", "円"}, {"推進"}),
    ],
)
async def test_what_may_follow_is_suggested(
    client: LanguageClient, r8: Path, words: str, wanted: set[str], unwanted: set[str]
) -> None:
    """Words of the grammar, paths, values of today, sources and units, each where it may stand."""
    found = await suggested(Document(client, r8), words)
    assert wanted <= set(found)
    assert not unwanted & set(found)


async def test_names_are_suggested_in_a_condition(client: LanguageClient, r6: Path) -> None:
    """Facts with their units, local names of the indicator, and the functions of the language."""
    document = Document(client, r6)
    await document.told()
    start = document.text.index("要件 ア のうち 修了者比率")
    document.change(document.text[:start] + "要件 ")
    at = document.at("要件 ", 3, which=document.text.count("要件 ") - 1)
    found = await client.text_document_completion_async(lsp.CompletionParams(document.me, at))
    assert isinstance(found, lsp.CompletionList)
    labels = {item.label for item in found.items}
    assert {"高齢者人口", "修了者比率", "得点", "前年度", "該当", "ア"} <= labels


async def test_a_slip_is_mended_by_the_offered_change(client: LanguageClient, r6: Path) -> None:
    """もしかして is a change that can be taken, and the mistake is gone with it."""
    document = Document(client, r6)
    await document.told()
    document.replace("が 0日超", "が 0日超 かつ 高齢者入口 が 1人以上")
    (found,) = [each for each in await document.told() if each.code == "H201"]
    offered = await client.text_document_code_action_async(
        lsp.CodeActionParams(document.me, found.range, lsp.CodeActionContext([found]))
    )
    (action,) = [
        each for each in offered or () if isinstance(each, lsp.CodeAction) and each.kind == lsp.CodeActionKind.QuickFix
    ]
    assert action.title == "もしかして「高齢者人口」"
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.version == document.version
    document.apply([each for each in change.edits if isinstance(each, lsp.TextEdit)])
    assert await document.errors() == []


async def test_formatting_lays_out_and_leaves_what_cannot_be_read(client: LanguageClient, r6: Path) -> None:
    """As ``haiten fmt``; a file with a slip of syntax is not touched."""
    document = Document(client, r6)
    options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
    assert await client.text_document_formatting_async(lsp.DocumentFormattingParams(document.me, options)) == ()
    before = document.text
    document.replace("  目標 Ⅰ ", "目標   Ⅰ   ")
    edits = await client.text_document_formatting_async(lsp.DocumentFormattingParams(document.me, options))
    assert edits is not None
    assert applied(document.text, list(edits)) == before
    document.replace("目標   Ⅰ   「", "目標   Ⅰ   ")
    assert not await client.text_document_formatting_async(lsp.DocumentFormattingParams(document.me, options))
