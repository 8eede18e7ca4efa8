"""Syntax → canonical text: one form for every meaning, and no comment lost (language.md, design rule 2)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from rich.cells import cell_len

from haiten.compiler.expressions import (
    Among,
    Answer,
    Arithmetic,
    Call,
    ClassIs,
    Comparison,
    CountAmong,
    Expression,
    Junction,
    Members,
    Name,
    Not,
    PathRef,
    Previous,
    Quantity,
    Rounding,
    Score,
    Target,
    Whole,
    Within,
)
from haiten.compiler.fold import Comment
from haiten.compiler.syntax import (
    LANGUAGE_VERSION,
    Citation,
    ClassDecl,
    Comments,
    Definition,
    FactDecl,
    Heading,
    Level,
    Mode,
    Node,
    Origin,
    Remark,
    Requirement,
    Rulebook,
    SourceDecl,
    Text,
    Timing,
    Undisclosed,
)

LINE_WIDTH: Final = 120  # in terminal cells; a 要件 that would go beyond it stands on a line of its own
_INDENT: Final = "  "
_KEYWORDS: Final = {Level.GOAL: "目標 ", Level.GROUP: "指標群 ", Level.INDICATOR: "指標 "}


def print_rulebook(rulebook: Rulebook) -> str:
    """The canonical text of a rulebook, ending in a line end."""
    return "\n".join(_rulebook_lines(rulebook)) + "\n"


def _rulebook_lines(rulebook: Rulebook) -> Iterator[str]:
    header = rulebook.header
    yield from _with_comments(
        "", header.comments, f"言語 {LANGUAGE_VERSION}\n{header.year} {header.scope} 評価指標".split("\n")
    )
    if rulebook.title:
        yield from _with_comments("", rulebook.title.comments, [f"題名 {print_text(rulebook.title.text)}"])
    for declarations in (rulebook.sources, rulebook.facts, rulebook.classes):
        if declarations:
            yield ""
        for declaration in declarations:
            yield from _with_comments("", declaration.comments, _declaration_lines(declaration))
    for grant in rulebook.grants:
        yield ""
        yield from print_node(grant)
    if rulebook.closing:
        yield ""
        yield from (comment.text for comment in rulebook.closing)


def _with_comments(indent: str, comments: Comments, lines: list[str]) -> Iterator[str]:
    yield from (indent + comment.text for comment in comments.before)
    yield from (indent + line for line in lines[:-1])
    yield indent + lines[-1] + _behind(comments.behind)


def _behind(comments: Iterable[Comment]) -> str:
    return "".join(f"  {comment.text}" for comment in comments)


def _declaration_lines(declaration: SourceDecl | FactDecl | ClassDecl) -> list[str]:
    match declaration:
        case SourceDecl():
            return [_source_line(declaration)]
        case FactDecl():
            return [_fact_line(declaration)]
        case ClassDecl():
            cases = (
                _join(f"{_INDENT}「{case.name}」", *(print_expression(q) + o for o, q in case.bounds))
                if case.bounds
                else f"{_INDENT}「{case.name}」 その他"
                for case in declaration.cases
            )
            return [f"区分 {declaration.name} = {print_expression(declaration.value)}", *cases]


def _source_line(source: SourceDecl) -> str:
    return _join("出典", source.name, print_text(source.text) if source.text else None, source.url)


def _fact_line(fact: FactDecl) -> str:
    return _join(
        f"事実 {fact.name} : {fact.unit}",
        f"{print_number(fact.low)}以上" if fact.low is not None else None,
        f"{print_number(fact.high)}以下" if fact.high is not None else None,
        f"小数{fact.decimals}桁" if fact.decimals else None,
        "小さいほど良い" if fact.lower_is_better else None,
        print_text(fact.text) if fact.text else None,
        print_citations(fact.citations),
    )


def print_node(node: Node, depth: int | None = None) -> Iterator[str]:
    """The lines of a node and all below it, indented by its level (or by ``depth``)."""
    depth = node.heading.level if depth is None else depth
    indent = _INDENT * depth
    heading, requirement = node.heading, node.requirement
    line = _heading_line(heading)
    attributes = (node.timing, *node.remarks, *node.definitions, node.undisclosed)
    joined = False
    if requirement and not any(attributes) and not heading.comments.behind and not requirement.comments.before:
        both = f"{line} {_requirement_line(requirement)}"
        joined = cell_len(indent + both) <= LINE_WIDTH
        if joined:
            line = both
    behind = requirement.comments.behind if requirement and joined else ()
    comments = Comments(heading.comments.before, heading.comments.behind + behind)
    yield from _with_comments(indent, comments, [line])
    for attribute in attributes:
        if attribute:
            yield from _with_comments(indent + _INDENT, attribute.comments, [_attribute_line(attribute)])
    if requirement and not joined:
        yield from _with_comments(indent + _INDENT, requirement.comments, [_requirement_line(requirement)])
    for child in node.children:
        if child.heading.level <= Level.GROUP:
            yield ""
        yield from print_node(child, depth + 1)


def _heading_line(heading: Heading) -> str:
    keyword = _KEYWORDS.get(heading.level, "")
    if heading.level is Level.GRANT:
        keyword = "別枠 " if heading.special else "交付金 "
    head = keyword + (heading.label or "")
    if heading.same_as:
        return _join(head, print_target(heading.same_as), "に同じ", _origin(heading.origin))
    return _join(
        head,
        print_text(heading.text) if heading.text else None,
        f"{heading.points.value:,}点{print_citations(heading.points.citations)}" if heading.points else None,
        "いずれか" if heading.mode is Mode.ANY_ONE else None,
        f"上限 {heading.cap.value:,}点" if heading.cap else None,
        _origin(heading.origin),
    )


def _origin(origin: Origin | None) -> str | None:
    if origin is None:
        return None
    return "新設" if origin.path is None else f"前身 {origin.year} {print_target(origin.path)}"


def _attribute_line(attribute: Timing | Remark | Definition | Undisclosed) -> str:
    match attribute:
        case Timing():
            return f"時点 {attribute.value}"
        case Remark():
            return f"留意 {print_text(attribute.text)}"
        case Undisclosed(points=points):
            return f"未公表 {points.value:,}点{print_citations(points.citations)}"
        case Definition():
            return _join(
                f"{attribute.name} = {print_expression(attribute.value)}",
                "小さいほど良い" if attribute.lower_is_better else None,
                print_citations(attribute.citations),
            )


def _requirement_line(requirement: Requirement) -> str:
    return _join("要件", print_expression(requirement.condition), print_citations(requirement.citations))


def _join(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


# Texts, citations, numbers


def print_text(text: Text) -> str:
    """A text in its brackets, with its citations."""
    return _quote(text.value) + print_citations(text.citations)


def _quote(value: str) -> str:
    if _balanced(value):
        return f"「{value}」"
    if "『" not in value and "』" not in value:
        return f"『{value}』"
    # Neither bracket can hold all of it: adjacent texts join.
    mark = next(char for char in value if char in "『』")
    head, _, tail = value.partition(mark)
    return "".join([f"『{head}』" if head else "", f"「{mark}」", _quote(tail) if tail else ""])


def _balanced(value: str) -> bool:
    depth = 0
    for char in value:
        depth += (char == "「") - (char == "」")
        if depth not in (0, 1):
            return False
    return depth == 0


def print_citations(citations: Iterable[Citation]) -> str:
    """The marks 〔…〕 behind a value; empty where there is none."""
    return "".join(_citation(citation) for citation in citations)


def _citation(citation: Citation) -> str:
    if citation.kind == "estimated":
        return "〔推定〕"
    return f"〔{_join('導出' if citation.kind == 'derived' else None, citation.name, citation.place)}〕"


def print_number(value: Decimal) -> str:
    """A number without trailing zeros, with separators and the canonical minus sign."""
    digits = f"{abs(value):,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return ("－" if value < 0 else "") + digits


# Expressions


def print_target(target: Target) -> str:
    """A name or a path."""
    return target.value if isinstance(target, Name) else ".".join(target.labels)


def _precedence(expression: Expression) -> int:
    match expression:
        case Junction(connective="又は"):
            return 0
        case Junction():
            return 1
        case Among() | CountAmong():
            return 2
        case Not():
            return 3
        case Comparison() | Within() | ClassIs():
            return 4
        case Arithmetic(rest=((("＋" | "－"), _), *_)):
            return 5
        case Arithmetic():
            return 6
        case _:
            return 7


def print_expression(expression: Expression) -> str:
    """An expression in canonical form, bracketed only where its meaning or the rule against mixing asks for it."""

    def operand(inner: Expression, above: int) -> str:
        text = print_expression(inner)
        return text if _precedence(inner) > above else f"({text})"

    level = _precedence(expression)
    match expression:
        case Name() | PathRef():
            return print_target(expression)
        case Quantity():
            return print_number(expression.value) + expression.unit
        case Answer():
            return "該当"
        case Call():
            return f"{expression.function}({', '.join(print_expression(a) for a in expression.arguments)})"
        case Rounding():
            return f"{expression.function}({print_expression(expression.value)}, 小数{expression.decimals}桁)"
        case Members():
            return "、".join(
                "〜".join(print_target(end) for end in item) if isinstance(item, tuple) else print_target(item)
                for item in expression.items
            )
        case CountAmong():
            members = expression.members
            left = (
                print_expression(members)
                if isinstance(members, Members | Name | PathRef)
                else f"({print_expression(members)})"
            )
            return f"{left} のうち {expression.count}つ{expression.operator}"
        case ClassIs():
            return f"{operand(expression.value, 4)} が 「{expression.case}」"
        case Score(of=Whole() as whole):
            excluded = "、".join(print_target(target) for target in whole.excluded)
            return f"得点(全体 から {excluded} を除く)" if excluded else "得点(全体)"
        case Score(of=(Name() | PathRef()) as target):
            return f"得点({print_target(target)})"
        case Previous():
            return f"前年度({print_expression(expression.of)})"
        case Junction():
            # かつ inside 又は is bracketed too: side by side they are refused.
            return f" {expression.connective} ".join(operand(o, 1) for o in expression.operands)
        case Among():
            subset = expression.subset
            bare = isinstance(subset, Name | PathRef | Answer)
            left = print_expression(subset) if bare else f"({print_expression(subset)})"
            return f"{left} のうち {operand(expression.condition, level)}"
        case Not():
            return f"{operand(expression.operand, level)} でない"
        case Comparison():
            right = operand(expression.right, 4)
            gap = "" if isinstance(expression.right, Quantity) else " "
            return f"{operand(expression.left, 4)} が {right}{gap}{expression.operator}"
        case Within():
            by = f"{expression.by}別 " if expression.by else ""
            step = print_number(expression.step).replace(",", "")  # a step is written without separators
            return f"{operand(expression.value, 4)} が {by}上位{step}{expression.unit}"
        case Arithmetic():
            rest = "".join(f" {operator} {operand(inner, level)}" for operator, inner in expression.rest)
            return operand(expression.first, level) + rest
    raise AssertionError(expression)
