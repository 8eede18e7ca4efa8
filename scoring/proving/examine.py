"""All that is wrong with a rulebook: what compiling finds, and what reasoning about all sheets finds, with examples."""

from pathlib import Path

from attrs import evolve, field

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.store.kept import kept_part


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
    return Examined(*kept_part(compilation, "examined", lambda: _examine(compilation)))


def _examine(compilation: Compilation) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    program, diagnostics = compilation.program, compilation.diagnostics
    # What the rulebook of an allocation has to say is reported when that is examined.
    if program is None or compilation.allocation is not None:
        return diagnostics, {}
    from haiten.compiler.checks.reach import check_reach, exceeding

    findings = [*exceeding(program, diagnostics), *(check_reach(program) if compilation.ok else ())]
    beyond, files = [finding.diagnostic for finding in findings], dict[str, str]()
    if any(finding.examples for finding in findings):
        from haiten.scoring.proving.replay import replay  # with NumPy: who has nothing to replay does not wait for it

        beyond, files = replay(program, findings)
    if (causes := compilation.causes) is not None:
        beyond = [d if d.cause else evolve(d, cause=causes.of(d)) for d in beyond]
    # A diagnostic equals itself with examples, so that these take its place.
    return (*(diagnostic for diagnostic in diagnostics if diagnostic not in beyond), *beyond), files
