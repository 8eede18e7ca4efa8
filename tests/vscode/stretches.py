"""The colours that the one table gives to lines of the rulebooks, whole and damaged, as JSON on stdout."""

import json
import random
from pathlib import Path

from haiten.editor.positions import units
from haiten.editor.textmate import SCOPES
from haiten.grammar.colours import stretches

ROOT = Path(__file__).parents[2]
SIGNS = "「」『』〔〕#※ 　\t.．0５,点割、。がをの中超ア①Ⅰ(（𠮷×÷＝:："


def lines() -> list[str]:
    """Every line of the rulebooks, and each with a sign put in or taken out."""
    found = [line for path in sorted(ROOT.glob("rules/*/*.haiten")) for line in path.read_text("utf-8").split("\n")]
    draw = random.Random(0)
    for line in dict.fromkeys(found):
        at = draw.randrange(len(line) + 1)
        found += [line[:at] + draw.choice(SIGNS) + line[at:], line[:at] + line[at + 1 :]]
    return list(dict.fromkeys(found))


def told(line: str) -> list[tuple[int, int, str]]:
    """What a line has, in units of UTF-16; alike stretches that touch are told apart, as editors do."""
    return [(units(line[:begin]), units(line[:end]), SCOPES[colour]) for begin, end, colour in stretches(line)]


if __name__ == "__main__":
    print(json.dumps([(line, told(line)) for line in lines()]))
