"""What one body's facts may look like: taken or refused as ``Rulebook.score`` takes or refuses them, word for word."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, Truth, numbers_from, truth_from
from haiten.scoring.numbers.exact import column
from haiten.scoring.rulebook import OneByOne, Rulebook, UnusableError

RULES: Final = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 90以下 小数1桁
事実 人口 : 人 1以上
事実 増減 : 人 小数2桁
事実 過疎 : 該当
交付金 推進 「交」 12点
目標 Ⅰ 「目」 12点
指標群 (ⅰ) 「群」 12点
指標 1 「指」 12点
ア 「a」 4点 要件 率 が 5.5%以上
イ 「b」 3点
ウ 「c」 2点 要件 人口 が 100人超 かつ 過疎
エ 「d」 3点 要件 増減 が 前年度(増減) 以上
交付金 支援 「支」 12点
目標 Ⅰ 推進.Ⅰ に同じ
"""
ITEM: Final = "推進.Ⅰ.(ⅰ).1."
SAME: Final = "支援.Ⅰ.(ⅰ).1."
BOOK: Final = Rulebook(compile_source(Source("rules", RULES)))


@cache
def ready() -> OneByOne:
    """The rulebook made ready once, for bodies that come one after the other."""
    return BOOK.one()


HEADINGS: Final = (
    *(
        "率",
        "人口",
        "増減",
        "前年度.増減",
        "過疎",
        ITEM + "イ",
        SAME + "イ",
        "所与." + ITEM + "ア",
        "所与." + SAME + "イ",
    ),
    *(
        ITEM + "ウ",
        "得点." + ITEM + "ア",
        "判定." + ITEM + "ア",
        "団体名",
        "都道府県",
        "年度",
        "属性.規模",
        "備考." + ITEM + "イ",
    ),
    *("根拠." + ITEM + "ア", "ﾘﾂ", "比率", " 率", "人口（人）", ""),
)
CELLS: Final = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-5, 200),
    st.sampled_from([10**14, 10**15, 10**16, 2**63, 10**40, -(10**15) + 1]),
    st.floats(-5, 120).map(lambda number: round(number, 1)),
    st.sampled_from(
        [
            0.0,
            -0.0,
            1e300,
            float("nan"),
            float("inf"),
            5.55,
            5.5000000000001,
            5.5000000011,
            1e15,
            999999999999999.0,
            0.29,
            1.005,
            2.675,
            89.95,
        ]
    ),
    st.sampled_from(
        ["", " ", "○", "×", "◯", "該当", "非該当", "5.5%", "５．４％", "▲3", "1,200人", "x", "4", "3", "0", "TRUE"]
    ),
    st.sampled_from(["令和6年度", "令和7年度", "2024", "北海道", "札幌市", "あ"]),
    st.decimals(-5, 100, places=2),
    st.sampled_from([np.int64(7), np.float64(5.5), np.True_, np.str_("○"), Fraction(11, 2), Decimal("NaN"), b"x"]),
    st.floats(-100, 100).map(lambda number: round(number, 3)),
    st.just(object),
)
CODES: Final = st.sampled_from(
    ["99001", "990012", "012025", "12025", "1", "x", "", None, 99001, "010006", "９９００１"]
)
ROWS: Final = st.builds(
    lambda code, cells: code | cells,
    st.one_of(st.just({}), st.fixed_dictionaries({"団体コード": CODES})),
    st.dictionaries(st.sampled_from(HEADINGS), CELLS, max_size=8),
)


def told(score: Callable[[], Any]) -> object:
    """What came of it: the traces of the body, or what was raised."""
    try:
        return score()
    except (UnusableError, TypeError, ValueError) as error:
        return type(error), str(error)


def by_run(facts: object) -> object:
    def score() -> object:
        scores = BOOK.score(facts)
        if not scores.bodies:
            raise ValueError("事実は0団体のものです。1団体のものを渡してください")
        return scores.bodies[0], scores.points(None, 0), scores.explain(scores.bodies[0].code)

    return told(score)


def by_plan(facts: object, prepared: OneByOne | None = None) -> object:
    def score() -> object:
        one = (prepared or ready()).score(facts)
        return one.body, one.points(), one.explain()

    return told(score)


@settings(max_examples=examples(200))
@given(ROWS)
@example({"団体コード": "99001", "率": 5.5, "人口": 101, ITEM + "イ": True})
@example({"団体コード": "99001", ITEM + "イ": True, SAME + "イ": False})
@example({"団体コード": "99001", ITEM + "イ": True, SAME + "イ": True})
@example({"団体コード": "99001", ITEM + "イ": "3"})
@example({"団体コード": "99001", "率": True})
@example({"団体コード": "99001", "率": 90.1})
@example({"団体コード": "99001", "率": -0.1})
@example({"団体コード": "99001", "率": 91})
@example({"団体コード": "99001", "率": Decimal("5.55")})
@example({"団体コード": "99001", "率": 5.55})
@example({"団体コード": "99001", "人口": 0})
@example({"団体コード": "99001", "人口": 10**15})
@example({"団体コード": "99001", "増減": 1e15})
@example({"団体コード": "99001", "増減": 123456789012345.67})
@example({"団体コード": "99001", ITEM + "イ": 1.0})
def test_rows_mean_what_they_mean_in_a_list(row: dict[str, Any]) -> None:
    """Read for the first time and again, in every form of cells; what is wrong is told in the same words."""
    expected = by_run([row])
    assert by_plan(row) == expected
    assert by_plan(row) == expected
    assert by_plan(row, BOOK.one()) == expected


@settings(max_examples=examples(150))
@given(ROWS, st.dictionaries(st.sampled_from(HEADINGS[:9]), CELLS, max_size=3))
def test_cells_may_change(row: dict[str, Any], changed: dict[str, Any]) -> None:
    """A body that is scored again with other cells is not what it was before."""
    by_plan(row)
    assert by_plan(row | changed) == by_run([row | changed])


GOOD: Final[dict[str, Any]] = {"率": numbers_from([55], 1), "人口": numbers_from([101], 0)}
NUMBERS: Final = st.sampled_from(
    [
        *(numbers_from([value], 1) for value in (None, 0, 55, 900, 901, -1, 10**17)),
        *(
            numbers_from([value], decimals)
            for value, decimals in ((5, 0), (550, 2), (555, 2), (0, 0), (-1, 0), (13, 0))
        ),
        *(
            numbers_from([], 1),
            numbers_from([1, 2], 1),
            column([Fraction(1, 3)]),
            column([Fraction(11, 2)]),
            [5.5],
            None,
        ),
    ]
)
TRUTHS: Final = st.sampled_from(
    [
        *(truth_from([value]) for value in (True, False, None)),
        *(truth_from([]), truth_from([True, False]), [True]),
        Truth(np.array([True]), np.array([False])),
        Truth(np.array([1]), np.array([1])),
    ]
)
BODIES: Final = st.sampled_from(
    [(Body("99001"),), (Body("99001", "甲", "北海道", {"備考." + ITEM + "イ": "注"}),), (Body(""),), ("99001",)]
)


@settings(max_examples=examples(300))
@given(
    st.builds(
        Facts,
        BODIES,
        st.dictionaries(st.sampled_from(["率", "人口", "増減", "前年度.増減", "比率", "過疎"]), NUMBERS, max_size=2),
        st.dictionaries(st.sampled_from(["過疎", ITEM + "イ", ITEM + "ア", SAME + "イ", "x"]), TRUTHS, max_size=2),
        st.dictionaries(st.sampled_from([ITEM + "ア", ITEM + "イ", SAME + "ア", "x"]), TRUTHS, max_size=1),
        st.dictionaries(st.sampled_from([ITEM + "ア", "推進.Ⅰ", "全体", "x"]), NUMBERS, max_size=1),
    )
)
@example(Facts([Body("99001")], {"率": numbers_from([555], 2)}))
@example(Facts([Body("99001")], {"率": numbers_from([550], 2)}))
@example(Facts([Body("99001")], points={ITEM + "ア": numbers_from([-1], 0)}))
@example(Facts([Body("99001")], points={ITEM + "ア": numbers_from([4], 0)}))
@example(Facts([Body("99001")], points={ITEM + "ア": numbers_from([5], 0)}))
@example(Facts([Body("99001")], points={"全体": numbers_from([25], 0)}))
@example(Facts([Body("99001")], {"率": numbers_from([], 1)}))
@example(Facts([Body("99001")], {"率": numbers_from([1, 2], 1)}))
@example(Facts([Body("99001")], answers={"過疎": Truth(np.array([True]), np.array([False]))}))
def test_facts_made_by_hand_are_taken_or_refused_alike(facts: Facts) -> None:
    """Unknown names, values out of range or too fine, columns of another length or kind."""
    assert by_plan(facts) == by_run(facts)


@pytest.mark.parametrize(("heading", "cells"), [("率", (Decimal(1), True, 1)), ("属性.規模", (True, 1, 1.0, "1"))])
def test_cells_that_are_equal_are_not_the_same(heading: str, cells: tuple[Any, ...]) -> None:
    """1 and True are equal in Python: what one was read as is not what the other is."""
    prepared = BOOK.one()
    for cell in (*cells, *cells):
        row = {"団体コード": "99001", heading: cell}
        assert by_plan(row, prepared) == by_run([row])


def test_a_row_is_no_table() -> None:
    """Cells that hold several values are columns; both at once are refused."""
    for _ in range(2):
        for cells in ([5.5], (5.5,), pl.Series([5.5])):
            columns = {"団体コード": ("99001",), "率": cells}
            assert ready().score(columns).points(ITEM + "ア").certain == 4
    for mixed in ({"団体コード": "99001", "率": (5.5,)}, {"団体コード": "99001", "率": [5.5]}):
        ready().score({"団体コード": "99001", "率": 5.5})
        with pytest.raises(TypeError, match=r"列「(率|団体コード)」"):
            ready().score(mixed)


def test_facts_in_other_forms(tmp_path: Path) -> None:
    """A frame, columns, a list of one body and a file hold one body as well."""
    row = {"団体コード": "99001", "率": 5.5, "人口": 101, ITEM + "イ": True}
    columns = {name: [cell] for name, cell in row.items()}
    file = tmp_path / "facts.csv"
    pl.DataFrame(columns).write_csv(file)
    points = ready().score(row).points()
    for given_facts in (pl.DataFrame(columns), columns, [row], file, str(file)):
        assert ready().score(given_facts).points() == points


@pytest.mark.parametrize("number", [0, 2])
def test_another_number_of_bodies_is_refused(number: int) -> None:
    """Nobody says which of them is meant."""
    facts = Facts([Body(f"9900{place}") for place in range(number)])
    rows = pl.DataFrame({"団体コード": [body.code for body in facts.bodies]}, schema={"団体コード": pl.String})
    for given_facts in (facts, rows):
        with pytest.raises(ValueError, match=f"事実は{number}団体のものです。1団体のものを渡してください"):
            ready().score(given_facts)


def test_what_is_remembered_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cells and bodies come by, as many are kept as is said, and all are read alike."""
    monkeypatch.setattr("haiten.scoring.one.known._REMEMBERED", 3)
    prepared = BOOK.one()
    for number in range(20):
        row = {"団体コード": f"{99001 + number % 7}", "率": number / 2}
        assert by_plan(row, prepared) == by_run([row])
        assert by_plan(row, prepared) == by_run([row])


def test_what_cannot_be_scored_is_told() -> None:
    """A rulebook with errors, and cut-offs that are none."""
    broken = Rulebook(compile_source(Source("rules", RULES.replace("12点", "11点", 1))))
    with pytest.raises(UnusableError, match="H401"):
        broken.one()
    anything: Any = 5
    with pytest.raises(TypeError, match="cutoffs が int です"):
        BOOK.one(anything)
    with pytest.raises(UnusableError, match="H8"):
        BOOK.one("nowhere.json")
