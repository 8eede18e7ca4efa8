"""What is wrong with older years that are given beside facts (family H5)."""

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen


@frozen
class PastYearUnusable(Diagnostic):
    code = "H525"
    title = "「--previous-year」の年度に使えません: {reason}"
    help = "前年度( )、前々年度( )、令和5年度( ) のように読む年度の、評価指標と事実を1組ずつ渡します。"
    reason: str
