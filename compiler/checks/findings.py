"""A finding: what is wrong, with the sheets that show it."""

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.proofs.cells import Assignment


@frozen(eq=False)
class Example:
    """A sheet that should score so.

    Attributes:
        at: the cells that its columns are in.
        paths: the nodes whose own points it shows, together.
        points: what they come to.
        remark: what else the reader should see.
    """

    at: Assignment
    paths: tuple[str, ...]
    points: int
    remark: str = ""


@frozen(eq=False)
class Finding:
    """A diagnostic and the examples that are to be replayed before it is reported."""

    diagnostic: Diagnostic
    examples: tuple[Example, ...] = ()
