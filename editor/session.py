"""One editor's work: its open texts, what is shown of them, and diagnostics a moment after the last keystroke."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final

from attrs import field
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics.masses import gathered
from haiten.compiler.late import define
from haiten.compiler.pausing import set_aside, spare_what_is_there
from haiten.compiler.source import Source
from haiten.editor import answers
from haiten.editor.addresses import path_of, uri_of
from haiten.editor.desk import Desk, FileView
from haiten.editor.nation import NationFile, Rates
from haiten.editor.positions import offset_at
from haiten.editor.serving_beside import BesideServer
from haiten.editor.shown import ShownText
from haiten.editor.symbols import Occurrence

PAUSE: Final = 0.12  # seconds without a keystroke before a text is checked
REST: Final = 60.0  # seconds without a keystroke before the collector of cycles looks at all (0.4 s in a large file)
MOMENT: Final = 0.5  # seconds for which nobody looks whether files on the disk have changed


@define(eq=False)
class Session:
    """One editor's work.

    Attributes:
        versions: of the open texts, as the editor counts them; what is said of an older one is dropped.
        waiting: the check that will follow when nothing more is typed.
        warned: why the cut-off file tells nothing, as far as that was said.
        shown: what is shown of the open texts.
        begun: texts that were opened and not checked yet.
        told: by text, the compilation of which all that is wrong was said last; none while a check will follow.
        seen: files as they stood at an instant, for the moment in which an editor asks for many things.
        beside: what stands beside the texts.
        resting: what will be done when nothing is typed for a while.
    """

    server: LanguageServer
    desk: Desk
    nation: NationFile | None = None
    versions: dict[Path, int | None] = field(factory=dict)
    waiting: dict[Path, "asyncio.Task[None]"] = field(factory=dict)
    warned: set[str] = field(factory=set)
    shown: dict[Path, ShownText] = field(factory=dict)
    begun: set[Path] = field(factory=set)
    told: dict[Path, Compilation] = field(factory=dict)
    seen: dict[Path, tuple[FileView, float]] = field(factory=dict)
    beside: BesideServer = field(init=False)
    resting: "asyncio.Task[None] | None" = None

    def __attrs_post_init__(self) -> None:
        self.beside = BesideServer(self.server, self.desk, self.versions)

    def page(self, uri: str) -> FileView:
        """The file of an address, as it stands in the editor."""
        path, now = path_of(uri), monotonic()
        page, then = self.seen.get(path, (None, 0.0))
        if page is None or now - then > MOMENT:
            page = self.desk.page(path)
            self.seen[path] = page, monotonic()
        return page

    def place(self, uri: str, position: lsp.Position) -> tuple[FileView, Occurrence | None]:
        """What stands at a position."""
        page = self.page(uri)
        source = page.compilation.source
        return page, None if source is None else page.at(offset_at(source, position))

    def rates(self, page: FileView) -> Rates:
        """How the nation does beside a file."""
        if self.nation is None or page.readable is None:
            return Rates()
        rates = self.nation.rates(page.readable)
        if rates.reason is not None and rates.reason not in self.warned:
            self.warned.add(rates.reason)
            self.server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, rates.reason))
        return rates

    def showing(self, uri: str) -> tuple[ShownText, FileView]:
        """What is shown of a text."""
        page = self.page(uri)
        return self.shown.setdefault(page.path, ShownText()), page

    # Diagnostics

    def changed(self, uri: str, version: int | None) -> None:
        """Take over a text, and check it when nothing more is typed."""
        path = path_of(uri)
        self.seen.clear()
        self.desk.open(path, plain_text(self.server.workspace.get_text_document(uri).source))
        self.versions[path] = version
        self.told.pop(path, None)
        for task in (self.waiting.pop(path, None), self.resting):
            if task is not None:
                task.cancel()
        self.waiting[path] = asyncio.get_running_loop().create_task(self._check(path, version))

    async def _check(self, path: Path, version: int | None) -> None:
        await asyncio.sleep(PAUSE)
        self.publish(path, version)
        await self._check_others(path)
        self.resting = asyncio.get_running_loop().create_task(self._rest())

    async def _rest(self) -> None:
        """Look for cycles when nothing is typed anywhere."""
        await asyncio.sleep(REST)
        spare_what_is_there()

    async def written(self, files: set[str]) -> None:
        """Say anew what is wrong with the texts that files on the disk have made others."""
        self.seen.clear()
        await self._check_others()
        for uri in files:
            self.beside.renewed(path_of(uri))

    async def _check_others(self, path: Path | None = None) -> None:
        """Say anew what is wrong with the texts that a change of a file has made others."""
        for other in [each for each in self.versions if each != path]:
            await asyncio.sleep(0)  # a keystroke that came meanwhile goes first
            told = self.told.get(other)
            if told is not None and self.desk.page(other).compilation is not told:
                self.publish(other, self.versions.get(other))

    def publish(self, path: Path, version: int | None) -> None:
        """Say all that is wrong with a text, unless it is not that any more."""
        compilation = self.desk.page(path).compilation
        found = gathered(list(self.desk.examine(path)))
        if path not in self.versions or self.versions[path] != version:
            return
        source = compilation.source or Source(str(path), "")
        told = [answers.diagnostic_of(each, source) for each in found]
        self.server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri_of(path), diagnostics=told, version=version)
        )
        self.told[path] = compilation
        set_aside()
        self.beside.renewed(path)
        if path in self.begun:
            self.begun.remove(path)
            # What the first mistake needs, which is not waited for when it is made.
            import haiten.scoring.proving.replay  # noqa: F401

            spare_what_is_there()

    def closed(self, uri: str) -> None:
        """Forget a text; the file counts again as it is on the disk."""
        path = path_of(uri)
        self.versions.pop(path, None)
        self.begun.discard(path)
        self.shown.pop(path, None)
        self.told.pop(path, None)
        self.seen.clear()
        if (task := self.waiting.pop(path, None)) is not None:
            task.cancel()
        self.desk.close(path)
        self.beside.closed(path)
        self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
        self.waiting[path] = asyncio.get_running_loop().create_task(self._check_others(path))


def plain_text(text: str) -> str:
    r"""A text as the compiler has it: without the byte order mark, line ends as ``\n``."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
