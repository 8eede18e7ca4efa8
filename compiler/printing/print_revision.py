"""Revisions → canonical text: one form for every meaning, and no comment lost."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeGuard, assert_never

from haiten.compiler.changing import evolve
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
    with_comments,
)
from haiten.compiler.printing.sentence_words import ADDED, CHANGED, listed, print_ending, print_words
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.allocation_revision import AllocationRevision
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.revision import (
    SAME,
    Action,
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
    Places,
    QuotedFigure,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revalue,
    Revision,
    Reword,
    Separate,
    Single,
    Stretch,
    WordVerb,
    actions_of,
    as_places,
    last_place,
    part_word,
)
from haiten.compiler.syntax.rulebook import (
    LANGUAGE_VERSION,
    Comments,
    Declaration,
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


def print_sentence(amendment: Amendment) -> str:
    """An amendment in a line: its sentence, or the declaration that it adds; without 理由 and what stands below it."""
    action = amendment.action
    return declaration_lines(action.declaration)[0] if isinstance(action, Declare) else _sentence(amendment)


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
    for part in _added(action):
        if isinstance(part, NodeDecl):
            yield from print_node(part, _BLOCK_DEPTH)
        else:
            yield from with_comments("  ", part.comments, declaration_lines(part))


def _added(action: Action) -> tuple[NodeDecl | Declaration, ...]:
    """What stands behind a sentence."""
    takers = filter(_takes, actions_of(action))
    return tuple(part for each in takers for part in (each.by if isinstance(each, Replace) else each.new))


def _takes(action: Single) -> TypeGuard[Replace | Insert]:
    return isinstance(action, Replace | Insert)


def _sentence(amendment: Amendment) -> str:
    said: list[str] = []
    before: Target | None = None
    groups = [list(group) for _, group in groupby(actions_of(amendment.action), _of_declaration)]
    for number, alike in enumerate(groups):
        following = groups[number + 1][0] if number + 1 < len(groups) else None
        what, verb = _said(alike[0], before)
        if len(alike) > 1:
            one = what.split(" ")[1]
            names = listed([_declared(each).name for each in alike])
            what = what.replace(f" {one} ", f" {names} ", 1)
        said.append(what + print_ending(verb, _goes_on(following) if following is not None else None))
        before = last_place(alike[-1])
    return "".join(said)


def _of_declaration(action: Single) -> object:
    """What is said of a declaration, whatever it is called: alike of neighbours in a list; else the action itself."""
    match action:
        case Delete(target=Declared(kind=kind)) | Replace(target=Declared(kind=kind)) if kind not in ("出典", "題名"):
            return type(action), kind
        case Reword(target=Declared(kind=kind)):
            return evolve(action, target=None), kind
        case Revalue(old=old, new=new):
            return type(action), old, new
        case _:  # any other: it stands alone
            return id(action)


def _declared(action: Single) -> Declared:
    assert isinstance(action, Delete | Replace | Reword | Revalue)
    assert isinstance(action.target, Declared)
    return action.target


def _goes_on(action: Single) -> str:
    """The verb in which a sentence goes on with an action, where its comma may do without one."""
    if _is_change(action):
        return CHANGED
    match action:
        case Reword(edits=edits) if edits[0].verb in (WordVerb.ADD_BELOW, WordVerb.ADD_AHEAD):
            return ADDED
        case PartChange(old=None):
            return ADDED
        case _:  # any other: the verb is said each time
            return ""


def _is_change(action: Single) -> bool:
    match action:
        case PartChange(old=old, new=new, by=by):
            return old is not None and new is not None and by is None
        case Reword(edits=edits):
            return edits[0].verb is WordVerb.REPLACE
        case Recite():
            return True
        case Replace() | Delete() | Insert() | Renumber() | Separate() | Rename() | Declare() | Revalue():
            return False
        case _:
            assert_never(action)


def _said(action: Single, before: Target | None) -> tuple[str, str]:
    """An action without its verb, and the verb; ``before`` is the place before it in its sentence."""
    match action:
        case Replace(target=target):
            return f"{_object(target, before)} ", "を次のように改める"
        case Delete(target=target):
            return f"{_object(target, before)} ", "を削る"
        case Insert(anchor=anchor, where=where, count=count):
            particle = "に" if where == "中" else f"の{where}に"
            what = f"{_kanji(count.number)}{count.word}を" if count else "ように"
            place = _object(anchor if isinstance(anchor, Declared) else as_places(anchor), before)
            return f"{place} {particle}次の{what}", "加える"
        case Renumber(moves=moves):
            return "とし、".join(_moved(moves, before)), "とする"
        case Separate(pairs=pairs):
            apart, others = (Places(tuple(side), side[0].span) for side in zip(*pairs, strict=True))
            return f"{_places(apart, before)} を {_places(others, None)} ", "と別に定める"
        case Rename(names=names):
            said = []
            for each in names:
                said.append(f"{_named(each.old, before)} を {each.name} ")
                before = each.old.place if isinstance(each.old, DefinedName) else None
            return "とし、".join(said), "とする"
        case Reword() as action:
            return _rewording(action, before)
        case Recite(target=reach, old=old, new=new_marks):
            return f"{_reach(reach, before)} の出典{print_citations((old,))}を{print_citations(new_marks)}", "に改める"
        case PartChange() as action:
            return _change(action, before)
        case Revalue(target=target, old=was, new=instead):
            return f"{target.kind} {target.name} の値「{_figure(was)}」を「{_figure(instead)}」", "に改める"
        case Declare():
            raise AssertionError("declarations are printed as such")
        case _:
            assert_never(action)


def _figure(quoted: QuotedFigure) -> str:
    return print_expression(quoted.value) + print_citations(quoted.citations)


def _rewording(action: Reword, before: Target | None) -> tuple[str, str]:
    part = "中" if action.inside == "文" else f"の{action.inside}中"
    target = action.target
    reach = _object(target, before) if isinstance(target, Declared) else _reach(target, before)
    words, verb = print_words(action.edits, action.citations)
    return f"{reach} {part}{words}", verb


def _change(action: PartChange, before: Target | None) -> tuple[str, str]:
    place, word = _places(action.target, before), part_word(action.part)
    if action.by is not None and isinstance(action.new, Points):
        how = "減じて" if action.by < 0 else "加えて"
        return f"{place} の配点を{abs(action.by):,}点{how}{points_text(action.new)}", "とする"
    if action.old is None:
        assert action.new is not None
        return f"{place} に{word}{_quoted(action.new)}", "を加える"
    if action.new is None:
        return f"{place} の{word}{_quoted(action.old)}", "を削る"
    return f"{place} の{word}{_quoted(action.old)}を{_quoted(action.new)}", "に改める"


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


def _kanji(number: int) -> str:
    """A small number as officials write it: 二, 十二."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not 0 < number < len(digits) * 10:
        return str(number)
    ten = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"
    return str(number) if tens > 1 else ten + (digits[ones] if ones or not tens else "")


def _moved(moves: tuple[tuple[Stretch, Stretch], ...], before: Target | None) -> Iterator[str]:
    """Each move without its verb."""
    for old, new in moves:
        there = _stretch(new, before and old.first, _follows)
        yield f"{_stretch(old, before, _follows)} を {there} "
        before = before and new.first


def _named(old: Declared | DefinedName, before: Target | None) -> str:
    if isinstance(old, Declared):
        return _object(old, before)
    return f"{_object(as_places(old.place), before)} の定義 {old.name}"


def _object(target: Places | Declared, before: Target | None) -> str:
    return f"{target.kind} {target.name}".rstrip() if isinstance(target, Declared) else _places(target, before)


def _reach(reach: Places | None, before: Target | None) -> str:
    return "全体" if reach is None else _places(reach, before)


def _places(places: Places, before: Target | None) -> str:
    """The places, with 及び before the last; each beside the one before it by its label alone.

    Args:
        places: where the action applies.
        before: the place before them in the sentence; what stands beside it begins with 同.
    """
    said: list[str] = []
    for stretch in places.stretches:
        said.append(_stretch(stretch, before, _beside if said else _follows))
        before = stretch.first
    return listed(said)


def _stretch(stretch: Stretch, before: Target | None = None, short: Callable[[PathRef], str] | None = None) -> str:
    first = stretch.first
    together = (
        short is not None
        and isinstance(first, PathRef)
        and isinstance(before, PathRef)
        and len(first.labels) > 1
        and first.labels[:-1] == before.labels[:-1]
    )
    said = short(first) if together and short and isinstance(first, PathRef) else print_target(first)
    return said + (f"〜{stretch.last}" if stretch.last else "")


def _follows(path: PathRef) -> str:
    return f"{SAME}.{path.labels[-1]}"


def _beside(path: PathRef) -> str:
    return path.labels[-1]
