"""What could stand at a place, in words: terminals of the grammar → Japanese, for the parser's messages."""

import re
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from haiten.grammar import load_parser

STATEMENT_STARTS: Final = frozenset(
    [
        "_LANGUAGE",
        "YEAR",
        "_TITLE",
        "_SOURCE",
        "_FACT",
        "_CLASS",
        "_UNDISCLOSED",
        "GRANT",
        "SPECIAL",
        "GOAL",
        "GROUP",
        "INDICATOR",
        "KANA",
        "CIRCLED",
        "NAME",
        "_REQUIREMENT",
        "_TIMING",
        "_REMARK",
        "_SINCE",
        "_CARRY",
        "_REASON",
        "ARTICLE",
        "_SUPPLEMENT",
        "_THIS_REVISION",
        "PATH",
        "WHOLE",
        "WHOLE_TOUCHED",
        "_ALLOCATION",
        "_CONSTANT",
        "_BUDGET",
        "_SPLIT",
        "_PRO_RATA",
        "_ELIGIBLE",
        "_FRAME",
        "_EQUALLY",
        "_CUSHION",
        "UNSPENT",
        "_LIMIT",
        "_ODD",
        "$END",
    ]
)
_WORDS: Final = {
    "NAME": "名前",
    "PATH": "項目（推進.Ⅰ など）",
    "SHARED": "別の項目（推進.Ⅰ に同じ など）",
    "KANA": "ア・イ・ウ…",
    "CIRCLED": "①・②・③…",
    "ROMAN": "Ⅰ・Ⅱ・Ⅲ…",
    "PAREN_ROMAN": "(ⅰ)・(ⅱ)",
    "INTEGER": "整数",
    "NUMBERED": "整数",
    "QUANTITY": "数（50人、5% など）",
    "TEXT": "文「…」",
    "CITATION": "出典〔…〕",
    "POINTS": "配点（4点 など）",
    "UNIT": "単位（人、%、該当 など）",
    "URL": "URL",
    "YEAR": "年度（令和6年度 など）",
    "SCOPE": "「市町村」「都道府県」「広域連合」のどれか",
    "COUNT": "数（2つ など）",
    "STEP": "段（7割、10%、3位）",
    "DECIMALS": "小数2桁 など",
    "TIMING_VALUE": "時点（当年度の取組 など）",
    "LOWER_IS_BETTER": "「小さいほど良い」",
    "_EQUAL": "「=」",
    "_COLON": "「:」と単位（: 人 など）",
    "_LPAR": "「(」",
    "_RPAR": "「)」",
    "_LIST_COMMA": "「、」",
    "_COMMA": "「,」",
    "_TILDE": "「～」",
    "CLASSWISE": "区分別（規模別 など）",
    "BAR_CASE": "階級「…」",
    "BY_CLASS": "区分別の基準（規模別に 「…」 5%以上 など）",
    "_OTHERWISE": "「その他」",
    "_FORMERLY": "「前身」",
    "NEW": "「新設」",
    "MAXIMUM": "「最大」",
    "MINIMUM": "「最小」",
    "ROUND": "「四捨五入」",
    "TRUNCATE": "「切捨て」",
    "ROUND_UP": "「切上げ」",
    "RANK_OF": "「順位」",
    "MEAN": "「全国平均」",
    "MEDIAN": "「全国中央値」",
    "DEVIATION": "「全国標準偏差」",
    "PAST_FIGURE": "「前年度の上位3割に当たる値」",
    "OF_MEMBERS": "「管内平均」「管内割合」「管内件数」「管内最小」",
    "_IS": "「が」",
    "_TOP": "「上位」",
    "_AND": "「かつ」",
    "_OR": "「又は」",
    "_AMONG": "「のうち」",
    "NOT": "「でない」",
    "AT_LEAST": "「以上」",
    "AT_MOST": "「以下」",
    "MORE_THAN": "「超」",
    "LESS_THAN": "「未満」",
    "EQUAL_TO": "「と等しい」",
    "PLUS": "「＋」",
    "MINUS": "「－」",
    "TIMES": "「×」",
    "DIVIDED_BY": "「÷」",
    "ANSWER": "「該当」",
    "SCORE_OF": "「得点」",
    "PREVIOUS": "「前年度」",
    "BEYOND_YEAR": "「前年度を上回る」",
    "WHOLE": "「全体」",
    "_FROM": "「から」",
    "_EXCLUDING": "「を除く」",
    "_RULEBOOK": "「評価指標」",
    "_SAME_AS": "「に同じ」",
    "_GONE": "「削除」",
    "ANY_ONE": "「いずれか」",
    "CAP": "「上限」",
    "SUM": "「合算」",
    "REST": "「残り」",
    "_FUNDED_BY": "「財源」",
    "FRAMES_MET": "「該当枠数」",
    "KEPT": "「残す」",
    "_BORNE_BY": "「負担 他団体」",
    "OTHERS": "「他団体」",
    "_REALLOCATED": "「再配分」",
    "_REMAINDER": "「残額」",
    "LARGEST": "「最大剰余」",
    "_BY_IT": "「による」",
    "_REVISED": "「を次のように改正する」",
    "_REPLACED": "改正の言葉（を次のように改める、を削る、の次に次のように加える、の配点「2点」を「1点」に改める）",
    "_OBJECT": "「を」",
    "_AND_ALSO": "「及び」",
    "BELOW": "「の下に」",
    "VALUE_OF": "「の額「」か「の値「」",
    "PART_VALUE_OF": "「の対象「」など",
    "PART_OF": "「の対象」など",
    "AHEAD": "「の前に」",
    "FEWER": "点数と「減じて」（10点減じて など）",
    "MORE": "点数と「加えて」（10点加えて など）",
    "BECOMING": "配点（4点 など）",
    "AFTER": "「の次に次のように加える」",
    "BEFORE": "「の前に次のように加える」",
    "INSIDE": "「に次のように加える」",
    "_RENUMBERED": "「とする」",
    "_SEPARATED": "「と別に定める」",
    "_LOCAL_OF": "「の定義」",
    "ARTICLE": "第1条",
    "_SUPPLEMENT": "「附則」",
    "_THIS_REVISION": "「この改正は、」",
    "_APPLIES": "「から適用する」",
    "_INTO": "「」を「」",
    "_CHANGED": "「」に改める」",
    "_REMOVED": "「」を削る」",
    "_ADDED": "「」を加える」",
    "_AMENDED": "「に改める」",
    "_ADDING": "「を加える」",
    "_ONWARD": "「から」",
    "INSIDE_VALUE": "「の額中」か「の値中」など",
    "WHOLE_TOUCHED": "「全体」",
    "KANA_TOUCHED": "ア・イ・ウ…",
}
# What goes on in a sentence is said by how it would end one.
_GOES_ON: Final = "AND_"
# Of allocations only, and there only of the year before; other years than the last, which stand where it does; and
# と、 which goes on where とする。 ends.
UNSAID: Final = frozenset({"PAID_OF", "OF_YEAR", "AND_LIKEWISE", "_LIKEWISE"})
_MORE_PLACES: Final = frozenset({"_LIST_COMMA", "_AND_ALSO", "_DOT", "_FROM", "_ONWARD"})
# Where what an amendment is about was read, one phrase stands for all that may be done to it.
_OF_AMENDED: Final = frozenset({"_REPLACED", "_OBJECT"})
_DECLARING: Final = frozenset({"_COLON", "_EQUAL", "TEXT", "URL"})  # behind a name that is declared
_VERBS: Final = frozenset({"_REPLACED", "_DELETED", "AFTER", "BEFORE", "INSIDE"})


def describe(terminals: AbstractSet[str], *, amends: bool = True) -> str:
    """The terminals in words; all that begins a statement is said as one.

    Args:
        terminals: of the grammar.
        amends: whether the file may be a revision; in others nothing that is named at the beginning is amended.
    """
    if not amends and terminals >= _OF_AMENDED:
        terminals = terminals & _DECLARING or terminals
    starts = len(terminals & STATEMENT_STARTS) > 6
    rest = terminals - STATEMENT_STARTS if starts else terminals
    rest = frozenset(map(_as_an_end, rest))
    if "_AND_ALSO" in rest and len(rest) > 1:
        rest -= _MORE_PLACES  # which nobody misses
    if terminals >= _OF_AMENDED:
        rest = frozenset({"_REPLACED"})
    elif rest - _VERBS:
        rest -= _VERBS  # amending what is being declared is the least likely thing meant
    elif rest & _VERBS:
        rest = (rest - _VERBS) | {"_REPLACED"}
    words = [word for terminal, word in _WORDS.items() if terminal in rest]
    words += [phrase for terminal in sorted(rest - _WORDS.keys() - UNSAID) if (phrase := phrase_of(terminal))]
    if starts:
        words.append("次の見出しや宣言")
    return "、".join(words) or "ファイルの終わり"


def _as_an_end(terminal: str) -> str:
    """The terminal that ends a sentence with the verb of one that goes on."""
    verb = terminal.removeprefix(_GOES_ON)
    return terminal if verb == terminal else verb if verb in _WORDS else f"_{verb}"


@cache
def phrase_of(terminal: str) -> str | None:
    """A terminal as it is written, in quotes, read off the grammar; None where it has no fixed form.

    For those that have no words here: what nobody thought of is said all the same.
    """
    patterns = {known.name: known.pattern.to_regexp() for known in load_parser().terminals}
    plain = re.sub(r"\(\?!.*|\[ \\t\\r\\n\]\*|\[ \t\r\n\]\*|。\?|^\(\?:", "", patterns.get(terminal, ""))
    return f"「{plain}」" if plain and not re.search(r"[\\\[\](){}|*+?^$]", plain) else None
