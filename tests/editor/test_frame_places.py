"""Where files speak of 枠."""

import shutil
from pathlib import Path

import pytest

from haiten.compiler.driver import compile_file
from haiten.editor.occurrences import occurrences
from haiten.editor.symbols import Kind

ROOT = Path(__file__).parents[2]
R9 = """言語 1
令和9年度 市町村 配分
令和8年度 市町村 配分 を次のように改正する。
題名 「令和9年度の配分（市町村分）」

配分 強化 の枠 ア を イ と、同 の枠 イ を ア とする。
"""


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
def test_each_frame_of_a_real_division_is_a_place(year: str) -> None:
    """In the full texts, label by label."""
    compilation = compile_file(ROOT / f"rules/{year}/allocation.haiten")
    assert compilation.allocation is not None
    labels = [frame.label for pot in compilation.allocation.pots for frame in pot.frames]
    found = [place for place in occurrences(compilation) if place.symbol.kind is Kind.FRAME]
    assert [place.span.text for place in found] == labels
    assert all(place.declares and place.symbol.home == "強化" for place in found)


def test_frames_that_change_places_are_told_apart(tmp_path: Path) -> None:
    """All labels of a sentence change at once; the full text then declares each under its new one."""
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    (rules / "r9").mkdir()
    shutil.copy(Path(__file__).parent / "whole_r9.haiten", rules / "r9/municipal.haiten")
    (rules / "r9/allocation.haiten").write_text(R9, encoding="utf-8")
    compilation = compile_file(rules / "r9/allocation.haiten")
    assert compilation.ok
    found = [place for place in occurrences(compilation) if place.symbol.kind is Kind.FRAME]
    assert [(place.span.text, place.symbol.name) for place in found] == [
        ("ア", "ア"),
        ("イ", "ア"),
        ("イ", "イ"),
        ("ア", "イ"),
    ]
