"""What belongs to a pot (内訳, 対象, 枠, 分け方) → typed rules."""

from typing import assert_never

from haiten.compiler.diagnostics import FramesUnused, MisplacedAnswer, NoMethod, SplitMismatch, UnitMismatch
from haiten.compiler.identity.node_index import Place
from haiten.compiler.late import frozen
from haiten.compiler.program.allocation import Cushion, Equal, Frame, Method, Pot, ProRata, Split
from haiten.compiler.program.terms import AnswerTo, Condition
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.resolving.amounts import AmountReader
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.values import YEN
from haiten.compiler.syntax import allocation as s


def read_pot(decl: s.PotDecl, file: s.AllocationFile, reader: AmountReader, amounts: dict[str, int]) -> Pot | None:
    """A pot; None, with a diagnostic, where something about it is wrong.

    Args:
        decl: what was written of it.
        file: the file that it stands in.
        reader: types its expressions.
        amounts: of the pots of the file, by name.
    """
    return _PotReader(decl, file, reader, amounts).pot()


@frozen(eq=False)
class _PotReader:
    decl: s.PotDecl
    file: s.AllocationFile
    reader: AmountReader
    amounts: dict[str, int]

    @property
    def typer(self) -> Typer:
        return self.reader.typer

    @property
    def place(self) -> Place:
        return self.reader.place

    def pot(self) -> Pot | None:
        decl, amounts = self.decl, self.amounts
        line = decl.line
        eligible = self._condition(decl.eligible)
        frames = tuple(
            Frame(f.label, f.text.value if f.text else "", condition, f)
            for f in decl.frames
            if (condition := self._condition(f)) is not None
        )
        split = self._split() if decl.split is not None else None
        method = self._method()
        whole = (
            method is not None
            and line.name in amounts
            and len(frames) == len(decl.frames)
            and (decl.eligible is None or eligible is not None)
            and (decl.split is None or split is not None)
        )
        if not whole or method is None:
            return None
        text = line.text.value if line.text else ""
        to = decl.unspent.to.value if decl.unspent is not None and decl.unspent.to is not None else None
        return Pot(
            name=line.name,
            text=text,
            budget=line.budget.value,
            amount=amounts[line.name],
            split=split,
            eligible=eligible,
            frames=frames,
            method=method,
            overflow=to,
            decl=decl,
        )

    def _condition(self, clause: s.Eligible | s.FrameDecl | None) -> Condition | None:
        if clause is None:
            return None
        condition = self.typer.condition(clause.condition, self.place)
        if condition is not None and any(part == AnswerTo("") for part in conditions_in(condition)):
            self.typer.diagnostics.append(MisplacedAnswer(clause.condition.span))
            return None
        return condition

    def _method(self) -> Method | None:
        decl = self.decl
        name, method = decl.line.name, decl.method
        by_frames = isinstance(method, s.EqualDecl) and method.by_frames
        if by_frames and not decl.frames:
            assert method is not None
            self.typer.diagnostics.append(FramesUnused(method.span, name, "該当枠数で分けますが、枠が1つもありません"))
        elif decl.frames and not by_frames and method is not None:
            self.typer.diagnostics.append(
                FramesUnused(decl.frames[0].span, name, "枠がありますが、分け方に使われません")
            )
        match method:
            case None:
                self.typer.diagnostics.append(NoMethod(decl.line.span, name))
                return None
            case s.ProRataDecl():
                value = self.typer.value(method.value, self.place)
                return None if value is None else ProRata(value)
            case s.EqualDecl():
                return Equal(method.by_frames, method.most)
            case s.CushionDecl():
                floor = self.typer.value(method.floor, self.place)
                if floor is not None and floor.unit != YEN:
                    self.typer.diagnostics.append(UnitMismatch(method.floor.span, "円", str(floor.unit)))
                    return None
                return None if floor is None else Cushion(floor, method.shared)
            case _:
                assert_never(method)

    def _split(self) -> Split | None:
        decl, split = self.decl, self.decl.split
        assert split is not None
        name = split.classification.value
        classes = self.typer.classification(name, split.classification.span)
        if split.weight is not None:
            weight = self.typer.value(split.weight, self.place)
            return Split(classes, weight, (), split) if classes is not None and weight is not None else None
        given = {case.name: case for case in split.cases}
        if classes is None:
            return None
        names = [case for case, _ in classes.cases]
        wrong = [case for case in given if case not in names] + [case for case in names if case not in given]
        if wrong or len(given) < len(split.cases):
            reason = f"「{wrong[0]}」が一方にしかありません" if wrong else "同じ階級が2度あります"
            self.typer.diagnostics.append(SplitMismatch(split.span, decl.line.name, name, reason))
            return None
        return self._class_amounts(split, classes.name, names)

    def _class_amounts(self, split: s.SplitDecl, classes: str, names: list[str]) -> Split | None:
        decl = self.decl
        parts = [(case.name, case.span, case.amount) for case in split.cases]
        known: dict[str, int] = {}
        for case in split.cases:
            if not isinstance(case.amount, s.Rest):
                amount = self.reader.yen(case.amount, f"{decl.line.name}の{case.name}")
                if amount is None:
                    return None
                known[case.name] = amount
        whole = self.amounts.get(decl.line.name)
        if whole is None:
            return None
        self.reader.balance("配分", decl.line.name, whole, split.span, parts, known)
        receives = any(
            pot.unspent is not None and pot.unspent.to is not None and pot.unspent.to.value == decl.line.name
            for pot in self.file.pots
        )
        if receives and len(known) == len(parts):
            reason = "ほかの配分の不用額を受けるので、どれか1つの階級を「残り」としてください"
            self.typer.diagnostics.append(SplitMismatch(split.span, decl.line.name, classes, reason))
            return None
        return Split(self.typer.classes[classes], None, tuple(known.get(case) for case in names), split)
