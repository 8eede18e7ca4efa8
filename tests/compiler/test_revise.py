"""What a revision makes of the identity, the answers and the order of its base."""

from pathlib import Path

import pytest

from haiten.compiler.driver import Compilation, compile_file
from haiten.compiler.program import Condition, Every, Met, Negation, Program, Some

BASE = Path(__file__).parents[1] / "diagnostics" / "r6" / "base.haiten"
HEAD = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
題名 「令和7年度の評価指標（市町村分）」
出典 要綱 「令和7年度の評価指標（市町村分）」

"""
ITEM = "推進.Ⅰ.(ⅰ).1"


def revised(folder: Path, amendments: str) -> Compilation:
    file = folder / "next.haiten"
    file.write_text(HEAD + amendments, encoding="utf-8")
    return compile_file(file, BASE)


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
