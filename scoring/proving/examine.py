"""All that is wrong with a rulebook: what compiling finds, and what reasoning about all sheets finds, with examples."""

from collections.abc import Callable
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


@frozen
class Reasoned:
    """What reasoning about all sheets of a rulebook without errors finds; ``files`` as those of ``Examined``."""

    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, str]


def examine(compilation: Compilation) -> Examined:
    """Examine a rulebook as far as it could be read; examples that do not score as they should are not reported."""
    return Examined(*kept_part(compilation, "examined", lambda: examined_by(reason, reason_beyond, compilation)))


def reason(program: "Program", kept: "KeptReach | None" = None) -> Reasoned:
    """Reason about all sheets of a rulebook without errors; ``kept`` has what was found in the text before."""
    from haiten.compiler.checks.reach import check_reach

    return _replayed(program, [*check_reach(program, kept)])


def reason_beyond(program: "Program", diagnostics: tuple[Diagnostic, ...]) -> Reasoned:
    """Reason about the maxima of a rulebook that its parts exceed, which are among what compiling found."""
    from haiten.compiler.checks.reach import exceeding

    return _replayed(program, [*exceeding(program, diagnostics)])


def examined_by(
    reasons: Callable[["Program"], Reasoned],
    beyonds: Callable[["Program", tuple[Diagnostic, ...]], Reasoned],
    compilation: Compilation,
) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    """All that is wrong with a rulebook, and the examples of it as fact files.

    Args:
        reasons: ``reason``, or what does the same.
        beyonds: ``reason_beyond``, or what does the same.
        compilation: of the rulebook.
    """
    program, diagnostics = compilation.program, compilation.diagnostics
    # What the rulebook of an allocation has to say is reported when that is examined.
    if program is None or compilation.allocation is not None:
        return diagnostics, {}
    found = reasons(program) if compilation.ok else beyonds(program, diagnostics)
    beyond = found.diagnostics
    if (causes := compilation.causes) is not None:
        beyond = tuple(d if d.cause else evolve(d, cause=causes.of(d)) for d in beyond)
    # A diagnostic equals itself with examples, so that these take its place.
    return (*(diagnostic for diagnostic in diagnostics if diagnostic not in beyond), *beyond), dict(found.files)


def _replayed(program: "Program", findings: "list[Finding]") -> Reasoned:
    if not any(finding.examples for finding in findings):
        return Reasoned(tuple(finding.diagnostic for finding in findings), {})
    from haiten.scoring.proving.replay import replay  # with NumPy: who has nothing to replay does not wait for it

    diagnostics, files = replay(program, findings)
    return Reasoned(tuple(diagnostics), files)
