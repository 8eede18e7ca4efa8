"""However much there is to look through: it ends within its steps, the same every time, and says what is open."""

import pytest

from haiten.compiler.checks import reach
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.integer_points import StepBudget
from haiten.compiler.source import Source
from haiten.testing.grow import grow

LABELS = "アイウエオカキクケコサシスセソタチツテト"
FACTS = "".join(f"事実 f{number} : 件 0以上\n" for number in range(12))


def indicator(number: int, conditions: list[str]) -> str:
    items = [
        f"{label} 「項」 1点{f' 要件 {text}' if text else ''}" for label, text in zip(LABELS, conditions, strict=False)
    ]
    return "\n".join([f"指標 {number} 「指」 {len(conditions)}点", *items])


def program_of(*indicators: list[str], facts: str = "") -> Program:
    total = sum(map(len, indicators))
    below = "\n".join(indicator(number, items) for number, items in enumerate(indicators, start=1))
    head = f"交付金 推進 「交」 {total}点\n目標 Ⅰ 「目」 {total}点\n指標群 (ⅰ) 「群」 {total}点\n"
    made = compile_source(Source("rules", f"言語 1\n令和6年度 市町村 評価指標\n{facts}{head}{below}\n"))
    assert made.program is not None, made.diagnostics
    return made.program


def many_facts(k: int) -> str:
    return " かつ ".join(f"f{i} ＋ f{(5 * i + k) % 12} が f{(7 * i + 3) % 12} × 2 － {k}件 以上" for i in range(12))


def circle(k: int) -> str:
    parts = [f"(f{i} が f{(i + 1) % 12} 超 かつ f{(i + 2) % 12} － f{i} が {k + i}件以上)" for i in range(12)]
    return " 又は ".join(parts)


FIRST = "推進.Ⅰ.(ⅰ).1"
NAMED = f"{FIRST}.ア～{FIRST}.ト"
RULES = {
    "how many of twenty": program_of([""] * 20, [f"({NAMED} のうち {count}つ以上)" for count in (1, 7, 20, 21)]),
    "points of points": program_of(
        ["", ""], *([f"得点(推進.Ⅰ.(ⅰ).{number}) が 1点以上", "該当"] for number in range(1, 30))
    ),
    "points of all before": program_of(
        ["", ""],
        *([" かつ ".join(f"得点(推進.Ⅰ.(ⅰ).{n}) が 1点以上" for n in range(1, last)), ""] for last in range(2, 20)),
    ),
    "many facts at once": program_of([many_facts(k) for k in range(1)], facts=FACTS),
    "a circle of facts": program_of([circle(k) for k in range(1)], facts=FACTS),
}


@pytest.mark.parametrize("name", RULES)
def test_it_ends_within_its_steps_and_says_the_same_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but steps ends the search, so that every machine says the same."""
    used: list[int] = []

    class Counted(Regions):
        def question(self) -> StepBudget:
            used.append(self.work.left)
            return super().question()

    monkeypatch.setattr(reach, "Regions", Counted)
    told = []
    for _ in range(2):
        used.clear()
        told.append(([(f.diagnostic.code, f.diagnostic.span) for f in reach.check_reach(RULES[name])], used[-1]))
        assert used[-1] >= 0
    assert told[0] == told[1]


def test_more_of_twenty_than_there_are_is_told() -> None:
    """2^20 combinations, but few of them have to be looked at."""
    codes = [finding.diagnostic.code for finding in reach.check_reach(RULES["how many of twenty"])]
    assert codes == ["H508"]


def test_the_reach_of_random_rulebooks_is_found_without_a_fault() -> None:
    """Whatever a rulebook holds, items of 0 points that others count among them, its reach is found or left open."""
    for seed in range(60):
        made = compile_source(Source("random", print_rulebook(grow(seed))))
        assert made.program is not None
        for finding in reach.check_reach(made.program):
            assert finding.diagnostic.code.startswith(("H4", "H5")), seed
