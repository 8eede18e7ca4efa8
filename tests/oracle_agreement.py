"""What it means that the evaluator agrees with the oracle, and the plan of one body with a run."""

from collections.abc import Iterable

from haiten.scoring.explaining.explain import explain
from haiten.scoring.one.one_score import OneScore
from haiten.scoring.running.scores import PointsRange, Scores, Verdict
from haiten.testing.oracle import Oracle


def hold_to_oracle(scores: Scores, oracle: Oracle, bodies: Iterable[int]) -> None:
    """Own and counted points, cuts, verdicts and what was given, for every node and some bodies.

    Columns over all bodies and what is told of one body are read in different ways: both are held to the oracle.
    """
    verdicts = list(Verdict)
    listed = list(bodies)
    for path, node in scores.program.nodes.items():
        own, counted, cut = scores.own(path), scores.counted(path), scores.cut(path)
        column = scores.verdicts(path) if node.is_leaf else None
        for i in listed:
            before, after = oracle.own(path, i), oracle.counted(path, i)
            assert (own[0][i], own[1][i]) == (before.certain, before.possible), (path, i, "own")
            assert (counted[0][i], counted[1][i]) == (after.certain, after.possible), (path, i, "counted")
            told = (
                PointsRange(before.certain, before.possible, node.maximum),
                PointsRange(after.certain, after.possible, node.maximum),
            )
            assert scores.ranges(path, i) == told, (path, i, "one body")
            assert cut[i] == oracle.cut(path, i), (path, i, "cut")
            if column is not None:
                verdict = oracle.verdict(path, i)
                assert (verdicts[column[i]].value, scores.verdict(path, i).value) == (verdict, verdict), (path, i)
                assert bool(scores.run.given(path)[i]) == (oracle.given(path, i) is not None), (path, i)


def hold_one_to_run(one: OneScore, scores: Scores) -> None:
    """All that is told of a body that was scored for itself is what is told of it as the only one of a run."""
    assert one.points() == scores.points(None, 0)
    for path in scores.program.nodes:
        assert one.ranges(path) == scores.ranges(path, 0), path
        assert one.points(path) == scores.points(path, 0), path
    assert one.verdicts() == {leaf.path: scores.verdict(leaf.path, 0) for leaf in scores.program.leaves}
    assert all(one.verdict(path) == verdict for path, verdict in one.verdicts().items())
    assert one.explain() == explain(scores, 0)
