"""What could stand at a place, in words: terminals of the grammar → Japanese, for the parser's messages."""

from collections.abc import Set as AbstractSet
from typing import Final

_STATEMENT_STARTS: Final = frozenset(
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
        "PATH",
        "WHOLE",
        "$END",
    ]
)
_WORDS: Final = {
    "NAME": "名前",
    "PATH": "項目（推進.Ⅰ など）",
    "KANA": "ア・イ・ウ…",
    "CIRCLED": "①・②・③…",
    "ROMAN": "Ⅰ・Ⅱ・Ⅲ…",
    "PAREN_ROMAN": "(ⅰ)・(ⅱ)",
    "INTEGER": "整数",
    "QUANTITY": "数（50人、5% など）",
    "TEXT": "文「…」",
    "CITATION": "出典〔…〕",
    "POINTS": "配点（4点 など）",
    "UNIT": "単位（人、%、該当 など）",
    "URL": "URL",
    "YEAR": "年度（令和6年度 など）",
    "SCOPE": "「市町村」か「都道府県」",
    "COUNT": "数（2つ など）",
    "STEP": "段（7割、10%、3位）",
    "DECIMALS": "小数2桁 など",
    "TIMING_VALUE": "時点（当年度の取組 など）",
    "LOWER_IS_BETTER": "「小さいほど良い」",
    "_EQUAL": "「=」",
    "_COLON": "「:」",
    "_LPAR": "「(」",
    "_RPAR": "「)」",
    "_LIST_COMMA": "「、」",
    "_COMMA": "「,」",
    "_TILDE": "「～」",
    "CLASSWISE": "区分別（規模別 など）",
    "_OTHERWISE": "「その他」",
    "_FORMERLY": "「前身」",
    "NEW": "「新設」",
    "MAXIMUM": "「最大」",
    "MINIMUM": "「最小」",
    "ROUND": "「四捨五入」",
    "TRUNCATE": "「切捨て」",
    "RANK_OF": "「順位」",
    "MEAN": "「全国平均」",
    "MEDIAN": "「全国中央値」",
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
    "WHOLE": "「全体」",
    "_FROM": "「から」",
    "_EXCLUDING": "「を除く」",
    "_RULEBOOK": "「評価指標」",
    "_SAME_AS": "「に同じ」",
    "ANY_ONE": "「いずれか」",
    "CAP": "「上限」",
    "SUM": "「合算」",
    "_REVISED": "「を次のように改正する」",
    "_REPLACED": "改正の言葉（を次のように改める、を削る、の次に次のように加える、の配点「2点」を「1点」に改める）",
    "_OBJECT": "「を」",
    "_AND_RENUMBERED": "「とし、」",
    "_RENUMBERED": "「とする」",
    "_INTO": "「」を「」",
    "_CHANGED": "「」に改める」",
    "_REMOVED": "「」を削る」",
    "_ADDED": "「」を加える」",
    "_AMENDED": "「に改める」",
    "_ADDING": "「を加える」",
}
_VERBS: Final = frozenset({"_REPLACED", "_OBJECT"})  # where an amendment's target was read, one phrase stands for all


def describe(terminals: AbstractSet[str]) -> str:
    """The terminals in words; all that begins a statement is said as one."""
    if terminals >= _VERBS:
        terminals = frozenset({"_REPLACED"})
    elif len(terminals & _WORDS.keys()) > 1:
        terminals -= {"_REPLACED"}  # amending what is being declared is the least likely thing meant
    starts = len(terminals & _STATEMENT_STARTS) > 6
    rest = terminals - _STATEMENT_STARTS if starts else terminals
    words = [word for terminal, word in _WORDS.items() if terminal in rest]
    if starts:
        words.append("次の見出しや宣言")
    return "、".join(words) or "ファイルの終わり"
