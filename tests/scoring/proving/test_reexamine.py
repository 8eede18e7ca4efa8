"""What reasoning found is kept as long as words change, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

import haiten.scoring.proving.reexamine as module
from haiten.compiler.driver import Rereader, compile_file, compile_reading, compile_source
from haiten.compiler.source import Source
from haiten.scoring.proving.examine import examine
from haiten.scoring.proving.reexamine import Reexaminer
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

    def noted(program: module.Program) -> module.Reasoned:
        found.append(len(program.nodes))
        return original(program)

    monkeypatch.setattr(module, "reason", noted)
    return found


def held(reader: Rereader, examiner: Reexaminer, text: str) -> int:
    """What is found beside compiling, which is what is found anew."""
    source = Source("rules.haiten", text)
    kept = compile_reading(reader.read(source), Path(source.name), None, (), compile_file)
    anew = examine(compile_source(Source("rules.haiten", text)))
    found = examiner.examine(kept)
    assert plain(found.diagnostics) == plain(anew.diagnostics)
    assert found.files == anew.files
    return len(found.diagnostics)


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
