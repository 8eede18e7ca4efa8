"""How a rule file comes to the files that it builds on."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Cell, UnreadableFile
from haiten.compiler.late import frozen
from haiten.compiler.revising.find_base import RULEBOOK, BaseSearch, BaseWanted, find_base


class Find(Protocol):
    """Looks for what a file builds on, as ``find_base`` does."""

    def __call__(self, revision: Path, line: BaseWanted, *, kind: str = RULEBOOK) -> BaseSearch:
        """Where it is found."""


@frozen(eq=False)
class Below:
    """What one compilation asks of the other files; who keeps compilations keeps what was asked with them.

    Attributes:
        compile: compiles a file.
        find: finds it.
    """

    compile: Callable[[Path], Compilation]
    find: Find = find_base


def circular(path: Path) -> Compilation:
    """What a file comes to for those that build on it, where it builds on them."""
    return Compilation(None, None, None, (UnreadableFile(Cell(str(path)), "基にするものをたどると、自分に戻ります"),))
