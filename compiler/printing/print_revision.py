"""Revisions → canonical text: one form for every meaning, and no comment lost."""

from collections.abc import Iterator
from typing import assert_never

from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.printing.print_allocation_revision import print_allocation_revision
from haiten.compiler.printing.print_rulebook import (
    declaration_lines,
    definition_text,
    points_text,
    print_citations,
    print_expression,
    print_node,
    print_rulebook,
    print_target,
    print_text,
    quote,
    with_comments,
)
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.allocation_revision import AllocationRevision
from haiten.compiler.syntax.expressions import Target
from haiten.compiler.syntax.revision import (
    Amendment,
    Article,
    Declare,
    Declared,
    DefinedName,
    Delete,
    Insert,
    Manner,
    Part,
    PartChange,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revision,
    Reword,
    Separate,
    Stretch,
    part_word,
)
from haiten.compiler.syntax.rulebook import (
    LANGUAGE_VERSION,
    Comments,
    Definition,
    Mode,
    NodeDecl,
    Points,
    Remark,
    Requirement,
    RulebookFile,
    Text,
    Timing,
    Undisclosed,
)

RuleTree = RulebookFile | Revision | AllocationFile | AllocationRevision
_BLOCK_DEPTH = 1  # what an amendment adds stands one step in, whatever its level


def print_file(tree: RuleTree) -> str:
    """The canonical text of a rule file, ending in a line end."""
    if isinstance(tree, AllocationRevision):
        return print_allocation_revision(tree)
    if isinstance(tree, AllocationFile):
        return print_allocation(tree)
    return print_revision(tree) if isinstance(tree, Revision) else print_rulebook(tree)


def print_revision(revision: Revision) -> str:
    """The canonical text of a revision, ending in a line end."""
    return "\n".join(_lines(revision)) + "\n"


def _lines(revision: Revision) -> Iterator[str]:
    header, base = revision.header, revision.base
    first = [f"言語 {LANGUAGE_VERSION}", f"{header.year} {header.scope} 評価指標"]
    yield from with_comments("", header.comments, first)
    yield from with_comments("", base.comments, [f"{base.year} {base.scope} 評価指標 を次のように改正する。"])
    if revision.title:
        yield from with_comments("", revision.title.comments, [f"題名 {print_text(revision.title.text)}"])
    above: tuple[object, bool] | None = None
    article: Article | None = None
    for amendment in revision.amendments:
        if amendment.article is not None and amendment.article != article:
            article, above = amendment.article, None
            heading = f"{article.name} {print_text(article.text) if article.text else ''}".rstrip()
            yield from ("", *with_comments("", article.comments, [heading]))
        action, lines = amendment.action, list(_amendment(amendment))
        declared = type(action.declaration) if isinstance(action, Declare) else None
        comments = action.declaration.comments if isinstance(action, Declare) else amendment.comments
        # Declarations of one kind stand together, and so do amendments of one line; all else has air around it,
        # and so has a comment, which begins a new matter.
        kind = (declared, declared is not None or len(lines) - len(comments.before) == 1)
        if kind != above or not kind[1] or comments.before:
            yield ""
        above = kind
        yield from lines
    if revision.supplement is not None:
        lines = ["附則", f"  この改正は、{revision.supplement.year}から適用する。"]
        yield from ("", *with_comments("", revision.supplement.comments, lines))
    if revision.closing:
        yield ""
        yield from (comment.text for comment in revision.closing)


def _amendment(amendment: Amendment) -> Iterator[str]:
    action = amendment.action
    if isinstance(action, Declare):
        yield from with_comments("", action.declaration.comments, declaration_lines(action.declaration))
    else:
        yield from with_comments("", amendment.comments, [_sentence(amendment)])
    if amendment.carry is not None:
        line = f"引継ぎ {print_expression(amendment.carry.condition)}"
        yield from with_comments("  ", amendment.carry.comments, [line])
    if amendment.reason is not None:
        comments = amendment.comments if isinstance(action, Declare) else Comments()
        yield from with_comments("  ", comments, [f"理由 {print_text(amendment.reason)}"])
    new = action.by if isinstance(action, Replace) else action.new if isinstance(action, Insert) else ()
    for part in new:
        if isinstance(part, NodeDecl):
            yield from print_node(part, _BLOCK_DEPTH)
        else:
            yield from with_comments("  ", part.comments, declaration_lines(part))


def _sentence(amendment: Amendment) -> str:
    match amendment.action:
        case Replace(target=target):
            return f"{_object(target)} を次のように改める。"
        case Delete(target=target):
            return f"{_object(target)} を削る。"
        case Insert(anchor=anchor, where=where):
            particle = "に" if where == "中" else f"の{where}に"
            return f"{_object(anchor)} {particle}次のように加える。"
        case Renumber(moves=moves):
            return "とし、".join(f"{_stretch(old)} を {_stretch(new)} " for old, new in moves) + "とする。"
        case Separate(target=target, other=other):
            return f"{_stretch(target)} を {_stretch(other)} と別に定める。"
        case Rename(names=names):
            return "とし、".join(f"{_named(each.old)} を {each.name} " for each in names) + "とする。"
        case Reword() as action:
            new = f"{quote(action.new)}{print_citations(action.citations)}"
            return f"{print_target(action.target)} 中{quote(action.old)}を{new}に改める。"
        case Recite(target=target, old=old, new=new_marks):
            where = "全体" if target is None else print_target(target)
            return f"{where} の出典{print_citations((old,))}を{print_citations(new_marks)}に改める。"
        case PartChange() as action:
            return _change(action)
        case Declare():
            raise AssertionError("declarations are printed as such")
        case _:
            assert_never(amendment.action)


def _change(action: PartChange) -> str:
    place, word = print_target(action.target), part_word(action.part)
    if action.old is None:
        assert action.new is not None
        return f"{place} に{word}{_quoted(action.new)}を加える。"
    if action.new is None:
        return f"{place} の{word}{_quoted(action.old)}を削る。"
    return f"{place} の{word}{_quoted(action.old)}を{_quoted(action.new)}に改める。"


def _quoted(part: Part) -> str:
    """How an amendment quotes a part."""
    match part:
        case Points():
            return f"「{points_text(part)}」"
        case Manner():
            cap = f" {part.cap.value:,}点" if part.cap else ""
            return f"「{Mode(part.mode).value}{cap}」"
        case Requirement():
            return f"「{print_expression(part.condition)}{_spaced(print_citations(part.citations))}」"
        case Definition():
            return f"「{definition_text(part)}」"
        case Timing():
            return f"「{part.value}」"
        case Undisclosed():
            return f"「{points_text(part.points)}」"
        case Text():
            return print_text(part)
        case Remark():
            return print_text(part.text)
        case _:
            assert_never(part)


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


def _object(target: Target | Declared) -> str:
    return f"{target.kind} {target.name}".rstrip() if isinstance(target, Declared) else print_target(target)


def _named(old: Declared | DefinedName) -> str:
    return _object(old) if isinstance(old, Declared) else f"{print_target(old.place)} の定義 {old.name}"


def _stretch(stretch: Stretch) -> str:
    return print_target(stretch.first) + (f"〜{stretch.last}" if stretch.last else "")
