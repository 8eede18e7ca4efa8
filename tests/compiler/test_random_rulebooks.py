"""Random rulebooks compile; with one thing broken they are refused with the code of that mistake."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.testing.grow import grow
from strategies import SEEDS

Breaker = Callable[[str, random.Random], str | None]


def one(pattern: str, put: str | Callable[[re.Match[str]], str]) -> Breaker:
    """Change one of the places that a pattern finds, drawn at random; None where there is none."""

    def break_it(text: str, draw: random.Random) -> str | None:
        places = list(re.finditer(pattern, text, re.MULTILINE))
        if not places:
            return None
        chosen = draw.choice(places)
        new = put if isinstance(put, str) else put(chosen)
        return text[: chosen.start()] + new + text[chosen.end() :]

    return break_it


BREAKERS: dict[str, tuple[str, Breaker]] = {
    "a text left open": ("H102", one(r"の文」", "の文")),
    "a broken group label": ("H103", one(r"指標群 \(ⅰ\)", "指標群 (ⅰ")),
    "a particle doubled": ("H103", one(r" が 上位", " が が 上位")),
    "a number of 31 digits": ("H105", one(r"(?<=が )\d+(?=人)", "1" * 31)),
    "the header gone": ("H107", one(r"^言語 1\n", "")),
    "a Latin numeral": ("H113", one(r"目標 Ⅰ 「", "目標 I 「")),
    "an unknown name": ("H201", one(r"(?<=要件 )(?=率 が)", "失業")),
    "a fact declared twice": ("H202", one(r"^事実 離島 : 該当.*\n", lambda m: m[0] * 2)),
    "a reserved name": ("H203", one(r"^事実 離島 ", "事実 市町村 : 該当\n事実 離島 ")),
    "a doubled label": ("H205", one(r"^( +)ア (「.*)\n(?!\1  )", lambda m: m[0] + m[0])),
    # 推進 always has goals, of which this is never the next.
    "a label left out": (
        "H206",
        one(r"^交付金 推進(?:.|\n)*?(?=^交付金 |^別枠 |\Z)", lambda m: f"{m[0]}  目標 Ⅸ 「余分」〔要綱〕 0点\n"),
    ),
    "a fact that nothing uses": ("H207", one(r"^事実 離島 ", "事実 面積 : 件\n事実 離島 ")),
    "another unit": ("H301", one(r"(?<=[0-9])人(?=以上|以下|超|未満|と等しい)(?!.*「)", "件")),
    "a total that is off": ("H401", one(r"(?<=^  目標 Ⅰ 「Ⅰの文」〔要綱〕 )\d+(?=点)", "999")),
    "points left out": ("H402", one(r"(?<=^      指標 1 「1の文」〔要綱〕) \d+点.*$", "")),
    "an unknown source": ("H701", one(r"〔要綱〕", "〔要項〕")),
    "a citation that cannot be read": ("H704", one(r"〔要綱〕", "〔導出〕")),
}


@settings(max_examples=examples(300))
@given(SEEDS)
def test_random_rulebooks_compile(seed: int) -> None:
    """Every rulebook that is well-formed is accepted; what may be warned of is no error."""
    compilation = compile_source(Source("random", print_rulebook(grow(seed))))
    assert compilation.ok, [(d.code, d.message) for d in compilation.diagnostics]


@settings(max_examples=examples(400))
@given(SEEDS, st.sampled_from(sorted(BREAKERS)))
def test_one_thing_broken_is_told_by_its_code(seed: int, breaker: str) -> None:
    """The code of the mistake is among the errors, and no other error is."""
    code, break_it = BREAKERS[breaker]
    broken = break_it(print_rulebook(grow(seed)), random.Random(seed))
    if broken is None:
        return
    found = compile_source(Source("random", broken)).diagnostics
    told = {d.code for d in found if d.severity.value == "error" or d.code == code}
    assert told == {code}, (breaker, [(d.code, str(d.span), d.message) for d in found])


@pytest.mark.parametrize("points", ["4点", "1,200点", "１，２００点"])
def test_a_text_left_open_is_told_once_whatever_the_points_behind_it(points: str) -> None:
    """The points behind a forgotten 」 are found in every way of writing them."""
    text = f"言語 1\n令和6年度 市町村 評価指標\n交付金 推進 「交 {points}\n  目標 Ⅰ 「目」 {points}\n"
    found = compile_source(Source("open", text)).diagnostics
    assert [d.code for d in found if d.severity.value == "error"] == ["H102"], found
