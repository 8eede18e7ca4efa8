"""Family H5: conditions."""

from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen


@frozen
class MixedConnectives(Diagnostic):
    code = "H501"
    title = "「かつ」と「又は」が括弧なしで混ざっています"
    label = "どちらを先に結ぶか、読み手に分かりません"
    help = "先に結ぶ方を括弧で囲んでください: {reading}"
    reading: str


@frozen
class RequirementOnParent(Diagnostic):
    code = "H502"
    title = "「{path}」の点は下位の項目や未公表の点から決まるので、要件を置けません"
    label = "この要件"
    help = "要件は、点が付くいちばん下の項目に置きます。"
    path: str


@frozen
class SubsetNotBracketed(Diagnostic):
    code = "H503"
    title = "「のうち」の左には、項目・該当の事実・括弧のどれか1つを置きます"
    label = "これは括弧で囲んでください"


@frozen
class NotALeaf(Diagnostic):
    code = "H504"
    title = "「{path}」{why}ので、条件として読めません"
    label = "この項目"
    help = "該当・非該当が決まるのは、{leaves}"
    path: str
    leaves: str
    why: str = "には下位の項目がある"


@frozen
class UnclearExclusion(Diagnostic):
    code = "H505"
    title = "「{path}」は「{parent}」（{mode}）の下にあるので、除いた得点が定まりません"
    label = "除けない項目"
    help = "合算される項目だけを除けます。「{parent}」ごと除いてください。"
    path: str
    parent: str
    mode: str


@frozen
class IdleStep(Diagnostic):
    code = "H506"
    title = "「上位{step}」は{verdict}"
    label = "この段"
    step: str
    verdict: str


@frozen
class MisplacedAnswer(Diagnostic):
    code = "H507"
    title = "「該当」は、要件の中でだけ使えます"
    label = "ここ"
    help = "局所名に答えを入れることはできません。"


@frozen
class NeverHolds(Diagnostic):
    code = "H508"
    title = "「{path}」の要件は、どの団体でも成り立ちません"
    label = "成り立たない要件"
    help = "{points}点は誰にも付きません。値の範囲と条件の向きを確かめてください。"
    path: str
    points: int


@frozen
class AlwaysHolds(Diagnostic):
    code = "H509"
    severity = Severity.WARNING
    title = "「{path}」の要件は、値が分かる団体なら必ず成り立ちます"
    label = "いつも成り立つ要件"
    help = "差の付かない{points}点になります。値の範囲と条件の向きを確かめてください。"
    path: str
    points: int


@frozen
class LessForMore(Diagnostic):
    code = "H510"
    severity = Severity.WARNING
    title = "「{column}」に取り組むと、得点が下がることがあります（{before}点から{after}点）"
    label = "取り組むほど点が下がる要件"
    column: str
    before: int
    after: int


@frozen
class WorthlessItem(Diagnostic):
    code = "H511"
    severity = Severity.WARNING
    title = "「{path}」は、あってもなくても「{parent}」の得点が変わりません"
    label = "得点に効かない項目"
    help = "「{parent}」（{mode}）では、ほかの項目がいつも同じだけの点を取ります。"
    path: str
    parent: str
    mode: str


@frozen
class GapInChoice(Diagnostic):
    code = "H512"
    severity = Severity.WARNING
    title = "「{path}」のどの項目にも当てはまらない{value}があります（{example}など）"
    label = "このいずれかの境目"
    help = "小さい側にも大きい側にも当てはまる項目があります。以上・超・以下・未満を確かめてください。"
    path: str
    value: str
    example: str


@frozen
class NotDecided(Diagnostic):
    code = "H513"
    severity = Severity.NOTE
    title = "「{path}」の要件が{what}かどうかは、決められませんでした"
    label = "この要件"
    help = "{reason}"
    path: str
    what: str
    reason: str


@frozen
class OverlapInChoice(Diagnostic):
    code = "H514"
    severity = Severity.WARNING
    title = "「{path}」では、{first} と {second} の両方に当てはまる{value}があります（{example}など）"
    label = "この「いずれか」の境目"
    help = "点の高い方だけが付きます。一方が他方を含むのでもないので、以上・超・以下・未満を確かめてください。"
    path: str
    first: str
    second: str
    value: str
    example: str


@frozen
class IdlePart(Diagnostic):
    code = "H515"
    severity = Severity.WARNING
    title = "「{path}」の要件のうち「{part}」は、あってもなくても同じです"
    label = "この要件"
    help = "ほかの条件だけで決まります。値の向きや段を確かめてください。"
    path: str
    part: str


@frozen
class UnreadAnswer(Diagnostic):
    code = "H516"
    severity = Severity.WARNING
    title = "「{path}」の答えは、どこからも読まれません"
    label = "0点の項目"
    help = "点が付かず、ほかの要件にも使われません。配点か、読む側の要件を確かめてください。"
    path: str


@frozen
class UnstatedDependency(Diagnostic):
    code = "H517"
    severity = Severity.NOTE
    title = "「{path}」の文は{labels}に触れていますが、要件には書かれていません"
    label = "この文"
    help = "答えだけで点が決まります。前提とするなら「要件 該当 かつ {first}」のように書きます。"
    path: str
    labels: str
    first: str


@frozen
class ClassesNotCovered(Diagnostic):
    code = "H518"
    title = "区分「{name}」ごとの基準が、階級と合いません: {reason}"
    label = "この基準の並び"
    help = "階級を1つずつ全て書くか、残りの階級に共通の基準を「その他 95%以上」のように書いてください。"
    name: str
    reason: str


@frozen
class MisplacedDeviation(Diagnostic):
    code = "H519"
    title = "全国標準偏差は、大小を比べる式の中の、数を掛けた1つの項としてだけ書けます"
    label = "この標準偏差"
    help = (
        "平方根なので、端数のない数では書けないことがあります。"
        "「得点(全体) が 全国平均(得点(全体)) － 2 × 全国標準偏差(得点(全体)) 未満」のように、比べる式に直接書きます。"
    )


@frozen
class NoMemberRules(Diagnostic):
    code = "H520"
    title = "管内の市町村の「{year} {scope} 評価指標」を使えません: {reason}"
    label = "この値のもと"
    help = "同じ年度の市町村の評価指標を、隣の r8 のようなフォルダに置くか「--member-rules ファイル」で指定します。"
    year: str
    scope: str
    reason: str


@frozen
class UnclearDenial(Diagnostic):
    code = "H521"
    title = "「でない」が、階級ごとの基準の全体を打ち消すのか、最後の「{last}」だけを打ち消すのか、読み手に分かりません"
    label = "どちらとも読めます"
    help = (
        "全体（自分の階級の基準を満たさない）なら「({table}) でない」、"
        "最後の基準だけ（ほかの階級はそのまま）なら「でない」をやめて{instead}。"
    )
    table: str
    last: str
    instead: str


@frozen
class NoSuchYear(Diagnostic):
    code = "H522"
    title = "{year}という年度はありません"
    label = "この年度"
    help = "元号の最初の年度は「元年度」です。その前の年度は、前の元号で書きます。"
    year: str


@frozen
class MisplacedPastFigure(Diagnostic):
    code = "H523"
    title = "「{figure}」は、今年度の団体の値と比べる式の右にだけ書けます{found}"
    label = "何の値か、決まりません"
    help = "左に書いた値の、前年度の全国の値です。「参加率 が 前年度の上位3割に当たる値 以上」のように書きます。"
    figure: str
    found: str
