"""Where pygls does otherwise than the protocol says, or editors have it."""

import json
import re
from concurrent.futures import Future
from typing import Any, Final
from urllib.parse import unquote

from cattrs import transform_error
from cattrs.errors import ClassValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage
from pygls.workspace import TextDocument

from haiten.editor.answers import WrittenAnswer
from haiten.editor.positions import changed

OWN: Final = "haiten/"  # what the methods begin with that are haiten's own; all take the address of a text


class DeskProtocol(LanguageServerProtocol):
    """The protocol with positions in units of UTF-16, which every editor knows, whatever else it would rather have.

    Answers that are JSON already are sent as they are. What is not as the protocol has it is refused in words.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; the offer of other units is passed over.

        Returns:
            None for one that is not what its method wants, which has been answered.
        """
        if "jsonrpc" not in data or not isinstance(method := data.get("method"), str):
            return super().structure_message(data)
        other = JsonRPCRequestMessage if "id" in data else JsonRPCNotification
        message_type: Any = self.get_message_type(method) or other
        data.setdefault("params", None)
        if method.startswith(OWN) and method in self.fm.features and not _has_uri(data["params"]):
            return self._refuse(data, '{"uri": 文書の URI} を渡してください')
        try:
            message = self._converter.structure(data, message_type)
        except ClassValidationError as error:
            places = transform_error(error, path="", format_exception=lambda *_: "")
            return self._refuse(data, "、".join(_as_written(place.removeprefix(" @ .")) for place in places))
        if isinstance(message, lsp.InitializeRequest) and (general := message.params.capabilities.general) is not None:
            general.position_encodings = None
        if isinstance(message, lsp.ExecuteCommandRequest) and message.params.command not in self.fm.commands:
            return self._refuse(data, f"{message.params.command} というコマンドはありません")
        return message

    def handle_message(self, message: Any) -> None:
        """Have a message answered, where it has not been yet."""
        if message is not None:
            super().handle_message(message)

    def _refuse(self, data: dict[str, Any], what: str) -> None:
        refusal = JsonRpcInvalidParams(f"{data['method']} の引数が正しくありません（{what}）")
        if "id" in data:
            self._send_response(data["id"], error=refusal.to_response_error())
        else:
            self._tell(refusal)

    def _tell(self, refusal: JsonRpcInvalidParams) -> None:
        self._server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, refusal.message))

    def _send_handler_result(self, future: "Future[Any]", *, msg_id: int | str) -> None:
        """Answer; a refusal is no mistake of the server, of which its log would tell with a trace."""
        if not future.cancelled() and isinstance(refusal := future.exception(), JsonRpcInvalidParams):
            self._request_futures.pop(msg_id, None)
            self._send_response(msg_id, error=refusal.to_response_error())
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    def _check_handler_result(self, future: "Future[Any]") -> None:
        """Look at what became of a notification, which cannot be answered."""
        if not future.cancelled() and isinstance(refusal := future.exception(), JsonRpcInvalidParams):
            self._tell(refusal)
        else:
            super()._check_handler_result(future)

    def _send_response(self, msg_id: int | str, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        if error is not None or not isinstance(result, WrittenAnswer) or self.writer is None:
            super()._send_response(msg_id, result, error)
            return
        body = f'{{"jsonrpc":"{self.VERSION}","id":{json.dumps(msg_id)},"result":{result.text}}}'
        kind = f"{self.CONTENT_TYPE}; charset={self.CHARSET}"
        header = f"Content-Length: {len(body)}\r\nContent-Type: {kind}\r\n\r\n" if self._include_headers else ""
        self.writer.write((header + body).encode(self.CHARSET))  # to the standard output, which takes it at once


def _as_written(place: str) -> str:
    """A place of a message as the protocol spells it (``params.textDocument``)."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), place)


def _has_uri(params: Any) -> bool:
    return isinstance(params, dict) and isinstance(params.get("uri"), str)


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
