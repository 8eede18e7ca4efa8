"""The reference of the language, which the package holds, and its sections."""

import re
import unicodedata
from pathlib import Path
from typing import Final

from haiten.compiler.late import frozen

_DOCS: Final = Path(__file__).parents[1] / "docs"
_HEADING: Final = re.compile(r"^(#{2,3}) ([0-9.]+?)\.? (.+)$")


@frozen
class ReferenceSection:
    """A section of the reference.

    Attributes:
        number: as ``25.6``.
        title: its heading, without the number.
        depth: 0 for ``25``, 1 for ``25.6``.
        text: its Markdown, heading and sections below it included.
    """

    number: str
    title: str
    depth: int
    text: str


def reference(*, english: bool = False) -> str:
    """The whole reference as Markdown, in Japanese or in English."""
    return (_DOCS / ("language.en.md" if english else "language.md")).read_text(encoding="utf-8")


def sections(text: str) -> tuple[ReferenceSection, ...]:
    """The numbered sections of a reference, in its order."""
    lines = text.splitlines(keepends=True)
    fenced = False
    heads: list[tuple[int, str, str, int]] = []
    for at, line in enumerate(lines):
        fenced ^= line.startswith("```")
        if not fenced and (found := _HEADING.match(line.rstrip("\n"))):
            heads.append((at, found[2], found[3], len(found[1]) - 2))
    ends = [
        next((later for later, _, _, other in heads[index + 1 :] if other <= depth), len(lines))
        for index, (_, _, _, depth) in enumerate(heads)
    ]
    return tuple(
        ReferenceSection(number, title, depth, "".join(lines[at:end]).rstrip("\n") + "\n")
        for (at, number, title, depth), end in zip(heads, ends, strict=True)
    )


def section_of(text: str, written: str) -> ReferenceSection | None:
    """A section by its number (``25.6``, ``§25.6``, ``25．6``) or its whole heading; None without one."""
    asked = unicodedata.normalize("NFKC", written).strip().removeprefix("§").rstrip(".")
    for section in sections(text):
        if asked in (section.number, unicodedata.normalize("NFKC", section.title)):
            return section
    return None


def headings_like(text: str, written: str) -> tuple[ReferenceSection, ...]:
    """The sections with the given words in their heading, for もしかして."""
    return tuple(section for section in sections(text) if written.strip() and written.strip() in section.title)
