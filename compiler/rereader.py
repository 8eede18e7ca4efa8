"""Reading a file that is edited: what ``driver.read`` gives of each of its texts, at the price of the edit."""

from attrs import field

from haiten.compiler.compilation import Reading
from haiten.compiler.driver import KeptPasses, nested
from haiten.compiler.folding.fold import Folded, fold
from haiten.compiler.folding.refold import refold
from haiten.compiler.late import define
from haiten.compiler.parsing.nest_nodes import KeptNodes
from haiten.compiler.parsing.reparse import Reparser
from haiten.compiler.source import Source


@define(eq=False)
class Rereader:
    """Reads one text after the other of a file that is edited; what an edit does not touch is read once.

    Attributes:
        kept: for ``driver.compile_reading``.
    """

    _folded: Folded | None = None
    _parser: Reparser = field(factory=Reparser)
    _nodes: KeptNodes = field(factory=KeptNodes)
    kept: KeptPasses = field(factory=KeptPasses)

    def read(self, source: Source) -> Reading:
        """What ``driver.read`` gives; its spans move with the next text that is read."""
        self._folded = fold(source) if self._folded is None else refold(self._folded, source)
        return nested(source, self._parser.parse(self._folded), self._nodes)
