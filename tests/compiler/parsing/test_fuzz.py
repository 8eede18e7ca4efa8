"""Whatever stands in a file, reading it ends, soon, in a rulebook or in diagnostics.

``HYPOTHESIS_PROFILE=long`` reads 10,000 files of each kind instead of a hundred or more.
"""

import random
import time
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.diagnostics import Cell
from haiten.compiler.driver import Compilation, compile_file, compile_source
from haiten.compiler.driver import read as read_text
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.source import Source
from haiten.grammar import reserved_words

R2 = (Path(__file__).parents[3] / "examples" / "r2" / "allocation.haiten").read_text(encoding="utf-8")
R6 = (Path(__file__).parents[3] / "rules" / "r6" / "municipal.haiten").read_text(encoding="utf-8")
PIECES = [
    *sorted(reserved_words()),
    *"アイウ①②③ⅠⅡ「」『』〔〕（）()=：:、,。・～〜＋－×÷%％#※ 　\n\t",
    *("(ⅰ)", "(ii)", "「文」", "〔推定〕", "〔導出 要綱〕", "4点", "１６点"),
    *("0人超", "50,000人以上", "上位7割", "小数2桁", "2つ以上", "規模別"),
    *("比率", "高齢者人口", "推進.Ⅰ.(ⅰ).1.ア", "前年度(", "得点(", "四捨五入(", "https://a.jp/#x"),
    *("言語 1\n", "令和6年度 市町村 評価指標\n", "令和6年度 市町村 配分\n"),
    *("予算 推進 9円\n", "配分 基本 推進 残り\n", "交付額(", "9円"),
    "区分 規模 = 人口 「大」 1人以上 「小」 その他\n",
    *(
        "交付金 推進 「推」 4点\n",
        "目標 Ⅰ 「目」 4点\n",
        "指標群 (ⅰ) 「群」 4点\n",
        "指標 1 「指」 4点\n",
        "ア 「項」 4点 ",
    ),
]
HEAD = "言語 1\n令和6年度 市町村 評価指標\n"
LONG: Final = settings.default.max_examples
EXAMPLES: Final = max(150, LONG)
WHOLE: Final = LONG if LONG > 150 else 40  # of a whole rulebook, which takes far longer than the others


def read(text: str) -> Compilation:
    """Compile a text within five seconds; every diagnostic can be told, and what is right prints and reads again."""
    began = time.process_time()
    compilation = compile_source(Source("fuzz", text))
    assert time.process_time() - began < 5
    assert compilation.program is not None or compilation.diagnostics
    for diagnostic in compilation.diagnostics:
        assert diagnostic.message
        assert not isinstance(diagnostic.span, Cell)
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert diagnostic.pointer is not None
        assert isinstance(diagnostic.advice, tuple)
    reading = read_text(Source("fuzz", text))
    if reading.tree is not None and not reading.unreadable:
        printed = print_file(reading.tree)
        again = read_text(Source("printed", printed))
        assert again.tree == reading.tree
        assert again.tree is not None
        assert print_file(again.tree) == printed
    return compilation


@settings(max_examples=EXAMPLES)
@given(st.text(max_size=300))
def test_random_characters(text: str) -> None:
    """Any text at all."""
    read(text)


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=300))
def test_random_bytes(tmp_path_factory: object, data: bytes) -> None:
    """Any bytes at all, as a file."""
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.haiten"
    path.write_bytes(data)
    compilation = compile_file(path)
    assert compilation.program is not None or compilation.diagnostics


@settings(max_examples=EXAMPLES)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.booleans())
def test_random_tokens(pieces: list[str], blanks: bool) -> None:
    """Words and signs of the language in any order, with and without blanks between them."""
    read(HEAD + (" " if blanks else "").join(pieces))


def mangle(draw: random.Random, text: str) -> str:
    """A few cuts, doublings, swaps and slips in a text."""
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(len(text))
        end = min(at + draw.choice([1, 1, 1, 3, 20, 200]), len(text))
        match draw.randrange(5):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:end] + text[at:end] + text[end:]
            case 2:
                text = text[:at] + draw.choice(PIECES) + text[at:]
            case 3:
                text = text[:at] + draw.choice(PIECES) + text[end:]
            case _:
                to = draw.randrange(len(text))
                text = text[:to] + text[at:end] + text[to:]
    return text


@settings(max_examples=WHOLE)
@given(st.integers(0, 2**64))
def test_mangled_copies_of_r6(seed: int) -> None:
    """The real rulebook with a few accidents."""
    read(mangle(random.Random(seed), R6))


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**64))
def test_mangled_copies_of_an_allocation(seed: int) -> None:
    """A real allocation with a few accidents."""
    read(mangle(random.Random(seed), R2))
