"""枠 of a division of money are followed by their labels, through sentences that give them others, and the years."""

import shutil
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient
from typing_at import Document, words_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="module")
HEAD = """言語 1
令和9年度 市町村 配分
令和8年度 市町村 配分 を次のように改正する。
題名 「令和9年度の配分（市町村分）」
出典 要綱 「令和9年度 交付要綱」

"""
R9 = """配分 強化 の枠 ア を削り、同 の枠 イ〜ウ を ア〜イ とする。
配分 強化 を 重点 とする。
配分 重点 の枠 イ の次に次のように加える。
  枠 ウ 「過疎地域」〔要綱〕 過疎〔推定〕
配分 重点 の枠 ア、イ 及び ウ の出典〔推定〕を〔要綱〕に改める。
配分 重点 の枠 ア を次のように改める。
  枠 ア 「過疎地域のうち上位1割」〔要綱〕 過疎 のうち 得点(全体) が 上位1割〔要綱〕
"""
FIRST = "前年度に続き上位1割"
RURAL = "過疎地域のうち上位3割"
RISEN = "前年度から順位が5割改善"


@pytest.fixture
def r9(tmp_path: Path) -> Path:
    """A revision of the division of R8, with a rulebook of R9 beside it."""
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    (rules / "r9").mkdir()
    shutil.copy(Path(__file__).parent / "whole_r9.haiten", rules / "r9/municipal.haiten")
    path = rules / "r9/allocation.haiten"
    path.write_text(HEAD + R9, encoding="utf-8")
    return path


async def lines(document: Document, found: object) -> list[tuple[str, str, str]]:
    """The folder of the year, the word, and the line of each place."""
    assert isinstance(found, list | tuple)
    told = []
    for place in found:
        path = Path(place.uri.removeprefix("file://"))
        text = document.text if path == document.path else path.read_text(encoding="utf-8")
        told.append((path.parent.name, words_of(text, place.range), text.split("\n")[place.range.start.line].strip()))
    return told


@pytest.mark.parametrize(
    ("words", "offset", "declared"),
    [
        ("の枠 ア を削り", 3, [("r8", "ア", FIRST)]),
        ("の枠 イ〜ウ を", 3, [("r9", "ア", "過疎地域のうち上位1割"), ("r8", "イ", RURAL)]),
        ("の枠 イ〜ウ を", 5, [("r8", "ウ", RISEN)]),
        ("を ア〜イ とする", 4, [("r8", "ウ", RISEN)]),
        ("の枠 イ の次に", 3, [("r8", "ウ", RISEN)]),
        ("の枠 ア、イ 及び", 5, [("r8", "ウ", RISEN)]),
        ("及び ウ の出典", 3, [("r9", "ウ", "過疎地域")]),
    ],
)
async def test_a_label_in_a_sentence_leads_to_the_frame_that_has_it_there(
    client: LanguageClient, r9: Path, words: str, offset: int, declared: list[tuple[str, str, str]]
) -> None:
    """Under the label that it has had since, and through another name of its pot."""
    document = Document(client, r9)
    assert await document.errors() == []
    found = await client.text_document_definition_async(lsp.DefinitionParams(document.me, document.at(words, offset)))
    told = await lines(document, found)
    assert [(year, word) for year, word, _ in told] == [(year, word) for year, word, _ in declared]
    for (_, word, line), (_, _, text) in zip(told, declared, strict=True):
        assert line.startswith(f"枠 {word} 「{text}」")


async def test_references_go_through_both_years_and_no_other_frame(client: LanguageClient, r9: Path) -> None:
    """What is new is not the one that had its label before."""
    document = Document(client, r9)
    await document.told()
    for words, offset, own, theirs in (
        ("の枠 イ の次に", 3, ["ウ", "イ", "イ", "イ"], ["ウ"]),
        ("枠 ウ 「", 2, ["ウ", "ウ"], []),
    ):
        found = await client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document.me, document.at(words, offset))
        )
        told = await lines(document, found)
        assert [word for year, word, _ in told if year == "r9"] == own
        assert [word for year, word, _ in told if year == "r8"] == theirs


async def test_hover_shows_a_frame_as_it_is_then_and_one_that_goes_as_it_was(client: LanguageClient, r9: Path) -> None:
    """With its pot and its place."""
    document = Document(client, r9)
    await document.told()
    for words, wanted in (
        ("の枠 イ の次に", f"**配分 重点**\n\n```haiten\n枠 イ 「{RISEN}」"),
        ("の枠 ア を削り", "**配分 強化**（この改正で削られます）"),
    ):
        hover = await client.text_document_hover_async(lsp.HoverParams(document.me, document.at(words, 3)))
        assert hover is not None
        assert wanted in hover.contents.value


async def test_a_label_is_no_name_that_is_changed_everywhere(client: LanguageClient, r9: Path) -> None:
    """It is said how a 枠 gets another one."""
    document = Document(client, r9)
    await document.told()
    with pytest.raises(JsonRpcException, match="枠の見出しは名前ではありません"):
        await client.text_document_rename_async(lsp.RenameParams(document.me, document.at("の枠 イ の次に", 3), "カ"))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("配分 重点 の枠 ", {"ア", "イ", "ウ"}),
        ("配分 重点 の枠 ア、", {"ア", "イ", "ウ"}),
        ("配分 重点 の枠 ア を削り、同 の枠 ", {"ア", "イ", "ウ"}),
        ("配分 ", {"重点", "推進基本"}),
        ("予算 ", {"推進", "支援"}),
        ("限度 ", {"推進", "支援"}),
    ],
)
async def test_names_of_money_are_offered_where_they_are_named(
    client: LanguageClient, r9: Path, typed: str, wanted: set[str]
) -> None:
    """While the sentence is not one yet."""
    document = Document(client, r9)
    assert await document.errors() == []
    document.change(f"{document.text}{typed}")
    await document.told()
    last = lsp.Position(document.text.count("\n"), len(typed))
    found = await client.text_document_completion_async(lsp.CompletionParams(document.me, last))
    assert isinstance(found, lsp.CompletionList)
    offered = {item.label for item in found.items if item.detail not in ("語", None)}
    assert wanted <= offered
