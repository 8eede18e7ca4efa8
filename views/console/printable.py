"""Texts that a terminal, and every code page, can take: no control signs, and something readable for what is lacking.

``printable`` makes what a terminal would obey (escape sequences, the direction of writing) visible. The error handler
``READABLE`` of encodings writes what a code page lacks in other signs. JSON is exact: there both are escapes.
"""

import codecs
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from haiten.compiler.patterns import late_pattern

READABLE: Final = "haiten.readable"

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Bytes of a name that are no text come as U+DC80 to U+DCFF (surrogateescape).
_CONTROLS: Final = late_pattern(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_LINES: Final = late_pattern(r"[\t\n]")
_IN_JSON: Final = late_pattern(rf"[\x7f-\x9f\u2028\u2029{_BIDI}]")
_SURROGATE: Final = late_pattern("[\ud800-\udfff]")
_NOT_ASCII: Final = late_pattern(r"[^\x00-\x7e]")

# What code pages lack, in the order of preference; what is not here is tried in its compatible form (Ⅰ → I, ＋ → +).
_OTHERWISE: Final = {
    "–": ("-",),
    "—": ("-",),
    "―": ("-",),
    "−": ("－", "-"),
    "－": ("−", "-"),
    "‐": ("-",),
    "〜": ("～", "~"),
    "～": ("〜", "~"),
    "‖": ("∥", "||"),
    "…": ("...",),
    "・": (".",),
    "、": (",",),
    "。": (".",),
    "「": ('"',),
    "」": ('"',),
    "『": ('"',),
    "』": ('"',),
    "“": ('"',),
    "”": ('"',),
    "‘": ("'",),
    "’": ("'",),
    "〔": ("[",),
    "〕": ("]",),
    "○": ("o",),
    "×": ("x",),
    "÷": ("/",),
    "→": ("->",),
    "←": ("<-",),
    "⇄": ("⇔", "<->"),
    "▲": ("^",),
    "▼": ("v",),
    "≤": ("≦", "<="),
    "≥": ("≧", ">="),
    "⁻": ("-",),
}
_HORIZONTAL: Final = "─━═╌╍┄┅┈┉╴╶╸╺╼╾"
_VERTICAL: Final = "│┃║╎╏┆┇┊┋╵╷╹╻╽╿"


def printable(text: str) -> str:
    """A text without signs that a terminal obeys, except line ends and tabs; escapes stand in their place."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub(_escaped, text)


def one_line(text: str) -> str:
    """The same on one line, for forms that have an entry on each."""
    return _LINES.sub(_escaped, printable(text))


def json_text(data: object, *, ascii_only: bool = False) -> str:
    """Data as JSON that people can diff, valid everywhere, and without signs that a terminal obeys.

    Args:
        data: what ``json`` takes.
        ascii_only: whether all other signs are written as escapes, for code pages that lack some.
    """
    text = json.dumps(data, ensure_ascii=False, indent=1)
    # Half a pair is no text in JSON: bytes of a name that are no text are reported as they are on a terminal.
    text = _SURROGATE.sub(lambda found: "\\" + _escaped(found), text)
    return (_NOT_ASCII if ascii_only else _IN_JSON).sub(_json_escape, text)


def is_exact(text: str, encoding: str) -> bool:
    """Whether an encoding has all signs of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def in_other_signs(sign: str, encoding: str) -> str:
    """A sign that an encoding lacks, in signs that it has."""
    return next(form for form in _forms(sign) if is_exact(form, encoding))


def _forms(sign: str) -> Iterable[str]:
    yield from _OTHERWISE.get(sign, ())
    if sign in _HORIZONTAL:
        yield "-"
    if sign in _VERTICAL:
        yield "|"
    if "\u2500" <= sign <= "\u257f":
        yield "+"
    compatible = unicodedata.normalize("NFKC", sign)
    if compatible != sign and not unicodedata.combining(compatible[0]):
        yield f"({compatible})" if unicodedata.decomposition(sign).startswith("<circle>") else compatible
    yield _escape_of(sign)


def _escape_of(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped(found: re.Match[str]) -> str:
    return _escape_of(found[0])


def _json_escape(found: re.Match[str]) -> str:
    pair = found[0].encode("utf-16-be")
    return "".join(f"\\u{pair[at]:02x}{pair[at + 1]:02x}" for at in range(0, len(pair), 2))


def _readable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(in_other_signs(sign, error.encoding) for sign in lacking), error.end


codecs.register_error(READABLE, _readable)
