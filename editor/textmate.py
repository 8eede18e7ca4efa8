"""Colours for editors that read TextMate grammars: ``python -m haiten.editor.textmate`` writes that of the extension.

Made of the one table of colours (``grammar/colours.py``), so that a new word of the language is coloured everywhere.
"""

import json
from pathlib import Path
from typing import Any, Final

from haiten.grammar.colours import Colour, rules

PLACE: Final = Path(__file__).parent / "vscode" / "syntaxes" / "haiten.tmLanguage.json"
# Names that the themes of editors know.
SCOPES: Final[dict[Colour, str]] = {
    Colour.COMMENT: "comment.line.haiten",
    Colour.LINK: "markup.underline.link.haiten",
    Colour.SENTENCE: "keyword.control.amendment.haiten",
    Colour.TEXT: "string.quoted.haiten",
    Colour.CITATION: "entity.other.attribute-name.citation.haiten",
    Colour.NUMBER: "constant.numeric.haiten",
    Colour.LEVEL: "storage.type.level.haiten",
    Colour.DECLARATION: "storage.type.declaration.haiten",
    Colour.WORD: "keyword.other.haiten",
    Colour.PLACE: "entity.name.class.place.haiten",
    Colour.OPERATOR: "keyword.operator.haiten",
}


def grammar() -> dict[str, Any]:
    """The grammar, as an editor reads it: the first pattern that fits counts; one without a name colours nothing."""
    named = ({"name": SCOPES[colour]} if colour in SCOPES else {} for colour, _ in rules())
    return {
        "name": "haiten",
        "scopeName": "source.haiten",
        "fileTypes": ["haiten"],
        "patterns": [{**name, "match": match} for name, (_, match) in zip(named, rules(), strict=True)],
    }


def text() -> str:
    """The file of the extension."""
    return json.dumps(grammar(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
