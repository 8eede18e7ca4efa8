"""Family H7: sources."""

from attrs import frozen

from haiten.compiler.diagnostics.base import Diagnostic


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
