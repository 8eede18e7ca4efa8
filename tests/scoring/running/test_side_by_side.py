"""Rankings of few bodies are read side by side, with the outcome that each has by itself."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running import machine
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import Scores

CONDITIONS = (
    *("率 が 上位{}", "費用 が 上位{}", "人口 が 上位{}", "(率 ÷ 費用) が 上位{}", "(費用 × 人口) が 上位{}"),
    *("(率 － 前年度(率)) が 上位{}", "過疎 のうち 費用 が 上位{}", "過疎 のうち 率 が 上位{}", "率 が 規模別 上位{}"),
)
STEPS = ("5割", "1位", "1%", "100位")
LEAVES = [f"推進.Ⅰ.(ⅰ).{item + 1}.{label}" for item in range(len(CONDITIONS)) for label in "アイウエ"]


def rulebook() -> Rulebook:
    """Every ranking has as many steps, so that all of them stand side by side."""
    total = len(LEAVES)
    lines = [
        *("言語 1", "令和6年度 市町村 評価指標", "事実 人口 : 人 0以上", "事実 率 : % 小数1桁 －100以上"),
        *("事実 費用 : 円 0以上 小さいほど良い", "事実 過疎 : 該当"),
        "区分 規模 = 人口 「大」 3人以上 「中」 1人以上 3人未満",
        *(f"交付金 推進 「交」 {total}点", f"目標 Ⅰ 「目」 {total}点", f"指標群 (ⅰ) 「群」 {total}点"),
    ]
    for number, condition in enumerate(CONDITIONS, start=1):
        lines.append(f"指標 {number} 「指」 4点")
        steps = zip("アイウエ", STEPS, strict=True)
        lines += [f"{label} 「段」 1点 要件 {condition.format(step)}" for label, step in steps]
    made = Rulebook(compile_source(Source("rules", "\n".join([*lines, ""]))))
    assert made.ok, made.diagnostics
    return made


RULEBOOK = rulebook()
# Few values, so that there are ties; and such as a float rounds, so that a ranking has to be read for itself.
SMALL = st.one_of(st.none(), st.integers(0, 4))
LARGE = st.one_of(SMALL, st.sampled_from([2**53, 2**53 + 1, 2**60, 2**62]))
Row = tuple[int | None, int | None, int | None, int | None, bool | None]
ROW = st.tuples(LARGE, st.one_of(SMALL, st.integers(-4, -1)), SMALL, LARGE, st.one_of(st.none(), st.booleans()))
ROWS = st.lists(ROW, max_size=7)


def facts(rows: list[Row]) -> Facts:
    people, rate, rate_before, cost, rural = ([row[at] for row in rows] for at in range(5))
    numbers = {
        "人口": numbers_from(people, 0),
        "率": numbers_from(rate, 1),
        "前年度.率": numbers_from(rate_before, 1),
        "費用": numbers_from(cost, 0),
    }
    return Facts(
        tuple(Body(f"{10001 + n}") for n in range(len(rows))),
        numbers,
        {"過疎": truth_from(rural)},
    )


def outcomes(scores: Scores) -> list[tuple[list[bool], list[bool]]]:
    truths = (scores.run.outcome(leaf) for leaf in LEAVES)
    return [(truth.certain.tolist(), truth.possible.tolist()) for truth in truths]


def by_themselves(population: Facts, cutoffs: Stored | None = None) -> Scores:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "MOST", 0)
        return RULEBOOK.score(population, cutoffs)


@given(ROWS)
@example([])
def test_among_each_other(rows: list[Row]) -> None:
    """With ties, unknown values, bodies left out, a step that nobody is within, and nobody at all."""
    assert outcomes(RULEBOOK.score(facts(rows))) == outcomes(by_themselves(facts(rows)))


@given(ROWS, ROWS)
def test_in_stored_rankings(rows: list[Row], others: list[Row]) -> None:
    """The same where the cut-offs of other bodies tell, for all rankings or for some."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cutoffs.json"
        path.write_text(json.dumps(cutoffs_json(RULEBOOK.score(facts(others)))), encoding="utf-8")
        stored = RULEBOOK.read_cutoffs(path).stored
    assert stored is not None
    assert outcomes(RULEBOOK.score(facts(rows), stored)) == outcomes(by_themselves(facts(rows), stored))
    some = Stored({slot: ranking for slot, ranking in stored.rankings.items() if slot % 2})
    assert outcomes(RULEBOOK.score(facts(rows), some)) == outcomes(by_themselves(facts(rows), some))
