"""The rule files of an editor: which are open, what they come to, and where a name is spoken of in all of them."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define, dense
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Source
from haiten.editor.addresses import years_beside
from haiten.editor.kept_places import KeptPlaces
from haiten.editor.symbols import Occurrence, Symbol
from haiten.scoring.proving.examine import Diagnostics
from haiten.scoring.proving.workspace import Workspace

MOST_FILES: Final = 300  # rule files below a folder that are looked at for a name


@dense(eq=False)
class FileView:
    """A rule file as it stands.

    Attributes:
        readable: the last compilation of the file that came to a program: this one, or one before a slip.
        stands: whether only what the file builds on has changed since ``readable``.
        places: of ``compilation``'s own file; of ``readable`` where that stands.
    """

    path: Path
    compilation: Compilation
    readable: Compilation | None
    stands: bool
    places: tuple[Occurrence, ...]

    @property
    def is_legible(self) -> bool:
        """Whether all that its text speaks of is among its places."""
        return self.compilation.program is not None or self.stands

    @property
    def program(self) -> Program | None:
        """What there is to read of the file, or was before a slip; of a revision never yet whole, what it amends."""
        return self.before if self.readable is None else self.readable.program

    @property
    def before(self) -> Program | None:
        """The rulebook that the file amends; None where it amends none."""
        revising = self.compilation if self.compilation.base is not None else self.readable
        base = None if revising is None or revising.revision is None else revising.base
        return None if base is None else base.program

    def at(self, offset: int) -> Occurrence | None:
        """The narrowest place that an offset lies in, or touches with its end."""
        around = [place for place in self.places if place.span.start <= offset <= place.span.end]
        return min(around, key=lambda place: place.span.end - place.span.start, default=None)


def _is_as_it_was(now: Compilation, then: Compilation | None, typed: bool) -> bool:
    """Whether a file has the text that it had then.

    Where it is typed, that has to be the same object: of a text that was changed and changed back, some of what was
    read then stands in an older one.
    """
    if then is None or now.source is None or then.source is None:
        return False
    return now.source is then.source or (not typed and now.source.text == then.source.text)


def nodes_by_identity(program: Program | None) -> dict[str, Node]:
    """The nodes of a rulebook by what they are through the years."""
    return {} if program is None else {node.identity: node for node in program.nodes.values()}


@define(eq=False)
class Desk:
    """All that an editor has open, and the folders that it shows.

    Attributes:
        roots: folders whose rule files may speak of a name.
        cutoffs: a cut-off file whose rates of the nation are shown beside the items; None for none.
    """

    roots: tuple[Path, ...] = ()
    cutoffs: Path | None = None
    _space: Workspace = field(factory=Workspace)
    _typed: set[Path] = field(factory=set)
    _pages: dict[Path, FileView] = field(factory=dict)
    _places: defaultdict[Path, KeptPlaces] = field(factory=partial(defaultdict, KeptPlaces))

    def open(self, path: Path, text: str) -> None:
        """From now on a file has this text."""
        self._space.open(Source(str(path), text), years_beside(path, self.roots))
        self._typed.add(path)

    def close(self, path: Path) -> None:
        """From now on a file has the text that is on the disk."""
        self._space.close(path)
        self._typed.discard(path)
        self._pages.pop(path, None)
        self._places.pop(path, None)

    def page(self, path: Path) -> FileView:
        """A file as it stands now."""
        compilation, known = self._space.compile(path), self._pages.get(path)
        if known is None or known.compilation is not compilation:
            readable = compilation if compilation.program is not None else known.readable if known is not None else None
            stands = _is_as_it_was(compilation, readable, path in self._typed)
            spoken = readable if readable is not None and stands else compilation
            known = self._pages[path] = FileView(path, compilation, readable, stands, self._places[path].find(spoken))
        return known

    def examine(self, path: Path) -> Diagnostics:
        """All that is wrong with a file."""
        return self._space.examine(path)

    def family(self, path: Path) -> Iterator[FileView]:
        """A file, those that it builds on, and what builds on one of them: open texts, and files below the roots."""
        page = self.page(path)
        yield page
        kin, told = self._rests_on(page), {path.resolve()}
        for other in (*sorted(kin), *sorted(self._typed), *self.rule_files()):
            place = other.resolve()
            if place not in told:
                told.add(place)
                page = self.page(other)
                if place in kin or kin & self._rests_on(page):
                    yield page

    def _rests_on(self, page: FileView) -> frozenset[Path]:
        """The real paths of a file and of those that it builds on, or did when it last came to something."""
        made = self._space.rests_on(page.path)
        if page.compilation is page.readable or page.readable is None:
            return made
        return made.union(Path(source.name).resolve() for source in page.readable.sources)

    def mentions(self, path: Path, symbol: Symbol) -> Iterator[Occurrence]:
        """Where a symbol is spoken of, in the file itself first."""
        for page in self.family(path):
            yield from (place for place in page.places if place.symbol == symbol)

    def rule_files(self) -> list[Path]:
        """The rule files below the roots."""
        found: list[Path] = []
        for root in self.roots:
            for file in sorted(root.rglob("*.haiten")):
                hidden = any(part.startswith(".") or part == "node_modules" for part in file.relative_to(root).parts)
                if not hidden and len(found) < MOST_FILES:
                    found.append(file.absolute())
        return list(dict.fromkeys(found))
