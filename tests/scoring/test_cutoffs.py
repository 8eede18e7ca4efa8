"""What a run stores of its ranks and figures, and which files are refused."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from real_commands import validated

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs import SCHEMA, cutoffs_json
from haiten.scoring.facts import Body, Facts, numbers_from
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 0以上
事実 率 : % 小数1桁
事実 費用 : 円 0以上 小さいほど良い
事実 過疎 : 該当
区分 規模 = 人口 「大」 100人以上 「小」 その他
交付金 推進 「交」 5点
目標 Ⅰ 「目」 5点
指標群 (ⅰ) 「群」 5点
指標 1 「指」 5点
ア 「a」 1点 要件 率 が 上位5割
イ 「b」 1点 要件 率 が 上位1位
ウ 「c」 1点 要件 過疎 のうち 費用 が 上位5割
エ 「d」 1点 要件 率 が 規模別 上位5割
オ 「e」 1点 要件 順位(費用) が 2位以下 かつ 率 が 全国平均(率) 超
"""
FACTS = """団体コード,年度,人口,率,費用,過疎
10001,令和6年度,200,1,5,○
10002,令和6年度,100,4,5,○
10003,令和6年度,99,2.5,7,×
10004,令和6年度,50,,9,○
"""
ITEM = "推進.Ⅰ.(ⅰ).1."


def rulebook(rules: str = RULES) -> Rulebook:
    made = Rulebook(compile_source(Source("rules", rules)))
    assert made.ok, made.diagnostics
    return made


@pytest.fixture
def stored(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "facts.csv"
    path.write_text(FACTS, encoding="utf-8")
    data: dict[str, Any] = validated(json.dumps(cutoffs_json(rulebook().score(path))), "cutoffs-1.json")
    return data


def test_what_is_stored(stored: dict[str, Any]) -> None:
    """A ranking for each value, subset and class, with its leaves, N, steps and, where asked for, places."""
    both = [ITEM + "ア", ITEM + "イ"]
    half, first = {"step": "上位5割", "in": 1, "cutoff": "4"}, {"step": "上位1位", "in": 1, "cutoff": "4"}
    rate = {"value": "率", "subset": None, "direction": "higher"}
    cost = {"value": "費用", "class": None, "direction": "lower"}
    assert stored["rankings"] == [
        {**rate, "leaves": both, "class": None, "n": 3, "steps": [half, first]},
        {
            **cost,
            "leaves": [ITEM + "ウ"],
            "subset": "過疎",
            "n": 3,
            "steps": [{"step": "上位5割", "in": 2, "cutoff": "5"}],
        },
        {**rate, "leaves": [ITEM + "エ"], "class": "大", "n": 2, "steps": [half]},
        {
            **rate,
            "leaves": [ITEM + "エ"],
            "class": "小",
            "n": 1,
            "steps": [{"step": "上位5割", "in": 0, "cutoff": None}],
        },
        {
            **cost,
            "leaves": [ITEM + "オ"],
            "subset": None,
            "n": 4,
            "steps": [],
            "places": [["5", 0], ["7", 2], ["9", 3]],
        },
    ]
    assert stored["statistics"] == [{"value": "全国平均(率)", "figure": "5/2"}]


BROKEN: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda data: data.update(schema="haiten/cutoffs@0"), f"形式が {SCHEMA} ではありません"),
    (lambda data: data.pop("schema"), "中身が壊れています"),
    (
        lambda data: data["rulebook"]["fingerprint"].update(rules="0"),
        "令和6年度の、規則の異なる評価指標から作られています",
    ),
    (lambda data: data["rankings"].pop(), "中身が壊れています"),
    (lambda data: data["rankings"][0].pop("n"), "中身が壊れています"),
    (lambda data: data["rankings"][0].update(n="多い"), "中身が壊れています"),
    (lambda data: data["rankings"][0]["steps"].pop(), "中身が壊れています"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff="1/0"), "中身が壊れています"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff=[]), "中身が壊れています"),
    (lambda data: data["rankings"][4].pop("places"), "中身が壊れています"),
    (lambda data: data["statistics"].clear(), "中身が壊れています"),
    (lambda data: data.update(rankings=None), "中身が壊れています"),
]


@pytest.mark.parametrize(("breaking", "reason"), BROKEN)
def test_a_file_that_is_not_as_it_was_written_is_refused(
    stored: dict[str, Any], tmp_path: Path, breaking: Callable[[dict[str, Any]], object], reason: str
) -> None:
    """Another form, other rules, and whatever is missing or no number: told with the file, never guessed."""
    path = tmp_path / "cutoffs.json"
    path.write_text(json.dumps(stored), encoding="utf-8-sig")
    assert rulebook().read_cutoffs(path).diagnostics == ()
    breaking(stored)
    path.write_text(json.dumps(stored), encoding="utf-8")
    read = rulebook().read_cutoffs(path)
    assert read.stored is None
    (found,) = read.diagnostics
    foreign = "規則の異なる" in reason
    title = (
        "段の境の値は、この評価指標のものではありません（{}）" if foreign else "段の境の値のファイルを読めません: {}"
    )
    assert (str(found.span), found.code, found.message) == (
        str(path),
        "H815" if foreign else "H827",
        title.format(reason),
    )


@pytest.mark.parametrize("times", [1, 100])
@pytest.mark.parametrize(
    "end", ["0.5", "0.52", "8/15", "7/15", "-1/3", "9007199254740993/10", "9007199254740992/10", "1e400"]
)
def test_an_end_that_no_fact_has_tells_who_is_within(
    stored: dict[str, Any], tmp_path: Path, end: str, times: int
) -> None:
    """More decimals than the facts have, parts of them, more than a float holds: each is what it is."""
    stored["rankings"][0]["steps"][0]["cutoff"] = end
    path = tmp_path / "cutoffs.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    tenths = [-4, 4, 5, 6, 2**53] * times
    bodies = tuple(Body(f"{10001 + body}") for body in range(len(tenths)))
    met = rulebook().score(Facts(bodies, {"率": numbers_from(tenths, 1)}), path).run.outcome(ITEM + "ア")
    assert met.certain.tolist() == [Fraction(rate, 10) >= Fraction(end) for rate in tenths]


@pytest.mark.parametrize(
    ("one", "other"),
    [("33.31418%", "33.31419%"), ("1000000位", "1000001位"), ("0.05割", "0.5割"), ("0.1000001%", "0.1%")],
)
def test_steps_that_differ_by_little_are_kept_apart(one: str, other: str) -> None:
    """A step is stored with all its digits, so that no other takes its place."""
    made = rulebook(
        RULES.replace("率 が 上位5割", f"率 が 上位{one}", 1).replace("率 が 上位1位", f"率 が 上位{other}")
    )
    bodies = tuple(Body(f"{10001 + n}") for n in range(4))
    data = cutoffs_json(made.score(Facts(bodies, {"率": numbers_from(range(4), 1)})))
    assert [step["step"] for step in data["rankings"][0]["steps"]] == [f"上位{one}", f"上位{other}"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """No file, a folder, no JSON."""
    (tmp_path / "text.json").write_text("x", encoding="utf-8")
    for name, reason in (
        ("none.json", "ファイルがありません"),
        ("text.json", "JSON として読めません"),
        ("", "フォルダです"),
    ):
        (found,) = rulebook().read_cutoffs(tmp_path / name).diagnostics
        assert found.message == f"段の境の値のファイルを読めません: {reason}"
