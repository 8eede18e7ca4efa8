"""Number formats of spreadsheets: what a cell shows beside the number that it holds (ECMA-376 part 1, 18.8.31)."""

import re
from decimal import Decimal
from typing import Final

from haiten.compiler.late import frozen

# 0% and 0.00% (ECMA-376 part 1, 18.8.30); all other built-in formats show the number itself, or a date.
BUILT_IN: Final = {9: "0%", 10: "0.00%"}
_PARTS: Final = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[[^\]]*\]|[_*].|(?P<plain>.)', re.DOTALL)
_PERCENT: Final = "%％"
_SCALES: Final = "十百千万億兆"
_DIGITS: Final = "0#?"


@frozen
class Shown:
    """What a format makes of a number.

    Attributes:
        hundredfold: how often it is multiplied by a hundred, as many as the format has signs of per cent.
        percent: whether a per cent sign stands behind it, be it only as a text.
        zeros: digits that are filled up with zeros.
        scaled: whether the number that shows is another than the number held: thousands, or behind a word such as 千.
    """

    hundredfold: int = 0
    percent: bool = False
    zeros: int = 0
    scaled: bool = False

    def text(self, number: str) -> str:
        """A plain number as it shows."""
        if self.hundredfold:
            number = format(Decimal(number).scaleb(2 * self.hundredfold), "f")
            number = number.rstrip("0").rstrip(".") if "." in number else number
        sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
        if self.zeros and digits.isdecimal():
            digits = digits.zfill(self.zeros)
        return f"{sign}{digits}{'%' if self.percent else ''}"


def shown_by(code: str) -> Shown | None:
    """What a format's code shows; None where it shows the number itself."""
    plain, literals = "", ""
    for part in _PARTS.finditer(code):
        if part["plain"] == ";":  # what follows is about other numbers
            break
        literals += part["quoted"] or part["escaped"] or ""
        plain += part["plain"] or ""
    hundredfold = sum(plain.count(sign) for sign in _PERCENT)
    digits = re.sub(f"[{_PERCENT}]", "", plain).strip()
    literal = literals + re.sub(r"[0#?.,%％\s()+\-/E]", "", plain)
    scaled = any(sign in literal for sign in _SCALES) or re.search(rf"[{_DIGITS}],+(?:[^{_DIGITS},]|\Z)", digits)
    zeros = len(digits) if len(digits) > 1 and set(digits) == {"0"} else 0
    percent = hundredfold > 0 or any(sign in literals for sign in _PERCENT)
    found = Shown(hundredfold, percent, zeros, bool(scaled))
    return None if found == Shown() else found
