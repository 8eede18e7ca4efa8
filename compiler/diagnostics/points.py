"""Family H4: points and maxima."""

from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class TotalMismatch(Diagnostic):
    code = "H401"
    title = "「{path}」の配点は{declared}点とされていますが、{how}は{actual}点です"
    label = "{declared}点"
    help = "内訳: {parts}"
    path: str
    declared: int
    actual: int
    how: str
    parts: str


@frozen
class MissingPoints(Diagnostic):
    code = "H402"
    title = "「{path}」に配点がありません"
    label = "この見出し"
    help = "文の後に「4点」のように書きます。配点はすべての階層に必要です。"
    path: str


@frozen
class IdleCap(Diagnostic):
    code = "H403"
    severity = Severity.WARNING
    title = "「{path}」の上限{cap}点は効きません（合計は最大{actual}点）"
    label = "この上限"
    path: str
    cap: int
    actual: int


@frozen
class UnreachableMaximum(Diagnostic):
    code = "H404"
    title = "「{path}」の配点{declared}点には、どの答え方でも届きません（最大{greatest}点）"
    label = "{declared}点"
    related_label = "ここの要件と両立しません"
    help = "{reason}"
    path: str
    declared: int
    greatest: int
    reason: str
    related: Span | None = None


@frozen
class TooManyPointsTogether(Diagnostic):
    code = "H405"
    title = "すべての項目の点を足すと{points:,}点になります（{limit:,}点まで）"
    label = "ここまでで超えます"
    help = "「に同じ」で置いた項目と未公表の点も、いずれか・上限で切られる点も、それぞれの場所で数えます。"
    points: int
    limit: int


@frozen
class MisplacedUndisclosed(Diagnostic):
    code = "H406"
    title = "未公表の{points}点が「{path}」の下に読まれています。ちょうどその点が「{above}」に足りません"
    label = "「{path}」の未公表の点"
    help = "「{above}」の点なら、その見出しの次の行（下の項目より前）に書きます。"
    points: int
    path: str
    above: str
