"""What each stretch of a line is, told by its letters: the one table of all colours.

The lexer of Pygments (``highlight.py``), the TextMate grammar (``editor/textmate.py``) and the server's own colours
(``editor/paint.py``) are made of it, so that they say the same. Any line can be coloured, also one with mistakes; no
colour goes on behind the end of a line, as no text and no citation of the language does.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from haiten.grammar import reserved_words


class Colour(StrEnum):
    """What a stretch is."""

    COMMENT = "comment"
    LINK = "link"
    SENTENCE = "sentence"  # the words of an amendment
    TEXT = "text"
    CITATION = "citation"
    NUMBER = "number"
    LEVEL = "level"
    DECLARATION = "declaration"
    WORD = "word"
    PLACE = "place"  # a label, or a path of them
    OPERATOR = "operator"
    PLAIN = "plain"  # a name, whose letters are looked at no further


# What names consist of, written out so that Python and Oniguruma mean the same by it.
_LETTER: Final = "A-Za-zＡ-Ｚａ-ｚ_À-ÖØ-öø-ʯΑ-ωぁ-ゖゝ-ゟァ-ヺー-ヿ々〆一-鿿㐀-䶿豈-龎ｦ-ﾟ𠀀-𯨟・"
_DIGIT: Final = "0-9０-９"
_NAME: Final = f"[{_LETTER}{_DIGIT}]"
_END: Final = f"(?!{_NAME})"
_BRANCHES: Final = f"(?:の[{_DIGIT}]+)*"
_KANA: Final = "[アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン]"
_LABEL: Final = rf"(?:[Ⅰ-Ⅻ]|[(（][ⅰ-ⅻivx]+[)）]|[①-⑳㉑-㉟㊱-㊿]){_BRANCHES}"
# A kana is a label where no name goes on behind it; the words of a sentence may touch it.
_KANA_LABEL: Final = rf"{_KANA}{_BRANCHES}(?:(?=[をのに中及並]|から|まで|と(?:す|し|、|別))|{_END})"
_STEP: Final = rf"(?:{_LABEL}|[{_DIGIT}]+{_BRANCHES}|{_KANA_LABEL}|{_NAME}+)"
_HOW: Final = "(?:ように|とおり|通り|様に)"
_MANY: Final = "(?:[0-9０-９]+|[一二三四五六七八九十]+)(?:つの)?(?:交付金|別枠|目標|指標群|指標|項目|細項目|細目)を"
_COMPARED: Final = "以上|以下|超|未満"

LEVELS: Final = ("交付金", "別枠", "目標", "指標群", "指標")
DECLARED: Final = ("事実", "区分", "定数", "出典", "題名", "配分", "予算")


@cache
def rules() -> tuple[tuple[Colour, str], ...]:
    """Colours and what has them, as expressions that Python and Oniguruma read alike.

    At each place of a line the first that fits counts.
    """
    others = reserved_words() - {*LEVELS, *DECLARED, "が"}
    return (
        (Colour.COMMENT, "[#＃※].*$"),
        (Colour.LINK, r"https?://[^\s「」〔〕]+"),
        # Brackets around a quoted part of a clause belong to the words of the sentence: what they hold is code.
        (
            Colour.SENTENCE,
            r"[のに](?:配点|方式|要件|定義|時点|未公表)\s*「|の(?:[額値]|対象|按分|激変緩和)\s*「|に対象\s*「"
            r"|」\s*(?:を\s*「|に改め(?:る。?|、)|を削(?:る。?|り、)|を加え(?:る。?|、)|に、)",
        ),
        (Colour.TEXT, "「(?:[^「」]|「[^「」]*」)*」|『[^『』]*』|[「『].*$"),
        (Colour.CITATION, "〔[^〔〕]*〕"),
        (Colour.WORD, rf"を除く{_END}|に(?:同じ|当たる値)|と等しい{_END}"),
        (
            Colour.SENTENCE,
            rf"(?:の一部)?を次の{_HOW}(?:改正する。?|改める。?|改め、)|を(?:削る。?|削り、|加える。?|加え、)"
            rf"|(?:の次に|の前に|に)次の(?:{_HOW}|{_MANY})加え(?:る。?|、)|と別に定め(?:る。?|、)|と(?:する。?|し、|、)"
            rf"|に(?:改める。?|改め、|、)|に(?:文|留意)(?=\s*「)|の[次前上下]に|によ(?:る|り)。?|から(?:適用|施行)する。?"
            r"|の(?:要件|額|値|対象|按分|激変緩和)\s*中(?=\s*「)|中(?=\s*「)|の(?:配点|定義|出典|文|留意|枠|額|値|対象|内訳|按分|均等|激変緩和|不用額)"
            rf"|を|及び|並びに|まで|から(?=[ア-ン①-⑳Ⅰ-Ⅻ(（{_DIGIT}])|この改正は、?|附則{_END}|第(?:[{_DIGIT}]+|[一二三四五六七八九十]+)条"
            r"|(?:減じ|増じ|加え)(?:て|、)",
        ),
        (Colour.NUMBER, rf"[一-鿿]{{2}}(?:[{_DIGIT}]+|元)年度{_END}"),
        (
            Colour.WORD,
            rf"小数[{_DIGIT}]+桁{_END}|上位(?=\s*[{_DIGIT}])|前年度の(?=\s*(?:上位|全国))|(?:{_COMPARED})(?![{_LETTER}])",
        ),
        (
            Colour.WORD,
            r"(?:前々年度|全国標準偏差|管内(?:平均|割合|件数|最小)|切上げ)(?=\s*[(（])|前々?年度\s*を\s*[上下]回る",
        ),
        (Colour.WORD, rf"(?:が(?![ぁ-ん])|のうち(?=[{_DIGIT}]))"),
        (Colour.LEVEL, _words(LEVELS)),
        (Colour.DECLARATION, _words(DECLARED)),
        (Colour.WORD, _words(others)),
        (Colour.PLACE, rf"(?:{_LABEL}|{_KANA_LABEL}|[{_LETTER}]{_NAME}*)(?:[.．]{_STEP})+"),
        (Colour.PLACE, rf"{_LABEL}|{_KANA_LABEL}|(?<=[〜～])[{_DIGIT}]+{_BRANCHES}{_END}"),
        (
            Colour.NUMBER,
            rf"[{_DIGIT}](?:[{_DIGIT},，]*[{_DIGIT}])?(?:[.．][{_DIGIT}]+)?"
            rf"(?:(?!{_COMPARED}|のうち)[%％‰A-Za-zァ-ヺー一-鿿・/{_DIGIT}])*(?:か所|つ)?",
        ),
        (Colour.PLAIN, f"{_NAME}+"),
        (Colour.OPERATOR, r"[+\-−×÷＋－=＝:：〜～]"),
    )


def _words(words: object) -> str:
    """Words that no name goes on behind, the longest first."""
    assert isinstance(words, (tuple, frozenset))
    together = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return f"(?:{together}){_END}"


@cache
def _table() -> tuple[re.Pattern[str], tuple[Colour, ...]]:
    found = rules()
    return re.compile("|".join(f"({expression})" for _, expression in found)), tuple(colour for colour, _ in found)


def stretches(line: str) -> Iterator[tuple[int, int, Colour]]:
    """The coloured stretches of a line without its end, in their order: begin, end, what it is."""
    pattern, colours = _table()
    for found in pattern.finditer(line):
        colour = colours[(found.lastindex or 1) - 1]
        if colour is not Colour.PLAIN:
            yield found.start(), found.end(), colour
