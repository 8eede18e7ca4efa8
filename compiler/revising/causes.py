"""Which amendment caused what is wrong with the amended whole."""

from collections.abc import Callable
from typing import Any

from attrs import field

from haiten.compiler.diagnostics import Diagnostic, MissingLabel, TotalMismatch, UnusedName
from haiten.compiler.late import define, frozen
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import names_in
from haiten.compiler.syntax.labels import FIRST, LabelNumber, label_number, label_of
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.rulebook import Mode


@frozen(eq=False)
class Causes:
    """For each kind of mistake in the amended whole the amendment to name.

    Attributes:
        touched: parts of the text that was amended, with the last amendment that had to do with them.
        totals: by path, the amendment that took a total away from what is below it, most of several.
        gaps: headings before which a label is missing, with the amendment that vacated it.
        unread: names whose last use an amendment took away.
        sentences: of all amendments, in their order.
    """

    touched: dict[Span, Span]
    totals: dict[str, Span]
    gaps: dict[Span, Span]
    unread: dict[str, Span]
    sentences: tuple[Span, ...]

    def of(self, diagnostic: Diagnostic) -> Span | None:
        """The amendment that most likely caused a mistake; None where it is given at that amendment anyway."""
        span = diagnostic.span
        if not isinstance(span, Span):
            return None
        cause = self._particular(diagnostic) or self._touching(span)
        return None if cause is None or cause == self._sentence(span) else cause

    def _particular(self, diagnostic: Diagnostic) -> Span | None:
        match diagnostic:
            case TotalMismatch(path=path):
                return self.totals.get(path)
            case MissingLabel(span=Span() as span):
                return self.gaps.get(span)
            case UnusedName(name=name):
                return self.unread.get(name)
            case _:
                return None

    def _touching(self, span: Span) -> Span | None:
        around = [s for s in self.touched if s.source is span.source and s.start <= span.start and span.end <= s.end]
        return self.touched[min(around, key=lambda s: s.end - s.start)] if around else None

    def _sentence(self, span: Span) -> Span | None:
        """The amendment in whose words, or clauses, a place stands."""
        before = [s for s in self.sentences if s.source is span.source and s.start <= span.start]
        return before[-1] if before else None


@define(eq=False)
class CauseFinder:
    """Follows the amendments, one after another."""

    tree: Tree
    touched: dict[Span, Span] = field(factory=dict)
    # Where a path was left behind.
    vacated: dict[str, Span] = field(factory=dict)
    unread: dict[str, Span] = field(factory=dict)
    _off: dict[int, int] = field(factory=dict)  # by which a total differs from what is below
    _steps: dict[int, list[tuple[int, Span]]] = field(factory=dict)  # how that changed, and by which amendment
    _shared: list[LiveNode] = field(factory=list)
    _changed: dict[int, LiveNode] = field(factory=dict)

    def begin(self) -> None:
        """Note how the base stands."""
        for live in self.tree.walk():
            self._off[id(live)] = self._difference(live)
            if live.heading.same_as is not None:
                self._shared.append(live)

    def as_it_stands(self) -> Callable[[], None]:
        """What makes it forget what comes from now on."""
        touched, vacated, unread, changed = {**self.touched}, {**self.vacated}, {**self.unread}, {**self._changed}

        def back() -> None:
            self.touched, self.vacated, self.unread = {**touched}, {**vacated}, {**unread}
            self._changed = {**changed}

        return back

    def blame(self, live: LiveNode | None, span: Span) -> None:
        """An amendment may be why something does not fit in a node, or in one above it."""
        while live is not None:
            node = live.node
            parts: list[Any] = [
                node.heading,
                node.heading.text,
                node.heading.points,
                node.requirement,
                node.heading.same_as,
            ]
            parts += [*node.definitions, node.undisclosed]
            self.touched |= {
                part.span: span for part in parts if part is not None and part.span.source is not span.source
            }
            self._changed[id(live)] = live
            live = live.parent

    def unuse(self, before: Any, after: Any, span: Span) -> None:
        """An amendment puts ``after`` in the place of ``before``: what it no longer names may now be unused."""
        for name in _named(before) - _named(after):
            self.unread[name] = span

    def applied(self, span: Span) -> None:
        """An amendment was applied: hold totals against what is below them."""
        pending = list(self._changed.values())
        for live in self._shared:
            node = live.parent
            while node is not None:
                pending.append(node)
                node = node.parent
        for live in pending:
            before, now = self._off.get(id(live), 0), self._difference(live)
            if now != before:
                self._steps.setdefault(id(live), []).append((now - before, span))
                self._off[id(live)] = now
        self._changed.clear()

    def found(self, revision: Revision) -> Causes:
        """What to name for which mistake of the tree as it now stands."""
        totals, gaps = dict[str, Span](), dict[Span, Span]()
        with_gaps = {path.rpartition(".")[0] for path in self.vacated}
        for live in self.tree.walk():
            if off := self._off.get(id(live), 0):
                away = [(abs(step), span) for step, span in self._steps.get(id(live), []) if step * off > 0]
                if away:
                    # Of equal ones the last.
                    totals[live.path] = max(reversed(away), key=lambda step: step[0])[1]
            if live.children and live.path in with_gaps:
                self._gap_below(live, gaps)
        sentences = tuple(amendment.span for amendment in revision.amendments)
        return Causes(self.touched, totals, gaps, self.unread, sentences)

    def _gap_below(self, live: LiveNode, gaps: dict[Span, Span]) -> None:
        last: LabelNumber | None = None
        for child in live.children:
            number = label_number(child.heading.level, child.label)
            if number is None:
                continue
            due = FIRST if last is None else last.due_before(number)
            left = self.vacated.get(f"{live.path}.{label_of(child.heading.level, due)}")
            if number > due and left is not None:
                gaps[child.heading.span] = left
            last = number

    def _difference(self, live: LiveNode) -> int:
        """What is below a node less what it declares; 0 for what has nothing below."""
        undisclosed = live.node.undisclosed
        maxima = [self._points(child) for child in live.children]
        maxima += [undisclosed.points.value] if undisclosed else []
        if not maxima:
            return 0
        mode, cap = live.heading.mode, live.heading.cap
        total = max(maxima) if mode is Mode.ANY_ONE else sum(maxima)
        return (min(total, cap.value) if mode is Mode.CAP and cap else total) - self._points(live)

    def _points(self, live: LiveNode) -> int:
        shared = self.tree.shared_by(live)
        points = (shared or live).heading.points
        return points.value if points else 0


def _named(part: Any) -> set[str]:
    return {name for name, _ in names_in(part)}
