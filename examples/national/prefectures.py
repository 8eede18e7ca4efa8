"""The 47 invented prefectures around the invented municipalities of R8: who answers what, which values lie behind."""

import csv
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from attrs import frozen

import haiten
from bodies import Bodies, Bools, Floats, Ints, prefectural_codes, region
from files import SYNTHETIC, as_cells
from haiten.compiler.program.program import Program
from nation import ROOT, Draft, Numbers, make_population
from plan import Ladder, Plan, make_plan
from ranks import ImpossibleError, cuts_of, ladder
from spreads import PREFECTURAL_SPREADS

RULES: Final = ROOT / "rules" / "r8" / "prefectural.haiten"
COUNTS: Final = Path(__file__).with_name("prefectural_counts.csv")
YEAR: Final = "R8"
PREFECTURES: Final = 47
# Points by rank that were published for R8: the best, 宮城県, 岩手県, 北海道, the median, 福島県, the worst.
POINTS: Final = {1: 637, 6: 587, 12: 562, 19: 550, 24: 534, 26: 530, 47: 429}
# What all 47 come to, by the published averages of the goals (推進 76.5 and 77.1, 支援 62.0 and 77.5) and of the grants
# (269.6 and 266.0), which leave little choice; undisclosed points are what the known leaves lack of it.
TOTAL: Final = 25_175
MEMBERS_AVERAGE: Final = "管内平均(得点(全体))"
OWN_SCORE: Final = "今年度評価得点"
# A municipality scores far below the nation when it has less than this (R8, published).
THRESHOLD: Final = 279.7
# Undisclosed points that are steps of ranks: of so many rankings, so many bodies have each, at so many points a step.
STEPS: Final = {"推進.Ⅱ.(ⅱ).3": (1, (33, 24, 14, 4), 3), "支援.Ⅰ.(ⅱ).9": (2, (32, 23, 14, 4), 1)}
# Undisclosed points that are answers: points and how many bodies lack each.
LACKING: Final = {"支援.Ⅱ.(ⅰ).1": ((4, 2),) * 8 + ((5, 2),) * 2 + ((5, 3),)}
# Undisclosed points of a whole goal are what is then left of a body's points.
LEFT: Final = "推進.Ⅲ"
# 福島県's 64 points there were the 45th of 47.
LEFT_BOUNDS: Final = (55, 98)
_ATTEMPTS: Final = 200
# How much a prefecture's ability decides its answers.
_PULL: Final = 0.3


@frozen(eq=False)
class Prefectures:
    """The prefectures of R8.

    Attributes:
        insured: 第1号被保険者数 of their municipalities.
        numbers: facts and 前年度. columns, by name.
        answers: by path.
        given: points of what is undisclosed, by path.
        points: every prefecture's points.
    """

    insured: Ints
    numbers: dict[str, Numbers]
    answers: dict[str, Bools]
    given: dict[str, Ints]
    points: Ints


def prefectural_counts() -> dict[str, int]:
    """How many of the 47 score by each leaf, by path."""
    with COUNTS.open(encoding="utf-8", newline="") as rows:
        return {row["path"]: int(row["prefectures"]) for row in csv.DictReader(rows)}


@cache
def make_prefectures(seed: int) -> Prefectures:
    """The prefectures of a seed, around the municipalities of the same seed.

    Raises:
        ImpossibleError: none that were drawn spread as published.
    """
    program = haiten.compile(RULES).program
    for attempt in range(_ATTEMPTS):
        made = _draw(program, seed, np.random.default_rng([seed, 40, attempt]))
        if LEFT_BOUNDS[0] <= made.given[LEFT].min() <= made.given[LEFT].max() <= LEFT_BOUNDS[1]:
            return made
    raise ImpossibleError(f"{LEFT} {LEFT_BOUNDS}")


def _draw(program: Program, seed: int, rng: np.random.Generator) -> Prefectures:
    members = make_population(YEAR, seed)
    home = members.bodies.prefecture
    averages = np.rint(np.bincount(home, members.points) / np.bincount(home) * 1000).astype(np.int64)
    low = np.bincount(home[members.points < THRESHOLD], minlength=PREFECTURES)
    elderly, insured = (_sums(home, values) for values in (members.bodies.elderly, members.bodies.insured))
    # Abler prefectures have abler members, as far as that goes.
    able = _standard(0.5 * _standard(averages.astype(np.float64)) + 0.9 * rng.normal(size=PREFECTURES))
    nothing = np.full(PREFECTURES, "")
    bodies = Bodies(np.arange(PREFECTURES), nothing, nothing, insured, elderly, (), able)
    plan = make_plan(program)
    own, average = (_ladder(plan, name) for name in (OWN_SCORE, MEMBERS_AVERAGE))
    drawn = tuple(asked for asked in plan.ladders if asked not in (own, average))
    plan = Plan(plan.answers, drawn, plan.choices, plan.zeros, None)
    draft = Draft(program, plan, bodies, prefectural_counts(), PREFECTURAL_SPREADS, rng)
    draft.fill_ranks()
    _answer(draft)
    for path, fact in plan.zeros.items():
        # As many have none as was published: those whose members have the fewest, or the best average among equals.
        free = _among(np.lexsort((-averages, low)), draft.counts[path])
        draft.numbers[fact.name] = Numbers(fact, np.where(free, 0, np.maximum(low, 1)))
        draft.earn((path,), [free])
    _rank(draft, average, averages * 10 ** (average.fact.decimals - 3))
    given = _undisclosed(draft)
    elsewhere = draft.earned() + np.sum(list(given.values()), axis=0)
    points = np.zeros(PREFECTURES, dtype=np.int64)
    points[np.argsort(-elsewhere, kind="stable")] = _spread_points(own, draft.counts)
    _rank(draft, own, points)
    given[LEFT] = points - draft.earned() - np.sum(list(given.values()), axis=0)
    return Prefectures(insured, draft.numbers, draft.answers, given, points)


def _sums(home: Ints, values: Ints) -> Ints:
    return np.bincount(home, values).astype(np.int64)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _ladder(plan: Plan, fact: str) -> Ladder:
    return next(asked for asked in plan.ladders if asked.fact.name == fact)


def _among(order: Ints, count: int) -> Bools:
    """Who is among the first of an order."""
    return np.isin(np.arange(PREFECTURES), order[:count])


def _answer(draft: Draft) -> None:
    """Who answers yes: as many as the counts say. Half of what parts prefectures is common to an indicator."""
    common: dict[str, Floats] = {}
    for leaf in draft.plan.answers:
        shared = common.setdefault(".".join(leaf.path.split(".")[:4]), draft.likely(_PULL))
        order = np.argsort(-(shared + draft.rng.normal(size=PREFECTURES)), kind="stable")
        met = _among(order, draft.counts[leaf.path])
        draft.answers[leaf.path] = met
        draft.earn((leaf.path,), [met])


def _rank(draft: Draft, asked: Ladder, values: Ints) -> None:
    """A ranked fact with values that are there already, changed as little as needed to hold the counts."""
    counts = [draft.counts[leaf] for leaf in asked.leaves]
    order = np.argsort(-values, kind="stable")
    settled = values.copy()
    settled[order] = ladder(values[order], cuts_of(asked.shares, counts, PREFECTURES), 0, 800 * 10**asked.fact.decimals)
    draft.numbers[asked.fact.name] = Numbers(asked.fact, settled)
    draft.earn(asked.leaves, [_among(order, count) for count in counts])


def _undisclosed(draft: Draft) -> dict[str, Ints]:
    """Points of what is undisclosed, but for the goal that takes what is left."""
    given = {}
    for path, (rankings, counts, points) in STEPS.items():
        orders = [np.argsort(-draft.likely(0.3), kind="stable") for _ in range(rankings)]
        given[path] = np.sum([points * _among(order, count) for order in orders for count in counts], axis=0)
    for path, items in LACKING.items():
        lacking = [points * _among(np.argsort(draft.likely(_PULL), kind="stable"), count) for points, count in items]
        given[path] = draft.program.nodes[path].maximum - np.sum(lacking, axis=0)
    return given


def _spread_points(own: Ladder, counts: dict[str, int]) -> Ints:
    """Points of all indicators from the best down: the published ones at their ranks, and what all come to."""
    ranks = np.arange(1, PREFECTURES + 1)
    anchors = np.array(list(POINTS))
    line = np.interp(ranks, anchors, list(POINTS.values()))
    # Between published ranks the line bends, so that the sum comes out: most in the middle of the longest stretch.
    before = anchors[np.searchsorted(anchors, ranks, side="right") - 1]
    after = anchors[np.minimum(np.searchsorted(anchors, ranks), len(anchors) - 1)]
    bend = (ranks - before) * (after - ranks)
    spread = np.rint(line + bend * (TOTAL - line.sum()) / bend.sum()).astype(np.int64)
    cuts = cuts_of(own.shares, [counts[leaf] for leaf in own.leaves], PREFECTURES)
    for cut in cuts:
        spread[cut.capacity - 1 : cut.count] = spread[cut.capacity - 1]
    ends = {place for cut in cuts for place in range(cut.capacity - 1, cut.count + 1)}
    movable = [place for place in range(PREFECTURES) if place + 1 not in POINTS and place not in ends]
    while lacking := TOTAL - int(spread.sum()):
        step = 1 if lacking > 0 else -1
        room = [place for place in movable if spread[place - 1] > spread[place] + step > spread[place + 1]]
        if not room:
            raise ImpossibleError(f"{lacking}点")
        spread[room[0]] += step
        movable.remove(room[0])
    return np.asarray(spread, dtype=np.int64)


def prefectural_frame(seed: int, *, figures: bool = True) -> pl.DataFrame:
    """The prefectures as a fact file has them, with or without the figures over their members."""
    made = make_prefectures(seed)
    left_out = () if figures else haiten.compile(RULES).program.aggregates
    home = np.arange(PREFECTURES)
    names = [f"県{number + 1:02d}" for number in home]
    columns = {
        "団体コード": pl.Series(prefectural_codes(home)),
        "団体名": pl.Series(names),
        "都道府県": pl.Series(names),
        "年度": pl.Series([YEAR] * PREFECTURES),
        "属性.データ": pl.Series([SYNTHETIC] * PREFECTURES),
        "属性.地方": pl.Series(region(home)),
        "属性.第1号被保険者数": pl.Series(made.insured),
    }
    columns |= {name: as_cells(numbers) for name, numbers in made.numbers.items() if name not in left_out}
    columns |= {path: pl.Series(met) for path, met in made.answers.items()}
    columns |= {f"得点.{path}": pl.Series(points) for path, points in made.given.items()}
    return pl.DataFrame(columns)
