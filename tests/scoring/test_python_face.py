"""What a Python program may hand over: taken for what it means, or refused with words that say what is wanted."""

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from attrs import evolve

import haiten
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, Truth, numbers_from, truth_from
from haiten.scoring.numbers.exact import column
from haiten.scoring.rulebook import Rulebook, UnusableError

ROOT: Final = Path(__file__).parents[2]
RULES: Final = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 90以下 小数1桁
事実 人口 : 人 0以上
交付金 推進 「交」 9点
目標 Ⅰ 「目」 9点
指標群 (ⅰ) 「群」 9点
指標 1 「指」 9点
ア 「a」 4点 要件 率 が 5.5%以上
イ 「b」 3点
ウ 「c」 2点 要件 人口 が 100人超
"""
ITEM: Final = "推進.Ⅰ.(ⅰ).1."
ROWS: Final = [
    {"団体コード": "99001", "率": 5.5, "人口": 101, ITEM + "イ": True},
    {"団体コード": "99002", "率": 5.4, "人口": 100, ITEM + "イ": False},
    {"団体コード": "99003", "率": None, "人口": 200, ITEM + "イ": None},
]
COLUMNS: Final[dict[str, list[Any]]] = {name: [row[name] for row in ROWS] for name in ROWS[0]}
POINTS: Final = [(9, 9), (0, 0), (2, 9)]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    made = Rulebook(compile_source(Source("rules", RULES)))
    assert made.ok, made.diagnostics
    return made


@pytest.fixture(scope="module")
def allocation() -> Rulebook:
    return haiten.compile(ROOT / "examples" / "r2" / "allocation.haiten")


class Index:
    def __init__(self, names: list[str | None]) -> None:
        self.names = names


class Frame:
    """As much of pandas' DataFrame as is used: columns by place, and an index that may have a name."""

    def __init__(self, columns: list[tuple[Any, list[Any]]], index: tuple[str, list[Any]] | None = None) -> None:
        self.columns = [name for name, _ in columns]
        self.cells, self.of_index = columns, index
        self.index = Index([index[0] if index else None])

    def reset_index(self) -> "Frame":
        assert self.of_index is not None
        return Frame([self.of_index, *self.cells])

    @property
    def iloc(self) -> Any:
        cells = self.cells

        class Located:
            def __getitem__(self, at: tuple[slice, int]) -> Any:
                return np.array(cells[at[1]][1], dtype=object)

        return Located()


class NAType:
    """What pandas has where nothing is."""


def pandas(**more: Any) -> Frame:
    nan = float("nan")
    columns = {**COLUMNS, "率": [np.float64(5.5), 5.4, nan], ITEM + "イ": [np.True_, np.False_, NAType()]}
    return Frame(list((columns | more).items()))


class Arrow:
    def to_pydict(self) -> dict[str, list[Any]]:
        return COLUMNS


class Stream:
    """A frame that is known by Arrow's protocol only."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return pl.DataFrame(COLUMNS).__arrow_c_stream__(requested_schema)


class Dictionary:
    """A frame that can say itself as a dictionary of lists."""

    columns = tuple(COLUMNS)

    def to_dict(self, orient: str) -> dict[str, list[Any]]:
        assert orient == "list"
        return COLUMNS


def with_index() -> Frame:
    (code, cells), *others = pandas().cells
    return Frame(others, (code, cells))


FORMS: Final[dict[str, Callable[[], object]]] = {
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars lazy": lambda: pl.LazyFrame(COLUMNS),
    "pandas": pandas,
    "pandas, codes in the index": with_index,
    "arrow": Arrow,
    "arrow's protocol": Stream,
    "to_dict": Dictionary,
    "columns": lambda: COLUMNS,
    "columns of arrays": lambda: {name: np.array(cells, dtype=object) for name, cells in COLUMNS.items()},
    "columns of tuples": lambda: {name: tuple(cells) for name, cells in COLUMNS.items()},
    "columns of series": lambda: {name: pl.Series(cells) for name, cells in COLUMNS.items()},
    "columns of texts": lambda: COLUMNS | {"率": ["5.5", "５．４％", ""], ITEM + "イ": ["○", "×", ""]},
    "columns of mixed cells": lambda: COLUMNS | {"率": ["5.5", 5.4, None], ITEM + "イ": ["該当", 0, None]},
    "codes as numbers": lambda: COLUMNS | {"団体コード": [99001, 99002, 99003]},
    "rows": lambda: ROWS,
    "rows in a tuple, without what is unknown": lambda: (*ROWS[:2], {"団体コード": "99003", "人口": 200}),
    "facts": lambda: Facts(
        [Body("99001"), Body("99002"), Body("99003")],
        {"率": numbers_from([55, 54, None], 1), "人口": numbers_from([101, np.int64(100), 200], 0)},
        {ITEM + "イ": truth_from([np.True_, False, None])},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_facts_mean_the_same_in_every_form(book: Rulebook, form: str) -> None:
    """Frames, columns, rows and hand-made facts come to the points of the same fact file."""
    scores = book.score(FORMS[form]())
    certain, possible = (points.tolist() for points in scores.total())
    assert list(zip(certain, possible, strict=True)) == POINTS
    assert [body.code for body in scores.bodies] == ["99001", "99002", "99003"]


def test_a_file_is_named_by_any_kind_of_path(book: Rulebook, tmp_path: Path) -> None:
    """A text, a Path, and whatever else the system takes for a path."""
    import os

    file = tmp_path / "facts.csv"
    pl.DataFrame(COLUMNS).write_csv(file)

    class Named(os.PathLike[str]):
        def __fspath__(self) -> str:
            return str(file)

    for name in (str(file), file, Named()):
        assert book.score(name).total()[0].tolist() == [9, 0, 2]
    assert haiten.compile(str(ROOT / "rules/r6/municipal.haiten")).ok


def made(**more: Any) -> Facts:
    """Hand-made facts of one body with something wrong."""
    good = Facts([Body("99001")], {"率": numbers_from([55], 1)}, {ITEM + "イ": truth_from([True])})
    return evolve(good, **more)


TOLD: Final[list[tuple[object, str]]] = [
    (COLUMNS | {"比率": [1, 2, 3]}, "見出し「比率」は、この評価指標の事実でも項目でもありません [H802]"),
    (COLUMNS | {"率": [5.55, 1, 1]}, "小数の桁が多すぎます（小数1桁まで） [H808]"),
    (COLUMNS | {"率": [91, 1, 1]}, "「91」は範囲の外です（0以上、90以下） [H807]"),
    (COLUMNS | {"率": [float("inf"), 1, 1]}, "数として読めません [H806]"),
    (COLUMNS | {"団体コード": ["99001"] * 3}, "[H804]"),
    ({"率": [1.0]}, "[H814]"),
    (COLUMNS | {"人口": [1, 2]}, "列の長さが違います（2、3） [H801]"),
    ({}, "列がありません [H801]"),
    ([], "列がありません [H801]"),
    (pl.DataFrame(COLUMNS | {"人口": [[1], [2], [3]]}), "列「人口」は文字でも数でもありません"),
    (
        pl.DataFrame({**COLUMNS, "人口": pl.Series([1, 2, 3], dtype=pl.Duration)}),
        "列「人口」は文字でも数でもありません",
    ),
    (Frame([*COLUMNS.items(), ("人口", [1, 2, 3])]), "見出し「人口」が2つあります"),
    (made(numbers={"比率": numbers_from([1], 0)}), "見出し「比率」は、この評価指標の事実でも項目でもありません [H802]"),
    (made(answers={ITEM + "ア": truth_from([True])}), "[H802]"),
    (made(outcomes={ITEM + "カ": truth_from([True])}), "[H802]"),
    (made(points={"推進.Ⅸ": numbers_from([1], 0)}), "[H802]"),
    (made(numbers={"率": numbers_from([901], 1)}), "「901/10」は範囲の外です（0以上、90以下） [H807]"),
    (made(numbers={"率": numbers_from([-1], 1)}), "[H807]"),
    (made(numbers={"率": numbers_from([555], 2)}), "小数の桁が多すぎます（小数1桁まで） [H808]"),
    (made(numbers={"率": column([Fraction(1, 3)])}), "[H808]"),
    (made(points={ITEM + "ア": numbers_from([5], 0)}), "「5」は範囲の外です（0以上、4以下） [H807]"),
    (made(points={ITEM + "ア": numbers_from([-1], 0)}), "「-1」は範囲の外です（0以上、4以下） [H807]"),
    (made(points={"全体": numbers_from([900], 0)}), "「900」は範囲の外です（0以上、9以下） [H807]"),
]


@pytest.mark.parametrize(("given", "said"), TOLD, ids=range(len(TOLD)))
def test_what_facts_say_wrongly_is_told_as_of_a_file(book: Rulebook, given: object, said: str) -> None:
    """Unknown names, cells out of range or too fine, doubled bodies, columns of another length."""
    with pytest.raises(UnusableError, match=re.escape(said)):
        book.score(given)


REFUSED: Final[list[tuple[object, type[Exception], str]]] = [
    (None, TypeError, "事実がありません（None）"),
    (5, TypeError, "int は事実として読めません。渡せるのは、事実ファイルの名"),
    (pl.Series([1]), TypeError, "Series は事実として読めません"),
    (b"facts.csv", TypeError, "bytes は事実として読めません"),
    ({"団体コード": "99001", "人口": 5}, TypeError, "列「団体コード」が str です。値の並びを渡してください"),
    ({5: [1]}, TypeError, "見出し 5 が文字列ではありません（int）"),
    (Frame([(("率", "前"), [1])]), TypeError, "が文字列ではありません（tuple）"),
    ({"人口": [object()]}, TypeError, "列「人口」の1番目の値"),
    ({"人口": [1, [2]]}, TypeError, "列「人口」の2番目の値 [2] は、文字、数、真偽、None のどれでもありません（list）"),
    ([{"団体コード": "99001"}, 5], TypeError, "2番目の団体が int です"),
    (made(numbers={"率": numbers_from([1, 2], 1)}), ValueError, "numbers の「率」 の長さは 2 ですが、団体は 1 です"),
    (
        made(answers={ITEM + "イ": truth_from([])}),
        ValueError,
        "answers の「推進.Ⅰ.(ⅰ).1.イ」 の長さは 0 ですが、団体は 1 です",
    ),
    (made(points={"推進": numbers_from([], 0)}), ValueError, "points の「推進」 の長さは 0"),
    (
        made(points={ITEM + "ア": numbers_from([40], 1)}),
        ValueError,
        "points の「推進.Ⅰ.(ⅰ).1.ア」 整数の列ではありません",
    ),
    (made(numbers={"率": [5.5]}), ValueError, "numbers_from で作った列ではありません"),
    (made(answers={ITEM + "イ": [True]}), ValueError, "truth_from で作った列ではありません"),
    (
        made(answers={ITEM + "イ": Truth(np.array([True]), np.array([False]))}),
        ValueError,
        "確実であるのに可能でない団体があります",
    ),
    (
        made(answers={ITEM + "イ": Truth(np.array([1]), np.array([1]))}),
        ValueError,
        "truth_from で作った列ではありません",
    ),
    (made(bodies=["99001"]), ValueError, "団体コードのある Body ではありません"),
]


@pytest.mark.parametrize(("given", "kind", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_facts_is_refused_with_what_is_wanted(
    book: Rulebook, given: Any, kind: type[Exception], said: str
) -> None:
    """Nothing of another kind is guessed at, and nothing ends in an error of the machinery."""
    with pytest.raises(kind, match=re.escape(said)):
        book.score(given)


@pytest.mark.parametrize("cell", [1.5, 2.0, "3", True, np.bool_(True), Fraction(3, 2), np.float64(1)])
def test_columns_of_numbers_take_whole_numbers_only(cell: Any) -> None:
    """1.5 was taken for 1: a column holds whole numbers of its smallest part."""
    with pytest.raises(TypeError, match=re.escape("小数1桁の 1.5 は 15 です")):
        numbers_from([1, cell], 1)


@pytest.mark.parametrize("cell", [1, 0, "○", 0.0, np.int64(1)])
def test_columns_of_answers_take_truths_only(cell: Any) -> None:
    """What is no truth was taken for unknown."""
    with pytest.raises(TypeError, match="True、False、None（不明）のどれか"):
        truth_from([True, cell])


def test_truths_of_numpy_are_truths() -> None:
    """np.True_ is True, and not unknown."""
    truth = truth_from([np.True_, np.False_, None, True])
    assert (truth.certain.tolist(), truth.possible.tolist()) == (
        [True, False, False, True],
        [True, False, True, True],
    )


def test_the_other_functions_say_what_they_want(book: Rulebook, allocation: Rulebook) -> None:
    """compile, diff, impact, allocate: other kinds of things, and rulebooks beside allocations."""
    any_haiten: Any = haiten
    for call, kind, said in (
        (lambda: any_haiten.compile(None), TypeError, "path が NoneType です"),
        (lambda: any_haiten.compile(b"x"), TypeError, "path が bytes です"),
        (lambda: any_haiten.compile("x", 5), TypeError, "base が int です"),
        (lambda: any_haiten.compile("x", None, "率=1"), TypeError, "「名前=値」の並び"),
        (lambda: any_haiten.diff(book, allocation), ValueError, "配分は、配分とだけ比べられます"),
        (lambda: any_haiten.diff(allocation, book), ValueError, "配分は、配分とだけ比べられます"),
        (lambda: any_haiten.diff(allocation, allocation), ValueError, "diff_allocations"),
        (lambda: any_haiten.diff(book, "r7.haiten"), TypeError, "new が str です"),
        (lambda: any_haiten.diff(book.program, book), TypeError, "old が Program です"),
        (lambda: any_haiten.impact(book, allocation, COLUMNS), ValueError, "配分は、配分とだけ比べられます"),
        (lambda: any_haiten.impact(book, None, COLUMNS), TypeError, "new が NoneType です"),
        (lambda: any_haiten.impact(book, book, None), TypeError, "事実がありません"),
        (lambda: any_haiten.allocate(book), ValueError, "評価指標は配分できません"),
        (lambda: any_haiten.allocate(book, COLUMNS), ValueError, "評価指標は配分できません"),
        (lambda: any_haiten.allocate("x"), TypeError, "rulebook が str です"),
        (lambda: any_haiten.allocate(allocation), TypeError, "事実がありません"),
        (lambda: any_haiten.allocate(allocation, COLUMNS, 5), TypeError, "previous が int です"),
        (
            lambda: any_haiten.allocate(allocation, COLUMNS, "x.csv"),
            ValueError,
            "previous は、事実をファイルで渡すときだけ",
        ),
        (lambda: book.score(COLUMNS, 5), TypeError, "cutoffs が int です"),
    ):
        with pytest.raises(kind, match=re.escape(said)):
            call()


def test_impact_and_allocate_take_facts_in_every_form(book: Rulebook, allocation: Rulebook) -> None:
    """A frame gives the yen and the points that the file gives."""
    file = ROOT / "examples" / "r2" / "bodies.csv"
    frame = pl.read_csv(file, infer_schema=False)
    by_frame, by_file = (haiten.allocate(allocation, given) for given in (frame, file))
    assert (by_frame.paid, by_frame.remainder) == (by_file.paid, by_file.remainder)
    assert haiten.impact(book, book, COLUMNS).totals[2].tolist() == [9, 0, 2]
