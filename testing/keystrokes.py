"""Random edits of a text, as they come from an editor: typing, deleting, moving, pasting, and slips."""

import random
from typing import Any, Final

import attrs

from haiten.compiler.source import Source, Span

# What is typed or pasted: signs that close nothing, words of the language, whole lines, what nobody means to write.
_TYPED: Final = (
    *("", "「", "」", "〔", "〕", "\n", "  ", "x", "4点", "要件 ", "を", "(", ")", "かつ", "①", "点", "交付金"),
    *("# 注\n", "※", "イ 「あ」 2点\n", "削除\n", "の配点\n「", "<<<<<<< a\n", "\u200b", "\ufeff", "\r", "\u3000"),
    *(
        "指標 3 「え」〔採録〕 16点〔集計〕\n",
        "事実 新 : 人\n",
        "区分 規模 = 高齢者人口\n",
        "5万",
        "得点(全体)",
        "3割",
        "＝",
        "\n\n",
        "𠮷",
    ),
)


def edited(draw: random.Random, text: str, other: str) -> str:
    """A text after one edit.

    Args:
        draw: what is drawn from.
        text: as it was.
        other: where lines that are pasted come from.
    """
    kind = draw.random()
    at = draw.randrange(len(text) + 1)
    if kind < 0.45:
        return text[:at] + draw.choice(_TYPED) + text[at:]
    if kind < 0.6:
        return text[:at] + text[at + draw.choice([1, 1, 1, 2, 5, 30]) :]
    lines = text.split("\n")
    first = draw.randrange(len(lines))
    behind = min(len(lines), first + draw.choice([1, 1, 2, 5, 20]))
    part, rest = lines[first:behind], lines[:first] + lines[behind:]
    if kind < 0.7:
        return "\n".join(rest)
    if kind < 0.8:
        return "\n".join(lines[:behind] + lines[first:])
    if kind < 0.9:
        at = draw.randrange(len(rest) + 1)
        return "\n".join(rest[:at] + part + rest[at:])
    pasted = other.split("\n")
    at = draw.randrange(len(pasted))
    return "\n".join(lines[:first] + pasted[at : at + draw.choice([1, 3, 30])] + lines[first:])


def plain(value: Any) -> Any:
    """All of a value, places in texts included, as tuples that compare."""
    if isinstance(value, Span):
        return "Span", value.source.name, value.start, value.end, value.text
    if isinstance(value, Source):
        return value.name, value.text
    if attrs.has(type(value)):
        parts = (plain(getattr(value, each.name)) for each in attrs.fields(type(value)))
        return type(value).__name__, *parts
    if isinstance(value, tuple | list):
        return tuple(map(plain, value))
    if isinstance(value, dict):
        return tuple((plain(key), plain(part)) for key, part in value.items())
    if isinstance(value, set | frozenset):
        return tuple(sorted(map(repr, value)))
    return value
