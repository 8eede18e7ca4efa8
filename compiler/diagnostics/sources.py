"""Family H7: sources."""

from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class UnknownSource(Diagnostic):
    code = "H701"
    title = "出典「{name}」は宣言されていません"
    label = "この出典"
    help = "「出典 {name} 「…」」と宣言してください。{uses}"
    name: str
    suggestion: str | None = None
    uses: str = ""  # how often it is cited, and where, if more than once


@frozen
class UncitedText(Diagnostic):
    code = "H702"
    title = "{where}の文に出典がありません"
    label = "この文"
    help = "文の直後に〔出典名〕を付けてください。公表された文がなければ〔推定〕とします。"
    where: str


@frozen
class ReservedSource(Diagnostic):
    code = "H703"
    title = "「{name}」は出典の名前にできません"
    label = "この名前"
    help = "〔推定〕と〔導出 出典名〕は、出典のない値と公表値から読み取った値のための印です。"
    name: str


@frozen
class MalformedCitation(Diagnostic):
    code = "H704"
    title = "出典の書き方が読めません: {text}"
    label = "この印"
    help = "〔要綱〕〔要綱 p.3〕〔導出 集計〕〔推定〕のように書きます。"
    text: str


@frozen
class TitleOfOtherScheme(Diagnostic):
    code = "H708"
    title = "題名は「{scheme}」のものですが、年度の行は介護保険のものです"
    label = "この題名"
    related_label = "制度を書かない行は、介護保険のもの"
    help = "「{line}」のように、年度の次に制度を書いてください。介護保険のものなら、題名に「介護保険」と書きます。"
    scheme: str
    line: str
    related: Span | None = None


@frozen
class TitleOfOtherYear(Diagnostic):
    code = "H705"
    severity = Severity.WARNING
    title = "題名は「{found}」のものですが、この評価指標は{year}です"
    label = "この題名"
    help = "題名か、冒頭の年度のどちらかを直してください。"
    found: str
    year: str


@frozen
class AbsoluteTiming(Diagnostic):
    code = "H706"
    severity = Severity.WARNING
    title = "時点に年度「{found}」が書かれています（この評価指標は{year}）"
    label = "この時点"
    help = "年が変わっても条文が変わらないように、「{word}」のように年度から見た時点を書きます。"
    found: str
    year: str
    word: str


@frozen
class SourceOfOtherYear(Diagnostic):
    code = "H707"
    severity = Severity.WARNING
    title = "出典「{name}」は「{found}」の文書ですが、{year}のものとして宣言されています"
    label = "この文書の名前"
    help = (
        "古い年度の文書なら「出典 令和5年度 {plain} 「…」」のように年度を付けて宣言し、"
        "印も〔令和5年度 {plain}〕とします。"
    )
    name: str
    found: str
    year: str
    plain: str


@frozen
class SourceYearNotOlder(Diagnostic):
    code = "H220"
    severity = Severity.WARNING
    title = "出典「{name}」に付けた年度が、古い年度ではありません（この評価指標は{year}）"
    label = "この出典"
    help = (
        "年度を付けて宣言するのは、前の年度までの文書だけです。"
        "この年度の評価指標が引く文書は「出典 {plain} 「…」」と宣言し、印も〔{plain}〕とします。"
    )
    name: str
    year: str
    plain: str
