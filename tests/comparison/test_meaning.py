"""What a change means, on small rulebooks: stricter, looser, both or neither, with sheets that show it."""

from fractions import Fraction

import pytest

from haiten.comparison.diff import diff
from haiten.comparison.meaning import Meaning, Witness
from haiten.compiler.driver import compile_source
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook

HEAD = """事実 人口 : 人 1以上
事実 率 : % 0以上 100以下 小数1桁
事実 過疎 : 該当
交付金 推進 「交」 {total}点
目標 Ⅰ 「目」 {total}点
指標群 (ⅰ) 「群」 {total}点
指標 1 「指」 {total}点
"""


def book(year: int, clauses: str, total: int = 2) -> Rulebook:
    made = compile_source(
        Source(f"r{year}", f"言語 1\n令和{year}年度 市町村 評価指標\n" + HEAD.format(total=total) + clauses)
    )
    assert made.ok, made.diagnostics
    return Rulebook(made)


def meaning(old: str, new: str, *, totals: tuple[int, int] = (2, 2)) -> Meaning:
    """The meaning of the change of 推進.Ⅰ.(ⅰ).1.ア, every sheet replayed through both evaluators."""
    before, after = book(6, old, totals[0]), book(7, new, totals[1])
    found = {m.new_path: m for m in diff(before, after).meanings}["推進.Ⅰ.(ⅰ).1.ア"]
    for sheet in (found.lower, found.higher):
        if sheet is not None and sheet.bodies == 1:
            # An answer that the new rules read off facts is none of theirs.
            schema = schema_of(after.program)
            kept = {name: cell for name, cell in sheet.old_columns.items() if name not in schema.outcomes}
            assert kept.keys() <= {*schema.numbers, *schema.answers}
            points = [score(before, sheet.old_columns), score(after, kept | sheet.new_columns)]
            assert points == [sheet.old_points, sheet.new_points]
    return found


def score(rules: Rulebook, cells: dict[str, bool | Fraction]) -> int:
    facts = Facts((Body("10001"),))
    numbers = schema_of(rules.program).numbers
    for name, cell in cells.items():
        if isinstance(cell, bool):
            facts.answers[name] = truth_from([cell])
        else:
            decimals = numbers[name].decimals
            facts.numbers[name] = numbers_from([int(cell * 10**decimals)], decimals)
    own = rules.score(facts).own("推進.Ⅰ.(ⅰ).1.ア")
    assert own[0][0] == own[1][0]
    return int(own[0][0])


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("人口 が 100人以上", "人口 が 200人以上", "stricter"),
        ("人口 が 100人以上", "人口 が 100人超", "stricter"),
        ("人口 が 100人以上", "人口 が 99人超", "same"),
        ("人口 が 100人以上", "人口 が 50人以上", "looser"),
        ("人口 が 100人以上", "人口 が 100人以下", "incomparable"),
        ("率 が 5.0%以上", "率 が 4.9%超", "same"),
        ("率 が 5.0%以上", "率 が 5.0%以上 かつ 過疎", "stricter"),
        ("率 が 5.0%以上 かつ 過疎", "率 が 5.0%以上 又は 過疎", "looser"),
        ("過疎 かつ 率 が 5.0%以上", "率 が 5.0%以上 かつ 過疎", "same"),
        ("率 が 0%以上", "人口 が 1人以上", "same"),
        ("過疎", "過疎 でない", "incomparable"),
    ],
)
def test_conditions(old: str, new: str, verdict: str) -> None:
    """Thresholds, connectives and negation, decided on all the sheets that can differ."""
    found = meaning(f"ア 「a」 2点 要件 {old}", f"ア 「a」 2点 要件 {new}")
    assert found.verdict == verdict
    assert found.exhaustive
    assert (found.lower is not None, found.higher is not None) == {
        "same": (False, False),
        "stricter": (True, False),
        "looser": (False, True),
        "incomparable": (True, True),
    }[verdict]


def test_the_plainest_sheet_is_shown() -> None:
    """A witness says yes to as little as possible."""
    found = meaning("ア 「a」 2点 要件 人口 が 100人以上", "ア 「a」 2点 要件 人口 が 100人以上 かつ 過疎")
    assert found.lower is not None
    assert found.lower.old_columns == {"人口": Fraction(100), "過疎": False}
    assert (found.lower.old_points, found.lower.new_points) == (2, 0)


def test_points_alone() -> None:
    """The same condition with fewer points is stricter, with more looser."""
    down = meaning("ア 「a」 2点", "ア 「a」 1点", totals=(2, 1))
    assert (down.verdict, down.exhaustive) == ("stricter", True)
    up = meaning("ア 「a」 1点", "ア 「a」 2点", totals=(1, 2))
    assert (up.verdict, up.higher) == ("looser", Witness({"推進.Ⅰ.(ⅰ).1.ア": True}, {}, 1, 2))


def test_an_answer_that_becomes_a_condition() -> None:
    """What the survey asked is now read off a fact: nothing of the old sheet tells it, and either can be."""
    found = meaning(
        "ア 「a」 2点\nイ 「b」 0点 要件 人口 が 5人以上", "ア 「a」 2点 要件 人口 が 5人以上\nイ 「b」 0点"
    )
    assert found.verdict == "incomparable"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("7割", "5割", "stricter"),
        ("5割", "7割", "looser"),
        ("5割", "51%", "looser"),
        ("7割", "70%", "same"),
        ("3位", "2位", "stricter"),
        ("5割", "3位", "incomparable"),
    ],
)
def test_steps_of_one_ranking(old: str, new: str, verdict: str) -> None:
    """Steps of one ranking are nested whatever the others say, so the verdict is certain; a witness has its others."""
    found = meaning(f"ア 「a」 2点 要件 率 が 上位{old}", f"ア 「a」 2点 要件 率 が 上位{new}")
    assert found.verdict == verdict
    assert found.exhaustive
    for sheet in (found.lower, found.higher):
        assert sheet is None or len(sheet.others) == sheet.bodies - 1


def test_a_local_name_that_changes() -> None:
    """A changed definition changes the meaning of what reads it, though the 要件 reads the same."""
    before = book(6, "値 = 人口\nア 「a」 2点 要件 値 が 100人以上")
    after = book(7, "値 = 人口 × 2\nア 「a」 2点 要件 値 が 100人以上")
    found = diff(before, after)
    assert [change.kind for change in found.changes] == ["definition"]
    assert [(one.new_path, one.causes) for one in found.affected] == [
        ("推進.Ⅰ.(ⅰ).1.ア", ("局所名 値（推進.Ⅰ.(ⅰ).1）",))
    ]
    assert {m.new_path: m.verdict for m in found.meanings} == {"推進.Ⅰ.(ⅰ).1": "looser", "推進.Ⅰ.(ⅰ).1.ア": "looser"}
