"""Every form of condition and value, on small populations worked out by hand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from real_commands import validated

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores

HEAD = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 人口 : 人 0以上
事実 率 : % 小数1桁
事実 過疎 : 該当
区分 規模 = 人口 「大」 100人以上 「中」 10人以上 100人未満 「極小」 1人未満
交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点
    指標群 (ⅰ) 「群」〔要綱〕 4点
      指標 1 「指標」〔要綱〕 4点
        ア 「答え」〔要綱〕 1点
        イ 「答え」〔要綱〕 1点
        ウ 「答え」〔要綱〕 1点
"""
ITEM = "推進.Ⅰ.(ⅰ).1."


def rulebook(condition: str, more: str = "") -> Rulebook:
    text = HEAD + f"        エ 「判定」〔要綱〕 1点 要件 {condition}\n{more}"
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    return made


def scored(made: Rulebook, tmp_path: Path, rows: str, **options: Any) -> Scores:
    path = tmp_path / "facts.csv"
    head, *bodies = rows.split("/")
    lines = [f"{10001 + n},令和6年度,{body.strip()}" for n, body in enumerate(bodies)]
    columns = ",".join(ITEM + name if name in "アイウ" else name for name in head.strip().split(","))
    path.write_text("\n".join([f"団体コード,年度,{columns}", *lines]) + "\n", encoding="utf-8")
    return made.score(path, **options)


def shown(scores: Scores) -> str:
    """The outcomes of エ, a sign per body: ○ met, × not met, ？ unknown."""
    outcome = scores.run.outcome(ITEM + "エ")
    return "".join("○" if c else "？" if p else "×" for c, p in zip(outcome.certain, outcome.possible, strict=True))


@pytest.mark.parametrize(
    ("condition", "rows", "expected"),
    [
        # 区分: the first class that fits; none that fits is none; unknown if the value is.
        ("規模 が 「大」", "人口 /100/99/9/0/", "○×××？"),
        ("規模 が 「中」", "人口 /100/99/10/9/", "×○○×？"),
        ("規模 が 「極小」 でない", "人口 /0/1/", "×○？"),
        # Class by class: two of 大, two of 中; a body of no known class has no rank.
        ("率 が 規模別 上位5割", "人口,率 /100,1/200,2/10,9/20,8/,99", "×○○×？"),
        ("率 が 規模別 上位1位", "人口,率 /100,1/200,1/10,9/20,/5,3", "○○○？×"),
        # n of: certain and possible numbers.
        ("ア〜ウ のうち 2つ以上", "ア,イ,ウ /1,1,0/1,0,0/1,,0/,,/1,1,", "○×？？○"),
        ("ア〜ウ のうち 2つ以下", "ア,イ,ウ /1,1,1/1,1,0/1,1,/,,0", "×○？○"),
        ("ア、ウ のうち 1つと等しい", "ア,イ,ウ /1,1,0/1,0,1/1,,/0,,0/0,,1", "○×？×○"),
        ("ア、過疎 のうち 1つ超", "ア,過疎 /1,1/1,0/1,", "○×？"),
        ("ア〜イ、過疎 のうち 1つ未満", "ア,イ,過疎 /0,0,0/0,0,/0,1,", "○？×"),
        # Figures of the run; unknown values do not count.
        ("率 が 全国平均(率) 超", "率 /1/2/6/", "××○？"),
        ("率 が 全国中央値(率) 以上", "率 /1/2/6/9/", "××○○？"),
        ("率 が 全国平均(率) 以上", "率,人口 /,1/,2", "？？"),
        ("率 が 全国中央値(率) 以上", "率,人口 /,1/,2", "？？"),
        ("(率 － 全国平均(率)) が 0%と等しい", "率 /3/3/", "○○？"),
        # 順位 as a value, from the good end.
        ("順位(率) が 2位以下", "率 /9/9/8/7/", "○○××？"),
        ("順位(人口) が 前年度(順位(人口)) 未満", "人口,前年度.順位(人口) /9,2/8,2/7,", "○×？"),
        # A place is the better the smaller it is; last year's value ranks from the end from which this year's does.
        ("順位(人口) が 上位1位", "人口 /9/8/7", "○××"),
        ("前年度(順位(人口)) が 上位1位", "前年度.順位(人口) /3/1/2", "×○×"),
        ("前年度(率) が 上位1位", "前年度.率 /1/2", "×○"),
        ("前年度(得点(ア)) が 1点以上", f"前年度.得点({ITEM}ア) /1/0", "○×"),
        ("得点(全体 から 推進 を除く) が 0点と等しい", "人口 /9/", "○○"),
        # Rounding and extremes.
        ("四捨五入(率, 小数0桁) が 1%と等しい", "率 /0.5/1.4/1.5/-0.5/", "○○××？"),
        ("切捨て(率, 小数0桁) が 0%と等しい", "率 /0.9/-0.9/1.0", "○○×"),
        ("最大(率, 前年度(率), 2%) が 2%以下", "率,前年度.率 /1,2/1,3/1,", "○×？"),
        ("最小(率, 1%) が 1%と等しい", "率 /5/0.9", "○×"),
        # Three-valued logic.
        ("ア かつ イ", "ア,イ /1,1/1,/0,/,", "○？×？"),
        ("ア 又は イ", "ア,イ /0,0/1,/0,/,", "×○？？"),
        ("過疎 でない", "過疎 /1/0/", "×○？"),
        ("該当 かつ 過疎", "過疎 /1/0", "？×"),
        # のうち: ranks inside are taken among those who do it; whoever is unknown is not counted.
        ("過疎 のうち 率 が 上位5割", "過疎,率 /1,5/1,4/0,9/,8/1,", "○××？？"),
        # Who does not do it is not within, whatever its class.
        ("過疎 のうち 率 が 規模別 上位1位", "過疎,人口,率 /0,,5/1,,5/1,100,4/1,5,4", "×？○×"),
        ("過疎 のうち 率 が 規模別 上位1位", "過疎,人口,率 /0,,5/1,,5/1,100,4/1,5,4/1,100,3/,100,9", "×？○××？"),
        ("(ア 又は イ) のうち (率 が 上位1位 かつ 人口 が 5人以上)", "ア,イ,率,人口 /1,0,5,5/0,1,4,9/0,0,9,9", "○××"),
    ],
)
def test_outcomes(tmp_path: Path, condition: str, rows: str, expected: str) -> None:
    """The outcome of a condition for each body: met, not met or unknown."""
    assert shown(scored(rulebook(condition), tmp_path, rows)) == expected


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("率 が 規模別 上位5割", "人口,率 /100,1/200,2/10,9/20,8/,99"),
        ("率 が 全国平均(率) 超", "率 /1/2/6/"),
        ("率 が 全国中央値(率) 以上", "率 /1/2/6/9/"),
        ("順位(率) が 2位以下", "率 /9/9/8/7/"),
        ("過疎 のうち 率 が 上位5割", "過疎,率 /1,5/1,4/0,9/,8/1,"),
    ],
)
def test_what_a_run_stores_decides_for_one_body(tmp_path: Path, condition: str, rows: str) -> None:
    """Classes, figures and places are stored, so that each body alone comes out as it did among the others."""
    made = rulebook(condition)
    among = scored(made, tmp_path, rows)
    cutoffs = tmp_path / "cutoffs.json"
    cutoffs.write_text(json.dumps(cutoffs_json(among)), encoding="utf-8")
    head, *bodies = rows.split("/")
    for body, sign in zip(bodies, shown(among), strict=True):
        assert shown(scored(made, tmp_path, f"{head}/{body}", cutoffs=cutoffs)) == sign, body


def test_places_by_class_are_stored_for_choices(tmp_path: Path) -> None:
    """Between equal points the better place in the own class decides, alone as among the others."""
    text = HEAD[: HEAD.index("        ア")].replace("4点", "1点").replace("事実 過疎 : 該当", "事実 件数 : 件 0以上")
    text = text.removesuffix("\n") + " いずれか\n"
    for label, name in zip("アイ", ("率", "件数"), strict=True):
        text += f"        {label} 「順位」〔要綱〕 1点 要件 {name} が 規模別 上位3位\n"
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics

    def chosen(scores: Scores) -> list[str]:
        verdicts = [
            [scores.verdict(ITEM + label, body).value for label in "アイ"] for body in range(len(scores.bodies))
        ]
        return ["アイ"[found.index("awarded")] for found in verdicts]

    # In 大 the first is 1st by 率 and 3rd by 件数, and so on; 中 the other way round.
    head, rows = "人口,率,件数", ["100,9,1", "200,8,2", "300,7,3", "10,7,3", "20,8,2", "30,9,1"]
    among = scored(made, tmp_path, "/".join([head, *rows]))
    assert chosen(among) == ["ア", "ア", "イ", "イ", "ア", "ア"]
    cutoffs = tmp_path / "cutoffs.json"
    cutoffs.write_text(json.dumps(cutoffs_json(among)), encoding="utf-8")
    alone = [chosen(scored(made, tmp_path, f"{head}/{row}", cutoffs=cutoffs))[0] for row in rows]
    assert alone == chosen(among)


def test_last_years_value_ranks_as_this_years(tmp_path: Path) -> None:
    """小さいほど良い holds for 前年度( ) and for rounding as well."""
    text = HEAD.replace("小数1桁", "小数1桁 小さいほど良い")
    for value, column in (("前年度(率)", "前年度.率"), ("四捨五入(率, 小数0桁)", "率")):
        made = Rulebook(
            compile_source(Source("rules", f"{text}        エ 「判定」〔要綱〕 1点 要件 {value} が 上位1位\n"))
        )
        assert made.ok
        assert shown(scored(made, tmp_path, f"{column} /3/1/2")) == "×○×"


def test_undisclosed_points_and_the_frame_outside(tmp_path: Path) -> None:
    """別枠 stays out of the total; 未公表 points count in the maximum and are unknown in every score."""
    more = "別枠 成果 「成果指向」〔要綱〕 100点〔要綱〕\n  未公表 100点\n"
    made = rulebook("得点(全体 から 推進.Ⅰ.(ⅰ).1.エ を除く) が 2点以上", more)
    scores = scored(made, tmp_path, "ア,イ,ウ /1,1,0/1,0,0")
    assert shown(scores) == "○×"
    assert [scores.points("成果", i).possible for i in (0, 1)] == [100, 100]
    assert [scores.points(None, i).certain for i in (0, 1)] == [3, 1]
    assert scores.points(None, 0).maximum == 4
    body = scores.to_json()["bodies"][0]
    assert body["total"] == {"certain": 3, "possible": 3, "maximum": 4}
    assert body["nodes"]["成果"] == {"certain": 0, "possible": 100, "maximum": 100}


def test_undisclosed_points_may_win_one_of_several(tmp_path: Path) -> None:
    """In いずれか the undisclosed side may be the better one: the others are never certain below it."""
    text = HEAD.replace("4点", "3点").replace(
        "〔要綱〕 3点\n        ア", "〔要綱〕 3点 いずれか\n        未公表 3点\n        ア", 1
    )
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    scores = scored(made, tmp_path, "ア,イ,ウ /1,0,0/0,0,0")
    assert [(p.certain, p.possible) for p in (scores.points(ITEM[:-1], i) for i in (0, 1))] == [(1, 3), (0, 3)]
    assert [(p.certain, p.possible) for p in (scores.points(ITEM + "ア", i) for i in (0, 1))] == [(0, 1), (0, 0)]


def test_the_best_of_several_ranks_decides_between_equals(tmp_path: Path) -> None:
    """A child that reads two rankings is as good as the better of them, in proportion to the N of each."""
    items = """        ア 「二つの順位」〔要綱〕 2点
          ① 「全体」〔要綱〕 1点 要件 人口 が 上位2位
          ② 「過疎」〔要綱〕 1点 要件 過疎 のうち 割合 が 上位2位
        イ 「一つの順位」〔要綱〕 2点 要件 率 が 上位3位
"""
    head = (
        HEAD[: HEAD.index("        ア")]
        .replace("4点", "2点")
        .replace("〔要綱〕 2点\n      指標 1", "〔要綱〕 2点\n      指標 1")
    )
    head = head.removesuffix("〔要綱〕 2点\n") + "〔要綱〕 2点 いずれか\n"
    head = head.replace("事実 過疎", "事実 割合 : % 小数1桁\n事実 過疎").replace("区分 規模", "# 区分 規模")
    made = Rulebook(compile_source(Source("rules", head + items)))
    assert made.ok, made.diagnostics
    # The first body: 2nd of 4 by 人口, 2nd of 3 by 割合 in 過疎, 3rd of 5 by 率. So ア stands at 1/2, イ at 3/5.
    rows = "人口,割合,過疎,率 /8,5,1,3/9,9,1,9/7,1,1,8/6,9,0,2/,9,0,1"
    scores = scored(made, tmp_path, rows)
    assert [scores.verdict(ITEM + path, 0).value for path in ("ア.①", "ア.②", "イ")] == [
        "awarded",
        "awarded",
        "superseded",
    ]


def test_one_of_several_that_are_worth_nothing_is_chosen_all_the_same(tmp_path: Path) -> None:
    """The one child that is ranked stands before those that are not, in a rulebook without any point as well."""
    text = re.sub(r"\d+点", "0点", HEAD).replace("「指標」〔要綱〕 0点", "「指標」〔要綱〕 0点 いずれか")
    made = Rulebook(compile_source(Source("rules", f"{text}        エ 「判定」〔要綱〕 0点 要件 率 が 上位1位\n")))
    assert made.ok, made.diagnostics
    scores = scored(made, tmp_path, "ア,イ,ウ,率 /1,1,0,9/1,0,0,8/0,1,0,7")
    verdicts = [[scores.verdict(ITEM + item, body).value for item in "アイエ"] for body in range(3)]
    assert verdicts == [
        ["superseded", "superseded", "awarded"],
        ["superseded", "not_met", "not_met"],
        ["not_met", "superseded", "not_met"],
    ]


def test_the_first_of_few_stands_behind_the_second_of_many(tmp_path: Path) -> None:
    """Places count from 1: 2nd of 5 is better than 1st of 2, and 1st of 3 better than 2nd of 5."""
    text = HEAD[: HEAD.index("        ア")].replace("4点", "1点").replace("区分 規模", "# 区分 規模")
    text = text.removesuffix("\n") + " いずれか\n"
    for label, value in (("ア", "過疎 のうち 人口"), ("イ", "率")):
        text += f"        {label} 「順位」〔要綱〕 1点 要件 {value} が 上位3位\n"
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    for rows, first in (("1,9,8/1,8,9/0,7,7/0,6,6/0,5,5", "superseded"), ("1,9,8/1,8,9/1,7,7/0,6,6/0,5,5", "awarded")):
        assert scored(made, tmp_path, f"過疎,人口,率 /{rows}").verdict(ITEM + "ア", 0).value == first


def test_the_last_of_all_stands_before_what_is_not_ranked(tmp_path: Path) -> None:
    """Between equal points an answer, which has no place, gives way to any place."""
    text = HEAD[: HEAD.index("        ア")].replace("4点", "1点").removesuffix("\n") + " いずれか\n"
    text += "        ア 「答え」〔要綱〕 1点\n        イ 「順位」〔要綱〕 1点 要件 率 が 上位3位\n"
    made = Rulebook(compile_source(Source("rules", text.replace("区分 規模", "# 区分 規模"))))
    assert made.ok, made.diagnostics
    scores = scored(made, tmp_path, "ア,率 /1,9/1,8/1,7")
    verdicts = {tuple(scores.verdict(ITEM + item, body).value for item in "アイ") for body in range(3)}
    assert verdicts == {("superseded", "awarded")}


def test_a_cap_cuts_at_the_node(tmp_path: Path) -> None:
    """上限 cuts the sum; what was cut stands at the node, and leaves less cuts are the total."""
    text = HEAD.replace("4点", "2点").replace("〔要綱〕 2点\n        ア", "〔要綱〕 2点 上限 2点\n        ア", 1)
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    scores = scored(made, tmp_path, "ア,イ,ウ /1,1,1/1,,1")
    assert scores.cut(ITEM[:-1]).tolist() == [1, 0]
    assert [(scores.points(None, i).certain, scores.points(None, i).possible) for i in (0, 1)] == [(2, 2), (2, 2)]
    assert scores.to_json()["bodies"][0]["nodes"][ITEM[:-1]]["cut"] == 1


def test_scores_as_json(tmp_path: Path) -> None:
    """Every node of every body, with what only some nodes have: own points, cuts, verdicts, given outcomes."""
    text = HEAD.replace("4点", "2点").replace("〔要綱〕 2点\n        ア", "〔要綱〕 2点 いずれか\n        ア", 1)
    text = text.replace("ウ 「答え」〔要綱〕 1点", "ウ 「答え」〔要綱〕 2点 要件 過疎").replace("\n区分", "\n# 区分")
    text = text.replace("事実 人口", "# 事実").replace("事実 率", "# 事実")
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    rows = f"団体名,ア,イ,過疎,所与.{ITEM}ウ /甲,1,1,0,/乙,1,0,0,1/丙,,1,,"
    data = validated(json.dumps(scored(made, tmp_path, rows).to_json()), "score-1.json")
    assert [(body["code"], body["name"]) for body in data["bodies"]] == [
        ("10001", "甲"),
        ("10002", "乙"),
        ("10003", "丙"),
    ]
    assert data["rulebook"]["fingerprint"]["rules"] == made.fingerprint.rules
    assert [body["total"] for body in data["bodies"]] == [
        {"certain": 1, "possible": 1, "maximum": 2},
        {"certain": 2, "possible": 2, "maximum": 2},
        {"certain": 1, "possible": 2, "maximum": 2},
    ]
    first, second, third = (body["nodes"] for body in data["bodies"])
    assert first[ITEM + "ア"] == {"certain": 1, "possible": 1, "maximum": 1, "verdict": "awarded", "given": False}
    assert first[ITEM + "イ"] == {
        "certain": 0,
        "possible": 0,
        "maximum": 1,
        "own": {"certain": 1, "possible": 1},
        "verdict": "superseded",
        "given": False,
    }
    assert second[ITEM + "ウ"] == {"certain": 2, "possible": 2, "maximum": 2, "verdict": "awarded", "given": True}
    assert third[ITEM + "イ"] == {
        "certain": 0,
        "possible": 1,
        "maximum": 1,
        "own": {"certain": 1, "possible": 1},
        "verdict": "unanswered",
        "given": False,
    }
    assert third["推進"] == {"certain": 1, "possible": 2, "maximum": 2}
