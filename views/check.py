"""A checked rule file in the terminal."""

from collections.abc import Sequence

from rich.console import Console

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.views.console.summary import print_summary
from haiten.views.diagnostics import print_diagnostics, verdict_line


def print_checked(
    console: Console, file: str, compilation: Compilation, diagnostics: Sequence[Diagnostic], *, strict: bool
) -> None:
    """What is wrong with it, a summary where nothing is, and the verdict."""
    print_diagnostics(console, diagnostics)
    if compilation.ok and compilation.allocation is not None:
        from haiten.views.allocation_program import print_allocation_summary

        print_allocation_summary(console, compilation)
    elif compilation.ok:
        print_summary(console, compilation)
    console.print(verdict_line(file, list(diagnostics), strict=strict))
