"""A file that is edited says what it would say if it were compiled anew."""

import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten.scoring.proving.workspace as module
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.driver import compile_file, compile_source, on_disk
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.resolving.resolve import _Resolver
from haiten.compiler.source import Source
from haiten.scoring.proving.examine import examine
from haiten.scoring.proving.workspace import Workspace
from haiten.testing.grow import grow
from haiten.testing.keystrokes import edited, plain
from haiten.views.diagnostics import diagnostics_json

ROOT = Path(__file__).parents[3]
R8 = ROOT / "rules" / "r8" / "municipal.haiten"
LINES = R8.read_text(encoding="utf-8").split("\n")
WRITTEN = ("", "x", "# 注", LINES[40], "2点")


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """The real rulebooks, to be edited; R8."""
    shutil.copytree(ROOT / "rules", tmp_path, dirs_exist_ok=True)
    return tmp_path / "r8" / "municipal.haiten"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the files that were compiled."""
    names: list[str] = []
    original = module.compile_reading

    def noted(reading: Any, path: Path, *others: Any) -> Any:
        names.append(path.parent.name)
        return original(reading, path, *others)

    monkeypatch.setattr(module, "compile_reading", noted)
    return names


def said(diagnostics: Iterable[Diagnostic]) -> str:
    return json.dumps(diagnostics_json(diagnostics), sort_keys=True)


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from(["", "x", "# 注", LINES[40], "2点"])), max_size=3
    )
)
def test_edits_are_seen(edits: list[tuple[int, str]]) -> None:
    """Lines lost, doubled, spoilt: diagnostics with their places, examples and causes, and the program."""
    workspace, lines = Workspace(), list(LINES)
    for at, text in edits:
        lines[at] = text
        source = Source(str(R8), "\n".join(lines))
        workspace.open(source)
        anew = module.compile_reading(module.read(source), R8, None, (), on_disk())
        assert said(workspace.examine(R8)) == said(examine(anew).diagnostics)
        assert workspace.compile(R8).syntax == anew.syntax
        assert repr(workspace.compile(R8).program) == repr(anew.program)


NAMES = ("r6", "r7", "r8")
RULES = {name: (ROOT / "rules" / name / "municipal.haiten").read_text(encoding="utf-8") for name in NAMES}


def hold_alike(path: Path, text: str, draw: random.Random, steps: int) -> None:
    """Hold what a workspace says of a text under edits to what is said of each version anew."""
    workspace, good = Workspace(), text
    for _ in range(steps):
        workspace.open(Source(str(path), text))
        kept = workspace.compile(path)
        anew = compile_source(Source(str(path), text))
        assert plain(kept.diagnostics) == plain(anew.diagnostics)
        assert plain(kept.syntax) == plain(anew.syntax)
        assert plain(kept.revision) == plain(anew.revision)
        assert repr(kept.program) == repr(anew.program)
        if anew.program is not None:
            assert kept.program is not None
            assert plain([*kept.program.nodes.values()]) == plain([*anew.program.nodes.values()])
        if anew.ok and anew.syntax is not None and kept.syntax is not None:
            assert fingerprint(kept.syntax) == fingerprint(anew.syntax)
        if draw.random() < 0.5:
            found, told = workspace.examine(path), examine(anew).diagnostics
            assert plain(found) == plain(told)
            assert said(found) == said(told)
        text = good if draw.random() < 0.15 else edited(draw, text, RULES["r6"])


@settings(max_examples=3)
@given(st.integers(0, 2**32), st.sampled_from(NAMES))
def test_keystrokes_are_seen(seed: int, name: str) -> None:
    """The program, its fingerprint and all that is wrong with it, with places, whatever is typed, moved and mended."""
    hold_alike(ROOT / "rules" / name / "municipal.haiten", RULES[name], random.Random(seed), 5)


@settings(max_examples=5)
@given(st.integers(0, 2**32))
def test_keystrokes_in_any_rulebook_are_seen(seed: int) -> None:
    """The same for rulebooks with every form of the language."""
    draw = random.Random(seed)
    hold_alike(ROOT / "rules" / "r6" / "random.haiten", print_file(grow(seed % 1000)), draw, 8)


def test_what_is_brought_in_from_afar_is_seen() -> None:
    """An item that stands in two places by に同じ is another in both, be nothing touched near the second one."""
    lines = ["言語 1", "令和6年度 市町村 評価指標", "出典 要綱 「要綱」", "交付金 推進 「推進」〔要綱〕 240点〔要綱〕"]
    lines += ["  目標 Ⅰ 「目標」〔要綱〕 240点〔要綱〕", "    指標群 (ⅰ) 「体制」〔要綱〕 240点〔要綱〕"]
    for number in range(1, 121):
        item = "推進.Ⅰ.(ⅰ).60.ア に同じ" if number == 120 else f"「項目その{number}」〔要綱〕 2点〔要綱〕"
        lines += [f"      指標 {number} 「取組」〔要綱〕 2点〔要綱〕", f"        ア {item}"]
    workspace, path, text = Workspace(), ROOT / "rules" / "brought_in.haiten", "\n".join(lines) + "\n"
    for version in (
        text,
        text.replace("項目その60", "別の項目"),
        text.replace("その60」〔要綱〕 2点", "その60」〔要綱〕 1点"),
    ):
        workspace.open(Source(str(path), version))
        kept, anew = workspace.compile(path).program, compile_source(Source(str(path), version)).program
        assert kept is not None
        assert anew is not None
        assert plain([*kept.nodes.values()]) == plain([*anew.nodes.values()])


def test_few_nodes_are_resolved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the 指標 where an item comes or goes, or that use a fact that says something else; those above."""
    made: list[str] = []
    original = _Resolver._node

    def noted(self: Any, place: Any, *others: Any) -> Any:
        made.append(place.path)
        return original(self, place, *others)

    monkeypatch.setattr(_Resolver, "_node", noted)
    workspace, path, text = Workspace(), ROOT / "rules" / "r6" / "municipal.haiten", RULES["r6"]
    lines = text.split("\n")
    item = next(number for number, line in enumerate(lines) if line.startswith("        エ 「全市町村の上位1割"))
    fact = next(number for number, line in enumerate(lines) if line.startswith("事実 ケアプラン点検割合"))
    without = "\n".join(lines[:item] + lines[item + 1 :])
    renamed = "\n".join([*lines[:fact], lines[fact].replace("「", "「別の", 1), *lines[fact + 1 :]])
    for number, version in enumerate((text, without, text, renamed, text)):
        del made[:]
        workspace.open(Source(str(path), version))
        workspace.compile(path)
        assert len(made) > 300 if number == 0 else 0 < len(made) < 100


def test_only_what_changed_is_compiled(years: Path, compiled: list[str]) -> None:
    """The chain once, the file with every change of it, what builds on a file with that."""
    workspace = Workspace()
    first = workspace.compile(years)
    assert compiled == ["r8", "r7", "r6"]
    del compiled[:]
    assert workspace.compile(years) is first
    assert workspace.examine(years) is workspace.examine(years)
    assert not compiled
    text = years.read_text(encoding="utf-8")
    workspace.open(Source(str(years), text.replace("2点", "3点", 1)))
    assert workspace.compile(years) is not first
    assert compiled == ["r8"]
    del compiled[:]
    workspace.close(years)
    assert workspace.compile(years).syntax == first.syntax
    assert compiled == ["r8"]
    del compiled[:]
    base = years.parents[1] / "r7" / "municipal.haiten"
    base.write_text(base.read_text(encoding="utf-8") + "# 終わり\n", encoding="utf-8")
    workspace.compile(years)
    assert sorted(compiled) == ["r7", "r8"]


def test_a_file_is_one_file_under_all_its_paths(
    years: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the working directory, in full, and through a link; it is called as the text that is open."""
    monkeypatch.chdir(years.parents[1])
    linked = years.parents[1] / "linked"
    linked.symlink_to(years.parents[1])
    workspace = Workspace()
    text = years.read_text(encoding="utf-8")
    workspace.open(Source(str(linked / "r8/municipal.haiten"), text.replace("2点", "3点", 1)))
    made = workspace.compile(years)
    assert made is workspace.compile(linked / "r8/municipal.haiten")
    assert made.source is not None
    assert made.source.name == str(linked / "r8/municipal.haiten")
    base = workspace.compile(years.parents[1] / "r6/municipal.haiten")
    assert made.base is not None
    assert base is made.base.base
    assert compiled == ["r8", "r7", "r6"]


def test_a_base_that_is_gone_is_missed(years: Path) -> None:
    """What a file builds on is looked for each time."""
    workspace = Workspace()
    assert workspace.compile(years).ok
    year = years.read_text(encoding="utf-8").replace("令和7年度", "平成30年度")
    workspace.open(Source(str(years), year))
    assert said(workspace.examine(years)) == said(
        examine(module.compile_reading(module.read(Source(str(years), year)), years, None, (), on_disk())).diagnostics
    )
    years.unlink()
    workspace.close(years)
    assert [found.code for found in workspace.compile(years).diagnostics] == [
        found.code for found in compile_file(years).diagnostics
    ]
