"""What may follow at a place: words of the language where the grammar takes them, names, paths, sources, units."""

import re
from collections.abc import Iterator, Set
from enum import StrEnum
from functools import cache
from typing import Any, Final

from lark.exceptions import UnexpectedInput

from haiten.compiler.compilation import Compilation
from haiten.compiler.folding.fold import fold
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.parsing.expected import STATEMENT_STARTS
from haiten.compiler.printing.print_rulebook import definition_text, print_expression
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.rulebook import Level
from haiten.editor.desk import FileView
from haiten.editor.frame_places import pots_of
from haiten.editor.symbols import Kind
from haiten.grammar import load_parser


class Sort(StrEnum):
    """What a suggestion is."""

    WORD = "語"
    PATH = "項目"
    SOURCE = "出典"
    FACT = "事実"
    CLASS = "区分"
    CONSTANT = "定数"
    LOCAL = "定義"
    BUDGET = "予算"
    POT = "配分"
    FRAME = "枠"
    UNIT = "単位"
    VALUE = "今の値"


@frozen
class Suggestion:
    """Words for a place.

    Attributes:
        span: what they take the place of.
        text: what is written; ``label`` is what is shown.
        begins: it begins a statement, rather than going on with the one at hand.
    """

    label: str
    text: str
    sort: Sort
    span: Span
    detail: str = ""
    begins: bool = False


# What is written for a terminal that is no plain word, and how it is shown.
_PHRASES: Final = {
    "_TOP": "上位",
    "OF_YEAR": "前々年度(",
    "DEVIATION": "全国標準偏差(",
    "ROUND_UP": "切上げ(",
    "BEYOND_YEAR": "前年度を上回る",
    "_IS": "が",
    "_OBJECT": "を",
    "_BY_IT": "による。",
    "_REVISED": "を次のように改正する。",
    "_REPLACED": "を次のように改める。",
    "_DELETED": "を削る。",
    "AFTER": "の次に次のように加える。",
    "BEFORE": "の前に次のように加える。",
    "INSIDE": "に次のように加える。",
    "_RENUMBERED": "とする。",
    "_SEPARATED": "と別に定める。",
    "_POINTS_OF": "の配点「",
    "_REQUIREMENT_OF": "の要件「",
    "REQUIREMENT_TO": "に要件「",
    "_DEFINITION_OF": "の定義「",
    "_TIMING_OF": "の時点「",
    "_MODE_OF": "の方式「",
    "_TEXT_OF": "の文「",
    "_REMARK_OF": "の留意「",
    "_CITATION_OF": "の出典〔",
    "_INSIDE_TEXT": "中「",
    "VALUE_OF": "の値「",
    "_AND_ALSO": "及び",
    "_UNTIL": "まで",
    "_SUPPLEMENT": "附則",
    "_GONE": "削除",
    "NEW": "新設",
    "_AMONG": "のうち",
    "ANSWER": "該当",
    "LOWER_IS_BETTER": "小さいほど良い",
    "CITATION": "〔",
    "TEXT": "「",
}
_UNITS: Final = ("人", "%", "該当", "円", "数", "回", "件", "か所", "日", "円/人", "人/人")
_SCOPES: Final = ("市町村", "都道府県", "広域連合")
# Words of one kind of file that the others have no use for.
_OF_MONEY: Final = (
    frozenset({"_ALLOCATION", "_BUDGET", "_SPLIT", "_PRO_RATA", "_ELIGIBLE", "_FRAME", "_EQUALLY", "_CUSHION"})
    | frozenset({"UNSPENT", "_LIMIT", "_ODD", "_BY_IT", "PAID_OF", "FRAMES_MET", "REST"})
    | frozenset({"VALUE_OF", "PART_VALUE_OF", "PART_VALUE_TO", "PART_OF", "FRAME_OF"})
)
_OF_NODES: Final = frozenset({"GRANT", "SPECIAL", "GOAL", "GROUP", "INDICATOR", "_REQUIREMENT", "_REMARK"}) | frozenset(
    {"_UNDISCLOSED", "_CARRY"}
)
_OF_REVISIONS: Final = (
    frozenset({"_REASON", "ARTICLE", "_SUPPLEMENT", "_REPLACED", "_DELETED", "AFTER", "BEFORE", "INSIDE"})
    | frozenset({"_RENUMBERED", "_SEPARATED", "_OBJECT", "BELOW", "AHEAD", "_LOCAL_OF", "_CITATION_OF"})
    | frozenset({"_POINTS_OF", "_POINTS_BY", "_MODE_OF", "_REQUIREMENT_OF", "REQUIREMENT_TO", "_DEFINITION_OF"})
    | frozenset({"DEFINITION_TO", "_TIMING_OF", "TIMING_TO", "_TEXT_OF", "TEXT_TO", "_REMARK_OF", "REMARK_TO"})
    | frozenset({"_INSIDE_TEXT", "INSIDE_REQUIREMENT"})
)
_PLAIN: Final = re.compile(r"(\w+)\(\?!\[\^")
_OPEN_TEXT: Final = re.compile(r"「[^「」\n]*$")
_OPEN_MARK: Final = re.compile(r"〔([^〔〕\n]*)$")
_TYPED: Final = re.compile(r"(?:[(（][ⅰ-ⅻ][)）]|[^\s「」〔〕（）()、。,＝=:：×÷＋－+])*$")
_BEFORE_QUOTE: Final = re.compile(r"(\S+?)\s*(?:の(配点|要件|文|定義|時点))\s*「[^「」\n]*$")
_HEADING: Final = re.compile(r"^\s*(?:交付金|別枠|目標|指標群|指標|[ア-ン](?:の\d+)*\s|[①-⑳㉑-㊿])")
# The pot of the 枠 that are named next, which 同 means too; the word before a name.
_NAMED_POT: Final = re.compile(r"配分\s+(\S+?)\s*の枠(?:(?!配分).*同\s*の枠)?\s*(?:\S+?\s*(?:[、・〜]|及び)\s*)*$")
_BEFORE_MONEY: Final = re.compile(r"(?:^|[\s、])(配分|予算|限度|不用額)\s+$")
_LINES_BACK: Final = 12
_PER_PATH: Final = 400


def suggestions(page: FileView, source: Source, offset: int) -> Iterator[Suggestion]:
    """What may stand at an offset of a text that is being written; nothing inside a comment."""
    start = source.text.rfind("\n", 0, offset) + 1
    line = source.text[start:offset]
    folded = line.translate(FOLDINGS)
    if any(sign in _outside_texts(folded) for sign in "#＃※"):
        return
    if (mark := _OPEN_MARK.search(line)) is not None:
        yield from _sources(page.program, source, offset, mark[1])
        return
    if _OPEN_TEXT.search(line) is not None:
        yield from _quoted(page, source, offset, line)
        return
    typed = _TYPED.search(line)
    assert typed is not None
    span = Span(source, offset - len(typed[0]), offset)
    yield from _money(page.readable, span, folded[: len(folded) - len(typed[0])])
    expected = _expected(source, span.start) - _useless(page)
    yield from _words(expected, span)
    if "UNIT" in expected:
        for unit in dict.fromkeys([*_UNITS, *_units_of(page.program)]):
            yield Suggestion(unit, unit, Sort.UNIT, span)
    if expected & {"NAME", "PATH", "KANA", "CIRCLED"} and page.program is not None:
        place = _node_above(page, source, span.start)
        if _takes_names(expected):
            yield from _names(page.program, span, place)
        yield from _paths(page, span, place)


def _money(compilation: Compilation | None, span: Span, line: str) -> Iterator[Suggestion]:
    """What an allocation has where a clause of it is named; what it declares itself has no name yet."""
    if compilation is None or compilation.allocation is None:
        return
    pots = list(pots_of(compilation))
    if (named := _NAMED_POT.search(line)) is not None:
        for frame in (frame for pot in pots if pot.line.name == named[1] for frame in pot.frames):
            yield Suggestion(frame.label, frame.label, Sort.FRAME, span, frame.text.value if frame.text else "")
        return
    before = _BEFORE_MONEY.search(line)
    word = None if before is None else before[1]
    amends = compilation.amended is not None
    if word == "不用額" or (word == "配分" and amends):
        for each in (pot.line for pot in pots):
            yield Suggestion(each.name, each.name, Sort.POT, span, each.text.value if each.text else "")
    elif word == "限度" or (word == "予算" and amends):
        for budget in compilation.allocation.budgets:
            yield Suggestion(
                budget.name, budget.name, Sort.BUDGET, span, budget.text.value if budget.text is not None else ""
            )


def _useless(page: FileView) -> Set[str]:
    """The words that this kind of file has no use for."""
    compilation = page.compilation
    if compilation.amended is not None:
        return _OF_NODES
    if compilation.allocation is not None:
        return _OF_NODES | _OF_REVISIONS
    return _OF_MONEY if compilation.revision is not None else _OF_MONEY | _OF_REVISIONS


def _outside_texts(line: str) -> str:
    return re.sub(r"「[^「」]*」?|〔[^〔〕]*〕?|https?://\S+", "", line)


def _expected(source: Source, offset: int) -> Set[str]:
    """The terminals that may stand at an offset, after the statement that is open there."""
    found: Set[str] = frozenset()
    start = offset
    for _ in range(_LINES_BACK):
        start = source.text.rfind("\n", 0, max(start - 1, 0)) + 1 if start else 0
        start = source.text.rfind("\n", 0, start) + 1 if source.text[start:offset].strip() == "" else start
        parser: Any = load_parser().parse_interactive(fold(Source("", source.text[start:offset])).text)
        try:
            for _token in parser.iter_parse():
                pass
            found = frozenset(parser.accepts())
        except UnexpectedInput:
            pass
        if start == 0 or (found and _HEADING.match(source.text[start:offset])):
            break
    return found


@cache
def _phrases() -> dict[str, str]:
    """Terminal → what is written for it."""
    plain = {t.name: _PLAIN.match(t.pattern.to_regexp().removeprefix("(?:")) for t in load_parser().terminals}
    return {name: found[1] for name, found in plain.items() if found is not None} | _PHRASES


def _words(expected: Set[str], span: Span) -> Iterator[Suggestion]:
    phrases = _phrases()
    for terminal in sorted(expected & phrases.keys()):
        written = phrases[terminal]
        yield Suggestion(
            written.rstrip("「〔(") or written, written, Sort.WORD, span, begins=terminal in STATEMENT_STARTS
        )
    if "SCOPE" in expected:
        for scope in _SCOPES:
            yield Suggestion(scope, scope, Sort.WORD, span)


def _takes_names(expected: Set[str]) -> bool:
    """Whether a value may begin here, and not only a declaration's own name."""
    return bool(expected & {"SCORE_OF", "_LPAR", "ANSWER"})


def _units_of(program: Program | None) -> list[str]:
    return [str(fact.unit) for fact in program.facts.values() if fact.unit is not None] if program is not None else []


def _sources(program: Program | None, source: Source, offset: int, typed: str) -> Iterator[Suggestion]:
    word = typed.rpartition(" ")[2]
    span = Span(source, offset - len(word), offset)
    for mark, detail in (("推定", "どの資料にもない"), ("導出", "公表された数から導いた")):
        yield Suggestion(mark, mark, Sort.SOURCE, span, detail)
    for each in program.syntax.sources if program is not None else ():
        yield Suggestion(each.full_name, each.full_name, Sort.SOURCE, span, each.text.value if each.text else "")


def _quoted(page: FileView, source: Source, offset: int, line: str) -> Iterator[Suggestion]:
    """What an amendment quotes: the part of the node that it names, as it is now."""
    named = _BEFORE_QUOTE.search(line.translate(FOLDINGS))
    before = page.before
    if named is None or before is None:
        return
    node = before.nodes.get(named[1])
    at = line.rfind("「") + 1
    span = Span(source, offset - (len(line) - at), offset)
    for value in _parts(node, named[2]) if node is not None else ():
        yield Suggestion(value, value, Sort.VALUE, span, f"{before.year}の{named[2]}")


def _parts(node: Node, part: str) -> Iterator[str]:
    if part == "配点" and not node.is_shared:
        yield f"{node.maximum}点"
    elif part == "文" and node.text:
        yield node.text
    elif part == "要件" and node.decl.requirement is not None:
        yield print_expression(node.decl.requirement.condition)
    elif part == "時点" and node.decl.timing is not None:
        yield node.decl.timing.value
    elif part == "定義":
        yield from (definition_text(local.decl) for local in node.locals)


def _node_above(page: FileView, source: Source, offset: int) -> Node | None:
    """The node whose heading stands last before an offset."""
    program = page.program
    if program is None:
        return None
    line = source.position(offset)[0]
    around = [
        place for place in page.places if place.declares and place.symbol.kind is Kind.NODE and place.span.line <= line
    ]
    identity = max(around, key=lambda place: place.span.start).symbol.name if around else None
    return next((node for node in program.nodes.values() if node.identity == identity), None)


def _names(program: Program, span: Span, place: Node | None) -> Iterator[Suggestion]:
    above = place
    while above is not None:
        for local in above.locals:
            yield Suggestion(local.name, local.name, Sort.LOCAL, span, definition_text(local.decl))
        above = program.nodes[above.parent] if above.parent is not None else None
    for name, fact in program.facts.items():
        if fact.members is None:
            text = fact.decl.text.value if fact.decl.text is not None else ""
            yield Suggestion(name, name, Sort.FACT, span, f"{fact.decl.unit}　{text}".strip())
    for name in program.classes:
        yield Suggestion(name, name, Sort.CLASS, span)
    for name in program.constants:
        yield Suggestion(name, name, Sort.CONSTANT, span)


def _paths(page: FileView, span: Span, place: Node | None) -> Iterator[Suggestion]:
    """The nodes below what was typed, or, where nothing was, those beside the place and the grants."""
    typed, _, _ = span.text.translate(FOLDINGS).rpartition(".")
    for program in (page.before, page.program) if page.before is not None else (page.program,):
        if program is None:
            continue
        if typed:
            parent = program.nodes.get(typed)
            below = [program.nodes[child] for child in parent.children] if parent is not None else []
            for node in below[:_PER_PATH]:
                yield _path(node, node.path, span)
        else:
            for grant in program.grants:
                yield _path(grant, grant.path, span)
            if place is not None and place.parent is not None and place.level >= Level.ITEM:
                for sibling in program.nodes[place.parent].children if place.parent in program.nodes else ():
                    yield _path(program.nodes[sibling], program.nodes[sibling].label, span)


def _path(node: Node, text: str, span: Span) -> Suggestion:
    return Suggestion(text, text, Sort.PATH, span, f"{node.maximum}点　{node.text}".strip())
