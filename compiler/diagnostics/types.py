"""Family H3: types and units."""

from haiten.compiler.diagnostics.base import Diagnostic, Edit, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class UnitMismatch(Diagnostic):
    code = "H301"
    title = "単位が合いません: 左は{left}、右は{right}です"
    label = "この計算・比較"
    help = "{way_out}"
    left: str
    right: str
    # A plain number that only lacks its unit, and that unit.
    bare: Span | None = None
    unit: str = ""
    way_out: str = "数には単位を付けて書きます（例: 50人以上、5%以下）。"

    @property
    def fix(self) -> Edit | None:
        """The unit that alone makes the comparison meaningful, behind the number."""
        return None if self.bare is None else Edit(self.bare, self.bare.text + self.unit)


@frozen
class WrongKind(Diagnostic):
    code = "H302"
    title = "{expected}が要るところに、{found}があります"
    label = "これは{found}です"
    help = "{hint}"
    expected: str
    found: str
    hint: str = ""


@frozen
class DivisionByZero(Diagnostic):
    code = "H303"
    severity = Severity.WARNING
    title = "「{divisor}」は0になり得るので、割り算の値が定まらないことがあります"
    label = "0になり得る除数"
    help = "事実の範囲を「1以上」のように宣言してください。0で割った値は不明として扱われます。"
    divisor: str


@frozen
class EmptyRange(Diagnostic):
    code = "H304"
    title = "事実「{name}」の範囲に入る値がありません"
    label = "この事実"
    help = "下限（以上）は上限（以下）を超えられません。"
    name: str


@frozen
class YearNotEarlier(Diagnostic):
    code = "H318"
    title = "{year}は、この評価指標の年度（{own}）より前の年度ではありません"
    label = "この年度"
    help = "{own}の値には、年度を付けません。前の年度の値は「前年度(…)」「令和3年度(…)」のように書きます。"
    year: str
    own: str


@frozen
class UnreachableClass(Diagnostic):
    code = "H305"
    severity = Severity.WARNING
    title = "階級「{name}」に入る団体はありません"
    label = "この階級"
    help = "その前の「{before}」が「その他」なので、残りは全てそこに入ります。その他は最後に置きます。"
    name: str
    before: str


@frozen
class SwallowedClass(Diagnostic):
    code = "H313"
    title = "階級{names}に入る団体はありません: 当てはまる値（{value} など）は全て、前にある{takers}が先に受けます"
    label = "この階級"
    related_label = "先に受ける階級"
    help = (
        "{value} は「{first}」に入ります。上から順に見て最初に当てはまる階級に入るので、"
        "範囲の狭い階級を先に書きます（「以上」なら大きい方から、「以下」「未満」なら小さい方から）。"
    )
    names: str
    takers: str
    value: str
    first: str
    related: Span


@frozen
class EmptyClass(Diagnostic):
    code = "H314"
    title = "階級「{name}」の範囲に当てはまる数はありません"
    label = "この階級"
    help = "2つの条件は、両方を満たすことです。「以上」と「未満」や、数の大小が逆になっていないか確かめてください。"
    name: str


@frozen
class UnreachedClass(Diagnostic):
    code = "H315"
    severity = Severity.WARNING
    title = "階級「{name}」に入る団体はありません: {reason}"
    label = "この階級"
    help = "階級の範囲か、事実の範囲（1以上、小数2桁など）を確かめてください。要らない階級なら消してください。"
    name: str
    reason: str


@frozen
class ClassGap(Diagnostic):
    code = "H316"
    severity = Severity.WARNING
    title = "区分「{name}」に、どの階級にも入らない値があります: {value}"
    label = "この区分"
    help = (
        "隣り合う階級を「以上」と「未満」のように隙間なくつなげるか、最後に「その他」の階級を置いてください。"
        "どの階級にも入らない団体は、階級ごとの順位では非該当になり、内訳の額もありません。"
    )
    name: str
    value: str


@frozen
class ClassesOverlap(Diagnostic):
    code = "H317"
    severity = Severity.WARNING
    title = "階級「{first}」と「{name}」の範囲が重なっています: {value} は、先に書いた「{first}」に入ります"
    label = "この階級"
    related_label = "先に書いた階級"
    help = "重なる値がどちらの階級のものか、「以上」と「超」、「以下」と「未満」を確かめて、範囲を分けてください。"
    first: str
    name: str
    value: str
    related: Span
