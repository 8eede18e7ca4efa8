"""Sentences of a revision that officials write and this language does not read: what to write instead.

What does not parse is held against forms of amending ordinances (改め文), so that the message names the words that do
not fit, and not the token at which a parser happens to stop.
"""

from typing import Final

from haiten.compiler.folding.paths import BRANCHES
from haiten.compiler.late import frozen
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Anchor, Source, Span
from haiten.compiler.syntax.labels import CIRCLED_SIGN

# A file is a revision of a rulebook where this stands in it, and one of either kind where the other does.
_REVISES: Final = late_pattern(r"評価指標\s*(?:の一部)?を次の(?:ように|とおり|通り|様に)改正する")
_AMENDED: Final = late_pattern(r"(?:評価指標|配分)\s*(?:の一部)?を次の(?:ように|とおり|通り|様に)改正する")
_AMENDS: Final = late_pattern(
    "改[めた正定訂]|修正|替え|繰り?[上下]げ|直す|移[すし動]|削[るりれ除]|加え|とする|とし[、。]|減じ|増し|増やし|追加|→|⇒|->|変更|施行|適用|附則"
)
_LABEL: Final = rf"(?:(?:\([ⅰ-ⅻ]\)|[0-9]+|[ア-ン]|{CIRCLED_SIGN}|[Ⅰ-Ⅻ]){BRANCHES})"
# A heading that is written as a path, where there is a new text and no word of an amendment.
_HEADED: Final = late_pattern(rf"^\s*[^\s「」]+\.{_LABEL}\s*「")
_SIGN: Final = r"[^\s「」〔〕。、〜]+"
# One place, or several: these begin with one that is written from above, so that a word before 、 is none of them.
_PATH: Final = (
    rf"(?P<path>[^\s「」〔〕。、〜]+\.{_LABEL}(?:\s*(?:〜|、|及び|並びに|から)\s*(?:\S*?\.)?{_LABEL}(?:\s*まで)?)+"
    rf"|(?:(?:定数|予算|配分|限度)\s+)?{_SIGN})"
)
# A path as documents cite it, from the 交付金 to a 目標 and on: with other signs between its labels, or none.
_PROPER: Final = rf"[^\s.「」Ⅰ-Ⅻ]+(?:\.{_LABEL})+"
_STEP: Final = rf"(?:指標群?|細?項目)?(?:\([^\s()]{{1,3}}\)|[⑴-⑿]|{_LABEL})"
_BEHIND: Final = r"\s*(?:を|の|に|中|、|〜|及び|並びに|から|$)"
_PARTS: Final = "配点|方式|要件|定義|時点|未公表|文|留意|値|額"
_POINTS: Final = "「{path} の配点「今の配点」を「新しい配点〔出典〕」に改める。」"


@frozen
class Slip:
    """Words that do not fit, and what can be written in the place of the sentence."""

    span: Span
    words: str
    instead: str


# The first that fits: the words in question are in the group ``slip``; the others fill what is written instead.
_FORMS: Final = tuple(
    (late_pattern(pattern), instead)
    for pattern, instead in (
        (
            rf"^\s*(?!{_PROPER}(?:{_BEHIND}|\s*[,－]\s*(?:\S+\.)?[ア-ン①-⑳]|(?<=[ア-ン])－[0-9]))(?P<slip>[^\s「」〔〕.、。・,〜－Ⅰ-Ⅻ]+?\s*[.・,－]?\s*(?:目標)?[Ⅰ-Ⅻ]"
            rf"(?:\s*[.・,－]?\s*{_STEP})*)(?={_BEHIND})",
            "項目は「推進.Ⅰ.(ⅰ).1.ア」のように、見出しだけを「.」でつないで書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>中\s*(?P<label>{_LABEL}))",
            "「中」の後には、引用した字を書きます。項目は「{path}.{label}」のように、上から書きます。",
        ),
        (
            r"。\s*(?P<slip>(?:ただし|但し)、?)",
            "ただし書きは書けません。改める項目だけを並べて書きます。",
        ),
        (
            r"^\s*題名\s*(?P<slip>を|の|中)",
            "題名を変えるには「題名 「新しい題名」」と書きます。",
        ),
        (
            r"^\s*(?P<slip>(?P<path>[^\s「」.、]+?)の(?P<part>配点|方式|要件|時点|文))\s*「",
            "名前の後に空白を入れます（「{path} の{part}「…」を「…」に改める。」）。",
        ),
        (
            r"^\s*(?P<kind>事実|区分|定数)\s+(?P<old>\S+)\s*(?P<slip>の(?:単位|説明|範囲|上限|下限|小数|桁))",
            "「{kind} {old} を次のように改める。」と書き、新しい宣言をその後に続けます（説明の字だけなら"
            "「{kind} {old} 中「…」を「…」に改める。」）。",
        ),
        (
            r"(?P<slip>(?:[0-9一]つ?ずつ)?\s*繰り?[上下]げ[るり]?)",
            "番号は、前と後の番号で「推進.Ⅰ.(ⅰ).1.イ〜エ を 推進.Ⅰ.(ⅰ).1.ア〜ウ とする。」のように動かします。",
        ),
        (
            rf"{_PATH}\s*中\s*(?P<slip>、)",
            "「中」の後の「、」は要りません（「{path} 中「…」を「…」に改める。」）。",
        ),
        (
            rf"{_PATH}\s*の(?P<where>次|前)に(?P<slip>、)\s*次の",
            "「の{where}に」の後の「、」は要りません（「{path} の{where}に次のように加える。」）。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の(?:後ろ?|あと|下|直後)に)\s*、?次の",
            "「{path} の次に次のように加える。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の(?:末尾|最後|終わり)に)\s*、?次の",
            "その下の最後に加えるときは「{path} に次のように加える。」と書きます。",
        ),
        (
            rf"(?P<path>\S*?\.{_LABEL})\s*に(?P<slip>次の(?:目標|指標群?|項目|細項目)を加える)",
            "「{path} に次のように加える。」と書き、加える項目をその後に続けます。",
        ),
        (r"^\s*(?P<slip>附則)\s*$", "附則の次に「この改正は、令和7年度から適用する。」のように書きます。"),
        (
            r"(?P<slip>(?:[一-鿿]{2}[0-9元]+年(?:[0-9]+月)?(?:[0-9]+日)?|\S{2}の日)から)(?:施行|適用)する",
            "適用する年度を「この改正は、令和7年度から適用する。」のように書きます。",
        ),
        (
            r"^\s*(?P<slip>第[0-9一二三四五六七八九十]+条(?:の[0-9]+)*)\s+[^「\s]",
            "「{slip}」は1行にそれだけを書き（「{slip} 「見出し」」も書けます）、改正文は次の行から書きます。",
        ),
        (
            rf"(?P<path>[^\s「」。、]*?\.{_LABEL})(?P<slip>及び|並びに|から)(?=\s*\S)",
            "項目を並べる言葉の前後に、空白を入れます（「{path} {slip} …」）。",
        ),
        (
            rf"から\s*(?P<last>{_LABEL})(?P<slip>まで)",
            "項目と「まで」の間に、空白を入れます（「から {last} まで」）。",
        ),
        (
            rf"{_PATH}\s*(?:の(?:{_PARTS})|中)\s*(?P<slip>[『\"“”‘’'〝])",
            "引用には「」を使います（「{path} の配点「4点」を「3点」に改める。」など）。",
        ),
        (
            rf"の(?:{_PARTS})\s*(?:「[^「」]*」を)?\s*(?P<slip>「[^「」]*?)(?:を\s*「|に改め|を削|を加え)",
            "引用の終わりに 」 を付けてください（{slip}」）。",
        ),
        (r"、\s*(?P<slip>及び|並びに)", "「{slip}」の前の「、」は要りません（「ア 及び イ」「ア、イ 及び ウ」）。"),
        (
            rf"(?:」(?:〔[^〕]*〕)*|{_LABEL})\s*(?P<slip>を削り|に改め|を加え|とし)(?=[\s「])",
            "文を続けるときは、後に「、」を書きます（「{slip}、」）。",
        ),
        (
            rf"(?:」(?:〔[^〕]*〕)*|{_LABEL})\s*(?P<slip>を削り|に改め|を加え|とし)\s*(?:。|$)",
            "終えるなら「を削る。」「に改める。」「を加える。」「とする。」、続けるなら「{slip}、」と書いて次の改正文を続けます。",
        ),
        (
            rf"(?:」(?:〔[^〕]*〕)*|{_LABEL})\s*(?P<slip>を削る|に改める|を加える|とする)、",
            "続けるなら「を削り、」「に改め、」「を加え、」「とし、」、終えるなら「{slip}。」と書きます。",
        ),
        (
            rf"(?P<path>\S*?\.{_LABEL})\s*(?P<slip>,)\s*(?={_LABEL}|\S+\.{_LABEL})",
            "項目は「、」で並べます（「{path} 及び …」、3つ以上なら「{path}、… 及び …」）。",
        ),
        (
            rf"(?P<path>\S*?\.{_LABEL})\s*(?P<slip>[－ー―–-])\s*(?P<last>[ア-ン①-⑳Ⅰ-Ⅻ]|\([ⅰ-ⅻ]\))\s*(?:を|の|に|中|$)",
            "範囲は「{path}〜{last}」か「{path} から {last} まで」と書きます。",
        ),
        (
            rf"(?:改め|削り|加え|とし|に)、\s*(?P<slip>{_LABEL})\s*(?:を|の|に|中)",
            "文の続きでは、「同.{slip}」（前の項目と親が同じもの）か、「推進.Ⅰ.(ⅰ).1.ア」のように上から書きます。",
        ),
        (r"(?P<before>\.)(?P<slip>[ⅰ-ⅻ])(?=[.\s])", "指標群の番号は「({slip})」のように、かっこを付けて書きます。"),
        (
            rf"(?P<slip>[一-鿿]{{2}}[0-9元]+年度(?:から|より|以後|以降)、?)\s*{_PATH}?",
            "改正文に施行の年度は書けません。その年度の評価指標の改正として、別のファイルに書きます。",
        ),
        (
            r"^\s*全体\s*(?P<slip>(?:を|の(?!出典|要件)|に)\s*[^\s「。]*)",
            "「全体」に続けられるのは「全体 の出典〔…〕を〔…〕に改める。」「全体 中「…」を「…」〔出典〕に改める。」"
            "「全体 の要件中「…」を「…」に改める。」です。ほかは項目ごとに書きます。",
        ),
        (
            r"^\s*出典\s+(?P<old>\S+)\s*(?P<slip>を\s*(?P<new>[^\s。]+)\s*とする)",
            "出典の名前は変えられません。「出典 {new} …」を加え、「全体 の出典〔{old}〕を〔{new}〕に改める。」と"
            "します。",
        ),
        (
            r"^\s*(?P<kind>事実|区分|定数)\s+(?P<old>[^\s を]+)(?P<slip>を)\s*(?P<new>[^\s。]+?)\s*とする",
            "名前と「を」「とする」の間に、空白を入れます（「{kind} {old} を {new} とする。」）。",
        ),
        (
            r"^\s*(?P<kind>事実|区分|定数)\s+(?P<old>\S+)\s*(?P<slip>を\s*(?:事実|区分|定数)\s+(?P<new>[^\s。]+))\s*とする",
            "新しい名前だけを書きます（「{kind} {old} を {new} とする。」）。",
        ),
        (
            rf"{_PATH}\s*の(?P<slip>局所名)\s*(?P<old>\S+)\s*を\s*(?P<new>[^\s。]+)\s*とする",
            "局所名の名前は「{path} の定義 {old} を {new} とする。」と書きます。",
        ),
        (
            rf"{_PATH}\s*の定義(?P<slip>「(?P<old>[^」=]+)」を「(?P<new>[^」=]+)」)\s*とする",
            "局所名の名前は「{path} の定義 {old} を {new} とする。」と書きます。",
        ),
        (
            rf"{_PATH}\s*の文(?P<slip>中)",
            "「の文」は要りません。「{path} 中「…」を「…」〔出典〕に改める。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の中)\s*「",
            "「の」は要りません。「{path} 中「…」を「…」〔出典〕に改める。」と書きます。",
        ),
        (
            rf"{_PATH}\s*中.*」\s*(?P<slip>の(?:後|あと|直後)に)",
            "「の下に」と書きます（「{path} 中「…」の下に「…」〔出典〕を加える。」）。",
        ),
        (
            rf"{_PATH}\s*中.*」(?:〔[^〕]*〕)*(?P<slip>と(?:改める|する))",
            "「と」でなく「に」として、「{path} 中「…」を「…」に改める。」と書きます。",
        ),
        (
            rf"(?<![^\s、を])(?P<slip>同(?P<label>{_LABEL}))\s*(?:を|の|に|中|と)",
            "「同.{label}」のように、「同」と見出しを「.」でつなぎます。",
        ),
        (
            r"(?P<slip>(?<![^\s、])同(?:じく|表|項|指標|目標)\S*)\s*(?:を|の|に|中)",
            "「同」の後に書けるのは「同.カ」のような見出しです。ほかは「推進.Ⅰ.(ⅰ).1.ア」のように、上から書きます。",
        ),
        (
            rf"(?P<path>\S*\.{_LABEL})(?P<slip>[－ー][0-9]+|\s+の[0-9]+)(?=\s|を|の|と|$)",
            "枝番号は「{path}の2」のように、「の」と算用数字で書きます。",
        ),
        (
            rf"(?P<path>\S*\.{_LABEL})\s*(?P<slip>から\s*(?P<last>{_LABEL}))\s*(?:を|の|に|中)",
            "「{path} から {last} まで」か「{path}〜{last}」と書きます。",
        ),
        (
            rf"(?P<path>\S*\.{_LABEL})\s*(?P<slip>又は|と、?)\s*\S+\s*(?:を|の|に|中)",
            "項目を並べるときは「{path} 及び …」、3つ以上なら「{path}、… 及び …」と書きます。",
        ),
        (
            rf"{_PATH}\s*の(?:次|前)に(?P<slip>次の(?:[一二三四五六七八九0-9]+)?\s*(?:目標|指標群?|項目|細項目|[^\s]*?)を加える)",
            "「{path} の次に次のように加える。」か、数と種類（目標、指標群、指標、項目、細項目）を入れて"
            "「{path} の次に次の一項目を加える。」と書き、加える項目をその後に続けます。",
        ),
        (
            rf"{_PATH}\s*の(?P<where>次|前)に(?P<slip>次を(?:加える|追加する))",
            "「{path} の{where}に次のように加える。」と書き、加える項目をその後に続けます。",
        ),
        (
            rf"{_PATH}\s*の(?P<where>次|前)に(?P<slip>[一二三四五六七八九十0-9]+(?:つの)?(?:目標|指標群?|項目|細項目)を加える)",
            "「次の」を入れて「{path} の{where}に次の{slip}。」と書き、加える項目をその後に続けます。",
        ),
        (
            rf"{_PATH}\s*の配点(?P<slip>を?\s*[^「」\n]*?(?:減じ|減らし|増し|増やし|加え|引き上げ|引き下げ)\S*)",
            "新しい配点も書きます（" + _POINTS + "か「{path} の配点を10点減じて26点〔出典〕とする。」）。",
        ),
        (
            rf"{_PATH}\s*の配点\s*(?P<slip>(?P<old>[0-9,]+点)\s*(?:→|⇒|->|から|を)\s*(?P<new>[0-9,]+点))",
            "「{path} の配点「{old}」を「{new}〔出典〕」に改める。」と書きます。",
        ),
        (r"(?P<slip>→|⇒|->)", "矢印は使えません。「…「今のもの」を「新しいもの」に改める。」と書きます。"),
        (
            rf"{_PATH}\s*の(?P<part>{_PARTS})(?P<slip>を\s*「(?P<old>[^」]*)」から\s*「(?P<new>[^」]*)」)",
            "「{path} の{part}「{old}」を「{new}」に改める。」と書きます。",
        ),
        (
            rf"{_PATH}\s*の(?P<part>{_PARTS})(?P<slip>を\s*(?P<new>[^「」\n。、]+?))\s*(?:[にへ](?:改め|変更|する)|とする|とし、)",
            "今の{part}も引用して、「{path} の{part}「今の{part}」を「{new}」に改める。」と書きます。",
        ),
        (
            rf"{_PATH}\s*の(?P<part>{_PARTS})(?P<slip>を)\s*「(?P<new>[^」]*)」",
            "今の{part}も引用して、「{path} の{part}「今の{part}」を「{new}」に改める。」と書きます。",
        ),
        (
            rf"{_PATH}\s*の(?P<part>配点|要件|定義|未公表|値|額)\s*「.*」\s*(?P<slip>〔[^〕]*〕)+\s*(?:に改める|を加える)",
            "{part}の出典は「」の中に書きます（「…{slip}」に改める）。",
        ),
        (r"「(?P<slip>上限(?P<points>[0-9,]+点))", "「上限 {points}」のように、間に空白を入れます。"),
        (
            rf"{_PATH}\s*(?P<slip>の(?:文末|末尾|最後|終わり)に)\s*「",
            "「{path} 中「終わりの字」の下に「…」〔出典〕を加える。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の(?:文頭|冒頭|先頭|最初|[初始]めに?)に)\s*「",
            "「{path} 中「始めの字」の前に「…」〔出典〕を加える。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の)\s*「[^」]*」",
            "一部なら「{path} 中「…」を「…」〔出典〕に改める。」、全部なら「{path} の文「…」を「…」"
            "〔出典〕に改める。」と書きます。",
        ),
        (
            r"」(?:〔[^〕]*〕)*\s*(?P<slip>に(?:変更|改正|改定|修正|訂正|読み替え|変え|直|する)[^\s。、]*|へ[^\s。、]+|とする)",
            "「…「今のもの」を「新しいもの」に改める。」と書きます。",
        ),
        (
            r"」(?:〔[^〕]*〕)*\s*(?P<slip>とし)、",
            "「…「今のもの」を「新しいもの」に改め、」と書いて続けます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>を)\s*「(?P<new>[^」]*)」",
            "何を改めるのかを書きます（「{path} の文「今の文」を「{new}」〔出典〕に改める。」、一部なら"
            "「{path} 中「…」を「…」〔出典〕に改める。」）。",
        ),
        (
            rf"(?P<path>\S*?\.{_LABEL})\s*を\s*(?P<slip>{_LABEL})\s*(?:とする|とし、)",
            "動かす先は、同じ項目の下なら「{path} を 同.{slip} とする。」、ほかは上から書きます。",
        ),
        (
            rf"{_PATH}\s*を\s*(?P<new>(?!次の)\S+?)\s*(?P<slip>[にへ](?:改める|変更する|する|移す|移動する))",
            "番号を変えるときは「{path} を {new} とする。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>を(?:削除する|廃止する|削除))",
            "「{path} を削る。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?:の(?:次|前)に|に)(?P<slip>次の[^。\s]*追加する|追加する)",
            "「{path} の次に次のように加える。」と書きます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>の(?:全部|全体|全文))を?\s*次の",
            "全部を改めるときは「{path} を次のように改める。」と書き、新しいものをその後に続けます。",
        ),
        (
            rf"{_PATH}\s*(?P<slip>を次の(?:ように|とおり|様に|通り)(?:改正|変更|修正)する)",
            "「{path} を次のように改める。」と書き、新しいものをその後に続けます。",
        ),
        (
            r"(?:を|に)(?P<slip>次の(?:ように|とおり|様に|通り)(?:改める|加える))",
            "「{slip}。」の後には、見出しから書きます（「ア 「…」〔出典〕 4点〔出典〕」など）。",
        ),
        (
            rf"^\s*(?P<slip>{_SIGN}\.(?P<label>{_LABEL}))\s*「[^」]*」\s*(?![をにの])",
            "加えるものや代わりのものは、見出しだけで始めます（「{label} 「…」 4点」）。改めるときは"
            "「{slip} を次のように改める。」の後に書きます。",
        ),
    )
)


def revises(text: str) -> bool:
    """Whether the folded text of a file is that of a revision."""
    return _REVISES.search(text) is not None


def amendment_slip(source: Source | Anchor, text: str, at: int) -> Slip | None:
    """What is wrong with the sentence around a place at which reading stopped; None where it is no known form.

    Args:
        source: the file, or what spans count from in it.
        text: its folded text, of the same length.
        at: an offset in the line in question.
    """
    if not _AMENDED.search(text):
        return None
    start = text.rfind("\n", 0, at) + 1
    line = text[start : end if (end := text.find("\n", at)) >= 0 else len(text)]
    if not (_AMENDS.search(line) or _HEADED.search(line)) or _AMENDED.search(line):
        return None
    for form, instead in _FORMS:
        if (found := form.search(line)) is not None:
            said = {name: value or "" for name, value in found.groupdict().items()}
            span = Span(source, start + found.start("slip"), start + found.end("slip"))
            return Slip(span, said["slip"], instead.format_map(said))
    return None
