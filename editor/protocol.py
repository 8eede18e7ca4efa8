"""Where pygls does otherwise than the protocol says, or editors have it."""

from typing import Any
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.workspace import TextDocument

from haiten.editor.positions import changed


class Utf16Protocol(LanguageServerProtocol):
    """The protocol with positions in units of UTF-16, which every editor knows, whatever else it would rather have."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; the offer of other units is passed over."""
        if data.get("method") == lsp.INITIALIZE:
            general = ((data.get("params") or {}).get("capabilities") or {}).get("general") or {}
            general.pop("positionEncodings", None)
        return super().structure_message(data)


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
