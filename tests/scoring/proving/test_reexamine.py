"""What reasoning found is kept as long as words change, and nothing else."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten.scoring.proving.reexamine as module
from haiten.compiler.checks import reach
from haiten.compiler.checks.findings import Finding
from haiten.compiler.driver import compile_reading, compile_source, on_disk
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.program.program import Node
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.rereader import Rereader
from haiten.compiler.source import Source
from haiten.scoring.proving.examine import examine
from haiten.scoring.proving.reexamine import Reexaminer
from haiten.testing.grow import grow
from haiten.testing.keystrokes import plain

TEXT = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 割合 : % 0以上 100以下 「割合」 〔要綱〕
交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点〔要綱〕
    指標群 (ⅰ) 「体制」〔要綱〕 4点〔要綱〕
      指標 1 「取組」〔要綱〕 4点〔要綱〕
        ア 「一つ目」〔要綱〕 1点 要件 割合 が 100%超
        イ 「二つ目」〔要綱〕 1点 要件 割合 が 0%以上
        ウ 「三つ目」〔要綱〕 2点 要件 割合 が 50%以上 かつ 割合 が 40%以上
"""

Edit = Callable[[str], str]
WORDS: list[Edit] = [
    lambda text: text.replace("一つ目", "一つ目の取組"),
    lambda text: text.replace("ア 「", "# 注\n        ア   「"),
    lambda text: text.replace("要件 割合 が 100%超", "\n  要件   割合   が   100%超"),
    lambda text: text.replace("「割合」", "「何かの割合」"),
    lambda text: text.replace("事実 割合 : %", "\n\n事実 割合 : %"),
]
MEANING: list[Edit] = [
    lambda text: text.replace("100%超", "10%超"),
    lambda text: text.replace("が 100%超", "が 10.0%超"),
    lambda text: text.replace(" 1点 要件 割合 が 0", " 0点 要件 割合 が 0").replace("4点", "3点"),
    lambda text: text.replace("100以下", "200以下"),
    lambda text: text.replace("イ 「二つ目」〔要綱〕 1点 要件 割合 が 0%以上", "イ 「二つ目」〔要綱〕 1点"),
]


@pytest.fixture
def reasoned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many nodes the rulebooks have that were reasoned about."""
    found: list[int] = []
    original = module.reason

    def noted(program: module.Program, kept: module.KeptReach) -> module.Diagnostics:
        found.append(len(program.nodes))
        return original(program, kept)

    monkeypatch.setattr(module, "reason", noted)
    return found


def held(reader: Rereader, examiner: Reexaminer, text: str) -> int:
    """What is found beside compiling, which is what is found anew."""
    source = Source("rules.haiten", text)
    kept = compile_reading(reader.read(source), Path(source.name), None, (), on_disk())
    found = examiner.examine(kept)
    assert plain(found) == plain(examine(compile_source(Source("rules.haiten", text))).diagnostics)
    return len(found)


@pytest.mark.parametrize("edit", WORDS)
def test_words_are_not_reasoned_about(reasoned: list[int], edit: Edit) -> None:
    """A text, a comment, a blank: what was found holds, where its clause now stands."""
    reader, examiner = Rereader(), Reexaminer()
    assert held(reader, examiner, TEXT) == 3
    assert held(reader, examiner, edit(TEXT)) == 3
    assert held(reader, examiner, TEXT) == 3
    assert len(reasoned) == 1


@pytest.mark.parametrize("edit", MEANING)
def test_what_means_another_thing_is_reasoned_about(reasoned: list[int], edit: Edit) -> None:
    """A bound, points, a range, a condition; undone, it is as it was."""
    reader, examiner = Rereader(), Reexaminer()
    held(reader, examiner, TEXT)
    held(reader, examiner, edit(TEXT))
    assert len(reasoned) == 2
    held(reader, examiner, TEXT)
    assert len(reasoned) == 2


def test_few_versions_are_kept(reasoned: list[int]) -> None:
    """What is kept does not grow with the edits."""
    reader, examiner = Rereader(), Reexaminer()
    for bound in range(90, 100):
        held(reader, examiner, TEXT.replace("100%超", f"{bound}%超"))
    held(reader, examiner, TEXT.replace("100%超", "90%超"))
    assert len(reasoned) == 11


FIGURE = re.compile(r"(?<=上位)[0-9]|[0-9]+(?=%|点|人|件)|かつ|又は|以上|未満")
OTHER = {"かつ": "又は", "又は": "かつ", "以上": "超", "未満": "以下"}


@settings(max_examples=5)
@given(st.integers(0, 2**32))
def test_what_an_edit_cannot_reach_is_kept(seed: int) -> None:
    """Figures and words of conditions, one after the other: what is found is what is found anew."""
    draw, reader, examiner = random.Random(seed), Rereader(), Reexaminer()
    text = print_file(grow(seed % 1000))
    for _ in range(6):
        held(reader, examiner, text)
        place = draw.choice([*FIGURE.finditer(text)])
        text = text[: place.start()] + OTHER.get(place[0], str(draw.randrange(1, 9))) + text[place.end() :]


def test_few_nodes_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of a rank that is another one: the nodes that rest on its fact, and those above them."""
    looked: list[str] = []
    original = reach._leaf

    def noted(regions: Regions, leaf: Node) -> Iterator[Finding]:
        looked.append(leaf.path)
        return original(regions, leaf)

    monkeypatch.setattr(reach, "_leaf", noted)
    text = (Path(__file__).parents[3] / "rules" / "r6" / "municipal.haiten").read_text(encoding="utf-8")
    reader, examiner = Rereader(), Reexaminer()

    def examined(version: str) -> int:
        before = len(looked)
        source = Source("rules.haiten", version)
        examiner.examine(compile_reading(reader.read(source), Path(source.name), None, (), on_disk()))
        return len(looked) - before

    assert examined(text) > 100
    assert 0 < examined(text.replace("給付費伸び率指数 が 上位7割", "給付費伸び率指数 が 上位6割")) < 10


@pytest.mark.parametrize("edit", WORDS)
def test_a_wrong_total_is_not_reasoned_about_with_every_word(monkeypatch: pytest.MonkeyPatch, edit: Edit) -> None:
    """As long as words change, and when what was tried out is undone; another total is looked at."""
    looked: list[int] = []
    original = module.reason_beyond

    def noted(program: module.Program, diagnostics: module.Diagnostics) -> module.Diagnostics:
        looked.append(len(diagnostics))
        return original(program, diagnostics)

    monkeypatch.setattr(module, "reason_beyond", noted)
    reader, examiner = Rereader(), Reexaminer()
    wrong = TEXT.replace("指標 1 「取組」〔要綱〕 4点", "指標 1 「取組」〔要綱〕 2点")
    assert held(reader, examiner, wrong) > 0
    held(reader, examiner, edit(wrong))
    assert len(looked) == 1
    held(reader, examiner, wrong.replace("2点", "3点"))
    assert len(looked) == 2
    held(reader, examiner, wrong)
    assert len(looked) == 2
