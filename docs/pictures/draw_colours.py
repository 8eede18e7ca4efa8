"""The picture of colours in docs/editor.md: ``python docs/pictures/draw_colours.py`` (needs Chromium).

Light and dark, in the colours that the themes of VS Code give to the names of the extension's grammar.
"""

import html
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from haiten.editor.textmate import SCOPES
from haiten.grammar.colours import Colour, stretches

ROOT: Final = Path(__file__).parents[2]
WIDE, HIGH = 1060, 480
# What "Light+" and "Dark+" have for the beginnings of scopes; what has none is written in the colour of all text.
THEMES: Final = (
    (
        "#ffffff",
        "#000000",
        {
            "comment": "#008000",
            "string": "#a31515",
            "entity.other.attribute-name": "#e50000",
            "constant.numeric": "#098658",
            "storage.type": "#0000ff",
            "keyword.control": "#af00db",
            "keyword.other": "#0000ff",
            "entity.name.class": "#267f99",
        },
    ),
    (
        "#1f1f1f",
        "#cccccc",
        {
            "comment": "#6a9955",
            "string": "#ce9178",
            "entity.other.attribute-name": "#9cdcfe",
            "constant.numeric": "#b5cea8",
            "storage.type": "#569cd6",
            "keyword.control": "#c586c0",
            "keyword.other": "#569cd6",
            "entity.name.class": "#4ec9b0",
        },
    ),
)
STYLE: Final = """body { margin: 0; width: %dpx } pre { margin: 0; padding: 10px 14px; height: 220px; overflow: hidden;
font: 12.5px/1.48 "Noto Sans Mono CJK JP", monospace }"""


def excerpts() -> tuple[str, str]:
    """An indicator of R6, and sentences of R7."""
    full, revision = ((ROOT / f"rules/{year}/municipal.haiten").read_text(encoding="utf-8") for year in ("r6", "r7"))
    at = full.index("指標群 (ⅱ) 「活動指標群」")
    first = full[full.rindex("\n", 0, at) + 1 :].split("\n")[:9]
    facts = [line for line in full.split("\n") if line.startswith("事実 ")][:2]
    sentences = revision[revision.index("# 支援Ⅰ(ⅰ)4") :].split("\n")[:12]
    return "\n".join([*facts, "", *first]), "\n".join(sentences)


def coloured(text: str, colours: dict[str, str]) -> str:
    """Markup of a text."""
    return "\n".join(_line(line, colours) for line in text.split("\n"))


def _line(line: str, colours: dict[str, str]) -> str:
    made, done = "", 0
    for begin, end, colour in stretches(line):
        made += html.escape(line[done:begin]) + _span(line[begin:end], _of(colour, colours))
        done = end
    return made + html.escape(line[done:])


def _of(colour: Colour, colours: dict[str, str]) -> str | None:
    return next((value for scope, value in colours.items() if SCOPES[colour].startswith(scope)), None)


def _span(text: str, colour: str | None) -> str:
    return html.escape(text) if colour is None else f'<span style="color: {colour}">{html.escape(text)}</span>'


def draw(to: Path) -> None:
    """Draw both, one below the other."""
    blocks = (
        f'<pre style="background: {ground}; color: {ink}">{coloured(text, colours)}</pre>'
        for text, (ground, ink, colours) in zip(excerpts(), THEMES, strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<!doctype html><meta charset=utf-8><style>{STYLE % WIDE}</style>{''.join(blocks)}", "utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
        chromium = shutil.which("chromium")
        assert chromium, "no chromium"
        command = [chromium, *flags, f"--window-size={WIDE},{HIGH}", f"--screenshot={to}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    draw(Path(__file__).with_name("colours.png"))
