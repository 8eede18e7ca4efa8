"""Files that other programs change: the editor is asked to watch them, as far as it can."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from attrs import field
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from haiten.compiler.late import define

RULE_FILES: Final = "**/*.haiten"


@define(eq=False)
class EditorWatch:
    """Rule files and the cut-off file, of which an editor tells when they are written, made or taken away.

    Attributes:
        cutoffs: the cut-off file, as known when the editor begins; it may lie outside the folders that are shown.
        tell: is given the addresses of files that have changed, many at once where many are written.
    """

    server: LanguageServer
    cutoffs: Callable[[], Path | None]
    tell: Callable[[set[str]], Awaitable[None]]
    _written: set[str] = field(factory=set)
    _waiting: "asyncio.Task[None] | None" = None

    def serve(self, pause: float) -> None:
        """Ask, and hear; what is written is told of after so many seconds without more."""

        @self.server.feature(lsp.INITIALIZED)
        def ready(_: lsp.InitializedParams) -> None:
            workspace = self.server.client_capabilities.workspace
            able = None if workspace is None else workspace.did_change_watched_files
            if able is not None and able.dynamic_registration:
                self._ask(in_any_folder=bool(able.relative_pattern_support))

        @self.server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
        async def written(params: lsp.DidChangeWatchedFilesParams) -> None:
            self._written |= {change.uri for change in params.changes}
            if self._waiting is not None:
                self._waiting.cancel()
            self._waiting = asyncio.get_running_loop().create_task(self._tell(pause))

    def _ask(self, *, in_any_folder: bool) -> None:
        watchers = [lsp.FileSystemWatcher(RULE_FILES)]
        if (file := self.cutoffs()) is not None:
            there = lsp.RelativePattern(file.absolute().parent.as_uri(), file.name)
            watchers.append(lsp.FileSystemWatcher(there if in_any_folder else f"**/{file.name}"))
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        wish = lsp.Registration("haiten-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self.server.client_register_capability(lsp.RegistrationParams([wish]))

    async def _tell(self, pause: float) -> None:
        await asyncio.sleep(pause)
        files, self._written = self._written, set()
        await self.tell(files)
        self._show_anew()

    def _show_anew(self) -> None:
        """Have the editor ask again for what it shows in the texts, where it can be told to."""
        able = self.server.client_capabilities.workspace
        if able is None:
            return
        if able.code_lens is not None and able.code_lens.refresh_support:
            self.server.workspace_code_lens_refresh(None)
        if able.inlay_hint is not None and able.inlay_hint.refresh_support:
            self.server.workspace_inlay_hint_refresh(None)
        if able.semantic_tokens is not None and able.semantic_tokens.refresh_support:
            self.server.workspace_semantic_tokens_refresh(None)
