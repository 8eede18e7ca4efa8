"""Canonical labels and paths."""

from typing import Final

from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.patterns import late_pattern

_LOWER_ROMAN: Final = {
    plain: f"({roman})"
    for plain, roman in zip(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ", strict=True
    )
}

# 枝番号, of any label.
BRANCHES: Final = "(?:の[0-9]+)*"
_PARTS: Final = late_pattern(rf"(.+?)({BRANCHES})")
_ROMAN_IN_BRACKETS: Final = late_pattern(r"\([ivx]{1,4}\)")


def canonical_label(label: str) -> str:
    """A label in its one canonical form: ``(ii)`` as ``(ⅱ)``, ``01`` as ``1``, ``01の2`` as ``1の2``."""
    sign, branches = label_parts(str(label))
    if sign.startswith("("):
        return _LOWER_ROMAN.get(sign[1:-1], sign) + branches
    return (str(int(sign)) if sign.isdecimal() and len(sign) < 10 else sign) + branches


def label_parts(label: str) -> tuple[str, str]:
    """A label without its branches (枝番号), and these: ``オの2`` is ``オ`` and ``の2``."""
    found = _PARTS.fullmatch(label)
    return (found[1], found[2]) if found else (label, "")


def canonical_path(written: str) -> str:
    """A path, or any dotted column name, as the rulebook writes it: ``推進．Ⅰ．（i）`` as ``推進.Ⅰ.(ⅰ)``."""
    folded = _ROMAN_IN_BRACKETS.sub(lambda found: canonical_label(found[0]), written.translate(FOLDINGS).strip())
    return ".".join(canonical_label(part) for part in folded.split("."))


def is_item_label(name: str) -> bool:
    """Whether a name reads as the label of an 項目: a single katakana."""
    return len(name) == 1 and "ア" <= name <= "ン"
