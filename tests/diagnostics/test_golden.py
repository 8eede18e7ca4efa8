"""Golden pairs: a rulebook beside what is said of it, named by behaviour; ``--update-golden`` writes them anew.

Revisions find their bases in the folders beside, as anywhere (``../r6/``).
"""

import io
import os
from contextlib import chdir
from pathlib import Path

import pytest
from rich.console import Console

from haiten.compiler.driver import compile_source, read
from haiten.compiler.folding.fold import fold
from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source, read_source
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.allocation_revision import AllocationRevision
from haiten.compiler.syntax.revision import Revision
from haiten.views.diagnostics import print_diagnostics

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.haiten"))
REVISIONS = [path for path in GOOD if path.stem.startswith("revision_")]
AMENDED_ALLOCATIONS = [path for path in GOOD if path.stem.startswith("amended_")]
ALLOCATIONS = [path for path in GOOD if path.stem.startswith("allocation_")]
BAD = sorted((HERE / "bad").glob("*.haiten"))


def said_of(path: Path) -> str:
    """What ``check`` prints about a file, from the file's own folder."""
    with chdir(path.parent):
        compilation = compile_source(Source(path.name, read_source(path).text))
    output = io.StringIO()
    print_diagnostics(Console(file=output, width=200, highlight=False, markup=False), compilation.diagnostics)
    return output.getvalue().replace(f"{HERE}{os.sep}", "../")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_wrong_rulebook_is_told_so(path: Path, request: pytest.FixtureRequest) -> None:
    """Each wrong rulebook gives exactly the diagnostics that stand beside it."""
    golden = path.with_suffix(".err")
    said = said_of(path)
    if request.config.getoption("--update-golden"):
        golden.write_text(said, encoding="utf-8")
    assert said
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_right_rulebook_is_left_alone(path: Path) -> None:
    """Nothing is said of a right rulebook, and printing it keeps its meaning; so it is with what a revision makes."""
    assert said_of(path) == ""
    compilation = compile_source(read_source(path))
    if compilation.allocation is not None:
        return  # printed as it is meant: below
    assert compilation.syntax is not None
    printed = print_rulebook(compilation.syntax)
    again = compile_source(Source("printed", printed))
    assert again.diagnostics == ()
    assert again.syntax == compilation.syntax
    assert again.syntax is not None
    assert print_rulebook(again.syntax) == printed


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.stem)
def test_a_right_revision_is_printed_as_it_is_meant(path: Path) -> None:
    """A revision in canonical form says the same, makes the same of its base, and is printed so again."""
    source = read_source(path)
    revision = read(source).tree
    assert isinstance(revision, Revision)
    printed = print_file(revision)
    again = read(Source(source.name, printed))
    assert again.diagnostics == ()
    assert again.tree == revision
    assert print_file(again.tree) == printed
    assert compile_source(Source(source.name, printed)).syntax == compile_source(source).syntax


@pytest.mark.parametrize("path", ALLOCATIONS, ids=lambda path: path.stem)
def test_a_right_allocation_is_printed_as_it_is_meant(path: Path) -> None:
    """An allocation in canonical form says the same, with every comment, and is printed so again."""
    source = read_source(path)
    tree = read(source).tree
    assert isinstance(tree, AllocationFile)
    printed = print_file(tree)
    again = read(Source(source.name, printed))
    assert (again.diagnostics, again.tree) == ((), tree)
    assert again.tree is not None
    assert print_file(again.tree) == printed
    comments = sorted(comment.text for comment in fold(source).comments)
    assert sorted(comment.text for comment in fold(Source("printed", printed)).comments) == comments


@pytest.mark.parametrize("path", AMENDED_ALLOCATIONS, ids=lambda path: path.stem)
def test_a_right_revision_of_an_allocation_is_printed_as_it_is_meant(path: Path) -> None:
    """Such a revision in canonical form says the same, makes the same of its base, and is printed so again."""
    source = read_source(path)
    tree = read(source).tree
    assert isinstance(tree, AllocationRevision)
    printed = print_file(tree)
    again = read(Source(source.name, printed))
    assert (again.diagnostics, again.tree) == ((), tree)
    assert again.tree is not None
    assert print_file(again.tree) == printed
    made, as_printed = (compile_source(Source(source.name, text)) for text in (source.text, printed))
    assert made.allocation is not None
    assert as_printed.allocation is not None
    assert print_allocation(made.allocation) == print_allocation(as_printed.allocation)


def test_every_wrong_rulebook_has_one_mistake_only() -> None:
    """One mistake, one diagnostic; files that show several say so in their name."""
    for path in BAD:
        count = len(compile_source(read_source(path)).diagnostics)
        expected = int(path.stem.rsplit("_x", 1)[1]) if "_x" in path.stem else 1
        assert count == expected, f"{path.name}: {count} diagnostics"
