"""Amendments of what belongs to a pot of an allocation: 枠, 対象, 内訳, how it is divided, 不用額."""

from attrs import evolve

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.revising.clauses import part_of, with_part
from haiten.compiler.syntax.allocation import FrameDecl, PotDecl, PotPart, word_of
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    METHODS,
    ClauseRef,
    InsertClauses,
    RenameClause,
    ReplaceClause,
    clause_key,
    clause_span,
)


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

    def rename(self, action: RenameClause) -> PotDecl:
        """A 枠 with another label."""
        target, name = action.target, action.name
        part = self._find(target)
        if not isinstance(part, FrameDecl):
            return self.pot
        taken = part_of(self.pot, FRAME, name)
        if taken is not None:
            what = f"配分 {target.name} の枠 {name}"
            self.diagnostics.append(d.AlreadyThere(target.span, what, taken.span))
            return self.pot
        return with_part(self.pot, part, evolve(part, label=name))


def part_name(part: PotPart) -> str:
    """What a part is called beside the others of its pot."""
    return f"{FRAME} {part.label}" if isinstance(part, FrameDecl) else word_of(part)


def _same_place(old: PotPart, new: PotPart) -> bool:
    """Whether a part may come in the place of another: of the same word and label, or another way to divide."""
    if isinstance(old, FrameDecl) or isinstance(new, FrameDecl):
        return isinstance(old, FrameDecl) and isinstance(new, FrameDecl) and old.label == new.label
    words = word_of(old), word_of(new)
    return words[0] == words[1] or all(word in METHODS for word in words)
