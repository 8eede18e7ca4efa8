"""Names of a division of money (配分) are followed through its clauses, and the sentences of a revision of it."""

import shutil
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient
from typing_at import Document, applied, words_of

from haiten.compiler.driver import compile_file

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="module")
R9 = """言語 1
令和9年度 市町村 配分
令和8年度 市町村 配分 を次のように改正する。
題名 「令和9年度の配分（市町村分）」
出典 要綱 「令和9年度 交付要綱」

定数 緩和率 の値「0.8」を「0.7〔要綱〕」に改める。
定数 推進総額 を 支援総額 と、支援総額 を 推進総額 とする。
予算 推進 を 推進金 とする。
配分 強化 を 重点 とする。
配分 重点 中「強化」を「重点強化」〔要綱〕に改める。

定数 上乗せ率 = 0.1 「上乗せの割合」〔要綱〕

配分 推進基本 の前に次のように加える。
  配分 離島 「離島枠」〔要綱〕 推進金 100万円 × 上乗せ率〔要綱〕
    均等〔要綱〕
    不用額 推進基本
"""


@pytest.fixture
def r9(tmp_path: Path) -> Path:
    """A revision of the division of R8, with a rulebook of R9 beside it."""
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    (rules / "r9").mkdir()
    shutil.copy(Path(__file__).parent / "whole_r9.haiten", rules / "r9/municipal.haiten")
    path = rules / "r9/allocation.haiten"
    path.write_text(R9, encoding="utf-8")
    return path


async def defined(document: Document, words: str, offset: int) -> set[tuple[str, str, int]]:
    """Where what stands in some words is declared: the folder of the year, the word, and the line from 1."""
    found = await document.client.text_document_definition_async(
        lsp.DefinitionParams(document.me, document.at(words, offset))
    )
    assert isinstance(found, list | tuple)
    places = set()
    for place in found:
        path = Path(place.uri.removeprefix("file://"))
        text = document.text if path == document.path else path.read_text(encoding="utf-8")
        places.add((path.parent.name, words_of(text, place.range), place.range.start.line + 1))
    return places


def line_of(path: Path, beginning: str) -> int:
    """The line that begins so, from 1."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


@pytest.mark.parametrize(
    ("words", "offset", "declaration", "word"),
    [
        ("定数 緩和率 の値", 4, "定数 緩和率", "緩和率"),
        ("予算 推進 を", 4, "予算 推進 ", "推進"),
        ("推進金 とする", 1, "予算 推進 ", "推進"),
        ("配分 強化 を", 4, "配分 強化 ", "強化"),
        ("配分 重点 中", 4, "配分 強化 ", "強化"),
        ("推進金 100万円", 1, "予算 推進 ", "推進"),
        ("配分 推進基本 の前", 4, "配分 推進基本 ", "推進基本"),
        ("不用額 推進基本", 5, "配分 推進基本 ", "推進基本"),
        ("定数 推進総額 を", 4, "定数 推進総額", "推進総額"),
        ("を 支援総額 と、", 3, "定数 推進総額", "推進総額"),
        ("と、支援総額 を", 3, "定数 支援総額", "支援総額"),
    ],
)
async def test_a_name_in_a_sentence_leads_to_its_clause_of_the_year_before(
    client: LanguageClient, r9: Path, words: str, offset: int, declaration: str, word: str
) -> None:
    """Under the name that it has had since, and where two change their names with each other."""
    document = Document(client, r9)
    assert await document.errors() == []
    base = r9.parent.parent / "r8/allocation.haiten"
    assert await defined(document, words, offset) == {("r8", word, line_of(base, declaration))}


async def test_references_go_through_the_clauses_of_both_years(client: LanguageClient, r9: Path) -> None:
    """A budget is no grant of the same name, and no item."""
    document = Document(client, r9)
    await document.told()
    found = await client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document.me, document.at("予算 推進 を", 4))
    )
    own = [words_of(document.text, place.range) for place in found or () if place.uri == document.uri]
    assert own == ["推進", "推進金", "推進金"]
    base = (r9.parent.parent / "r8/allocation.haiten").read_text(encoding="utf-8").split("\n")
    lines = [base[place.range.start.line] for place in found or () if place.uri != document.uri]
    assert any(line.startswith("予算 推進 ") for line in lines)
    assert any(line.startswith("限度 推進") for line in lines)
    assert any("交付額(推進)" in line for line in lines)
    assert not any("得点(推進)" in line and "配分" not in line for line in lines)


@pytest.mark.parametrize(
    ("words", "offset", "name", "sentence"),
    [
        ("定数 緩和率 の値", 4, "下限率", "定数 下限率 の値「0.8」"),
        ("配分 強化 を", 4, "上級枠", "配分 上級枠 を 重点 とする。"),
        ("配分 重点 中", 4, "重点化", "配分 強化 を 重点化 とする。"),
        ("定数 上乗せ率", 4, "加算率", "100万円 × 加算率"),
    ],
)
async def test_a_rename_goes_through_both_years(
    client: LanguageClient, r9: Path, words: str, offset: int, name: str, sentence: str
) -> None:
    """Both files still say what they said."""
    document = Document(client, r9)
    await document.told()
    edit = await client.text_document_rename_async(lsp.RenameParams(document.me, document.at(words, offset), name))
    assert edit is not None
    before = compile_file(r9).program
    for change in edit.document_changes or ():
        assert isinstance(change, lsp.TextDocumentEdit)
        file = Path(change.text_document.uri.removeprefix("file://"))
        edits = [each for each in change.edits if isinstance(each, lsp.TextEdit)]
        file.write_text(applied(file.read_text(encoding="utf-8"), edits), encoding="utf-8")
    assert sentence in r9.read_text(encoding="utf-8")
    after = compile_file(r9)
    assert after.ok
    assert before is not None
    assert before.allocation is not None
    assert after.program is not None
    assert after.program.allocation is not None
    assert len(after.program.allocation.pots) == len(before.allocation.pots)
    assert [each.maximum for each in before.nodes.values()] == [each.maximum for each in after.program.nodes.values()]
    document.close()


async def test_a_name_that_another_clause_has_is_refused(client: LanguageClient, r9: Path) -> None:
    """With the mistake that would follow."""
    document = Document(client, r9)
    await document.told()
    with pytest.raises(JsonRpcException, match=r"誤りが生じます|意味が変わります"):
        await client.text_document_rename_async(
            lsp.RenameParams(document.me, document.at("配分 強化 を", 4), "推進成果")
        )


async def test_hover_shows_the_clause_of_a_pot_and_of_a_budget(client: LanguageClient, r9: Path) -> None:
    """As it is after the revision, with its place."""
    document = Document(client, r9)
    await document.told()
    for words, offset, wanted in (("配分 重点 中", 4, "配分 重点 "), ("予算 推進 を", 4, "予算 推進金 ")):
        hover = await client.text_document_hover_async(lsp.HoverParams(document.me, document.at(words, offset)))
        assert hover is not None
        assert wanted in hover.contents.value
