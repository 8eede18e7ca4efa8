"""What an editor is shown of a text that is edited is what it would be shown of the same text, opened at once."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp
from pygls.protocol import default_converter

from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.editor.desk import Desk, FileView
from haiten.editor.hints import Hint, lenses, sums
from haiten.editor.nation import Rates
from haiten.editor.occurrences import occurrences
from haiten.editor.outline import OutlineEntry, outline
from haiten.editor.positions import position_at
from haiten.editor.shown import ShownText
from haiten.editor.written_outline import OutlineWriter
from haiten.testing.grow import grow
from haiten.testing.keystrokes import edited

ROOT = Path(__file__).parents[2]
RULES = {year: ROOT / f"rules/{year}/municipal.haiten" for year in ("r6", "r7", "r8")}


def shown(page: FileView, kept: ShownText) -> dict[str, Any]:
    """All that is shown of a file, in values that compare."""
    return {
        "places": [(each.symbol, each.span.start, each.span.end, each.declares) for each in page.places],
        "colours": kept.colours(page).numbers(),
        "symbols": kept.outline(page).symbols,
        "folds": kept.outline(page).folds,
        "sums": [plain(hint) for hint in sums(page)],
        "lenses": [plain(hint) for hint in lenses(page, Rates())],
    }


def plain(hint: Hint) -> tuple[int, int, str, bool]:
    """A hint in values that compare."""
    return hint.at.start, hint.at.end, hint.words, hint.balanced


def hold(draw: random.Random, path: Path, text: str, other: str, edits: int) -> None:
    """Edit a text, and hold what is shown to what a desk shows that has just been opened."""
    desk, kept = Desk(), ShownText()
    for _ in range(edits):
        desk.open(path, text)
        page, fresh = desk.page(path), Desk()
        fresh.open(path, text)
        at_once = fresh.page(path)
        assert page.places == occurrences(page.compilation)
        mine, its = shown(page, kept), shown(at_once, ShownText())
        if page.readable is not page.compilation:  # what was readable before is known to one of them alone
            assert mine["sums"] == mine["lenses"] == []
        assert mine == its
        text = edited(draw, text, other)


@given(st.integers(0, 2**32), st.sampled_from(sorted(RULES)))
@settings(max_examples=5)
def test_real_rulebooks(seed: int, year: str) -> None:
    """With slips, moved lines, lines of another year, names that go and come."""
    draw = random.Random(seed)
    text, other = (RULES[each].read_text(encoding="utf-8") for each in (year, draw.choice(sorted(RULES))))
    hold(draw, RULES[year], text, other, 6)


@given(st.integers(0, 2**32))
@settings(max_examples=12)
def test_random_rulebooks(seed: int) -> None:
    """With all forms of the language."""
    draw = random.Random(seed)
    hold(draw, ROOT / "rules" / "here.haiten", print_rulebook(grow(seed)), print_rulebook(grow(seed + 1)), 8)


@pytest.mark.parametrize("year", sorted(RULES))
def test_an_outline_is_written_as_the_protocol_has_it(year: str) -> None:
    """The answer is read back as the protocol's values, which say what the outline says, by units of UTF-16."""
    desk = Desk()
    desk.open(RULES[year], RULES[year].read_text(encoding="utf-8").replace("介護", "𠮷護"))
    compilation = desk.page(RULES[year]).compilation
    source, entries = compilation.source, outline(compilation)
    assert source is not None
    assert entries
    converter, written = default_converter(), OutlineWriter().write(compilation)
    symbols = converter.structure(json.loads(written.symbols), list[lsp.DocumentSymbol])

    def held(entries: tuple[OutlineEntry, ...], symbols: list[lsp.DocumentSymbol]) -> None:
        for entry, symbol in zip(entries, symbols, strict=True):
            assert (symbol.name, symbol.detail or "") == entry.words[:2]
            start, named, end = (position_at(source, each) for each in (entry.head.start, entry.head.end, entry.end))
            assert (symbol.range, symbol.selection_range) == (lsp.Range(start, end), lsp.Range(start, named))
            held(entry.children, list(symbol.children or ()))

    held(entries, symbols)
    folds = converter.structure(json.loads(written.folds), list[lsp.FoldingRange])
    lines = [(symbol.range.start.line, symbol.range.end.line) for symbol in flat(symbols)]
    assert [(fold.start_line, fold.end_line) for fold in folds] == [
        (first, last) for first, last in lines if first < last
    ]


def flat(symbols: list[lsp.DocumentSymbol]) -> list[lsp.DocumentSymbol]:
    """Symbols and those below them, in their order."""
    return [each for symbol in symbols for each in (symbol, *flat(list(symbol.children or ())))]


def test_hints_of_a_window_are_those_of_its_lines() -> None:
    """Between two places, of a full rulebook and of a revision."""
    for path in RULES.values():
        desk = Desk()
        page = desk.page(path)
        every = list(sums(page))
        assert len(every) > 10
        for first, last in ((0, 3_000), (3_000, 9_000), (0, 10**9)):
            window = [plain(hint) for hint in sums(page, first, last)]
            assert window == [plain(hint) for hint in every if first <= hint.at.start < last]


def test_a_text_above_a_broken_base_stays_as_it_was_until_it_is_touched(rules: Path) -> None:
    """Changed, and changed back, it is shown as if it had just been opened: nothing of older texts is among it."""
    below, above = rules / "r7/municipal.haiten", rules / "r8/municipal.haiten"
    broken, text = (
        below.read_text(encoding="utf-8").replace("次のように", "のように", 1),
        above.read_text(encoding="utf-8"),
    )
    desk, fresh, kept = Desk(), Desk(), ShownText()
    desk.open(above, text)
    whole = shown(desk.page(above), kept)
    for each in (desk, fresh):
        each.open(below, broken)
    assert shown(desk.page(above), kept)["places"] == whole["places"]
    for each in (f" {text}", text):
        desk.open(above, each)
        page = desk.page(above)
    fresh.open(above, text)
    assert shown(page, kept) == shown(fresh.page(above), ShownText())
    assert len(page.places) < len(whole["places"])
