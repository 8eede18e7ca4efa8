"""What is wrong with figures of the nation in the year before (family H5)."""

from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class FigureUnusable(Diagnostic):
    code = "H524"
    title = "前年度の段の境の値に使えません: {reason}"
    help = "{way_out}"
    reason: str
    way_out: str = "前年度の規則による全団体の採点から「--save-cutoffs」で作ったファイルを渡してください。"


@frozen
class PastFiguresUnknown(Diagnostic):
    code = "H526"
    severity = Severity.NOTE
    title = "前年度の全国の値が分かりません: {names}"
    help = (
        "「--previous-cutoffs {year}の段の境の値のファイル」を渡すと、境の値で決まる項目も採点します。"
        "渡さなければ、その項目は未回答です。"
    )
    names: str
    year: str
