"""Examples and certificates on small rulebooks: values, populations, what is proven, and what a forger cannot do."""

import json
from fractions import Fraction
from typing import Any

import pytest
from real_commands import validated

from haiten.compiler.driver import compile_source
from haiten.compiler.program.evaluate import value_of
from haiten.compiler.program.terms import Within
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from
from haiten.scoring.proving.prove import prove
from haiten.scoring.rulebook import Rulebook
from haiten.testing.verification import Verification, verify

HEAD = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
事実 人口 : 人 0以上
事実 費用 : 円 0以上 9以下 小さいほど良い
事実 件数 : 件 0以上 9以下
事実 割合 : % 0以上 1以下 小数1桁
"""
ITEM = "推進.Ⅰ.(ⅰ).1"


def rulebook(items: str, total: str = "4点", more: str = "") -> Rulebook:
    used = [line for line in HEAD.splitlines() if not line.startswith("事実") or line.split()[1] in items]
    tree = f"交付金 推進 「交」 {total}\n{more}目標 Ⅰ 「目」 4点\n指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点{items}"
    made = Rulebook(compile_source(Source("rules", "\n".join([*used, tree]) + "\n")))
    assert made.ok, made.diagnostics
    return made


def verified(made: Rulebook, certificate: dict[str, Any]) -> Verification:
    return verify(made.program, made.fingerprint.rules, certificate)


@pytest.mark.parametrize(
    "value",
    [
        "率 ＋ 前年度(率)",
        "率 － 前年度(率)",
        "率 × 前年度(率)",
        "率 ÷ 前年度(率)",
        "率 × 率 ÷ 前年度(率)",
        "四捨五入(率, 小数0桁)",
        "切捨て(率, 小数0桁)",
        "四捨五入(率 × 3 ÷ 7, 小数1桁)",
        "切捨て(率 × 3 ÷ 7, 小数1桁)",
        "最大(率, 前年度(率))",
        "最小(率, 前年度(率))",
        "最大(率 ÷ 前年度(率), 四捨五入(前年度(率) ÷ 率, 小数0桁))",
    ],
)
def test_values_of_examples_are_those_of_the_evaluator(value: str) -> None:
    """What an example is solved with is what it scores: both ways, on either side of zero and at it."""
    made = rulebook(f" 要件 ({value}) が 上位1位")
    (step,) = [leaf.condition for leaf in made.program.leaves]
    assert isinstance(step, Within)
    pairs = [(a, b) for a in (-25, -15, -5, 0, 4, 5, 14, 15, 33) for b in (-15, -1, 0, 7, 15)]
    facts = Facts(tuple(Body(f"{10_001 + n}") for n in range(len(pairs))))
    facts.numbers["率"] = numbers_from([a for a, _ in pairs], 1)
    facts.numbers["前年度.率"] = numbers_from([b for _, b in pairs], 1)
    run = made.score(facts).run
    column = run.column(step.ranking.value)
    for body, (a, b) in enumerate(pairs):
        numbers = {"率": Fraction(a, 10), "前年度.率": Fraction(b, 10)}
        assert value_of(step.ranking.value, numbers) == column[body], (a, b)
    assert value_of(step.ranking.value, {}) is None


@pytest.mark.parametrize(
    ("items", "found", "sizes"),
    [
        # The greatest step needs ten bodies, the least a single one: of one body half is none.
        ("ア 「a」 2点 要件 率 が 上位5割\nイ 「b」 2点 要件 率 が 上位1割", "proven 4 0", [10, 1]),
        ("ア 「a」 4点 要件 率 が 上位5割", "proven 4 0", [2, 1]),
        ("ア 「a」 4点 要件 人口 が 上位3位", "proven 4 0", [1, 4]),
        # Others have to be better by a value that cannot fall below its bound.
        ("ア 「a」 2点 要件 費用 が 9円以上\nイ 「b」 2点 要件 (費用 が 上位2位) でない", "proven 4 0", [3, 1]),
        ("ア 「a」 4点 要件 費用 が 0円以下 かつ (費用 が 上位1位) でない", "unreachable 0 0", None),
        ("ア 「a」 4点 要件 (率 － 前年度(率)) が 3%超", "proven 4 0", [1, 1]),
        ("ア 「a」 4点 要件 率 が 前年度(率) 未満", "proven 4 0", [1, 1]),
        ("ア 「a」 4点 要件 (人口 ÷ 前年度(人口)) が 12超", "proven 4 0", [1, 1]),
        ("ア 「a」 2点 要件 件数 が 8件と等しい\nイ 「b」 2点 要件 (件数 が 上位1位) でない", "proven 4 0", [2, 1]),
        ("ア 「a」 2点 要件 割合 が 0.9%と等しい\nイ 「b」 2点 要件 (割合 が 上位1位) でない", "proven 4 0", [2, 1]),
        ("ア 「a」 4点 要件 (率 ＋ 前年度(率)) が －3%未満", "proven 4 0", [1, 1]),
        ("ア 「a」 2点\nイ 「b」 2点 要件 ア でない", "unreachable 2 2", None),
        ("ア 「a」 4点 要件 率 が 全国平均(率) 超", "proven 4 0", [2, 2]),
    ],
)
def test_what_is_known_of_an_indicator(items: str, found: str, sizes: list[int] | None) -> None:
    """Its status, the most and least points that examples scored, and populations as small as they can be."""
    made = rulebook(f"\n{items}")
    proof = prove(made)
    (node,) = [node for node in proof.nodes if node.path == ITEM]
    assert f"{node.status} {node.reached} {node.least}" == found
    assert proof.complete is (node.status == "proven")
    if sizes is not None:
        assert node.witness is not None
        assert node.least_witness is not None
        assert [len(proof.witnesses[number]) for number in (node.witness, node.least_witness)] == sizes
    assert verified(made, validated(json.dumps(proof.to_json()), "proof-1.json")).problems == ()


def test_an_example_is_made_where_the_first_two_show_nothing() -> None:
    """Two examples are tried at once for all; where a node needs another one, its number is that of the one made."""
    proof = prove(rulebook("\nア 「a」 2点\nイ 「b」 2点 要件 ア でない"))
    first, second = (node for node in proof.nodes if node.path.startswith(f"{ITEM}."))
    assert (first.reached, first.witness, first.least, first.least_witness) == (2, 2, 0, 0)
    assert (second.reached, second.witness, second.least, second.least_witness) == (2, 0, 0, 2)
    assert [witness[0].answers for witness in proof.witnesses] == [
        {f"{ITEM}.ア": answer} for answer in (False, False, True)
    ]


def test_undisclosed_points_are_no_gap_of_the_proof() -> None:
    """Nodes above 未公表 points are not proven and not wrong; those beside them are proven as ever."""
    made = rulebook("\nア 「a」 4点", total="9点", more="未公表 5点\n")
    proof = prove(made)
    assert [(node.path, node.status, node.reached) for node in proof.nodes][:2] == [
        ("推進", "undisclosed", 4),
        ("推進.Ⅰ", "proven", 4),
    ]
    assert proof.complete
    below = rulebook("\n未公表 1点\nア 「a」 3点")
    statuses = {node.path: node.status for node in prove(below).nodes}
    assert statuses == {**dict.fromkeys(("推進", "推進.Ⅰ", "推進.Ⅰ.(ⅰ)", ITEM), "undisclosed"), f"{ITEM}.ア": "proven"}
    nothing = rulebook(" いずれか\n未公表 4点")
    assert [(node.status, node.reached, node.least) for node in prove(nothing).nodes] == [("undisclosed", 0, 0)] * 4


FORGED: list[tuple[str, Any, list[str]]] = [
    ("declared", 3, ["declared"]),
    ("witness", 99, ["witness"]),
    ("witness", -1, ["witness"]),
    ("witness", None, ["witness"]),
    ("witness", 1, ["witness"]),
    ("least", 1, ["least"]),
    ("least_witness", 0, ["least_witness"]),
    ("least_witness", None, ["least_witness"]),
    ("path", f"{ITEM}.カ", ["path", "nodes"]),
]


@pytest.mark.parametrize(("name", "value", "told"), FORGED)
def test_a_forged_node_is_told(name: str, value: Any, told: list[str]) -> None:
    """A certificate holds only as it was made: other points, other examples and other items are told by path."""
    made = rulebook("\nア 「a」 4点 要件 率 が 5%以上")
    certificate = prove(made).to_json()
    assert verified(made, certificate) == verified(made, json.loads(json.dumps(certificate)))
    assert len(certificate["witnesses"]) == 2
    certificate["nodes"][-1][name] = value
    faults = verified(made, certificate).faults
    assert [fault.where for fault in faults] == [("nodes[4]." if place != "nodes" else "") + place for place in told]


def test_a_certificate_of_other_rules_is_refused() -> None:
    """Nothing is checked of it; the fingerprint of the rules is what tells."""
    made, other = (rulebook(f"\nア 「a」 4点 要件 率 が {rate}%以上") for rate in (5, 6))
    refused = verified(other, prove(made).to_json())
    assert refused.checked == 0
    assert refused.problems == ("rules: 証明書はこの評価指標の規則のものではありません（規則の指紋が違います）",)


def test_an_example_whose_points_are_only_possible_shows_nothing() -> None:
    """An unanswered example would reach the maximum perhaps; a certificate has to show points that are certain."""
    made = rulebook("\nア 「a」 4点 要件 率 が 5%以上")
    certificate = prove(made).to_json()
    number = certificate["nodes"][-1]["witness"]
    head, body = certificate["witnesses"][number].splitlines()[:2]
    columns = dict(zip(head.split(","), body.split(","), strict=True))
    columns["率"] = ""
    certificate["witnesses"][number] = f"{','.join(columns)}\n{','.join(columns.values())}\n"
    told = [fault.where for fault in verified(made, certificate).faults]
    assert {"nodes[4].reached", "nodes[4].witness", "nodes[4].status"} <= set(told)
