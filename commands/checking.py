"""Checking rule files: what the command does, without what reads its options."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haiten.commands.common import cannot_write, rules_read, stderr
from haiten.commands.forms.made import Checked, CheckedFile, Replayed
from haiten.commands.forms.rules import CHECK
from haiten.commands.forms.way_out import WayOut
from haiten.commands.outputs import may_write, note_read, output

if TYPE_CHECKING:
    from haiten.compiler.compilation import Compilation
    from haiten.compiler.diagnostics import Diagnostic


def check_files(files: Sequence[Path]) -> int:
    """Check files as they are without any option; the exit status."""
    way = CHECK.way(None, None)
    assert way is not None
    return check_and_tell(files, way)


def check_and_tell(
    files: Sequence[Path],
    way: WayOut[Checked],
    base: Path | None = None,
    witness: Path | None = None,
    *,
    strict: bool = False,
    fix: bool = False,
) -> int:
    """Check files, and tell what is found; the exit status."""
    made = Checked(Replayed(_checked(files, base, witness, strict=strict, fix=fix)), strict)
    try:
        status = way.out(made)
        return status or _status(made.diagnostics, strict=strict)
    except _NoWitnessError as error:
        return cannot_write(error.reason, witness)


class _NoWitnessError(Exception):
    """Examples cannot be written; nothing is checked any more."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _checked(
    files: Sequence[Path], base: Path | None, witness: Path | None, *, strict: bool, fix: bool
) -> Iterator[CheckedFile]:
    """Check files, one after the other.

    Raises:
        _NoWitnessError: the examples of what was found cannot be written.
    """
    from haiten.compiler.diagnostics.masses import gathered
    from haiten.scoring.proving.examine import examine
    from haiten.scoring.rulebook import compile_rulebook

    for file in files:
        compilation = compile_rulebook(file, base).compilation
        if fix and _recoded(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        if fix and compilation.source is not None and _fix(file, compilation):
            compilation = compile_rulebook(file, base).compilation
        examined = examine(compilation)
        try:
            if witness is not None:
                note_read(rules_read(compilation))
                may_write(witness / name for name in examined.files)
                examined.write(witness)
        except OSError as error:
            raise _NoWitnessError(error) from error
        found = gathered([*examined.diagnostics, *(_strictly(compilation) if strict else ())])
        yield CheckedFile(file, compilation, found)


def _recoded(file: Path, compilation: "Compilation") -> bool:
    """Write a file that is in another encoding in UTF-8, and say so; its characters and line ends stay."""
    from haiten.compiler.diagnostics import WrongEncoding
    from haiten.compiler.files.encodings import guess_encoding

    if not any(isinstance(found, WrongEncoding) for found in compilation.diagnostics):
        return False
    try:
        guess = guess_encoding(file.read_bytes())
    except OSError as error:
        cannot_write(error, file)
        return False
    if guess is None or not rewrite(file, guess.text.encode()):
        return False
    stderr().print(f"{file}: {guess.name} から UTF-8 に直しました", soft_wrap=True)
    return True


def _fix(file: Path, compilation: "Compilation") -> bool:
    """Make the safe changes in a file, and show them as a diff on stderr; whether the file was changed."""
    from difflib import unified_diff

    from haiten.compiler.files.file_form import with_edits
    from haiten.compiler.fix import keeps_meaning, safe_edits
    from haiten.compiler.source import plain

    assert compilation.source is not None
    edits = safe_edits(compilation.source, compilation.diagnostics)
    raw = file.read_bytes() if edits else b""
    # Offsets are those of the text that was read; a file that has changed since is left alone.
    if not edits or plain(raw) != compilation.source.text:
        return False
    changed = with_edits(raw, edits)
    if not keeps_meaning(compilation, plain(changed)) or not rewrite(file, changed):
        return False
    before, after = (text.split("\n") for text in (compilation.source.text, plain(changed)))
    lines = unified_diff(before, after, str(file), f"{file}（修正後）", lineterm="", n=0)
    stderr().print("\n".join(lines), soft_wrap=True)
    return True


def rewrite(file: Path, changed: bytes) -> bool:
    """Change a file in its place; tells where that cannot be."""
    try:
        with output(file, in_place=True) as path:
            path.write_bytes(changed)
    except OSError as error:
        cannot_write(error, file)
        return False
    return True


def _strictly(compilation: "Compilation") -> list["Diagnostic"]:
    from haiten.compiler.checks.lints import unstated_dependencies
    from haiten.compiler.checks.sources import uncited_texts

    program = compilation.program
    return [*uncited_texts(program), *unstated_dependencies(program)] if program is not None else []


def _status(diagnostics: "Sequence[Diagnostic]", *, strict: bool) -> int:
    from haiten.compiler.diagnostics import has_errors

    return int(has_errors(diagnostics) or (strict and bool(diagnostics)))
