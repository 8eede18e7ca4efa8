"""What can be wrong with a fact file, a cut-off file or a certificate: one frozen class per mistake.

Family H8; certificates, which are about conditions and maxima, are H5.
"""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class UnreadableTable(Diagnostic):
    code = "H801"
    title = "事実ファイルを読めません: {reason}"
    help = "1行目が見出し、2行目からが団体の CSV（UTF-8 または CP932）、Parquet、Excel のファイルを渡してください。"
    reason: str


@frozen
class UnknownColumn(Diagnostic):
    code = "H802"
    title = "見出し「{name}」は、この評価指標の事実でも項目でもありません"
    help = "読み飛ばさせたい列は「属性.{name}」としてください。"
    name: str
    suggestion: str | None = None


@frozen
class DuplicateColumn(Diagnostic):
    code = "H803"
    title = "見出し「{name}」が2つあります（{first}列目と{second}列目）"
    help = "どちらか一方にしてください。"
    name: str
    first: int
    second: int


@frozen
class DuplicateBody(Diagnostic):
    code = "H804"
    title = "団体コード {body} が2回あります（{first}行目にもあります）"
    help = "1団体は1行です。"
    body: str
    first: int


@frozen
class NotYesNo(Diagnostic):
    code = "H805"
    title = "「{value}」は該当・非該当として読めません"
    help = "該当/非該当、○/×、1/0、TRUE/FALSE のどれかで書きます。未回答は空欄です。"
    value: str


@frozen
class NotANumber(Diagnostic):
    code = "H806"
    title = "「{value}」は数として読めません"
    help = "「{unit}」の数を書きます（例: {example}）。不明なら空欄です。"
    value: str
    unit: str
    example: str


@frozen
class OutOfRange(Diagnostic):
    code = "H807"
    title = "「{value}」は範囲の外です（{bounds}）"
    help = "評価指標の事実の宣言にある範囲です。"
    value: str
    bounds: str


@frozen
class TooManyDecimals(Diagnostic):
    code = "H808"
    title = "「{value}」は小数の桁が多すぎます（{limit}）"
    help = "宣言された桁に丸めてから渡してください。haiten は黙って丸めません。"
    value: str
    limit: str


@frozen
class ConflictingColumns(Diagnostic):
    code = "H809"
    title = "同じ項目の「{name}」と「{other}」の値が違います（{value} と {other_value}）"
    help = "「に同じ」の項目は、どちらか一方の列に書けば足ります。"
    name: str
    other: str
    value: str
    other_value: str


@frozen
class BothNames(Diagnostic):
    code = "H895"
    title = "「{name}」と「{now}」は、同じ事実の前年度の値の列です（{year}の名前は「{fact}」でした）"
    help = "どちらか一方の列にしてください。"
    name: str
    now: str
    year: str
    fact: str


@frozen
class UnclearFormerName(Diagnostic):
    code = "H896"
    title = "「{name}」は、今の事実「{fact}」の値とも、{year}に「{fact}」といった事実の値（「{now}」）とも読めます"
    help = "{year}に「{fact}」といった事実の値なら、見出しを「{now}」にします。今の「{fact}」は{year}にはありません。"
    name: str
    year: str
    fact: str
    now: str


@frozen
class WrongYear(Diagnostic):
    """Rows of another year, reported once at the first of them."""

    code = "H810"
    title = "{found}の事実が{count:,}行ありますが、評価指標は{year}のものです"
    help = "同じ見出しが年によって別の項目を指すので、年度の違う事実は採点しません。"
    found: str
    count: int
    year: str


@frozen
class YearNotStated(Diagnostic):
    code = "H811"
    severity = Severity.NOTE
    title = "「年度」の列がないので、{year}の事実として読みました"
    help = "「年度」の列を足すと、年の取り違えを防げます。"
    year: str


@frozen
class WrongCheckDigit(Diagnostic):
    code = "H812"
    severity = Severity.NOTE
    title = "団体コード {body} の検査数字が合いません（計算では {expected}）"
    body: str
    expected: str


@frozen
class GivenContradicts(Diagnostic):
    code = "H813"
    severity = Severity.NOTE
    title = "「{path}」は {given} と与えられましたが、値から計算すると {computed} です（{count}団体。例: {example}）"
    help = "与えられた結果を使いました。"
    path: str
    given: str
    computed: str
    count: int
    example: str


@frozen
class MissingCode(Diagnostic):
    code = "H814"
    title = "{what}"
    help = "「団体コード」の列に、5桁か6桁の全国地方公共団体コード（独自のコードは7桁以上の数字）を書きます。"
    what: str


@frozen
class ForeignCutoffs(Diagnostic):
    code = "H815"
    title = "段の境の値は、この評価指標のものではありません（{reason}）"
    help = "同じ規則の全団体の採点から「--save-cutoffs」で作り直してください。"
    reason: str


@frozen
class UnknownBody(Diagnostic):
    code = "H816"
    title = "団体コード {body} の団体はありません"
    help = "{known}"
    body: str
    known: str


@frozen
class RaggedRow(Diagnostic):
    code = "H817"
    title = "列の数が見出しと違います（見出し {expected} 列、この行 {found} 列）"
    help = "セルの中のコンマや改行を、引用符で囲んでいるか確かめてください。"
    expected: int
    found: int


@frozen
class NumberTooLarge(Diagnostic):
    code = "H818"
    title = "数「{value}」の桁が多すぎます（{limit}桁まで）"
    value: str
    limit: int


@frozen
class MixedCodes(Diagnostic):
    code = "H819"
    severity = Severity.NOTE
    title = "団体コードに5桁のものと6桁のものが混じっています"
    help = "表計算ソフトは 011002 の先頭の 0 を落として 11002 とします。文字列として6桁で書くと取り違えがありません。"


@frozen
class NoWeight(Diagnostic):
    code = "H820"
    title = "「{name}」の配点は変えられません（{reason}）"
    help = "変えられるのは、末端の項目の配点（そのパス）と、上限（パスの後に「.上限」）です。"
    name: str
    reason: str
    suggestion: str | None = None


@frozen
class NotPoints(Diagnostic):
    code = "H821"
    title = "「{value}」は配点として読めません"
    help = "0以上の整数で書きます（例: {example}）。"
    value: str
    example: str


@frozen
class TooManyScenarios(Diagnostic):
    code = "H822"
    title = "シナリオが {count:,} になります（{limit:,} まで）"
    help = "範囲を狭めるか、刻みを粗くしてください（例: 0..20:5）。"
    count: int
    limit: int


@frozen
class UnreadableScenarios(Diagnostic):
    code = "H823"
    title = "シナリオのファイルを読めません: {reason}"
    help = "1行目が見出し（項目のパス）、2行目からが1行1シナリオの CSV（UTF-8 または Excel の CP932）を渡してください。"
    reason: str


@frozen
class NothingToSet(Diagnostic):
    code = "H824"
    title = "「{name}」は、変えて試せる事実でも項目でもありません"
    help = "「事実の名=数」「項目のパス=○（×、不明）」「所与.項目のパス=該当」「定数の名=値」のように書きます。"
    name: str
    suggestion: str | None = None


@frozen
class EmptySetting(Diagnostic):
    code = "H825"
    title = "「{written}」には、{missing}がありません"
    help = "{form}"
    written: str
    missing: str
    form: str


@frozen
class SetTwice(Diagnostic):
    code = "H826"
    title = "「{name}」を2度指定しています（{first}番目と{second}番目の {option}）"
    help = "どちらか一方にしてください。"
    name: str
    first: int
    second: int
    option: str


@frozen
class UnreadableCutoffs(Diagnostic):
    code = "H827"
    title = "段の境の値のファイルを読めません: {reason}"
    help = "全団体の採点から「--save-cutoffs」で作った JSON のファイルを渡してください。"
    reason: str


@frozen
class UnusableName(Diagnostic):
    code = "H828"
    title = "シナリオの名「{name}」は使えません（{reason}）"
    help = "結果の表で見分けられるように、シナリオごとに別の名を付けてください。"
    name: str
    reason: str


@frozen
class RankedInPart(Diagnostic):
    code = "H830"
    severity = Severity.NOTE
    title = "順位で決まる{count}項目を、このファイルの{bodies:,}団体の中の順位で採点しました。全国の順位ではありません"
    help = (
        "全国の順位で採点するには、全国の採点から「--save-cutoffs」で保存した段の境の値を「--cutoffs」で渡します。"
        "まだ無ければ、順位をとる事実を空欄にすると、得点が幅で示されます。"
    )
    count: int
    bodies: int


@frozen
class LostZero(Diagnostic):
    code = "H831"
    severity = Severity.WARNING
    title = "先頭の0が落ちた団体コードが{count:,}件あるので、0を補って読みました（例: {body} は {whole}）"
    help = "表計算ソフトは、数として書かれたコードの先頭の0を落とします。列を文字列にして書き直してください。"
    body: str
    whole: str
    count: int


@frozen
class WrongCutoffs(Diagnostic):
    code = "H870"
    title = "段の境の値のファイルの「{where}」が違います: {reason}"
    help = "全国の採点から「--save-cutoffs」で作り直してください。一部だけを信じて使うことはしません。"
    where: str
    reason: str


@frozen
class UnreadableCertificate(Diagnostic):
    code = "H527"
    title = "証明書を読めません: {reason}"
    help = "「haiten prove 評価指標 --to 証明書」で作った JSON のファイルを渡してください。"
    reason: str


@frozen
class FalseCertificate(Diagnostic):
    code = "H528"
    title = "証明書の「{where}」が違います: {reason}"
    help = "この証明書は何も証明しません。評価指標から「haiten prove 評価指標 --to 証明書」で作り直してください。"
    where: str
    reason: str
