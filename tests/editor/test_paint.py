"""Colours that are kept from keystroke to keystroke are those of a text painted at once."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.source import Source
from haiten.editor.occurrences import occurrences
from haiten.editor.paint import KINDS, Painted, Painter
from haiten.editor.symbols import Occurrence
from haiten.grammar.colours import stretches

ROOT = Path(__file__).parents[2]
SIGNS = (
    "「",
    "」",
    "〔",
    "〕",
    "\n",
    "\n\n",
    "# ",
    " ",
    "。",
    "𠮷",
    "\ud83d",
    "ア",
    "指標 9 ",
    "が",
    "4点",
    "\t",
    "　",
)


def placed(source: Source, numbers: list[int]) -> list[tuple[str, str]]:
    """Each coloured stretch: what stands there by units of UTF-16, and its kind; none lies over another."""
    assert {type(number) for number in numbers} <= {int}  # a truth would be another word of JSON
    lines = [line.encode("utf-16-le", "surrogatepass") for line in source.text.split("\n")]
    found = []
    line = character = end = 0
    for step, start, length, kind, _ in zip(*[iter(numbers)] * 5, strict=True):
        line, character = line + step, start + (0 if step else character)
        assert step or character >= end
        end = character + length
        assert 2 * end <= len(lines[line])
        found.append((lines[line][2 * character : 2 * end].decode("utf-16-le", "surrogatepass"), KINDS[kind]))
    return found


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
def test_names_are_coloured_by_what_they_are_and_the_rest_by_the_table(year: str) -> None:
    """Every name of a rulebook has its colour; every stretch of the table that no name lies in has its own."""
    compilation = compile_file(ROOT / f"rules/{year}/municipal.haiten")
    source, places = compilation.source, occurrences(compilation)
    assert source is not None
    told = placed(source, Painter().paint(source, places).numbers())
    names = {place.span.text for place in places}
    assert names <= {text for text, _ in told}
    touched = {place.span.line for place in places}
    for number, line in enumerate(source.text.split("\n"), 1):
        if number not in touched:
            assert [line[begin:end] for begin, end, _ in stretches(line)] == [
                text for text, _ in placed(Source("", line), Painter().paint(Source("", line), ()).numbers())
            ]


@given(st.randoms(use_true_random=False), st.sampled_from(["r6", "r7", "r8"]))
@settings(max_examples=8)
def test_a_text_that_is_edited_has_the_colours_of_one_painted_at_once(draw: random.Random, year: str) -> None:
    """Whole, between two lines, and as changes of what the editor has; with signs of two units, and halves of them."""
    compilation = compile_file(ROOT / f"rules/{year}/municipal.haiten")
    assert compilation.source is not None
    text, painter, had = compilation.source.text, Painter(), list[int]()
    before = Painted(())
    for _ in range(8):
        source = Source(compilation.source.name, text)
        places = moved(draw, source)
        painted = painter.paint(source, places)
        at_once = Painter().paint(source, places).numbers()
        assert painted.numbers() == at_once
        if (change := painted.change(before)) is not None:
            start, length, new = change
            had[start : start + length] = new
        assert had == at_once
        first = draw.randrange(source.lines)
        last = first + draw.randrange(60)
        assert (
            placed(source, painted.between(first, last))
            == placed(source, painted.between(0, last))[len(placed(source, painted.between(0, first - 1))) :]
        )
        before = painted
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice(SIGNS) + text[at + draw.choice((0, 0, 1, 40)) :]


def moved(draw: random.Random, source: Source) -> tuple[Occurrence, ...]:
    """Names for a text, as they are when it was compiled; of a text that came to nothing, none."""
    return occurrences(compile_source(source)) if draw.random() < 0.2 else ()
