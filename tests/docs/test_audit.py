"""The page for auditors shows what really happens: its commands are run, in order, in one folder."""

import re
from pathlib import Path

import pytest
from real_commands import ROOT, haiten
from shown_commands import FENCED, held

PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
BLOCKS = [block for word, block in FENCED.findall(PAGE) if not word and block.startswith("$ ")]


def test_every_command_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines under a command are printed by it, in that order; ``...`` stands for others."""
    monkeypatch.setenv("COLUMNS", "160")
    for shared in ("rules", "examples"):
        (tmp_path / shared).symlink_to(ROOT / shared)
    shown = sum(held(block, tmp_path, lambda command: "other_points" in command) for block in BLOCKS)
    assert shown > 40
    # Two pages name the same digest: the record of the yen is tied to that of the scores.
    told = haiten("runs", tmp_path, "--as", "csv").stdout
    assert "scores.haitenrun" in told.splitlines()[2]


def test_the_page_has_all_codes_of_records() -> None:
    """Every reason to refuse a record stands in its table."""
    import haiten.records.errors as errors

    codes = {made.code for made in vars(errors).values() if getattr(made, "code", "").startswith("H9")}
    assert len(codes) == 13
    assert set(re.findall(r"\[(H9\d\d)\]", PAGE)) == codes
