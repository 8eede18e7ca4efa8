"""The points of each heading while a text is written: what it declares, what is below it, and what it had last year."""

from collections.abc import Iterator

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level


@frozen
class TotalRow:
    """A 交付金, 目標, 指標群 or 指標.

    Attributes:
        level: 1 for a 交付金, and one more for each level below it.
        points: what is below it comes to, by the way its points are joined, with what is not published.
        maximum: what it declares.
        before: what it declared last year; None for one that is new, and where no year is known before this one.
    """

    path: str
    level: int
    text: str
    points: int
    maximum: int
    before: int | None

    @property
    def balanced(self) -> bool:
        """Whether the points come to what is declared."""
        return self.points == self.maximum


def totals(program: Program, before: Program | None) -> tuple[TotalRow, ...]:
    """All headings down to the indicators, in the order of the text; those that stand elsewhere too (に同じ) once."""
    then = {} if before is None else {node.identity: node for node in before.nodes.values() if not node.is_shared}
    return tuple(_rows(program, then))


def _rows(program: Program, then: dict[str, Node]) -> Iterator[TotalRow]:
    for node in program.nodes.values():
        if node.level > Level.INDICATOR or node.is_shared:
            continue
        below = node.joined(program.nodes[child].maximum for child in node.children) + node.undisclosed
        points = below if node.children else node.maximum
        was = then.get(node.identity)
        yield TotalRow(
            node.path,
            node.path.count(".") + 1,
            node.text,
            points,
            node.maximum,
            None if was is None else was.maximum,
        )
