"""Amendments of a part of a clause: points, 方式, 要件, local names, 時点, 留意, 未公表, texts."""

from typing import TypeVar, assert_never

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_citations, print_expression
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax.revision import Manner, Part, PartChange, part_word
from haiten.compiler.syntax.rulebook import Definition, Mode, Points, Remark, Requirement, Text, Timing, Undisclosed

T = TypeVar("T")


@frozen(eq=False)
class PartChanger:
    """Changes parts of one node; what does not fit is reported and changes nothing."""

    tree: Tree
    live: LiveNode
    diagnostics: list[Diagnostic]
    span: Span  # of the amendment
    # Parts of which an amendment failed: whatever is said of them later may be right.
    doubtful: set[tuple[int, str]]

    def change(self, action: PartChange) -> str | None:
        """Make a change, and say in Japanese what kind it was; None where it does not fit."""
        word = part_word(action.part)
        if not self._fits(action, word):
            return None
        if action.new is not None:
            self._hold(action.new)
        self._put(action)
        return f"{word}の{'追加' if action.old is None else '削除' if action.new is None else '変更'}"

    # Whether the text is as the amendment says

    def _fits(self, action: PartChange, word: str) -> bool:
        found = self._current(action.part)
        if action.old is None:
            if found is None or isinstance(action.part, Remark):
                return True
            what = f"「{self.live.path}」の{_named(found, word)}"
            return self._refuse(d.AlreadyThere(self.span, what, _span_of(found, self.live)), word)
        if found is None:
            return self._refuse(self._missing(_named(action.old, word), word), word)
        if not self._same(action.old, found):
            contradicted = self._contradicted(action, found)
            return self._refuse(contradicted or self._stale(action.old, found, word), word)
        if (
            action.new is not None
            and self._same(action.new, found)
            and self._written(action.new) == self._written(found)
        ):
            self.diagnostics.append(d.NothingChanges(self.span, _span_of(found, self.live)))
            return False
        return True

    def _missing(self, what: str, word: str) -> Diagnostic:
        path, shared = self.live.path, self.tree.shared_by(self.live)
        if shared is not None:
            hint = f"「{path}」は「{shared.path} に同じ」です。「{shared.path}」の方を改正します。"
        elif word in ("配点", "方式"):
            hint = f"「{path} を次のように改める。」で、項目の全部を書き直せます。"
        else:
            hint = f"新しく加えるときは「{path} に{word}「…」を加える。」と書きます。"
        return d.MissingPart(self.span, path, what, hint, self.live.heading.span)

    def _refuse(self, diagnostic: Diagnostic, word: str) -> bool:
        if (id(self.live), word) not in self.doubtful:
            self.diagnostics.append(diagnostic)
        self.doubtful.add((id(self.live), word))
        return False

    def _current(self, part: Part) -> Part | None:
        """What stands where a part says it stands."""
        node, heading = self.live.node, self.live.heading
        match part:
            case Points():
                return heading.points
            case Manner():
                return Manner(heading.mode, heading.cap, heading.span)
            case Requirement():
                return node.requirement
            case Timing():
                return node.timing
            case Undisclosed():
                return node.undisclosed
            case Text():
                return heading.text
            case Definition():
                return next((old for old in node.definitions if old.name == part.name), None)
            case Remark():
                same = (old for old in node.remarks if old.text.value == part.text.value)
                return next(same, next(iter(node.remarks), None))
            case _:
                assert_never(part)

    def _same(self, said: Part, found: Part) -> bool:
        match said:
            case Requirement():
                there = _as(Requirement, found)
                return self.tree.says(said.condition, there.condition, self.live)
            case Definition():
                defined = _as(Definition, found)
                same = self.tree.says(said.value, defined.value, self.live)
                return same and said.lower_is_better == defined.lower_is_better
            case Points():
                return said.value == _as(Points, found).value
            case Undisclosed():
                return said.points.value == _as(Undisclosed, found).points.value
            case Manner():
                manner = _as(Manner, found)
                return said.mode is manner.mode and _cap(said) == _cap(manner)
            case Timing():
                return said.value == _as(Timing, found).value
            case Text():
                return said.value == _as(Text, found).value
            case Remark():
                return said.text.value == _as(Remark, found).text.value
            case _:
                assert_never(said)

    def _contradicted(self, action: PartChange, found: Part) -> Diagnostic | None:
        """What is wrong with 10点減じて26点とする where that is not what follows."""
        if action.by is None or not isinstance(found, Points) or not isinstance(action.new, Points):
            return None
        verb = "減じる" if action.by < 0 else "加える"
        actual, said, path, span = found.value, action.new.value, self.live.path, action.new.span
        result = actual + action.by
        return d.StepMismatch(span, path, actual, abs(action.by), verb, result, said, _span_of(found, self.live))

    def _stale(self, said: Part, found: Part, word: str) -> Diagnostic:
        path, related = self.live.path, _span_of(found, self.live)
        if isinstance(said, Points):
            return d.StalePoints(said.span, path, said.value, _as(Points, found).value, related)
        if isinstance(said, Text):
            return d.StaleText(said.span, path, said.value, related)
        return d.StalePart(said.span, path, word, self._shown(said), self._shown(_as(type(said), found)), related)

    def _shown(self, part: Requirement | Definition | Manner | Undisclosed | Timing | Remark) -> str:
        match part:
            case Requirement():
                return print_expression(self.tree.released(part.condition, self.live))
            case Definition():
                return f"{part.name} = {print_expression(self.tree.released(part.value, self.live))}"
            case Manner():
                return part.mode.value + (f" {part.cap.value}点" if part.cap else "")
            case Undisclosed():
                return f"{part.points.value}点"
            case Timing():
                return part.value
            case Remark():
                return part.text.value
            case _:
                assert_never(part)

    def _written(self, part: Part) -> str:
        """What of a part does not count in its meaning but is written: the sources, and a local name."""
        match part:
            case Points() | Requirement() | Text():
                return print_citations(part.citations)
            case Definition():
                return part.name + print_citations(part.citations)
            case Undisclosed():
                return print_citations(part.points.citations)
            case Remark():
                return print_citations(part.text.citations)
            case Manner() | Timing():
                return ""
            case _:
                assert_never(part)

    # Changing

    def _hold(self, new: Part) -> None:
        match new:
            case Requirement():
                self.tree.note(new.condition, self.live)
            case Definition():
                self.tree.note(new.value, self.live)
            case Points() | Manner() | Timing() | Undisclosed() | Text() | Remark():
                pass  # refer to nothing
            case _:
                assert_never(new)

    def _put(self, action: PartChange) -> None:
        live, node, part, new = self.live, self.live.node, action.part, action.new
        match part:
            case Points():
                live.put_heading(evolve(live.heading, points=_as_any(Points, new)))
            case Text():
                live.put_heading(evolve(live.heading, text=_as_any(Text, new)))
            case Manner():
                manner = _as(Manner, new)
                cap = manner.cap if manner.mode is Mode.CAP else None
                live.put_heading(evolve(live.heading, mode=manner.mode, cap=cap))
            case Requirement():
                live.node = evolve(node, requirement=_as_any(Requirement, new))
            case Timing():
                live.node = evolve(node, timing=_as_any(Timing, new))
            case Undisclosed():
                live.node = evolve(node, undisclosed=_as_any(Undisclosed, new))
            case Definition():
                definition = _as_any(Definition, new)
                if definition is None or (action.old is not None and definition.name != part.name):
                    live.lost[part.name] = self.span
                old = self._current(part) if action.old else None
                live.node = evolve(node, definitions=_exchange(node.definitions, old, definition))
            case Remark():
                old = self._current(part) if action.old else None
                live.node = evolve(node, remarks=_exchange(node.remarks, old, _as_any(Remark, new)))
            case _:
                assert_never(part)


def _named(part: Part, word: str) -> str:
    """What a part is called; a local name by its name."""
    return f"{word}「{part.name}」" if isinstance(part, Definition) else word


def _as(kind: type[T], part: Part | None) -> T:
    """A part that is of a kind, as what is found, or put, is of the kind of what is said."""
    if not isinstance(part, kind):
        raise TypeError(f"{part} is no {kind.__name__}")
    return part


def _as_any(kind: type[T], part: Part | None) -> T | None:
    return None if part is None else _as(kind, part)


def _exchange(parts: tuple[T, ...], old: object | None, new: T | None) -> tuple[T, ...]:
    """The parts with a new one in the place of an old one; behind the others where there is no old one."""
    put = () if new is None else (new,)
    if old is None:
        return (*parts, *put)
    return tuple(kept for part in parts for kept in (put if part is old else (part,)))


def _cap(manner: Manner) -> int | None:
    return manner.cap.value if manner.cap else None


def _span_of(part: Part, live: LiveNode) -> Span:
    return live.heading.span if isinstance(part, Manner) and part.mode is live.heading.mode else part.span
