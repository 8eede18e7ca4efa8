"""Whole allocations over random populations: money is conserved, order and scale do not matter, limits hold."""

import random
from fractions import Fraction

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings

from haiten.allocation.allocate import Allocated, allocate
from haiten.allocation.trace import trace_money
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from strategies import SEEDS

TEXT = """言語 1
令和6年度 市町村 配分
事実 人数 : 人 1以上
事実 点数 : 点 0以上
事実 離島 : 該当
事実 見込額 : 円 0以上
区分 規模 = 人数
  「大」 50人以上
  「小」 その他
予算 推進 {budget}円
配分 基本 推進 残り
  内訳 規模 按分 人数
  按分 点数 × 人数
  不用額 残す
配分 離島枠 推進 {islands}円
  対象 離島
  按分 点数
  不用額 基本
配分 強化 推進 {frames}円
  枠 ア 点数 が 上位5割
  枠 イ 離島
  枠 ウ 点数 が 全国平均(点数) 超
  均等 該当枠数 上限 2つ
  不用額 基本
配分 緩和 推進 {cushion}円
  激変緩和 前年度(交付額(推進)) × 0.9 {shared}
  不用額 残す
限度 推進 = 見込額 再配分 点数
端数 {unit}円未満 切捨て 残額 {rest}
"""


@frozen
class Case:
    """An allocation and its bodies: persons, points, island, last year's yen, limit."""

    text: str
    unit: int
    budget: int
    shared: bool
    rows: tuple[tuple[int, int, bool, int, int], ...]


def case_of(seed: int) -> Case:
    """A random case; many small figures, so that ties, empty pots and tight limits are common."""
    draw = random.Random(seed)
    budget = draw.choice([0, 1, 997, 100_000, 10**9, 10**15])
    parts = [budget * draw.choice([0, 1, 5, 20]) // 100 for _ in range(3)]
    unit = draw.choice([1, 1000])
    shared = draw.random() < 0.5
    text = TEXT.format(
        budget=budget,
        islands=parts[0],
        frames=parts[1],
        cushion=parts[2],
        shared="負担 他団体" if shared else "",
        unit=unit,
        rest=draw.choice(["最大剰余", "不用額"]),
    )
    size = draw.choice([1, 2, 3, 8])
    usual = budget // size
    rows = tuple(
        (
            draw.choice([1, 10, 49, 50, 300]),
            draw.choice([0, 0, 1, 2, 5, 100]),
            draw.random() < 0.3,
            draw.choice([0, usual // 2, usual, usual * 2]),
            draw.choice([0, usual // 3, usual * 3, usual * 100]),
        )
        for _ in range(size)
    )
    return Case(text, unit, budget, shared, rows)


def facts_of(case: Case, order: list[int] | None = None) -> Facts:
    places = order or list(range(len(case.rows)))
    rows = [case.rows[i] for i in places]
    numbers = {
        name: numbers_from([row[at] for row in rows], 0)
        for name, at in (("人数", 0), ("点数", 1), ("前年度.交付額(推進)", 3), ("見込額", 4))
    }
    bodies = tuple(Body(f"{10001 + i}") for i in places)
    return Facts(bodies, numbers, {"離島": truth_from([row[2] for row in rows])})


def divided(case: Case, order: list[int] | None = None) -> Allocated:
    rulebook = Rulebook(compile_source(Source("random.haiten", case.text)))
    assert rulebook.ok, rulebook.diagnostics
    outcome = allocate(rulebook.score(facts_of(case, order)))
    assert outcome.allocated is not None, outcome.diagnostics
    return outcome.allocated


@settings(max_examples=150)
@given(SEEDS)
def test_money_is_conserved(seed: int) -> None:
    """What bodies get and what remains is the budget, to the yen; nobody pays in, and nobody exceeds the limit."""
    case = case_of(seed)
    found = divided(case)
    assert sum(found.paid) + found.remainder == case.budget
    assert found.remainder >= 0
    result = found.budgets["推進"]
    assert all(yen >= 0 for yen in result.paid)
    assert all(yen <= row[4] for yen, row in zip(result.paid, case.rows, strict=True))
    assert all(yen % case.unit == 0 for yen in result.paid)
    for pot in found.pots.values():
        assert sum(pot.paid) + pot.unspent == pot.amount
        assert pot.amount == pot.pot.amount + sum(yen for _, yen in pot.received)


@settings(max_examples=60)
@given(SEEDS)
def test_the_order_of_bodies_does_not_matter(seed: int) -> None:
    """In whatever order the rows stand, each body gets the same."""
    case = case_of(seed)
    order = list(range(len(case.rows)))
    random.Random(seed).shuffle(order)
    straight, moved = divided(case).paid, divided(case, order).paid
    assert moved == tuple(straight[i] for i in order)


@settings(max_examples=60)
@given(SEEDS)
def test_the_scale_of_points_does_not_matter(seed: int) -> None:
    """Points that are all seven times as many divide the money alike."""
    case = case_of(seed)
    larger = evolve(case, rows=tuple((n, 7 * points, *rest) for n, points, *rest in case.rows))
    assert divided(larger).paid == divided(case).paid


@settings(max_examples=100)
@given(SEEDS)
def test_shares_are_those_of_plain_arithmetic(seed: int) -> None:
    """The exact share in each pot is what fractions give, written down from the words of the rules."""
    case = case_of(seed)
    found = divided(case)
    rows = case.rows
    mean = Fraction(sum(row[1] for row in rows), len(rows))
    base, islands, frames = (found.pots[name] for name in ("基本", "離島枠", "強化"))
    counts = []
    for i, (_, points, island, _, _) in enumerate(rows):
        place = 1 + sum(other[1] > points for other in rows)
        met = (2 * place <= len(rows), island, points > mean)
        assert frames.met[i] == met
        counts.append(min(sum(met), 2))
    island_points = sum(row[1] for row in rows if row[2])
    assert islands.groups[0].total == island_points
    assert frames.groups[0].total == sum(counts)
    for i, (persons, points, island, _, _) in enumerate(rows):
        if island_points:
            share = Fraction(islands.amount * points, island_points) if island else 0
            assert islands.exact[i] == share
        if sum(counts):
            price = frames.amount // sum(counts) // case.unit * case.unit
            assert frames.paid[i] == price * counts[i]
        same = [row for row in rows if (row[0] >= 50) == (persons >= 50)]
        weights = sum(row[0] * row[1] for row in same)
        group = base.groups[base.member[i] or 0]
        assert abs(group.amount - Fraction(base.amount * sum(r[0] for r in same), sum(r[0] for r in rows))) < case.unit
        if weights:
            assert base.exact[i] == Fraction(group.amount * persons * points, weights)


@settings(max_examples=100)
@given(SEEDS)
def test_a_cushion_lifts_to_the_floor(seed: int) -> None:
    """Nobody is lifted beyond the floor or bears money below it; who is short stays so only where money runs out."""
    case = case_of(seed)
    cushion = divided(case).pots["緩和"]
    assert cushion.cushion is not None
    before, floors = cushion.cushion.before, cushion.cushion.floor
    after = [b + p for b, p in zip(before, cushion.paid, strict=True)]
    for b, a, floor, row in zip(before, after, floors, case.rows, strict=True):
        assert floor == Fraction(row[3] * 9, 10)
        assert a >= min(b, floor)
        assert a <= max(b, floor)
    short = any(floor - a >= case.unit for a, floor in zip(after, floors, strict=True))
    spare = any(a - floor >= case.unit for a, floor in zip(after, floors, strict=True))
    assert not (short and cushion.unspent >= case.unit)
    assert not (short and spare and case.shared)


def test_unknown_values_stand_in_the_way() -> None:
    """With something unknown nothing is divided, and each missing fact is told once; taken as none, it is counted."""
    case = evolve(case_of(0), rows=((10, 5, True, 0, 9), (60, 3, False, 0, 9)))
    rulebook = Rulebook(compile_source(Source("random.haiten", case.text)))
    facts = facts_of(case)
    missing = evolve(facts, numbers={**facts.numbers, "点数": numbers_from([5, None], 0)})
    outcome = allocate(rulebook.score(missing))
    assert outcome.allocated is None
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["H917"]
    assumed = allocate(rulebook.score(missing), assume=True).allocated
    assert assumed is not None
    assert {a.count for a in assumed.assumptions} == {1}
    assert assumed.pots["基本"].weights == (50, 0)
    assert sum(assumed.paid) + assumed.remainder == case.budget


@settings(max_examples=60)
@given(SEEDS)
def test_more_points_never_give_less(seed: int) -> None:
    """All else equal, a body with more points gets at least as much of the pot that is divided by points."""
    case = case_of(seed)
    first = (*case.rows[0][:2], True, *case.rows[0][3:])
    before = evolve(case, rows=(first, *case.rows[1:]))
    after = evolve(case, rows=((first[0], first[1] + 1 + seed % 50, *first[2:]), *case.rows[1:]))
    assert divided(after).pots["離島枠"].paid[0] >= divided(before).pots["離島枠"].paid[0]


@settings(max_examples=60)
@given(SEEDS)
def test_every_trace_leads_to_the_yen(seed: int) -> None:
    """For any body the steps of the trace add up to what it gets: pots, floors, limits and 再配分."""
    found = divided(case_of(seed))
    for body in range(len(found.bodies)):
        (trace,) = trace_money(found, body)
        assert sum(pot.paid for pot in trace.pots) == trace.shared
        assert trace.paid == trace.shared - trace.cut + trace.added == found.paid[body]
        for pot in trace.pots:
            if pot.bearing is not None:
                steps = [step.paid if step is not None else 0 for step in (pot.bearing.own, pot.bearing.moved)]
                assert pot.paid == sum(steps) - pot.bearing.yen_borne
            if pot.split is not None:
                assert (pot.split.amount, pot.split.paid) == (pot.amount, pot.case_amount)
        if trace.refill is not None:
            assert trace.limit is not None
            full = trace.limit // trace.unit * trace.unit - trace.shared
            assert trace.added == (trace.refill.share.paid if trace.refill.share else full)
        else:
            assert not trace.added


def test_the_yen_of_all_bodies_are_added_once() -> None:
    """Whoever goes through the bodies asks for them again and again."""
    found = divided(case_of(1))
    assert found.paid is found.paid


@pytest.mark.parametrize("budget", [0, 1, 10**15])
@pytest.mark.parametrize("points", [0, 5])
@pytest.mark.parametrize("size", [1, 3])
def test_extremes_are_divided_too(budget: int, points: int, size: int) -> None:
    """A single body, no points anywhere, one yen, 10^15 yen: what is not paid is stated to remain."""
    case = case_of(0)
    text = TEXT.format(budget=budget, islands=0, frames=0, cushion=0, shared="", unit=1, rest="最大剰余")
    rows = ((10, points, False, 0, budget),) * size
    found = divided(evolve(case, text=text, budget=budget, rows=rows))
    assert found.paid == (tuple(budget // size + (i < budget % size) for i in range(size)) if points else (0,) * size)
    assert found.remainder == (0 if points else budget)
