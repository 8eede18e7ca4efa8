"""What もしかして says of names that are not there."""

from pathlib import Path

import pytest

from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.source import Source
from haiten.compiler.suggest import nearest

R8 = Path(__file__).parents[2] / "rules" / "r8" / "municipal.haiten"
PATHS = [
    f"{grant}.{goal}.{group}.{indicator}.{item}"
    for grant in ("推進", "支援")
    for goal in "ⅠⅡⅢⅣ"
    for group in ("(ⅰ)", "(ⅱ)")
    for indicator in "1234"
    for item in ("ア", "アの2", "イ", "ウ", "エ", "オ", "エ.①", "エ.②", "エ.④")
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("推進.I.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ｉ.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.II.(ⅰ).1.ア", "推進.Ⅱ.(ⅰ).1.ア"),
        ("推進.iv.(ⅰ).1.ア", "推進.Ⅳ.(ⅰ).1.ア"),
        ("推進.1.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.目標Ⅱ.(ⅱ).指標3.ア", "推進.Ⅱ.(ⅱ).3.ア"),
        ("推進.Ⅰ.(1).1.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.⑵.1.ア", "推進.Ⅰ.(ⅱ).1.ア"),
        ("推進.Ⅰ.(ⅰ).①.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.(ⅰ).l.ア", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.(ⅰ).1.ｱ", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.(ⅰ).1.あ", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.(ⅰ).1.(ア)", "推進.Ⅰ.(ⅰ).1.ア"),
        ("推進.Ⅰ.(ⅰ).1.工", "推進.Ⅰ.(ⅰ).1.エ"),
        ("推進.Ⅰ.(ⅰ).1.ｱの2", "推進.Ⅰ.(ⅰ).1.アの2"),
        ("推進.Ⅰ.(ⅰ).1.エ.1", "推進.Ⅰ.(ⅰ).1.エ.①"),
        ("支援.I.(i).2.ｴ.(4)", "支援.Ⅰ.(ⅰ).2.エ.④"),
    ],
)
def test_a_path_whose_labels_are_written_otherwise_is_the_one_with_these_labels(written: str, meant: str) -> None:
    """Not one that more characters are alike of: 推進.I is no 推進.Ⅲ."""
    assert nearest(written, PATHS) == meant


def test_where_two_names_are_read_alike_the_characters_decide() -> None:
    assert nearest("参加率Ａ", ["参加率a", "参加率A", "参加"]) == "参加率A"
    assert nearest("高齢者人工", ["高齢者人口", "高齢者数"]) == "高齢者人口"
    assert nearest("まったく別", ["高齢者人口"]) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "推進.I.(ⅰ).1.ｱ を削る。",
        "推進.Ⅰ.(ⅰ).1.ア に要件「推進.I.(ⅰ).1.ｱ」を加える。",
        "推進.Ⅰ.(ⅰ).1.イ の次に次のように加える。\n  イの2 「甲」 1点\n    引継ぎ 推進.I.(ⅰ).1.ｱ",
    ],
)
def test_sentences_and_conditions_are_told_the_same(sentence: str) -> None:
    head = "言語 1\n令和9年度 市町村 評価指標\n令和8年度 市町村 評価指標 を次のように改正する。\n題名 「甲」\n"
    told = compile_source(Source("r9", head + sentence), compile_file(R8)).diagnostics
    meant = [getattr(each, "suggestion", None) for each in told if "推進.I." in each.message]
    assert meant == ["推進.Ⅰ.(ⅰ).1.ア"]
