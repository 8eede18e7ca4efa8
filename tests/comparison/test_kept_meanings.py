"""What changes mean is what it was found to mean before, and found again where anything is different."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import haiten.comparison.diff as module
from haiten.comparison.diff import Diff, compare, diff
from haiten.compiler.store import folder
from haiten.compiler.store.codec import encode
from haiten.compiler.store.kept import compile_kept
from haiten.scoring.rulebook import Rulebook

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was looked for."""
    seen: list[Any] = []
    original = module.find_meanings

    def noted(*what: Any) -> Any:
        seen.append(what)
        return original(*what)

    monkeypatch.setattr(module, "find_meanings", noted)
    return seen


def kept_diff(old: Path, new: Path) -> Diff:
    return diff(Rulebook(compile_kept(old)), Rulebook(compile_kept(new)))


@pytest.mark.parametrize(("was", "now"), [("r6", "r7"), ("r7", "r8")])
def test_they_are_those_that_were_found(was: str, now: str, store: Path, searches: list[Any]) -> None:
    """All of each, sheets and their order included; the other way round is another comparison."""
    old, new = (ROOT / "rules" / year / "municipal.haiten" for year in (was, now))
    first, second = kept_diff(old, new), kept_diff(old, new)
    found = compare(first.matched.old, first.matched.new)
    assert found.meanings == first.meanings == second.meanings
    assert len(searches) == 2
    assert len(found.meanings) > 5
    assert json.dumps(second.to_json()) == json.dumps(found.to_json())
    assert kept_diff(new, old).meanings != first.meanings
    assert len(searches) == 3


def test_other_files_are_compared_anew(tmp_path: Path, store: Path, searches: list[Any]) -> None:
    """Either file that changes, and an entry that nobody wrote."""
    old, new = tmp_path / "old.haiten", tmp_path / "new.haiten"
    text = (
        "言語 1\n令和6年度 市町村 評価指標\n事実 甲 : 件 0以上\n交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n"
        "指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点 要件 甲 が {}件以上\n"
    )
    old.write_text(text.format(3), encoding="utf-8")
    for number, verdict in ((4, "stricter"), (2, "looser")):
        new.write_text(text.format(number), encoding="utf-8")
        assert [one.verdict for one in kept_diff(old, new).meanings] == [verdict]
    old.write_text(text.format(1), encoding="utf-8")
    assert [one.verdict for one in kept_diff(old, new).meanings] == ["stricter"]
    assert len(searches) == 3
    for entry in store.glob("*-meanings-*"):
        folder.write(entry.stem, None, [encode(((1, 2),), [])])
    assert [one.verdict for one in kept_diff(old, new).meanings] == ["stricter"]
    assert len(searches) == 4
    os.environ[folder.VARIABLE] = "off"  # the fixture puts it back
    assert [one.verdict for one in kept_diff(old, new).meanings] == ["stricter"]
    assert len(searches) == 5
