"""The extension's colours are made of the words of the language."""

import json
import re
from pathlib import Path

from haiten.editor.textmate import PLACE, text
from haiten.grammar import reserved_words

EXTENSION = Path(__file__).parents[2] / "editor/vscode"


def test_the_shipped_colours_are_those_of_the_language() -> None:
    """``python -m haiten.editor.textmate`` writes them anew."""
    assert PLACE.read_text(encoding="utf-8") == text()


def test_every_word_of_the_language_is_coloured() -> None:
    """A new word is in one of the patterns."""
    patterns = [pattern["match"] for pattern in json.loads(text())["patterns"] if "match" in pattern]
    known = {word for pattern in patterns for word in re.split(r"[|():?]", pattern)}
    assert {re.escape(word) for word in reserved_words()} <= known


def test_what_the_extension_names_is_there() -> None:
    """Files that its manifest points at, and that every snippet has a word to be called by."""
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]
    named = [contributed["languages"][0]["configuration"], *(g["path"] for g in contributed["grammars"])]
    for path in [*named, *(s["path"] for s in contributed["snippets"])]:
        assert (EXTENSION / path).is_file(), path
    snippets = json.loads((EXTENSION / "snippets/haiten.json").read_text(encoding="utf-8"))
    assert all(snippet["prefix"] and snippet["body"] for snippet in snippets.values())
