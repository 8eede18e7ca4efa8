"""Family H2: names and paths."""

from haiten.compiler.diagnostics.base import Diagnostic, Edit, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


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
    title = "「{name}」は言語の語か見出しなので、名前にできません"
    label = "この名前"
    help = "別の名前にしてください（例: 配置割合、研修修了者数）。"
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
    help = "見出しは {first} から順に、抜けなく並べます{branches}。"
    label_text: str
    expected: str
    first: str
    branches: str = ""


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
    help = "道筋のどこか1つの参照を外してください。得点(全体) なら「得点(全体 から … を除く)」とします。"
    path: str
    chain: str


@frozen
class BadAlias(Diagnostic):
    code = "H209"
    title = "「{path} に同じ」とすることはできません: {reason}"
    label = "この参照"
    path: str
    reason: str


@frozen
class UnknownClass(Diagnostic):
    code = "H210"
    title = "区分「{name}」に階級「{case}」はありません"
    label = "この階級"
    help = "ある階級: {known}"
    name: str
    case: str
    known: str
    suggestion: str | None = None


@frozen
class EmptySpan(Diagnostic):
    code = "H211"
    title = "「{written}」の範囲を並びとして読めません"
    label = "この範囲"
    help = "範囲は、同じ項目の下で先にある見出しから後の見出しへ書きます（例: ①～④）。"
    written: str


@frozen
class LookAlikeName(Diagnostic):
    code = "H212"
    title = "名前「{name}」は、宣言された「{known}」に見えますが、別の文字を含みます"
    label = "この名前"
    help = "「{known}」{others}に置き換えてください（違う文字: {differences}）。"
    name: str
    known: str
    differences: str
    # Other names that it looks like as well: 「か「力率」」 and so on.
    others: str = ""

    @property
    def fix(self) -> Edit | None:
        """The name that every reader took it for; none where it may be one of several."""
        return Edit(self.span, self.known) if isinstance(self.span, Span) and not self.others else None


@frozen
class TwoOfOneNode(Diagnostic):
    code = "H213"
    title = "「{path}」と「{other}」が、どちらも{year}の「{past}」だったことになります"
    label = "この項目"
    related_label = "もう一方の項目"
    help = (
        "1つの項目の続きは1つだけです。前身の番号を確かめ、続きでない方には「新設」か、もとの番号の"
        "「前身 {year} …」を書いてください（何も書かない項目は、今の番号のまま続いてきたものとします）。"
    )
    path: str
    other: str
    year: str
    past: str
    related: Span


@frozen
class TwoOfOneName(Diagnostic):
    code = "H217"
    title = "「{name}」と「{other}」が、どちらも{year}の「{past}」だったことになります"
    label = "この宣言"
    related_label = "もう一方の宣言"
    help = "1つの名前の続きは1つだけです。どちらかの「前身 {year} {past}」を消してください。"
    name: str
    other: str
    year: str
    past: str
    related: Span


@frozen
class BadOrigin(Diagnostic):
    code = "H214"
    title = "「{path}」の前身か新設が成り立ちません: {reason}"
    label = "ここ"
    help = "前身は古い年度の番号を年度ごとに1つ、新設は生まれた年度を書きます。"
    path: str
    reason: str
