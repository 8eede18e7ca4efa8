"""Family H1: syntax."""

from typing import Final

from haiten.compiler.diagnostics.base import Diagnostic, Edit, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span

# What is a word of its own whatever stands beside it.
_APART: Final = frozenset("「」『』〔〕()（）、。=＝")


@frozen
class UnreadableFile(Diagnostic):
    code = "H101"
    title = "ファイルを読めません: {reason}"
    help = "ファイルの場所と、UTF-8 のテキストであることを確かめてください。"
    reason: str


@frozen
class UnclosedText(Diagnostic):
    code = "H102"
    title = "「 で始まる文が閉じていません"
    label = "ここで始まる文"
    help = "文の終わりに 」 を付けてください。文の途中で改行はできません。"


@frozen
class UnexpectedSyntax(Diagnostic):
    """What does not fit where it stands.

    Attributes:
        found: what stands there, quoted.
        expected: what may stand there, in words; empty where what was meant says more.
        suggestion: what was most likely meant.
        repair: the change that makes it so, where nothing else can be meant.
    """

    code = "H103"
    title = "{found}は、ここには置けません"
    label = "ここ"
    help = "ここに置けるもの: {expected}"
    found: str
    expected: str
    suggestion: str | None = None
    repair: Edit | None = None

    @property
    def advice(self) -> tuple[str, ...]:
        """What was meant, or else what may stand there."""
        return super().advice if self.expected else super().advice[:1]

    @property
    def fix(self) -> Edit | None:
        """Before it is made the file means nothing, so it cannot change what it means."""
        return self.repair


@frozen
class TooDeeplyNested(Diagnostic):
    code = "H104"
    title = "括弧の入れ子が深すぎます（{limit}重まで）"
    label = "{limit}重を超える括弧"
    help = "要らない括弧を外してください。計算は局所名に分けて書けます。"
    limit: int


@frozen
class NumberTooLong(Diagnostic):
    code = "H105"
    title = "数の桁が多すぎます（{digits}桁。{limit}桁まで）"
    label = "この数"
    digits: int
    limit: int


@frozen
class StrayControlCharacter(Diagnostic):
    code = "H106"
    title = "使えない制御文字があります"
    label = "ここ"
    help = "文字化けやバイナリの混入がないか確かめ、この文字を消すか、空白に変えてください。"

    @property
    def fix(self) -> Edit | None:
        """Without the characters the file is what a reader sees; not where that would join two words."""
        if not isinstance(self.span, Span):
            return None
        text = self.span.source.text
        before, behind = text[: self.span.start][-1:], text[self.span.end : self.span.end + 1]
        joins = not (before.isspace() or behind.isspace() or not before or not behind)
        return None if joins and not (before in _APART or behind in _APART) else Edit(self.span, "")


@frozen
class MissingHeader(Diagnostic):
    code = "H107"
    title = "冒頭の「{missing}」がありません"
    label = "冒頭に必要です"
    help = "例: {example}"
    missing: str
    example: str


@frozen
class UnknownLanguageVersion(Diagnostic):
    code = "H108"
    title = "言語の版 {version} は扱えません"
    label = "この版"
    help = "この haiten が扱う版は {known} です。"
    version: int
    known: int


@frozen
class Misplaced(Diagnostic):
    code = "H109"
    title = "{what}を置く場所ではありません"
    label = "ここ"
    help = "{what}は{where}に置きます。"
    what: str
    where: str


@frozen
class RepeatedStatement(Diagnostic):
    code = "H110"
    title = "{what}が2つあります"
    label = "2つ目"
    related_label = "1つ目"
    help = "どちらか一方にしてください。"
    what: str
    related: Span


@frozen
class ReadingStopped(Diagnostic):
    code = "H111"
    severity = Severity.NOTE
    title = "構文の誤りが{limit}件になったので、ここで読むのをやめました"
    label = "ここまで"
    help = "ここまでの誤りを直してから、もう一度お試しください。"
    limit: int


@frozen
class EmptyRulebook(Diagnostic):
    code = "H112"
    title = "交付金が1つもありません"
    label = "このファイル"
    help = "「交付金 推進 「…」 400点」のように書き始めてください。"


@frozen
class LookAlikeLabel(Diagnostic):
    code = "H113"
    title = "「{found}」は見出しの「{meant}」に見えますが、別の文字です"
    label = "この文字"
    help = "「{meant}」に置き換えてください。"
    found: str
    meant: str

    @property
    def fix(self) -> Edit | None:
        """The label that every reader took it for."""
        return Edit(self.span, self.meant) if isinstance(self.span, Span) else None


@frozen
class TooManyPoints(Diagnostic):
    code = "H114"
    title = "点が大きすぎます（{points:,}点。{limit:,}点まで）"
    label = "この点"
    help = "別の欄の値が混ざっていないか確かめてください。"
    points: int
    limit: int


@frozen
class TooManyDecimalPlaces(Diagnostic):
    code = "H115"
    title = "小数の桁が多すぎます（小数{decimals}桁。{limit}桁まで）"
    label = "この桁数"
    help = "小数点以下の桁数です。要る桁だけを書いてください。"
    decimals: int
    limit: int


@frozen
class TooManyParts(Diagnostic):
    code = "H116"
    title = "「のうち」が重なりすぎて、順位を付ける団体を決める条件が{limit:,}個を超えます"
    label = "この「のうち」"
    help = "左に順位を置いて重ねると、内側の順位ごとに左の条件を繰り返します。左の条件を項目に分けてください。"
    limit: int


@frozen
class UnsoundFigure(Diagnostic):
    code = "H118"
    title = "「{found}」は数として読めません"
    label = "この数"
    help = "万・億・兆は大きい方から1つずつ、「1億2千万円」「1万5千人」「2.5万人」のように書きます。"
    found: str


@frozen
class UnfinishedStatement(Diagnostic):
    code = "H119"
    title = "「{found}」の後に続きがありません"
    label = "ここで途切れています"
    help = "ここに続けられるもの: {expected}"
    found: str
    expected: str


@frozen
class InvisibleCharacter(Diagnostic):
    """Characters that nobody sees; ``seen`` is what a reader takes them for: a blank, or nothing."""

    code = "H121"
    severity = Severity.WARNING
    title = "見えない文字があります: {names}"
    label = "ここ"
    help = "ほかの文書から写したときに入ったものなら、消してください。"
    names: str
    seen: str

    @property
    def fix(self) -> Edit | None:
        """What a reader sees; no point is decided by it."""
        return Edit(self.span, self.seen) if isinstance(self.span, Span) else None


@frozen
class OtherForm(Diagnostic):
    """Characters that stand for others: radicals from PDF files, half-width katakana, ligatures."""

    code = "H122"
    severity = Severity.WARNING
    title = "同じ字に見える別の文字があります: {pairs}"
    label = "「{usual}」と書きます"
    help = "PDF などから写した文字です。検索や照合で見付からなくなるので、ふつうの文字に置き換えてください。"
    pairs: str
    usual: str

    @property
    def fix(self) -> Edit | None:
        """The same words in the usual characters; no point is decided by them."""
        return Edit(self.span, self.usual) if isinstance(self.span, Span) else None


@frozen
class WrongEncoding(Diagnostic):
    code = "H123"
    title = "文字コードが UTF-8 ではありません（{encoding} と読めます）"
    help = "UTF-8 で保存し直してください。haiten check --fix でも直せます（文字は変わりません）。"
    encoding: str


@frozen
class FractionalStep(Diagnostic):
    code = "H124"
    title = "「上位{step}」とは書けません: 上位の後は整数です"
    label = "この段"
    help = "「上位5割」「上位5%」「上位100位」のように書きます。"
    step: str
    suggestion: str | None = None

    @property
    def fix(self) -> Edit | None:
        """The same share in %, where it is a whole number of them."""
        if self.suggestion is None or not isinstance(self.span, Span):
            return None
        return Edit(self.span, self.suggestion.removeprefix("上位"))


@frozen
class MergeConflict(Diagnostic):
    code = "H120"
    title = "版の統合（merge）の途中の印があります"
    label = "この印"
    help = "「<<<<<<<」から「>>>>>>>」までのうち、残す方だけを残し、印の行を消してください。"


@frozen
class UnshownCharacter(Diagnostic):
    code = "H128"
    severity = Severity.WARNING
    title = "ほかの環境では表示できない文字があります（{codes}）"
    label = "ここ"
    help = "外字か、文字化けの跡です。もとの文書で確かめ、ふつうの文字で書き直してください。"
    codes: str
