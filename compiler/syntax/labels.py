"""Labels and their order at each level, as in the official document."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from haiten.compiler.syntax.rulebook import Level

T = TypeVar("T")
_SEQUENCES: Final = {
    Level.GOAL: "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ",
    Level.ITEM: "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    Level.SUBITEM: "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
}
_SMALL_ROMANS: Final = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"


def label_number(level: Level, label: str) -> int | None:
    """The place of a label in its sequence, from 0; None for a name."""
    match level:
        case Level.INDICATOR:
            return int(label) - 1 if label.isdecimal() else None
        case Level.GROUP:
            return _SMALL_ROMANS.find(label[1]) if label.startswith("(") else None
        case Level.GRANT:
            return None
        case _:
            found = _SEQUENCES[level].find(label)
            return found if found >= 0 else None


def in_label_order(level: Level, items: Sequence[T], label: Callable[[T], str]) -> list[T]:
    """Siblings with their numbered labels in sequence; those with names stay where they stand."""
    numbered = sorted(
        (item for item in items if label_number(level, label(item)) is not None),
        key=lambda item: label_number(level, label(item)) or 0,
    )
    places = iter(numbered)
    return [item if label_number(level, label(item)) is None else next(places) for item in items]


def label_at(level: Level, number: int) -> str | None:
    """The label at a place of its sequence, from 0; None beyond its end."""
    if level is Level.INDICATOR:
        return str(number + 1)
    sequence = _SMALL_ROMANS if level is Level.GROUP else _SEQUENCES.get(level, "")
    if number >= len(sequence):
        return None
    return f"({sequence[number]})" if level is Level.GROUP else sequence[number]
