"""Where pygls does otherwise than the protocol says, or editors have it."""

import json
from typing import Any
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.workspace import TextDocument

from haiten.editor.answers import WrittenAnswer
from haiten.editor.positions import changed


class DeskProtocol(LanguageServerProtocol):
    """The protocol with positions in units of UTF-16, which every editor knows, whatever else it would rather have.

    Answers that are JSON already are sent as they are.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; the offer of other units is passed over."""
        if data.get("method") == lsp.INITIALIZE:
            general = ((data.get("params") or {}).get("capabilities") or {}).get("general") or {}
            general.pop("positionEncodings", None)
        return super().structure_message(data)

    def _send_response(self, msg_id: int | str, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        if error is not None or not isinstance(result, WrittenAnswer) or self.writer is None:
            super()._send_response(msg_id, result, error)
            return
        body = f'{{"jsonrpc":"{self.VERSION}","id":{json.dumps(msg_id)},"result":{result.text}}}'
        kind = f"{self.CONTENT_TYPE}; charset={self.CHARSET}"
        header = f"Content-Length: {len(body)}\r\nContent-Type: {kind}\r\n\r\n" if self._include_headers else ""
        self.writer.write((header + body).encode(self.CHARSET))  # to the standard output, which takes it at once


class EditorText(TextDocument):
    """An open text that is changed as the protocol says.

    pygls ends lines at every sign at which Python does (U+2028, form feeds), and would change another line than the
    editor.
    """

    def apply_change(self, change: lsp.TextDocumentContentChangeEvent) -> None:
        """Take over one change."""
        self._source = changed(self.source, change)


def keep_text(server: LanguageServer, opened: lsp.TextDocumentItem) -> None:
    """Have a text that was opened changed so."""
    text = EditorText(opened.uri, opened.text, opened.version, opened.language_id)
    server.workspace.text_documents[unquote(opened.uri)] = text
