"""What is asked otherwise than the protocol has it: an answer in words, and the server goes on.

The editor here sends what it is told to, as no library for editors would.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from haiten.benchmarks.editor_client import EditorClient

OWN = ("amendment", "consolidated", "comparison", "totals", "preview", "draft")
INVALID_PARAMS, NOT_FOUND = -32602, -32601


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditorClient]:
    """An editor; behind it, what the server wrote of itself had no trace."""
    log: Path = tmp_path_factory.mktemp("server") / "log.txt"
    words = [sys.executable, "-m", "haiten.cli", "lsp"]
    with log.open("w") as said, subprocess.Popen(words, stdin=-1, stdout=-1, stderr=said) as server:
        editor = EditorClient(server)
        editor.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        editor.send("initialized", {})
        yield editor
        editor.ask("shutdown", None)
        editor.send("exit", None)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def answer(editor: EditorClient, method: str, params: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What is answered, and what is told before."""
    number, before = editor.send(method, params, answered=True), []
    while (found := editor.heard()).get("id") != number:
        before.append(found)
    return found, before


def refusal(editor: EditorClient, method: str, params: Any) -> str:
    """How a request is refused."""
    error = answer(editor, method, params)[0]["error"]
    assert error.keys() == {"code", "message"}
    assert error["code"] == INVALID_PARAMS
    return str(error["message"])


@pytest.mark.parametrize("part", OWN)
def test_a_request_of_haitens_own_without_an_address_is_refused(editor: EditorClient, part: str) -> None:
    """Whatever is in its place."""
    method = f"haiten/{part}"
    told = f'{method} の引数が正しくありません（{{"uri": 文書の URI}} を渡してください）'
    for params in (None, {}, [], 5, "x", {"uri": None}, {"uri": 5}, {"textDocument": {"uri": "file:///x"}}):
        assert refusal(editor, method, params) == told


@pytest.mark.parametrize("uri", ["", "nothing", "http://[x", "file:///a%00b"])
def test_what_is_no_address_is_refused(editor: EditorClient, uri: str) -> None:
    """By a request of haiten's own, and by one of the protocol."""
    told = f"「{uri}」は文書の URI ではありません"
    assert refusal(editor, "haiten/totals", {"uri": uri}) == told
    hovered = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert refusal(editor, "textDocument/hover", hovered) == told


def test_a_request_of_the_protocol_says_what_of_it_cannot_be_read(editor: EditorClient) -> None:
    """By the names that the protocol has for it."""
    told = refusal(editor, "textDocument/hover", {"position": {"line": "a", "character": 0}})
    assert told == "textDocument/hover の引数が正しくありません（params.textDocument、params.position.line）"
    told = refusal(editor, "workspace/executeCommand", {})
    assert told == "workspace/executeCommand の引数が正しくありません（params.command）"
    told = refusal(editor, "workspace/executeCommand", {"command": "haiten.x"})
    assert told == "workspace/executeCommand の引数が正しくありません（haiten.x というコマンドはありません）"


def test_what_nobody_answers_is_not_found(editor: EditorClient) -> None:
    """With arguments or without."""
    for params in (None, {}, 5):
        assert answer(editor, "haiten/nothing", params)[0]["error"]["code"] == NOT_FOUND


def test_a_notification_that_cannot_be_read_is_shown(editor: EditorClient) -> None:
    """There is no answer to it."""
    editor.send("textDocument/didOpen", {})
    item = {"uri": "x", "languageId": "haiten", "version": 1, "text": ""}
    editor.send("textDocument/didOpen", {"textDocument": item})
    _, before = answer(editor, "haiten/totals", {"uri": ""})  # in a turn of its own, behind both
    assert [each["params"]["message"] for each in before if each["method"] == "window/showMessage"] == [
        "textDocument/didOpen の引数が正しくありません（params.textDocument）",
        "「x」は文書の URI ではありません",
    ]
