"""Every claim about a changed requirement is held against random populations, scored by the rulebooks of both years."""

import random
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.comparison.diff import diff
from haiten.comparison.isolate import isolated
from haiten.comparison.meaning import Meaning, Witness
from haiten.compiler.driver import compile_source
from haiten.compiler.program.evaluate import value_of
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.terms import Compare, FactValue
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook

PATH = "推進.Ⅰ.(ⅰ).1.ア"
# The columns of the small rulebooks; 前年度.率 is there where a requirement reads it.
FACTS = """事実 人口 : 人 1以上
事実 率 : % 0以上 100以下 小数1桁
事実 参加者 : 人 0以上
事実 過疎 : 該当
"""
BODY = """交付金 推進 「交」 4点
目標 Ⅰ 「目」 4点
指標群 (ⅰ) 「群」 4点
指標 1 「指」 2点
  比 = 参加者 ÷ 人口
  ア 「a」 2点 要件 {requirement}
指標 2 「他」 2点
  ア 「b」 1点
  イ 「c」 1点
"""
CLASSES = "区分 規模 = 人口\n  「大」 {}人以上\n  「小」 その他\n"
REQUIREMENTS = [
    *(("", f"率 が {step}") for step in ("上位5割", "上位51%", "上位7割", "上位2位", "上位3位")),
    *(("", f"{among} のうち 率 が 上位5割") for among in ("過疎", "(過疎 でない)", "推進.Ⅰ.(ⅰ).2.ア")),
    ("", "率 が 全国平均(率) 以上"),
    ("", "率 が 全国中央値(率) 以上"),
    ("", "四捨五入(率, 小数0桁) が 上位5割"),
    ("", "四捨五入(率, 小数0桁) が 50%以上"),
    ("", "切捨て(率, 小数0桁) が 50%以上"),
    ("", "率 が 50%以上"),
    ("", "率 が 49.5%以上"),
    ("", "率 が 前年度(率) 以上"),
    ("", "率 が 前年度(率) ＋ 1% 以上"),
    ("", "率 − 前年度(率) が 上位5割"),
    ("", "比 が 上位5割"),
    ("", "比 が 0.5以上"),
    ("", "比 が 0.55以上"),
    ("", "得点(推進.Ⅰ.(ⅰ).2) が 上位5割"),
    ("", "得点(推進.Ⅰ.(ⅰ).2.ア) が 上位5割"),
    ("", "得点(推進.Ⅰ.(ⅰ).2) が 2点以上"),
    ("", "推進.Ⅰ.(ⅰ).2.ア"),
    ("", "率 が 上位5割 又は 過疎"),
    ("", "率 が 上位5割 かつ 率 が 上位7割"),
    *((CLASSES.format(bound), "率 が 規模別 上位5割") for bound in ("10,000", "10,001")),
    *((CLASSES.format(bound), "規模 が 「大」") for bound in ("10,000", "10,001")),
    (CLASSES.format("10,000"), "比 が 規模別 上位2位"),
]


@cache
def book(year: int, declared: str, requirement: str, facts: str = FACTS, body: str = BODY) -> Rulebook:
    head = f"言語 1\n令和{year}年度 市町村 評価指標\n{facts}{declared}"
    made = compile_source(Source(f"r{year}", head + body.format(requirement=requirement)))
    assert made.ok, made.diagnostics
    return Rulebook(made)


def population(draw: random.Random) -> list[dict[str, bool | int | Fraction | None]]:
    """Bodies with ties, on both sides of every number that the requirements name; a few cells are unknown."""
    pools: dict[str, list[Fraction]] = {
        "人口": [Fraction(n) for n in (1, 2, 10, 100, 9_999, 10_000, 10_001, 20_000)],
        "率": [Fraction(n, 10) for n in (0, 1, 490, 494, 495, 499, 500, 504, 505, 509, 700, 1_000)],
        "参加者": [Fraction(n) for n in (0, 1, 2, 5, 50, 55, 100, 5_000, 5_500)],
    }
    pools["前年度.率"] = pools["率"]
    few = {name: draw.sample(pool, draw.randrange(1, 6)) for name, pool in pools.items()}
    answers = ("過疎", "推進.Ⅰ.(ⅰ).2.ア", "推進.Ⅰ.(ⅰ).2.イ")
    rows: list[dict[str, bool | int | Fraction | None]] = [
        {**{n: draw.choice(pool) for n, pool in few.items()}, **{name: draw.random() < 0.5 for name in answers}}
        for _ in range(draw.choice([1, 2, 3, 4, 5, 8, 10, 21, 51]))
    ]
    if draw.random() < 0.2:
        rows = [row | dict.fromkeys(name for name in row if draw.random() < 0.1) for row in rows]
    return rows


def facts_of(rules: Rulebook, rows: list[dict[str, bool | int | Fraction | None]]) -> Facts:
    facts, schema = Facts(tuple(Body(f"{number:05d}") for number in range(len(rows)))), schema_of(rules.program)
    for name in rows[0] if rows else ():
        cells = [row[name] for row in rows]
        if name in schema.answers:
            facts.answers[name] = truth_from([None if cell is None else bool(cell) for cell in cells])
        elif name in schema.numbers:
            decimals = schema.numbers[name].decimals
            facts.numbers[name] = numbers_from([None if c is None else int(c * 10**decimals) for c in cells], decimals)
    return facts


def found_between(before: Rulebook, after: Rulebook, path: str = PATH) -> Meaning | None:
    """The meaning of an item's change, its witnesses scored again by the whole rulebooks."""
    found = next((meaning for meaning in diff(before, after).meanings if meaning.new_path == path), None)
    for sheet in (found.lower, found.higher) if found is not None else ():
        if sheet is not None:
            replayed(before, after, sheet, path)
    return found


def replayed(before: Rulebook, after: Rulebook, sheet: Witness, path: str) -> None:
    rows = [{**sheet.old_columns, **sheet.new_columns}, *sheet.others]
    points = [rules.score(facts_of(rules, rows)).own(path) for rules in (before, after)]
    assert [int(own[0][0]) for own in points] == [sheet.old_points, sheet.new_points]
    assert [int(own[1][0]) for own in points] == [sheet.old_points, sheet.new_points]


def held(verdict: str, before: Rulebook, after: Rulebook, seed: int, path: str = PATH) -> None:
    """What a verdict claims holds in some random populations."""
    draw = random.Random(seed)
    for _ in range(12):
        rows = population(draw)
        (was, was_most), (now, now_most) = (rules.score(facts_of(rules, rows)).own(path) for rules in (before, after))
        known = (was == was_most) & (now == now_most)
        if verdict in ("same", "stricter"):
            assert not np.any(known & (now > was))
        if verdict in ("same", "looser"):
            assert not np.any(known & (now < was))


@settings(max_examples=examples(60))
@given(st.sampled_from(REQUIREMENTS), st.sampled_from(REQUIREMENTS), st.integers(0, 10**6))
def test_what_is_claimed_holds(old: tuple[str, str], new: tuple[str, str], seed: int) -> None:
    """変わらない, 厳しくなる and 緩くなる hold for any population, whatever the two requirements are."""
    before, after = book(8, *old), book(9, *new)
    found = found_between(before, after)
    held(found.verdict if found is not None else "same", before, after, seed)


CLASSED = "率 が 規模別 上位5割"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("", "率 が 上位5割"), (CLASSES.format("10,000"), CLASSED)),
        ((CLASSES.format("10,000"), CLASSED), (CLASSES.format("10,001"), CLASSED)),
        ((CLASSES.format("10,000"), "規模 が 「大」"), (CLASSES.format("10,001"), "規模 が 「大」")),
        (("", "率 が 上位5割"), ("", "過疎 のうち 率 が 上位5割")),
        (("", "過疎 のうち 率 が 上位5割"), ("", "推進.Ⅰ.(ⅰ).2.ア のうち 率 が 上位5割")),
        (("", "率 が 全国平均(率) 以上"), ("", "率 が 全国中央値(率) 以上")),
        (("", "率 が 上位5割"), ("", "率 − 前年度(率) が 上位5割")),
        (("", "率 が 上位5割"), ("", "率 が 上位51%")),
        (("", "率 が 上位5割"), ("", "四捨五入(率, 小数0桁) が 上位5割")),
        (("", "四捨五入(率, 小数1桁) が 49.2%以上"), ("", "四捨五入(率, 小数0桁) が 49.2%以上")),
        (("", "得点(推進.Ⅰ.(ⅰ).2) が 上位5割"), ("", "得点(推進.Ⅰ.(ⅰ).2.ア) が 上位5割")),
        (("", "率 が 前年度(率) 以上"), ("", "率 が 前年度(率) ＋ 1% 以上")),
        (("", "比 が 0.5以上"), ("", "比 が 0.55以上")),
    ],
)
def test_a_difference_is_found(old: tuple[str, str], new: tuple[str, str]) -> None:
    """A rank in classes, a boundary that moved by one, other members, another mean, a rounding: each has a witness."""
    found = found_between(book(8, *old), book(9, *new))
    assert found is not None
    assert found.lower is not None or found.higher is not None
    assert found.verdict in ("stricter", "looser", "incomparable", "loses", "gains")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("小数1桁", "小数1桁 小さいほど良い", "incomparable"),
        ("0以上 100以下 小数1桁", "0以上 50以下 小数1桁", None),
        ("小数1桁", "小数2桁", None),
    ],
)
def test_declarations_of_facts(old: str, new: str, verdict: str | None) -> None:
    """Another direction turns a rank round; another range or more decimals leave what the old sheets say as it is."""
    after = FACTS.replace(old, new)
    assert after != FACTS
    before, later = book(8, "", "率 が 上位5割"), book(9, "", "率 が 上位5割", after)
    found = found_between(before, later)
    assert (found.verdict if found else None) == verdict
    changed = diff(before, later)
    assert [change.kind for change in changed.changes] == ["fact"]
    assert [one.causes for one in changed.affected] == ([("事実 率",)] if verdict else [])


WHOLE = """交付金 推進 「交」 {0}点
目標 Ⅰ 「目」 {0}点
指標群 (ⅰ) 「群」 {0}点
指標 1 「指」 {0}点 {1}
  ア 「a」 2点 要件 率 が 上位5割
  イ 「b」 3点 要件 人口 が 100人以上
  ウ 「c」 1点 要件 過疎
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ((6, ""), (4, "上限 4点"), "stricter"),
        ((4, "上限 4点"), (5, "上限 5点"), "looser"),
        ((3, "いずれか"), (6, ""), "looser"),
        ((6, ""), (3, "いずれか"), "stricter"),
        ((3, "いずれか"), (4, "上限 4点"), "looser"),
    ],
)
def test_modes_and_cuts(old: tuple[int, str], new: tuple[int, str], verdict: str) -> None:
    """合算, いずれか and 上限 of the same items, though one of them is a rank."""
    bodies = [WHOLE.format(*words) for words in (old, new)]
    found = found_between(book(8, "", "", body=bodies[0]), book(9, "", "", body=bodies[1]), "推進.Ⅰ.(ⅰ).1")
    assert found is not None
    assert found.verdict == verdict


def test_the_order_of_a_choice_does_not_change_its_points() -> None:
    """いずれか takes the greatest, in whichever order its items stand."""
    lines = WHOLE.format(3, "いずれか").splitlines(keepends=True)
    swapped = "".join([*lines[:4], lines[5].replace("イ", "ア"), lines[4].replace("ア", "イ"), lines[6]])
    before = book(8, "", "", body="".join(lines))
    after = book(9, "", "", body=swapped)
    found = found_between(before, after, "推進.Ⅰ.(ⅰ).1")
    # Without 前身 the items go by their labels, so that each of them changed; together they give the same.
    assert found is None or found.verdict == "same"
    assert {meaning.verdict for meaning in diff(before, after).meanings} <= {"incomparable", "same"}


@pytest.mark.parametrize("decimals", [0, 1])
@pytest.mark.parametrize("word", ["四捨五入", "切捨て"])
@pytest.mark.parametrize("operator", ["以上", "以下", "超", "未満"])
def test_what_is_compared_is_solved_for(word: str, decimals: int, operator: str) -> None:
    """A rounding, a multiple and a sum say what they say of the fact itself: on both sides of zero."""
    signed = FACTS.replace("0以上 100以下 小数1桁", "小数1桁")
    for bound in ("-1.5", "-1", "-0.5", "0", "0.4", "0.5", "1", "1.5"):
        said = f"{word}(率 × -2 ＋ 1%, 小数{decimals}桁) が {bound}%{operator}"
        rules = book(8, "", said, signed)
        leaf = rules.program.nodes[PATH]
        assert isinstance(leaf.condition, Compare)
        alone = isolated(leaf.condition)
        assert isinstance(alone.left, FactValue)
        for tenths in range(-40, 41):
            sheet = {"率": Fraction(tenths, 10)}
            numbers = [value_of(side, sheet) for part in (leaf.condition, alone) for side in (part.left, part.right)]
            verdicts = [
                part.operator.holds(numbers[2 * n], numbers[2 * n + 1])
                for n, part in enumerate((leaf.condition, alone))
            ]
            assert verdicts[0] == verdicts[1], (said, tenths)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("比 が 上位5割", "比 × 100% が 上位5割"),
        ("比 が 上位5割", "比 × 2 ＋ 3 が 上位50%"),
        ("参加者 ÷ 人口 × 100% が 5%以上", "比 が 0.05以上"),
        ("率 が 上位2位", "率 × 3 − 1% が 上位2位"),
    ],
)
def test_another_scale_is_the_same_order(old: str, new: str) -> None:
    """A positive multiple, or a number more for all, ranks and reaches a threshold as before; it is proven."""
    before, after = book(8, "", old), book(9, "", new)
    found = found_between(before, after)
    assert found is not None
    assert (found.verdict, found.exhaustive) == ("same", True)
    held("same", before, after, 7)


@pytest.mark.parametrize(("new", "verdict"), [("比 × -1 が 上位5割", "incomparable"), ("比 × 0 が 上位5割", "gains")])
def test_a_negative_multiple_turns_the_order_round(new: str, verdict: str) -> None:
    """The worst become the best; times nothing, all are equal."""
    found = found_between(book(8, "", "比 が 上位5割"), book(9, "", new))
    assert found is not None
    assert found.verdict in (verdict, "incomparable")


def test_all_pairs_have_a_verdict() -> None:
    """What no proof and no witness settles is said to be open, and seldom is."""
    pairs = list(pairwise(REQUIREMENTS))
    verdicts = [found.verdict for old, new in pairs if (found := found_between(book(8, *old), book(9, *new)))]
    assert verdicts.count("open") <= 1
    assert set(verdicts) <= {"same", "stricter", "looser", "incomparable", "loses", "gains", "open"}
