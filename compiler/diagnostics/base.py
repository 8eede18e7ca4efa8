"""What a diagnostic is: a mistake at a place, as a value."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import attrs
from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.source import Span


class Severity(StrEnum):
    """How much a diagnostic weighs; only errors make a command fail, unless it is strict."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Cell:
    """A place in a table: the file, the row (the header is row 1) and the column's name; None where none applies.

    Attributes:
        sheet: the sheet of a workbook, for a place in a survey sheet; its column is then that of a cell (``E``).
    """

    file: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            cell = f"のセル {self.column or ''}{self.row}" if self.row is not None else ""
            return f"{self.file}: シート「{self.sheet}」{cell}"
        row = f":{self.row}" if self.row is not None else ""
        return f"{self.file}{row}" + (f": 列「{self.column}」" if self.column is not None else "")


@frozen
class Edit:
    """A change that puts a mistake right: what stands at ``span`` becomes ``text``."""

    span: Span
    text: str


@frozen
class Diagnostic:
    """A mistake at a place, as a value. Nothing here is raised."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    title: ClassVar[str]
    label: ClassVar[str] = ""
    help: ClassVar[str] = ""
    related_label: ClassVar[str] = ""

    span: Span | Cell
    # The amendment that most likely caused it, where it shows in the text that was amended.
    cause: Span | None = field(default=None, kw_only=True, eq=False, repr=False)
    # Sheets that show it, in words, each scored before it is reported.
    examples: tuple[str, ...] = field(default=(), kw_only=True, eq=False, repr=False)
    # How many more of its kind there are in the file than are kept (``masses``).
    more: int = field(default=0, kw_only=True, eq=False, repr=False)

    def _fill(self, template: str) -> str:
        return template.format_map({a.name: getattr(self, a.name) for a in attrs.fields(type(self))})

    @property
    def message(self) -> str:
        """What is wrong, in one sentence; and how many more of the kind there are, where these are not kept."""
        rest = f"（{self.code} はほか{self.more:,}件）" if self.more else ""
        return self._fill(self.title) + rest

    @property
    def pointer(self) -> str:
        """What stands under the caret."""
        return self._fill(self.label)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about it, a line each; the nearest known name comes first, examples last."""
        suggestion = getattr(self, "suggestion", None)
        lines = (f"もしかして: {suggestion}" if suggestion else "", self._fill(self.help))
        return (*(line for line in lines if line), *(f"例: {example}" for example in self.examples))

    @property
    def fix(self) -> Edit | None:
        """A change that surely means the same and is right; None where a person has to decide."""
        return None

    @property
    def other_place(self) -> tuple[Span, str] | None:
        """The second place that matters, with its label."""
        other = getattr(self, "related", None)
        if other is not None:
            return other, self._fill(self.related_label)
        return (self.cause, "この改正文の結果です") if self.cause is not None else None


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
