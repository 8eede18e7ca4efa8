"""What can be wrong with a rulebook: one frozen class per mistake, with a stable code.

A class holds the words (templates over its fields), a call site only the values. Families: H1 syntax, H2 names and
paths, H3 types and units, H4 points and maxima, H5 conditions, H6 revisions, H7 sources. H8 (facts) live beside the
readers of facts, in ``haiten.scoring.fact_errors``. Codes never change their meaning (language.md, Diagnostics).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import attrs
from attrs import frozen
from haiten.compiler.source import Span


class Severity(StrEnum):
    """How much a diagnostic weighs; only errors make a command fail, unless it is strict."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Cell:
    """A place in a table: the file, the row (the header is row 1) and the column's name; None where none applies."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        row = f":{self.row}" if self.row is not None else ""
        return f"{self.file}{row}" + (f": 列「{self.column}」" if self.column is not None else "")


@frozen
class Diagnostic:
    """A mistake at a place, as a value. Nothing here is raised."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    title: ClassVar[str]
    label: ClassVar[str] = ""
    help: ClassVar[str] = ""
    related_label: ClassVar[str] = ""

    span: Span | Cell

    def _fill(self, template: str) -> str:
        return template.format_map({a.name: getattr(self, a.name) for a in attrs.fields(type(self))})

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self._fill(self.title)

    @property
    def pointer(self) -> str:
        """What stands under the caret."""
        return self._fill(self.label)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about it, a line each; the nearest known name comes first."""
        suggestion = getattr(self, "suggestion", None)
        lines = (f"もしかして: {suggestion}" if suggestion else "", self._fill(self.help))
        return tuple(line for line in lines if line)

    @property
    def other_place(self) -> tuple[Span, str] | None:
        """The second place that matters, with its label."""
        other = getattr(self, "related", None)
        return (other, self._fill(self.related_label)) if other is not None else None


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


# H1 syntax


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
    code = "H103"
    title = "{found}は、ここには置けません"
    label = "ここ"
    help = "ここに置けるもの: {expected}"
    found: str
    expected: str


@frozen
class TooDeeplyNested(Diagnostic):
    code = "H104"
    title = "括弧の入れ子が深すぎます（{limit}重まで）"
    label = "{limit}重を超える括弧"
    help = "条件を局所名に分けて書いてください。"
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
    help = "文字化けやバイナリの混入がないか確かめ、この文字を消してください。"


@frozen
class MissingHeader(Diagnostic):
    code = "H107"
    title = "冒頭の「{missing}」がありません"
    label = "この前に必要です"
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
    title = "構文の誤りが{limit}件を超えたので、ここで読むのをやめました"
    label = "ここまで"
    help = "ここまでの誤りを直してから、もう一度お試しください。"
    limit: int


@frozen
class EmptyRulebook(Diagnostic):
    code = "H112"
    title = "交付金が1つもありません"
    label = "このファイル"
    help = "「交付金 推進 「…」 400点」のように書き始めてください。"


# H2 names and paths


@frozen
class UnknownName(Diagnostic):
    code = "H201"
    title = "名前「{name}」は宣言されていません"
    label = "この名前"
    help = "事実は「事実 {name} : 人」、局所名は「{name} = …」のように宣言します。"
    name: str
    suggestion: str | None = None


@frozen
class DuplicateName(Diagnostic):
    code = "H202"
    title = "名前「{name}」は既に使われています"
    label = "2つ目の宣言"
    related_label = "1つ目の宣言"
    help = "どちらかの名前を変えてください。"
    name: str
    related: Span


@frozen
class ReservedName(Diagnostic):
    code = "H203"
    title = "「{name}」は言語の語なので、名前にできません"
    label = "この名前"
    help = "別の名前にしてください（例: {name}数、{name}率）。"
    name: str


@frozen
class UnknownPath(Diagnostic):
    code = "H204"
    title = "「{path}」という項目はありません"
    label = "この項目"
    help = "項目は「推進.Ⅰ.(ⅰ).1.ア」のように、上からの見出しを「.」でつないで指します。"
    path: str
    suggestion: str | None = None


@frozen
class DuplicateLabel(Diagnostic):
    code = "H205"
    title = "見出し「{label_text}」が2つあります（{parent}）"
    label = "2つ目"
    related_label = "1つ目"
    help = "見出しは同じ階層で一度だけ使えます。"
    label_text: str
    parent: str
    related: Span


@frozen
class MissingLabel(Diagnostic):
    code = "H206"
    title = "見出しが抜けています: 「{expected}」の位置に「{label_text}」があります"
    label = "「{expected}」のはずです"
    help = "見出しは {first} から順に、抜けなく並べます。"
    label_text: str
    expected: str
    first: str


@frozen
class UnusedName(Diagnostic):
    code = "H207"
    severity = Severity.WARNING
    title = "{what}「{name}」は、どこでも使われていません"
    label = "この宣言"
    help = "使うか、宣言を消してください。"
    what: str
    name: str


@frozen
class CircularReference(Diagnostic):
    code = "H208"
    title = "得点や要件が自分自身に依存しています: {chain}"
    label = "ここから巡ります"
    help = "「得点(全体 から {path} を除く)」のように、自分を除いてください。"
    path: str
    chain: str


@frozen
class BadAlias(Diagnostic):
    code = "H209"
    title = "「{path} に同じ」とすることはできません: {reason}"
    label = "この参照"
    path: str
    reason: str


# H3 types and units


@frozen
class UnitMismatch(Diagnostic):
    code = "H301"
    title = "単位が合いません: 左は{left}、右は{right}です"
    label = "この計算・比較"
    help = "数には単位を付けて書きます（例: 50人以上、5%以下）。"
    left: str
    right: str


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


# H4 points and maxima


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


# H5 conditions


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
    title = "「{path}」には下位の項目があるので、要件を置けません"
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


# H7 sources


@frozen
class UnknownSource(Diagnostic):
    code = "H701"
    title = "出典「{name}」は宣言されていません"
    label = "この出典"
    help = "「出典 {name} 「…」」と宣言してください。"
    name: str
    suggestion: str | None = None


@frozen
class UncitedText(Diagnostic):
    code = "H702"
    title = "{where}の文に出典がありません"
    label = "この文"
    help = "文の直後に〔出典名〕を付けてください。公表された文がなければ〔推定〕とします。"
    where: str


@frozen
class ReservedSource(Diagnostic):
    code = "H703"
    title = "「{name}」は出典の名前にできません"
    label = "この名前"
    help = "〔推定〕と〔導出 出典名〕は、出典のない値と公表値から読み取った値のための印です。"
    name: str


@frozen
class MalformedCitation(Diagnostic):
    code = "H704"
    title = "出典の書き方が読めません: {text}"
    label = "この印"
    help = "〔要綱〕〔要綱 p.3〕〔導出 集計〕〔推定〕のように書きます。"
    text: str
