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
from haiten.scoring.cutoffs.cutoff_forms import OLD_SCHEMA, SCHEMA, sealed
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.facts.facts import Body, Facts, numbers_from
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
    data: dict[str, Any] = validated(json.dumps(cutoffs_json(rulebook().score(path))), "cutoffs-2.json")
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


Change = Callable[[dict[str, Any]], object]
BROKEN: list[tuple[Change, str | None]] = [
    (lambda data: data["rankings"].pop(), "rankings"),
    (lambda data: data["rankings"].append(data["rankings"][0]), "rankings[5]"),
    (lambda data: data["rankings"][0].update(leaves=["x"]), "rankings[0]"),
    (lambda data: data["rankings"][0].pop("n"), "rankings[0].n"),
    (lambda data: data["rankings"][0].update(n="多い"), "rankings[0].n"),
    (lambda data: data["rankings"][0].update(n=True), "rankings[0].n"),
    (lambda data: data["rankings"][0].update(n=10**12), "rankings[0].n"),
    (lambda data: data["rankings"][0].update(direction="lower"), "rankings[0].direction"),
    (lambda data: data["rankings"][0].update(note="x"), "rankings[0].note"),
    (lambda data: data["rankings"][0]["steps"].pop(), "rankings[0].steps"),
    (lambda data: data["rankings"][0]["steps"][0].update(step="上位9割"), "rankings[0].steps"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff="1/0"), "rankings[0].steps[0].cutoff"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff=[]), "rankings[0].steps[0].cutoff"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff="0.5"), "rankings[0].steps[0].cutoff"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff="9" * 5_000), "rankings[0].steps[0].cutoff"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff=None), "rankings[0].steps[0].cutoff"),
    (lambda data: data["rankings"][0]["steps"][0].update({"in": 4}), "rankings[0].steps[0].in"),
    (lambda data: data["rankings"][0]["steps"][0].update({"in": 0, "cutoff": None}), "rankings[0].steps[0].in"),
    (lambda data: data["rankings"][0]["steps"][0].update({"in": 2}), "rankings[0].steps[1]"),
    (lambda data: data["rankings"][0]["steps"][0].update(cutoff="3"), "rankings[0].steps[1]"),
    (lambda data: data["rankings"][3]["steps"][0].update({"in": 1, "cutoff": "1"}), "rankings[3].steps[0].in"),
    (lambda data: data["rankings"][1]["steps"][0].update(cutoff="6"), "rankings[1].steps"),
    (lambda data: data["rankings"][1].update(n=4), None),
    (
        lambda data: data["rankings"][1].update(n=5, steps=[{"step": "上位5割", "in": 2, "cutoff": "5"}]),
        "rankings[1].n",
    ),
    (lambda data: data["rankings"][4].pop("places"), "rankings[4].places"),
    (lambda data: data["rankings"][0].update(places=[]), "rankings[0].places"),
    (lambda data: data["rankings"][4]["places"].clear(), "rankings[4].places"),
    (lambda data: data["rankings"][4]["places"].reverse(), "rankings[4].places"),
    (lambda data: data["rankings"][4]["places"][1].reverse(), "rankings[4].places[1][0]"),
    (lambda data: data["rankings"][4]["places"][2].__setitem__(1, 4), "rankings[4].places"),
    (lambda data: data["rankings"][4]["places"][1].__setitem__(0, "9"), "rankings[4].places"),
    (lambda data: data["statistics"].clear(), "statistics"),
    (lambda data: data["statistics"].append(data["statistics"][0]), "statistics[1]"),
    (lambda data: data["statistics"][0].update(figure=None), "statistics[0].figure"),
    (lambda data: data["statistics"][0].update(value="全国中央値(率)"), "statistics[0]"),
    (lambda data: data.update(rankings=None), "rankings"),
    (lambda data: data["rulebook"].update(year="令和7年度"), "rulebook.year"),
    (lambda data: data["rulebook"].update(scope="都道府県"), "rulebook.scope"),
    (lambda data: data["rulebook"].pop("scope"), "rulebook.scope"),
    (lambda data: data.update(haiten=""), "haiten"),
    (lambda data: data.update(more=1), "more"),
]


def written(data: object, path: Path, encoding: str = "utf-8") -> Path:
    path.write_text(json.dumps(data), encoding=encoding)
    return path


@pytest.mark.parametrize(("change", "where"), BROKEN, ids=range(len(BROKEN)))
def test_what_contradicts_the_rulebook_or_itself_is_told_at_its_place(
    stored: dict[str, Any], tmp_path: Path, change: Change, where: str | None
) -> None:
    """Also where the digest was made anew, and in files of the older form, which has none."""
    path = tmp_path / "cutoffs.json"
    assert rulebook().read_cutoffs(written(stored, path, "utf-8-sig")).diagnostics == ()
    change(stored)
    older = {name: value for name, value in stored.items() if name != "digest"} | {"schema": OLD_SCHEMA}
    for data in (sealed(stored), older):
        read = rulebook().read_cutoffs(written(data, path))
        assert (read.stored is None) == bool(read.diagnostics)
        told = [(d.code, getattr(d, "where", None)) for d in read.diagnostics]
        assert told == ([("H870", where)] if where else [])
    read = rulebook().read_cutoffs(written(stored, path))  # the digest as it was
    assert [d.code for d in read.diagnostics] == ["H870"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (lambda data: data.update(schema="haiten/cutoffs@0"), "H827", f"形式が {SCHEMA} ではありません"),
        (lambda data: data.pop("schema"), "H827", f"形式が {SCHEMA} ではありません"),
        (lambda data: data.update(schema=[]), "H827", f"形式が {SCHEMA} ではありません"),
        (
            lambda data: data["rulebook"]["fingerprint"].update(rules="0" * 64),
            "H815",
            "令和6年度の、規則の異なる評価指標から作られています",
        ),
        (lambda data: data["rulebook"]["fingerprint"].update(rules="0"), "H870", "64桁の16進数"),
        (lambda data: data["rulebook"]["fingerprint"].update(text="0" * 64), "H870", "検査値が中身と合いません"),
        (lambda data: data.update(digest="0" * 64), "H870", "検査値が中身と合いません"),
        (lambda data: data.pop("digest"), "H870", "「digest」が違います: ありません"),
        (lambda data: data.update(schema=OLD_SCHEMA), "H870", "「digest」が違います: 知らない名です"),
    ],
    ids=range(9),
)
def test_a_file_that_is_not_as_it_was_written_is_refused(
    stored: dict[str, Any], tmp_path: Path, change: Change, code: str, message: str
) -> None:
    """Another form, other rules, another digest: told with the file, never guessed."""
    change(stored)
    read = rulebook().read_cutoffs(written(stored, tmp_path / "cutoffs.json"))
    assert read.stored is None
    (found,) = read.diagnostics
    assert (str(found.span), found.code) == (str(tmp_path / "cutoffs.json"), code)
    assert message in found.message


@pytest.mark.parametrize("times", [1, 100])
@pytest.mark.parametrize(
    "end", ["1/2", "13/25", "8/15", "7/15", "-1/3", "9007199254740993/10", "9007199254740992/10", str(10**400)]
)
def test_an_end_that_no_fact_has_tells_who_is_within(
    stored: dict[str, Any], tmp_path: Path, end: str, times: int
) -> None:
    """More decimals than the facts have, parts of them, more than a float holds: each is what it is."""
    for step in stored["rankings"][0]["steps"]:  # whoever is within one of them is within the other
        step["cutoff"] = end
    path = written(sealed(stored), tmp_path / "cutoffs.json")
    tenths = [-4, 4, 5, 6, 2**53] * times
    bodies = tuple(Body(f"{10001 + body}") for body in range(len(tenths)))
    met = rulebook().score(Facts(bodies, {"率": numbers_from(tenths, 1)}), path).run.outcome(ITEM + "ア")
    assert met.certain.tolist() == [Fraction(rate, 10) >= Fraction(end) for rate in tenths]


@pytest.mark.parametrize(
    ("one", "other"),
    [("33%", "34%"), ("1000000位", "1000001位"), ("5%", "5割"), ("1%", "1位")],
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
        ("text.json", "JSON として読めません（1行目の1文字目）"),
        ("", "フォルダです"),
    ):
        (found,) = rulebook().read_cutoffs(tmp_path / name).diagnostics
        assert found.message == f"段の境の値のファイルを読めません: {reason}"
