"""Why points moved: worked out on paper, and on random revisions and populations the parts add up."""

import random
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import example, given, settings

import haiten
from effort import examples
from haiten.comparison.match import match
from haiten.comparison.mixed_facts import Whose, mixed, only
from haiten.comparison.transfer import transfer
from haiten.comparison.why import ORDER, Factor, ScoredYear, Why, YearsNode, why
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Body, Facts, Truth, facts_from, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.machine import run
from haiten.scoring.running.scores import PointsRange, Scores
from haiten.testing.edit import next_year
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

RULES = Path(__file__).parents[2] / "rules"
EXAMPLES = Path(__file__).parents[2] / "examples"


def book(text: str, year: str = "令和6年度") -> Rulebook:
    made = Rulebook(compile_source(Source("rules", f"言語 1\n{year} 市町村 評価指標\n{text}")))
    assert made.ok, made.diagnostics
    return made


def side(rules: Rulebook, facts: Facts, body: int = 0) -> ScoredYear:
    return ScoredYear(rules.score_checked(facts), body)


def changes(found: Why, line: YearsNode | None = None) -> dict[Factor, int]:
    return {factor: part.change for factor, part in found.parts(line or found.whole).items() if part.change}


RANKED = """事実 研修日数 : 日
交付金 推進 「交」 20点
目標 Ⅰ 「目」 20点
指標群 (ⅰ) 「群」 20点
指標 1 「指」 20点
ア 「上位」 {points}点 要件 研修日数 が 上位5割
イ 「している」 {rest}点
"""


def ranked(days: list[int | None], answers: list[bool | None]) -> Facts:
    bodies = tuple(Body(f"{10001 + place}") for place in range(len(days)))
    return Facts(bodies, {"研修日数": numbers_from(days, 0)}, {"推進.Ⅰ.(ⅰ).1.イ": truth_from(answers)})


def test_on_paper_each_part_is_what_was_worked_out() -> None:
    """ア 12→8点, イ 8→12点. The first body climbs from the third place to the second as the others fall, and answers.

    Old: third of four, no answer: 0. Rules: still nothing. Others (9, 8, 1 → 4, 3, 1) put 5 days first: +8. Figures
    5 → 3 days leave it within the half (4, 3, 3): 0. Answers: イ under the new rules, +12. Rules come to 0 first, and
    last to (8 − 12) + (12 − 8) = 0; others first are worth 12 points, last (with 3 days) 8.
    """
    old, new = book(RANKED.format(points=12, rest=8)), book(RANKED.format(points=8, rest=12), "令和7年度")
    then = ranked([5, 9, 8, 1], [False, True, True, True])
    now = ranked([3, 4, 3, 1], [True, True, True, True])
    found = why(side(old, then), side(new, now))
    assert (found.points(found.whole, new=False).certain, found.points(found.whole, new=True).certain) == (0, 20)
    assert changes(found) == {Factor.OTHERS: 8, Factor.ANSWERS: 12}
    whole = found.whole
    assert {factor: found.first(whole, factor).change for factor in ORDER} == {
        **dict.fromkeys(ORDER, 0),
        Factor.OTHERS: 12,
        Factor.ANSWERS: 8,
    }
    assert {factor: found.last(whole, factor).change for factor in ORDER} == {
        **dict.fromkeys(ORDER, 0),
        Factor.OTHERS: 8,
        Factor.ANSWERS: 12,
    }
    assert found.interaction(whole) == 0
    assert found.order_counts(whole)
    assert found.inert == {Factor.GIVEN}


def test_two_changes_that_are_worth_nothing_alone_are_an_interaction() -> None:
    """5 days are too few while the others keep theirs, 1 day once they have lost some: both together count."""
    rules = book(RANKED.format(points=12, rest=8))
    then, now = ranked([1, 9, 8, 7], [False] * 4), ranked([5, 9, 4, 3], [False] * 4)
    found = why(side(rules, then), side(rules, now))
    assert changes(found) == {Factor.FIGURES: 12}
    assert found.first(found.whole, Factor.FIGURES).change == 0
    assert found.last(found.whole, Factor.OTHERS).change == 12
    assert found.interaction(found.whole) == 12


def test_an_unknown_that_stays_is_no_range_where_it_cannot_matter() -> None:
    """An unanswered item of 8 and then 12 points moves by 0–4 with the rules, by −12–12 with the answer, else by 0."""
    old, new = book(RANKED.format(points=12, rest=8)), book(RANKED.format(points=8, rest=12), "令和7年度")
    facts = ranked([5, 9, 8, 1], [None, True, True, True])
    found = why(side(old, facts), side(new, facts))
    parts = found.parts(found.whole)
    assert (parts[Factor.RULES].low, parts[Factor.RULES].high) == (0, 4)
    assert (parts[Factor.ANSWERS].low, parts[Factor.ANSWERS].high) == (-12, 12)
    assert not parts[Factor.OTHERS].moved
    assert not parts[Factor.FIGURES].moved


def test_what_only_one_year_asks_moves_with_the_rules() -> None:
    """A new item that is met is the rules' gain, one that is gone their loss; the answers have not moved."""
    old = book(
        "交付金 推進 「交」 8点\n目標 Ⅰ 「目」 8点\n指標群 (ⅰ) 「群」 8点\n指標 1 「指」 8点\n"
        "ア 「a」 3点\nイ 「b」 5点\n"
    )
    new = book(
        "交付金 推進 「交」 8点\n目標 Ⅰ 「目」 8点\n指標群 (ⅰ) 「群」 8点\n指標 1 「指」 8点\n"
        "ア 「a」 3点\nイ 「c」 5点 新設\n",
        "令和7年度",
    )
    body = (Body("10001"),)
    above = "推進.Ⅰ.(ⅰ).1"
    then = Facts(body, answers={f"{above}.ア": truth_from([False]), f"{above}.イ": truth_from([True])})
    now = Facts(body, answers={f"{above}.ア": truth_from([True]), f"{above}.イ": truth_from([False])})
    found = why(side(old, then), side(new, now))
    assert changes(found) == {Factor.RULES: -5, Factor.ANSWERS: 3}
    assert not found.order_counts(found.whole)
    assert found.inert == {Factor.OTHERS, Factor.GIVEN}


# Random years


def two_years(seed: int) -> tuple[Rulebook, Rulebook, Facts, Facts] | None:
    """A random rulebook and a later one with a population each, in which the same bodies come up in another order."""
    old = compile_source(Source("old", print_rulebook(grow(seed))))
    new = compile_source(Source("new", print_rulebook(next_year(seed))))
    if not (old.ok and new.ok):
        return None
    before, after = Rulebook(old), Rulebook(new)
    draw = random.Random(seed)
    unknown = draw.choice([0.0, 0.0, 0.2])
    then, now = (
        facts_from(rules.program, sheets_for(rules.program, draw, draw.randint(3, 8), unknown))
        for rules in (before, after)
    )
    return before, after, then, now


def counted(line: YearsNode) -> list[YearsNode]:
    """What the points of a sum are made of: 別枠 stands outside the total."""
    return [each for each in line.below if line.node is not None or each.node is None or not each.node.special]


def nodes(found: Why) -> list[YearsNode]:
    return list(found.whole.walk())


@settings(max_examples=examples(60), deadline=None)
@example(65345)  # 別枠 moves, and the total does not
@given(SEEDS)
def test_the_parts_of_every_node_add_up_to_its_difference(seed: int) -> None:
    """Exactly in certain points, within the ranges; those of a sum are those below it."""
    drawn = two_years(seed)
    if drawn is None:
        return
    before, after, then, now = drawn
    found = why(side(before, then, 1), side(after, now, 2))
    for line in nodes(found):
        parts = found.parts(line)
        assert sum(part.change for part in parts.values()) == found.change(line).change
        for factor in ORDER:
            for part in (parts[factor], found.first(line, factor), found.last(line, factor)):
                assert part.low <= part.change <= part.high
        low, high = (sum(getattr(part, end) for part in parts.values()) for end in ("low", "high"))
        assert low <= found.change(line).change <= high
        if not found.order_counts(line):
            assert found.interaction(line) == 0
        sides = [node for node in (line.old, line.new) if node is not None]
        if line.below and all(node.children and node.mode is Mode.SUM and node.cap is None for node in sides):
            stayed = all(
                {each.path for each in (getattr(below, name) for below in line.below) if each} == set(node.children)
                for name, node in (("old", line.old), ("new", line.new))
                if node is not None
            )
            if stayed and not any(node.undisclosed for node in sides):
                for factor in ORDER:
                    assert parts[factor].change == sum(found.parts(each)[factor].change for each in counted(line))


@settings(max_examples=examples(40), deadline=None)
@given(SEEDS)
def test_a_mixture_of_one_year_alone_is_that_year(seed: int) -> None:
    """All facts of one year under its rules score what the year scored, with others or placed by its cut-offs."""
    drawn = two_years(seed)
    if drawn is None:
        return
    before, after, then, now = drawn
    sides = side(before, then, 1), side(after, now, 2)
    found = why(*sides)
    for year, scored in enumerate(sides):
        all_of_it = Whose(*[bool(year)] * 4)
        whole = [scored.scores.points(path, scored.body) for path in scored.scores.program.nodes]
        for alone in (False, True):
            facts, at = mixed(found.terms[year], (1, 2), all_of_it, alone=alone)
            stored = stored_of(scored.scores) if alone else None
            again = Scores(
                scored.scores.program, scored.scores.fingerprint, run(scored.scores.run.evaluator, facts, stored)
            )
            assert [again.points(path, at) for path in again.program.nodes] == whole


@settings(max_examples=examples(40), deadline=None)
@given(SEEDS)
def test_what_alone_changed_alone_moves(seed: int) -> None:
    """Rules, others, given outcomes, figures or answers that alone are others leave all other parts at nothing."""
    drawn = two_years(seed)
    if drawn is None:
        return
    before, after, then, _ = drawn
    scored = before.score_checked(then)
    carried = transfer(match(before.program, after.program), scored)
    found = why(side(before, then, 1), side(after, carried.facts, 1))
    for line in nodes(found):
        assert set(changes(found, line)) <= {Factor.RULES}
    draw = random.Random(seed)
    other = facts_from(before.program, sheets_for(before.program, draw, len(then), 0.1))
    flags = frozenset(name for name, fact in before.program.facts.items() if fact.is_yes_no)
    same = why(side(before, then, 1), side(before, other, 1)).terms[0]
    for factor, whose in {
        Factor.OTHERS: Whose(True, False, False, False),
        Factor.GIVEN: Whose(False, True, False, False),
        Factor.FIGURES: Whose(False, False, True, False),
        Factor.ANSWERS: Whose(False, False, False, True),
    }.items():
        facts, at = mixed(same, (1, 1), whose, alone=False)
        found = why(side(before, then, 1), side(before, facts, at))
        for line in nodes(found):
            assert set(changes(found, line)) <= {factor}
            change = found.change(line).change
            assert found.first(line, factor).change == found.last(line, factor).change == change
    assert flags == same.flags


def answered(facts: Facts, draw: random.Random) -> Facts:
    """The same with every open answer and outcome of a body decided, of which nothing else knows."""

    def told(truth: Truth) -> Truth:
        cells = zip(truth.certain.tolist(), truth.possible.tolist(), strict=True)
        return truth_from([certain if certain == possible else draw.random() < 0.5 for certain, possible in cells])

    return evolve(facts, answers={name: told(truth) for name, truth in facts.answers.items()})


@settings(max_examples=examples(40), deadline=None)
@given(SEEDS)
def test_a_range_holds_what_comes_out_once_all_is_answered(seed: int) -> None:
    """Whatever the open answers of a single body turn out to be, each part lies within what was said before."""
    drawn = two_years(seed)
    if drawn is None:
        return
    before, after, then, now = drawn
    draw = random.Random(seed)
    open_ = [only(facts, 0) for facts in (then, now)]
    said = why(side(before, open_[0]), side(after, open_[1]))
    closed = [answered(facts, draw) for facts in open_]
    found = why(side(before, closed[0]), side(after, closed[1]))
    for line, same in zip(nodes(said), nodes(found), strict=True):
        for factor in ORDER:
            for part, now_known in (
                (said.parts(line)[factor], found.parts(same)[factor]),
                (said.first(line, factor), found.first(same, factor)),
                (said.last(line, factor), found.last(same, factor)),
            ):
                assert part.low <= now_known.low <= now_known.high <= part.high, (line.path, factor)


# The real rulebooks


@pytest.fixture(scope="module")
def books() -> dict[str, Rulebook]:
    return {year: haiten.compile(RULES / year / "municipal.haiten") for year in ("r6", "r7", "r8")}


def real(books: dict[str, Rulebook], year: str, file: str, code: str) -> ScoredYear:
    scores = books[year].score(EXAMPLES / file)
    body = scores.index(code)
    assert body is not None
    return ScoredYear(scores, body)


def test_the_village_of_the_example_gained_44_points(books: dict[str, Rulebook]) -> None:
    """北塩原村 295 → 339: 20 points went with the indicator of R6 that is gone; outcomes gave 33, its answers 31."""
    found = why(real(books, "r6", "kitashiobara_r6.csv", "074021"), real(books, "r7", "kitashiobara_r7.csv", "074021"))
    assert changes(found) == {Factor.RULES: -20, Factor.GIVEN: 33, Factor.ANSWERS: 31}
    lines = {line.path: line for line in nodes(found)}
    assert changes(found, lines["支援.Ⅱ"]) == {Factor.RULES: -20}
    assert changes(found, lines["推進.Ⅱ"]) == {Factor.GIVEN: 16, Factor.ANSWERS: 6}
    assert not found.order_counts(found.whole)


@pytest.mark.parametrize(("years", "totals"), [(("r6", "r7"), (316, 320)), (("r7", "r8"), (320, 315))])
def test_higashikawa_over_three_years(
    books: dict[str, Rulebook], years: tuple[str, str], totals: tuple[int, int]
) -> None:
    """東川町's published points: all of the difference is told, and none of it twice."""
    then, now = (real(books, year, f"higashikawa_biei_{year}.csv", "01458") for year in years)
    found = why(then, now)
    whole = found.whole
    assert (found.points(whole, new=False).certain, found.points(whole, new=True).certain) == totals
    assert all(part.decided for part in found.parts(whole).values())
    assert sum(changes(found).values()) == totals[1] - totals[0]


def test_cutoffs_stand_for_the_others(books: dict[str, Rulebook]) -> None:
    """One body placed by the cut-offs of either year: the ends are those of the placed scores, and the parts add up."""
    draw = random.Random(7)
    populations = {
        year: facts_from(books[year].program, sheets_for(books[year].program, draw, 40, 0)) for year in ("r7", "r8")
    }
    sides = []
    for year, facts in populations.items():
        stored = stored_of(books[year].score_checked(facts))
        one = only(facts, 0)
        sides.append(ScoredYear(books[year].score_checked(one, stored), 0, stored))
        assert sides[-1].scores.points(None, 0) == books[year].score_checked(facts).points(None, 0)
    found = why(*sides)
    assert found.is_placed
    assert Factor.OTHERS in found.factors
    for line in nodes(found):
        assert sum(part.change for part in found.parts(line).values()) == found.change(line).change
    assert isinstance(found.points(found.whole, new=True), PointsRange)
    assert changes(found).get(Factor.OTHERS) is not None
