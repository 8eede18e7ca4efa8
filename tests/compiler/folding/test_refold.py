"""A text that is edited is folded around the edit alone, and comes to what it would come to at once."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten.compiler.folding.refold as module
from haiten.compiler.folding.fold import Folded, fold
from haiten.compiler.folding.refold import refold
from haiten.compiler.source import Source
from haiten.testing.keystrokes import plain

R6 = (Path(__file__).parents[3] / "rules" / "r6" / "municipal.haiten").read_text(encoding="utf-8")
LINES = R6.split("\n")
SIGNS = (
    "「",
    "」",
    "「",
    "」",
    "\n",
    "\n\n",
    "『",
    "』",
    " ",
    "あ",
    "# 注「",
    "を",
    "」を「",
    "の要件 「",
    "4点",
    "〔要綱〕",
)


@given(st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_texts_that_are_opened_and_closed(draw: random.Random) -> None:
    """Brackets that are typed and taken away, on lines of a rulebook or of brackets alone."""
    first = draw.randrange(len(LINES) - 12)
    text = "\n".join(LINES[first : first + 12])
    if draw.random() < 0.3:
        text = "\n".join(
            "".join(draw.choices(["「", "」", "あ", " ", "ア 2点"], k=draw.randrange(5))) for _ in range(14)
        )
    known = fold(Source("rules", text))
    for _ in range(10):
        at = draw.randrange(len(text) + 1)
        typed = draw.choice(SIGNS) if draw.random() < 0.55 else ""
        text = text[:at] + typed + text[at + (0 if typed else draw.choice([1, 1, 1, 2, 5, 30])) :]
        source = Source("rules", text)
        known = refold(known, source)
        assert plain(known) == plain(fold(source))


def test_a_text_that_is_left_open_does_not_have_all_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the one whose bracket is gone, nor one far away, nor its mending."""
    known, whole = fold(Source("rules", R6)), []

    def noted(source: Source) -> Folded:
        whole.append(source)
        return fold(source)

    monkeypatch.setattr(module, "fold", noted)
    at, other = R6.index("」〔"), R6.rindex("点\n")
    spoilt = R6[:at] + R6[at + 1 :]
    for text in (spoilt, spoilt[:other] + "\n" + spoilt[other:], R6):
        known = refold(known, Source("rules", text))
        assert plain(known) == plain(fold(known.source))
    assert whole == []
