"""Files that lead back to themselves, and files that others build on, say in an editor what ``check`` says of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import compile_file
from haiten.compiler.source import Source, Span
from haiten.compiler.store.folder import VARIABLE
from haiten.compiler.store.kept import compile_kept
from haiten.scoring.proving.workspace import Workspace

RULES = Path(__file__).parents[3] / "rules"
DIVIDED = "令和6年度 市町村 配分\n令和6年度 市町村 評価指標 による。\n"
R6, R7, R8 = (f"{name}/municipal.haiten" for name in ("r6", "r7", "r8"))
MONEY, MONEY_R8 = "r6/allocation.haiten", "r8/allocation.haiten"
PREFECTURAL, PREFECTURAL_MONEY = "r8/prefectural.haiten", "r8/prefectural.allocation.haiten"
AMENDS = "{} 市町村 評価指標 を次のように改正する。\n"


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """The real rulebooks, to be edited."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def told(compilation: Compilation) -> list[tuple[str, str, object]]:
    """What is wrong with a file, and where; warnings left out."""
    spans = ((each, each.span) for each in compilation.diagnostics if has_errors([each]))
    return [(each.code, each.message, (at.start, at.end) if isinstance(at, Span) else at) for each, at in spans]


def edit_all(years: Path, typed: dict[str, str], names: tuple[str, ...]) -> Iterator[list[str]]:
    """Hold all files to ``check`` after each of the texts is typed, and after each is taken back; their errors."""
    space = Workspace()
    for name in names:
        space.compile(years / name)
    was, now = {name: text_of(name) for name in typed}, dict[str, str]()
    for name, text in [*typed.items(), *was.items()]:
        space.open(Source(str(years / name), text))
        here = [told(space.compile(years / each)) for each in names]
        now[name] = text
        for each, said in now.items():
            (years / each).write_text(said, encoding="utf-8")
        there = [told(compile_file(years / each)) for each in names]
        for each in now:  # an editor has it unsaved
            (years / each).write_text(was[each], encoding="utf-8")
        assert here == there
        yield [errors[0][0] if errors else "" for errors in there]


def text_of(name: str) -> str:
    """A real rule file."""
    return (RULES / name).read_text(encoding="utf-8")


STRAY = "令和6年度 市町村 評価指標\n"
CIRCLES = {
    "a year of itself": {R7: text_of(R7).replace("令和6年度 市町村 評価指標 を", "令和7年度 市町村 評価指標 を", 1)},
    "two that amend each other": {
        R6: text_of(R6).replace(STRAY, STRAY + AMENDS.format("令和7年度"), 1),
    },
    "an allocation typed above": {R6: text_of(R6).replace(STRAY, DIVIDED + STRAY, 1)},
    "an allocation in its place": {R6: text_of(MONEY)},
    "an allocation of a later year": {
        R6: text_of(MONEY).replace("令和6年度 市町村 評価指標 による", "令和8年度 市町村 評価指標 による", 1)
    },
    "an allocation of itself": {
        MONEY: text_of(MONEY).replace(
            "令和6年度 市町村 評価指標 による。", "令和6年度 市町村 配分 を次のように改正する。"
        )
    },
    "two allocations that say that they are rulebooks": {
        R6: text_of(R6).replace(STRAY, DIVIDED + STRAY, 1),
        MONEY: text_of(MONEY) + STRAY,
    },
}


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_leads_back_to_itself_is_told_as_check_tells_it(circle: str, years: Path) -> None:
    """A file, and the year that builds on it; all is well when it is undone."""
    steps = list(edit_all(years, CIRCLES[circle], (*CIRCLES[circle], R7, MONEY)))
    # Where there is no rulebook of the year beside it, the one that came with haiten is meant.
    assert any(steps[0]) or circle == "an allocation in its place"
    assert not any(steps[-1])


def test_a_file_in_whose_place_lies_an_allocation_is_an_error_of_check_too(
    years: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rule files that each say, further down, that they are what the other looks for; kept or not."""
    for name in (R6, MONEY):
        (years / name).write_text(DIVIDED + text_of(name).replace(DIVIDED, ""), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(years / "kept"))
    for _ in range(2):
        for name in (R6, MONEY):
            assert told(compile_kept(years / name)) == told(compile_file(years / name))
    assert told(compile_file(years / R6))[0][0] == "H914"


@pytest.mark.parametrize(
    ("name", "old", "new", "codes"),
    [
        (R8, "次のように", "のように", {PREFECTURAL: "H520", MONEY_R8: "H914"}),
        (
            R6,
            "事実 高齢者人口 : 人",
            "事実 高齢者人口 人",
            {R7: "H602", R8: "H602", PREFECTURAL: "H520", MONEY: "H914"},
        ),
    ],
)
def test_all_that_builds_on_a_file_is_told_of_it(
    name: str, old: str, new: str, codes: dict[str, str], years: Path
) -> None:
    """Amendments, money and figures over members, through each other."""
    names = (name, R7, R8, MONEY, MONEY_R8, PREFECTURAL, PREFECTURAL_MONEY)
    broken, mended = edit_all(years, {name: text_of(name).replace(old, new, 1)}, names)
    found = dict(zip(names, broken, strict=True))
    assert {each: found[each] for each in codes} == codes
    assert found[PREFECTURAL_MONEY] == "H914"
    assert not any(mended)


def test_an_allocation_that_amends_is_compiled_once(years: Path) -> None:
    """It builds on two files, and neither has changed."""
    space, path = Workspace(), years / "r9" / "allocation.haiten"
    path.parent.mkdir()
    text = "令和7年度 市町村 配分\n令和6年度 市町村 配分 を次のように改正する。\n"
    path.write_text(text, encoding="utf-8")
    first = space.compile(path)
    assert space.compile(path) is first
    space.open(Source(str(years / MONEY), text_of(MONEY) + "\n"))
    assert space.compile(path) is not first
    assert told(space.compile(path)) == told(compile_file(path))


def test_a_file_that_was_found_nowhere_is_found_when_it_is_there(years: Path) -> None:
    """What was looked for in vain is looked for again."""
    space, path = Workspace(), years / "r10" / "municipal.haiten"
    path.parent.mkdir()
    path.write_text("令和10年度 市町村 評価指標\n" + AMENDS.format("令和9年度"), encoding="utf-8")
    assert "H601" in [each.code for each in space.compile(path).diagnostics]
    (years / "r9").mkdir()
    base = "令和9年度 市町村 評価指標\n" + AMENDS.format("令和8年度")
    (years / "r9" / "municipal.haiten").write_text(base, encoding="utf-8")
    assert told(space.compile(path)) == told(compile_file(path))
    assert "H601" not in [each.code for each in space.compile(path).diagnostics]


def test_an_amendment_of_an_allocation_that_fails_is_not_kept(years: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it amends is no part of what it came to, and may be mended."""
    monkeypatch.setenv(VARIABLE, str(years / "kept"))
    path = years / "r7" / "money.haiten"
    text = "令和7年度 市町村 配分\n令和6年度 市町村 配分 を次のように改正する。\n令和7年度 市町村 評価指標 による。\n"
    path.write_text(text + "配分 足切り を削る。\n", encoding="utf-8")
    money = years / MONEY
    for words in (text_of(MONEY).replace("配分 ", "配 分 ", 1), text_of(MONEY), text_of(MONEY) + "x\n"):
        money.write_text(words, encoding="utf-8")
        assert told(compile_kept(path)) == told(compile_file(path))
