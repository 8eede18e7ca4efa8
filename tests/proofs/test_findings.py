"""Wrong rulebooks beside what examining them says, each example scored; ``--update-golden`` writes them anew."""

import io
import os
from contextlib import chdir
from pathlib import Path

import pytest
from real_commands import haiten
from rich.console import Console

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source, read_source
from haiten.scoring.examine import Examined, examine
from haiten.scoring.proving import prove
from haiten.scoring.rulebook import Rulebook
from haiten.views.diagnostics import print_diagnostics

HERE = Path(__file__).parent
BAD, GOOD = (sorted((HERE / folder).glob("*.haiten")) for folder in ("bad", "good"))
# What has no example: nothing was found to show, or the answer is simply not used.
WITHOUT_EXAMPLE = {"H513", "H516"}


def examined(path: Path) -> Examined:
    with chdir(path.parent):
        return examine(compile_source(Source(path.name, read_source(path).text)))


def said_of(found: Examined) -> str:
    output = io.StringIO()
    print_diagnostics(Console(file=output, width=200, highlight=False, markup=False), found.diagnostics)
    return output.getvalue().replace(f"{HERE}{os.sep}", "../")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_wrong_rulebook_is_told_with_its_witness(path: Path, request: pytest.FixtureRequest) -> None:
    """Exactly what stands beside it is said, and what can be shown by a sheet is."""
    golden, found = path.with_suffix(".err"), examined(path)
    said = said_of(found)
    if request.config.getoption("--update-golden"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    assert found.diagnostics
    shown = {diagnostic.code for diagnostic in found.diagnostics if diagnostic.examples}
    computed_bound = path.stem == "a_sum_beyond_its_range"
    assert shown or computed_bound or {d.code for d in found.diagnostics} <= WITHOUT_EXAMPLE
    assert len(found.files) == sum(len(diagnostic.examples) for diagnostic in found.diagnostics)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_right_rulebook_is_proven(path: Path) -> None:
    """Nothing is said of it, and every maximum is shown to be reached."""
    assert examined(path).diagnostics == ()
    proof = prove(Rulebook(compile_source(read_source(path))))
    assert {node.status for node in proof.nodes} == {"proven"}


def test_there_are_enough_of_them() -> None:
    """Every kind of finding has its wrong rulebook."""
    told = {diagnostic.code for path in BAD for diagnostic in examined(path).diagnostics}
    assert told >= {"H401", "H404", "H508", "H509", "H510", "H511", "H512", "H513", "H514", "H515", "H516"}
    assert len(BAD) >= 30


def test_check_shows_and_saves_its_examples(tmp_path: Path) -> None:
    """The file of an example, scored by itself, gives the points that the message tells."""
    rules = HERE / "bad" / "an_item_and_its_negation.haiten"
    done = haiten("check", rules, "--witness", tmp_path / "例")
    assert done.returncode == 1
    assert "例: 推進.Ⅰ.(ⅰ).1.ア ×なら、推進.Ⅰ.(ⅰ).1 は 3点" in done.stdout
    names = sorted(file.name for file in (tmp_path / "例").iterdir())
    assert names == [
        "H404-推進.Ⅰ.(ⅰ).1-1.csv",
        "H510-推進.Ⅰ.(ⅰ).1-1.csv",
        "H510-推進.Ⅰ.(ⅰ).1-2.csv",
    ]
    works = HERE / "bad" / "work_that_costs_points.haiten"
    assert haiten("check", works, "--witness", tmp_path / "二").returncode == 0
    totals = [haiten("score", works, tmp_path / "二" / f"H510-推進.Ⅰ.(ⅰ).1-{number}.csv").stdout for number in (1, 2)]
    assert "4/4点" in totals[0]
    assert "1/4点" in totals[1]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert haiten("check", rules, "--witness", tmp_path / "file").returncode == 1


def test_a_text_that_names_a_prerequisite_is_noted(tmp_path: Path) -> None:
    """Only the strict reading asks for a requirement that the text names and the 要件 does not."""
    rules = tmp_path / "rules.haiten"
    text = (HERE / "good" / "a_prerequisite.haiten").read_text(encoding="utf-8")
    rules.write_text(text.replace("続けた", "アの取組を続けた"), encoding="utf-8")
    assert "H517" not in haiten("check", rules, "--strict").stdout
    rules.write_text(rules.read_text(encoding="utf-8").replace("該当 かつ ア", "該当"), encoding="utf-8")
    assert "「推進.Ⅰ.(ⅰ).1.イ」の文は「ア」に触れていますが" in haiten("check", rules, "--strict").stdout
    assert haiten("check", rules).returncode == 0
