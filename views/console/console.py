"""Consoles: what is printed through them has nothing that a terminal obeys, and breaks off where nobody reads on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.control import Control
from rich.segment import Segment

from haiten.views.console.printable import READABLE, printable

_LEAST_WIDTH: Final = 120
_FILE_WIDTH: Final = 160


class _Printable:
    """Something to print, with signs that a terminal obeys made visible."""

    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._inner, options):
            text = segment.text if segment.control else printable(segment.text)
            yield segment if text is segment.text else Segment(text, segment.style)


class _OnlyPrintable(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """What is printed, without escape sequences that came with texts and names."""
        return [each if isinstance(each, Control) else _Printable(each) for each in renderables]


class PlainConsole(Console):
    """A console that leaves the end of the command to the command line when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """As with all else that is printed."""
        raise BrokenPipeError


def make_console(*, stderr: bool = False) -> Console:
    """A console that neither cuts tables for a pipe nor colours figures on its own account."""
    console = PlainConsole(stderr=stderr, highlight=False, markup=False, emoji=False)
    console.push_render_hook(_OnlyPrintable())
    if not console.is_terminal:
        console.width = max(console.width, _LEAST_WIDTH)
    return console


@contextmanager
def console_to(path: Path) -> Iterator[Console]:
    """A console that prints to a file.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8", errors=READABLE) as file:
        console = Console(file=file, width=_FILE_WIDTH, highlight=False, markup=False, emoji=False)
        console.push_render_hook(_OnlyPrintable())
        yield console
