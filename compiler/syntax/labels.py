"""Labels, their numbers and their order at each level, as in the official document (language.md, section 5)."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from haiten.compiler.folding.paths import label_parts
from haiten.compiler.late import frozen
from haiten.compiler.syntax.rulebook import Level

T = TypeVar("T")
KANA: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
ROMANS: Final = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
SMALL_ROMANS: Final = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"
# 1 to 50; Unicode has them in four places.
CIRCLED: Final = "".join(
    chr(first + at) for first, count in ((0x2460, 20), (0x3251, 15), (0x32B1, 15)) for at in range(count)
)
_SEQUENCES: Final = {
    Level.GOAL: ROMANS,
    Level.GROUP: SMALL_ROMANS,
    Level.ITEM: KANA,
    Level.SUBITEM: CIRCLED,
}
# Parts of patterns: one label, without its branches.
KANA_SIGN: Final = f"[{KANA}]"
CIRCLED_SIGN: Final = "[①-⑳㉑-㉟㊱-㊿]"
_FIRST_BRANCH: Final = 2  # the second of what the label without a branch is the first


@frozen(order=True)
class LabelNumber:
    """The number of a label: its place in the sequence of its level, and its branches (枝番号), outermost first.

    They order as they stand in a document: オ, オの2, オの2の2, オの3, カ.

    Attributes:
        main: from 1; 0 for a sign that is none of the sequence.
        branches: each from 2 where the label is in order.
    """

    main: int
    branches: tuple[int, ...] = ()

    @property
    def successors(self) -> tuple["LabelNumber", ...]:
        """What may stand behind it without a gap, the next number first: behind オの2 カ, オの3 and オの2の2."""
        further = [
            LabelNumber(self.main, (*self.branches[:at], self.branches[at] + 1)) for at in range(len(self.branches))
        ]
        return LabelNumber(self.main + 1), *further, LabelNumber(self.main, (*self.branches, _FIRST_BRANCH))

    def due_before(self, number: "LabelNumber") -> "LabelNumber":
        """What should stand behind it, where another number does: what leads there the farthest."""
        before = [due for due in self.successors if due < number]
        beside = self.successors[-1] if number.main == self.main and number > self else self.successors[0]
        return max(before, default=beside)

    def moved(self, by: int) -> "LabelNumber":
        """The same branches of a label some places further on."""
        return LabelNumber(self.main + by, self.branches)


FIRST: Final = LabelNumber(1)


@lru_cache(4096)
def label_number(level: Level, label: str) -> LabelNumber | None:
    """The number of a label; None for a name."""
    sign, branches = label_parts(label)
    match level:
        case Level.GRANT:
            return None
        case Level.INDICATOR:
            main = int(sign) if sign.isdecimal() else None
        case Level.GROUP:
            main = SMALL_ROMANS.find(sign[1:-1]) + 1 if sign.startswith("(") else None
        case Level.GOAL | Level.ITEM | Level.SUBITEM:
            main = _SEQUENCES[level].index(sign) + 1 if len(sign) == 1 and sign in _SEQUENCES[level] else None
    if main is None:
        return None
    # A branch is written as it counts: の02 is none.
    return LabelNumber(main, tuple(0 if branch[0] == "0" else int(branch) for branch in branches.split("の")[1:]))


def label_of(level: Level, number: LabelNumber) -> str | None:
    """The label of a number; None beyond the end of its sequence."""
    sequence = _SEQUENCES.get(level, "")
    if level is Level.INDICATOR:
        sign = str(number.main)
    elif not 0 < number.main <= len(sequence):
        return None
    else:
        sign = sequence[number.main - 1]
    return (f"({sign})" if level is Level.GROUP else sign) + "".join(f"の{branch}" for branch in number.branches)


def label_at(level: Level, place: int) -> str | None:
    """The label without branches at a place of its sequence, from 0; None beyond its end."""
    return label_of(level, LabelNumber(place + 1))


def follows(level: Level, before: str, label: str) -> bool:
    """Whether a label may stand behind another without a gap; a name follows nothing."""
    first, second = label_number(level, before), label_number(level, label)
    return first is not None and second in first.successors


def in_label_order(level: Level, items: Sequence[T], label: Callable[[T], str]) -> list[T]:
    """Siblings with their numbered labels in sequence; those with names stay where they stand."""
    numbers = [label_number(level, label(item)) for item in items]
    numbered = sorted(
        ((number, at) for at, number in enumerate(numbers) if number is not None), key=lambda pair: pair[0]
    )
    places = iter(numbered)
    return [item if number is None else items[next(places)[1]] for item, number in zip(items, numbers, strict=True)]
