"""Family H3: types and units."""

from attrs import frozen

from haiten.compiler.diagnostics.base import Diagnostic, Edit, Severity
from haiten.compiler.source import Span


@frozen
class UnitMismatch(Diagnostic):
    code = "H301"
    title = "単位が合いません: 左は{left}、右は{right}です"
    label = "この計算・比較"
    help = "数には単位を付けて書きます（例: 50人以上、5%以下）。"
    left: str
    right: str
    # A plain number that only lacks its unit, and that unit.
    bare: Span | None = None
    unit: str = ""

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
class UnreachableClass(Diagnostic):
    code = "H305"
    severity = Severity.WARNING
    title = "階級「{name}」に入る団体はありません"
    label = "この階級"
    help = "その前の「{before}」が「その他」なので、残りは全てそこに入ります。その他は最後に置きます。"
    name: str
    before: str
