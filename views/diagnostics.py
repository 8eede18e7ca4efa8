"""Diagnostics as text for people, as lines for editors (gnu), and as JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from attrs import evolve
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from haiten.compiler.diagnostics import Cell, Diagnostic, Severity
from haiten.compiler.diagnostics.masses import number_of
from haiten.compiler.source import Span
from haiten.compiler.version import haiten_version

SCHEMA: Final = "haiten/diagnostics@1"
MAX_SHOWN: Final = 50  # errors shown per file (language.md, Texts)
_WORDS: Final = {Severity.ERROR: "エラー", Severity.WARNING: "警告", Severity.NOTE: "注記"}
_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_WIDEST: Final = 160  # cells of a source line that are shown


def file_of(diagnostic: Diagnostic) -> str:
    """The file that a diagnostic is about."""
    span = diagnostic.span
    return span.file if isinstance(span, Cell) else span.source.name


def print_diagnostics(console: Console, diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics with their places: of a file ``MAX_SHOWN`` mistakes, and as many notes of a kind.

    A kind of which none is among these is shown once; all else is counted.
    """
    for file, of_file in groupby(diagnostics, key=file_of):
        listed = list(of_file)
        notes = [d for d in listed if d.severity is Severity.NOTE]
        mistakes = [d for d in listed if d.severity is not Severity.NOTE]
        left: Counter[str] = Counter()
        for diagnostic in [*_shown(mistakes, left), *_shown_of_each(notes, left)]:
            console.print(render(evolve(diagnostic, more=0)), soft_wrap=True)
        if left:
            of_kinds = "、".join(f"{code} {count:,}件" for code, count in sorted(left.items()))
            kinds = f"（{of_kinds}）" if len({d.code for d in listed}) > 1 else ""
            console.print(f"{file}: ほか{left.total():,}件{kinds}", style="bold", soft_wrap=True)


def _shown(mistakes: Sequence[Diagnostic], left: Counter[str]) -> Iterator[Diagnostic]:
    """The first of all, and behind them the first of every other kind; the rest is counted."""
    seen: set[str] = set()
    for place, diagnostic in enumerate(mistakes):
        is_shown = place < MAX_SHOWN or diagnostic.code not in seen
        seen.add(diagnostic.code)
        if is_shown:
            yield diagnostic
        _count(left, diagnostic, is_shown=is_shown)


def _shown_of_each(notes: Sequence[Diagnostic], left: Counter[str]) -> Iterator[Diagnostic]:
    """The first of each kind; the rest is counted."""
    seen: Counter[str] = Counter()
    for diagnostic in notes:
        seen[diagnostic.code] += 1
        is_shown = seen[diagnostic.code] <= MAX_SHOWN
        if is_shown:
            yield diagnostic
        _count(left, diagnostic, is_shown=is_shown)


def _count(left: Counter[str], diagnostic: Diagnostic, *, is_shown: bool) -> None:
    if count := number_of([diagnostic]) - is_shown:
        left[diagnostic.code] += count


def verdict_line(file: str, diagnostics: Sequence[Diagnostic], *, strict: bool) -> Text:
    """How a file came off, in one line."""
    counts = {severity: number_of(d for d in diagnostics if d.severity is severity) for severity in Severity}
    words = "、".join(f"{_WORDS[severity]}{count:,}件" for severity, count in counts.items() if count)
    failed = counts[Severity.ERROR] or (strict and diagnostics)
    return Text(
        f"{file}: {words or '誤りはありません'}", "bold red" if failed else "bold green" if not words else "bold"
    )


def render(diagnostic: Diagnostic) -> Text:
    """A diagnostic with the source lines it points at."""
    severity = diagnostic.severity
    text = Text()
    text.append(f"{_WORDS[severity]}[{diagnostic.code}]", _STYLES[severity])
    text.append(f" {diagnostic.message}\n", "bold")
    gutter = "  "
    if isinstance(diagnostic.span, Cell):
        text.append("  --> ", "blue").append(f"{diagnostic.span}\n")
    else:
        other = diagnostic.other_place
        gutter = " " * len(str(max(diagnostic.span.line, other[0].line if other else 0)))
        text.append(_excerpt(diagnostic.span, diagnostic.pointer, gutter, "-->", _STYLES[severity]))
        if other:
            text.append(_excerpt(other[0], other[1], gutter, ":::", "blue"))
    if diagnostic.fix:
        text.append(f"{gutter} = ", "blue").append("--fix で直せます\n", "green")
    for line in diagnostic.advice:
        text.append(f"{gutter} = ", "blue").append(f"{line}\n")
    return text


def _excerpt(span: Span, pointer: str, gutter: str, arrow: str, style: str) -> Text:
    line, column = span.line, span.column
    source = span.source.line(line).replace("\t", " ")
    length = max(min(span.end - span.start, len(source) - column + 1), 1)
    # A line that is too long is shown from a little before the place.
    start = 0 if cell_len(source[: column + length]) <= _WIDEST else max(column - 40, 0)
    shown = source[start:]
    if cell_len(shown) > _WIDEST:
        shown = set_cell_size(shown, _WIDEST - 1) + "…"
    before = cell_len(source[start : column - 1])
    width = max(min(cell_len(source[column - 1 : column - 1 + length]), _WIDEST - before), 1)
    text = Text()
    text.append(f"{gutter}{arrow} ", "blue").append(f"{span}\n")
    text.append(f"{gutter} |\n{line:>{len(gutter)}} | ", "blue").append(f"{'…' if start else ''}{shown}\n")
    text.append(f"{gutter} | ", "blue").append(" " * (before + bool(start)))
    return text.append(f"{'^' * width} {pointer}".rstrip() + "\n", style)


def gnu_lines(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """``file:line:column: severity: message [code]``, as compilers print for editors."""
    for diagnostic in diagnostics:
        yield f"{diagnostic.span}: {diagnostic.severity.value}: {diagnostic.message} [{diagnostic.code}]"


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """Diagnostics as JSON, schema ``haiten/diagnostics@1`` (``docs/schema/diagnostics-1.json``)."""
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "diagnostics": [_diagnostic_json(diagnostic) for diagnostic in diagnostics],
    }


def _diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON; lines and columns count from 1, the end column is the first behind the place."""
    data: dict[str, Any] = {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": _place_json(diagnostic.span),
        "label": diagnostic.pointer,
        "help": list(diagnostic.advice),
    }
    if diagnostic.fix:
        data["fix"] = {"place": _place_json(diagnostic.fix.span), "text": diagnostic.fix.text}
    if diagnostic.more:
        data["more"] = diagnostic.more
    if diagnostic.other_place:
        span, label = diagnostic.other_place
        data["related"] = {"place": _place_json(span), "label": label}
    return data


def _place_json(span: Span | Cell) -> dict[str, Any]:
    if isinstance(span, Cell):
        return {"file": span.file, "row": span.row, "column_name": span.column}
    end_line, end_column = span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
    }
