"""What a revision makes of the identity, the answers and the order of its base."""

from pathlib import Path

import pytest

from haiten.compiler.driver import Compilation, compile_file
from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Condition, Every, Met, Negation, ScoreValue, Some
from haiten.compiler.program.walk import values_in

BASE = Path(__file__).parents[2] / "diagnostics" / "r6" / "base.haiten"
HEAD = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
題名 「令和7年度の評価指標（市町村分）」
出典 要綱 「令和7年度の評価指標（市町村分）」

"""
ITEM = "推進.Ⅰ.(ⅰ).1"


def revised(folder: Path, amendments: str, base: Path = BASE) -> Compilation:
    file = folder / "next.haiten"
    file.write_text(HEAD + amendments, encoding="utf-8")
    return compile_file(file, base)


def program(folder: Path, amendments: str) -> Program:
    made = revised(folder, amendments)
    assert made.ok, made.diagnostics
    assert made.program is not None
    return made.program


def identities(made: Program, above: str) -> dict[str, str]:
    """Year and path of birth of the nodes below one, by label."""
    below = {path: node for path, node in made.nodes.items() if path.startswith(above + ".")}
    return {path.removeprefix(above + "."): node.identity.replace(":市町村:", " ") for path, node in below.items()}


def test_items_keep_their_identity_when_what_is_above_them_is_replaced(tmp_path: Path) -> None:
    """By their labels, at every depth; a label that was not there is born with the revision, and so is 新設."""
    made = program(
        tmp_path,
        """推進.Ⅰ.(ⅰ).2 を次のように改める。
  指標 2 「適正化」〔要綱〕 8点〔要綱〕
    ア 「事業を実施している」〔要綱〕 6点
      ① 「認定の適正化」〔要綱〕 2点
      ② 「点検」〔要綱〕 2点 新設
      ③ 「縦覧点検等」〔要綱〕 2点
    イ 「見直している」〔要綱〕 2点
""",
    )
    assert made.nodes["推進.Ⅰ.(ⅰ).2"].identity == "令和6年度:市町村:推進.Ⅰ.(ⅰ).2"
    assert identities(made, "推進.Ⅰ.(ⅰ).2") == {
        "ア": "令和6年度 推進.Ⅰ.(ⅰ).2.ア",
        "ア.①": "令和6年度 推進.Ⅰ.(ⅰ).2.ア.①",
        "ア.②": "令和7年度 推進.Ⅰ.(ⅰ).2.ア.②",
        "ア.③": "令和6年度 推進.Ⅰ.(ⅰ).2.ア.③",
        "イ": "令和6年度 推進.Ⅰ.(ⅰ).2.イ",
    }


def test_what_is_below_an_heir_is_heir_to_what_was_below(tmp_path: Path) -> None:
    """前身 of an item holds for all below it by their labels, except where they say otherwise or were not there."""
    made = program(
        tmp_path,
        """推進.Ⅰ.(ⅰ).2 を削る。
推進.Ⅰ.(ⅰ).1 の次に次のように加える。
  指標 2 「適正化」〔要綱〕 8点〔要綱〕 前身 令和6年度 推進.Ⅰ.(ⅰ).2
    ア 「見直している」〔要綱〕 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).2.イ
    イ 「事業を実施している」〔要綱〕 5点 前身 令和6年度 推進.Ⅰ.(ⅰ).2.ア
      ① 「認定の適正化」〔要綱〕 2点
      ② 「点検」〔要綱〕 2点 新設
      ③ 「縦覧点検等」〔要綱〕 1点
    ウ 「知らせている」〔要綱〕 1点
""",
    )
    assert made.nodes["推進.Ⅰ.(ⅰ).2"].identity == "令和6年度:市町村:推進.Ⅰ.(ⅰ).2"
    assert identities(made, "推進.Ⅰ.(ⅰ).2") == {
        "ア": "令和6年度 推進.Ⅰ.(ⅰ).2.イ",
        "イ": "令和6年度 推進.Ⅰ.(ⅰ).2.ア",
        "イ.①": "令和6年度 推進.Ⅰ.(ⅰ).2.ア.①",
        "イ.②": "令和7年度 推進.Ⅰ.(ⅰ).2.イ.②",
        "イ.③": "令和6年度 推進.Ⅰ.(ⅰ).2.ア.③",
        "ウ": "令和7年度 推進.Ⅰ.(ⅰ).2.ウ",
    }


def met(path: str) -> Condition:
    return Met(f"推進.Ⅰ.{path}")


@pytest.mark.parametrize(
    ("amendments", "path", "carried"),
    [
        # Short paths are read from where the item itself stood, whole ones from the top.
        (
            "推進.Ⅰ.(ⅰ).1.ウ 中「住民や関係者」を「住民」〔要綱〕に改める。 引継ぎ ア かつ イ",
            "(ⅰ).1.ウ",
            Every((met("(ⅰ).1.ア"), met("(ⅰ).1.イ"))),
        ),
        # It stood elsewhere before it moved: the paths are those of the year before.
        (
            "推進.Ⅰ.(ⅰ).1.イ を 推進.Ⅰ.(ⅰ).1.ウ とし、推進.Ⅰ.(ⅰ).1.ウ を 推進.Ⅰ.(ⅰ).1.イ とする。\n"
            "推進.Ⅰ.(ⅰ).1.イ 中「住民や関係者」を「住民」〔要綱〕に改める。 引継ぎ ウ 又は ア でない",
            "(ⅰ).1.イ",
            Some((met("(ⅰ).1.ウ"), Negation(met("(ⅰ).1.ア")))),
        ),
        # A new item is read from where the one above it stood, and only the new one carries.
        (
            "推進.Ⅰ.(ⅰ).2.イ を削る。\n推進.Ⅰ.(ⅰ).2.ア の次に次のように加える。 引継ぎ ア.① かつ イ\n"
            "  イ 「見直している」〔要綱〕 2点〔要綱〕",
            "(ⅰ).2.イ",
            Every((met("(ⅰ).2.ア.①"), met("(ⅰ).2.イ"))),
        ),
        # What stands under the item in the new text is carried like what stands with the amendment.
        (
            "推進.Ⅰ.(ⅰ).1 を次のように改める。\n  指標 1 「特徴」〔要綱〕 8点〔要綱〕\n"
            "    ア 「把握している」〔要綱〕 8点\n      引継ぎ ア かつ 推進.Ⅰ.(ⅰ).2.イ",
            "(ⅰ).1.ア",
            Every((met("(ⅰ).1.ア"), met("(ⅰ).2.イ"))),
        ),
    ],
)
def test_answers_carry_over_by_the_paths_of_the_year_before(
    tmp_path: Path, amendments: str, path: str, carried: Condition
) -> None:
    """引継ぎ is a condition over the base's answers, and stands at one item only."""
    made = program(tmp_path, amendments)
    assert {node.path: node.carry for node in made.leaves if node.carry is not None} == {f"推進.Ⅰ.{path}": carried}


def test_a_revision_of_another_base_names_both_places(tmp_path: Path) -> None:
    """What it says that it amends, and what the file that was given says of itself."""
    file = tmp_path / "next.haiten"
    file.write_text(HEAD.replace("令和6年度 市町村 評価指標 を", "令和5年度 市町村 評価指標 を"), encoding="utf-8")
    (wrong,) = compile_file(file, BASE).diagnostics
    assert wrong.code == "H603"
    assert wrong.other_place is not None
    assert wrong.other_place[0].source.name.endswith("base.haiten")


def test_what_is_missing_is_told_once(tmp_path: Path) -> None:
    """Amendments of a place that another one looked for in vain, or of what is below it, say nothing again."""
    made = revised(
        tmp_path,
        """推進.Ⅰ.(ⅰ).9 の配点「1点」を「2点」に改める。
推進.Ⅰ.(ⅰ).9.ア の配点「1点」を「2点」に改める。
推進.Ⅰ.(ⅰ).9 の文「a」を削る。
推進.Ⅰ.(ⅰ).8 の文「a」を削る。
""",
    )
    missing = [(d.code, d.span.text) for d in made.diagnostics]
    assert [text for _, text in missing] == ["推進.Ⅰ.(ⅰ).9", "推進.Ⅰ.(ⅰ).8"]
    assert len({code for code, _ in missing}) == 1


def test_a_node_says_how_it_was_amended_and_why(tmp_path: Path) -> None:
    """Each amendment leaves a note: the year, what was changed, the reason."""
    made = revised(
        tmp_path,
        """推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点〔要綱〕」に改める。
推進.Ⅰ.(ⅰ).1.イ の配点「2点」を「3点〔要綱〕」に改める。 理由 「分析を重く見る」
推進.Ⅰ.(ⅰ).2 を次のように改める。
  指標 2 「適正化」〔要綱〕 8点〔要綱〕
    ア 「事業を実施している」〔要綱〕 8点
推進.Ⅰ.(ⅱ).3.ア～イ を 推進.Ⅰ.(ⅱ).3.イ～ウ とする。
推進.Ⅰ.(ⅱ).3.イ の前に次のように加える。
  ア 「介護の関係者がいる」〔要綱〕 1点〔要綱〕
""",
    )
    assert made.ok, made.diagnostics
    assert made.syntax is not None
    notes = {
        place.path.removeprefix("推進.Ⅰ."): [
            (touch.year, touch.what, touch.reason.value if touch.reason else None)
            for touch in place.own_heading.touches
        ]
        for place in index_nodes(made.syntax).walk()
        if place.own_heading.touches
    }
    year = "令和7年度"
    assert notes == {
        "(ⅰ).1.ア": [(year, "配点の変更", None)],
        "(ⅰ).1.イ": [(year, "配点の変更", "分析を重く見る")],
        "(ⅰ).2": [(year, "全部の改正", None)],
        "(ⅰ).2.ア": [(year, "全部の改正", None)],
        "(ⅱ).3.ア": [(year, "追加", None)],
        "(ⅱ).3.イ": [(year, "推進.Ⅰ.(ⅱ).3.ア から", None)],
        "(ⅱ).3.ウ": [(year, "推進.Ⅰ.(ⅱ).3.イ から", None)],
    }


BOTH_GOALS = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 率 : % 0以上
交付金 推進 「交」〔要綱〕 6点
目標 Ⅰ 「目」〔要綱〕 3点
指標群 成果 「群」〔要綱〕 3点
指標 1 「指」〔要綱〕 3点
取組 = 得点(ア)
ア 「取り組んでいる」〔要綱〕 1点
イ 「知らせている」〔要綱〕 1点
ウ 「効果がある」〔要綱〕 1点 要件 取組 が 1点以上 かつ 率 が 5%以上
目標 Ⅱ 「目」〔要綱〕 3点
指標群 成果 「群」〔要綱〕 3点
指標 1 「指」〔要綱〕 3点
ア 「取り組んでいる」〔要綱〕 3点
交付金 支援 「交」〔要綱〕 3点
目標 Ⅰ 推進.Ⅱ に同じ
"""


def test_local_names_follow_the_items_that_they_read(tmp_path: Path) -> None:
    """A short path in a local name means the same item after that one has moved."""
    base = tmp_path / "base.haiten"
    base.write_text(BOTH_GOALS, encoding="utf-8")
    item = "推進.Ⅰ.成果.1"
    made = revised(tmp_path, f"{item}.ア を {item}.イ とし、{item}.イ を {item}.ア とする。\n", base)
    assert made.ok, made.diagnostics
    assert made.program is not None
    assert made.program.nodes[f"{item}.イ"].text == "取り組んでいる"
    (effect,) = [node.condition for node in made.program.leaves if node.path == f"{item}.ウ"]
    assert effect is not None
    read = [value.paths for value in values_in(effect) if isinstance(value, ScoreValue)]
    assert read == [(f"{item}.イ",)]


def test_what_same_as_brings_in_is_looked_for_where_it_is_written(tmp_path: Path) -> None:
    """Not the item whose path looks most alike is offered, but the one that is meant."""
    base = tmp_path / "base.haiten"
    base.write_text(BOTH_GOALS, encoding="utf-8")
    (missing,) = revised(tmp_path, "支援.Ⅰ.成果.1.ア の配点「3点」を「2点」に改める。\n", base).diagnostics
    assert missing.code == "H604"
    assert missing.advice[0] == "もしかして: 推進.Ⅱ.成果.1.ア"


def test_another_value_for_a_constant(tmp_path: Path) -> None:
    """It keeps its text and its place, cites what the sentence cites, and those that are made of it follow."""
    made = program(
        tmp_path,
        """定数 低い = 3% 「低い方」
定数 高い = 低い × 2
定数 低い の値「3%」を「4%〔要綱 p.2〕」に改める。
推進.Ⅰ.(ⅱ).2.ア の要件「参加率 が 10%以上」を「参加率 が 高い 以上」に改める。
推進.Ⅰ.(ⅱ).2.イ の要件「参加率 が 5%以上」を「参加率 が 低い 以上」に改める。
""",
    )
    lines = print_rulebook(made.syntax).splitlines()
    at = lines.index("定数 低い = 4% 「低い方」〔要綱 p.2〕")
    assert lines[at + 1] == "定数 高い = 低い × 2"
    assert [(p.name, p.value) for p in made.constants.values()] == [("低い", 4), ("高い", 8)]
