"""Syntax → canonical text: one form for every meaning, and no comment lost (language.md, design rule 2)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, assert_never

from rich.cells import cell_len

from haiten.compiler.folding.fold import Comment
from haiten.compiler.syntax.expressions import (
    Among,
    Answer,
    Arithmetic,
    ByClass,
    Call,
    ClassIs,
    Comparison,
    CountAmong,
    Expression,
    Junction,
    Members,
    Name,
    Not,
    OfMembers,
    Paid,
    PastFigure,
    PathRef,
    Previous,
    Quantity,
    Rounding,
    Score,
    Target,
    Whole,
    WithinTop,
)
from haiten.compiler.syntax.labels import in_label_order
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import (
    LANGUAGE_VERSION,
    Carry,
    Citation,
    ClassDecl,
    Comments,
    ConstantDecl,
    Declaration,
    Definition,
    FactDecl,
    Heading,
    Level,
    Mode,
    NodeDecl,
    Origin,
    PastNames,
    Points,
    Remark,
    Requirement,
    RulebookFile,
    SourceDecl,
    Text,
    Timing,
    Undisclosed,
)

LINE_WIDTH: Final = 120  # in terminal cells; a 要件 that would go beyond it stands on a line of its own
_INDENT: Final = "  "
_KEYWORDS: Final = {Level.GOAL: "目標 ", Level.GROUP: "指標群 ", Level.INDICATOR: "指標 "}


def print_rulebook(rulebook: RulebookFile) -> str:
    """The canonical text of a rulebook, ending in a line end."""
    return "\n".join(_rulebook_lines(rulebook)) + "\n"


def _rulebook_lines(rulebook: RulebookFile) -> Iterator[str]:
    header = rulebook.header
    yield from with_comments(
        "", header.comments, f"言語 {LANGUAGE_VERSION}\n{header.year} {header.scope} 評価指標".split("\n")
    )
    if rulebook.since:
        yield f"起点 {rulebook.since}"
    if rulebook.title:
        yield from with_comments("", rulebook.title.comments, [f"題名 {print_text(rulebook.title.text)}"])
    for declarations in (rulebook.sources, rulebook.facts, rulebook.classes, rulebook.constants):
        if declarations:
            yield ""
        for declaration in declarations:
            yield from with_comments("", declaration.comments, declaration_lines(declaration))
    for grant in rulebook.grants:
        yield ""
        yield from print_node(grant)
    if rulebook.closing:
        yield ""
        yield from (comment.text for comment in rulebook.closing)


def with_comments(indent: str, comments: Comments, lines: list[str]) -> list[str]:
    """The lines of a statement with the comments that belong to it."""
    whole = [*[comment.text for comment in comments.before], *lines]
    return [indent + line for line in whole[:-1]] + [indent + whole[-1] + _behind(comments.behind)]


def _behind(comments: Iterable[Comment]) -> str:
    return "".join([f"  {comment.text}" for comment in comments])


def declaration_lines(declaration: Declaration) -> list[str]:
    """The lines of a 事実, 区分, 定数 or 出典."""
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
            past = past_text(declaration.formerly)
            return [
                f"区分 {declaration.name} = {print_expression(declaration.value)}",
                *cases,
                *([_INDENT + past] if past else []),
            ]
        case ConstantDecl():
            head = f"定数 {declaration.name} = {print_expression(declaration.value)}"
            text = print_text(declaration.text) if declaration.text else None
            said = _join(head, text) + print_citations(declaration.citations)
            return [_join(said, past_text(declaration.formerly))]
        case _:
            assert_never(declaration)


def _source_line(source: SourceDecl) -> str:
    return _join("出典", source.full_name, print_text(source.text) if source.text else None, source.url)


def _fact_line(fact: FactDecl) -> str:
    return _join(
        f"事実 {fact.name} : {fact.unit}",
        f"{print_number(fact.low)}以上" if fact.low is not None else None,
        f"{print_number(fact.high)}以下" if fact.high is not None else None,
        f"小数{fact.decimals}桁" if fact.decimals else None,
        "小さいほど良い" if fact.lower_is_better else None,
        print_text(fact.text) if fact.text else None,
        print_citations(fact.citations),
        past_text(fact.formerly),
    )


def past_text(names: PastNames) -> str | None:
    """``前身 令和6年度 三職種数``; None for what was never called otherwise."""
    return " ".join(f"前身 {past.year} {past.name}" for past in names) or None


def print_node(node: NodeDecl, depth: int | None = None) -> list[str]:
    """The lines of a node and all below it, indented by its level (or by ``depth``)."""
    lines: list[str] = []
    _add_node(node, node.heading.level if depth is None else depth, lines)
    return lines


def _add_node(node: NodeDecl, depth: int, lines: list[str]) -> None:
    indent = _INDENT * depth
    heading, requirement = node.heading, node.requirement
    line = _heading_line(heading)
    attributes = (node.timing, *node.remarks, *node.definitions, node.undisclosed, node.carry)
    joined = False
    if requirement and not any(attributes) and not heading.comments.behind and not requirement.comments.before:
        both = f"{line} {_requirement_line(requirement)}"
        joined = _fits(indent + both)
        if joined:
            line = both
    comments = heading.comments
    if requirement and joined and requirement.comments.behind:
        comments = Comments(comments.before, comments.behind + requirement.comments.behind)
    lines += with_comments(indent, comments, [line])
    for attribute in attributes:
        if attribute:
            lines += with_comments(indent + _INDENT, attribute.comments, [_attribute_line(attribute)])
    if requirement and not joined:
        lines += with_comments(indent + _INDENT, requirement.comments, [_requirement_line(requirement)])
    for child in children_and_gaps(node):
        if child.heading.level <= Level.GROUP:
            lines.append("")
        _add_node(child, depth + 1, lines)


def _fits(line: str) -> bool:
    # No character is wider than two cells.
    return len(line) * 2 <= LINE_WIDTH or cell_len(line) <= LINE_WIDTH


def children_and_gaps(node: NodeDecl) -> list[NodeDecl]:
    """The children of a node with the places of those that are gone (削除) among them, by their labels."""
    if not node.gone:
        return list(node.children)
    both = [*node.children, *(NodeDecl(heading) for heading in node.gone)]
    return in_label_order(both[0].heading.level, both, lambda child: child.heading.label or "")


def _heading_line(heading: Heading) -> str:
    keyword = _KEYWORDS.get(heading.level, "")
    if heading.level is Level.GRANT:
        keyword = "別枠 " if heading.special else "交付金 "
    head = keyword + (heading.label or "")
    if heading.gone:
        return f"{head} 削除"
    if heading.same_as:
        return _join(head, print_target(heading.same_as), "に同じ", _origin(heading.origin))
    return _join(
        head,
        print_text(heading.text) if heading.text else None,
        points_text(heading.points) if heading.points else None,
        "いずれか" if heading.mode is Mode.ANY_ONE else None,
        f"上限 {heading.cap.value:,}点" if heading.cap else None,
        _origin(heading.origin),
    )


def _origin(origin: Origin | None) -> str | None:
    if origin is None:
        return None
    moves = (f"前身 {year} {print_target(path)}" for year, path in origin.moves)
    return _join(*moves, f"{origin.born or ''}新設" if origin.new else None)


def _attribute_line(attribute: Timing | Remark | Definition | Undisclosed | Carry) -> str:
    match attribute:
        case Carry():
            return f"引継ぎ {print_expression(attribute.condition)}"
        case Timing():
            return f"時点 {attribute.value}"
        case Remark():
            return f"留意 {print_text(attribute.text)}"
        case Undisclosed(points=points):
            return f"未公表 {points_text(points)}"
        case Definition():
            return definition_text(attribute)
        case _:
            assert_never(attribute)


def points_text(points: Points) -> str:
    """``16点〔集計〕``."""
    return f"{points.value:,}点{print_citations(points.citations)}"


def definition_text(definition: Definition) -> str:
    """``比率 = 三職種 ÷ 高齢者人口``."""
    return _join(
        f"{definition.name} = {print_expression(definition.value)}",
        "小さいほど良い" if definition.lower_is_better else None,
        print_citations(definition.citations),
        past_text(definition.formerly),
    )


def _requirement_line(requirement: Requirement) -> str:
    return _join("要件", print_expression(requirement.condition), print_citations(requirement.citations))


def _join(*parts: str | None) -> str:
    return " ".join(filter(None, parts))


# Texts, citations, numbers


def print_text(text: Text) -> str:
    """A text in its brackets, with its citations."""
    return quote(text.value) + print_citations(text.citations)


def quote(value: str) -> str:
    """A text in brackets that can hold it."""
    if ("「" not in value and "」" not in value) or _balanced(value):
        return f"「{value}」"
    if "『" not in value and "』" not in value:
        return f"『{value}』"
    # Neither bracket can hold all of it: adjacent texts join.
    mark = next(char for char in value if char in "『』")
    head, _, tail = value.partition(mark)
    return "".join([f"『{head}』" if head else "", f"「{mark}」", quote(tail) if tail else ""])


def _balanced(value: str) -> bool:
    depth = 0
    for char in value:
        depth += (char == "「") - (char == "」")
        if depth not in (0, 1):
            return False
    return depth == 0


def print_citations(citations: Iterable[Citation]) -> str:
    """The marks 〔…〕 behind a value; empty where there is none."""
    return "".join([_citation(citation) for citation in citations])


def _citation(citation: Citation) -> str:
    if citation.kind == "estimated":
        return "〔推定〕"
    return f"〔{_join('導出' if citation.kind == 'derived' else None, citation.source, citation.place)}〕"


def print_number(value: Decimal) -> str:
    """A number without trailing zeros, with separators and the canonical minus sign."""
    digits = f"{value.copy_abs():,f}"  # abs() would round beyond 28 digits
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return ("－" if value < 0 else "") + digits


# Expressions


def print_target(target: Target) -> str:
    """A name or a path."""
    return target.value if isinstance(target, Name) else ".".join(target.labels)


def _precedence(expression: Expression) -> int:
    match expression:
        case Name() | PathRef() | Quantity() | Answer():  # as most are
            return 7
        case Junction(connective="又は"):
            return 0
        case Junction():
            return 1
        case Among() | CountAmong():
            return 2
        case Not() | ByClass():
            return 3  # でない behind a table would seem to be about its last bar alone
        case Comparison() | WithinTop() | ClassIs():
            return 4
        case Arithmetic(rest=((("＋" | "－"), _), *_)):
            return 5
        case Arithmetic():
            return 6
        case Members() | Score() | Previous() | Paid() | Call() | Rounding() | OfMembers() | PastFigure():
            return 7
        case _:
            assert_never(expression)


def print_bar(case: str | None, operator: Operator, bar: Expression) -> str:
    """One bar of a table by classes: 「大」 95%以上."""
    right = print_expression(bar) if _precedence(bar) > 4 else f"({print_expression(bar)})"
    gap = "" if isinstance(bar, Quantity) else " "
    return f"{'その他' if case is None else quote(case)} {right}{gap}{operator}"


def print_expression(expression: Expression) -> str:
    """An expression in canonical form, bracketed only where its meaning or the rule against mixing asks for it."""

    def operand(inner: Expression, above: int) -> str:
        text = print_expression(inner)
        return text if _precedence(inner) > above else f"({text})"

    level = _precedence(expression)
    match expression:
        case Name() | PathRef():
            return print_target(expression)
        case WithinTop():
            by = f"{expression.by}別 " if expression.by else ""
            step = print_number(expression.step).replace(",", "")  # a step is written without separators
            return f"{operand(expression.value, 4)} が {by}上位{step}{expression.unit}"
        case Quantity():
            if expression.written:
                return ("－" if expression.value < 0 else "") + expression.written
            return print_number(expression.value) + expression.unit
        case Answer():
            return "該当"
        case Call():
            return f"{expression.function}({', '.join(print_expression(a) for a in expression.arguments)})"
        case Rounding():
            return f"{expression.function}({print_expression(expression.value)}, 小数{expression.decimals}桁)"
        case OfMembers():
            return f"{expression.function}({print_expression(expression.of)})"
        case PastFigure():
            return expression.text
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
        case ByClass():
            bars = " ".join(print_bar(case, operator, bar) for case, operator, bar in expression.bars)
            return f"{operand(expression.value, 4)} が {expression.by}別に {bars}"
        case ClassIs():
            return f"{operand(expression.value, 4)} が 「{expression.case}」"
        case Score(of=of):
            if not isinstance(of, Whole):
                return f"得点({print_target(of)})"
            excluded = "、".join(print_target(target) for target in of.excluded)
            return f"得点(全体 から {excluded} を除く)" if excluded else "得点(全体)"
        case Previous():
            return f"{expression.year}({print_expression(expression.of)})"
        case Paid(budget=budget):
            return f"交付額({budget.value if budget else '全体'})"
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
        case Comparison(brief=True, right=Previous(of=of, year=year)) if of == expression.left:
            beyond = "上回る" if expression.operator is Operator.ABOVE else "下回る"
            return f"{operand(expression.left, 4)} が {year}を{beyond}"
        case Comparison():
            right = operand(expression.right, 4)
            gap = "" if isinstance(expression.right, Quantity) else " "
            return f"{operand(expression.left, 4)} が {right}{gap}{expression.operator}"
        case Arithmetic():
            rest = "".join(f" {operator} {operand(inner, level)}" for operator, inner in expression.rest)
            return operand(expression.first, level) + rest
        case _:
            assert_never(expression)
