"""What a rule file holds though no author meant to write it: invisible characters, look-alikes from PDF, merge marks.

All is told by name and place. What is outside texts is then read as its reader sees it, at the same length, so that
offsets stay; texts stay as they are until ``check --fix`` or a person changes them.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from haiten.compiler.diagnostics import Diagnostic, InvisibleCharacter, MergeConflict, OtherForm, UnshownCharacter
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Source, Span

# Characters without a look of their own, by what they are called; blanks of other widths among them.
_NAMES: Final = {
    0x00A0: "改行しない空白",
    0x00AD: "ソフトハイフン",
    0x034F: "結合の字の接続子",
    0x115F: "ハングルの空白の字",
    0x1160: "ハングルの空白の字",
    0xFFA0: "ハングルの空白の字",
    0x061C: "書字方向の制御文字",
    0x180E: "モンゴル文字の区切り",
    0x200B: "ゼロ幅の空白",
    0x200C: "ゼロ幅の非接合子",
    0x200D: "ゼロ幅の接合子",
    0x2028: "行の区切り",
    0x2029: "段落の区切り",
    0x202F: "改行しない狭い空白",
    0x2060: "単語の接合子",
    0x3164: "ハングルの空白の字",
    0xFEFF: "ゼロ幅の改行しない空白（BOM）",
    0xFFFC: "埋め込みの印",
    0x0009: "タブ",
    0x000B: "垂直タブ",
    0x000C: "改ページ",
}
_BLANKS: Final = frozenset("\u00a0\u202f\u2028\u2029\u3164\t")  # what a reader takes for a blank
_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_ZERO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\uffa0\ufffc\U000e0000-\U000e007f"
)
_INVISIBLE: Final = late_pattern(f"[{_CONTROLS}{_ZERO_WIDTH}\u00a0\u202f\u2028\u2029\u3164]+")
_SHRINKING: Final = late_pattern(f"[^\\s「」『』〔〕]*[{_ZERO_WIDTH}][^\\s「」『』〔〕]*")
# Radicals stand for the characters that they are part of in texts copied from PDF files.
_RADICALS: Final = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | dict(
    zip(
        "⺟⺠⺼⻁⻂⻄⻆⻅⻋⻌⻑⻓⻔⻘⻚⻛⻜⻝⻟⻢⻣⻤⻥⻦⻨⻩⻫⻬⻭⻯⻲⻳",
        "母民肉虎衤西角見車辶長長門青頁風飛食食馬骨鬼魚鳥麦黄斉斉歯竜亀亀",
        strict=True,
    )
)
RADICALS: Final = str.maketrans(_RADICALS)
# Kana in two parts, as some systems write them: か and its voicing mark, which is not the が that it shows.
_PARTED: Final = "[ぁ-ヿ][\u3099\u309a]"
_OTHER_FORM: Final = late_pattern(f"(?:[{''.join(_RADICALS)}ﬀ-ﬆ｡-ﾟ]|{_PARTED})+")
_OTHER_RADICAL: Final = late_pattern(f"(?:[{''.join(_RADICALS)}]|{_PARTED})+")
_JOINED: Final = late_pattern(_PARTED)
_JOINING: Final = late_pattern(f"(?:[^\\s「」『』〔〕]*{_PARTED})+[^\\s「」『』〔〕]*")
# What other systems show as another character or none: of a font of one's own, or left of a text that was spoilt.
_UNSHOWN: Final = late_pattern("[\ue000-\uf8ff\ufffd]+")
_STRAY: Final = late_pattern(
    f"[{_CONTROLS}{_ZERO_WIDTH}\u00a0\u202f\u2028\u2029\u3164\u3099\u309a\ue000-\uf8ff\ufffd{''.join(_RADICALS)}ﬀ-ﬆ｡-ﾟ]"
)

_CONFLICT: Final = late_pattern(
    r"(?P<open>^<{7}(?: .*)?\n)(?P<ours>(?:(?!={7}$|>{7}).*\n)*?)"
    r"(?P<rest>(?:\|{7}.*\n(?:.*\n)*?)?={7}\n(?:(?!>{7}).*\n)*?>{7}(?: .*)?$)",
    re.MULTILINE,
)
_LONE_MARK: Final = late_pattern(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)


def has_stray(text: str) -> bool:
    """Whether there is anything for this module to do."""
    return _STRAY.search(text) is not None


def has_conflicts(text: str) -> bool:
    """Whether a text may hold what a merge left."""
    return "<<<<<<<" in text or ">>>>>>>" in text or "=======" in text


def without_conflicts(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text with the first of two versions where a merge left both, and each such place reported once."""
    text = source.text
    if not has_conflicts(text):
        return text, ()
    told: list[Diagnostic] = []

    def first_version(found: re.Match[str]) -> str:
        told.append(MergeConflict(Span(source, found.start(), found.end("open") - 1)))
        return _blank(found["open"]) + found["ours"] + _blank(found["rest"])

    def lone(found: re.Match[str]) -> str:
        told.append(MergeConflict(Span(source, *found.span())))
        return _blank(found[0])

    text = _CONFLICT.sub(first_version, text)
    if not told:
        text = _LONE_MARK.sub(lone, text, count=1)
        text = _LONE_MARK.sub(lambda found: _blank(found[0]), text)
    return text, tuple(told)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def in_text(source: Source, start: int, end: int) -> Iterator[Diagnostic]:
    """What is reported of a text 「…」: each run of invisible characters, and once all characters of another form."""
    text = source.text[start:end]
    for found in _INVISIBLE.finditer(text):
        yield _invisible(source, start + found.start(), found[0])
    forms = list(_OTHER_FORM.finditer(text))
    if forms:
        yield _other_form(source, start, forms, text)
    for found in _UNSHOWN.finditer(text):
        yield UnshownCharacter(Span(source, start + found.start(), start + found.end()), _code_points(found[0]))


def outside_texts(whole: str, source: Source, start: int, end: int) -> tuple[str, list[Diagnostic]]:
    """A stretch of the whole text, outside texts, as its reader sees it at the same length, and its diagnostics."""
    text = whole[start:end]
    told: list[Diagnostic] = []
    for found in _INVISIBLE.finditer(text):
        if not set(found[0]) <= {"\u00a0", "\u202f"}:  # these are blanks, by the table of foldings
            told.append(_invisible(source, start + found.start(), found[0]))
    line = 0
    for piece in text.splitlines(keepends=True):
        forms = list(_OTHER_RADICAL.finditer(piece))
        if forms:
            told.append(_other_form(source, start + line, forms, piece))
        line += len(piece)
    text = _SHRINKING.sub(_shrunk, text.translate(RADICALS))
    text = _JOINING.sub(
        lambda found: _JOINED.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), found[0]).ljust(len(found[0])),
        text,
    )
    return re.sub(f"[{_CONTROLS}\u2028\u2029\u3164]", " ", text), told


def _shrunk(found: re.Match[str]) -> str:
    seen = re.sub(f"[{_ZERO_WIDTH}]", "", found[0])
    return seen + " " * (len(found[0]) - len(seen))


def _invisible(source: Source, start: int, run: str) -> InvisibleCharacter:
    names = dict.fromkeys(f"{_name(ord(sign))}（U+{ord(sign):04X}）" for sign in run)
    seen = " " if any(sign in _BLANKS for sign in run) else ""
    return InvisibleCharacter(Span(source, start, start + len(run)), "、".join(names), seen)


def _code_points(run: str) -> str:
    return "、".join(dict.fromkeys(f"U+{ord(sign):04X}" for sign in run))


def _name(code: int) -> str:
    if code in _NAMES:
        return _NAMES[code]
    if 0xFE00 <= code <= 0xFE0F:
        return "異体字の選択子"
    if code >= 0xE0000:
        return "タグの文字"
    return "制御文字" if code < 0xA0 else "書字方向の制御文字"


def _other_form(source: Source, start: int, forms: list[re.Match[str]], text: str) -> OtherForm:
    first, last = forms[0].start(), forms[-1].end()
    pairs = dict.fromkeys(f"{found[0]}→{_usual(found[0])}" for found in forms)
    usual = _OTHER_FORM.sub(lambda found: _usual(found[0]), text[first:last])
    return OtherForm(Span(source, start + first, start + last), "、".join(pairs), usual)


def _usual(run: str) -> str:
    return unicodedata.normalize("NFKC", run.translate(RADICALS))
