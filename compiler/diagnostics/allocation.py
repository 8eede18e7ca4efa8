"""Family H9: allocation (配分)."""

from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class NoPots(Diagnostic):
    code = "H901"
    title = "配分が1つもありません"
    label = "このファイル"
    help = "「配分 基本 「基本配分枠」 推進 9,500,000,000円」のように書きます。"


@frozen
class UnknownPot(Diagnostic):
    code = "H902"
    title = "「{name}」という{what}はありません"
    label = "この名前"
    help = "予算は「予算 {name} 「…」 9,500,000,000円」、配分は「配分 {name} 「…」 予算の名前 額」と書きます。"
    what: str
    name: str
    suggestion: str | None = None


@frozen
class Overspent(Diagnostic):
    code = "H903"
    title = "{what}「{name}」の {budget} に対して、{spent} を配分しています（{over} 超過）"
    label = "{budget}"
    help = "内訳: {parts}"
    what: str
    name: str
    budget: str
    spent: str
    over: str
    parts: str


@frozen
class Underspent(Diagnostic):
    code = "H904"
    title = "{what}「{name}」の {budget} のうち {left} の行き先がありません"
    label = "{budget}"
    help = "内訳: {parts}。どれか1つの額を「残り」とすると、ちょうど使い切ります。"
    what: str
    name: str
    budget: str
    left: str
    parts: str


@frozen
class TwoRests(Diagnostic):
    code = "H905"
    title = "{what}「{name}」の「残り」が2つあります"
    label = "2つ目"
    related_label = "1つ目"
    help = "残りは、ほかの額が全て決まって初めて決まります。どちらかに額を書いてください。"
    what: str
    name: str
    related: Span


@frozen
class BadAmount(Diagnostic):
    code = "H906"
    title = "「{name}」の{what}を決められません: {reason}"
    label = "この{what}"
    help = "{way_out}"
    name: str
    reason: str
    way_out: str = (
        "額は、円の数・定数とその計算で、0円以上の1円単位の額になるように書きます。"
        "端数の出る計算は「切捨て(…, 小数0桁)」とします。"
    )
    what: str = "額"


@frozen
class NoMethod(Diagnostic):
    code = "H907"
    title = "配分「{name}」の分け方がありません"
    label = "この配分"
    help = "「按分 得点(推進) × 第1号被保険者数」「均等」「均等 該当枠数」「激変緩和 …」のどれかを書きます。"
    name: str


@frozen
class FramesUnused(Diagnostic):
    code = "H908"
    title = "配分「{name}」の枠と分け方が合いません: {reason}"
    label = "ここ"
    help = "枠は「均等 該当枠数」とともに使います。"
    name: str
    reason: str


@frozen
class CircularPots(Diagnostic):
    code = "H909"
    title = "不用額が巡ります: {chain}"
    label = "この行き先"
    help = "不用額の行き先を変えるか「不用額 残す」としてください。激変緩和は、同じ予算のほかの配分の後に決まります。"
    chain: str


@frozen
class NegativeShare(Diagnostic):
    code = "H910"
    title = "{what}の「{value}」は負になり得ます"
    label = "この値"
    help = (
        "分ける割合や額は0以上でなければなりません。事実なら「0以上」と宣言し、差なら「最大(…, 0円)」のように書きます。"
    )
    what: str
    value: str


@frozen
class MayBeEmpty(Diagnostic):
    code = "H911"
    severity = Severity.WARNING
    title = "配分「{name}」は、分ける相手が1団体もないことがあり得ます（{reason}）"
    label = "0で割ることになる配分"
    help = "そのときの行き先を「不用額 配分の名前」か「不用額 残す」で書いてください。"
    name: str
    reason: str


@frozen
class Unreachable(Diagnostic):
    code = "H912"
    severity = Severity.WARNING
    title = "{what}には、どの団体も届きません（{reason}）"
    label = "誰も満たさない"
    help = "条件か額を見直してください。届く団体がなければ、額は全て不用額になります。"
    what: str
    reason: str


@frozen
class IdleMost(Diagnostic):
    code = "H913"
    severity = Severity.WARNING
    title = "枠は{frames}つなので、上限{most}つが効くことはありません"
    label = "効かない上限"
    help = "上限を枠の数より小さくするか、消してください。"
    frames: int
    most: int


@frozen
class NoRulebook(Diagnostic):
    code = "H914"
    title = "配分の基になる「{year} {scope} 評価指標」を使えません: {reason}"
    label = "この評価指標による"
    help = "配分と同じ年度・対象の評価指標を、隣の r6 のようなフォルダに置くか「--base ファイル」で指定します。"
    year: str
    scope: str
    reason: str


@frozen
class SplitMismatch(Diagnostic):
    code = "H915"
    title = "配分「{name}」の内訳が、区分「{classes}」と合いません: {reason}"
    label = "この内訳"
    help = "内訳には、区分の全ての階級を1度ずつ書きます。"
    name: str
    classes: str
    reason: str


@frozen
class BadParameter(Diagnostic):
    code = "H916"
    title = "「{written}」で置き換えることはできません: {reason}"
    help = "「--set 名前=値」の名前は、定数か予算です（{known}）。"
    written: str
    reason: str
    known: str
    suggestion: str | None = None


@frozen
class UnknownShare(Diagnostic):
    code = "H917"
    title = "{what}の「{value}」が分からない団体があるので、配分できません（{count:,}団体。例: {example}）"
    help = (
        "事実を補う（前年度のものは「--previous 前年度の結果」でも）か、"
        "「--unknown-as-none」で不明を0・非該当とみなして試算してください。"
    )
    what: str
    value: str
    count: int
    example: str


@frozen
class NotScores(Diagnostic):
    code = "H918"
    title = "「{column}」の列は、この評価指標の結果ではありません: {reason}"
    help = "同じ評価指標から「haiten score … --to」か「haiten allocate … --to」で作ったファイルを渡してください。"
    column: str
    reason: str


@frozen
class ForeignPot(Diagnostic):
    code = "H919"
    title = "不用額の行き先「{to}」は、別の予算「{budget}」の配分です"
    label = "この行き先"
    help = "財源が違うので、予算をまたいで移すことはできません。同じ予算の配分か「残す」を書いてください。"
    to: str
    budget: str


@frozen
class NotLastYear(Diagnostic):
    code = "H920"
    title = "前年度（{expected}）の結果が要りますが、{found}のものです"
    help = (
        "「--previous」には、前の年度の「haiten allocate … --to」か「haiten score … --to」のファイルを渡してください。"
    )
    found: str
    expected: str


@frozen
class MoneyForNobody(Diagnostic):
    code = "H922"
    title = "配分「{name}」の内訳の「{case}」{amount}は、誰にも渡りません: {reason}"
    label = "この額"
    help = "額を受ける団体のある階級に移すか、区分や対象の範囲を確かめてください。"
    name: str
    case: str
    amount: str
    reason: str
