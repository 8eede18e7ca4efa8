"""Why points were given, form by form: what was read, what it was compared with, where a body stands."""

import json
from pathlib import Path

import pytest
from real_commands import validated

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.explaining.explain import Cited, Trace, cite, explain, explain_json, titles_of
from haiten.scoring.explaining.reasons import Placing, Reason
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores

ITEM = "推進.Ⅰ.(ⅰ).1"
RULES = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「交付要綱」
事実 人口 : 人 0以上
事実 率 : % 小数1桁
事実 費用 : 円 0以上 小さいほど良い
事実 過疎 : 該当
区分 規模 = 人口 「大」 100人以上 「中」 10人以上 100人未満
交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点
    指標群 (ⅰ) 「群」〔要綱〕 4点
      時点 前年度の取組
      指標 1 「指標」〔要綱〕 4点
        ア 「答え」〔推定〕 1点〔要綱〕
        イ 「答え」〔導出 要綱 別紙〕 1点
        ウ 「答え」〔要綱〕 1点
        エ 「判定」〔要綱〕 1点 要件 {condition}
交付金 支援 「支援」〔要綱〕 2点〔要綱〕
  未公表 1点
  目標 Ⅰ 推進.Ⅰ に同じ
"""
SIGNS = {True: "○", False: "×", None: "？"}


def rulebook(condition: str = "率 が 上位1位") -> Rulebook:
    text = RULES.replace("{condition}", condition).replace("2点〔要綱〕\n  未公表", "5点〔要綱〕\n  未公表")
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    return made


def scored(made: Rulebook, tmp_path: Path, rows: str, cutoffs: Path | None = None) -> Scores:
    """Bodies as ``人口,率 /100,1/9,2``, a row for each."""
    head, *bodies = rows.split("/")
    columns = ",".join(f"{ITEM}.{name}" if name in "アイウ" else name for name in head.strip().split(","))
    lines = [f"団体コード,年度,{columns}", *(f"{10001 + n},令和6年度,{body.strip()}" for n, body in enumerate(bodies))]
    path = tmp_path / "facts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made.score(path, cutoffs)


def placed(placing: Placing) -> str:
    end = "小" if placing.lower_is_better else "大"
    case = f"「{placing.case}」の" if placing.case else ""
    where = f"{case}{placing.size}団体中{placing.rank}位、{placing.step}は{placing.inside}団体、境は{placing.cutoff}"
    return f" {placing.value.name}={placing.value.shown} {end}{where}{'' if placing.of_run else '（保存）'}"


def told(reason: Reason) -> str:
    """A reason as ``kind truth readings placing (parts)``."""
    readings = "".join(f" {reading.name}={reading.shown}" for reading in reason.readings)
    where = placed(reason.placing) if reason.placing else ""
    parts = "".join(f" ({told(part)})" for part in reason.parts)
    return f"{reason.kind} {SIGNS[reason.truth]}{readings}{where}{parts}"


@pytest.mark.parametrize(
    ("condition", "rows", "expected"),
    [
        ("規模 が 「大」", "人口 /100", "class ○ 人口=100人"),
        ("規模 が 「大」", "人口 /", "class ？ 人口=不明"),
        ("ア、ウ のうち 2つ以上", "ア,ウ /1,0", "count × (met ○) (met ×)"),
        ("率 が 全国平均(率) 超", "率 /6/1/2/", "compare ○ 率=6% 全国平均(率)=3%"),
        (
            "順位(人口) が 前年度(順位(人口)) 未満",
            "人口,前年度.順位(人口) /9,2",
            "compare ○ 順位(人口)=1位 前年度.順位(人口)=2位",
        ),
        ("率 が 5%以上", "率 /6", "compare ○ 率=6%"),
        ("得点(ア) が 1点未満", "ア /1", f"compare × 得点({ITEM}.ア)=1点"),
        ("(率 － 前年度(率)) が 0%未満", "率,前年度.率 /1,2", "compare ○ 率=1% 前年度(率)=2% 率 － 前年度(率)=－1%"),
        ("(率 ÷ 前年度(率)) が 0.5以上", "率,前年度.率 /1,2", "compare ○ 率=1% 前年度(率)=2% 率 ÷ 前年度(率)=0.5"),
        (
            "率 が (前年度(率) ＋ 1%) 以上",
            "率,前年度.率 /3,2",
            "compare ○ 率=3% 前年度(率)=2% 前年度(率) ＋ 1%=3%",
        ),
        ("四捨五入(率, 小数0桁) が 1%と等しい", "率 /0.5", "compare ○ 率=0.5% 四捨五入(率, 小数0桁)=1%"),
        ("ア かつ イ", "ア,イ /1,", "every ？ (met ○) (met ？)"),
        ("ア かつ イ", "ア,イ /1,0", "every × (met ○) (met ×)"),
        ("ア 又は イ", "ア,イ /1,", "some ○ (met ○) (met ？)"),
        ("過疎 でない", "過疎 /1", "not × (fact ○)"),
        ("該当 又は 過疎", "過疎 /0", "some ？ (answer ？) (fact ×)"),
        ("率 が 上位5割", "率 /1/2/3/", "rank × 率=1% 率=1% 大3団体中3位、上位5割は1団体、境は3"),
        ("費用 が 上位2位", "費用 /5/5/4/9", "rank ○ 費用=5円 費用=5円 小4団体中2位、上位2位は3団体、境は5"),
        ("率 が 上位5割", "率 //2", "rank ？ 率=不明 率=不明 大1団体中None位、上位5割は0団体、境はNone"),
        (
            "過疎 のうち 率 が 上位5割",
            "過疎,率 /0,9/1,5/1,4",
            "rank × 率=9% 率=9% 大2団体中None位、上位5割は1団体、境は5 (fact ×)",
        ),
        (
            "(率 ÷ 人口) が 上位1位",
            "率,人口 /1,2/4,2",
            "rank × 率=1% 人口=2人 率 ÷ 人口=0.5%/人 大2団体中2位、上位1位は1団体、境は2",
        ),
        (
            "率 が 規模別 上位5割",
            "人口,率 /10,8/100,9/20,7",
            "rank ○ 率=8% 率=8% 大「中」の2団体中1位、上位5割は1団体、境は8",
        ),
        (
            "率 が 規模別 上位5割",
            "人口,率 /100,7/10,8/200,9",
            "rank × 率=7% 率=7% 大「大」の2団体中2位、上位5割は1団体、境は9",
        ),
        (
            "率 が 規模別 上位5割",
            "人口,率 /,8/100,9",
            "rank ？ 率=8% 率=8% 大「不明」の0団体中None位、上位5割は0団体、境はNone",
        ),
        (
            "率 が 規模別 上位5割",
            "人口,率 /5,8/100,9",
            "rank × 率=8% 率=8% 大「該当する区分なし」の0団体中None位、上位5割は0団体、境はNone",
        ),
    ],
)
def test_reasons(tmp_path: Path, condition: str, rows: str, expected: str) -> None:
    """The first body's reason: kinds, outcomes, what was read, and where it stands."""
    scores = scored(rulebook(condition), tmp_path, rows)
    (trace,) = explain(scores, 0, f"{ITEM}.エ")
    assert trace.reason is not None
    assert told(trace.reason) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ア かつ 過疎", [f"{ITEM}.ア かつ 過疎", f"{ITEM}.ア", "過疎"]),
        ("該当 又は 規模 が 「大」", ["該当 又は 規模 が 「大」", "該当", "規模 が 「大」"]),
        ("ア、ウ のうち 2つ以上", ["ア、ウ のうち 2つ以上", f"{ITEM}.ア", f"{ITEM}.ウ"]),
        ("率 が 5%以上 でない", ["率 が 5%以上 でない", "率 が 5%以上"]),
        ("過疎 のうち 率 が 上位5割", ["過疎 のうち 率 が 上位5割", "過疎"]),
    ],
)
def test_each_part_of_a_reason_is_told_in_words(tmp_path: Path, condition: str, expected: list[str]) -> None:
    """The condition, then what it is made of, each as the rulebook writes it, with items by their paths."""
    (trace,) = explain(scored(rulebook(condition), tmp_path, "率 /6"), 0, f"{ITEM}.エ")
    assert trace.reason is not None
    assert [trace.reason.text, *(part.text for part in trace.reason.parts)] == expected


def test_a_placed_body_has_the_rank_of_the_run_only_where_places_were_stored(tmp_path: Path) -> None:
    """Cut-offs tell who is within a step; a place is told only where 順位 or いずれか had it stored."""
    for condition, rank in (("率 が 上位5割", "None"), ("率 が 上位5割 かつ 順位(率) が 1位以上", "2")):
        made = rulebook(condition)
        cutoffs = tmp_path / "cutoffs.json"
        cutoffs.write_text(json.dumps(cutoffs_json(scored(made, tmp_path, "率 /9/8/7/6"))), encoding="utf-8")
        (trace,) = explain(scored(made, tmp_path, "率 /8", cutoffs), 0, f"{ITEM}.エ")
        assert trace.reason is not None
        ranked = trace.reason.parts[0] if trace.reason.parts else trace.reason
        assert told(ranked) == f"rank ○ 率=8% 率=8% 大4団体中{rank}位、上位5割は2団体、境は8（保存）"


def test_a_body_of_no_known_class_has_no_end_among_stored_ones(tmp_path: Path) -> None:
    """Whether its class is unknown or none fits: no class's cut-offs are told for it."""
    made = rulebook("率 が 規模別 上位5割")
    cutoffs = tmp_path / "cutoffs.json"
    cutoffs.write_text(json.dumps(cutoffs_json(scored(made, tmp_path, "人口,率 /100,9/10,8/20,7"))), encoding="utf-8")
    scores = scored(made, tmp_path, "人口,率 /,8/5,8/10,8", cutoffs)
    found = [explain(scores, body, f"{ITEM}.エ")[0].reason for body in range(3)]
    assert [told(reason) for reason in found if reason is not None] == [
        "rank ？ 率=8% 率=8% 大「不明」の0団体中None位、上位5割は0団体、境はNone（保存）",
        "rank × 率=8% 率=8% 大「該当する区分なし」の0団体中None位、上位5割は0団体、境はNone（保存）",
        "rank ○ 率=8% 率=8% 大「中」の2団体中None位、上位5割は1団体、境は8（保存）",
    ]


def test_a_trace_as_json(tmp_path: Path) -> None:
    """All that a leaf's trace says: clause, sources, points, verdict, reason and evidence."""
    made = rulebook()
    scores = scored(made, tmp_path, f"率,ア,根拠.{ITEM}.ア,備考.{ITEM}.エ /9,1,議事録,/8,,,照会中")
    data = validated(json.dumps(explain_json(scores, 0, explain(scores, 0))), "explain-1.json")
    assert data["rulebook"]["year"] == "令和6年度"
    assert data["rulebook"]["fingerprint"]["rules"] == made.fingerprint.rules
    assert data["body"] == {"code": "10001", "name": ""}
    promotion, support = data["traces"]
    assert (promotion["certain"], promotion["possible"], promotion["maximum"]) == (2, 4, 4)
    assert promotion["children"][0]["path"] == "推進.Ⅰ"
    assert "verdict" not in promotion
    assert (support["undisclosed"], support["possible"], support["children"][0]["path"]) == (1, 5, "支援.Ⅰ")
    outline = {"mark": "〔要綱〕", "title": "交付要綱"}
    items = promotion["children"][0]["children"][0]["children"][0]["children"]
    assert items[0] == {
        "path": f"{ITEM}.ア",
        "text": "答え",
        "place": "rules:14",
        "sources": [{"mark": "〔推定〕", "title": "推定（公表された文や数字はない）"}],
        "point_sources": [outline],
        "certain": 1,
        "possible": 1,
        "maximum": 1,
        "timing": "前年度の取組",
        "verdict": "awarded",
        "given": False,
        "reason": {"kind": "answer", "text": "該当", "truth": True},
        "evidence": {"根拠": "議事録"},
    }
    assert items[1]["sources"] == [{"mark": "〔導出 要綱 別紙〕", "title": "公表値からの導出: 交付要綱"}]
    assert (items[2]["verdict"], items[2]["possible"], items[2]["sources"]) == ("unanswered", 1, [outline])
    rate = {"name": "率", "value": "9", "unit": "%"}
    assert items[3]["reason"] == {
        "kind": "rank",
        "text": "率 が 上位1位",
        "truth": True,
        "readings": [rate],
        "placing": {
            "value": rate,
            "rank": 1,
            "n": 2,
            "step": "上位1位",
            "in": 1,
            "cutoff": "9",
            "direction": "higher",
        },
    }
    shared = support["children"][0]["children"][0]["children"][0]["children"][3]
    assert (shared["path"], shared["same_as"]) == ("支援.Ⅰ.(ⅰ).1.エ", f"{ITEM}.エ")
    assert shared["reason"] == items[3]["reason"]
    (other,) = explain(scores, 1, f"{ITEM}.エ")
    assert other.evidence == (("備考", "照会中"),)
    nothing = explain_json(scores, 1, (other,))["traces"][0]
    assert (nothing["verdict"], nothing["reason"]["placing"]["rank"]) == ("not_met", 2)
    assert "same_as" not in nothing


def test_the_parts_of_a_reason_as_json(tmp_path: Path) -> None:
    """Each part says what it read, null for what is unknown, and where the body stands from the good end."""
    scores = scored(rulebook("率 が 5%以上 又は 費用 が 上位1位"), tmp_path, "率,費用 /,7/,7/,8")
    data = validated(json.dumps(explain_json(scores, 0, explain(scores, 0, f"{ITEM}.エ"))), "explain-1.json")
    cost = {"name": "費用", "value": "7", "unit": "円"}
    placing = {"value": cost, "rank": 1, "n": 3, "step": "上位1位", "in": 2, "cutoff": "7", "direction": "lower"}
    rate = {"name": "率", "value": None, "unit": "%"}
    assert data["traces"][0]["reason"] == {
        "kind": "some",
        "text": "率 が 5%以上 又は 費用 が 上位1位",
        "truth": True,
        "parts": [
            {"kind": "compare", "text": "率 が 5%以上", "truth": None, "readings": [rate]},
            {"kind": "rank", "text": "費用 が 上位1位", "truth": True, "readings": [cost], "placing": placing},
        ],
    }


def test_the_class_of_a_ranking_as_json(tmp_path: Path) -> None:
    """Where bodies are ranked by class, the placing names the body's own; where together, none."""
    for condition, named in (("率 が 規模別 上位5割", {"class": "中"}), ("率 が 上位5割", {})):
        scores = scored(rulebook(condition), tmp_path, "人口,率 /10,8/100,9")
        data = validated(json.dumps(explain_json(scores, 0, explain(scores, 0, f"{ITEM}.エ"))), "explain-1.json")
        placing = data["traces"][0]["reason"]["placing"]
        assert {name: value for name, value in placing.items() if name == "class"} == named


def test_a_document_of_an_older_year_is_another_than_the_one_of_its_name() -> None:
    """What 令和5年度 要綱 says is not told as this year's 要綱."""
    text = RULES.replace("{condition}", "ア").replace("出典 要綱", "出典 令和5年度 要綱 「旧要綱」\n出典 要綱")
    text = text.replace("「答え」〔要綱〕 1点", "「答え」〔令和5年度 要綱 p.3〕 1点〔導出 令和5年度 要綱〕")
    program = compile_source(Source("rules", text)).program
    assert program is not None
    titles, leaf = titles_of(program.syntax.sources), program.nodes[f"{ITEM}.ウ"]
    assert [cite(citation, titles) for citation in (*leaf.text_citations, *leaf.citations)] == [
        Cited("〔令和5年度 要綱 p.3〕", "旧要綱"),
        Cited("〔導出 令和5年度 要綱〕", "公表値からの導出: 旧要綱"),
    ]
    assert [cite(citation, titles).title for citation in program.nodes["推進"].citations] == ["交付要綱"]


def test_a_document_without_a_full_name_is_told_by_its_name(tmp_path: Path) -> None:
    """出典 may leave its 「」 out."""
    text = (
        RULES.replace("{condition}", "ア").replace("出典 要綱 「交付要綱」", "出典 要綱").replace("2点〔要綱〕", "5点")
    )
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    (trace,) = explain(scored(made, tmp_path, "ア /1"), 0, f"{ITEM}.ウ")
    assert trace.sources == (Cited("〔要綱〕", "要綱"),)


def test_points_before_a_choice_or_a_cap_stand_beside_those_that_count(tmp_path: Path) -> None:
    """What いずれか leaves out is the node's own; what 上限 takes off is told where it was cut."""
    text = RULES.partition("交付金 支援")[0].replace("{condition}", "率 が 上位1位").replace("4点", "1点")

    def with_mode(mode: str) -> Scores:
        indicator = "指標 1 「指標」〔要綱〕 1点"
        made = Rulebook(compile_source(Source("rules", text.replace(indicator, f"{indicator} {mode}"))))
        assert made.ok, made.diagnostics
        return scored(made, tmp_path, "ア,イ,率 /1,1,9/1,1,8/1,0,7")

    scores = with_mode("いずれか")
    (trace,) = explain_json(scores, 0, explain(scores, 0, f"{ITEM}.イ"))["traces"]
    assert (trace["certain"], trace["possible"], trace["own"]) == (0, 0, {"certain": 1, "possible": 1})
    assert trace["verdict"] == "superseded"
    scores = with_mode("上限 1点")
    (trace,) = explain_json(scores, 0, explain(scores, 0, ITEM))["traces"]
    assert (trace["certain"], trace["cut"]) == (1, 2)
    assert "own" not in trace
    assert [explain(scores, body, ITEM)[0].cut for body in range(3)] == [2, 1, 0]


def test_a_trace_says_what_kind_of_node_it_is_of(tmp_path: Path) -> None:
    """Its level and label in the words of the rulebook, and how it adds up what is below."""
    text = RULES.partition("交付金 支援")[0].replace("{condition}", "ア").replace("4点", "1点")
    text = text.replace("指標 1 「指標」〔要綱〕 1点", "指標 1 「指標」〔要綱〕 1点 いずれか")
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    (grant,) = explain(scored(made, tmp_path, "ア /1"), 0)
    (item,) = explain(scored(made, tmp_path, "ア /1"), 0, ITEM)
    found = [(trace.level, trace.label, trace.mode) for trace in (grant, item, item.children[0])]
    assert found == [("交付金", "推進", "合算"), ("指標", "1", "いずれか"), ("項目", "ア", "合算")]


def told_outcome(trace: Trace) -> tuple[bool, bool, str]:
    return trace.given, trace.contradicted, trace.verdict.value if trace.verdict else ""


def test_a_given_outcome_is_marked_and_held_against_the_values(tmp_path: Path) -> None:
    """An outcome that the ministry gave counts; where the values decide otherwise the leaf's trace says so."""
    column = f"所与.{ITEM}.エ"
    scores = scored(rulebook("率 が 5%以上"), tmp_path, f"率,{column} /9,0/9,1/,1/9,")
    found = [told_outcome(explain(scores, body, f"{ITEM}.エ")[0]) for body in range(4)]
    assert found == [
        (True, True, "not_met"),
        (True, False, "awarded"),
        (True, False, "awarded"),
        (False, False, "awarded"),
    ]
    assert [told_outcome(trace) for trace in explain(scores, 0)] == [(False, False, "")] * 2


def test_bodies_are_found_by_their_codes(tmp_path: Path) -> None:
    """With or without the check digit; a body or node that is not there is a KeyError that names it."""
    scores = scored(rulebook(), tmp_path, "率 /9/8/7")
    assert [scores.index(code) for code in ("10001", "100030", "10003", "10009", "1000")] == [0, 2, 2, None, None]
    (trace,) = scores.explain("100021", f"{ITEM}.エ")
    assert (trace.path, trace.points.certain) == (f"{ITEM}.エ", 0)
    assert [trace.path for trace in scores.explain("10001")] == ["推進", "支援"]
    with pytest.raises(KeyError, match="10009"):
        scores.explain("10009")
    with pytest.raises(KeyError, match="Ⅸ"):
        scores.explain("10001", "推進.Ⅸ")
