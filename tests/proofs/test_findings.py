"""Wrong rulebooks beside what examining them says, each example scored; ``--update-golden`` writes them anew."""

import io
import os
import re
from contextlib import chdir
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from attrs import evolve
from real_commands import haiten
from rich.console import Console

from haiten.compiler.checks.reach import check_reach, exceeding
from haiten.compiler.driver import compile_source
from haiten.compiler.evaluator.emit import Evaluator, emit
from haiten.compiler.program.picked import Picked
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import ScoreValue
from haiten.compiler.proofs.cells import ComparedValue
from haiten.compiler.proofs.examples import build_example
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source, read_source
from haiten.compiler.syntax.units import Unit
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.proving.examine import Examined, examine
from haiten.scoring.proving.prove import prove
from haiten.scoring.proving.replay import replay
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.machine import run
from haiten.views.diagnostics import print_diagnostics

HERE = Path(__file__).parent
BAD, GOOD = (sorted((HERE / folder).glob("*.haiten")) for folder in ("bad", "good"))
# What has no example: nothing was found to show, or the answer is simply not used.
WITHOUT_EXAMPLE = {"H513", "H516"}
# How far a computed value goes is not told by its cells: no example comes nearest.
COMPUTED_BOUNDS = {
    "a_number_that_no_rounding_gives",
    "a_rounded_constant",
    "a_sum_beyond_its_range",
    "an_odd_difference_of_doubles",
}


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
    assert shown or path.stem in COMPUTED_BOUNDS or {d.code for d in found.diagnostics} <= WITHOUT_EXAMPLE
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


def test_what_compiling_finds_comes_first() -> None:
    """A text that cannot be read is told as it is; of points that do not add up no more is reasoned."""
    unread = compile_source(Source("rules", "言語 1\n"))
    assert unread.program is None
    assert examine(unread).diagnostics == unread.diagnostics != ()
    text = read_source(HERE / "bad" / "work_that_costs_points.haiten").text
    wrong = compile_source(Source("rules", text.replace("「目標」 4点", "「目標」 5点")))
    assert wrong.program is not None
    assert [diagnostic.code for diagnostic in wrong.diagnostics] != []
    assert not {diagnostic.code for diagnostic in examine(wrong).diagnostics} - {d.code for d in wrong.diagnostics}


def test_examples_are_written_as_fact_files(tmp_path: Path) -> None:
    """By code, item and number, into a folder that may be there or not, so that Excel reads them."""
    found = examined(HERE / "bad" / "an_item_and_its_negation.haiten")
    for folder in (tmp_path / "a", tmp_path):
        found.write(folder)
        found.write(folder)
        written = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
        assert list(found.files) == [
            f"{name}-推進.Ⅰ.(ⅰ).1-{n}.csv" for name, n in (("H404", 1), ("H510", 1), ("H510", 2))
        ]
        assert written == {name: b"\xef\xbb\xbf" + text.encode() for name, text in found.files.items()}


def test_what_is_picked_scores_as_the_whole_does(r6: Rulebook) -> None:
    """Of nodes of all kinds, on a sheet that has their most points; what needs little is scored with little."""
    program = r6.program
    regions, whole, sizes = Regions(program), emit(program), set[int]()
    for node in [*program.nodes.values()][::13]:
        population = build_example(regions, regions.reach(node.path).at_most)
        assert population is not None, node.path
        facts, picked = facts_from(program, population), Picked(program)
        picked.add(node.path)
        reads, one = picked.reads(), picked.program()
        columns = {**reads.answers, **reads.numbers}
        sheets = [
            Sheet(
                {name: value for name, value in sheet.numbers.items() if name in columns},
                {name: value for name, value in sheet.answers.items() if name in columns},
            )
            for sheet in population
        ]
        expected = run(whole, facts).own(node.path)
        found = run(emit(one), facts_from(program, sheets)).own(node.path)
        sizes.add(len(one.nodes))
        assert found.certain.tolist() == expected.certain.tolist()
        assert found.possible.tolist() == expected.possible.tolist()
    assert min(sizes) == 1


def test_examples_that_do_not_score_as_they_should_are_not_told() -> None:
    """Of two that are compared neither is told; nor is one for which there is no sheet."""
    program = compile_source(read_source(HERE / "bad" / "work_that_costs_points.haiten")).program
    assert program is not None
    (finding,) = check_reach(program)
    first, second = finding.examples
    files: dict[str, str] = {}
    (told,) = replay(program, [finding], files)
    assert len(told.examples) == len(files) == 2
    assert replay(program, [finding])[0].examples == told.examples
    for wrong in ((first, evolve(second, points=3)), (evolve(first, points=3), second)):
        (told,) = replay(program, [evolve(finding, examples=wrong)])
        assert told.examples == ()
    nowhere = evolve(first, at={ComparedValue(ScoreValue(first.paths, Unit())): Fraction(3)})
    files = {}
    (told,) = replay(program, [evolve(finding, examples=(nowhere,))], files)
    assert (told.examples, files) == ((), {})


def test_an_example_is_scored_by_what_it_rests_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by what others rest on, of which there may be hundreds."""
    sizes: list[int] = []

    def noted(program: Program) -> Evaluator:
        sizes.append(len(program.nodes))
        return emit(program)

    monkeypatch.setattr("haiten.scoring.proving.replay.emit", noted)
    text = (HERE.parents[1] / "rules/r6/municipal.haiten").read_text(encoding="utf-8")
    compiled = compile_source(
        Source("rules.haiten", re.sub(r"(指標 [12] 「[^」]*」〔[^〕]*〕) \d+点", r"\1 1点", text))
    )
    assert compiled.program is not None
    found = [*exceeding(compiled.program, compiled.diagnostics)]
    assert len(found) > 10
    assert all(each.examples for each in replay(compiled.program, found))
    assert median(sizes) < 10  # one reads the points of all others


def test_a_text_that_names_a_prerequisite_is_noted(tmp_path: Path) -> None:
    """Only the strict reading asks for a requirement that the text names and the 要件 does not."""
    rules = tmp_path / "rules.haiten"
    text = (HERE / "good" / "a_prerequisite.haiten").read_text(encoding="utf-8")
    rules.write_text(text.replace("続けた", "アの取組を続けた"), encoding="utf-8")
    assert "H517" not in haiten("check", rules, "--strict").stdout
    rules.write_text(rules.read_text(encoding="utf-8").replace("該当 かつ ア", "該当"), encoding="utf-8")
    assert "「推進.Ⅰ.(ⅰ).1.イ」の文は「ア」に触れていますが" in haiten("check", rules, "--strict").stdout
    assert haiten("check", rules).returncode == 0
