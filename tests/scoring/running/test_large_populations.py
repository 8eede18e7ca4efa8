"""Populations beyond a few thousand are counted, sorted and split otherwise than small ones, to the same points."""

import json
import random
from bisect import bisect_left, bisect_right
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from attrs import frozen
from oracle_agreement import hold_to_oracle

from haiten.compiler.driver import compile_source
from haiten.compiler.program import terms as p
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.numbers import parallel
from haiten.scoring.numbers.order import Order
from haiten.scoring.rulebook import Rulebook
from haiten.testing.oracle import Oracle

RULES = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
事実 率 : % 小数1桁
事実 費用 : 円 0以上 小さいほど良い
事実 過疎 : 該当
区分 規模 = 人口 「大」 7人以上 「中」 3人以上 7人未満 「極小」 2人未満
交付金 推進 「交」 17点
目標 Ⅰ 「目」 17点
指標群 (ⅰ) 「群」 17点
指標 1 「順位で選ぶ」 4点 いずれか
ア 「a」 4点
① 「a1」 3点 要件 率 が 上位5割
② 「a2」 1点 要件 過疎 のうち 費用 が 上位3割
イ 「b」 3点 要件 費用 が 上位5割
ウ 「c」 3点 要件 (費用 ÷ 人口) が 規模別 上位4割
エ 「d」 3点 要件 過疎
指標 2 「順位を読む」 5点
ア 「a」 1点 要件 率 が 上位1割
イ 「b」 1点 要件 費用 が 上位100位
ウ 「c」 1点 要件 (費用 ÷ 人口) が 規模別 上位9割
エ 「d」 1点 要件 順位(率) が 900位以下
オ 「e」 1点 要件 順位(費用) が 2,000位以下
指標 3 「答え」 8点 上限 8点
ア 「a」 3点
イ 「b」 3点
ウ 「c」 4点 要件 過疎 のうち 費用 が 上位3割
"""


@frozen(eq=False)
class QuickOracle(Oracle):
    """The oracle, which finds a place among sorted values instead of asking all rivals for each body."""

    def _rank(self, ranking: p.Ranking, i: int) -> tuple[int, int] | None:
        if not self._ranked(ranking, i):
            return None
        own = self.value(ranking.value, i)
        assert own is not None
        rivals: list[Fraction] = self._once(
            ("rivals", ranking, self._class(ranking, i)), lambda: self._rivals(ranking, self._class(ranking, i))
        )
        better = bisect_left(rivals, own) if ranking.lower_is_better else len(rivals) - bisect_right(rivals, own)
        return 1 + better, len(rivals)

    def _class(self, ranking: p.Ranking, i: int) -> str | None:
        return None if ranking.by is None else self.class_of(ranking.by, i)

    def _rivals(self, ranking: p.Ranking, name: str | None) -> list[Fraction]:
        everyone = range(len(self.sheets))
        rivals = [j for j in everyone if self._ranked(ranking, j) and self._class(ranking, j) == name]
        return sorted(value for j in rivals if (value := self.value(ranking.value, j)) is not None)


def sheets(program: Program, draw: random.Random, size: int, span: int, unknown: float) -> list[Sheet]:
    """Bodies with ``span`` different costs and many ties otherwise."""
    asked = [leaf.path for leaf in program.leaves if program.nodes[leaf.path].answered]
    counted = program.leaves[0].path

    def maybe(value: Fraction) -> Fraction | None:
        return None if draw.random() < unknown else value

    made = []
    for _ in range(size):
        numbers = {
            "人口": maybe(Fraction(draw.randint(1, 9))),
            "率": maybe(Fraction(draw.randint(-20, 20), 10)),
            "費用": maybe(Fraction(draw.randrange(span))),
        }
        answers = {name: None if draw.random() < unknown else draw.random() < 0.6 for name in ("過疎", *asked)}
        made.append(Sheet(numbers, answers, {counted: draw.random() < 0.5} if draw.random() < unknown else {}))
    return made


@pytest.mark.parametrize(
    ("size", "span", "unknown"),
    [(5_000, 30, 0.0), (5_000, 30, 0.1), (5_000, 10**9, 0.1), (34_000, 10**9, 0.0), (34_000, 40_000, 0.02)],
)
def test_a_large_population_agrees_with_the_oracle(
    monkeypatch: pytest.MonkeyPatch, size: int, span: int, unknown: float
) -> None:
    """Points and verdicts of some bodies at every node, from one thread or from several."""
    monkeypatch.setattr(parallel, "MANY", 30_000)
    made = Rulebook(compile_source(Source("rules", RULES)))
    assert made.ok, made.diagnostics
    draw = random.Random(size + span)
    bodies = sheets(made.program, draw, size, span, unknown)
    scores, oracle = made.score(facts_from(made.program, bodies)), QuickOracle(made.program, bodies)
    some = [
        *draw.sample(range(size), 50),
        *draw.sample(range(size - 1_000, size), 50),
    ]  # the last ones are a block apart
    hold_to_oracle(scores, oracle, some)


@pytest.mark.parametrize("unknown", [0.0, 0.05])
def test_places_of_a_large_population_are_kept(tmp_path: Path, unknown: float) -> None:
    """Bodies alone, placed in what a large run stores, come to the same as among the others."""
    made = Rulebook(compile_source(Source("rules", RULES)))
    draw = random.Random(5)
    bodies = sheets(made.program, draw, 5_000, 10**9, unknown)
    among = made.score(facts_from(made.program, bodies))
    cutoffs = tmp_path / "cutoffs.json"
    cutoffs.write_text(json.dumps(cutoffs_json(among)), encoding="utf-8")
    some = draw.sample(range(5_000), 50)
    alone = made.score(facts_from(made.program, [bodies[i] for i in some]), cutoffs=cutoffs)
    for path in made.program.nodes:
        for number, i in enumerate(some):
            assert alone.points(path, number) == among.points(path, i), (path, i)


@pytest.mark.parametrize("quotients", [False, True])
@pytest.mark.parametrize("span", [1, 60, 10**4, 2**15, 7 * 10**4, 8 * 10**4 + 1, 10**15])
def test_an_order_is_that_of_sorting(span: int, quotients: bool) -> None:
    """The keys at some places, and how many are less and greater, of few keys and of many."""
    chance = np.random.default_rng(span)
    for size, least in ((1, 5), (7, -3), (4_096, 0), (4_097, -span // 2), (40_000, -(10**4))):
        keys = chance.integers(least, least + span, size)
        keys[:2] = least  # so that the least and the greatest are there
        keys[-1:] = least + span - 1
        made = keys / 7 if quotients else keys.astype(np.int32) if span <= 10**5 else keys
        ordered = sorted(made.tolist())
        places = [0, size - 1, *chance.integers(0, size, 4).tolist()]
        asked = made[[0, -1, *places]]
        assert Order(made).select(places) == [ordered[place] for place in places]
        assert Order(made).before(asked).tolist() == [bisect_left(ordered, key) for key in asked.tolist()]
        assert Order(made).after(asked).tolist() == [size - bisect_right(ordered, key) for key in asked.tolist()]
