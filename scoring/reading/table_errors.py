"""What can be wrong with how a table is kept: headings, sheets, cells of a workbook, rows that are no bodies.

Family H8, from H832 on; ``haiten.scoring.facts.fact_errors`` has what can be wrong with what the cells say.
"""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class HeadingFound(Diagnostic):
    code = "H832"
    severity = Severity.NOTE
    title = "{row}行目を見出しとして読みました（その上は読み飛ばしました: {skipped}）"
    help = "ほかの行が見出しなら「--header 行の番号」で指定してください。"
    row: int
    skipped: str


@frozen
class TwoHeadingRows(Diagnostic):
    code = "H833"
    severity = Severity.NOTE
    title = "{first}行目と{second}行目を、2行の見出しとして合わせて読みました"
    first: int
    second: int


@frozen
class UnitRow(Diagnostic):
    code = "H834"
    severity = Severity.NOTE
    title = "{row}行目は単位の行なので、読み飛ばしました（事実の単位と同じです）"
    row: int


@frozen
class UnclearHeading(Diagnostic):
    code = "H835"
    title = "見出しの行が1つに決まりません（{rows}のどれにも「団体コード」があります）"
    help = "「--header 行の番号」で指定するか、1つのファイルに1つの表だけを残してください。"
    rows: str


@frozen
class OtherUnit(Diagnostic):
    code = "H836"
    title = "列「{name}」の単位が違います（表には「{written}」、評価指標では「{unit}」）"
    help = "評価指標の単位に直した数を書き、単位の行を消すか直してください。haiten は換算しません。"
    name: str
    written: str
    unit: str


@frozen
class ScaledTable(Diagnostic):
    code = "H837"
    title = "{row}行目に「{text}」とあります。表の数が評価指標の単位と違うかもしれません"
    help = "評価指標の単位に直した数を書き、その行を消してください。haiten は換算しません。"
    row: int
    text: str


@frozen
class OtherRows(Diagnostic):
    code = "H838"
    title = "{kind}の行が{count}行あります。{scope}の評価指標の団体ではありません（{listed}）"
    help = "その行を消すか、「--skip-others」で、団体でない行を読み飛ばしてください。"
    kind: str
    count: int
    listed: str
    scope: str


@frozen
class RowsLeftOut(Diagnostic):
    code = "H839"
    severity = Severity.NOTE
    title = "{kind}の{count}行を読み飛ばしました（{listed}）"
    kind: str
    count: int
    listed: str
    scope: str


@frozen
class AmbiguousCode(Diagnostic):
    code = "H840"
    title = "団体コード「{written}」は、2通りに読めます（{readings}）"
    help = "列を文字列にして、先頭の0から6桁で書いてください。"
    written: str
    readings: str


@frozen
class OtherName(Diagnostic):
    code = "H841"
    title = "団体コード {written} は{own}ですが、団体名は「{name}」です（{readings} の名）"
    help = "コードと団体名のどちらが正しいか確かめてください。行がずれていると、別の団体の得点になります。"
    written: str
    own: str
    name: str
    readings: str


@frozen
class UnlistedCodes(Diagnostic):
    code = "H842"
    severity = Severity.WARNING
    title = "市町村の一覧（{as_of}現在）にない団体コードが{count:,}件あります（{listed}）"
    help = "書き誤りでなければ、そのまま採点します。架空の団体なら、48～99で始まるコードにするとこの警告は出ません。"
    count: int
    listed: str
    as_of: str


@frozen
class FormerCode(Diagnostic):
    code = "H843"
    title = "団体コード {former} は{until}までのものです（今は {now}）"
    help = "今のコードに直すか、「--codes 対応表.csv」（1行に 旧コード,新コード）を添えてください。"
    former: str
    until: str
    now: str


@frozen
class OtherPrefecture(Diagnostic):
    code = "H844"
    title = "団体コード {written} は{own}の団体ですが、都道府県は「{prefecture}」です"
    help = "コードと都道府県のどちらが正しいか確かめてください。"
    written: str
    own: str
    prefecture: str


@frozen
class CodesReplaced(Diagnostic):
    code = "H845"
    severity = Severity.NOTE
    title = "団体コードの対応表によって{count:,}件を読み替えました（{listed}）"
    count: int
    listed: str


@frozen
class UnreadableCodes(Diagnostic):
    code = "H846"
    title = "団体コードの対応表を読めません: {reason}"
    help = "1行に「旧コード,新コード」（5桁か6桁）を書いた CSV を渡してください。"
    reason: str


@frozen
class NoneOfLastYear(Diagnostic):
    code = "H847"
    title = "前年度のファイルの団体コードが、1つも一致しません（{count:,}団体のうち0）"
    help = (
        "コードの書き方を比べてください（ここでは {here}、前年度のファイルでは {there}）。"
        "変わったコードは「--codes 対応表.csv」で結べます。"
    )
    count: int
    here: str
    there: str


@frozen
class UnclearSheet(Diagnostic):
    code = "H829"
    title = "読むシートが決まりません: {reason}"
    help = "「--sheet シートの名前」で指定してください。"
    reason: str


@frozen
class CellWithoutValue(Diagnostic):
    code = "H848"
    title = "{what}"
    help = "表計算ソフトで開き、再計算して値を確かめ、保存してから渡してください。不明なら空欄にします。"
    what: str


@frozen
class MergedCells(Diagnostic):
    code = "H849"
    title = "{what} は結合されていて、値がどの団体・どの項目のものか決まりません"
    help = "結合を解いて、団体ごと・列ごとに値を書いてください。"
    what: str


@frozen
class DamagedFile(Diagnostic):
    code = "H880"
    title = "ファイルが壊れています: {reason}"
    help = "{remedy}"
    reason: str
    remedy: str


@frozen
class TooMuchToRead(Diagnostic):
    code = "H881"
    title = "ファイルを読むのに、限度より多くのメモリか時間が要ります: {reason}"
    help = "壊れていないか確かめ、要らないシート・行・列・書式を除いて保存し直すか、CSV で渡してください。"
    reason: str


@frozen
class FarCells(Diagnostic):
    code = "H882"
    title = "{what}"
    help = "表の右と下の要らない行と列を、行・列ごと削除して保存し直してください。空白の文字だけのセルも値です。"
    what: str


@frozen
class LockedFile(Diagnostic):
    code = "H883"
    title = "ブックにパスワードが付いているので読めません"
    help = "表計算ソフトで開き、パスワードを外して保存し直してください。"
