"""Amendments of allocations: derived ones make the new allocation of the old, whatever was changed."""

import random
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from real_commands import ROOT, haiten

from effort import examples
from haiten.comparison.derive_allocation import derive_allocation
from haiten.comparison.parts import NOWHERE
from haiten.compiler.driver import compile_file, compile_source, read
from haiten.compiler.folding.fold import Comment
from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.printing.print_allocation_revision import print_allocation_revision
from haiten.compiler.revising.clause_names import all_renamed, named_clauses
from haiten.compiler.revising.revise_allocation import revise_allocation
from haiten.compiler.source import Source
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.allocation_revision import AllocationRevision, clause_key
from haiten.compiler.syntax.bare import without
from haiten.compiler.syntax.rulebook import Text

YEARS = ["r6", "r7", "r8"]


def allocation_of(year: str) -> AllocationFile:
    compilation = compile_file(ROOT / "rules" / year / "allocation.haiten")
    assert compilation.program is not None
    assert compilation.program.allocation is not None
    return compilation.program.allocation.syntax


def reread(revision: AllocationRevision) -> AllocationRevision:
    """The revision once written and read again."""
    printed = print_allocation_revision(revision)
    reading = read(Source("revision.haiten", printed))
    assert reading.diagnostics == ()
    assert isinstance(reading.tree, AllocationRevision)
    assert print_allocation_revision(reading.tree) == printed
    return reading.tree


@pytest.mark.parametrize(("old", "new"), [("r6", "r7"), ("r7", "r8"), ("r6", "r8")])
def test_the_amendments_of_two_years_make_the_later_of_the_earlier(old: str, new: str) -> None:
    base, after = allocation_of(old), allocation_of(new)
    revised = revise_allocation(base, reread(derive_allocation(base, after)))
    assert revised.diagnostics == ()
    assert revised.file is not None
    assert print_allocation(revised.file) == print_allocation(without(after, (Comment,)))


def test_they_are_as_few_as_say_it() -> None:
    """R8 raises one total, names what it calls 予算案, and adds a pot with its constant."""
    derived = derive_allocation(allocation_of("r7"), allocation_of("r8"))
    actions = ["+".join(type(each).__name__ for each in a.actions) for a in derived.amendments]
    reworded = ["RewordClause+RewordClause", "ChangeValue"]
    assert actions == ["AddClause", "AddClause", "ReciteClause", *reworded, *["InsertClauses"] * 2]


def _another(text: Text | None, draw: random.Random) -> Text:
    """A text with a word more, a word less or other words, of which a few stand in it more than once."""
    value = text.value if text is not None else "配分の枠"
    at = draw.randrange(len(value))
    put = draw.choice(["", "枠", "新しい", "の"])
    return Text(value[:at] + put + value[at + draw.randrange(3) :] or "文", (), NOWHERE)


def _changed(file: AllocationFile, draw: random.Random) -> AllocationFile:
    """An allocation of the next year, with some clauses gone, moved, renamed or reworded."""
    parts: dict[str, Any] = {}
    for name in ("facts", "classes", "constants", "budgets", "calendar", "pots", "limits"):
        clauses = list(getattr(file, name))
        if clauses and draw.random() < 0.3:
            clauses.remove(draw.choice(clauses))
        if draw.random() < 0.3:
            draw.shuffle(clauses)
        if name in ("constants", "budgets", "calendar") and clauses and draw.random() < 0.4:
            at = draw.randrange(len(clauses))
            if name != "calendar":
                clauses[at] = evolve(clauses[at], text=_another(clauses[at].text, draw))
        if name == "pots" and clauses and draw.random() < 0.6:
            at = draw.randrange(len(clauses))
            pot = clauses[at]
            line = evolve(pot.line, text=_another(pot.line.text, draw), citations=draw.choice([pot.line.citations, ()]))
            frames = [evolve(frame, text=_another(frame.text, draw)) for frame in pot.frames]
            clauses[at] = evolve(pot, line=draw.choice([line, pot.line]), frames=tuple(frames))
        if name == "pots" and clauses and draw.random() < 0.6:
            at = draw.randrange(len(clauses))
            pot = clauses[at]
            frames = list(pot.frames)
            draw.shuffle(frames)
            change = draw.choice([{"frames": tuple(frames)}, {"frames": ()}, {"unspent": None}, {"eligible": None}])
            clauses[at] = evolve(pot, **change)
        parts[name] = tuple(clauses)
    header = evolve(file.header, year="令和9年度")
    made = evolve(file, header=header, rounding=draw.choice([file.rounding, None]), **parts)
    named = named_clauses(made)
    for whose in draw.sample(named, min(len(named), draw.randrange(3))):
        now = next(c for c in named_clauses(made) if clause_key(c) == clause_key(whose))
        new = f"新{clause_key(now)[1]}"
        made = evolve(made, **all_renamed(made, now, new, file.header.year))
    return made


@settings(max_examples=examples(15))
@given(st.sampled_from(YEARS), st.integers(0, 2**32))
def test_whatever_was_changed_the_amendments_say_it(year: str, seed: int) -> None:
    """Also where what is left would not pass a check: what the words say is one thing, whether it adds up another."""
    base = allocation_of(year)
    after = _changed(base, random.Random(seed))
    revised = revise_allocation(base, reread(derive_allocation(base, after)))
    # Nothing may have been changed (H622), and the title is of the old year (H623).
    assert {d.code for d in revised.diagnostics} <= {"H622", "H623"}
    assert revised.file is not None
    assert print_allocation(revised.file) == print_allocation(without(after, (Comment,)))


def test_a_consolidated_allocation_stands_alone_and_keeps_the_names_of_old(tmp_path: Path) -> None:
    """`consolidate` writes the whole; `diff` then finds the renamed pot to be the one it was."""
    for year in ("r8", "r9"):
        (tmp_path / year).mkdir()
    (tmp_path / "r9" / "allocation.haiten").write_text(
        "言語 1\n令和9年度 市町村 配分\n令和8年度 市町村 配分 を次のように改正する。\n題名 「令和9年度」\n\n"
        "配分 強化 を 重点 とする。\n配分 重点 の枠 ウ を削る。\n",
        encoding="utf-8",
    )
    (tmp_path / "r9" / "municipal.haiten").write_text(
        "言語 1\n令和9年度 市町村 評価指標\n令和8年度 市町村 評価指標 を次のように改正する。\n題名 「令和9年度」\n",
        encoding="utf-8",
    )
    whole = haiten("consolidate", tmp_path / "r9" / "allocation.haiten")
    assert whole.returncode == 0, whole.stderr
    assert "前身 令和8年度 強化" in whole.stdout
    (tmp_path / "r9" / "allocation.haiten").write_text(whole.stdout, encoding="utf-8")
    assert haiten("check", tmp_path / "r9" / "allocation.haiten").returncode == 0
    assert haiten("consolidate", tmp_path / "r9" / "allocation.haiten").stdout == whole.stdout
    found = haiten("diff", ROOT / "rules" / "r8" / "allocation.haiten", tmp_path / "r9" / "allocation.haiten")
    assert "配分 重点（元の名前 配分 強化）: 変わる" in found.stdout
    assert "配分 強化 枠 ウ: 無くなる" in found.stdout
    assert "条の変更 2件（無くなる 1、変わる 1）" in found.stdout


def test_a_text_in_one_piece_compiles_beside_its_base(tmp_path: Path) -> None:
    source = Source(
        str(ROOT / "rules" / "r9" / "allocation.haiten"),
        "言語 1\n令和9年度 市町村 配分\n令和6年度 市町村 配分 を次のように改正する。\n配分 強化 を削る。\n",
    )
    told = compile_source(source).diagnostics
    assert [d.code for d in told if d.code in ("H641", "H642")] == []
