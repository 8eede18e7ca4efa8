"""得点(全体 から … を除く): what is left, 未公表 points above what was left out included; nothing may be left."""

import pytest
from three_readings import compiled, read_alike

from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.explaining.body_read import OneOf
from haiten.scoring.explaining.reasons import ReasonReader
from haiten.scoring.proving.examine import examine
from haiten.scoring.proving.prove import prove
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Verdict
from haiten.tabulation.simulation.scenarios import parse_ranges
from haiten.tabulation.simulation.sweep import sweep
from haiten.testing.verification import verify

ITEMS = "アイウエオカキ"


def rulebook(above: str, left_out: str) -> Rulebook:
    """A rulebook of two groups; ``above`` stands at which heading 5 points are 未公表, ``left_out`` is excluded."""
    hidden = {level: "\n    未公表 5点" if level == above else "" for level in ("grant", "goal", "group", "other")}
    more = {level: 5 if any(hidden[level] for level in within) else 0 for level, within in WITHIN.items()}
    tests = ("が 7点と等しい", "が 8点以上", "が 0点以上", "が 上位1位")
    items = "".join(
        f"        {label} 1点 要件 得点(全体 から {left_out} を除く) {test}\n"
        for label, test in zip(ITEMS, tests, strict=False)
    )
    return compiled(f"""
交付金 推進 {20 + more["grant"]}点{hidden["grant"]}
  目標 Ⅰ {11 + more["goal"]}点{hidden["goal"]}
    指標群 (ⅰ) {11 + more["group"]}点{hidden["group"]}
      指標 1 7点
      指標 2 4点
{items}  目標 Ⅱ {9 + more["other"]}点{hidden["other"]}
    指標群 (ⅰ) 9点
      指標 1 6点
      指標 2 3点
""")


WITHIN = {
    "grant": ("grant", "goal", "group", "other"),
    "goal": ("goal", "group"),
    "group": ("group",),
    "other": ("other",),
}


@pytest.mark.parametrize("above", ["grant", "goal", "group", "other"])
@pytest.mark.parametrize(
    "left_out",
    [
        "推進.Ⅰ.(ⅰ).2",
        "推進.Ⅰ.(ⅰ).2、推進.Ⅱ",
        "推進.Ⅰ.(ⅰ).2、推進.Ⅱ.(ⅰ).1、推進.Ⅱ.(ⅰ).2",
        "推進.Ⅰ、推進.Ⅱ.(ⅰ)",
        "推進.Ⅰ.(ⅰ).1、推進.Ⅰ.(ⅰ).2、推進.Ⅱ.(ⅰ)",
    ],
)
def test_undisclosed_points_above_what_is_left_out_stay_unknown(above: str, left_out: str) -> None:
    """Left in wherever they stand above, or beside, what is left out, and gone with what holds them."""
    made = rulebook(above, left_out)
    sheet = Sheet(answers={f"推進.{path}": True for path in ("Ⅰ.(ⅰ).1", "Ⅱ.(ⅰ).1", "Ⅱ.(ⅰ).2")})
    scores = read_alike(made, [sheet, sheet.copy()])
    gone = left_out.split("、")
    holder = {"grant": "推進", "goal": "推進.Ⅰ", "group": "推進.Ⅰ.(ⅰ)", "other": "推進.Ⅱ"}[above]
    is_left = not any(holder == path or holder.startswith(path + ".") for path in gone)
    verdicts = {scores.verdict(f"推進.Ⅰ.(ⅰ).2.{label}", 0) for label in ITEMS[:4]}
    assert (verdicts == {Verdict.UNANSWERED}) == is_left
    assert is_left or Verdict.UNANSWERED not in verdicts


def test_undisclosed_points_that_are_left_in_are_told_and_survive_a_sweep() -> None:
    """The trace names them; other weights leave them unknown; what rests on them is open, not refuted."""
    made = rulebook("goal", "推進.Ⅰ.(ⅰ).2")
    sheet = Sheet(answers={f"推進.{path}": True for path in ("Ⅰ.(ⅰ).1", "Ⅱ.(ⅰ).1", "Ⅱ.(ⅰ).2")})
    scores = read_alike(made, [sheet, sheet.copy()])
    item = made.program.nodes["推進.Ⅰ.(ⅰ).2.ア"]
    assert item.condition is not None
    (reading,) = ReasonReader(OneOf(scores, 0)).reason(item.condition).readings
    assert (reading.name, reading.value) == ("得点(推進.Ⅰ.(ⅰ).1＋推進.Ⅱ＋未公表5点)", None)
    weights = parse_ranges(["推進.Ⅰ.(ⅰ).1=7..8"], made.program).scenarios
    assert weights is not None
    swept = sweep(scores, weights)
    assert swept.certain[:, 0].tolist() == [16, 17]
    assert swept.possible[:, 0].tolist() == [25, 26]
    told = {d.code for d in examine(made.compilation).diagnostics}
    assert "H508" not in told
    assert "H513" in told
    proof = prove(made)
    assert not verify(made.program, made.fingerprint.rules, proof.to_json()).problems


EMPTY = """
交付金 推進 8点
  目標 Ⅰ 8点
    指標群 (ⅰ) 8点{mode}
      指標 1 8点 要件 得点(全体 から {left_out} を除く) {test}
別枠 成果 3点
  要件 得点(全体 から 推進 を除く) が 0点と等しい
"""


@pytest.mark.parametrize("left_out", ["推進", "推進.Ⅰ", "推進.Ⅰ.(ⅰ)", "推進.Ⅰ.(ⅰ)、推進.Ⅰ", "推進.Ⅰ.(ⅰ).1"])
@pytest.mark.parametrize(
    ("test", "met"),
    [("が 0点以上", True), ("が 1点以上", False), ("が 上位1位", True), ("× 2 ＋ 1点 が 1点と等しい", True)],
)
def test_nothing_left_over_is_no_points(left_out: str, test: str, met: bool) -> None:
    """Zero, known, for every body: scored, ranked, proven and checked."""
    made = compiled(EMPTY.format(mode="", left_out=left_out, test=test))
    scores = read_alike(made, [Sheet(), Sheet()])
    assert scores.total()[0].tolist() == [8 * met, 8 * met]
    assert scores.verdict("成果", 1) is Verdict.AWARDED
    proof = prove(made)
    assert not verify(made.program, made.fingerprint.rules, proof.to_json()).problems
    examine(made.compilation)


HIDDEN = """
交付金 推進 14点
  目標 Ⅰ 12点
    未公表 5点
    指標群 (ⅰ) 7点
  目標 Ⅱ 2点
交付金 支援 3点
  要件 {condition}
"""


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("得点(推進.Ⅰ) が 8点以上", "H513"),
        ("得点(推進.Ⅰ) が 7点以下", "H513"),
        ("得点(推進.Ⅰ) が 得点(推進.Ⅱ) 超", "H513"),
        ("得点(推進.Ⅰ) が 13点以上", "H508"),
        ("得点(全体 から 推進.Ⅰ.(ⅰ)、支援 を除く) が 6点以上", "H513"),
        ("得点(全体 から 推進.Ⅰ.(ⅰ)、支援 を除く) が 前年度(得点(推進)) 超", "H513"),
        ("得点(全体 から 推進.Ⅰ.(ⅰ)、支援 を除く) が 8点以上", "H508"),
    ],
)
def test_what_rests_on_undisclosed_points_is_refuted_only_beyond_them(condition: str, code: str) -> None:
    """Up to all that is 未公表 a requirement may come to hold: it is open; beyond, it never does."""
    made = compiled(HIDDEN.format(condition=condition))
    told = {d.code: d.advice for d in examine(made.compilation).diagnostics}
    assert set(told) == {code}
    if code == "H513" and "超" not in condition:
        assert "未公表" in told[code][0]
