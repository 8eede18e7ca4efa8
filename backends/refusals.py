"""What cannot be said in a back end's language."""

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen


@frozen
class BeyondSql(Diagnostic):
    code = "H306"
    title = "「{path}」が読む値は、{dialect} の整数では誤差なく計算できません"
    label = "この項目"
    help = "{reason}"
    path: str
    dialect: str
    reason: str


@frozen
class NameBeyondSql(Diagnostic):
    code = "H307"
    title = "「{path}」の列の名は、{dialect} では長すぎます（{limit}バイトまで）"
    label = "この項目"
    help = "長すぎる名は黙って切り詰められ、別の列と取り違えられます。見出しを短くするか、ほかの方言を選んでください。"
    path: str
    dialect: str
    limit: int
