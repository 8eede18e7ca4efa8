"""Steps of a rank that hold for nobody or for everybody."""

from collections.abc import Iterator
from itertools import chain

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, IdleStep
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import AnswerTo, Condition, Within
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.source import Span


def check_ranks(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """上位0割, 上位10割 and beyond."""
    return chain.from_iterable(kept.of(program, _idle_steps_at).values())


def _idle_steps_at(_: Program, node: Node) -> tuple[Diagnostic, ...] | None:
    if node.condition is None or isinstance(node.condition, AnswerTo):  # as most are
        return None
    if node.is_shared or node.decl.requirement is None:
        return None
    return tuple(idle_steps(node.condition, node.decl.requirement.span)) or None


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
