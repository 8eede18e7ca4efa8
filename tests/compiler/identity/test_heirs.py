"""Pasts that cannot be: two nodes that were one, and 前身 and 新設 that contradict themselves."""

import pytest

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source


def told(**origins: str) -> list[Diagnostic]:
    """Diagnostics of an R8 rulebook with these origins: of indicators 1 and 2, of ア and イ of the first, and so on."""
    said = {key: origins.get(key, "") for key in ("goal", "one", "two", "a", "b", "shared")}
    text = """言語 1
令和8年度 市町村 評価指標
起点 令和6年度
交付金 推進 4点
  目標 Ⅰ 4点 {goal}
    指標群 (ⅰ) 4点
      指標 1 2点 {one}
        ア 1点 {a}
        イ 1点 {b}
      指標 2 2点 {two}
        ア 1点
        イ 1点
交付金 支援 8点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      指標 1 4点
  目標 Ⅱ 推進.Ⅰ に同じ {shared}
""".format(**said)
    return list(compile_source(Source("r8.haiten", text)).diagnostics)


R6, R7 = "前身 令和6年度 推進.Ⅰ.(ⅰ)", "前身 令和7年度 推進.Ⅰ.(ⅰ)"


@pytest.mark.parametrize(
    ("origins", "head"),
    [
        ({"a": f"{R6}.1.イ"}, ("1.ア", "1.イ")),
        ({"a": f"{R7}.1.イ"}, ("1.ア", "1.イ")),
        ({"b": f"{R6}.1.ア"}, ("1.ア", "1.イ")),
        ({"a": f"{R6}.1.ウ", "b": f"{R6}.1.ウ"}, ("1.ア", "1.イ")),
        ({"a": f"{R7}.1.ウ", "b": f"{R6}.1.ウ"}, ("1.ア", "1.イ")),  # ア came from ウ, which it was in R6 too
        ({"one": f"{R7}.2"}, ("1", "2")),  # and not each item below once more
        ({"one": f"{R7}.3", "two": f"{R7}.3"}, ("1", "2")),
        ({"a": f"{R6}.2.ア"}, ("1.ア", "2.ア")),
        ({"a": "令和7年度新設", "b": f"{R7}.1.ア 令和7年度新設"}, ("1.ア", "1.イ")),
        ({"shared": "前身 令和7年度 支援.Ⅰ"}, ("支援.Ⅰ", "支援.Ⅱ")),
    ],
)
def test_two_nodes_that_were_one_are_told_once(origins: dict[str, str], head: tuple[str, str]) -> None:
    """At the node that says where it stood, with the other place; children follow from their parents."""
    (found,) = told(**origins)
    assert found.code == "H213"
    assert found.other_place is not None
    paths = {path if path.startswith("支援") else f"推進.Ⅰ.(ⅰ).{path}" for path in head}
    assert {found.path, found.other} == paths


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        (f"{R6}.3 {R6}.4", "令和6年度の前身が2つあります"),
        ("前身 令和8年度 推進.Ⅰ.(ⅰ).3", "令和8年度より前の年度"),
        ("前身 令和9年度 推進.Ⅰ.(ⅰ).3", "令和8年度より前の年度"),
        ("令和9年度新設", "生まれることはありません"),
        (f"{R7}.3 新設", "令和8年度新設なのに"),
        (f"{R6}.3 令和7年度新設", "令和7年度新設なのに"),
    ],
)
def test_a_past_that_contradicts_itself_is_told(origin: str, reason: str) -> None:
    """前身 and 新設 of years that cannot be."""
    (found,) = told(one=origin)
    assert found.code == "H214"
    assert reason in found.message


@pytest.mark.parametrize(
    "origins",
    [
        {},
        {"a": f"{R6}.1.イ", "b": f"{R6}.1.ア"},
        {"a": f"{R6}.1.イ", "b": "新設"},
        {"a": f"{R6}.1.イ", "b": "令和7年度新設"},
        {"one": f"{R7}.2 {R6}.3", "two": f"{R7}.1 {R6}.2"},
        {"one": f"{R7}.3", "a": "新設"},
        {"goal": "前身 令和7年度 推進.Ⅲ", "a": f"{R7}.9.ア"},
        {"shared": "前身 令和7年度 支援.Ⅳ"},
    ],
)
def test_nodes_that_changed_places_are_right(origins: dict[str, str]) -> None:
    """Swaps, births and moves of the nodes above."""
    assert told(**origins) == []
