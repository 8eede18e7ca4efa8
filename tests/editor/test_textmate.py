"""The extension's colours are made of the words of the language."""

import json
import re
from pathlib import Path

import pytest
from pygments.token import Text
from stretches import lines

from haiten.editor.textmate import PLACE, SCOPES, text
from haiten.grammar import reserved_words
from haiten.grammar.colours import stretches
from haiten.grammar.highlight import TOKENS, HaitenLexer

EXTENSION = Path(__file__).parents[2] / "editor/vscode"


def test_the_shipped_colours_are_those_of_the_language() -> None:
    """``python -m haiten.editor.textmate`` writes them anew."""
    assert PLACE.read_text(encoding="utf-8") == text()


def coloured(line: str) -> list[tuple[int, int, str]]:
    """A line as editors colour it: at each place the first pattern that fits, and what has no name in none."""
    patterns = [(re.compile(each["match"]), each.get("name")) for each in json.loads(text())["patterns"]]
    found, at = [], 0
    while at < len(line):
        fits = [
            (match.start(), number) for number, (regex, _) in enumerate(patterns) if (match := regex.search(line, at))
        ]
        if not fits:
            break
        start, number = min(fits)
        match, name = patterns[number][0].match(line, start), patterns[number][1]
        assert match is not None
        assert match.end() > at, "a pattern that fits nothing keeps an editor waiting"
        at = match.end()
        if name is not None:
            found.append((start, at, name))
    return found


def test_both_grammars_say_the_same_of_every_word() -> None:
    """Of every line of the rulebooks, whole and damaged; ``npm test`` in editor/vscode holds a real engine to them."""
    for line in lines():
        table = [(begin, end, SCOPES[colour]) for begin, end, colour in stretches(line)]
        assert coloured(line) == table, line
        lexed = [
            (at, kind, value) for at, kind, value in HaitenLexer().get_tokens_unprocessed(line) if kind is not Text
        ]
        assert [(at, at + len(value)) for at, _, value in lexed] == [(begin, end) for begin, end, _ in table], line
        assert [kind for _, kind, _ in lexed] == [TOKENS[colour] for _, _, colour in stretches(line)], line


def test_every_word_of_the_language_is_coloured() -> None:
    """A word that stands alone is no name."""
    for word in reserved_words():
        assert next((begin, end) for begin, end, _ in stretches(f"{word} 1")) == (0, len(word)), word


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "ア 「甲「乙」」〔要〕 4点 要件 比率 が 0.5以上1以下",
            "place text citation number word word number word number word",
        ),
        (
            "推進.Ⅰ.(ⅰ).1.ア〜ウ の配点「4点」を「3点〔要〕」に改める。",
            "place operator place sentence number sentence number citation sentence",
        ),
        ("推進.Ⅰ.(ⅰ).1.イを削る。", "place sentence"),
        ("推進.Ⅰ.(ⅰ).1 中「甲」を「乙」に改める。", "place sentence text sentence text sentence"),
        (
            "推進.Ⅰ.(ⅰ).1.ア の要件「日数 が 0日超」を「日数 が 2日以上」に改める。",
            "place sentence word number word sentence word number word sentence",
        ),
        ("推進.Ⅰ.(ⅰ).1.ウ の次に次の二項目を加える。", "place sentence"),
        ("前年度末人口 = 指標値 × 2", "operator operator number"),
        ("「閉じていない # 題", "text"),
        ("〔閉じていない 4点", "number"),
        ("出典 甲 「題」 https://example.org/#a ※ 注", "declaration text link comment"),
        ("令和7年度 市町村 評価指標", "number word word"),
    ],
)
def test_what_the_parts_of_a_line_are(line: str, expected: str) -> None:
    """Labels and paths, the words of sentences with the brackets of quoted code, comparisons behind units."""
    assert " ".join(colour for _, _, colour in stretches(line)) == expected


def test_what_the_extension_names_is_there() -> None:
    """Files that its manifest points at, and that every snippet has a word to be called by."""
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]
    named = [contributed["languages"][0]["configuration"], *(g["path"] for g in contributed["grammars"])]
    for path in [*named, *(s["path"] for s in contributed["snippets"])]:
        assert (EXTENSION / path).is_file(), path
    snippets = json.loads((EXTENSION / "snippets/haiten.json").read_text(encoding="utf-8"))
    assert all(snippet["prefix"] and snippet["body"] for snippet in snippets.values())
