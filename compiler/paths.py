"""Canonical labels and paths."""

from typing import Final

from haiten.compiler.fold import FOLDINGS

_LOWER_ROMAN: Final = {
    plain: f"({roman})"
    for plain, roman in zip(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ", strict=True
    )
}


def canonical_label(label: str) -> str:
    """A label in its one canonical form: ``(ii)`` as ``(ⅱ)``, ``01`` as ``1``."""
    if label.startswith("("):
        return _LOWER_ROMAN.get(label[1:-1], label)
    return str(int(label)) if label.isdecimal() and len(label) < 10 else label


def canonical_path(written: str) -> str:
    """A path, or any dotted column name, as the rulebook writes it: ``推進．Ⅰ．（i）`` as ``推進.Ⅰ.(ⅰ)``."""
    return ".".join(canonical_label(part) for part in written.translate(FOLDINGS).strip().split("."))
