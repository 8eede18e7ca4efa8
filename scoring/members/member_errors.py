"""What is wrong with the members of prefectures (family H8)."""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class NoMembers(Diagnostic):
    code = "H872"
    title = "都道府県「{body}」の市町村が {file} に1つもありません"
    help = (
        "管内の値は市町村がなければ決まりません。--members のファイルに管内の市町村を全て入れるか、"
        "都道府県の行を除いてください。市町村は団体コードの始めの2桁か「都道府県」の列で都道府県に結び付きます。"
    )
    body: str
    file: str


@frozen
class MembersElsewhere(Diagnostic):
    code = "H873"
    severity = Severity.WARNING
    title = "都道府県の事実ファイルにない都道府県の市町村が{count:,}あります（{said}）"
    help = "どの都道府県の管内の値にも入りません。全国平均など、全国の市町村から決まる値には入ります。"
    count: int
    said: str


@frozen
class TwoPrefectures(Diagnostic):
    code = "H874"
    title = "市町村「{who}」の都道府県が、列では「{named}」、団体コードでは「{by_code}」です"
    help = "どちらの管内か分かりません。団体コードか「都道府県」の列を直してください。"
    who: str
    named: str
    by_code: str


@frozen
class MembersUnused(Diagnostic):
    code = "H871"
    title = "「{scope} 評価指標」には管内の市町村から決まる値がないので、--members は使えません"
    help = "--members は、管内平均( ) などを使う都道府県の評価指標で採点するときに渡します。"
    scope: str


@frozen
class FiguresUnknown(Diagnostic):
    code = "H875"
    severity = Severity.NOTE
    title = "管内の市町村から決まる値が分かりません: {names}"
    help = "{way_out}"
    names: str
    way_out: str


@frozen
class FigureGivenTwice(Diagnostic):
    code = "H876"
    title = "「{column}」が事実ファイルにも書かれています"
    help = "--members を渡すと市町村から計算します。列を空にするか、--members を渡さないでください。"
    column: str
