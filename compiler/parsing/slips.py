"""What authors write in the place of what the language asks for: rules from a slip to what was most likely meant.

A rule is only a guess; ``repair.py`` holds each to the grammar, and keeps those that make the statement read.
Rules are tried in the order in which they stand here. One that is *sure* leaves nothing else to be meant: the parser
rejects the slip in every place, and what it is turned into is its only reading.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from haiten.compiler.folding.lookalikes import label_meant
from haiten.compiler.folding.paths import BRANCHES
from haiten.compiler.late import frozen
from haiten.compiler.patterns import late_pattern
from haiten.compiler.syntax.labels import CIRCLED, CIRCLED_SIGN, KANA, ROMANS, SMALL_ROMANS


@frozen
class Guess:
    """A change of a text, by offsets.

    Attributes:
        sure: nothing else can be meant.
        only: nothing else, unless another guess fits as well.
    """

    start: int
    end: int
    text: str
    sure: bool = True
    only: bool = False


# Words, longest first where one begins another. Right → what is written instead.
_WORDS: Final[dict[str, str]] = {
    "以上": "以上である 以上の場合 以上のもの いじょう 以上以上 巳上 己上",
    "未満": "より小さい より少ない より低い を下回る 下回る 未滿 末満 みまん 未満である 未満未満 に満たない",
    "超": "より大きい より多い より高い を超える場合 を超える を超え を上回る 上回る 超える 超過 超え 超である",
    "以下": "以下である 以下の場合 以下のもの いか 以下以下",
    "と等しい": "に等しい と一致する と一致 に一致する と同一 と同じ と同数 とひとしい である 等しい",
    "かつ": "及び 並びに および ならびに 且つ 且 かっ ｶﾂ && & ＆ AND and",
    "又は": "若しくは もしくは または あるいは 或いは 又わ 叉は 亦は 又 OR or || |",
    "でない": "ではない じゃない で無い でなし に非ず 以外である",
    "のうち": "の内 の中で の中 のなかで のなか のうちで の間で",
    "に同じ": "と同様 と同じ に同様 に同一 に同し にに同じ に準じる 同様 同じ と同一",
    "いずれか": "いずれか一つ いずれか1つ いずれかひとつ いずれかの 何れか いづれか どれか 択一",
    "上限": "上限は 最高 限度額",
    "要件": "必要条件 条件 用件 要求 要請 ようけん 耍件 要件は",
    "指標群": "指標グループ 指標郡 指標軍 指標群は 指標集 指票群 指漂群",
    "指標": "指票 指漂 指標値 指標項目 しひょう 指標は",
    "目標": "目的 目票 目漂 目標値 もくひょう",
    "交付金": "交附金 公布金 補助金 助成金 交付",
    "別枠": "別わく 別粋 別組",
    "留意": "留意事項 留意点 注意点 注意 備考 注",
    "時点": "評価時点 基準時点 時期 時點 じてん",
    "題名": "標題 表題 題目 タイトル 題",
    "出典": "出展 出處 出所 典拠 資料 引用 出点",
    "事実": "データ 変数 真実 事実値 指標値",
    "区分": "区別 分類 区部 階級",
    "言語": "言語版 げんご 言葉 version",
    "未公表": "非公表 未公開 未発表 公表前",
    "新設": "新規 新説 新設置",
    "引継ぎ": "引き継ぎ 引き継 引継き 引継",
    "前年度": "昨年度 昨年 前年 前の年度 先年度",
    "上位": "トップ 上から 上位から",
    "全国平均": "全国の平均 全国平均値 平均値 平均",
    "全国中央値": "全国の中央値 中央値",
    "全国標準偏差": "全国の標準偏差 標準偏差",
    "切捨て": "切り捨て 切捨 切り捨",
    "切上げ": "切り上げ 切上 切り上",
    "四捨五入": "四捨五人 四拾五入",
    "最大": "最大値",
    "最小": "最小値 最少",
    "得点": "得点数 評価点数 点数 得點",
    "順位": "順番 ランク",
    "全体": "全部 全て すべて",
    "を除く": "を除いた を除外 をのぞく 以外",
    "小さいほど良い": (
        "小さいほうが良い 小さい方が良い 小さいほどよい 小さい程良い 少ないほど良い 低いほど良い 小さいほど"
    ),
    "その他": "そのほか 其の他 上記以外 左記以外 それ以外",
    "評価指標": "評価指票 評価基準 評価指数",
    "市町村": "市区町村 市町村分 市町",
    "都道府県": "都道府県分 府県 県",
    "按分": "案分 按文 比例配分",
    "内訳": "内分け うちわけ 内訳け",
    "定数": "係数 常数 定數",
    "予算": "予算額 予算枠",
    "端数": "端數 はすう",
    "不用額": "不要額 不用 残余",
    "財源": "財原 原資",
    "均等": "等分 均一",
    "残り": "残額 のこり 残余",
    "限度": "限度額 上限額",
    "対象": "対照 対称",
    "激変緩和": "激変緩和措置 激減緩和",
}
_SLIPS: Final = {slip: right for right, slips in _WORDS.items() for slip in slips.split()}
_SLIP: Final = late_pattern("|".join(re.escape(slip) for slip in sorted(_SLIPS, key=len, reverse=True)))

_KANJI: Final = {"〇": 0, "零": 0} | {sign: value for value, sign in enumerate("一二三四五六七八九", 1)}
_HIRAGANA: Final = {chr(ord(kana) - 0x60): kana for kana in KANA}
_ASCII_ROMANS: Final = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_OTHER_CIRCLED: Final = ("❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴", "⓵⓶⓷⓸⓹⓺⓻⓼⓽⓾", "➀➁➂➃➄➅➆➇➈➉", "➊➋➌➍➎➏➐➑➒➓")
_BRACKETED: Final = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿"
_CIRCLED_KANA: Final = "㋐㋑㋒㋓㋔㋕㋖㋗㋘㋙㋚㋛㋜㋝㋞㋟㋠㋡㋢㋣"
_FIRST_YEARS: Final = {"令和": 2018, "平成": 1988}
_ERAS: Final = {"R": "令和", "r": "令和", "Ｒ": "令和", "令": "令和", "H": "平成"}
_OPEN, _SHUT = r"[〔\[［(【{｛〈《<]", r"[〕\]］)】}｝〉》>]"
_WORD = r"(?:[^\W\d①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ])(?:[^\W①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ・])*"
_HEADS: Final = "交付金|別枠|目標|指標群|指標"
_KEYWORDS: Final = f"{_HEADS}|言語|起点|題名|出典|事実|区分|要件|時点|留意|未公表|引継ぎ|定数|予算|配分|限度|端数"
_TEXTS: Final = late_pattern(r"「(?:[^「」\n]|「[^「」\n]*」)*」|『[^『』\n]*』|〔[^〔〕\n]*〕")


def number_in_kanji(text: str) -> int | None:
    """The number of ``十二``; None where it is none below a hundred."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_KANJI.get(tens, 1) * 10 if ten else 0) + (_KANJI.get(ones, 0))


def _kanji_to_digits(found: re.Match[str]) -> str | None:
    """十万人 as 10万人, 二千五百円 as 2500円; None where the kanji are no number."""
    written = ""
    for run, large in re.findall("([^万億兆]*)([万億兆]|$)", found[1]):
        number = _below_ten_thousand(run) if run else 0
        if number is None or (large and not run):
            return None
        written += f"{number}{large}" if run else ""
    return written + found[2] if written else None


def _below_ten_thousand(kanji: str) -> int | None:
    total, rest = 0, kanji
    for sign, worth in (("千", 1000), ("百", 100), ("十", 10)):
        before, found, after = rest.partition(sign)
        if found:
            if len(before) > 1:
                return None
            total, rest = total + _KANJI.get(before, 1) * worth, after
    return total + _KANJI.get(rest, 0) if len(rest) <= 1 else None


def _era_year(found: re.Match[str]) -> str | None:
    era, number = _ERAS.get(found["era"], found["era"]), found["number"]
    value = number if number.isdecimal() or number == "元" else number_in_kanji(number)
    written = f"{era}{value}年度"
    return None if value is None or written == found[0] else written


def _western_year(found: re.Match[str]) -> str | None:
    year = int(found[1]) - _FIRST_YEARS["令和"]
    return f"令和{year}年度" if year > 0 else None


def _path(found: re.Match[str]) -> str | None:
    parts = [part for part in found.groups() if part]
    written = ".".join(parts)
    return written if len(parts) > 1 and written != found[0] else None


def _digits(found: re.Match[str]) -> str:
    return f"{int(re.sub('[^0-9]', '', found[1])):,}{found[2]}"


_IS_FIGURE = r"\s*が\s+(全国平均|全国中央値)"
_BEYOND = r"(?:を\s*(?:上回(?:る|って(?:いる)?)|超え(?:る|ている|て)?|超過)|より\s*(?:も\s*)?(?:高い|多い|大きい))"
_BELOW = r"(?:を\s*下回(?:る|って(?:いる)?)|より\s*(?:も\s*)?(?:低い|少ない|小さい))"
_SEPARATOR = r"[ 　]*[・.。｡,、;:/→>＞_‐－-]?[ 　]*"
_RULES: Final[list[tuple[str, str | Callable[[re.Match[str]], str | None], bool]]] = [
    (r"(?<=[」〕\s])\(([0-9][0-9,]*点)\)", r"\1", True),
    (r"(かつ|又は|のうち|以上|以下)[ \t]*[、,][ \t]*", r"\1 ", True),
    (
        rf"(?m)(^[ \t]*(?:(?:{_HEADS})[ \t]+\S+|(?:[ア-ン]|{CIRCLED_SIGN}){BRANCHES})[ \t]*)"
        r"[【\[［(\"“｢]([^「」【】\[\]［］()\"“”｢｣\n]+)[】\]］)\"”｣](?=[ \t]*〔)",
        r"\1「\2」",
        True,
    ),
    # Brackets: of sources behind a text or points, of texts behind a label.
    (rf"(?<=[」〕点])\s*{_OPEN}\s*([^〔〕\[\]［］()【】「」{{}}｛｝\n]+?)\s*{_SHUT}", r"〔\1〕", True),
    (rf"(?<=\s)[〔\[［【]\s*([^〔〕\[\]［］()【】「」{{}}｛｝\n]+?)\s*{_SHUT}", r"〔\1〕", True),
    (r"〔([^〔〕「」\s]+(?: p\.[0-9]+)?)(?=\s|$)", r"〔\1〕", True),
    (r"(?<=」)([^\s〔〕「」]+(?: p\.[0-9]+)?)〕", r"〔\1〕", True),
    (r"〔〔+([^〔〕]*)〕〕+", r"〔\1〕", True),
    (
        r"[｢\"“”〝'‘’〈《＜<\[［【(]([^｢｣「」\"“”〝〟'‘’〈〉《》<>\[\]［］【】()〔〕\n]+)[｣\"“”〟'‘’〉》＞>\]］】)]",
        r"「\1」",
        True,
    ),
    (r"(?<=時点)\s*「([^「」\s]*)」", r" \1", True),
    (
        rf"(?m)(^[ \t]*(?:題名|留意|(?:出典|事実)[ \t]+{_WORD}(?:[ \t]*:[^「\n]*)?)[ \t]+)"
        r"(?!を\s)([^\s「『〔」][^「」〔〕\n]*?)」?(?=[ \t]*(?:〔|$))",
        r"\1「\2」",
        True,
    ),
    (
        rf"(?m)(^[ \t]*(?:(?:{_HEADS})[ \t]+\S+|(?:[ア-ン]|{CIRCLED_SIGN}){BRANCHES})[ \t]+)"
        r"([^\s「『〔」0-9][^「」〔〕\n]*?)(?:\n([^「」〔〕\n]*))?」?(?=[ \t]*〔)",
        r"\1「\2\3」",
        True,
    ),
    # Signs of comparison.
    (r"\s*が?\s*(?:>=|≧|≥|⩾|=>)\s*(－?[0-9][^\s()〔〕「」]*)", r" が \1以上", True),
    (r"\s*が?\s*(?:<=|≦|≤|⩽|=<)\s*(－?[0-9][^\s()〔〕「」]*)", r" が \1以下", True),
    (r"\s*が?\s*(?:>|＞)\s*(－?[0-9][^\s()〔〕「」]*)", r" が \1超", True),
    (r"\s*が?\s*(?:<|＜)\s*(－?[0-9][^\s()〔〕「」]*)", r" が \1未満", True),
    (r"\s*が?\s*={1,3}\s*(－?[0-9][^\s()〔〕「」]*)", r" が \1と等しい", True),
    (r"\s*が?\s*(?:>=|≧|≥|⩾|=>)\s*(\S+(?:\([^()]*\))?)", r" が \1 以上", True),
    (r"\s*が?\s*(?:<=|≦|≤|⩽|=<)\s*(\S+(?:\([^()]*\))?)", r" が \1 以下", True),
    (r"\s*が?\s*(?:>|＞)\s*(\S+(?:\([^()]*\))?)", r" が \1 超", True),
    (r"\s*が?\s*(?:<|＜)\s*(\S+(?:\([^()]*\))?)", r" が \1 未満", True),
    (r"\s*が?\s*={1,3}\s*(\S+\([^()]*\))", r" が \1 と等しい", True),
    (rf"(?<=が)\s*({_WORD}?)(?:別の?|ごとに?|毎に?)\s*(?=「|その他)", r" \1別に ", True),
    # More or less than the year before.
    (
        r"(前年度|前々年度)\s*(?:を\s*(?:超え(?:る|ている|て)?|上回って(?:いる)?|超過)|より\s*(?:も\s*)?(?:上回る|高い|多い|大きい))",
        r"\1を上回る",
        True,
    ),
    (
        r"(前年度|前々年度)\s*(?:を\s*下回って(?:いる)?|より\s*(?:も\s*)?(?:下回る|低い|少ない|小さい))",
        r"\1を下回る",
        True,
    ),
    (r"(?<=[^\s(])\s+(?=(?:前年度|前々年度)を[上下]回る)", " が ", True),
    (
        r"前年度の\s*(上位[0-9]+[割%位])(?:の値|の水準|に当たる(?:数|水準)|に(?:相当|該当)する値)?\s*(以上|以下|超|未満)",
        r"前年度の\1に当たる値 \2",
        True,
    ),
    (r"((?:令和|平成)(?:[0-9]+|元))年を(上回る|下回る)", r"\1年度を\2", True),
    (
        rf"({_WORD})\s+が\s+(前年度|前々年度|(?:令和|平成)(?:[0-9]+|元)年度)\s*(以上|以下|超|未満|と等しい)",
        r"\1 が \2(\1) \3",
        True,
    ),
    # Figures of the nation are those of a value.
    (rf"({_WORD}){_IS_FIGURE}\s*{_BEYOND}", r"\1 が \2(\1) 超", True),
    (rf"({_WORD}){_IS_FIGURE}\s*{_BELOW}", r"\1 が \2(\1) 未満", True),
    (rf"({_WORD}){_IS_FIGURE}\s*(以上|以下|超|未満|と等しい)", r"\1 が \2(\1) \3", True),
    (rf"({_WORD})\s+が\s+(平均|中央値)\s*(以上|以下|超|未満|と等しい)", r"\1 が 全国\2(\1) \3", False),
    (r"、\s*(?=小数[0-9]+桁\s*\))", ", ", True),
    # Ranks, and 以内, which belongs to them.
    (r"(順位\([^()]*\)\s*が\s*[0-9,]+位)以内", r"\1以下", True),
    (r"(?<!上位)(?<![0-9])([0-9]+位)\s*(?:以内|まで)", r"上位\1", True),
    (r"上位\s*の?\s*([0-9]+\s*[割%位])\s*(?:以内である|以内|まで|である|に入る)", r"上位\1", True),
    (r"上位\s*([0-9]+[割%位])\s*(?:以上|以下|超|未満)", r"上位\1", False),
    (r"上位\s*の?\s*([0-9]+)\s*(割|%|位)", r"上位\1\2", True),
    (r"上位\s*(?:半分|半数|1/2|½)", "上位5割", True),
    (r"(?<=[0-9人%円件割点])以内", "以下", True),
    (r"([一二三四五六七八九十百千万億兆]+)(割|位|点|つ|桁|%|人|円|件)", _kanji_to_digits, True),
    (r"(?<=[0-9])\s*(?:パーセント|ﾊﾟｰｾﾝﾄ|ぱーせんと|percent|㌫|％)", "%", True),
    (r"(?<=[0-9]) +(?=(?:[一-鿿%‰]|か所)+(?:以上|以下|超|未満|と等しい|点|つ|割|位))", "", True),
    # A name is no figure in kanji.
    (
        rf"(?<=が)\s*(?![零〇一二三四五六七八九十百千万]|(?:平均|中央値)[以超未と])({_WORD}?)(以上|以下|超|未満|と等しい)(?=[\s〔)]|$)",
        r" \1 \2",
        True,
    ),
    (rf"({_WORD}?)(?:ごと|毎|別)(?:の|に)\s*上位", r"\1別 上位", True),
    (rf"({_WORD}?)(?:ごと|毎)\s*上位", r"\1別 上位", True),
    (r"小数点?(?:以下)?第?\s*([0-9]+)\s*(?:桁|位|けた|ケタ)|少数\s*([0-9]+)\s*(?:桁|位)", r"小数\1\2桁", True),
    # Years and whom the rulebook is for.
    (
        r"(?<!\w)(?P<era>令和|平成|令|[RrＲH])\s*(?P<number>[0-9]{1,2}|元|[一二三四五六七八九十]{1,3})\s*年?度?(?=\s|$)",
        _era_year,
        True,
    ),
    (r"(?<![0-9])(20[0-9]{2})\s*年?度?(?=\s|$)", _western_year, True),
    # Blanks around words that would else become part of a name, and words run together.
    (r"(?<=[^\s(])\s*が\s*(?=上位|[－0-9]|「|前年度|全国|得点|最大|最小|順位|[^\s)]+別\s*上位)", " が ", True),
    (r"(?<=[^\s(])\s*(かつ|又は|のうち|でない)\s*(?=[^\s)])", r" \1 ", True),
    (r"(?<=[^\s(])\s*(かつ|又は|のうち|でない)", r" \1", True),
    (r"(かつ|又は|のうち)(?=[^\s)])", r"\1 ", True),
    (r"(?<=\S)\s*が\s*(?=\S)", " が ", True),
    (rf"(?m)((?:^|(?<=[ \t〕」点]))(?:{_KEYWORDS}))[ \t]*[:=][ \t]*", r"\1 ", True),
    (rf"(?m)((?:^|(?<=[ \t〕」点]))(?:{_KEYWORDS}))(?=[^\s])", r"\1 ", True),
    (r"(?<=[〕」点])(要件|前身|新設|いずれか|上限)", r" \1", True),
    # Points.
    (r"(?<=[\s」〕])(?:配点|満点)?\s*[:=]?\s*([0-9][0-9,]*)(?=[\s〔]|$)", r"\1点", True),
    (r"(?<=[\s」〕])(?:配点|満点|計)\s*[:=]?\s*([0-9][0-9,]*点)", r" \1", True),
    (
        r"(?<=[\s」〕])\(?([0-9][0-9,]*)(?:\.0)?\s*(?:点満点|点数|点分|てん|店|占|天|ポイント|points?|pts?|pt|点)\)?",
        r"\1点",
        True,
    ),
    (r"([0-9]+(?:[,、，.． ][0-9]{3})+)((?:[一-鿿]+|%)(?:以上|以下|超|未満|と等しい)|点|円|人)", _digits, True),
    (
        r"(?<![0-9,、. ])([1-9][0-9]*(?:[,、 ][0-9]+)+)((?:[一-鿿]+|%)(?:以上|以下|超|未満|と等しい)|点|円|人)",
        _digits,
        False,
    ),
    # Arithmetic.
    (r"\s*(?:/|➗|割る)\s*(?=\S)", " ÷ ", True),
    (r"(?<=[\s)])(?:[xXｘＸхχ]|✖|⨯|╳|掛ける|・)(?=[\s(0-9])", "×", True),
    (r"(?<=\s)(?:[ー一_~〜])(?=\s)", "－", True),
    (r"(?<![ァ-ヺ一-鿿])[ーｰ_](?=[0-9])", "－", True),
    (r"(?<=\s)(?:➕|十|プラス|足す)(?=\s)", "＋", True),
    (r"(?<=\s)(?:マイナス|引く)\s*(?=\S)", "－", True),
    # Signs of declarations.
    (rf"(?m)^([ \t]*事実[ \t]+{_WORD})[ \t]*(?:=|は|、|,|;|；|\|)?[ \t]+(?=\S)", r"\1 : ", True),
    (rf"(?m)^([ \t]*(?:区分|定数|限度)[ \t]+{_WORD})[ \t]*(?::=|:|は|、|,)?[ \t]+(?=\S)", r"\1 = ", True),
    (rf"(?m)^([ \t]*{_WORD})[ \t]*(?::=|:|は|←|⇒|→)[ \t]*(?=\S)", r"\1 = ", True),
    # Paths without their dots.
    (
        rf"({_WORD}?)[ 　]*[・.。｡,、;:/→>＞_‐－-]?([Ⅰ-Ⅻ]){_SEPARATOR}(\([ⅰ-ⅻ]\)|\(x?(?:iv|ix|v?i{{1,3}}|v|x)\))?"
        rf"{_SEPARATOR}([0-9]+)?{_SEPARATOR}([ア-ン](?!\w))?{_SEPARATOR}({CIRCLED_SIGN})?",
        _path,
        True,
    ),
    (rf"(?<!\w)([ア-ン])[・。｡,、/_－ -]?({CIRCLED_SIGN})", r"\1.\2", True),
    # Words.
    (r"(?<=\S)\s*(?:は|も)\s+(?=\S)", " が ", True),
    (r"(?<=[^\s(])\s+(?=[－]?[0-9][^\s]*(?:以上|以下|超|未満|と等しい))", " が ", True),
    (r"(?<=[^\s(])\s+(?=上位\s*[0-9])", " が ", True),
    (r"(?<=[0-9割%位人円件点])\s*が(?=\s|$|〔)", "", True),
    # Doubled and stray signs.
    (r"(\S+)[ \t]+\1(?=\s|$)", r"\1", True),
    (r"(以上|以下|未満|超|点|割|が|かつ|又は|要件|のうち|%|人|円)\1", r"\1", True),
    (r"(?m)[。．、,;；:：.]+[ \t]*$", "", True),
    (r"(?m)^[ \t]*(?:[・●○■□◆◇▪►▶→>|*×－]|[0-9]{1,5}[:|：][ \t])[ \t]*", "", True),
    (r"(?m)[ \t]*[→⇒…|]+[ \t]*$", "", True),
    (r"(?<=\s)(?:で|の|、|,|;|／|\||・)(?=\s)", "", True),
]
_COMPILED: Final = [(late_pattern(pattern), right, sure) for pattern, right, sure in _RULES]


def guesses(text: str) -> Iterator[Guess]:
    """What may have been meant by a statement that cannot be read, the likeliest first."""
    texts = [(found.start(), found.end()) for found in _TEXTS.finditer(text)]

    def free(start: int, end: int) -> bool:
        """Outside texts: what stands within is nobody's slip in the language."""
        return not any(a < start < b or a < end < b for a, b in texts)

    yield from _labels(text)
    for pattern, right, sure in _COMPILED:
        for found in pattern.finditer(text):
            new = found.expand(right) if isinstance(right, str) else right(found)
            if new is not None and new != found[0] and free(*found.span()):
                yield Guess(*found.span(), new, sure)
    for found in _SLIP.finditer(text):
        right = _SLIPS[found[0]]
        if any(
            right.startswith(found[0], place) and text.startswith(right, found.start() - place)
            for place in range(min(len(right), found.start() + 1))
        ):
            continue  # 前年 of 前年度 is no slip, and 平均 of 全国平均 none
        if free(*found.span()):
            for left in ("", " "):
                for behind in ("", " "):
                    yield Guess(*found.span(), left + right + behind)
    yield from _brackets(text, free)


def _brackets(text: str, free: Callable[[int, int], bool]) -> Iterator[Guess]:
    """One bracket too few or too many."""
    missing = text.count("(") - text.count(")")
    if missing == 1:
        for found in re.finditer(r"(?<=\S)(?=[\s〔]|$)", text):
            if free(*found.span()):
                yield Guess(*found.span(), ")", sure=False, only=True)
    if missing == -1:
        for sign, right in ((r"\(", ""), (r"\)", "")):
            for found in re.finditer(sign, text):
                yield Guess(*found.span(), right, sure=False, only=True)


# Labels of headings

_KEYED: Final = late_pattern(rf"(?m)^([ \t]*)({_HEADS})([ \t]*)(\S+?)(?=[ \t]*(?:「|$)|[ \t])")
_BARE: Final = late_pattern(r"(?m)^([ \t]*)(\(?[^\s「」〔〕()]{1,4}\)?[.．、:)]?)(?=[ \t]*「)")
# 枝番号 as offices write them: オ－2, オの二, オ の2.
_BRANCHED: Final = late_pattern(
    rf"(?m)^[ \t]*(?:指標[ \t]+)?(([ア-ン]|{CIRCLED_SIGN}|[0-9]+)[ \t]?(?:の|ノ|之|－|ー|_)[ \t]?"
    r"([0-9]+|[一二三四五六七八九十]+))(?=[ \t]*「)"
)


def _labels(text: str) -> Iterator[Guess]:
    for found in _BRANCHED.finditer(text):
        branch = int(found[3]) if found[3].isdecimal() else number_in_kanji(found[3])
        if branch:
            yield Guess(*found.span(1), f"{found[2]}の{branch}")
    for found in _KEYED.finditer(text):
        number = ordinal(found[4])
        if found[2] == "目標" and number and number <= len(ROMANS):
            yield Guess(*found.span(4), (" " if not found[3] else "") + ROMANS[number - 1])
        elif found[2] == "指標群" and number and number <= len(SMALL_ROMANS):
            yield Guess(*found.span(4), (" " if not found[3] else "") + f"({SMALL_ROMANS[number - 1]})")
        elif found[2] == "指標" and re.fullmatch(r"\([ⅰ-ⅻ]\)", found[4]):
            yield Guess(found.start(2), found.end(4), f"指標群 {found[4]}", sure=False, only=True)
            yield Guess(*found.span(4), f" {number}", sure=False, only=True)
        elif found[2] == "指標" and number:
            yield Guess(*found.span(4), (" " if not found[3] else "") + str(number))
    for found in _BARE.finditer(text):
        bare = found[2].strip("().．、:")
        number = ordinal(found[2])
        start, end = found.span(2)
        meant = label_meant(bare, frozenset({"KANA", "CIRCLED"})) or _HIRAGANA.get(bare)
        if bare in _CIRCLED_KANA:
            meant = KANA[_CIRCLED_KANA.index(bare)]
        if bare in KANA or bare in CIRCLED:
            meant = bare
        if meant and meant != found[2]:
            yield Guess(start, end, meant)
        elif number and any(bare in signs for signs in _OTHER_CIRCLED):
            yield Guess(start, end, CIRCLED[number - 1])
        elif number:
            yield from (Guess(start, end, label, sure=False, only=True) for label in labels_of(number))


def labels_of(number: int) -> Iterator[str]:
    """All labels that count so, with the words that go before them."""
    for signs, form in ((KANA, "{}"), (CIRCLED, "{}"), (SMALL_ROMANS, "指標群 ({})"), (ROMANS, "目標 {}")):
        if number <= len(signs):
            yield form.format(signs[number - 1])
    yield f"指標 {number}"


def ordinal(label: str) -> int | None:
    """Which number a label stands for, however written: ``(2)``, ``⑵``, ``II``, ``二``, ``❷``; else None."""
    bare = label.strip("().．、:,（）第")
    for signs in (ROMANS, SMALL_ROMANS, CIRCLED, _BRACKETED, *_OTHER_CIRCLED):
        if len(bare) == 1 and bare in signs:
            return signs.index(bare) + 1
    if bare.isascii() and bare.isdigit() and len(bare) < 4:
        return int(bare)
    roman = bare.upper().replace("L", "I")
    if roman in _ASCII_ROMANS:
        return _ASCII_ROMANS.index(roman) + 1
    return number_in_kanji(bare) if bare and set(bare) <= {*_KANJI, "十"} else None
