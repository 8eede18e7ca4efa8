"""Revisions as authors write them, right and with one slip each, typed into the server one after the other.

``amendments.txt`` has them, each below a line with the codes that have to be told of it; nothing where it is right.
"""

import shutil
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient
from typing_at import Document, words_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="module")
RIGHT = """言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
題名 「令和9年度 評価指標（市町村分）」
出典 要綱 「令和9年度 評価指標」
推進.Ⅰ.(ⅰ).1.ア 中「他の地域」を「他地域」〔要綱〕に改める。
"""


def written() -> list[tuple[list[str], str]]:
    """The codes and the texts."""
    pieces = (Path(__file__).parent / "amendments.txt").read_text(encoding="utf-8").split("=== ")[1:]
    found = []
    for piece in pieces:
        codes, _, text = piece.partition("\n")
        found.append((codes.split(), text))
    return found


async def test_what_is_wrong_is_told_where_it_was_typed_and_gone_when_undone(
    client: LanguageClient, tmp_path: Path
) -> None:
    """Each is undone before the next; what stands beside the text is what it was before the slip, and says so."""
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    (rules / "r9").mkdir()
    document = Document(client, rules / "r9/municipal.haiten", RIGHT)
    assert await document.told() == []
    beside = await client.protocol.send_request_async("haiten/consolidated", {"uri": document.uri})
    cases = written()
    assert len(cases) > 50
    for codes, text in cases:
        document.change(text)
        told = await document.told()
        assert sorted(str(each.code) for each in told) == codes, text
        for each in told:
            if each.severity == lsp.DiagnosticSeverity.Error:
                assert words_of(text, each.range), text  # a place in this file, of one sign at least
        if any(each.severity == lsp.DiagnosticSeverity.Error and each.code != "H401" for each in told):
            shown = await client.protocol.send_request_async("haiten/consolidated", {"uri": document.uri})
            assert (shown.stale, shown.text) == (True, beside.text), text
        document.change(RIGHT)
        assert await document.told() == [], text
        shown = await client.protocol.send_request_async("haiten/consolidated", {"uri": document.uri})
        assert (shown.stale, shown.text) == (False, beside.text), text
