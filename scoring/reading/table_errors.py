"""What can be wrong with how a table is kept: headings, sheets, cells of a workbook, rows that are no bodies.

Family H8, from H832 on; ``haiten.scoring.fact_errors`` has what can be wrong with what the cells say.
"""

from attrs import frozen

from haiten.compiler.diagnostics import Diagnostic, Severity


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
