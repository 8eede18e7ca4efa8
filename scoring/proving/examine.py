"""All that is wrong with a rulebook: what compiling finds, and what reasoning about all sheets finds, with examples."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.store.kept import kept_part

if TYPE_CHECKING:  # what is kept is read without them
    from haiten.compiler.checks.findings import Finding
    from haiten.compiler.checks.kept_reach import KeptReach
    from haiten.compiler.program.program import Program

Diagnostics = tuple[Diagnostic, ...]  # what is wrong, in the order in which it is told


@frozen
class Examined:
    """Diagnostics with their examples in words.

    Attributes:
        files: the examples as fact files, by name; their first body is meant.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, str] = field(factory=dict)

    def write(self, folder: Path) -> None:
        """Write the fact files into a folder.

        Raises:
            OSError: a file cannot be written.
        """
        from haiten.compiler.proofs.sheets import write_fact_files

        write_fact_files(folder, self.files)


def examine(compilation: Compilation) -> Examined:
    """Examine a rulebook as far as it could be read; examples that do not score as they should are not reported."""
    return Examined(*kept_part(compilation, "examined", lambda: _examined(compilation)))


def _examined(compilation: Compilation) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    files: dict[str, str] = {}
    return examined_by(partial(reason, files=files), partial(reason_beyond, files=files), compilation), files


def reason(program: "Program", kept: "KeptReach | None" = None, *, files: dict[str, str] | None = None) -> Diagnostics:
    """Reason about all sheets of a rulebook without errors.

    Args:
        program: the rulebook.
        kept: has what was found in the text before.
        files: is given the examples as fact files, by name, where these are wanted.
    """
    from haiten.compiler.checks.reach import check_reach

    return _replayed(program, [*check_reach(program, kept)], files)


def reason_beyond(program: "Program", diagnostics: Diagnostics, *, files: dict[str, str] | None = None) -> Diagnostics:
    """Reason about the maxima of a rulebook that its parts exceed, which are among what compiling found."""
    from haiten.compiler.checks.reach import exceeding

    return _replayed(program, [*exceeding(program, diagnostics)], files)


def examined_by(
    reasons: Callable[["Program"], Diagnostics],
    beyonds: Callable[["Program", Diagnostics], Diagnostics],
    compilation: Compilation,
) -> Diagnostics:
    """All that is wrong with a rulebook.

    Args:
        reasons: ``reason``, or what does the same.
        beyonds: ``reason_beyond``, or what does the same.
        compilation: of the rulebook.
    """
    program, diagnostics = compilation.program, compilation.diagnostics
    # What the rulebook of an allocation has to say is reported when that is examined.
    if program is None or compilation.allocation is not None:
        return diagnostics
    beyond = reasons(program) if compilation.ok else beyonds(program, diagnostics)
    if (causes := compilation.causes) is not None:
        beyond = tuple(d if d.cause else evolve(d, cause=causes.of(d)) for d in beyond)
    # A diagnostic equals itself with examples, so that these take its place.
    told = frozenset(beyond)
    return (*(diagnostic for diagnostic in diagnostics if diagnostic not in told), *beyond)


def _replayed(program: "Program", findings: "list[Finding]", files: dict[str, str] | None) -> Diagnostics:
    if not any(finding.examples for finding in findings):
        return tuple(finding.diagnostic for finding in findings)
    from haiten.scoring.proving.replay import replay  # with NumPy: who has nothing to replay does not wait for it

    return tuple(replay(program, findings, files))
