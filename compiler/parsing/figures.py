"""Figures as officials write them: ``1万人``, ``1億2千万円``, ``3千円/人`` → plain numbers (language.md 4.2).

万, 千, 億 and 兆 are digits in another dress, not units: what they stand for is exact, so a rulebook that has them
means the same as one without, down to its fingerprints. Only where a fact is itself declared in 千円 (or 万人, …) that
word is the unit of its figures, and is left alone.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, TypeVar

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.late import define, frozen
from haiten.compiler.patterns import late_pattern
from haiten.compiler.syntax.expressions import Quantity, rebuild, rebuild_within
from haiten.compiler.syntax.rulebook import FactDecl, NodeDecl
from haiten.compiler.syntax.units import parse_unit

T = TypeVar("T")

_SMALL: Final = {"千": 3, "百": 2, "十": 1}
_LARGE: Final = {"兆": 12, "億": 8, "万": 4}
_NUMBER: Final = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_PART: Final = late_pattern(rf"({_NUMBER})([十百千万億兆]*)")
_PLAIN: Final = late_pattern(_NUMBER)
_SCALED: Final = late_pattern(r"(?P<scale>[十百千]?[万億兆]|千)(?P<base>.*)", re.DOTALL)
_PADDED: Final = late_pattern(r"\.[0-9]*0(?![0-9])")  # 97.60%
# Whether a text can hold a figure that needs this module at all.
# One in kanji (二十万人) is a mistake, but read on as what it says.
_SUSPECT: Final = late_pattern(
    r"[0-9０-９]\s*(?:[^\s0-9０-９「」〔〕]*[/／・])?[十百千]?[千万億兆]|[〇一二三四五六七八九十百千][千万億兆]"
)


@frozen
class Figure:
    """A figure as read.

    Attributes:
        value: of its digits; of a compound one (``1億2千万``) with its 万 and 億, of a single one without.
        unit: what stands behind the digits, with the 万 or 千 of a single one.
        sound: False where it cannot be a number: ``1万2億``, ``1億20,000万``.
    """

    value: Decimal
    unit: str
    sound: bool = True


def points_value(text: str) -> int:
    """The number of ``1,000点``, whatever stands behind it."""
    return int(text.partition("点")[0].replace(",", ""))


def decimals_value(text: str) -> int:
    """The number of ``小数2桁``."""
    return int(text[2:-1])


def read_figure(text: str) -> Figure:
    """Read a number with its unit, without sign."""
    first = _PLAIN.match(text)
    assert first
    parts: list[tuple[Decimal, str]] = []
    at = 0
    while found := _PART.match(text, at):
        parts.append((Decimal(found[1].replace(",", "")), found[2]))
        at = found.end()
    if len(parts) == 1:
        return Figure(parts[0][0], text[first.end() :])
    return _compound(parts, text[at:])


def _compound(parts: list[tuple[Decimal, str]], unit: str) -> Figure:
    """``1億2千万``: groups of falling 兆, 億, 万, and within a group falling 千, 百, 十."""
    total = group = Decimal(0)
    small, large, sound = 4, 16, True
    for number, scales in parts:
        sound &= number == number.to_integral_value()
        power = 0
        if scales[:1] in _SMALL:
            power, scales = _SMALL[scales[0]], scales[1:]
        sound &= power < small and number < 10 ** (small - power)
        small = power
        group += shifted(number, power)
        if scales[:1] in _LARGE:
            power, scales = _LARGE[scales[0]], scales[1:]
            sound &= power < large
            total, group, small, large = total + shifted(group, power), Decimal(0), 4, power
        sound &= not scales
    return Figure(total + group, unit, sound)


def shifted(value: Decimal, power: int) -> Decimal:
    """The value times ten to a power, exactly; arithmetic of decimals would round beyond 28 digits."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return Decimal((sign, digits, exponent + power))


def own_writing(text: str, figure: Figure) -> str:
    """How a figure is written, where its value would be printed in another way; else nothing."""
    if len(_PART.findall(text)) > 1:
        return text  # 1億2千万円
    return f"{figure.value:,f}{figure.unit}" if _PADDED.search(text) else ""


def spelled_out(quantity: Quantity, known: frozenset[str]) -> Quantity | None:
    """The same without 万, 千 and 億; None where it has none.

    Args:
        quantity: a number with its unit.
        known: units that facts are declared in, which are units of their own.
    """
    power = 0
    changed = False
    words = re.split("([/・])", quantity.unit)
    sign = 1
    for index, word in enumerate(words):
        if word == "/":
            sign = -1
        found = _SCALED.fullmatch(word)
        if found is None or word in known:
            continue
        scale = found["scale"]
        power += sign * (_LARGE.get(scale[-1], 0) + _SMALL.get(scale[0], 0))
        words[index] = found["base"]
        changed = True
    return evolve(quantity, value=shifted(quantity.value, power), unit="".join(words)) if changed else None


def step_in_percent(step: str) -> str | None:
    """``0.5割`` in whole percents, as ``上位5%``; None where it is not whole."""
    percents = shifted(Decimal(step[:-1]), 1)
    return f"上位{int(percents)}%" if step[-1] == "割" and not percents % 1 else None


def units_of(facts: Iterable[FactDecl]) -> frozenset[str]:
    """The units that facts are declared in, each word of a compound one by itself."""
    return frozenset(name for fact in facts for name, _ in parse_unit(fact.unit).powers)


@define(eq=False)
class KeptSpelling:
    """The nodes of one text after the other of a file that is edited, spelled out; it keeps those of the last one."""

    _units: frozenset[str] | None = None
    _last: dict[int, tuple[NodeDecl, NodeDecl]] = field(factory=dict)
    _now: dict[int, tuple[NodeDecl, NodeDecl]] = field(factory=dict)

    def turn(self, units: frozenset[str]) -> None:
        """Go on to the next text, in which facts are declared in these units."""
        self._last, self._now = self._now if units == self._units else {}, {}
        self._units = units

    def node(self, node: NodeDecl, make: Callable[[], NodeDecl]) -> NodeDecl:
        """A node spelled out, made or as it was made before."""
        known = self._last.get(id(node))
        if known is None:
            known = self._now[id(node)] = node, make()
            return known[1]
        pending = [node]
        while pending:  # all that is in it is in this text, too
            part = pending.pop()
            self._now[id(part)] = self._last[id(part)]
            pending.extend(part.children)
        return known[1]


def spell_out(tree: T, known: Callable[[], frozenset[str]], text: str, kept: KeptSpelling | None = None) -> T:
    """A tree with all its figures in the one form of their meaning: without 万, 千, 億 and zeros at the end.

    Args:
        tree: a rulebook, a revision or an allocation.
        known: gives the units that the facts which it reads are declared in.
        text: what it was read from; most have no such figure, which is seen at once.
        kept: has the nodes of the text that it was before, and then those of this one.
    """
    if not _SUSPECT.search(text) and not _PADDED.search(text):
        return tree
    units = known()
    if kept is not None:
        kept.turn(units)

    def plain(part: Any) -> Quantity | NodeDecl | None:
        if kept is not None and isinstance(part, NodeDecl):
            node = part
            return kept.node(node, lambda: rebuild_within(node, plain))
        if not isinstance(part, Quantity):
            return None
        found = spelled_out(part, units)
        return evolve(found or part, written="") if part.written else found

    spelled: T = rebuild(tree, plain)
    return spelled
