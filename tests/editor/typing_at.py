"""A document as an editor has it open, for tests of the language server."""

import asyncio
from pathlib import Path

from lsprotocol import types as lsp
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features


def make_client() -> LanguageClient:
    """An editor that keeps all that the server says of its texts, with the versions that it speaks of."""
    client = LanguageClient(converter_factory=default_converter)
    said: dict[str, lsp.PublishDiagnosticsParams] = {}

    def hear(_: LanguageClient, params: lsp.PublishDiagnosticsParams) -> None:
        said[params.uri] = params

    register_lsp_features(client, {**DEFAULT_CLIENT_FEATURES, lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: hear})
    client.said = said
    # What the server asks of the editor.
    client.watched = []
    client.asked_again = []

    @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def register(params: lsp.RegistrationParams) -> None:
        client.watched.extend(params.registrations)

    @client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
    @client.feature(lsp.WORKSPACE_SEMANTIC_TOKENS_REFRESH)
    def show_anew(_: None) -> None:
        client.asked_again.append(True)

    return client


class Document:
    """A text open in the editor; positions are asked for by words that stand there."""

    def __init__(self, client: LanguageClient, path: Path, text: str | None = None, *, uri: str | None = None) -> None:
        self.client, self.path, self.uri = client, path, path.as_uri() if uri is None else uri
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.version = 1
        client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri, "haiten", self.version, self.text))
        )

    def close(self) -> None:
        """The file counts again as it is on the disk."""
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self.me))

    def change(self, text: str) -> None:
        """Another text, at once."""
        before, self.text = self.text, text
        self.version += 1
        start = next((at for at, (a, b) in enumerate(zip(before, text, strict=False)) if a != b), None)
        start = min(len(before), len(text)) if start is None else start
        change = lsp.TextDocumentContentChangePartial(
            lsp.Range(position(before, start), position(before, len(before))), text[start:]
        )
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(self.version, self.uri), [change])
        )

    def replace(self, old: str, new: str) -> None:
        """Other words in the place of some."""
        assert old in self.text
        self.change(self.text.replace(old, new, 1))

    def apply(self, edits: list[lsp.TextEdit]) -> None:
        """The changes that the server gives."""
        self.change(applied(self.text, edits))

    async def told(self) -> list[lsp.Diagnostic]:
        """What the server says of the present version, and of no older one."""
        for _ in range(3000):
            said = self.client.said.get(self.uri)
            if said is not None and said.version == self.version:
                return list(said.diagnostics)
            await asyncio.sleep(0.02)
        raise AssertionError(f"nothing is said of version {self.version} of {self.path}")

    def forget(self) -> None:
        """Wait for what will be said anew."""
        self.client.said.pop(self.uri, None)

    async def errors(self) -> list[str]:
        """The codes of the errors of the present version."""
        return [str(each.code) for each in await self.told() if each.severity == lsp.DiagnosticSeverity.Error]

    def at(self, words: str, offset: int = 0, *, which: int = 0) -> lsp.Position:
        """Where some words stand, and so many characters further."""
        start = -1
        for _ in range(which + 1):
            start = self.text.index(words, start + 1)
        return position(self.text, start + offset)

    @property
    def me(self) -> lsp.TextDocumentIdentifier:
        """The document."""
        return lsp.TextDocumentIdentifier(self.uri)


def position(text: str, offset: int) -> lsp.Position:
    """A position by the protocol's count, reckoned apart from the server's own."""
    before = text[:offset]
    last = before.rpartition("\n")[2]
    return lsp.Position(before.count("\n"), sum(2 if ord(sign) > 0xFFFF else 1 for sign in last))


def offset(text: str, at: lsp.Position) -> int:
    """The offset of a position."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: at.line])
    units = 0
    for number, sign in enumerate(lines[at.line]):
        if units >= at.character:
            return start + number
        units += 2 if ord(sign) > 0xFFFF else 1
    return start + len(lines[at.line])


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """A text with changes made."""
    places = [(offset(text, edit.range.start), offset(text, edit.range.end), edit.new_text) for edit in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def words_of(text: str, stretch: lsp.Range) -> str:
    """What stands in a stretch."""
    return text[offset(text, stretch.start) : offset(text, stretch.end)]
