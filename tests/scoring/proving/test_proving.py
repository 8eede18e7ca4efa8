"""What is proven about all sheets is what trying all sheets finds, and every example scores what it says."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from real_commands import haiten as command
from real_commands import validated

import haiten
from condition_systems import all_sheets, small_system
from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.proofs.examples import build_example
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.proving.prove import prove
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from haiten.testing.oracle import Oracle
from haiten.testing.verification import verify
from strategies import SEEDS

RULES = Path(__file__).parents[3] / "rules"


@settings(max_examples=examples(200))
@given(SEEDS)
def test_regions_agree_with_trying_everything(seed: int) -> None:
    """On all sheets there are: least and greatest points of every node, and the examples score them."""
    made = compile_source(Source("random", small_system(seed)))
    assert made.ok, made.diagnostics
    book = Rulebook(made)
    program, regions = book.program, Regions(book.program)
    scores = book.score(all_sheets(program))
    for path in program.nodes:
        reach, points = regions.reach(path), scores.own(path)[0]
        assert reach.exact
        assert (reach.least, reach.most) == (points.min(), points.max()), path
        for example, expected in ((reach.at_least, reach.least), (reach.at_most, reach.most)):
            assert example is not None
            witness = build_example(regions, example)
            assert witness is not None
            assert book.score(facts_from(program, witness)).own(path)[0][0] == expected


@settings(max_examples=examples(20))
@given(SEEDS)
def test_proofs_of_random_rulebooks_hold(seed: int) -> None:
    """With ranks, classes, means and scores: what is proven was scored so by the oracle too, and verifies."""
    book = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    proof = prove(book)
    certificate = proof.to_json()
    assert verify(book.program, book.fingerprint.rules, certificate).problems == ()
    oracles = [Oracle(book.program, list(witness)) for witness in proof.witnesses]
    for node in proof.nodes:
        if node.witness is not None:
            assert oracles[node.witness].own(node.path, 0).certain == node.reached
        if node.least_witness is not None:
            assert oracles[node.least_witness].own(node.path, 0).certain == node.least
        if node.status == "unreachable":
            assert node.greatest < node.declared


@pytest.mark.parametrize(("year", "nodes", "hidden"), [("r6", 406, 0), ("r7", 406, 0), ("r8", 409, 1)])
def test_every_maximum_of_the_real_rulebooks_is_proven(year: str, nodes: int, hidden: int, tmp_path: Path) -> None:
    """Each declared maximum is reached by an example and cannot be exceeded; the certificate verifies by itself."""
    file, certificate = RULES / year / "municipal.haiten", tmp_path / "cert.json"
    done = command("prove", file, "--to", certificate, "--witness", tmp_path / "例")
    assert done.returncode == 0
    assert done.stderr == ""
    assert f"項目 {nodes} のうち、配点がちょうど届く最大であると証明したもの {nodes - hidden}" in done.stdout
    data = validated(certificate.read_text(encoding="utf-8"), "proof-1.json")
    assert [n["path"] for n in data["nodes"] if n["status"] != "proven"] == ["成果指向"] * hidden
    assert {n["least"] for n in data["nodes"]} == {0}
    assert "証明書は正しい" in command("prove", file, "--verify", certificate).stdout
    book = haiten.compile(file)
    best = book.score(tmp_path / "例" / "例1.csv")
    assert int(best.total()[0][0]) == 800


def test_a_forged_certificate_is_refused(tmp_path: Path) -> None:
    """Other points, another rulebook's certificate, no certificate, no file."""
    file = RULES / "r6" / "municipal.haiten"
    certificate = tmp_path / "cert.json"
    assert command("prove", file, "--to", certificate).returncode == 0
    data = json.loads(certificate.read_text(encoding="utf-8"))
    other = command("prove", RULES / "r7" / "municipal.haiten", "--verify", certificate)
    assert other.returncode == 1
    assert "規則の指紋が違います" in other.stderr
    data["witnesses"][0] = data["witnesses"][0].replace("○", "×")
    certificate.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    forged = command("prove", file, "--verify", certificate)
    assert forged.returncode == 1
    assert "H528" in forged.stderr
    for content in ("{}", "[]", "x"):
        certificate.write_text(content, encoding="utf-8")
        assert command("prove", file, "--verify", certificate).returncode == 1
    assert command("prove", file, "--verify", tmp_path / "none").returncode == 1
    assert command("prove").returncode == 2


@pytest.mark.parametrize(
    ("items", "mode", "codes"),
    [
        ("ア 「a」 2点 要件 甲 が 3件以上\nイ 「b」 2点 要件 甲 が 2件以下", "", ["H404"]),
        ("ア 「a」 2点 要件 甲 が 3件以上\nイ 「b」 2点 要件 ア でない", "", ["H404"]),
        ("ア 「a」 4点 要件 甲 が 4件超", "", ["H508"]),
        ("ア 「a」 4点 要件 甲 が 3件以上 かつ 甲 が 1件以下", "", ["H508"]),
        ("ア 「a」 4点 要件 丙 かつ 丙 でない", "", ["H508"]),
        ("ア 「a」 4点 要件 (丙、丁 のうち 3つ以上)", "", ["H508"]),
        ("ア 「a」 2点 要件 甲 が 0件以上\nイ 「b」 2点", "", ["H509"]),
        ("ア 「a」 2点 要件 丙 又は 丙 でない\nイ 「b」 2点", "", ["H509"]),
        ("ア 「a」 1点\nイ 「b」 4点 要件 ア でない", " いずれか", ["H510"]),
        ("ア 「a」 4点 要件 甲 が 2件以上\nイ 「b」 3点 要件 甲 が 3件以上", " いずれか", ["H511"]),
        ("ア 「a」 4点 要件 甲 が 2件超\nイ 「b」 3点 要件 甲 が 2件未満", " いずれか", ["H512"]),
        ("ア 「a」 4点 要件 甲 が 2件以上\nイ 「b」 3点 要件 甲 が 2件未満", " いずれか", []),
        ("ア 「a」 4点 要件 甲 が 10件以上", "", ["H508"]),
        ("ア 「a」 4点 要件 甲 が －5件以上 かつ 甲 が 10件以下", "", ["H509"]),
        ("ア 「a」 2点 要件 甲 が －5件以下\nイ 「b」 2点 要件 甲 が 10件未満", "", ["H508", "H509"]),
        ("ア 「a」 2点 要件 階級 が 「全」\nイ 「b」 2点", "", ["H509"]),
        ("ア 「a」 2点 要件 甲 が 上位5割\nイ 「b」 2点 要件 甲 が 上位1割", "", []),
        ("ア 「a」 2点 要件 甲 が 上位5割\nイ 「b」 2点 要件 (甲 が 上位5割) でない", "", ["H404"]),
        ("ア 「a」 2点 要件 甲 が 上位30%\nイ 「b」 2点 要件 (甲 が 上位5割) でない", "", ["H404"]),
        ("ア 「a」 2点 要件 甲 が 上位5割\nイ 「b」 2点 要件 (甲 が 上位30%) でない", "", []),
        ("ア 「a」 2点 要件 甲 が 上位1位\nイ 「b」 2点 要件 (甲 が 上位3位) でない", "", ["H404"]),
        ("ア 「a」 2点 要件 甲 が 上位3位\nイ 「b」 2点 要件 (甲 が 上位1位) でない", "", []),
        ("ア 「a」 2点 要件 甲 が 上位1割\nイ 「b」 2点 要件 甲 が 0件以下", "", []),
    ],
)
def test_what_proving_finds(items: str, mode: str, codes: list[str]) -> None:
    """Each kind of mistake in conditions is told by its code, and what is right is left alone."""
    classes = "区分 階級 = 甲\n「全」 その他\n" if "階級" in items else ""
    names = [name for name in "甲丙丁" if name in items + classes]
    kinds = {"甲": "件 0以上 4以下", "丙": "該当", "丁": "該当"}
    facts = "\n".join(f"事実 {name} : {kinds[name]}" for name in names)
    made = compile_source(
        Source(
            "rules",
            f"言語 1\n令和6年度 市町村 評価指標\n{facts}\n{classes}交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n"
            f"指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点{mode}\n{items}\n",
        )
    )
    assert made.ok, made.diagnostics
    assert [d.code for d in prove(Rulebook(made)).diagnostics] == codes
