"""Values as JSON and back: kinds of the table alone, each of them there, and nothing that is read is run."""

import pkgutil
import struct
from base64 import b64decode, b64encode
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import attrs
import pytest

import haiten.compiler.program
import haiten.compiler.syntax
from haiten.compiler.diagnostics import Cell, Diagnostic, WrongEncoding
from haiten.compiler.program.terms import Every
from haiten.compiler.source import Source, Span
from haiten.compiler.store.codec import CannotKeepError, WrongEntryError, decode, encode
from haiten.compiler.store.kinds import KINDS

ROOT = Path(__file__).parents[3]


def _text(*numbers: int) -> str:
    return b64encode(struct.pack(f"<{len(numbers)}I", *numbers)).decode()


def test_nothing_but_the_table_is_made() -> None:
    """A name that is no kind, a kind that is no diagnostic, a place outside the table."""
    source = Source("x", "y")
    known: Diagnostic = WrongEncoding(Cell(source.name), "CP932", cause=Span(source, 0, 1), examples=("例",))
    assert decode(encode(known, [source]), [source]) == known
    word, diagnostic, given, last = [9, 0], [8, 1, 0], [6, 1, 0], 9 + len(KINDS)
    for written in (
        [["system"], _text(*word, *diagnostic)],
        [["has_errors"], _text(*word, *diagnostic)],
        [["Severity"], _text(*word, *diagnostic)],
        [[], _text(*word)],
        [[], _text(*given)],
        [[], _text(last + 1, 0)],
        [[], _text(2**32 - 1, 0)],
        [[], _text(0)],
        [[], _text(0, 1, 0)],
        [["x"], _text(*word, 0, 2, 0)],
        [[], _text(0, 0)[:-1]],
        [[], "日本"],
        [[], [0, 0]],
        [[], ""],
        [],
        None,
        7,
    ):
        with pytest.raises(WrongEntryError):
            decode(written, [])
    assert decode([[], _text(0, 0)], []) == ()
    with pytest.raises(CannotKeepError):
        encode(object(), [])
    with pytest.raises(CannotKeepError):
        encode(1.5, [])


def test_a_diagnostic_with_a_part_too_many_is_none() -> None:
    """Nor is one with a part too few."""
    known = WrongEncoding(Cell("x"), "CP932")
    plain, text = encode(known, [])
    numbers = [*struct.unpack(f"<{len(b64decode(text)) // 4}I", b64decode(text))]
    (at,) = [at for at in range(len(numbers)) if numbers[at] == 8 and at + 2 + numbers[at + 1] == len(numbers)]
    head, parts = numbers[:at], numbers[at + 2 :]
    assert decode([plain, _text(*head, 8, len(parts), *parts)], []) == known
    for others in ([*parts, parts[-1]], parts[:-1]):
        with pytest.raises(WrongEntryError):
            decode([plain, _text(*head, 8, len(others), *others)], [])


def test_fields_that_go_by_name_are_read() -> None:
    """What a condition was written as is given by name alone."""
    condition = Every((), written="いずれも")
    made = decode(encode(condition, []), [])
    assert (made, made.written) == (condition, "いずれも")


def test_values_that_json_does_not_have_come_back() -> None:
    """Each as what it was; what has no order is written in one and the same."""
    values = ({"a", "b"}, frozenset([2, 1]), {"x": Fraction(1, 3)}, Decimal("1.50"), (None, True, 1, "1"))
    made = decode(encode(values, []), [])
    assert [*map(type, made)] == [*map(type, values)]
    assert repr(made[2:]) == repr(values[2:])
    assert made[:2] == values[:2]
    words = [f"語{number}" for number in range(20)]
    for kind in (set, frozenset):
        assert encode(kind(words), []) == encode(kind(reversed(words)), [])


def test_what_is_shared_stays_shared() -> None:
    """A value that stands in two places is one value again."""
    span = Span(Source("x", "y"), 0, 1)
    first, second = decode(encode((span, span), []), [])
    assert first is second
    assert first.source is not span.source
    assert (first.source.name, first.source.text) == ("x", "y")


def test_every_kind_of_the_table_is_there() -> None:
    """The table names what exists."""
    for module, name in KINDS:
        assert isinstance(getattr(import_module(module), name), type)
    assert len(set(KINDS)) == len(KINDS)


# Kinds of these folders that no compilation holds.
ELSEWHERE = {"AllocationLine", "LabelNumber", "NumberColumn", "Picked", "Reads", "Schema"}


def test_the_table_knows_every_kind() -> None:
    """Each kind of syntax or program that is added is kept: else nothing would be, and nobody would see."""
    found = set()
    for package in (haiten.compiler.syntax, haiten.compiler.program):
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, kind in vars(import_module(each.name)).items():
                if (
                    isinstance(kind, type)
                    and kind.__module__ == each.name
                    and (attrs.has(kind) or issubclass(kind, Enum))
                ):
                    found.add((each.name, name))
    # What a revision makes of an allocation is not kept: it builds on two files.
    found = {(module, name) for module, name in found if not module.endswith(".allocation_revision")}
    assert {name for pair in found - set(KINDS) for name in pair[1:]} == ELSEWHERE


def test_nothing_that_is_read_is_run() -> None:
    """Formats that run what they read are not used."""
    for path in sorted((ROOT / "compiler" / "store").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("pickle", "marshal", "eval(", "exec(", "shelve", "yaml") if word in text], path
