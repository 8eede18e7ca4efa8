"""The page for authors is done as it says, step by step; its recipes fit the real rulebook."""

import shutil
from pathlib import Path

import pytest
from real_commands import ROOT
from shown_commands import FENCED, held

from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.source import Source

STEPS, _, RECIPES = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").partition("## よくある改正")
R8 = ROOT / "rules/r8/municipal.haiten"
HEAD = """\
言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
題名 「令和9年度評価指標」

出典 要綱 「要綱」

"""


def test_every_step_does_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says to write is written behind what is there; what it says to run prints what it shows."""
    monkeypatch.setenv("COLUMNS", "160")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shown = 0
    mistaken = True  # the first text that is written is a point short
    for word, block in FENCED.findall(STEPS):
        if word == "haiten":
            with (tmp_path / "rules/r9/municipal.haiten").open("a", encoding="utf-8") as file:
                file.write(block)
            continue
        wrong = mistaken and "H401" in block
        shown += held(block, tmp_path, lambda command, wrong=wrong: wrong)  # type: ignore[misc] # bound as it is now
        mistaken = mistaken and not wrong
    assert shown > 20


@pytest.mark.parametrize("recipe", [block for word, block in FENCED.findall(RECIPES) if word == "haiten"])
def test_every_recipe_fits_the_rulebook_of_r8(recipe: str) -> None:
    """Alone behind the headings of a revision it has no mistake and no warning."""
    made = compile_source(Source("recipe.haiten", HEAD + recipe), compile_file(R8))
    assert [each.message for each in made.diagnostics] == []
