"""枠 of an allocation: which one a label is while the sentences of a revision apply, and where labels stand.

A 枠 stays what it was under another label (枠 イ を ア とする。), and where it is written anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import define
from haiten.compiler.program.program import Program
from haiten.compiler.revising.amend_pots import labels_of
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import FrameDecl, PotDecl
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    AddClause,
    AllocationRevision,
    ChangeText,
    ChangeValue,
    ClauseAction,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    refs_of,
)
from haiten.editor.money_places import POT, clause_names
from haiten.editor.symbols import Kind, Occurrence, Symbol

# By the oldest name of the pot and the label that a 枠 has now.
Frames = Mapping[tuple[str, str], Symbol]


def frame_places(compilation: Compilation) -> tuple[tuple[Occurrence, ...], Frames]:
    """Where an allocation's file speaks of 枠, and what each is; nothing for another file, or without a program."""
    if compilation.allocation is None or compilation.program is None:
        return (), {}
    if compilation.amended is None:
        walk = _Walk((compilation.program,))
        walk.declare_pots(compilation.allocation.pots)
    else:
        revision, base = compilation.amended
        programs = [each.program for each in (compilation, base) if each.program is not None]
        walk = _Walk(tuple(programs), dict(frame_places(base)[1]))
        walk.amend(revision)
    return tuple(walk.found), walk.now


def frame_of(compilation: Compilation | None, symbol: Symbol) -> tuple[PotDecl, FrameDecl] | None:
    """A 枠 as it is in the end, with its pot."""
    if compilation is None or compilation.allocation is None or compilation.program is None:
        return None
    labels = {key: each for key, each in frame_places(compilation)[1].items() if each == symbol}
    names = clause_names(compilation.program)
    for pot in compilation.allocation.pots:
        for frame in pot.frames:
            if (names.get((POT, pot.line.name), pot.line.name), frame.label) in labels:
                return pot, frame
    return None


@define(eq=False)
class _Walk:
    """The 枠 as far as the sentences at hand have changed them; ``programs`` know what pots were called at first."""

    programs: tuple[Program, ...]
    now: dict[tuple[str, str], Symbol] = field(factory=dict)
    found: list[Occurrence] = field(factory=list)

    def amend(self, revision: AllocationRevision) -> None:
        """All sentences in their order."""
        for amendment in revision.amendments:
            for action in amendment.actions:
                for ref in refs_of(action):
                    self._refer(ref)
                self._apply(action)

    def declare_pots(self, pots: Iterable[object]) -> None:
        """The 枠 of pots that are written out."""
        for pot in pots:
            if isinstance(pot, PotDecl):
                self._declare(self._pot(pot.line.name), pot.frames)

    def _apply(self, action: ClauseAction) -> None:
        match action:
            case AddClause(clause=clause):
                self.declare_pots((clause,))
            case InsertClauses(anchor=anchor, new=new):
                self.declare_pots(new)
                self._declare(self._pot(anchor.name), new)
            case ReplaceClause(target=target, by=by):
                self.declare_pots(by)
                self._declare(self._pot(target.name), by)
                if target.part is None and target.kind == POT:
                    there = {frame.label for pot in by if isinstance(pot, PotDecl) for frame in pot.frames}
                    self._forget(self._pot(target.name), {label for _, label in self.now} - there)
            case DeleteClause(target=target) if target.kind == POT and target.part in (None, FRAME):
                pot = self._pot(target.name)
                self._forget(pot, {label for _, label in self.now} if target.part is None else self._labels(target))
            case RenameClause(names=names):
                self._rename([(old, new) for old, new in names if old.part == FRAME])
            case DeleteClause() | ChangeValue() | RewordClause() | ChangeText() | ReciteClause():
                pass
            case _:
                assert_never(action)

    def _rename(self, names: list[tuple[ClauseRef, ClauseRef]]) -> None:
        """All at once, so that two may change places."""
        moves: dict[tuple[str, str], tuple[str, str]] = {}
        for old, new in names:
            pot = self._pot(old.name)
            moves |= {(pot, a): (pot, b) for a, b in zip(self._labels(old), self._labels(new), strict=False)}
        self.now = {moves.get(key, key): symbol for key, symbol in self.now.items()}
        for _, new in names:
            self._refer(new)

    def _labels(self, ref: ClauseRef) -> list[str]:
        pot = self._pot(ref.name)
        return labels_of(ref, [label for whose, label in self.now if whose == pot])

    def _forget(self, pot: str, labels: Iterable[str]) -> None:
        for label in labels:
            self.now.pop((pot, label), None)

    def _declare(self, pot: str, parts: Iterable[object]) -> None:
        for frame in parts:
            if isinstance(frame, FrameDecl):
                symbol = self.now.get((pot, frame.label)) or self._new(pot, frame.label)
                self.now[pot, frame.label] = symbol
                start = frame.span.text.translate(FOLDINGS).find(frame.label)
                self._found(symbol, frame.span, start, frame.label, declares=True)

    def _new(self, pot: str, label: str) -> Symbol:
        """What is new is no other that had its label up to now."""
        symbol = Symbol(Kind.FRAME, label, pot)
        return Symbol(Kind.FRAME, f"{self.programs[0].year} {label}", pot) if symbol in self.now.values() else symbol

    def _refer(self, ref: ClauseRef) -> None:
        """The label of a sentence, or the first and the last of a range."""
        if ref.part != FRAME:
            return
        text, pot = ref.span.text.translate(FOLDINGS), self._pot(ref.name)
        end = len(text)
        for label in filter(None, (ref.last, ref.label)):
            end = text.rfind(label, 0, end)
            self._found(self.now.get((pot, label)), ref.span, end, label)

    def _found(self, symbol: Symbol | None, within: Span, at: int, word: str, *, declares: bool = False) -> None:
        if symbol is not None and at >= 0:
            span = Span(within.origin, within.start + at, within.start + at + len(word))
            self.found.append(Occurrence(symbol, span, declares))

    def _pot(self, name: str) -> str:
        known = (clause_names(program).get((POT, name)) for program in self.programs)
        return next((first for first in known if first is not None), name)


def pots_of(compilation: Compilation | None) -> Iterator[PotDecl]:
    """The pots of an allocation; of a revision those of what it amends, too."""
    if compilation is not None and compilation.allocation is not None:
        yield from compilation.allocation.pots
        if compilation.amended is not None:
            yield from pots_of(compilation.amended[1])
