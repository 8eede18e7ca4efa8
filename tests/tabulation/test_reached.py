"""What is reached together with a leaf, and what that gains, held to scoring again."""

import random
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Body, Facts, facts_from, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.gaps.gaps import Chance, find_gaps
from haiten.tabulation.gaps.reached import Ahead
from strategies import sheets_for

ROOT = Path(__file__).parents[2]
YEARS = st.sampled_from(["r6", "r7", "r8"])
SHORT, CHANGE, BEFORE = "推進.Ⅳ.成果.1", "短期軽度変化率", "前年度.短期軽度変化率"


@cache
def real(year: str) -> Rulebook:
    book = Rulebook(compile_file(ROOT / "rules" / year / "municipal.haiten"))
    assert book.ok
    return book


def chances(scores: Scores, body: int = 0) -> dict[str, Chance]:
    return {chance.path: chance for gap in find_gaps(scores, body).gaps for chance in gap.chances}


def total(scores: Scores, body: int) -> int:
    return int(scores.total()[0][body])


def with_outcomes(scores: Scores, body: int, won: set[str]) -> Facts:
    """The facts with every outcome of one body given: as it surely is, and met where it is won."""
    told = dict(scores.run.facts.outcomes)
    for leaf in scores.program.leaves:
        if leaf.is_shared:
            continue
        given_ = scores.run.given(leaf.path)
        certain = scores.run.outcome(leaf.path).certain
        cells: list[bool | None] = [bool(certain[i]) if given_[i] else None for i in range(len(scores.bodies))]
        cells[body] = bool(certain[body]) or leaf.path in won
        told[leaf.path] = truth_from(cells)
    return evolve(scores.run.facts, outcomes=told)


@settings(max_examples=examples(15), deadline=None)
@given(YEARS, st.integers(0, 2**64), st.integers(1, 8), st.sampled_from([0.0, 0.1, 0.4]))
def test_the_gain_is_that_of_outcomes_set(year: str, seed: int, size: int, unknown: float) -> None:
    """For leaves of the real rulebooks the gain is the difference of two scores: those outcomes given, and not."""
    book, draw = real(year), random.Random(seed)
    bodies = tuple(Body(f"{10001 + i}") for i in range(size))
    scores = book.score(evolve(facts_from(book.program, sheets_for(book.program, draw, size, unknown)), bodies=bodies))
    found = chances(scores)
    now = total(book.score(with_outcomes(scores, 0, set())), 0)
    assert now == total(scores, 0)
    for path in draw.sample(sorted(found), min(6, len(found))):
        then = book.score(with_outcomes(scores, 0, set(found[path].reached)))
        assert found[path].gain == total(then, 0) - now, path


@settings(max_examples=examples(15), deadline=None)
@given(YEARS, st.integers(0, 2**64), st.integers(2, 12))
def test_who_has_a_leaf_has_all_that_is_reached_with_it(year: str, seed: int, size: int) -> None:
    """No body has a leaf and lacks one that another would reach with it, where outcomes come from facts alone."""
    book, draw = real(year), random.Random(seed)
    bodies = tuple(Body(f"{10001 + i}") for i in range(size))
    facts = facts_from(book.program, sheets_for(book.program, draw, size, 0.1))
    scores = book.score(evolve(facts, bodies=bodies, outcomes={}))
    for chance in chances(scores).values():
        has = scores.run.outcome(chance.path).certain
        for path in chance.reached:
            assert not (has & ~scores.run.outcome(path).certain).any(), (chance.path, path)


def short_term(now: list[str], before: list[str]) -> Facts:
    """Bodies with 短期軽度変化率 of two years."""

    def scaled(cells: list[str]) -> list[int | None]:
        return [int(Fraction(cell) * 100) for cell in cells]

    numbers = {CHANGE: numbers_from(scaled(now), 2), BEFORE: numbers_from(scaled(before), 2)}
    return Facts(tuple(Body(f"{10001 + i}") for i in range(len(now))), numbers)


def test_the_best_step_of_the_other_way_gains_what_it_leads_to() -> None:
    """R7 短期的な要介護度の変化: イ④ gains イ①–④ less ア①, in both grants, as set facts do."""
    now = ["43.26", *(f"{30 + i}" for i in range(11)), *(f"{45 + i}" for i in range(8))]
    before = ["26.37", *now[1:]]
    book = real("r7")
    scores = book.score(short_term(now, before))
    found, had = chances(scores), total(scores, 0)
    assert [found[f"{SHORT}.ア.{step}"].gain for step in "②③④"] == [10, 20, 30]
    assert [found[f"{SHORT}.イ.{step}"].gain for step in "①②③④"] == [0, 10, 20, 30]
    best = found[f"{SHORT}.イ.④"]
    grants = (SHORT, SHORT.replace("推進", "支援"))
    assert set(best.reached) == {f"{above}.イ.{step}" for above in grants for step in "①②③④"}
    goal = found[f"{SHORT}.ア.④"].lacking[0].distance
    assert goal is not None
    assert goal.goal is not None
    reaching = (
        short_term([str(goal.goal), *now[1:]], ["0", *before[1:]]),
        short_term(now, ["60", *before[1:]]),
    )
    for facts in reaching:
        assert total(book.score(facts), 0) == had + 30


RULES = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
事実 数 : 件 0以上
事実 過疎 : 該当
交付金 推進 「交」 {total}点
目標 Ⅰ 「目」 {total}点
指標群 (ⅰ) 「群」 {total}点
指標 1 「指」 {total}点
{items}
"""


def book_of(*requirements: str) -> Rulebook:
    """A rulebook with an item of one point for each requirement."""
    items = "\n".join(
        f"{label} 「{label}」 1点 要件 {text}"
        for label, text in zip("アイウエオカキクケコ", requirements, strict=False)
    )
    made = Rulebook(compile_source(Source("made", RULES.format(total=len(requirements), items=items))))
    assert made.ok, [(d.code, d.message) for d in made.diagnostics]
    return made


def together(book: Rulebook, size: int) -> dict[str, str]:
    """What the worst of some bodies reaches with each leaf, by labels."""
    return _labels(book.score(_bodies(size)))


def _bodies(size: int) -> Facts:
    numbers = {"率": numbers_from([10 * i for i in range(size)], 1), "数": numbers_from(list(range(size)), 0)}
    answers = {"過疎": truth_from([False] * size)}
    return Facts(tuple(Body(f"{10001 + i}") for i in range(size)), numbers, answers)


def _labels(scores: Scores) -> dict[str, str]:
    return {path[-1]: "".join(each[-1] for each in chance.reached) for path, chance in sorted(chances(scores).items())}


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (("率 が 上位5割", "率 が 上位3割", "率 が 上位10%"), ["ア", "アイ", "アイウ"]),
        (("率 が 上位3位", "率 が 上位5割", "率 が 上位6位"), ["アイウ", "イウ", "ウ"]),
        (("数 が 3件以上", "数 が 5件以上", "数 が 4件超", "数 が 2件超"), ["アエ", "アイウエ", "アイウエ", "アエ"]),
        (("率 が 3%以上", "率 が 3%超", "率 が 3.1%以上"), ["ア", "アイ", "アイウ"]),
        (("(数 が 5件未満) でない", "数 が 5件以上", "数 が 7件と等しい"), ["アイ", "アイ", "アイウ"]),
        (("数 が 0件超", "ア のうち 率 が 上位5割", "率 が 上位5割"), ["ア", "アイ", "ウ"]),
        (
            ("過疎 かつ 数 が 1件以上", "過疎", "過疎 又は 数 が 4件以上", "数 が 5件以上"),
            ["アイウ", "イウ", "ウ", "ウエ"],
        ),
        (
            ("数 が 3件以上", "数 が 5件以上", "ア、イ のうち 1つ以上", "ア、イ のうち 2つ以上"),
            ["ア", "アイ", "ウ", "ウエ"],
        ),
    ],
)
def test_what_implies_what(requirements: tuple[str, ...], expected: list[str]) -> None:
    """Wider steps, lower thresholds, the first of のうち, parts of かつ and choices of 又は come along, no more."""
    assert list(together(book_of(*requirements), 10).values()) == expected


def test_places_and_shares_meet_at_the_bodies_at_hand() -> None:
    """Whether 上位3位 is within 上位5割 depends on how many are ranked; alone nothing tells, and cut-offs do."""
    book = book_of("率 が 上位3位", "率 が 上位5割")
    assert together(book, 6)["ア"] == "アイ"
    assert together(book, 5) == {"ア": "ア", "イ": "アイ"}
    assert together(book, 1) == {"イ": "イ"}, "alone it is the first of one"
    nation = book.score(_bodies(6))
    stored = stored_of(nation)
    assert _labels(book.score(_bodies(1), stored))["ア"] == "アイ"


def test_an_outcome_that_was_given_comes_along_too() -> None:
    """Where the ministry says that the first of のうち is not met, the ranks among those need it all the same."""
    book = book_of("数 が 0件超", "ア のうち 率 が 上位5割", "数 が 0件超 かつ 過疎")
    first = "推進.Ⅰ.(ⅰ).1.ア"
    for known in (_bodies(10), evolve(_bodies(10), outcomes={first: truth_from([False] + [None] * 9)})):
        assert _labels(book.score(known)) == {"ア": "ア", "イ": "アイ", "ウ": "アウ"}


def test_points_that_were_given_stand() -> None:
    """Leaves gain nothing below a node whose points were given."""
    book = book_of("数 が 0件超", "率 が 上位5割")
    leaves = ["推進.Ⅰ.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.イ"]
    for points, gain in (({}, 2), ({"推進.Ⅰ.(ⅰ).1": numbers_from([1] + [None] * 9, 0)}, 0)):
        assert Ahead(book.score(evolve(_bodies(10), points=points)), 0).gain(leaves) == gain
