"""Quoted words in a text or an expression, and what becomes of them: 改める, 削る, の下に/の前に 加える."""

from collections.abc import Callable, Iterable

from haiten.compiler.late import frozen
from haiten.compiler.syntax.revision import WordEdit, WordVerb

# Words and a text → where the words stand in it.
WordFinder = Callable[[str, str], list[tuple[int, int]]]


@frozen
class Overlap:
    """Two edits that are about the same letters."""

    first: WordEdit
    second: WordEdit


def edited(text: str, edits: Iterable[WordEdit], find: WordFinder, between: str = "") -> str | Overlap:
    """A text after all edits, each held against the text as it stood before them, wherever its words stand.

    Args:
        text: the text.
        edits: what becomes of which words.
        find: where words stand.
        between: what separates words that are added from those beside which they come.
    """
    places = [(start, end, edit) for edit in edits for start, end in find(edit.old, text)]
    places.sort(key=lambda place: place[:2])
    done = 0
    parts: list[str] = []
    last: WordEdit | None = None
    for start, end, edit in places:
        if start < done and last is not None:
            return Overlap(last, edit)
        parts += [text[done:start], _instead(edit, text[start:end], between)]
        done, last = end, edit
    return "".join((*parts, text[done:]))


def occurrences(words: str, text: str) -> list[tuple[int, int]]:
    """Where words stand in a text, letter by letter."""
    found: list[tuple[int, int]] = []
    at = text.find(words) if words else -1
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def _instead(edit: WordEdit, quoted: str, between: str) -> str:
    """What comes in the place of quoted words, as they stand there."""
    if edit.verb is WordVerb.ADD_BELOW:
        return f"{quoted}{between}{edit.new}"
    if edit.verb is WordVerb.ADD_AHEAD:
        return f"{edit.new}{between}{quoted}"
    return edit.new
