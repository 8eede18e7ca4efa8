"""What a body lacks: thresholds, ranks, choices, negations; and that reaching it is enough."""

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.gaps.gaps import Chance, find_gaps
from haiten.tabulation.gaps.needs import lack_json
from haiten.tabulation.simulation.whatif import altered, read_settings

RULES = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
事実 変化 : 点 小数2桁 小さいほど良い
事実 過疎 : 該当
事実 件数 : 件 0以上
事実 職員数 : 人 0以上 100以下
事実 高齢者数 : 人 1以上
交付金 推進 「交」 {total}点
目標 Ⅰ 「目」 {total}点
指標群 (ⅰ) 「群」 {total}点
指標 1 「指」 {total}点
{items}
"""
ABOVE = "推進.Ⅰ.(ⅰ).1"


def book(*requirements: str) -> Rulebook:
    """A rulebook with an item of one point for each requirement."""
    items = "\n".join(
        f"{label} 「{label}」 1点" + (f" 要件 {requirement}" if requirement else "")
        for label, requirement in zip("アイウエオカキクケコ", requirements, strict=False)
    )
    made = Rulebook(compile_source(Source("made", RULES.format(total=len(requirements), items=items))))
    assert made.ok, [(d.code, d.message) for d in made.diagnostics]
    return made


def facts(
    rates: list[int | None], changes: list[int | None] | None = None, remote: list[bool | None] | None = None
) -> Facts:
    """Bodies with a rate in tenths of per cent, a change in hundredths, and whether they are 過疎."""
    numbers = {"率": numbers_from(rates, 1)}
    if changes is not None:
        numbers["変化"] = numbers_from(changes, 2)
    answers = {"過疎": truth_from(remote)} if remote is not None else {}
    return Facts(tuple(Body(f"{i % 40 + 51:02}{i:03}") for i in range(len(rates))), numbers, answers)


def chances(scores: Scores, body: int = 0) -> dict[str, Chance]:
    return {chance.path.split(".")[-1]: chance for gap in find_gaps(scores, body).gaps for chance in gap.chances}


def test_a_threshold_and_how_far_it_is() -> None:
    """The value, the threshold, and what is lacking, exact."""
    (chance,) = chances(book("率 が 5%以上").score(facts([45, 60]))).values()
    (lack,) = chance.lacking
    assert lack.text == "率 4.5% → 5%以上（あと0.5ポイント）"
    assert lack.distance is not None
    assert lack.distance.short == Fraction(1, 2)
    assert chance.effort == Fraction(1, 2), "one of two bodies has not managed it either"


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        ("超", "率 4.5% → 5%を超える（あと0.5ポイント）"),
        ("以下", "率 4.5% → 4%以下（あと0.5ポイント）"),
        ("未満", "率 4.5% → 4%未満（あと0.5ポイント）"),
        ("と等しい", "率 4.5% → 5%と等しい（あと0.5ポイント）"),
    ],
)
def test_every_comparison_in_words(operator: str, text: str) -> None:
    """Each operator says which side of the threshold is wanted."""
    goal = "4" if operator in ("以下", "未満") else "5"
    (chance,) = chances(book(f"率 が {goal}%{operator}").score(facts([45]))).values()
    assert chance.needed == text


def test_a_rank_the_cut_off_and_the_places() -> None:
    """Place and boundary of the step; the effort is the share of bodies to overtake."""
    scores = book("率 が 上位5割").score(facts([10, 50, 40, 30, 20, 60]))
    (chance,) = chances(scores).values()
    (lack,) = chance.lacking
    assert lack.text == "率 1% → 上位5割（4%以上、あと3ポイント、6団体の6位から3位まで）"
    assert lack.distance is not None
    assert chance.effort == lack.distance.overtaking == Fraction(3, 6)
    assert chance.rate == Fraction(3, 6)


@pytest.mark.parametrize("column", ["率", "変化"])
def test_reaching_the_cut_off_is_enough(column: str) -> None:
    """A body that is given the value of the boundary has the item, whichever end is good."""
    made = book(f"{column} が 上位3割")
    values: list[int | None] = [500, 10, 700, 40, 900, 30, 20, 800, 100, 600]
    told = facts(values, values)
    for body in range(len(values)):
        for chance in chances(made.score(told), body).values():
            (lack,) = chance.lacking
            assert lack.distance is not None
            assert lack.distance.goal is not None
            decimals = {"率": 1, "変化": 2}[column]
            reached = [*values[:body], int(lack.distance.goal * 10**decimals), *values[body + 1 :]]
            moved = evolve(told, numbers={**told.numbers, column: numbers_from(reached, decimals)})
            assert not chances(made.score(moved), body)


def test_a_rank_among_those_who_do_it() -> None:
    """Where the first step is missing it is named before the rank."""
    scores = book("率 が 0%超", "ア のうち 率 が 上位5割").score(facts([0, 50, 40]))
    assert chances(scores)["イ"].needed == f"{ABOVE}.ア を満たす、率 0% → 上位5割（5%以上、あと5ポイント）"
    assert chances(scores)["イ"].effort == 1 - Fraction(1, 3), "without a place of its own, by the rate"


def test_unknown_values_are_told_as_such() -> None:
    """A value that is not known has no distance, and the item is unanswered."""
    found = chances(book("率 が 5%以上", "率 が 上位5割").score(facts([None, 50, 40])))
    assert found["ア"].needed == "未回答（率 不明 → 5%以上）"
    assert found["イ"].needed == "未回答（率（不明） → 上位5割（5%以上））"
    assert all(chance.lacking[0].distance and chance.lacking[0].distance.short is None for chance in found.values())


def test_choices_negations_and_counts() -> None:
    """又は offers ways, かつ lists what is missing, でない turns round, のうち n つ says how many there are."""
    made = book(
        "率 が 5%以上 又は 過疎",
        "率 が 5%以上 かつ 過疎",
        "(率 が 4%以上) でない",
        "ア、イ のうち 2つ以上",
        "(率 が 4%以上 かつ 率 が 4.5%以下) でない",
    )
    found = chances(made.score(facts([45], remote=[False])))
    assert {label: chance.needed for label, chance in found.items()} == {
        "ア": "率 4.5% → 5%以上（あと0.5ポイント） 又は 過疎 が該当",
        "イ": "率 4.5% → 5%以上（あと0.5ポイント）、過疎 が該当",
        "ウ": "率 4.5% → 4%未満（あと0.5ポイント）",
        "エ": "ア、イ のうち 2つ以上（いま0つ）",
        "オ": "率 4.5% → 4%未満（あと0.5ポイント） 又は 率 4.5% → 4.5%を超える",
    }
    assert [part.text for part in found["ア"].lacking[0].parts] == [
        "率 4.5% → 5%以上（あと0.5ポイント）",
        "過疎 が該当",
    ]


def test_outcomes_that_speak_against_the_facts() -> None:
    """Where the ministry says no though the value says yes, nothing can be done about the value."""
    told = facts([60, 40])
    told.outcomes[f"{ABOVE}.ア"] = truth_from([False, None])
    (chance,) = chances(book("率 が 5%以上").score(told)).values()
    assert (chance.given, chance.lacking) == (True, ())
    assert chance.needed == "国などが示した結果では非該当（事実からは該当）"


def test_one_body_alone_is_not_ranked_against_itself() -> None:
    """Without others there is neither place, boundary nor rate."""
    (chance,) = chances(book("率 が 上位5割").score(facts([45]))).values()
    assert chance.needed == "率 4.5% → 上位5割"
    assert (chance.rate, chance.effort) == (None, None)


def test_stored_cut_offs_place_one_body() -> None:
    """With the cut-offs of the nation one body sees the boundary and its distance."""
    from haiten.scoring.cutoffs.cutoffs import stored_of

    made = book("率 が 上位5割")
    nation = made.score(facts([10, 50, 40, 30, 20, 60]))
    stored = stored_of(nation)
    (chance,) = chances(made.score(facts([25]), stored)).values()
    assert chance.needed == "率 2.5% → 上位5割（4%以上、あと1.5ポイント）"


def counted(**numbers: list[int | None]) -> Facts:
    """Bodies with whole numbers."""
    size = len(next(iter(numbers.values())))
    return Facts(
        tuple(Body(f"{i % 40 + 51:02}{i:03}") for i in range(size)),
        {name: numbers_from(cells, 0) for name, cells in numbers.items()},
    )


@pytest.mark.parametrize(
    ("requirement", "now", "text"),
    [
        ("件数 が 0件超", 0, "件数 0件 → 1件以上（あと1件）"),
        ("件数 が 5件未満", 7, "件数 7件 → 4件以下（あと3件）"),
        ("件数 が 3件以上", 1, "件数 1件 → 3件以上（あと2件）"),
        ("(件数 が 3件以下) でない", 1, "件数 1件 → 4件以上（あと3件）"),
    ],
)
def test_a_whole_number_is_told_the_goal_it_can_reach(requirement: str, now: int, text: str) -> None:
    """Where a fact counts, the goal is a count that is enough: setting it wins the item, one less does not."""
    made = book(requirement)
    (chance,) = chances(made.score(counted(件数=[now]))).values()
    assert chance.needed == text
    distance = chance.lacking[0].distance
    assert distance is not None
    assert distance.goal is not None
    assert not distance.strict
    goal = int(distance.goal)
    assert not chances(made.score(counted(件数=[goal])))
    assert chances(made.score(counted(件数=[goal + (1 if goal < now else -1)])))


@pytest.mark.parametrize(
    ("requirement", "strict"),
    [
        ("率 が 5%超", True),
        ("率 が 5%以上", False),
        ("(率 が 5%以下) でない", True),
        ("(率 が 4.5%と等しい) でない", True),
        ("率 が 上位1割", False),
    ],
)
def test_whether_the_goal_itself_is_enough(requirement: str, strict: bool) -> None:
    """Of other numbers the JSON says whether reaching the goal wins, or only passing it."""
    found = lack_json(next(iter(chances(book(requirement).score(facts([45, 60] * 5))).values())).lacking[0])
    assert found["distance"]["strict"] is strict


QUOTIENT = "職員数 ÷ 高齢者数"


def test_a_quotient_names_its_facts_and_the_count_that_is_needed() -> None:
    """Facts and values of a quotient, and how many of the one above the line are needed."""
    made = book(f"({QUOTIENT}) が 上位5割", f"({QUOTIENT}) が 0.02超")
    scores = made.score(counted(職員数=[1, 2, 3, 4], 高齢者数=[100, 100, 100, 100]))
    found = chances(scores)
    assert "（職員数 1人、高齢者数 100人） → 上位5割（0.03以上、あと0.02、職員数 1人 → 3人以上、" in found["ア"].needed
    assert found["イ"].needed.endswith(
        "（職員数 1人、高齢者数 100人） → 0.02を超える（あと0.01、職員数 1人 → 3人以上）"
    )
    told = lack_json(found["ア"].lacking[0])["distance"]
    assert told["count"] == {"name": "職員数", "unit": "人", "value": "1", "goal": "3", "at_least": True}
    assert told["readings"] == [
        {"name": "職員数", "value": "1", "unit": "人"},
        {"name": "高齢者数", "value": "100", "unit": "人"},
    ]


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 900)), min_size=2, max_size=12),
    st.sampled_from(["上位7割", "上位3割", "上位2位", "0.25以上", "0.25超", "0.04以下", "0.04未満"]),
)
def test_the_count_is_just_enough(bodies: list[tuple[int, int]], step: str) -> None:
    """With the count the item is won, with one less it is not: so says the what-if of that fact."""
    made = book(f"({QUOTIENT}) が {step}")
    told = counted(職員数=[staff for staff, _ in bodies], 高齢者数=[people for _, people in bodies])
    for body, (staff, _) in enumerate(bodies):
        for chance in chances(made.score(told), body).values():
            distance = chance.lacking[0].distance
            assert distance is not None
            if distance.count is None:
                assert distance.goal is None or distance.goal * bodies[body][1] > 99, (
                    "no such number of 職員 is allowed"
                )
                continue
            goal = distance.count.goal
            for number, wins in ((goal, True), (goal + (1 if goal < staff else -1), False)):
                after = what_if(made.score(told), body, made, f"職員数={number}")
                assert (not chances(after, body)) is wins


def what_if(before: Scores, body: int, made: Rulebook, setting: str) -> Scores:
    """The scores with a fact of one body set, as the command sets it."""
    read = read_settings([setting], made.program, before.bodies[body].code)
    assert read.facts is not None, read.diagnostics
    return made.score(altered(before.run.facts, body, read.facts))


@pytest.mark.parametrize(
    ("requirement", "goal"),
    [
        ("(職員数 が 1人以上) のうち 職員数 ÷ 高齢者数 が 上位5割", 3),
        ("(職員数 が 2人以下) のうち 職員数 ÷ 高齢者数 が 上位5割", None),
        ("((職員数 が 2人以下) でない) のうち 職員数 ÷ 高齢者数 が 上位5割", None),
        ("率 ÷ 高齢者数 が 上位5割", None),
        ("(職員数 ＋ 高齢者数) ÷ 高齢者数 が 上位5割", None),
        ("職員数 ÷ (職員数 ＋ 高齢者数) が 上位5割", None),
    ],
)
def test_no_count_where_more_than_one_fact_would_move(requirement: str, goal: int | None) -> None:
    """A count is told only of one whole number that stands alone, and keeps the body among those that are ranked."""
    told = counted(職員数=[1, 2, 3, 4], 高齢者数=[100, 100, 100, 100])
    told.numbers["率"] = numbers_from([10, 20, 30, 40], 1)
    (chance,) = chances(book(requirement).score(told)).values()
    distance = chance.lacking[-1].distance
    assert distance is not None
    assert (distance.count.goal if distance.count else None) == goal
