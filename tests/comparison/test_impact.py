"""One population under two years' rules: what carries over, what does not, and that the parts add up."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import haiten
import populations
from effort import examples
from haiten.comparison.diff import diff
from haiten.comparison.history import trace_history
from haiten.comparison.impact import Impact, impact
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, facts_from, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.edit import next_year
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

RULES = Path(__file__).parents[2] / "rules"
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def books() -> dict[str, Rulebook]:
    return {year: haiten.compile(RULES / year / "municipal.haiten") for year in ("r6", "r7", "r8")}


def nation(book: Rulebook, folder: Path) -> Facts:
    """1,741 bodies of which exactly as many have each leaf as was published."""
    facts = book.read_facts(populations.nation(folder / "nation.csv", book.program.year)).facts
    assert facts is not None
    return facts


def adds_up(found: Impact) -> bool:
    old, _, new, _ = found.totals
    return bool((sum(item.delta for item in found.items) == new - old).all())


def answers(paths: dict[str, list[bool | None]]) -> Facts:
    size = len(next(iter(paths.values())))
    bodies = tuple(Body(f"{10001 + i}") for i in range(size))
    return Facts(bodies, answers={path: truth_from(cells) for path, cells in paths.items()})


def test_three_answers_become_one(books: dict[str, Rulebook]) -> None:
    """推進Ⅱ(ⅰ)2ア: R6's ①②③ are R7's one answer where all three hold, and unknown where that is not decided."""
    path = "推進.Ⅱ.(ⅰ).2.ア"
    cells: list[tuple[bool | None, ...]] = [
        (True, True, True),
        (True, False, True),
        (True, None, True),
        (False, None, True),
        (None, None, None),
    ]
    facts = answers({f"{path}.{label}": [row[i] for row in cells] for i, label in enumerate("①②③")})
    found = impact(books["r6"], books["r7"], facts)
    certain, possible = found.new.counted(path)
    assert certain.tolist() == [6, 0, 0, 0, 0]
    assert possible.tolist() == [6, 0, 6, 0, 6]
    assert found.old.counted(path)[0].tolist() == [6, 4, 4, 2, 0]
    (item,) = [item for item in found.items if item.path == path]
    assert item.delta.tolist() == [0, -4, -4, -2, 0]
    assert path in found.transfer.derived


def test_answers_follow_renumbered_items(books: dict[str, Rulebook]) -> None:
    """R6's 支援Ⅱ(ⅰ)3ア is R7's 1ア; its answer does not go to the new indicator that took the number."""
    facts = answers({"支援.Ⅱ.(ⅰ).3.ア": [True], "支援.Ⅱ.(ⅰ).1.ア": [True], "支援.Ⅰ.(ⅰ).4.エ": [True]})
    found = impact(books["r6"], books["r7"], facts)
    new = {path: [column[0] for column in found.new.counted(path)] for path in found.new.program.nodes}
    assert new["支援.Ⅱ.(ⅰ).1.ア"] == [5, 5]
    assert new["支援.Ⅱ.(ⅰ).3.ア"] == [0, 5], "new, and so unknown"
    assert new["支援.Ⅰ.(ⅰ).4.オ"] == [2, 2]
    assert new["支援.Ⅰ.(ⅰ).4.エ"] == [0, 1], "carried from ウ, which was not answered"
    assert [u.path for u in found.transfer.dropped] == ["支援.Ⅱ.(ⅰ).1.ア"]
    assert {u.path for u in found.transfer.unknown} == {f"支援.Ⅱ.(ⅰ).3.{label}" for label in "アイウエ"}


def test_the_nation_from_r7_to_r8(books: dict[str, Rulebook], tmp_path: Path) -> None:
    """Only 支援Ⅱ(ⅰ)1 moves: each of five items loses a point where it was awarded, and the new one is open."""
    found = impact(books["r7"], books["r8"], nation(books["r7"], tmp_path))
    old, old_most, new, most = found.totals
    assert (old == old_most).all()
    assert adds_up(found)
    counts = populations.published("national_counts.csv", "令和7年度", "municipalities")
    lost = sum(counts[f"支援.Ⅱ.(ⅰ).1.{label}"] for label in "アイウエオ")
    assert int((old - new).sum()) == lost
    assert ((most - new) == 5).all()
    moved = {item.path: int(item.delta.sum()) for item in found.items if item.delta.any()}
    assert moved.pop("支援.Ⅰ.(ⅰ).6.イ") == -moved.pop("支援.Ⅰ.(ⅰ).6.ウ") == counts["支援.Ⅰ.(ⅰ).6.イ"]
    assert moved == {f"支援.Ⅱ.(ⅰ).1.{label}": -counts[f"支援.Ⅱ.(ⅰ).1.{label}"] for label in "アイウエオ"}
    assert [u.path for u in found.transfer.unknown] == ["支援.Ⅱ.(ⅰ).1.カ"]
    assert found.transfer.assumed == tuple(f"推進.Ⅰ.(ⅱ).1.{label}" for label in "アイウエ")


def test_ranks_are_one_plus_who_has_more(books: dict[str, Rulebook], tmp_path: Path) -> None:
    """Ranks of both years, ties shared, as a plain count says."""
    found = impact(books["r6"], books["r7"], nation(books["r6"], tmp_path))
    for new, points in ((False, found.totals[0]), (True, found.totals[2])):
        plain = [1 + int((points > mine).sum()) for mine in points[:200]]
        assert found.ranks(new=new)[:200].tolist() == plain
    assert adds_up(found)


def test_kitashiobara_from_r6_to_r7(books: dict[str, Rulebook]) -> None:
    """北塩原村 had all 20 points of the indicator that ended; what took its place is open."""
    facts = books["r6"].read_facts(EXAMPLES / "kitashiobara_r6.csv").facts
    assert facts is not None
    found = impact(books["r6"], books["r7"], facts)
    assert [int(column[0]) for column in found.totals] == [295, 295, 275, 295]
    assert adds_up(found)


def test_the_same_rules_change_nothing(books: dict[str, Rulebook], tmp_path: Path) -> None:
    """Under the same rulebook every fact is carried, and nobody gains or loses."""
    facts = nation(books["r6"], tmp_path)
    found = impact(books["r6"], books["r6"], facts)
    assert not found.transfer.unknown
    assert not found.transfer.dropped
    for old, new in ((0, 2), (1, 3)):
        assert (found.totals[old] == found.totals[new]).all()
    assert not any(item.delta.any() for item in found.items)


@settings(max_examples=examples(60))
@given(SEEDS)
def test_the_parts_add_up_on_complete_sheets(seed: int) -> None:
    """Where nothing is unknown, the deltas of items (and of what 上限 cuts) add up to the delta of the total."""
    base = print_rulebook(grow(seed))
    old = Rulebook(compile_source(Source("old", base)))
    draw = random.Random(seed)
    facts = facts_from(old.program, sheets_for(old.program, draw, 7, 0.0))
    found = impact(old, old, facts)
    assert adds_up(found)
    assert (found.totals[0] == found.totals[2]).all()


@settings(max_examples=examples(60))
@given(SEEDS)
def test_any_two_rulebooks_can_be_compared(seed: int) -> None:
    """Whatever the second rulebook is like, bodies keep their place and ranges are ranges."""
    old = compile_source(Source("old", print_rulebook(grow(seed))))
    new = compile_source(Source("new", print_rulebook(next_year(seed))))
    if not (old.ok and new.ok):
        return
    before, after = Rulebook(old), Rulebook(new)
    draw = random.Random(seed)
    found = impact(before, after, facts_from(before.program, sheets_for(before.program, draw, 7, 0.2)))
    assert found.new.bodies == found.old.bodies
    assert all((low <= high).all() for low, high in (found.totals[:2], found.totals[2:]))


def test_a_count_of_answers_carries_over() -> None:
    """引継ぎ understands かつ, 又は, でない and のうち n つ, with answers that are unknown."""
    base = compile_source(
        Source(
            "old",
            "言語 1\n令和6年度 市町村 評価指標\n交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n指標群 (ⅰ) 「群」 4点\n"
            "指標 1 「指」 4点\nア 「a」 1点\nイ 「b」 1点\nウ 「c」 1点\nエ 「d」 1点\n",
        )
    )
    above = "推進.Ⅰ.(ⅰ).1"
    conditions = {
        "ア": f"{above}.ア〜{above}.ウ のうち 2つ以上",
        "イ": f"{above}.ア かつ {above}.イ でない",
        "ウ": f"{above}.ア 又は {above}.ウ",
        "エ": f"{above}.エ のうち {above}.ア",
    }
    text = (
        "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
        f"{above} を次のように改める。\n  指標 1 「指」 4点\n"
        + "".join(f"    {label} 「{label}」 1点\n    引継ぎ {condition}\n" for label, condition in conditions.items())
    )
    from haiten.compiler.driver import read
    from haiten.compiler.syntax.revision import Revision

    tree = read(Source("new", text)).tree
    assert isinstance(tree, Revision)
    assert base.syntax is not None
    made = revise(base.syntax, tree)
    assert made.rulebook is not None, made.diagnostics
    after = compile_source(Source("consolidated", print_rulebook(made.rulebook)))
    assert after.ok, after.diagnostics
    rows: list[tuple[bool | None, ...]] = [
        (True, True, False, True),
        (True, False, None, None),
        (False, None, None, True),
        (None, True, False, None),
    ]
    facts = answers({f"{above}.{label}": [row[i] for row in rows] for i, label in enumerate("アイウエ")})
    found = impact(Rulebook(base), Rulebook(after), facts)
    got = [
        [
            (int(found.new.counted(f"{above}.{x}")[0][i]), int(found.new.counted(f"{above}.{x}")[1][i]))
            for x in "アイウエ"
        ]
        for i in range(len(rows))
    ]
    assert got == [
        [(1, 1), (0, 0), (1, 1), (1, 1)],
        [(0, 1), (1, 1), (1, 1), (0, 1)],
        [(0, 1), (0, 0), (0, 1), (0, 0)],
        [(0, 1), (0, 0), (0, 1), (0, 1)],
    ]
    assert np.all(found.old.total()[0] == [3, 1, 1, 1])


SHARED = """推進.Ⅳ.成果.1.イ.① の配点「5点」を「7点〔要綱〕」に改める。
  理由 「軽い方を厚くする」〔要綱〕
推進.Ⅳ.成果.1.イ.④ の配点「5点」を「3点〔要綱〕」に改める。
推進.Ⅳ.成果.5 を削る。
  理由 「指標の見直し」〔要綱〕
推進.Ⅳ の配点「100点」を「80点〔要綱〕」に改める。
推進.Ⅳ.成果 の配点「100点」を「80点〔要綱〕」に改める。
推進 の配点「400点」を「380点〔要綱〕」に改める。
支援 の配点「400点」を「380点〔要綱〕」に改める。
"""
CLASSES = """区分 規模 = 高齢者人口
  「1万人以上」 10,000人以上
  「1万人未満」 その他
推進.Ⅱ.(ⅱ).1.イ の要件「ケアプラン点検割合 が 上位5割」を「ケアプラン点検割合 が 規模別 上位5割」に改める。
"""


def next_of(base: Rulebook, amendments: str) -> Rulebook:
    text = (
        "言語 1\n令和9年度 市町村 評価指標\n令和8年度 市町村 評価指標 を次のように改正する。\n"
        f"題名 「令和9年度」\n出典 要綱 「令和9年度 評価指標」\n{amendments}"
    )
    made = Rulebook(compile_source(Source("r9", text), base.compilation))
    assert made.ok, made.diagnostics
    return made


def test_what_moves_is_what_the_diff_tells(books: dict[str, Rulebook]) -> None:
    """Eight bodies of two classes: four flip, in the item that changed; what is unknown in both years moves nowhere."""
    base = books["r8"]
    after = next_of(base, CLASSES)
    sizes, shares = [20_000] * 4 + [5_000] * 4, [90, 80, 70, 60, 40, 30, 20, 10]
    facts = Facts(tuple(Body(f"{99001 + number}") for number in range(8)))
    facts.numbers["高齢者人口"] = numbers_from(sizes, 0)
    facts.numbers["ケアプラン点検割合"] = numbers_from([share * 100 for share in shares], 2)
    found = impact(base, after, facts)
    moved = {item.path: item for item in found.items if item.moved.any()}
    assert list(moved) == ["推進.Ⅱ.(ⅱ).1.イ"]
    assert moved["推進.Ⅱ.(ⅱ).1.イ"].delta.tolist() == [0, 0, -4, -4, 4, 4, 0, 0]
    told = {meaning.new_path: meaning.verdict for meaning in diff(base, after).meanings}
    assert told["推進.Ⅱ.(ⅱ).1.イ"] == "incomparable"


def test_what_stands_in_two_places_moves_in_both(books: dict[str, Rulebook]) -> None:
    """Points of 推進.Ⅳ are points of 支援.Ⅳ: each is an item of its own, and its history tells the same amendments."""
    after = next_of(books["r8"], SHARED)
    years = (after.compilation, books["r8"].compilation)
    for grant in ("推進", "支援"):
        history = trace_history(years, f"{grant}.Ⅳ.成果.1.イ.①")
        assert history is not None
        (touch,) = history.stages[0].touches
        assert touch.what == "配点の変更"
        assert touch.reason is not None
        assert touch.reason.value == "軽い方を厚くする"
        ended = trace_history(years, f"{grant}.Ⅳ.成果.5.ア")
        assert ended is not None
        assert ended.ended == "令和9年度"
        assert ended.ending is not None
        assert ended.ending.value == "指標の見直し"
    found = impact(books["r8"], after, answers({"推進.Ⅰ.(ⅰ).1.ア": [True]}))
    paths = {(item.old_path, item.new_path) for item in found.items}
    assert ("支援.Ⅳ.成果.5.ア.①", None) in paths
    assert ("支援.Ⅳ.成果.1.イ.①", "支援.Ⅳ.成果.1.イ.①") in paths
