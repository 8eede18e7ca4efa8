"""Commands that pages show can be pasted into a shell."""

import re

from real_commands import ROOT

COMMAND = re.compile(r"^\s*(?:\$ )?(haiten .*)$", re.MULTILINE)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
PAGES = [*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]


def test_brackets_are_quoted() -> None:
    """To a shell 推進.Ⅰ.(ⅰ) is a mistake."""
    shown = [(page.name, found[1]) for page in PAGES for found in COMMAND.finditer(page.read_text(encoding="utf-8"))]
    assert len(shown) > 100
    assert [(name, command) for name, command in shown if re.search("[()]", QUOTED.sub("", command))] == []
