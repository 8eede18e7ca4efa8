"""Family H6, from H660: sentences of a revision that are about several places, or change several things."""

from haiten.compiler.diagnostics.base import Diagnostic, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Span


@frozen
class OneAnchor(Diagnostic):
    code = "H660"
    title = "加える所「{written}」が1つに決まりません"
    label = "この並び"
    help = "加える所は1つの項目です。所ごとに「… の次に次のように加える。」と書きます。"
    written: str


@frozen
class UnlikeLists(Diagnostic):
    code = "H661"
    title = "動かす項目の並べ方が、前と後で合いません: 前は{old}つ、後は{new}つの並びです"
    label = "この並び"
    help = "「ア、イ 及び エ を イ、ウ 及び オ とする。」のように、前と後を同じ並べ方で書きます。"
    old: int
    new: int


@frozen
class OpenSentence(Diagnostic):
    code = "H662"
    title = "「{ending}」の後に、続きの改正文がありません"
    label = "この文の終わり"
    help = "続けるなら次の改正文を、終えるなら「{closed}」と書きます。"
    ending: str
    closed: str


@frozen
class TwoContents(Diagnostic):
    code = "H663"
    title = "1つの改正文に「次のように」が2つあります"
    label = "後に書く条が、どちらのものか決まりません"
    related_label = "先のもの"
    help = "「次のように改める」「次のように加える」は1つの改正文に1つだけです。分けて書きます。"
    related: Span | None = None


@frozen
class NamedTwice(Diagnostic):
    code = "H664"
    title = "1つの改正文で「{path}」が2度指されています"
    label = "ここ"
    help = "並び、範囲、続けた移動に、同じ項目は一度だけ書きます。"
    path: str


@frozen
class CountMismatch(Diagnostic):
    code = "H665"
    title = "加えるのは「{said}」とされていますが、後に書かれているのは{found}です"
    label = "{said}とされています"
    related_label = "加える条"
    help = "数と種類を、後に書く条に合わせます。"
    said: str
    found: str
    related: Span | None = None


@frozen
class StepMismatch(Diagnostic):
    code = "H666"
    title = "「{path}」の配点は{actual}点なので、{by}点{verb}と{result}点で、{said}点ではありません"
    label = "{said}点とされています"
    related_label = "ここまでの改正を当てた姿では{actual}点です"
    path: str
    actual: int
    by: int
    verb: str
    result: int
    said: int
    related: Span | None = None


@frozen
class OverlappingWords(Diagnostic):
    code = "H667"
    title = "「{target}」の{part}で、「{first}」と「{second}」は重なります"
    label = "1つの文で改める字は重ねられません"
    related_label = "元の{part}"
    help = "重なる字を一緒に引用して、1か所として改めます。"
    target: str
    part: str
    first: str
    second: str
    related: Span | None = None


@frozen
class NotAnExpression(Diagnostic):
    code = "H668"
    title = "「{target}」の{part}は、改めると「{result}」となり、読めません"
    label = "この改正文"
    related_label = "元の{part}"
    help = "{part}を全部引用して「{target} の{part}「今の{part}」を「新しい{part}」に改める。」と書くこともできます。"
    target: str
    result: str
    related: Span | None = None
    part: str = "要件"


@frozen
class StaleRequirement(Diagnostic):
    code = "H669"
    title = "「{target}」の{part}に「{said}」は{count}"
    label = "元の{part}と合いません"
    related_label = "元の{part}"
    help = "今の{part}は「{actual}」です。{elsewhere}名前や数は、一部でなく語の全部を、一度だけ出てくる形で引用します。"
    target: str
    said: str
    count: str
    actual: str
    elsewhere: str
    related: Span | None = None
    part: str = "要件"


@frozen
class WordsNowhere(Diagnostic):
    code = "H670"
    title = "「{target}」の{part}に、その下も含めて「{said}」はありません"
    label = "改める所が1つもありません"
    help = "「」の中は、ここまでの改正を当てた姿の{part}と一字一句同じに書きます。"
    target: str
    part: str
    said: str


@frozen
class WordsBelowToo(Diagnostic):
    code = "H671"
    severity = Severity.WARNING
    title = "「{target}」の文だけが改まります。同じ字「{said}」は、その下の{count}か所にもあります"
    label = "この改正文"
    related_label = "改まる文"
    help = "下にもある所: {places}。そこも改めるときは、項目を並べて改正文を書きます。"
    target: str
    said: str
    count: int
    places: str
    related: Span | None = None


@frozen
class EmptyText(Diagnostic):
    code = "H673"
    title = "「{target}」の文に、字が1つも残りません"
    label = "改めると空になります"
    related_label = "今の文"
    help = "無くすなら「{target} を削る。」、書き直すなら「{target} 中「今の文」を「新しい文」に改める。」と書きます。"
    target: str
    related: Span | None = None


@frozen
class UnlikeEndings(Diagnostic):
    code = "H674"
    title = "「{ending}」の後の改正文が「{verb}」で終わりません"
    label = "この文の続き"
    related_label = "ここまで"
    help = (
        "「{ending}」で続けられるのは、同じ「{verb}」で終わる改正文です。"
        "ここまでを「{closed}、」とすれば、ほかの改正文も続けられます。"
    )
    ending: str
    verb: str
    closed: str
    related: Span | None = None


@frozen
class UnnaturalCount(Diagnostic):
    code = "H675"
    title = "「{written}」とは数えません"
    label = "この数"
    help = "「つ」で数えるのは1から9までです。「{natural}を加える」のように書きます。"
    written: str
    natural: str
