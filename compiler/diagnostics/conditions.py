"""Family H5: conditions."""

from attrs import frozen

from haiten.compiler.diagnostics.base import Diagnostic


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
    title = "「{path}」には下位の項目があるので、条件として読めません"
    label = "この項目"
    help = "該当・非該当が決まるのは、いちばん下の項目です: {leaves}"
    path: str
    leaves: str


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
