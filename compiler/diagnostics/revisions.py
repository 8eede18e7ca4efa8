"""Family H6: revisions. Where there is a second place, it is in the base or at an earlier amendment."""

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class NoBase(Diagnostic):
    code = "H601"
    title = "改正する「{year} {scope} 評価指標」が見つかりません"
    label = "この評価指標を改正します"
    help = "探した所: {searched}。「--base ファイル」で指定できます。"
    year: str
    scope: str
    searched: str


@frozen
class UnusableBase(Diagnostic):
    code = "H602"
    title = "改正する評価指標「{file}」に誤りがあるため、改正できません（誤り{count}件）"
    label = "この評価指標を改正します"
    help = "先に「haiten check {file}」の誤りを直してください。"
    file: str
    count: int


@frozen
class WrongBase(Diagnostic):
    code = "H603"
    title = "改正するのは「{wanted}」ですが、元の評価指標は「{found}」です"
    label = "{wanted} を改正します"
    related_label = "元の評価指標"
    help = "年度と対象が同じ評価指標にだけ、改正を当てられます。同じ改正を二度当てることはできません。"
    wanted: str
    found: str
    related: Span | None = None


@frozen
class MissingTarget(Diagnostic):
    code = "H604"
    title = "改正する「{target}」がありません"
    label = "ここまでの改正を当てた姿に、これはありません"
    related_label = "この改正文で、ここから無くなりました"
    help = "{hint}"
    target: str
    related: Span | None = None
    suggestion: str | None = None
    hint: str = "改正文は上から順に当てます。前の改正文で番号が変わったときは、変わった後の番号で書きます。"

    def renamed(self, now: str) -> "MissingTarget":
        """Missing because an earlier amendment gave it another name, which it has ``now``."""
        hint = f"「{self.target}」は、前の改正文で「{now}」になりました。変わった後の名前で書きます。"
        return evolve(self, suggestion=now, hint=hint)


@frozen
class StaleText(Diagnostic):
    code = "H605"
    title = "「{target}」の文に「{said}」はありません"
    label = "元の文と合いません"
    related_label = "今の文"
    help = "{elsewhere}「」の中は、ここまでの改正を当てた姿の文と一字一句同じに書きます。"
    target: str
    said: str
    related: Span | None = None
    elsewhere: str = ""


@frozen
class StalePoints(Diagnostic):
    code = "H606"
    title = "「{target}」の配点は{actual}点で、{said}点ではありません"
    label = "{said}点とされています"
    related_label = "ここまでの改正を当てた姿では{actual}点です"
    target: str
    said: int
    actual: int
    related: Span | None = None


@frozen
class StalePart(Diagnostic):
    code = "H607"
    title = "「{target}」の{part}は「{actual}」で、「{said}」ではありません"
    label = "元の{part}と合いません"
    related_label = "元の{part}"
    help = "要件と定義は意味で、そのほかは字で比べます。"
    target: str
    part: str
    said: str
    actual: str
    related: Span | None = None


@frozen
class MissingPart(Diagnostic):
    code = "H608"
    title = "「{target}」に{part}はありません"
    label = "元に無いものは、改めることも削ることもできません"
    related_label = "元の項目"
    help = "{hint}"
    target: str
    part: str
    hint: str
    related: Span | None = None


@frozen
class AlreadyThere(Diagnostic):
    code = "H609"
    title = "{what}は既にあります"
    label = "加えることはできません"
    related_label = "既にあるもの"
    help = "変えるときは、今あるものを改める改正文を書きます。"
    what: str
    related: Span | None = None


@frozen
class LabelTaken(Diagnostic):
    code = "H610"
    title = "「{path}」は既にあるので、この番号にはできません"
    label = "番号が重なります"
    related_label = "既にあるもの"
    help = "先に今ある方の番号を変えるか、「…とし、…とする。」で同時に動かします。"
    path: str
    related: Span | None = None


@frozen
class WrongLevel(Diagnostic):
    code = "H611"
    title = "{where}には{expected}が入りますが、{found}が書かれています"
    label = "階層が合いません"
    related_label = "元の項目"
    where: str
    expected: str
    found: str
    related: Span | None = None


@frozen
class OtherLabel(Diagnostic):
    code = "H612"
    title = "「{target}」を改める文の見出しが「{label_text}」になっています"
    label = "この見出し"
    related_label = "元の見出し"
    help = "{hint}"
    target: str
    label_text: str
    related: Span | None = None
    hint: str = "同じ見出しで書きます。項目の番号を変えるには、別に「… を … とする。」という改正文を書きます。"


@frozen
class NothingFollows(Diagnostic):
    code = "H613"
    title = "「{verb}」の後に、{expected}がありません"
    label = "この改正文"
    help = "改正文のすぐ後に、{expected}を書きます。"
    verb: str
    expected: str


@frozen
class StillUsed(Diagnostic):
    code = "H614"
    title = "削った「{target}」が、まだ使われています"
    label = "この改正文で無くなります"
    related_label = "ここで使われています"
    help = "使っている方も、この改正で改めるか削ってください。"
    target: str
    related: Span | None = None


@frozen
class OldLabelInText(Diagnostic):
    code = "H615"
    severity = Severity.NOTE
    title = "「{path}」の文は「{label_text}」に触れていますが、その番号が変わりました（{moved}）"
    label = "この改正文で番号が変わります"
    related_label = "この文"
    help = "文の中の番号は自動では変わりません。必要なら「{path} 中「…」を「…」に改める。」を加えます。"
    path: str
    label_text: str
    moved: str
    related: Span | None = None


@frozen
class BadCarry(Diagnostic):
    code = "H616"
    title = "引継ぎが書けません: {reason}"
    label = "この引継ぎ"
    help = "引継ぎは、前の年度の最も小さな項目（答えのあるもの）についての条件で、後の年度の1つの項目に書きます。"
    reason: str
    suggestion: str | None = None


@frozen
class UnequalStretches(Diagnostic):
    code = "H617"
    title = "動かす数が合いません: 元は{old}項目、後は{new}項目です"
    label = "この範囲"
    help = "「エ～オ を オ～カ とする」のように、同じ数の範囲にします。"
    old: int
    new: int


@frozen
class AmbiguousText(Diagnostic):
    code = "H618"
    title = "「{target}」の文に「{said}」は{count}回出てきます"
    label = "どこを改めるのか決まりません"
    related_label = "元の文"
    help = "前後の字も含めて、一度だけ出てくる形で書きます。"
    target: str
    said: str
    count: int
    related: Span | None = None


@frozen
class NothingChanges(Diagnostic):
    code = "H619"
    severity = Severity.WARNING
    title = "この改正文では何も変わりません"
    label = "前と後が同じです"
    related_label = "元の姿"
    related: Span | None = None


@frozen
class TwoHeirs(Diagnostic):
    code = "H620"
    title = "前身「{path}」は、{reason}"
    label = "この前身"
    related_label = "もう一方"
    help = "前身には、この改正で無くなった前の年度の項目を、一度だけ書けます。"
    path: str
    reason: str
    related: Span | None = None


@frozen
class OutdatedCitation(Diagnostic):
    code = "H621"
    severity = Severity.WARNING
    title = "「{path}」の新しい配点{problem}"
    label = "この改正文"
    related_label = "引き継ぐ出典"
    help = "「{points}点〔出典〕」のように、新しい配点の出典（分からなければ〔推定〕）を書いてください。"
    path: str
    points: int
    problem: str
    related: Span | None = None


@frozen
class EmptyRevision(Diagnostic):
    code = "H622"
    severity = Severity.WARNING
    title = "改正文が一つもありません"
    label = "このままでは、元の評価指標と同じ内容です"
    help = "改正する所を「推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点」に改める。」のように続けて書きます。"


@frozen
class OldTitle(Diagnostic):
    code = "H623"
    severity = Severity.WARNING
    title = "題名が{year}のままです"
    label = "この改正に題名がありません"
    related_label = "元の題名"
    help = "「題名 「…」」を書くと、新しい年度の題名になります。"
    year: str
    related: Span | None = None


@frozen
class NotLater(Diagnostic):
    code = "H624"
    title = "{year}の評価指標は、{base}の評価指標の改正になりません"
    label = "改正する評価指標"
    help = "改正する評価指標は、前の年度のものでなければなりません。対象と制度は同じにします。"
    year: str
    base: str


@frozen
class NotLaterAllocation(Diagnostic):
    code = "H641"
    title = "{year}の配分は、{base}の配分の改正になりません"
    label = "改正する配分"
    help = "改正する配分は、前の年度のものでなければなりません。対象と制度は同じにします。"
    year: str
    base: str


@frozen
class NoAllocationBase(Diagnostic):
    code = "H642"
    title = "改正する「{year} {scope} 配分」を使えません: {reason}"
    label = "この配分を改正します"
    help = "前の年度の配分を、隣の r6 のようなフォルダに置くか「--base ファイル」で指定します。"
    year: str
    scope: str
    reason: str


@frozen
class UnreadAmendment(Diagnostic):
    code = "H625"
    title = "「{words}」という書き方の改正文は読めません"
    label = "ここ"
    help = "{instead}"
    words: str
    instead: str


@frozen
class OtherYearApplied(Diagnostic):
    code = "H672"
    title = "附則では{said}から適用するとされていますが、このファイルは{year}の評価指標への改正です"
    label = "{said}から"
    related_label = "{year}"
    help = "適用する年度の改正として書きます。附則か、冒頭の年度の行のどちらかを直してください。"
    said: str
    year: str
    related: Span


@frozen
class PastNotFound(Diagnostic):
    code = "H635"
    severity = Severity.WARNING
    title = "「{path}」の{what}「{past}」は、{year}の評価指標にありません"
    label = "ここ"
    help = "{consequence}番号を確かめてください。"
    path: str
    what: str
    past: str
    year: str
    consequence: str
