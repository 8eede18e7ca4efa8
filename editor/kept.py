"""What was found in the nodes of a text, kept while the text is edited."""

from typing import Generic, TypeVar

from attrs import field

from haiten.compiler.late import define
from haiten.compiler.syntax.rulebook import NodeDecl

T = TypeVar("T")


@define(eq=False)
class KeptInNodes(Generic[T]):
    """What was found in the nodes of one text after the other of a file; of them it keeps those of the last one."""

    _seen: object = None
    _last: dict[int, tuple[NodeDecl, str, tuple[T, ...]]] = field(factory=dict)
    _now: dict[int, tuple[NodeDecl, str, tuple[T, ...]]] = field(factory=dict)

    def turn(self, seen: object) -> None:
        """Go on to the next text; ``seen`` is all that names and paths in it are told by, beside the nodes."""
        self._last, self._now = self._now if seen == self._seen else {}, {}
        self._seen = seen

    def of(self, node: NodeDecl, path: str) -> tuple[T, ...] | None:
        """What was found in a node that stands at a path; None where it did not stand there."""
        known = self._last.get(id(node))
        if known is None or known[0] is not node or known[1] != path:
            return None
        self._now[id(node)] = known
        return known[2]

    def keep(self, node: NodeDecl, path: str, found: tuple[T, ...]) -> None:
        """Keep what was found in a node."""
        self._now[id(node)] = node, path, found
