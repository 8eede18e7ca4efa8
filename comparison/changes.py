"""What changed between two rulebooks, node by node: the first layer of a diff."""

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from haiten.comparison.match import Match, other_places, same_condition, same_value
from haiten.compiler.checks.sources import standing_of
from haiten.compiler.identity.past_names import SameNames, same_names
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import declaration_lines, definition_text, print_expression, print_target
from haiten.compiler.program.program import Local, Node, Program
from haiten.compiler.program.terms import Condition, Met
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.syntax.expressions import map_names
from haiten.compiler.syntax.rulebook import Citation, ClassDecl, ConstantDecl, Definition, FactDecl, RulebookFile, Text


@frozen
class Change:
    """A change of one thing.

    Attributes:
        kind: ``added``, ``deleted``, ``revealed`` (added, or undisclosed before), ``concealed`` (deleted, or now
            undisclosed), ``renumbered``, ``reworded``, ``known`` (an estimated text is now sourced),
            ``reweighed``, ``condition``, ``mode``, ``definition``, ``definition_renamed``, ``timing``, ``remark``,
            ``undisclosed``, ``shared``, ``fact``, ``fact_renamed``, ``class``, ``class_renamed``, ``constant``,
            ``constant_renamed``, ``title``.
        old_path: where the node stood; None for an added one and for what is no node. ``new_path`` likewise.
        old: what it said, as the rulebook writes it; empty where there was nothing. ``new`` likewise.
        also: where else the node stands by に同じ, so that it changed there too: paths of the new rulebook, of the old
            one for what is gone.
    """

    kind: str
    old_path: str | None
    new_path: str | None
    old: str = ""
    new: str = ""
    also: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it stands, or stood."""
        return self.new_path or self.old_path or ""


# What is no change of a node.
DECLARED: Final = frozenset({"fact", "fact_renamed", "class", "class_renamed", "constant", "constant_renamed"})
WORDS = {
    "added": "追加",
    "deleted": "削除",
    "revealed": "追加か判明",
    "concealed": "削除か未公表",
    "renumbered": "番号",
    "reworded": "文",
    "known": "文の判明",
    "reweighed": "配点",
    "condition": "要件",
    "mode": "方式",
    "definition": "局所名",
    "timing": "時点",
    "remark": "留意",
    "undisclosed": "未公表",
    "shared": "に同じ",
    "definition_renamed": "局所名の名前",
    "fact": "事実",
    "fact_renamed": "事実の名前",
    "class": "区分",
    "class_renamed": "区分の名前",
    "constant": "定数",
    "constant_renamed": "定数の名前",
    "title": "題名",
}


_Declared = FactDecl | ClassDecl | ConstantDecl


def find_changes(matched: Match) -> tuple[Change, ...]:
    """All changes: declarations first, then nodes in the order of the new rulebook, each deletion where it was."""
    old, new = matched.old.syntax, matched.new.syntax
    nodes = (evolve(change, also=_also(matched, change)) for change in _nodes(matched))
    return (*_title(old, new), *_declarations(matched), *nodes)


def _also(matched: Match, change: Change) -> tuple[str, ...]:
    program = matched.old if change.new_path is None else matched.new
    return () if program.nodes[change.path].is_shared else other_places(program, change.path)


def _title(old: RulebookFile, new: RulebookFile) -> Iterator[Change]:
    before, after = (book.title.text.value if book.title else "" for book in (old, new))
    if before != after:
        yield Change("title", None, None, before, after)


def _declarations(matched: Match) -> Iterator[Change]:
    old, new = matched.old.syntax, matched.new.syntax
    kinds: tuple[tuple[str, SameNames, tuple[_Declared, ...], tuple[_Declared, ...]], ...] = (
        ("fact", matched.facts, old.facts, new.facts),
        ("class", matched.classes, old.classes, new.classes),
        ("constant", matched.constants, old.constants, new.constants),
    )
    for kind, same, before, after in kinds:
        was, now = ({decl.name: decl for decl in decls} for decls in (before, after))
        pairs = [(same.before.get(name), name) for name in now]
        for older, newer in [*pairs, *((name, None) for name in was if name not in same.after)]:
            stood, stands = was.get(older or ""), now.get(newer or "")
            if stood and stands and stood.name != stands.name:
                yield Change(f"{kind}_renamed", older, newer, stood.name, stands.name)
                # What it is made of is compared under one name.
                stood = _as_now(matched, evolve(stood, name=stands.name))
            elif stood and stands:
                stood = _as_now(matched, stood)
            said, says = _declared(stood), _declared(stands)
            if said != says:
                yield Change(kind, older, newer, said, says)


def _as_now(matched: Match, decl: _Declared) -> _Declared:
    """A declaration of the old rulebook with the facts and constants that it reads as they are called now."""
    if isinstance(decl, FactDecl):
        return decl
    return evolve(decl, value=map_names(decl.value, matched.facts.after | matched.constants.after))


def _declared(decl: _Declared | None) -> str:
    if decl is None:
        return ""
    lines = "\n".join(declaration_lines(evolve(decl, formerly=())))
    marks = lines.rfind("〔") if isinstance(decl, FactDecl | ConstantDecl) and decl.citations else -1
    return lines if marks < 0 else lines[: lines.index("〔")].rstrip()


def _nodes(matched: Match) -> Iterator[Change]:
    deleted = [node for node in matched.old.nodes.values() if node.path not in matched.new_path]
    heads = [node for node in deleted if node.parent is None or node.parent in matched.new_path]
    waiting = {node.path: node for node in heads if not _brought_in(matched.old, node)}
    for node in matched.new.nodes.values():
        if _brought_in(matched.new, node):
            continue
        before = matched.counterpart(node)
        if before is None:
            parent = matched.new.nodes[node.parent] if node.parent else None
            if parent is None or matched.counterpart(parent) is not None:
                kind = "revealed" if matched.may_have_been(node) else "added"
                yield Change(kind, None, node.path, "", describe(node))
        else:
            yield from _pair(matched, before, node)
        # A deletion is reported where the node stood: before the next of its old siblings, or at their end.
        for path in [path for path in waiting if _told_here(matched, waiting[path], node)]:
            yield _gone(matched, waiting.pop(path))
    for node in waiting.values():
        yield _gone(matched, node)


def _gone(matched: Match, node: Node) -> Change:
    return Change("concealed" if matched.may_still_be(node) else "deleted", node.path, None, describe(node), "")


def _told_here(matched: Match, gone: Node, node: Node) -> bool:
    """Whether ``node`` is the parent of a node that is gone, or stood right before it."""
    if gone.parent is None:
        return False
    siblings = matched.old.nodes[gone.parent].children
    before = [path for path in siblings[: siblings.index(gone.path)] if path in matched.new_path]
    after = matched.new_path[before[-1]] if before else matched.new_path[gone.parent]
    return after == node.path


def _brought_in(program: Program, node: Node) -> bool:
    """Whether it stands here only because a node above is the same as another."""
    return node.is_shared and node.parent is not None and program.nodes[node.parent].is_shared


def describe(node: Node) -> str:
    """A node in a line: its text and points."""
    return f"{node.text} {node.maximum}点".strip()


def _pair(matched: Match, old: Node, new: Node) -> Iterator[Change]:
    def change(kind: str, before: str, after: str) -> Change:
        return Change(kind, old.path, new.path, before, after)

    stood = matched.old_path.get(new.parent) if new.parent else None
    follows = f"{stood}.{new.label}" if stood else new.label
    if old.path != follows:
        yield change("renumbered", old.path, new.path)
    if _is_shared_otherwise(matched, old, new):
        said, says = _shared(old), _shared(new)
        # The same words may mean another node now.
        yield change("shared", said, says + (_told_of(matched, new.same_as) if said == says else ""))
    if new.is_shared:
        return
    old = matched.as_written(old)
    before, after = old.decl, new.decl
    yield from _text(old, new, before.heading.text, after.heading.text)
    if old.maximum != new.maximum:
        yield change("reweighed", f"{old.maximum}点", f"{new.maximum}点")
    if (old.mode, old.cap) != (new.mode, new.cap):
        yield change("mode", _mode(old), _mode(new))
    if old.undisclosed != new.undisclosed:
        yield change("undisclosed", f"{old.undisclosed}点", f"{new.undisclosed}点")
    times = tuple(decl.timing.value if decl.timing else "" for decl in (before, after))
    if times[0] != times[1]:
        yield change("timing", *times)
    notes = tuple("\n".join(remark.text.value for remark in decl.remarks) for decl in (before, after))
    if notes[0] != notes[1]:
        yield change("remark", *notes)
    yield from _locals(matched, old, new)
    if not same_condition(_own_condition(old), _own_condition(new), matched):
        said, says = _requirement(old), _requirement(new)
        if said == says:
            # What reads alike may name other nodes now; where it does not, what it rests on has changed elsewhere.
            said, says = (text + named for text, named in zip((said, says), _named(matched, old, new), strict=True))
        if said != says:
            yield change("condition", said, says)


def _is_shared_otherwise(matched: Match, old: Node, new: Node) -> bool:
    """Whether に同じ begins, ends, or brings in another node."""
    if old.is_shared and not new.is_shared:
        return not _brought_in(matched.old, old)  # what is below follows from that
    shared = old.is_shared or new.is_shared
    return shared and (old.is_shared != new.is_shared or matched.new_path.get(old.same_as) != new.same_as)


def _named(matched: Match, old: Node, new: Node) -> tuple[str, str]:
    """The nodes that two requirements name, where these are not the same nodes."""
    was, now = (_nodes_named(node) for node in (old, new))
    if [matched.new_path.get(path) for path in was] == now:
        return "", ""
    return f"（{'、'.join(was)}）", f"（{'、'.join(path + _told_of(matched, path) for path in now)}）"


def _told_of(matched: Match, path: str) -> str:
    """What became a node of the new rulebook, where that is not what stood there before."""
    before = matched.old_path.get(path)
    return "" if before == path else matched.state(None, path) if before is None else f"（旧 {before}）"


def _nodes_named(node: Node) -> list[str]:
    parts = conditions_in(node.condition) if node.condition is not None else ()
    return [part.path for part in parts if isinstance(part, Met)]


def _text(old: Node, new: Node, before: Text | None, after: Text | None) -> Iterator[Change]:
    if (before.value if before else "") == (after.value if after else ""):
        return
    was, now = (standing_of(text.citations) if text else "uncited" for text in (before, after))
    kind = "known" if was == "estimated" and now in ("sourced", "derived") else "reworded"
    yield Change(kind, old.path, new.path, before.value if before else "", after.value if after else "")


def _locals(matched: Match, old: Node, new: Node) -> Iterator[Change]:
    was, now = ({local.name: local for local in node.locals} for node in (old, new))
    same = same_names(old.decl.definitions, new.decl.definitions, matched.old.year, matched.new.year)
    pairs = [(same.before.get(name), name) for name in now]
    for older, newer in [*pairs, *((name, None) for name in was if name not in same.after)]:
        before, after = was.get(older or ""), now.get(newer or "")
        if before and after and before.name != after.name:
            yield Change("definition_renamed", old.path, new.path, before.name, after.name)
        said, says = (_definition(local.decl) if local else "" for local in (before, after))
        # It may name the same nodes and facts otherwise.
        if said != says and not (before and after and _is_same_local(before, after, matched)):
            yield Change("definition", old.path, new.path, said, says)


def _is_same_local(before: Local, after: Local, matched: Match) -> bool:
    same_order = before.lower_is_better is after.lower_is_better
    return same_order and same_value(before.value, after.value, matched)


def _definition(definition: Definition) -> str:
    """A local name without its citations."""
    return definition_text(evolve(definition, citations=(), formerly=()))


def _own_condition(node: Node) -> Condition | None:
    """The condition that a 要件 states; None for a plain answer, whatever its path."""
    return node.condition if node.decl.requirement else None


def _requirement(node: Node) -> str:
    if node.decl.requirement is None:
        return "該当（調査の答え）" if node.is_leaf else ""
    return print_expression(node.decl.requirement.condition)


def _mode(node: Node) -> str:
    return node.mode.value + (f" {node.cap}点" if node.cap is not None else "")


def _shared(node: Node) -> str:
    reference = node.decl.heading.same_as
    return f"{print_target(reference)} に同じ" if reference else f"{node.same_as} に同じ" if node.is_shared else "本文"


def count_source_changes(matched: Match) -> int:
    """How many texts and points say the same, but stand on other sources than before."""
    count = 0
    for old, new in matched.pairs():
        if old.is_shared or new.is_shared:
            continue
        was, now = (_standing(p, n.text_citations) for p, n in ((matched.old, old), (matched.new, new)))
        count += old.text == new.text and was != now
        before, after = old.decl.heading.points, new.decl.heading.points
        if before is not None and after is not None and before.value == after.value:
            count += _standing(matched.old, before.citations) != _standing(matched.new, after.citations)
    return count


def _standing(program: Program, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """Citations with the year of every document."""
    return tuple(evolve(c, year=c.year or program.year) if c.name is not None else c for c in citations)
