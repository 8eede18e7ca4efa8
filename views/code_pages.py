"""The page of a diagnostic code: what it means, an example that gives it, and how to put it right."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console

_PAGES: Final = Path(__file__).parents[1] / "docs" / "diagnostics"
_CODE: Final = re.compile(r"H[0-9]{3}")
_MANY: Final = 5
# Letters that are taken for figures.
_LOOK_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8"})

_FENCED: Final = re.compile(r"(```.*?^```$)", re.DOTALL | re.MULTILINE)
_PARAGRAPH: Final = re.compile(r"^(?![#\-]).+$", re.MULTILINE)
# What a line may end behind: a stretch of code, a word in Latin letters, or any other sign (Japanese needs no blanks);
# but no line begins with a closing sign, nor ends with an opening one.
_UNIT: Final = re.compile(r"[（「『〔]*(?:`[^`]*`|[!-_a-~]+|.)[）」』〕、。・ー ]*")


def page_of(code: str) -> str | None:
    """The page of a code as Markdown, however written (``h401``, ``Ｈ４０１``, ``401``); None without one."""
    known = _canonical(code)
    if not _CODE.fullmatch(known):
        return None
    try:
        return (_PAGES / f"{known}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def codes() -> list[str]:
    """The codes that have a page."""
    return sorted(path.stem for path in _PAGES.glob("H*.md") if _CODE.fullmatch(path.stem))


def print_page(console: Console, code: str) -> bool:
    """Print the page of a code; whether there is one."""
    from rich.markdown import Markdown  # loads a highlighter, which no other command waits for

    page = page_of(code)
    if page is None:
        return False
    console.print(Markdown(_wrapped(page, console.width), code_theme="bw"))
    return True


def nearest_codes(code: str) -> tuple[str, ...]:
    """The codes most like one that has no page, for もしかして: those of its family, where it has one.

    A letter in the place of a figure that it looks like leaves one code.
    """
    written = _canonical(code)
    known = codes()
    meant = f"H{written.removeprefix('H').translate(_LOOK_ALIKE)}"
    if meant in known:
        return (meant,)
    family = [name for name in known if len(written) > 1 and name.startswith(written[:2])]
    alike = get_close_matches(written, family or known, n=_MANY, cutoff=0.75)
    return tuple(sorted(alike) or family[:_MANY])


def _canonical(code: str) -> str:
    known = unicodedata.normalize("NFKC", code).strip().upper()
    return f"H{known}" if re.fullmatch("[0-9]{3}", known) else known


def _wrapped(page: str, width: int) -> str:
    """A page whose paragraphs are broken as Japanese is; rich would break at the blanks alone, and before 、 and 。."""
    pieces = _FENCED.split(page)
    pieces[::2] = [_PARAGRAPH.sub(lambda found: "\\\n".join(_lines(found[0], width)), prose) for prose in pieces[::2]]
    return "".join(pieces)


def _lines(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for unit in _UNIT.findall(paragraph):
        if line and cell_len((line + unit).rstrip().replace("`", "")) > width:
            yield line.rstrip()
            line = ""
        line += unit
    yield line.rstrip()
