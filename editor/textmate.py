"""Colours for editors that read TextMate grammars: ``python -m haiten.editor.textmate`` writes that of the extension.

Made of the words that the lexer of Pygments has (``grammar/highlight.py``), so that a new word of the language is
coloured everywhere.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from haiten.grammar import reserved_words

PLACE: Final = Path(__file__).parent / "vscode" / "syntaxes" / "haiten.tmLanguage.json"
_LEVELS: Final = ("交付金", "別枠", "目標", "指標群", "指標")
_DECLARED: Final = ("事実", "区分", "定数", "出典", "題名", "配分", "予算")
_VERBS: Final = (
    r"を次の(?:ように|とおり|通り|様に)(?:改正する|改める|改め、)。?|を削(?:る。?|り、)|(?:の次に|の前に|に)次の\S+を加え(?:る。?|、)"
    r"|と(?:する。?|し、)|と別に定め(?:る。?|、)|に改め(?:る。?|、)|の(?:配点|方式|要件|定義|時点|未公表|文|留意|出典|値|額)(?=\s*[「〔を])|中(?=「)"
)


def grammar() -> dict[str, Any]:
    """The grammar, as an editor reads it."""
    others = reserved_words() - {*_LEVELS, *_DECLARED}
    return {
        "name": "haiten",
        "scopeName": "source.haiten",
        "fileTypes": ["haiten"],
        "patterns": [
            {"name": "comment.line.haiten", "match": "[#※].*$"},
            {"include": "#text"},
            {"name": "entity.other.attribute-name.citation.haiten", "match": "〔[^〕]*〕"},
            {"name": "constant.numeric.haiten", "match": r"(?<![^\s（(「])[0-9][0-9,.]*[^\s「」〔〕、（）()。]*"},
            {"name": "keyword.control.amendment.haiten", "match": _VERBS},
            _words("entity.name.section.haiten", _LEVELS),
            _words("storage.type.haiten", _DECLARED),
            _words("keyword.other.haiten", others),
            {"name": "keyword.operator.haiten", "match": "[+\\-−×÷＋－=＝:：]"},
        ],
        "repository": {
            "text": {
                "name": "string.quoted.haiten",
                "begin": "「",
                "end": "」|$",
                "patterns": [{"include": "#text"}],
            }
        },
    }


def _words(name: str, words: Any) -> dict[str, str]:
    """Words that stand apart, the longest first."""
    together = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return {"name": name, "match": rf"(?<![^\s(（])(?:{together})(?![^\s。、)）:])"}


def text() -> str:
    """The file of the extension."""
    return json.dumps(grammar(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
