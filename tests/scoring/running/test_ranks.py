"""Ranks on the real R6 rulebook: steps, ties, implementers, one of two."""

import random
from collections.abc import Sequence

import numpy as np

import haiten
import populations
from haiten.scoring.facts.facts import Body, Facts, numbers_from
from haiten.scoring.running.scores import Scores, Verdict

N = populations.NATION
BODIES = tuple(Body(code) for code in populations.codes(N))
STEPS = (1218, 870, 522, 174)


def score(rulebook: haiten.Rulebook, **columns: tuple[Sequence[int | None], int]) -> Scores:
    numbers = {name.replace("__", "."): numbers_from(cells, decimals) for name, (cells, decimals) in columns.items()}
    return rulebook.score(Facts(BODIES, numbers))


def awarded(scores: Scores, path: str) -> int:
    return int((scores.verdicts(path) == list(Verdict).index(Verdict.AWARDED)).sum())


def test_steps_without_ties(r6: haiten.Rulebook) -> None:
    """Of 1,741 distinct values 1,218 / 870 / 522 / 174 are within 7, 5, 3 and 1 tenths, from the good end."""
    values = random.Random(1).sample(range(10_000), N)
    scores = score(r6, 長期軽度変化率=(values, 2))
    for item, step in zip("アイウエ", STEPS, strict=True):
        path = f"推進.Ⅳ.成果.2.{item}"
        assert awarded(scores, path) == step
        inside = [value for value, code in zip(values, scores.verdicts(path), strict=True) if code == 0]
        assert sorted(inside) == sorted(values)[:step]


def test_ties_at_the_boundary_are_all_in(r6: haiten.Rulebook) -> None:
    """1,336 bodies at 100 % are all within every step, and nobody else is within the last."""
    values = [10_000] * 1336 + list(range(N - 1336))
    scores = score(r6, 医療情報突合割合=(values, 2))
    for item in "アイウエ":
        assert awarded(scores, f"推進.Ⅱ.(ⅱ).2.{item}") == 1336


def test_a_tie_across_the_boundary_is_in(r6: haiten.Rulebook) -> None:
    """174 places and a tie at the 174th: all that share it are in; one place later none of them is."""
    descending = [5000 - i for i in range(N)]
    at = descending.copy()
    at[173:176] = [at[173]] * 3
    after = descending.copy()
    after[174:177] = [after[174]] * 3
    assert awarded(score(r6, ケアプラン点検割合=(at, 2)), "推進.Ⅱ.(ⅱ).1.エ") == 176
    assert awarded(score(r6, ケアプラン点検割合=(after, 2)), "推進.Ⅱ.(ⅱ).1.エ") == 174


def test_unknown_values_are_not_counted(r6: haiten.Rulebook) -> None:
    """Three bodies without a value: the steps follow ⌊1738 × p⌋, as published for R7, and the three are unanswered."""
    values: list[int | None] = [*range(N - 3), None, None, None]
    scores = score(r6, 給付費伸び率指数=(values, 3))
    counts = [awarded(scores, f"推進.Ⅰ.(ⅱ).2.{item}") for item in "アイウエ"]
    assert counts == [1216, 869, 521, 173]
    assert scores.verdict("推進.Ⅰ.(ⅱ).2.ア", N - 1) is Verdict.UNANSWERED


def test_ranks_among_those_who_do_it(r6: haiten.Rulebook) -> None:
    """491 bodies do it: 245 / 147 / 49 of them are within 5, 3 and 1 tenths (published for R6 推進Ⅲ(ⅱ)1)."""
    done = [number + 1 if number < 491 else 0 for number in range(N)]
    scores = score(r6, 魅力研修修了者数=(done, 0), 高齢者人口=([1000] * N, 0))
    assert [awarded(scores, f"推進.Ⅲ.(ⅱ).1.{item}") for item in "アイウエ"] == [491, 245, 147, 49]


def test_one_of_two_takes_the_better_rank(r6: haiten.Rulebook) -> None:
    """Without ties ア④ and イ④ of 推進Ⅳ1 are each below 174, and together they are who is within either top tenth."""
    draw = random.Random(2)
    now, before = draw.sample(range(100_000), N), draw.sample(range(100_000), N)
    scores = score(r6, 短期軽度変化率=(now, 2), 前年度__短期軽度変化率=(before, 2))
    level, change = "推進.Ⅳ.成果.1.ア.④", "推進.Ⅳ.成果.1.イ.④"
    assert 0 < awarded(scores, level) < 174
    assert 0 < awarded(scores, change) < 174
    differences = [a - b for a, b in zip(now, before, strict=True)]
    tenth = set(np.argsort(now)[:174].tolist()) | set(np.argsort(differences)[:174].tolist())
    counted = {i for path in (level, change) for i in range(N) if scores.verdict(path, i) is Verdict.AWARDED}
    assert counted == tenth
    both = set(np.argsort(now)[:174].tolist()) & set(np.argsort(differences)[:174].tolist())
    assert len(tenth) == awarded(scores, level) + awarded(scores, change)
    for body in both:
        verdicts = {scores.verdict(level, body), scores.verdict(change, body)}
        assert verdicts == {Verdict.AWARDED, Verdict.SUPERSEDED}
    certain, possible = scores.counted("推進.Ⅳ.成果.1")
    assert (certain == possible).all()
    assert certain.max() == 20


def test_the_own_score_is_ranked_without_a_circle(r6: haiten.Rulebook) -> None:
    """今年度の評価得点 ranks the sum of all other indicators; it is known once all of them are."""
    facts = {}
    for leaf in r6.program.leaves:
        if not leaf.is_shared and not leaf.path.startswith("推進.Ⅰ.(ⅱ).1."):
            facts[leaf.path] = leaf.maximum
    draw = random.Random(3)
    from haiten.scoring.facts.facts import truth_from

    outcomes = {path: truth_from([draw.random() < 0.5 for _ in range(N)]) for path in facts}
    answered = {path: truth for path, truth in outcomes.items() if r6.program.nodes[path].answered}
    given = {path: truth for path, truth in outcomes.items() if path not in answered}
    scores = r6.score(Facts(BODIES, answers=answered, outcomes=given))
    total, own = scores.total()[0], scores.counted("推進.Ⅰ.(ⅱ).1")[0]
    rest = total - own
    within = [int((1 + (rest > value).sum()) * 10 <= 7 * N) for value in rest]
    assert awarded(scores, "推進.Ⅰ.(ⅱ).1.ア") == sum(within)
    assert (scores.total()[0] == scores.total()[1]).all()
