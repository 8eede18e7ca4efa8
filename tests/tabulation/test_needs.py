"""What a body lacks: thresholds, ranks, choices, negations; and that reaching it is enough."""

from fractions import Fraction

import pytest
from attrs import evolve

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores
from haiten.tabulation.gaps import Chance, find_gaps

RULES = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
事実 変化 : 点 小数2桁 小さいほど良い
事実 過疎 : 該当
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
    return Facts(tuple(Body(f"{10001 + i}") for i in range(len(rates))), numbers, answers)


def chances(scores: Scores, body: int = 0) -> dict[str, Chance]:
    return {chance.path.split(".")[-1]: chance for gap in find_gaps(scores, body).gaps for chance in gap.chances}


def test_a_threshold_and_how_far_it_is() -> None:
    """The value, the threshold, and what is lacking, exact."""
    (chance,) = chances(book("率 が 5%以上").score(facts([45, 60]))).values()
    (lack,) = chance.lacking
    assert lack.text == "率 4.5% → 5%以上（あと0.5%）"
    assert lack.distance is not None
    assert lack.distance.short == Fraction(1, 2)
    assert chance.effort == Fraction(1, 2), "one of two bodies has not managed it either"


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        ("超", "率 4.5% → 5%を超える（あと0.5%）"),
        ("以下", "率 4.5% → 4%以下（あと0.5%）"),
        ("未満", "率 4.5% → 4%未満（あと0.5%）"),
        ("と等しい", "率 4.5% → 5%と等しい（あと0.5%）"),
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
    assert lack.text == "率 1% → 上位5割（4%以上、あと3%、6団体の6位から3位まで）"
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
    assert chances(scores)["イ"].needed == f"{ABOVE}.ア を満たす、率 0% → 上位5割（5%以上、あと5%）"
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
        "ア": "率 4.5% → 5%以上（あと0.5%） 又は 過疎 が該当",
        "イ": "率 4.5% → 5%以上（あと0.5%）、過疎 が該当",
        "ウ": "率 4.5% → 4%未満（あと0.5%）",
        "エ": "ア、イ のうち 2つ以上（いま0つ）",
        "オ": "率 4.5% → 4%未満（あと0.5%） 又は 率 4.5% → 4.5%を超える",
    }
    assert [part.text for part in found["ア"].lacking[0].parts] == ["率 4.5% → 5%以上（あと0.5%）", "過疎 が該当"]


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
    from haiten.scoring.cutoffs import CutoffsRead, _stored, cutoffs_json

    made = book("率 が 上位5割")
    nation = made.score(facts([10, 50, 40, 30, 20, 60]))
    stored = CutoffsRead(_stored(cutoffs_json(nation), made.evaluator)).stored
    (chance,) = chances(made.score(facts([25]), stored)).values()
    assert chance.needed == "率 2.5% → 上位5割（4%以上、あと1.5%）"
