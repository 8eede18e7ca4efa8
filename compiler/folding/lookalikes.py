"""Characters that look like others: labels and names that a reader would swear are right."""

from functools import cache
from typing import Final

from haiten.compiler.folding.paths import is_item_label, label_parts
from haiten.compiler.patterns import late_pattern

# Katakana that kanji (or hiragana) are mistaken for; half-width kana as old systems write them.
_KANA: Final = dict(zip("工力口夕卜八二千才三匕へり", "エカロタトハニチオミヒヘリ", strict=True)) | dict(
    zip("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ", "アイウエオカキクケコサシスセソタチツテトナニヌネノ", strict=True)
)
_ROMANS: Final = dict(
    zip(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", strict=True)
) | dict(zip("ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", strict=True))
_CIRCLED: Final = dict(zip("❶❷❸❹❺❻❼❽❾❿", "①②③④⑤⑥⑦⑧⑨⑩", strict=True)) | dict(
    zip("➀➁➂➃➄➅➆➇➈➉", "①②③④⑤⑥⑦⑧⑨⑩", strict=True)
)
_LABELS: Final = {"KANA": _KANA, "ROMAN": _ROMANS, "CIRCLED": _CIRCLED}

_NUMBERS: Final = {roman: str(place) for place, roman in enumerate(_ROMANS, 1) if roman.isascii()} | {"L": "1"}
_TO_KATAKANA: Final = ord("ア") - ord("あ")
_PARTED: Final = late_pattern("[.．]")
_LEVEL: Final = late_pattern("^(?:目標|指標群?|細?項目)(?=.)")

# For names both of a pair are possible; a name's skeleton has one of them in place of either.
_WIDE: Final = {chr(0xFF21 + i): chr(0x41 + i) for i in range(26)} | {chr(0xFF41 + i): chr(0x61 + i) for i in range(26)}
_SKELETON: Final = str.maketrans(
    {kana: other for other, kana in _KANA.items() if not "ｱ" <= other <= "ﾝ"}
    | _WIDE
    | {"ー": "一", "ベ": "べ", "ペ": "ぺ", "〇": "○", "ヵ": "か", "ヶ": "か", "ケ": "か", "カ": "力"}
)


def label_meant(text: str, terminals: frozenset[str]) -> str | None:
    """The label that ``text`` looks like, of the kinds (terminals of the grammar) that could stand there."""
    for terminal, looks in _LABELS.items():
        if terminal in terminals and text in looks:
            return looks[text]
    return None


def skeleton(name: str) -> str:
    """A name as the eye takes it: equal for names that look the same."""
    return name.translate(_SKELETON)


def path_meant(path: str) -> str:
    """A path as it may be meant, however its labels are written: equal for ``推進.Ⅱ.(ⅰ).1.ア`` and ``推進.II.(1).①.ｱ``.

    Numbers of all kinds are the same here, as the place in the path tells them apart. For suggestions, not for reading.
    """
    return ".".join(_label_meant(label) for label in _PARTED.split(path))


@cache
def _label_meant(label: str) -> str:
    from unicodedata import normalize  # which takes time to load

    sign, branches = label_parts(label.strip())
    plain = normalize("NFKC", _LEVEL.sub("", sign)).strip("()").strip()
    number = _NUMBERS.get(plain.upper())
    katakana = chr(ord(plain) + _TO_KATAKANA) if len(plain) == 1 else ""
    return (number or (katakana if is_item_label(katakana) else _KANA.get(plain, plain))) + branches
