"""Sums of items, of any number and worth: bytes are added up as long as they hold the sum, and no longer."""

import numpy as np
import pytest
from numpy.typing import NDArray

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, truth_of
from haiten.scoring.rulebook import Rulebook

SIZE = 40
GROUP = "推進.Ⅰ.(ⅰ)"


def rulebook(points: list[int], total: int, mode: str = "") -> Rulebook:
    """Indicators that are asked, worth so many points each."""
    head = ["言語 1", "令和6年度 市町村 評価指標", f"交付金 推進 「交」 {total}点", f"目標 Ⅰ 「目」 {total}点"]
    items = [f"指標 {number} 「指」 {worth}点" for number, worth in enumerate(points, start=1)]
    made = Rulebook(
        compile_source(Source("rules", "\n".join([*head, f"指標群 (ⅰ) 「群」 {total}点{mode}", *items, ""])))
    )
    assert made.ok, made.diagnostics
    return made


def answers(count: int, unknown: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Certain and possible answers, by item and body; the first body meets all, the last nothing."""
    chance = np.random.default_rng(count)
    certain = chance.random((count, SIZE)) < 0.5
    certain[:, 0], certain[:, -1] = True, False
    # Of every third item all is decided.
    open_items = (np.arange(count) % 3 > 0)[:, None]
    return certain, certain | (chance.random((count, SIZE)) < unknown) & open_items


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize(
    "points",
    [
        *([1], [5, 2], [2] * 63, [2] * 64, [100, 27], [100] * 3, [200, 200, 1], [3, 0, 4], [1, 1, 2, 2, 2, 300, 300]),
        *([1] * count for count in (127, 128, 129, 300)),
        *([127], [128], [32_767], [32_768], [20_000, 12_767], [20_000] * 3),
    ],
)
def test_sums_are_those_of_numpy(points: list[int], unknown: float) -> None:
    """Certain and possible points of the items and of all together, and the verdicts as a table."""
    certain, possible = answers(len(points), unknown)
    made = rulebook(points, sum(points))
    columns = {f"{GROUP}.{item + 1}": truth_of(certain[item], possible[item]) for item in range(len(points))}
    scores = made.score(Facts(tuple(Body(f"{10001 + body}") for body in range(SIZE)), {}, columns))
    worth = np.array(points)
    for found, expected in zip(scores.own(GROUP), (worth @ certain, worth @ possible), strict=True):
        assert found.tolist() == expected.tolist()
    assert [column.tolist() for column in scores.total()] == [column.tolist() for column in scores.own(GROUP)]
    for item, path in enumerate(columns):
        assert scores.own(path)[1].tolist() == (points[item] * possible[item]).tolist()
    assert (scores.verdict_table() == np.where(certain, 0, np.where(possible, 2, 1))).all()


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize(("points", "cap"), [([60, 60], 60), ([100] * 3, 127), ([1] * 200, 128), ([3, 3], 6)])
def test_a_cap_cuts_sums_of_any_size(points: list[int], cap: int, unknown: float) -> None:
    """The cap is the most that is possible; what it takes off the certain points is told."""
    certain, possible = answers(len(points), unknown)
    made = rulebook(points, cap, f" 上限 {cap}点")
    columns = {f"{GROUP}.{item + 1}": truth_of(certain[item], possible[item]) for item in range(len(points))}
    scores = made.score(Facts(tuple(Body(f"{10001 + body}") for body in range(SIZE)), {}, columns))
    full, most = np.array(points) @ certain, np.array(points) @ possible
    assert [column.tolist() for column in scores.own(GROUP)] == [
        np.minimum(full, cap).tolist(),
        np.minimum(most, cap).tolist(),
    ]
    assert scores.cut(GROUP).tolist() == np.maximum(full - cap, 0).tolist()


@pytest.mark.parametrize(("points", "hidden"), [([3, 4], 5), ([100], 100), ([1] * 127, 1), ([20_000], 20_000)])
def test_undisclosed_points_are_possible_on_top(points: list[int], hidden: int) -> None:
    """未公表 points widen what is possible, and never what is certain."""
    certain, possible = answers(len(points), 0.3)
    made = rulebook(points, sum(points) + hidden, f"\n未公表 {hidden}点")
    columns = {f"{GROUP}.{item + 1}": truth_of(certain[item], possible[item]) for item in range(len(points))}
    scores = made.score(Facts(tuple(Body(f"{10001 + body}") for body in range(SIZE)), {}, columns))
    full, most = np.array(points) @ certain, np.array(points) @ possible + hidden
    assert [column.tolist() for column in scores.own(GROUP)] == [full.tolist(), most.tolist()]


@pytest.mark.parametrize("cap", [99, 127, 128, 40_000])
def test_a_cap_may_lie_beyond_what_the_items_alone_come_to(cap: int) -> None:
    """未公表 points beside small items reach a cap that the items cannot: it cuts nothing that is certain."""
    made = rulebook([3, 2], cap, f" 上限 {cap}点\n未公表 50,000点")
    some = [f"{GROUP}.1", f"{GROUP}.2"]
    met = np.array([True, False])
    facts = Facts((Body("10001"), Body("10002")), {}, dict.fromkeys(some, truth_of(met, met)))
    scores = made.score(facts)
    assert [points.tolist() for points in scores.own(GROUP)] == [[5, 0], [cap, cap]]
    assert scores.cut(GROUP).tolist() == [0, 0]
