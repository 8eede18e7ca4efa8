"""What can be wrong with points that are read as facts: family H8, from H850 on."""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class NoPointsOfLeaf(Diagnostic):
    code = "H850"
    title = "{value}点は、この項目の得点ではありません（0点か{maximum}点です。{count}団体）"
    help = "項目の得点は、配点の全部か0点です。途中の点があるなら、別の項目か、上の見出しの得点です。"
    value: int
    maximum: int
    count: int


@frozen
class PointsContradict(Diagnostic):
    code = "H851"
    title = "{value}点は、その下の得点と合いません（下からは{parts}です。{count}団体）"
    help = "どちらが正しいかを、元の資料で確かめてください。"
    value: int
    parts: str
    count: int


@frozen
class PointsDiffer(Diagnostic):
    code = "H852"
    title = "この得点は、「{other}」の列と違います（{count}団体）"
    help = "同じ項目について2つの列が違うことを言っています。どちらかを消すか直してください。"
    other: str
    count: int


@frozen
class TotalAlone(Diagnostic):
    code = "H853"
    severity = Severity.NOTE
    title = "全体の得点だけでは採点できないので、使いませんでした（{count}団体）"
    help = "交付金ごとの得点（得点.推進 など）があれば使えます。"
    count: int


@frozen
class ForeignResults(Diagnostic):
    code = "H854"
    title = "別の規則で採点した結果です（規則の指紋が違います）"
    help = "この評価指標で採点した結果か、元の事実のファイルを渡してください。"


@frozen
class CutResults(Diagnostic):
    code = "H860"
    title = "結果のファイルが揃っていません（結果の団体数は {written}、ファイルにあるのは{found:,}団体）"
    help = "途中で切れていないか確かめ、書き出し直してください。一部だけを使うなら、列「結果の団体数」を消します。"
    written: str
    found: int


@frozen
class NobodyThere(Diagnostic):
    code = "H862"
    title = "団体がありません"
    help = "見出しだけのファイルです。1団体を1行に書いたファイルを渡してください。"


@frozen
class NothingExpected(Diagnostic):
    code = "H863"
    title = "期待する得点が1つもないので、何も試せません"
    help = "「期待.全体」か「期待.項目のパス」の列に、採点したときの得点を書いてください。"


@frozen
class FactOrPoints(Diagnostic):
    code = "H855"
    title = "列「{name}」は、事実の値とも、指標 {path} の得点とも読めます"
    help = "得点なら見出しを「得点.{path}」に、事実の値なら、集計表の見出しの列と別のファイルにしてください。"
    name: str
    path: str
