"""Figures over the members of prefectures: worked out on paper, and held to what does not change them."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten
from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.explaining.explained import ExplainedScores
from haiten.scoring.reading.codes import check_digit
from haiten.scoring.rulebook import Rulebook, UnusableError
from haiten.scoring.running.scores import PointsRange, Verdict

RULES = Path(__file__).parents[3] / "rules" / "r8" / "prefectural.haiten"
AVERAGE, COUNT = "推進.Ⅰ.(ⅱ).2", "推進.Ⅰ.(ⅰ).2.オ"
FIGURE = "管内平均(得点(全体))"
Row = dict[str, Any]

MUNICIPAL = """
言語 1
令和8年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
事実 率 : % 小数1桁 0以上 100以下 〔要綱〕
交付金 推進 「a」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「a」〔要綱〕 10点
    指標群 (ⅰ) 「a」〔要綱〕 10点
      指標 1 「a」〔要綱〕 10点
        ア 「a」〔要綱〕 3点
        イ 「a」〔要綱〕 3点
        ウ 「a」〔要綱〕 4点 要件 率 が 50%以上
"""
PREFECTURAL = """
言語 1
令和8年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「a」〔要綱〕 14点〔要綱〕
  目標 Ⅰ 「a」〔要綱〕 14点
    指標群 (ⅰ) 「a」〔要綱〕 14点
      指標 1 「a」〔要綱〕 12点
        ア 「a」〔要綱〕 2点 要件 管内平均(得点(全体)) が 5点以上
        イ 「a」〔要綱〕 2点 要件 管内割合(推進.Ⅰ.(ⅰ).1.ア) が 50%超
        ウ 「a」〔要綱〕 2点 要件 管内件数(推進.Ⅰ.(ⅰ).1.イ) が 0団体と等しい
        エ 「a」〔要綱〕 2点 要件 管内最小(率) が 20%以上
        オ 「a」〔要綱〕 2点 要件 管内平均(率) が 管内最小(率) × 2 以下
        カ 「a」〔要綱〕 2点 要件 管内件数(率 が 全国平均(率) － 1 × 全国標準偏差(率) 未満) が 1団体以下
      指標 2 「b」〔要綱〕 2点
        未公表 2点〔要綱〕
"""
ITEM = "推進.Ⅰ.(ⅰ).1"
BELOW = "管内件数(率 が 全国平均(率) － 1 × 全国標準偏差(率) 未満)"
PREFECTURES = [{"団体コード": f"{number}000", "団体名": f"県{number}"} for number in (51, 52)]


def small() -> Rulebook:
    municipal = compile_source(Source("municipal.haiten", MUNICIPAL))
    assert municipal.diagnostics == ()
    made = Rulebook(compile_source(Source("prefectural.haiten", PREFECTURAL), municipal))
    assert made.diagnostics == ()
    return made


BOOK = small()


def member(code: int, first: bool | None, second: bool | None, rate: float | None) -> Row:
    return {"団体コード": str(code), f"{ITEM}.ア": first, f"{ITEM}.イ": second, "率": rate}


def verdicts(members: list[Row], place: int = 0) -> str:
    scores = BOOK.score(PREFECTURES, members=members)
    signs = {Verdict.AWARDED: "○", Verdict.NOT_MET: "×", Verdict.UNANSWERED: "？"}
    return "".join(signs[scores.verdict(f"{ITEM}.{leaf}", place)] for leaf in "アイウエオカ")


def figure(scores: ExplainedScores, column: str, place: int = 0) -> Fraction | None:
    return scores.run.facts.numbers[column][place]


def test_figures_worked_out_on_paper() -> None:
    """Of 51: points 3, 7, 7; rates 20, 50, 60. Of 52: one member."""
    members = [
        member(51001, True, False, 20),
        member(51002, True, False, 50),
        member(51003, False, True, 60),
        member(52001, True, True, 90),
    ]
    scores = BOOK.score(PREFECTURES, members=members)
    assert figure(scores, FIGURE) == Fraction(17, 3)
    assert figure(scores, "管内割合(推進.Ⅰ.(ⅰ).1.ア)") == Fraction(200, 3)
    assert figure(scores, "管内件数(推進.Ⅰ.(ⅰ).1.イ)") == 1
    assert figure(scores, "管内最小(率)") == 20
    # The mean of the rates of all is 55, of their squares 3,650: one deviation is the root of 625, 25; the bar is 30.
    assert figure(scores, BELOW) == 1
    assert verdicts(members) == "○○×○×○"
    told = scores.run.facts.members["管内件数(推進.Ⅰ.(ⅰ).1.イ)"][0]
    assert (told.size, told.known, told.named) == (3, 3, ("51003",))
    named = {name: each[0].named for name, each in scores.run.facts.members.items()}
    assert (named["管内最小(率)"], named["管内平均(率)"]) == (("51001",), ())
    scored = scores.run.facts.scored
    assert scored is not None
    assert scored.sizes == (3, 1)
    assert [*scored.parts] == ["全体", "推進", "推進.Ⅰ", "推進.Ⅰ.(ⅰ)"]


def test_what_is_wrong_with_figures_names_the_file_and_the_column() -> None:
    """A figure that is given as well, a prefecture without members, figures that are not known."""
    members = [member(51001, True, True, 20)]
    given = [PREFECTURES[0] | {"管内最小(率)": 20}]
    with pytest.raises(UnusableError, match=r"事実: 列「管内最小\(率\)」: 「管内最小\(率\)」が事実ファイルにも"):
        BOOK.score(given, members=members)
    with pytest.raises(UnusableError, match=r"渡された事実.*「52000 県52」の市町村が "):
        BOOK.score(PREFECTURES, members=members)


def test_at_a_bar_that_is_a_root_exactly() -> None:
    """Where the deviation is a whole number, who stands at the bar is not below it."""
    exact = [30, 30, 70, 70]  # mean 50, variance 400
    members = [member(51001 + place, True, True, rate) for place, rate in enumerate(exact)]
    members.append(member(52001, True, True, 50))
    # With the fifth at the mean the variance is 320, its root irrational: between 17.88 and 17.89, the bar at 32.1.
    assert figure(BOOK.score(PREFECTURES, members=members), BELOW) == 2
    of_52 = [member(52001, True, True, 30), member(52002, True, True, 70)]
    both = [*members[:4], *of_52]
    assert figure(BOOK.score(PREFECTURES, members=both), BELOW) == 0


def test_what_is_unknown_decides_nothing_and_what_is_decided_is() -> None:
    """Points of the first lie between 0 and 6 of both answers; each judgement as far as it goes."""
    members = [member(51001, None, None, 60), member(51002, True, True, 60), member(52001, True, True, 60)]
    # ア: 4+10 … 10+10, so the mean is 7 to 10. イ: 50 % or all. ウ: one meets it already. カ: none is below the mean.
    assert verdicts(members) == "○？×○○○"
    members = [member(51001, None, None, None), member(51002, False, False, 10), member(52001, True, True, 60)]
    # ア: 0 to 10 and 0. イ: 0 or half, not above it. ウ: may be. エ: 10 is below.
    # オ: not known. カ: the nation is not known.
    assert verdicts(members) == "？×？×？？"


def test_an_undisclosed_point_stays_within_the_maximum() -> None:
    """未公表 leaves room up to the maximum and no further."""
    members = [member(51001, True, None, 20), member(52001, None, None, None)]
    scores = BOOK.score(PREFECTURES, members=members)
    for place in range(2):
        points = scores.points(None, place)
        assert 0 <= points.certain <= points.possible <= points.maximum == 14
    full = BOOK.score(PREFECTURES, members=[member(code, True, False, 60) for code in (51001, 52001)])
    assert full.points(None, 0) == PointsRange(12, 14, 14)


cells = st.tuples(
    st.sampled_from([51, 52]), st.booleans(), st.booleans(), st.integers(0, 1000).map(lambda tenths: tenths / 10)
)


def populated(drawn: list[tuple[int, bool, bool, float]]) -> list[Row]:
    """Members of both prefectures, whoever was drawn."""
    both = [(51, False, True, 12.5), (52, True, False, 40.0), *drawn]
    return [member(home * 1000 + 1 + place, *rest) for place, (home, *rest) in enumerate(both)]


def hidden(row: Row, hide: frozenset[str]) -> Row:
    return {name: None if name in hide else cell for name, cell in row.items()}


@settings(deadline=None, max_examples=examples(20))
@given(st.lists(cells, max_size=6), st.data())
def test_answers_narrow_what_a_prefecture_may_have(
    drawn: list[tuple[int, bool, bool, float]], data: st.DataObject
) -> None:
    """As members' answers arrive, each node's range only narrows, down to what all answers give."""
    members = populated(drawn)
    names = (f"{ITEM}.ア", f"{ITEM}.イ", "率")
    hide = [data.draw(st.frozensets(st.sampled_from(names))) for _ in members]
    fewer = [data.draw(st.frozensets(st.sampled_from(sorted(each)))) if each else each for each in hide]
    runs = [
        BOOK.score(PREFECTURES, members=[hidden(row, gone) for row, gone in zip(members, gaps, strict=True)])
        for gaps in (hide, fewer, [frozenset[str]()] * len(members))
    ]
    for place in range(2):
        for path in BOOK.program.nodes:
            wide, narrower, decided = (scores.points(path, place) for scores in runs)
            assert wide.certain <= narrower.certain <= decided.certain
            assert decided.possible <= narrower.possible <= wide.possible
            # 未公表 included: nobody can have more than there is.
            assert wide.possible <= wide.maximum == BOOK.program.nodes[path].maximum
        assert runs[0].points(None, place).possible <= BOOK.program.maximum
        for column in BOOK.program.aggregates:
            spans = [scores.run.facts.members[column][place] for scores in runs]
            value = spans[2].value
            assert value is not None
            for span in spans:
                assert span.least is None or span.least <= value
                assert span.most is None or value <= span.most


@settings(deadline=None, max_examples=25)
@given(st.lists(cells, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(drawn: list[tuple[int, bool, bool, float]], random: Any) -> None:
    """Shuffled, the members come to the same figures and points, known or not."""
    members = populated(drawn)
    members[0]["率"] = None
    shuffled = random.sample(members, len(members))
    one, other = (BOOK.score(PREFECTURES, members=rows) for rows in (members, shuffled))
    for column in BOOK.program.aggregates:
        found = [
            [
                (told.size, told.known, told.least, told.most, sorted(told.named))
                for told in each.run.facts.members[column]
            ]
            for each in (one, other)
        ]
        assert found[0] == found[1]
    assert [one.points(None, place) for place in range(2)] == [other.points(None, place) for place in range(2)]


@settings(deadline=None, max_examples=25)
@given(st.lists(cells, min_size=1, max_size=8))
def test_counted_a_second_time(drawn: list[tuple[int, bool, bool, float]]) -> None:
    """Every figure by plain fractions, the deviation by its definition, squared on both sides."""
    members = populated(drawn)
    scores = BOOK.score(PREFECTURES, members=members)
    rates = [Fraction(str(row["率"])) for row in members]
    mean = sum(rates) / len(rates)
    variance = sum((rate - mean) ** 2 for rate in rates) / len(rates)
    for place, home in enumerate(("51", "52")):
        own = [row for row in members if row["団体コード"].startswith(home)]
        points = [3 * row[f"{ITEM}.ア"] + 3 * row[f"{ITEM}.イ"] + 4 * (row["率"] >= 50) for row in own]
        own_rates = [Fraction(str(row["率"])) for row in own]
        below = sum(rate < mean and (mean - rate) ** 2 > variance for rate in own_rates)
        wanted = {
            FIGURE: Fraction(sum(points), len(own)),
            "管内割合(推進.Ⅰ.(ⅰ).1.ア)": Fraction(100 * sum(row[f"{ITEM}.ア"] for row in own), len(own)),
            "管内件数(推進.Ⅰ.(ⅰ).1.イ)": Fraction(sum(row[f"{ITEM}.イ"] for row in own)),
            "管内最小(率)": min(own_rates),
            "管内平均(率)": sum(own_rates) / len(own),
            BELOW: Fraction(below),
        }
        assert {column: figure(scores, column, place) for column in BOOK.program.aggregates} == wanted


def codes_told(members: list[Row], prefectures: list[dict[str, str]] = PREFECTURES, **more: Any) -> set[str]:
    try:
        BOOK.score(prefectures, members=members, **more)
    except UnusableError as error:
        return {each.code for each in error.diagnostics} - {"H811"}
    return set()


def test_whose_a_member_is() -> None:
    """By the first two digits or by the column; both must say the same, and every prefecture has one."""
    right = [member(51001, True, True, 1), member(52001, True, True, 1)]
    assert codes_told(right) == set()
    named = [{**right[0], "団体コード": "5100100001", "都道府県": "県51"}, right[1]]
    assert codes_told(named) == set()
    assert codes_told([right[0], {**right[1], "都道府県": "県51"}]) == {"H874"}
    assert codes_told([right[0], {**right[1], "都道府県": "県53"}]) == {"H874"}
    assert codes_told(right[:1]) == {"H872"}


def test_a_figure_may_be_given_but_not_twice() -> None:
    """Without members a column of a file is the figure; with them it is one too many."""
    rows: list[Mapping[str, Any]] = [
        {**row, FIGURE: cell} for row, cell in zip(PREFECTURES, ("5", "4.999999"), strict=True)
    ]
    scores = BOOK.score(rows)
    assert [scores.verdict(f"{ITEM}.ア", place) for place in range(2)] == [Verdict.AWARDED, Verdict.NOT_MET]
    assert scores.verdict(f"{ITEM}.イ", 0) is Verdict.UNANSWERED
    with pytest.raises(UnusableError, match="H876"):
        BOOK.score(rows, members=[member(51001, True, True, 1), member(52001, True, True, 1)])


# The prefectures of R8


def coded(five: str) -> str:
    return five + check_digit(five)


def nation(places: dict[str, int], low: str = "") -> tuple[list[Row], list[Row]]:
    """47 prefectures of two members, whose means fall from the first rank to the last; ``low`` has one far below."""
    others = [f"県{number:02d}" for number in range(1, 48)]
    for name, rank in places.items():
        others[rank - 1] = name
    prefectures, members = [], []
    for place, name in enumerate(others):
        number = 51 + (place * 7) % 47  # not in the order of their ranks
        total = 700 - 5 * place
        prefectures.append({"団体コード": coded(f"{number}000"), "団体名": name, "年度": "R8"})
        for which, shift in enumerate((40, -40) if name != low else (210, -210)):
            points = total + shift
            row = {"団体コード": coded(f"{number}{which + 1:03d}"), "都道府県": name, "年度": "R8"}
            members.append({**row, "得点.推進": min(points, 400), "得点.支援": max(points - 400, 0)})
    return prefectures, members


def test_prefectures_rank_by_the_mean_of_their_members() -> None:
    """Steps end at ranks 4, 14, 23 and 32 of 47: 宮城 as the 8th has 6 points, 福島 as the 20th has 4."""
    prefectures, members = nation({"宮城県": 8, "福島県": 20})
    scores = haiten.compile(RULES).score(prefectures, members=members)
    points = {body.name: scores.points(AVERAGE, place) for place, body in enumerate(scores.bodies)}
    assert points["宮城県"] == PointsRange(6, 6, 8)
    assert points["福島県"] == PointsRange(4, 4, 8)
    by_rank = [points[row["団体名"]].certain for row in prefectures]
    assert by_rank == [8] * 4 + [6] * 10 + [4] * 9 + [2] * 9 + [0] * 15


def test_a_prefecture_with_a_member_far_below_is_told_apart() -> None:
    """One stands more than two deviations below the mean; what is not known of it leaves the others open as well."""
    prefectures, members = nation({"福島県": 24}, low="福島県")
    book = haiten.compile(RULES)
    scores = book.score(prefectures, members=members)
    assert {body.name for place, body in enumerate(scores.bodies) if not scores.points(COUNT, place).certain} == {
        "福島県"
    }
    (trace,) = scores.explain(next(row["団体コード"] for row in prefectures if row["団体名"] == "福島県"), COUNT)
    assert trace.reason is not None
    (reading,) = [each for each in trace.reason.readings if each.members is not None]
    assert (reading.shown, reading.made_of[:7]) == ("1団体", "管内2市町村。")
    unknown = [{**row, "得点.支援": ""} if place == 0 else row for place, row in enumerate(members)]
    open_ = book.score(prefectures, members=unknown)
    assert all(open_.verdict(COUNT, place) is Verdict.UNANSWERED for place in range(47))
    assert (
        sum(open_.points(AVERAGE, place).certain == 0 < open_.points(AVERAGE, place).possible for place in range(47))
        == 1
    )
