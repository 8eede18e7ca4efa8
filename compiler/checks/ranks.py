"""Steps of a rank that hold for nobody or for everybody."""

from collections.abc import Iterator

from haiten.compiler.diagnostics import Diagnostic, IdleStep
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import AnswerTo, Condition, Within
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.source import Span


def check_ranks(program: Program) -> Iterator[Diagnostic]:
    """上位0割, 上位10割 and beyond."""
    for node in program.leaves:
        if node.condition is None or isinstance(node.condition, AnswerTo):  # as most are
            continue
        if node.is_shared or node.decl.requirement is None:
            continue
        yield from idle_steps(node.condition, node.decl.requirement.span)


def idle_steps(condition: Condition, span: Span) -> Iterator[Diagnostic]:
    """The steps of a condition that nobody or everybody reaches."""
    for part in conditions_in(condition):
        if isinstance(part, Within):
            share = part.share
            step = part.label.removeprefix("上位")
            if part.step == 0:
                yield IdleStep(span, step, "誰も満たせません")
            elif share is not None and share >= 1:
                yield IdleStep(span, step, "値が分かる団体なら必ず満たします")
