"""A prefectural rulebook is kept with the municipal one that it reads, and no longer than that stands."""

from pathlib import Path

import pytest

from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file
from haiten.compiler.store import folder
from haiten.compiler.store.kept import _Kept, compile_kept

MUNICIPAL = """言語 1
令和30年度 市町村 評価指標
起点 令和30年度
出典 要綱 「要綱」
交付金 推進 「a」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「a」〔要綱〕 4点
    指標群 (ⅰ) 「a」〔要綱〕 4点
      指標 1 「a」〔要綱〕 4点
        ア 「a」〔要綱〕 4点
"""
PREFECTURAL = MUNICIPAL.replace("市町村", "都道府県").rstrip() + " 要件 管内割合(推進.Ⅰ.(ⅰ).1.ア) が 50%以上\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "store"))
    (tmp_path / "r30").mkdir()
    (tmp_path / "r30" / "municipal.haiten").write_text(MUNICIPAL, encoding="utf-8")
    path = tmp_path / "r30" / "prefectural.haiten"
    path.write_text(PREFECTURAL, encoding="utf-8")
    return path


def codes(compilation: Compilation) -> list[str]:
    return [each.code for each in compilation.diagnostics]


def test_it_is_read_back_with_its_members(rules: Path) -> None:
    """The second time nothing is compiled: the figures are there, and what they are made of, and who makes them."""
    made = compile_kept(rules)
    assert codes(made) == []
    assert not isinstance(made, _Kept)
    kept = compile_kept(rules)
    assert isinstance(kept, _Kept)
    assert kept.program is not None
    assert made.program is not None
    name = "管内割合(推進.Ⅰ.(ⅰ).1.ア)"
    assert kept.program.aggregates == made.program.aggregates == {name: kept.program.aggregates[name]}
    assert kept.program.aggregates[name].members == made.program.aggregates[name].members
    assert kept.base is None
    assert kept.members is not None
    assert kept.members.program is not None
    assert str(kept.members.program.scope) == "市町村"
    assert [source.name for source in kept.sources] == [source.name for source in compile_file(rules).sources]


def test_it_does_not_outlive_the_members_rulebook(rules: Path) -> None:
    """An item that is gone from the municipal rulebook is told at once, and no longer when it is back."""
    compile_kept(rules)
    other = rules.with_name("municipal.haiten")
    other.write_text(MUNICIPAL.replace("交付金 推進", "交付金 支援"), encoding="utf-8")
    assert codes(compile_kept(rules)) == ["H204"]
    other.write_text(MUNICIPAL, encoding="utf-8")
    assert codes(compile_kept(rules)) == []


def test_what_lacks_the_members_rulebook_is_looked_for_again(rules: Path) -> None:
    """One diagnostic where there is none, where it has mistakes, or where it is another's; none once it is right."""
    other = rules.with_name("municipal.haiten")
    other.unlink()
    assert codes(compile_kept(rules)) == ["H520"]
    other.write_text(MUNICIPAL.replace("4点〔要綱〕", "5点〔要綱〕", 1), encoding="utf-8")
    assert codes(compile_kept(rules)) == ["H520"]
    other.write_text(MUNICIPAL, encoding="utf-8")
    assert codes(compile_kept(rules)) == []
    assert codes(compile_kept(rules, rules)) == ["H520"]
