"""A text that is edited is read as if it were read anew."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten.compiler.parsing.reparse as module
from haiten.compiler.folding.fold import fold
from haiten.compiler.folding.refold import refold
from haiten.compiler.parsing.parse import parse
from haiten.compiler.parsing.reparse import Reparser
from haiten.compiler.source import Source, Span
from haiten.testing.keystrokes import edited, plain

RULES = Path(__file__).parents[3] / "rules"
FILES = ("r6/municipal.haiten", "r7/municipal.haiten", "r8/municipal.haiten", "r8/allocation.haiten")
TEXTS = {name: (RULES / name).read_text(encoding="utf-8") for name in FILES}
R6 = TEXTS[FILES[0]]


def spans(value: Any) -> Iterator[Span]:
    """All spans of a value."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from spans(part)
    elif attrs.has(type(value)) and not isinstance(value, Source):
        for each in attrs.fields(type(value)):
            yield from spans(getattr(value, each.name))


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.sampled_from([FILES[0], *FILES]))
def test_what_is_kept_is_what_would_be_read(seed: int, name: str) -> None:
    """Statements, mistakes and comments with their places, whatever is typed, broken, moved, pasted and undone."""
    draw, text, parser, folded = random.Random(seed), TEXTS[name], Reparser(), None
    for _ in range(8):
        source = Source(name, text)
        folded = fold(source) if folded is None else refold(folded, source)
        anew = fold(Source(name, text))
        assert plain(folded) == plain(anew)
        read = parser.parse(folded)
        assert plain(read) == plain(parse(anew))
        assert all(span.source is source for span in spans(read))
        text = TEXTS[name] if draw.random() < 0.12 else edited(draw, text, R6)


def read_with(monkeypatch: pytest.MonkeyPatch, *texts: str) -> list[int]:
    """How many statements were read of each text."""
    read: list[int] = []
    original = module.run_parser

    def counted(*arguments: Any) -> Any:
        run = original(*arguments)
        read.append(len(run.pieces))
        return run

    monkeypatch.setattr(module, "run_parser", counted)
    parser = Reparser()
    for text in texts:
        parser.parse(fold(Source("r6", text)))
    return read


@pytest.mark.parametrize("typed", ["新しい", "「", "\n", "# 注", "4点 x", ""])
def test_few_statements_are_read_again(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """An edit costs the statements near it, be it a slip; so does an edit below one."""
    at = len("".join(R6.splitlines(keepends=True)[:100]))
    slip = R6[:at] + typed + R6[at + 3 :]
    whole, first, other = read_with(monkeypatch, R6, slip, f"{slip}\n# 終わり\n")
    assert whole > 400
    assert first < 90
    assert other < 90


def test_what_is_kept_moves_with_the_text() -> None:
    """A statement that stays is the same object, and its spans are where it stands now."""
    parser = Reparser()
    before = parser.parse(fold(Source("r6", R6)))
    text = R6.replace("出典 集計 ", "出典  集計 ")
    after = parser.parse(fold(source := Source("r6", text)))
    assert after.statements[-1] is before.statements[-1]
    assert after.statements[-1].span.source is source
    assert after.statements[-1].span.start == R6.rindex("目標") + 1
