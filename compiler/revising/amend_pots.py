"""Amendments of what belongs to a pot of an allocation: 枠, 対象, 内訳, how it is divided, 不用額."""

from collections.abc import Callable, Iterable

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.revising.clauses import part_of, with_citations, with_part
from haiten.compiler.revising.hand_over import Citations
from haiten.compiler.syntax.allocation import FrameDecl, PotDecl, PotPart, word_of
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    METHODS,
    ClauseRef,
    InsertClauses,
    ReplaceClause,
    clause_key,
    clause_span,
)
from haiten.compiler.syntax.labels import LabelNumber, label_number, label_of
from haiten.compiler.syntax.rulebook import Level


@define(eq=False)
class PotChanger:
    """Changes one pot; each gives the pot as amended, or as it was, and a diagnostic, where that cannot be."""

    pot: PotDecl
    diagnostics: list[Diagnostic]

    def _find(self, target: ClauseRef) -> PotPart | None:
        """What belongs to the pot; None, and a diagnostic, where it has no such part."""
        assert target.part is not None
        found = part_of(self.pot, target.part, target.label)
        if found is None:
            pot = f"配分 {self.pot.line.name}"
            there = "、".join(map(part_name, self.pot.parts)) or "何もありません"
            missing = " ".join(filter(None, (target.part, target.label)))
            self.diagnostics.append(d.MissingPart(target.span, pot, missing, f"「{pot}」にあるもの: {there}"))
        return found

    def has(self, target: ClauseRef) -> bool:
        """Whether the pot has what is named of it; a diagnostic where not."""
        return self._find(target) is not None

    def recited(self, target: ClauseRef, change: Callable[[Citations], Citations]) -> PotDecl:
        """The pot with the citations of a part changed, which it has."""
        part = self._find(target)
        return self.pot if part is None else with_part(self.pot, part, with_citations(part, change))

    def replace(self, action: ReplaceClause) -> PotDecl:
        """を次のように改める."""
        target = action.target
        old = self._find(target)
        if old is None:
            return self.pot
        first, *rest = action.by
        if rest:
            where = f"「{target} を次のように改める。」の後"
            self.diagnostics.append(d.Misplaced(clause_span(rest[0]), "2つ目の条", where))
        elif not isinstance(first, PotPart) or not _same_place(old, first):
            said = part_name(first) if isinstance(first, PotPart) else " ".join(clause_key(first))
            label = d.OtherLabel(clause_span(first), str(target), said, old.span, "同じものを書きます。")
            self.diagnostics.append(label)
        else:
            if first == old:
                self.diagnostics.append(d.NothingChanges(target.span, old.span))
            return with_part(self.pot, old, first)
        return self.pot

    def delete(self, target: ClauseRef) -> PotDecl:
        """を削る."""
        part = self._find(target)
        return self.pot if part is None else with_part(self.pot, part, None)

    def insert(self, action: InsertClauses) -> PotDecl:
        """に次のように加える, or の次に/の前に of a 枠."""
        anchor, where, pot = action.anchor, action.where, self.pot
        beside = self._find(anchor) if anchor.part is not None else None
        if anchor.part is not None and beside is None:
            return pot
        for part in action.new:
            if not isinstance(part, PotPart):
                outside = d.Misplaced(clause_span(part), " ".join(clause_key(part)), "配分の外")
                self.diagnostics.append(outside)
                return self.pot
            label = part.label if isinstance(part, FrameDecl) else None
            there = part_of(pot, FRAME if label else word_of(part), label)
            if there is None and beside is not None and not isinstance(part, FrameDecl):
                there = beside  # only of 枠 there are several, which stand in an order
            if there is not None:
                what = f"配分 {pot.line.name} の{part_name(part)}"
                self.diagnostics.append(d.AlreadyThere(part.span, what, there.span))
                return self.pot
            pot = with_part(pot, beside, part, where=where if beside is not None else "")
            if beside is not None:
                beside, where = part, "次"
        return pot

    def rename(self, labels: list[tuple[ClauseRef, str]]) -> PotDecl:
        """枠 with other labels, all at once; in the order of their labels where they were in it."""
        frames = [(self._find(target), target, label) for target, label in labels]
        if any(frame is None for frame, _, _ in frames):
            return self.pot
        leaving = [frame for frame, _, _ in frames]
        given: dict[str, PotPart] = {}
        for frame, target, label in frames:
            taken = given.get(label) or part_of(self.pot, FRAME, label)
            if taken is not None and (label in given or not any(taken is each for each in leaving)):
                what = f"配分 {target.name} の枠 {label}"
                self.diagnostics.append(d.AlreadyThere(target.span, what, taken.span))
                return self.pot
            assert frame is not None
            given[label] = frame
        new = {id(frame): label for label, frame in given.items()}
        made = [evolve(frame, label=new.get(id(frame), frame.label)) for frame in self.pot.frames]
        ordered = [_number(frame.label) for frame in self.pot.frames]
        if ordered == sorted(ordered):
            made.sort(key=lambda frame: _number(frame.label))
        return evolve(self.pot, frames=tuple(made))


def frames_of(pot: PotDecl, target: ClauseRef) -> list[ClauseRef]:
    """Each 枠 that a range of labels names, with the branches that stand within; empty where it runs backwards."""
    labels = labels_of(target, [frame.label for frame in pot.frames])
    return [evolve(target, label=label, last=None) for label in labels]


def labels_of(target: ClauseRef, there: Iterable[str]) -> list[str]:
    """The labels of the 枠 that are named, with those there are that stand within; none where it runs backwards."""
    assert target.label is not None
    if target.last is None:
        return [target.label]
    start, end = _number(target.label), _number(target.last)
    if end <= start:
        return []
    numbers = {start, end, *(LabelNumber(main) for main in range(start.main + 1, end.main + 1))}
    numbers |= {number for label in there if start < (number := _number(label)) < end}
    return [label_of(Level.ITEM, number) or "" for number in sorted(numbers) if number <= end]


def _number(label: str) -> LabelNumber:
    return label_number(Level.ITEM, label) or LabelNumber(0)


def part_name(part: PotPart) -> str:
    """What a part is called beside the others of its pot."""
    return f"{FRAME} {part.label}" if isinstance(part, FrameDecl) else word_of(part)


def _same_place(old: PotPart, new: PotPart) -> bool:
    """Whether a part may come in the place of another: of the same word and label, or another way to divide."""
    if isinstance(old, FrameDecl) or isinstance(new, FrameDecl):
        return isinstance(old, FrameDecl) and isinstance(new, FrameDecl) and old.label == new.label
    words = word_of(old), word_of(new)
    return words[0] == words[1] or all(word in METHODS for word in words)
