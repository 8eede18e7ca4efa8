"""The bytes of a text file that its text does not hold: byte order mark and line ends, kept whatever is changed."""

from collections.abc import Iterable
from typing import Final

from haiten.compiler.diagnostics import Edit

_MARK: Final = "\ufeff"
_ENDS: Final = ("\r\n", "\r", "\n")


def with_edits(raw: bytes, edits: Iterable[Edit]) -> bytes:
    r"""A UTF-8 file with some stretches changed, and every other byte as it was.

    Args:
        raw: the file.
        edits: by offsets in its text as ``source.read_source`` reads it: without the mark, line ends as ``\n``. None
            overlaps another.
    """
    text = raw.decode("utf-8")
    places = _places(text)
    parts, done = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += [text[done : places[edit.span.start]], edit.text]
        done = places[edit.span.end]
    return "".join([*parts, text[done:]]).encode("utf-8")


def in_form_of(raw: bytes, text: str) -> bytes:
    r"""A text with line ends ``\n`` as the file would hold it: its mark, the ends that most of its lines have."""
    before = raw.decode("utf-8")
    lines = before.replace("\r\n", "\n\n")  # so that each is counted once, and as what it is
    counts = {"\r\n": before.count("\r\n"), "\r": lines.count("\r"), "\n": before.count("\n") - before.count("\r\n")}
    end = max(_ENDS, key=lambda end: (counts[end], end == "\n"))
    mark = _MARK if before.startswith(_MARK) else ""
    return (mark + text.replace("\n", end)).encode("utf-8")


def _places(text: str) -> list[int]:
    """Where each character of the text as it is read stands in the text of the file, the end included."""
    start = len(_MARK) if text.startswith(_MARK) else 0
    places = [at for at in range(start, len(text)) if not (text[at] == "\n" and at > start and text[at - 1] == "\r")]
    return [*places, len(text)]
