"""Canonical labels and paths."""

import re
from typing import Final

from haiten.compiler.folding.foldings import FOLDINGS

_LOWER_ROMAN: Final = {
    plain: f"({roman})"
    for plain, roman in zip(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ", strict=True
    )
}

_ROMAN_IN_BRACKETS: Final = re.compile(r"\([ivx]{1,4}\)")


def canonical_label(label: str) -> str:
    """A label in its one canonical form: ``(ii)`` as ``(ⅱ)``, ``01`` as ``1``."""
    if label.startswith("("):
        return _LOWER_ROMAN.get(label[1:-1], str(label))
    return str(int(label)) if label.isdecimal() and len(label) < 10 else str(label)


def canonical_path(written: str) -> str:
    """A path, or any dotted column name, as the rulebook writes it: ``推進．Ⅰ．（i）`` as ``推進.Ⅰ.(ⅰ)``."""
    folded = _ROMAN_IN_BRACKETS.sub(lambda found: canonical_label(found[0]), written.translate(FOLDINGS).strip())
    return ".".join(canonical_label(part) for part in folded.split("."))


def is_item_label(name: str) -> bool:
    """Whether a name reads as the label of an 項目: a single katakana."""
    return len(name) == 1 and "ア" <= name <= "ン"
