"""Sums of points, and bounds of what shares too much to be tried at once, where the cells are too many to count."""

from fractions import Fraction
from itertools import product

import pytest

from haiten.compiler.checks.reach import check_reach
from haiten.compiler.diagnostics import NotDecided
from haiten.compiler.driver import compile_source
from haiten.compiler.program.terms import FactValue
from haiten.compiler.proofs import possible
from haiten.compiler.proofs.cells import Assignment
from haiten.compiler.proofs.examples import build_example, describe_example
from haiten.compiler.proofs.extremes import Reach, Regions, usual
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook

HEAD = "言語 1\n令和6年度 市町村 評価指標\n"
LABELS = "アイウエオカキクケコサシス"  # 13 answers: twice as many combinations as are tried at once
ITEM = "推進.Ⅰ.(ⅰ).1"


def book_of(items: str, points: int, facts: str = "") -> Rulebook:
    tree = f"交付金 推進 「交」 {points}点\n目標 Ⅰ 「目」 {points}点\n指標群 (ⅰ) 「群」 {points}点\n{items}\n"
    made = Rulebook(compile_source(Source("rules", f"{HEAD}{facts}{tree}")))
    assert made.ok, made.diagnostics
    return made


def totals(points: list[int]) -> set[int]:
    """What some answers can give together, each given or not."""
    return {sum(chosen) for chosen in product(*((0, one) for one in points))}


POINTS = [1, 1, 2, 3, 5, 8, 3, 3, 3, 4, 4, 6, 7]


@pytest.mark.parametrize(
    ("mode", "maximum", "expected"),
    [
        ("", sum(POINTS), totals(POINTS)),
        (" 上限 20点", 20, {min(total, 20) for total in totals(POINTS)}),
        (" いずれか", 8, {0, *POINTS}),
    ],
    ids=["sum", "cap", "choice"],
)
def test_all_sums_of_many_items_are_found(mode: str, maximum: int, expected: set[int]) -> None:
    """More answers than are tried together: every sum that they can come to, each with an example that scores it."""
    items = "\n".join(f"{label} 「項」 {points}点" for label, points in zip(LABELS, POINTS, strict=True))
    book = book_of(f"指標 1 「指」 {maximum}点{mode}\n{items}", maximum)
    regions = Regions(book.program)
    sums = regions.sums((ITEM,))
    assert sums is not None
    assert set(sums) == expected
    for points, chain in sums.items():
        example = build_example(regions, chain.merged())
        assert example is not None
        assert book.score(facts_from(book.program, example)).own(ITEM)[0][0] == points


def test_items_that_share_an_answer_have_no_sums_in_a_choice_of_many() -> None:
    """The better of two that exclude each other is not found from each alone."""
    many = "\n".join(f"{label} 「項」 1点" for label in LABELS)
    book = book_of(f"指標 1 「指」 1点 いずれか\n{many}\nセ 「別」 1点 要件 ア でない", 1)
    assert Regions(book.program).sums((ITEM,)) is None


def test_one_item_of_too_many_facts_has_no_sums_but_is_looked_through() -> None:
    """There are too many combinations for all sums; whether it can be met takes a few cells only."""
    facts = "".join(f"事実 事{label} : 該当\n" for label in LABELS)
    many = "、".join(f"事{label}" for label in LABELS)
    regions = Regions(book_of(f"指標 1 「指」 4点 要件 {many} のうち 7つ以上", 4, facts).program)
    assert regions.sums((ITEM,)) is None
    reach = regions.reach(ITEM)
    assert (reach.least, reach.most, reach.exact) == (0, 4, True)
    assert reach.at_least is not None
    assert reach.at_most is not None
    assert sum(map(bool, reach.at_most.values())) == 7


def test_without_steps_bounds_hold_and_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question may take so many steps; what it does not find by then is open, the same every time."""
    facts = "".join(f"事実 事{label} : 該当\n" for label in LABELS)
    many = "、".join(f"事{label}" for label in LABELS)
    program = book_of(f"指標 1 「指」 4点 要件 {many} のうち 7つ以上", 4, facts).program
    for steps, exact in ((0, False), (10, False), (1_000, True), (10, False)):
        monkeypatch.setattr(possible, "MOST_STEPS", steps)
        reach = Regions(program).reach(ITEM)
        assert (reach.least, reach.most, reach.exact) == (0, 4, exact)
        (finding, *more) = [f.diagnostic for f in check_reach(program)] or [None]
        assert more == []
        assert finding is None if exact else isinstance(finding, NotDecided)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("件", 0),
        ("件 0以上", 5),
        ("件 3以上", 8),
        ("件 9以下", 0),
        ("件 －2以下", -5),
        ("件 0以上 6以下", 5),
        ("件 0以上 5以下", 2),
        ("件 0以上 4以下", 2),
        ("件 2以上 5以下", 3),
        ("件 小数1桁 0以上 1以下", Fraction(1, 2)),
        ("件 小数1桁 0以上 0.5以下", Fraction(1, 5)),
        ("件 小数1桁", 0),
    ],
)
def test_the_usual_number_leaves_room(kind: str, number: Fraction) -> None:
    """Five units from the lower bound, or the middle of a short range, on the grid."""
    program = book_of("指標 1 「指」 4点 要件 甲 が 上位1位", 4, f"事実 甲 : {kind}\n").program
    assert usual(FactValue(program.facts["甲"])) == number


def test_undisclosed_points_leave_sums_as_they_are() -> None:
    """Nothing is known of 未公表 points; a node that has only such has no item that could give any."""
    many = "\n".join(f"{label} 「項」 1点" for label in LABELS)
    book = book_of(f"指標 1 「指」 15点\n未公表 2点\n{many}", 15)
    sums = Regions(book.program).sums((ITEM,))
    assert sums is not None
    assert set(sums) == set(range(14))


@pytest.mark.parametrize(("count", "expected"), [("7つ以上", (0, 4, True)), ("0つ以下", (0, 2, True))])
def test_items_that_share_too_much_are_looked_through_where_their_examples_do_not_agree(
    count: str, expected: tuple[int, int, bool]
) -> None:
    """Two items read seven facts each, and one of these in common: all agree, all and none do not."""
    facts = "".join(f"事実 事{label} : 該当\n" for label in LABELS)
    first, second = ("、".join(f"事{label}" for label in part) for part in (LABELS[:7], LABELS[6:]))
    items = f"ア 「全」 2点 要件 ({first} のうち 7つ以上)\nイ 「次」 2点 要件 ({second} のうち {count})"
    regions = Regions(book_of(f"指標 1 「指」 4点\n{items}", 4, facts).program)
    reach = regions.reach(ITEM)
    assert (reach.least, reach.most, reach.exact) == expected
    assert reach.at_most is not None
    assert reach.at_least is not None


def described(items: str, points: int = 4, facts: str = "", *, least: bool = False) -> str:
    book = book_of(f"指標 1 「指」 {points}点\n{items}", points, facts)
    regions = Regions(book.program)
    reach: Reach = regions.reach(ITEM)
    at = reach.at_least if least else reach.at_most
    assert at is not None
    example = build_example(regions, at)
    assert example is not None
    return describe_example(regions, at, example)


@pytest.mark.parametrize(
    ("items", "facts", "words"),
    [
        ("ア 「a」 4点 要件 個 が 3以上", "事実 個 : 数 0以上\n", "個 3"),
        ("ア 「a」 4点 要件 個 が 2.5%以上", "事実 個 : % 小数1桁 0以上\n", "個 2.5%"),
        ("ア 「a」 4点 要件 前年度(得点(推進.Ⅰ)) が 3点以上", "", "前年度.得点(推進.Ⅰ) 3点"),
        ("ア 「a」 4点 要件 あ でない", "事実 あ : 該当\n事実 い : 該当\n", "あ ×"),
        ("ア 「a」 4点 要件 あ でない かつ い でない", "事実 あ : 該当\n事実 い : 該当\n", "あ ×、い ×"),
        ("ア 「a」 4点 要件 あ かつ い でない", "事実 あ : 該当\n事実 い : 該当\n", "あ ○、ほかは×"),
        ("ア 「a」 4点 要件 個 が 上位3位", "事実 個 : 件 0以上\n", "個 が1団体中1位"),
    ],
)
def test_examples_are_told_in_the_columns_that_matter(items: str, facts: str, words: str) -> None:
    """Numbers with their units, answers, and places; what no condition reads is left out."""
    assert described(items, facts=facts) == words


@pytest.mark.parametrize(("number", "more"), [(7, ""), (8, ""), (9, "、ほか1項目 ○"), (13, "、ほか5項目 ○")])
def test_eight_answers_are_named(number: int, more: str) -> None:
    """The others are counted; where all are no, eight are named too."""
    items = "\n".join(f"{label} 「項」 1点" for label in LABELS[:number])
    named = [f"{ITEM}.{label}" for label in LABELS[: min(number, 8)]]
    assert described(items, number) == "、".join(f"{column} ○" for column in named) + more
    assert described(items, number, least=True) == "、".join(f"{column} ×" for column in named)


def test_points_that_are_compared_are_told_by_what_gives_them() -> None:
    """Twelve answers and a rank come to a number of points; the example names the answers and the place."""
    many = "\n".join(f"{label} 「項」 1点" for label in LABELS[:12])
    items = f"{many}\nス 「順」 1点 要件 甲 が 上位1位"
    condition = f"要件 得点({ITEM}) が 13点以上"
    book = book_of(f"指標 1 「指」 13点\n{items}\n指標 2 「別」 4点 {condition}", 17, "事実 甲 : 件 0以上\n")
    regions, path = Regions(book.program), "推進.Ⅰ.(ⅰ).2"
    (points,) = regions.variables_at(path)
    at: Assignment = {points: 13}
    example = build_example(regions, at)
    assert example is not None
    assert book.score(facts_from(book.program, example)).own(path)[0][0] == 4
    named = [f"{ITEM}.{label} ○" for label in LABELS[:8]]
    assert describe_example(regions, at, example) == "、".join([*named, "ほか4項目 ○", "甲 が1団体中1位"])


NUMBERS = "事実 甲 : 件 0以上 4以下\n事実 乙 : 件 0以上 4以下\n"


def example_of(items: str, facts: str = NUMBERS, points: int = 4) -> list[object] | None:
    """甲 of all bodies of the example for the most points, which it scores."""
    book = book_of(f"指標 1 「指」 {points}点\n{items}", points, facts)
    regions = Regions(book.program)
    at = regions.reach(ITEM).at_most
    assert at is not None
    example = build_example(regions, at)
    if example is None:
        return None
    assert book.score(facts_from(book.program, example)).own(ITEM)[0][0] == points
    return [sheet.numbers["甲"] for sheet in example]


def test_others_are_moved_until_they_are_better() -> None:
    """Small steps may change nothing: the greater of a number and a constant."""
    items = "ア 「a」 2点 要件 甲 が 0件以下\nイ 「b」 2点 要件 (最大(甲, 3件) が 上位1位) でない"
    assert example_of(items, "事実 甲 : 件 0以上 9以下\n") == [0, 5]


def test_nobody_is_better_than_all_that_can_be_had() -> None:
    """There is no example in which others are better than the best sum."""
    best = "ア 「a」 1点 要件 甲 が 4件以上\nイ 「b」 1点 要件 乙 が 4件以上"
    items = f"{best}\nウ 「c」 2点 要件 (甲 ＋ 乙 が 上位1位) でない"
    assert example_of(items) is None


@pytest.mark.parametrize(
    ("items", "numbers"),
    [
        ("ア 「a」 4点 要件 甲 が 全国平均(甲) 超", [2, 1]),
        ("ア 「a」 4点 要件 甲 が 全国平均(甲) 未満", [2, 3]),
        ("ア 「a」 4点 要件 甲 が 全国中央値(甲) と等しい", [2, 2]),
        ("ア 「a」 2点 要件 甲 が 1件と等しい\nイ 「b」 2点 要件 全国平均(甲) が 2件以上", [1, 3]),
        ("ア 「a」 2点 要件 甲 が 上位3位\nイ 「b」 2点 要件 (甲 が 上位2位) でない", [2, 3, 3]),
    ],
)
def test_others_come_to_stand_where_they_should(items: str, numbers: list[int]) -> None:
    """As few others as will do, as little apart as will do."""
    assert example_of(items, "事実 甲 : 件 0以上 4以下\n") == numbers


@pytest.mark.parametrize(("chosen", "exact"), [("丙", True), ("甲 が 3件以上", False)])
def test_a_ranked_fact_that_chooses_who_is_ranked_elsewhere_is_left_open(chosen: str, *, exact: bool) -> None:
    """Those who are better in it may not stand in the other ranking: the two are not free of each other."""
    others = f"ア 「a」 1点 要件 {chosen}\nイ 「b」 1点 要件 (甲 が 上位1位) でない"
    items = f"{others}\nウ 「c」 2点 要件 ア のうち 乙 が 上位1位"
    book = book_of(f"指標 1 「指」 4点\n{items}", 4, f"{NUMBERS}事実 丙 : 該当\n")
    assert Regions(book.program).reach(ITEM).exact is exact


def test_thresholds_of_one_fact_are_cells_of_the_other() -> None:
    """Two facts that are compared are split alike, though a number is compared with one of them only."""
    items = "ア 「a」 2点 要件 甲 が 5件と等しい\nイ 「b」 2点 要件 甲 が 乙 超"
    facts = "事実 甲 : 件 0以上 9以下\n事実 乙 : 件 0以上 9以下\n"
    reach = Regions(book_of(f"指標 1 「指」 4点\n{items}", 4, facts).program).reach(ITEM)
    assert (reach.least, reach.most, reach.exact) == (0, 4, True)
