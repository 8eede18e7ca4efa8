"""The one module that orders the passes."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from haiten.compiler.checks import CHECKS
from haiten.compiler.diagnostics import Cell, Diagnostic, UnreadableFile, has_errors
from haiten.compiler.fold import fold
from haiten.compiler.nest import nest
from haiten.compiler.parse import parse
from haiten.compiler.program import Program
from haiten.compiler.resolve import resolve
from haiten.compiler.source import Source, read_source
from haiten.compiler.syntax import Rulebook


@frozen
class Compilation:
    """What became of a rule file.

    Attributes:
        source: None where the file could not be read.
        syntax: None where the file does not say what it is.
        program: as whole as the mistakes allow; to be run only where ``ok``.
        diagnostics: by place.
        unreadable: some text could not be read as written, so that printing the tree would lose it.
    """

    source: Source | None
    syntax: Rulebook | None
    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    unreadable: bool = False

    @property
    def ok(self) -> bool:
        """Whether the program may be run."""
        return self.program is not None and not has_errors(self.diagnostics)


def compile_file(path: Path | str) -> Compilation:
    """Compile a rule file; a file that cannot be read is a diagnostic too."""
    try:
        source = read_source(Path(path))
    except FileNotFoundError:
        reason = "ファイルがありません"
    except IsADirectoryError:
        reason = "フォルダです"
    except OSError as error:
        reason = error.strerror or str(error)
    except UnicodeDecodeError as error:
        reason = f"UTF-8 のテキストではありません（{error.start + 1}バイト目）"
    else:
        if source.text.strip():
            return compile_source(source)
        reason = "空です"
    return Compilation(None, None, None, (UnreadableFile(Cell(str(path)), reason),))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector.

    The passes build large trees without cycles; walking them again and again more than doubles the time of a
    200,000-line file.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def compile_source(source: Source) -> Compilation:
    """Compile a text."""
    with _collector_paused():
        return _compile(source)


def _compile(source: Source) -> Compilation:
    parsed = parse(fold(source))
    nested = nest(source, parsed)
    diagnostics = [*parsed.diagnostics, *nested.diagnostics]
    program = None
    if nested.rulebook is not None:
        resolved = resolve(nested.rulebook)
        program = resolved.program
        diagnostics += resolved.diagnostics
        for check in CHECKS:
            diagnostics += check(program)
    diagnostics.sort(key=lambda d: d.span.start if not isinstance(d.span, Cell) else 0)
    unreadable = has_errors(parsed.diagnostics) or has_errors(nested.diagnostics)
    return Compilation(source, nested.rulebook, program, tuple(diagnostics), unreadable)
