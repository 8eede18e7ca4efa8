"""What can be wrong with survey sheets that come back; family H8, from H884 on."""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class OtherSurvey(Diagnostic):
    code = "H884"
    title = "この評価指標の調査票ではありません: {what}"
    help = "{remedy}"
    what: str
    remedy: str


@frozen
class ChangedSurvey(Diagnostic):
    code = "H885"
    title = "調査票の形が変わっています: {what}"
    help = "{remedy}"
    what: str
    remedy: str = "配った調査票に答えを書き直すか、行・列・シートを元の形に戻してください。"


@frozen
class NoSuchAnswer(Diagnostic):
    code = "H886"
    title = "「{value}」は、この欄の答えではありません"
    help = "一覧から「該当」か「非該当」を選びます。未回答は空欄です。"
    value: str


@frozen
class StrayEntry(Diagnostic):
    code = "H887"
    title = "記入欄でないセルに「{value}」とあります"
    help = "どの項目の答えでもないので読めません。記入欄か備考欄に移してください。"
    value: str


@frozen
class NotOnlySurveys(Diagnostic):
    code = "H888"
    title = "いくつものファイルを事実として渡せるのは、調査票だけです（これは調査票ではありません）"
    help = "事実ファイルは1つだけ渡してください。調査票は、ファイルを並べるか、フォルダで渡せます。"


@frozen
class NoSurveys(Diagnostic):
    code = "H889"
    title = "フォルダに調査票がありません"
    help = "「haiten sheet」で作った調査票（.xlsx など）のあるフォルダを渡してください。"


@frozen
class FilesLeftOut(Diagnostic):
    code = "H890"
    severity = Severity.NOTE
    title = "フォルダの調査票でないものは読んでいません（{count:,}件: {listed}）"
    count: int
    listed: str


@frozen
class TwoSurveys(Diagnostic):
    code = "H891"
    title = "団体コード {body} の調査票が2つあります（もう1つは {other}）"
    help = "どちらか一方にしてください。「haiten collect フォルダ」で違いを一覧できます。"
    body: str
    other: str


@frozen
class UnsettledVersions(Diagnostic):
    code = "H892"
    title = "団体コード {body} の調査票が{count}つあり、どれが新しいか決まりません（{listed}）"
    help = "表紙の「提出日」を別の日にするか、要らないものをフォルダから除いてください。"
    body: str
    count: int
    listed: str


@frozen
class UnknownRulebook(Diagnostic):
    code = "H893"
    title = "どの評価指標の調査票か決まりません: {what}"
    help = "「--rules 評価指標のファイル」で指定してください。"
    what: str
