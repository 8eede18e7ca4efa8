"""What checks and reasoning keep of one version of a rulebook for the next is what they would find in it anew."""

from collections.abc import Iterator
from typing import Final

import pytest
from attrs import evolve

from haiten.compiler.checks import kept_checks, reach
from haiten.compiler.checks.kept_checks import KeptChecks
from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.checks.kept_reach import KeptReach
from haiten.compiler.checks.reach import check_reach
from haiten.compiler.diagnostics import AlwaysHolds, Diagnostic, NeverHolds, UnreachableMaximum
from haiten.compiler.driver import compile_source
from haiten.compiler.program.program import Node, Program
from haiten.compiler.proofs import possible
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.source import Source
from haiten.testing.keystrokes import plain

TEXT: Final = """言語 1
令和6年度 市町村 評価指標
事実 割合 : % 0以上 100以下
事実 件数 : 件 0以上 10以下
交付金 推進 「推進」 7点
  目標 Ⅰ 「目標」 7点
    指標群 (ⅰ) 「体制」 4点
      指標 1 「取組」 4点
        ア 「a」 1点 要件 割合 が 50%以上
        イ 「b」 1点 要件 件数 が 5件以上
        ウ 「c」 1点 要件 ア かつ 割合 が 40%以上
        エ 「d」 1点 要件 イ かつ 件数 が 4件以上
    指標群 (ⅱ) 「結果」 3点
      指標 1 「取組」 3点
        ア 「e」 1点 要件 該当
        イ 「f」 1点
        ウ 「g」 1点 要件 割合 が 40%以上
"""


def program_of(text: str) -> Program:
    made = compile_source(Source("rules.haiten", text)).program
    assert made is not None
    return made


def changed(*edits: tuple[str, str]) -> str:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


FIRST: Final = ("50%以上", "100%超")
SECOND: Final = ("5件以上", "10件超")
NEVER: Final = ("要件 該当", "要件 該当 でない")


@pytest.mark.parametrize(
    "text",
    [
        changed(FIRST),
        changed(SECOND),
        changed(FIRST, SECOND),
        changed(NEVER, ("交付金 推進", "# 注\n交付金 推進")),
        changed(("件数 が 4件", "割合 が 4%")),
        changed(("「g」 1点 要件 割合 が 40%以上", "「g」 1点 要件 割合 が 100%超")),
    ],
)
def test_what_rests_on_nodes_that_change_is_looked_at(text: str) -> None:
    """What refers to them, and all above them, there and back; also where what they ask rests on nothing."""
    kept, found = KeptReach(), []
    for version in (TEXT, text, TEXT, changed(FIRST, NEVER), text, changed(SECOND)):
        program = program_of(version)
        found.append(plain(check_reach(program)))
        assert plain(check_reach(program, kept)) == found[-1]
    assert found[0] != found[1]


SETTLED: Final = """言語 1
令和6年度 市町村 評価指標
事実 割合 : % 0以上 100以下
定数 目標値 = 50%
交付金 推進 「推進」 9点
  目標 Ⅰ 「目標」 9点
    指標群 (ⅰ) 「体制」 4点
      指標 1 「多い」 4点 要件 割合 が 50%以上
    指標群 (ⅱ) 「結果」 5点
      指標 1 「少ない」 1点 要件 割合 が 50%未満
      指標 2 「他」 4点 要件 目標値 が 40%以上
"""


def test_what_rests_on_nothing_is_felt_above() -> None:
    """What a constant decides no fact has a say in; it is one of all above."""
    kept, told = KeptReach(), []
    for version in (SETTLED, SETTLED.replace("40%以上", "60%以上"), SETTLED):
        program = program_of(version)
        found = check_reach(program)
        told.append([type(each.diagnostic) for each in found])
        assert plain(check_reach(program, kept)) == plain(found)
    assert told == [[AlwaysHolds, UnreachableMaximum], [NeverHolds], [AlwaysHolds, UnreachableMaximum]]


def test_where_steps_run_short_all_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that takes half of the steps there are is looked at once more, as a whole."""
    used: list[Regions] = []

    def noted(program: Program) -> Regions:
        used.append(Regions(program))
        return used[-1]

    monkeypatch.setattr(reach, "Regions", noted)
    few, many = program_of(TEXT), program_of(changed(("件数 が 4件以上", "件数 × 3 － 件数 × 件数 ÷ 2件 が 4件以上")))
    for program in (few, many):
        check_reach(program)
    steps = [regions.work_at_first - regions.work.left for regions in used]
    assert 0 < steps[0] < steps[1]
    monkeypatch.setattr(possible, "MOST_STEPS_BESIDE", sum(steps))
    monkeypatch.setattr(possible, "MOST_STEPS_A_LEAF", 0)
    kept, looks = KeptReach(), []
    for program in (few, few, many, few, few):
        del used[:]
        assert plain(check_reach(program, kept)) == plain(check_reach(program))
        looks.append(len(used) - 1)
    assert looks == [1, 1, 2, 1, 1]


def test_a_slip_and_its_undoing_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the last two versions what was found is kept, of older ones it is not."""
    versions, seen = [program_of(changed(edit)) for edit in (FIRST, SECOND, NEVER)], list[Program]()

    def check(program: Program, _: KeptParts) -> Iterator[Diagnostic]:
        seen.append(program)
        yield from ()

    monkeypatch.setattr(kept_checks, "CHECKS", (check,))
    kept = KeptChecks()
    for place in (0, 1, 0, 1, 2, 1, 0):
        kept.run(versions[place])
    assert [versions.index(program) for program in seen] == [0, 1, 2, 0]


def test_parts_are_made_of_what_stands_below_too() -> None:
    """Of nodes above one that is another, as far up as is said; and in the order that they have now."""
    kept, program = KeptParts(), program_of(TEXT)

    def worth(program: Program, node: Node) -> int | None:
        below = [program.nodes[child] for child in node.children]
        return sum(each.maximum + sum(program.nodes[child].maximum for child in each.children) for each in below)

    def leaves(_: Program, node: Node) -> str | None:
        return node.path if node.is_leaf else None

    for version in (program, more(program, "推進.Ⅰ.(ⅰ).1.ア"), more(program, "推進.Ⅰ.(ⅱ)"), turned(program), program):
        of_all = {path: worth(version, node) for path, node in version.nodes.items()}
        assert [*kept.of(version, worth, below=2).items()] == [*of_all.items()]
        assert [*kept.of(version, leaves)] == [path for path, node in version.nodes.items() if node.is_leaf]


def more(program: Program, path: str) -> Program:
    """With one node that gives more points, and no other object."""
    return evolve(program, nodes=program.nodes | {path: evolve(program.nodes[path], maximum=9)})


def turned(program: Program) -> Program:
    """With the same objects in another order."""
    return evolve(program, nodes=dict(reversed(program.nodes.items())))
