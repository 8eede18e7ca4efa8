"""Rule files that are compiled again and again while they are edited.

What a file builds on is compiled when it changes, and not with every change of the file itself.
"""

from os.path import realpath
from pathlib import Path

from attrs import field

from haiten.compiler.below import Below, circular
from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file, compile_reading, read
from haiten.compiler.late import define, frozen
from haiten.compiler.pausing import collector_paused
from haiten.compiler.rereader import Rereader
from haiten.compiler.revising.find_base import RULEBOOK, BaseSearch, BaseWanted, find_base, said_in
from haiten.compiler.source import Source, read_source
from haiten.compiler.syntax.scope import Scope
from haiten.scoring.proving.examine import Diagnostics, examine
from haiten.scoring.proving.reexamine import Reexaminer


@frozen(eq=False)
class _Search:
    """What a file looked for, and where that was found."""

    path: Path
    line: BaseWanted
    kind: str
    found: BaseSearch


@frozen(eq=False)
class _Made:
    """A compilation, with all that was asked of other files for it: it stands while each answer does."""

    compilation: Compilation
    searches: tuple[_Search, ...]
    below: tuple[tuple[Path, Compilation], ...]


@define(eq=False)
class Workspace:
    """The rule files of an editor or of a long-running program.

    A compilation is what ``compile_source`` gives for the same texts, were all of them on the disk; one that was asked
    for before, and of which nothing has changed, is the same object. A file is one file under all its paths: it is
    called as in the editor, or else as it was first.
    """

    # By path: texts in the place of those of the files, and what became of each file last; of texts that lie nowhere,
    # what they lie beside.
    _open: dict[Path, Source] = field(factory=dict)
    _readers: dict[Path, Rereader] = field(factory=dict)
    _examiners: dict[Path, Reexaminer] = field(factory=dict)
    _made: dict[Path, _Made] = field(factory=dict)
    _called: dict[Path, Path] = field(factory=dict)
    _beside: dict[Path, tuple[Path, ...]] = field(factory=dict)
    _examined: dict[Path, tuple[Compilation, Diagnostics]] = field(factory=dict)
    # What files were found to say that they are, with the text that says it.
    _said: dict[tuple[Path, str], tuple[str, tuple[str, Scope] | None]] = field(factory=dict)
    # While one file is compiled: those that wait for it, the outermost of them that it leads back to, and what is sure.
    _waiting: list[Path] = field(factory=list)
    _back_to: int | None = None
    _sure: dict[Path, Compilation] = field(factory=dict)

    def open(self, source: Source, beside: tuple[Path, ...] | None = None) -> None:
        """From now on a file has this text, whatever is on the disk.

        Args:
            source: the text; its name is the path.
            beside: of a text that lies nowhere, where to look for what it builds on (``find_base``).
        """
        place = _place(Path(source.name))
        if beside is not None:
            self._beside[Path(source.name)] = beside
        self._open[place] = source
        self._readers.setdefault(place, Rereader())
        self._examiners.setdefault(place, Reexaminer())

    def close(self, path: Path) -> None:
        """From now on a file has the text that is on the disk."""
        self._beside.pop(path, None)
        self._open.pop(_place(path), None)
        self._readers.pop(_place(path), None)
        self._examiners.pop(_place(path), None)

    def compile(self, path: Path) -> Compilation:
        """Compile a file, and what it builds on as far as that has changed."""
        place, depth = _place(path), len(self._waiting)
        if place in self._waiting:
            back_to = self._waiting.index(place)
            self._back_to = back_to if self._back_to is None else min(self._back_to, back_to)
            return circular(path)
        if (sure := self._sure.get(place)) is not None:
            return sure
        path = self._called.setdefault(place, path)
        source = self._open.get(place) or _read(path)
        if source is None:  # the driver tells why
            return compile_file(path)
        self._waiting.append(place)
        try:
            made = self._made.pop(place, None)
            if made is None or not _is(made.compilation, source) or not self._stands(made):
                made = self._make(place, source)
            # What leads back to a file that waits for it would be another without that file.
            if self._back_to is None or self._back_to >= depth:
                self._back_to = None
                self._made[place] = made
                self._sure[place] = made.compilation
            return made.compilation
        finally:
            self._waiting.pop()
            if not self._waiting:
                self._back_to = None
                self._sure.clear()

    def examine(self, path: Path) -> Diagnostics:
        """All that is wrong with a file: what compiling finds, and what reasoning about all sheets finds."""
        compilation, place = self.compile(path), _place(path)
        known = self._examined.get(place)
        if known is None or known[0] is not compilation:
            examiner = self._examiners.get(place)
            found = examine(compilation).diagnostics if examiner is None else examiner.examine(compilation)
            known = self._examined[place] = compilation, found
        return known[1]

    def rests_on(self, path: Path) -> frozenset[Path]:
        """The real paths of a file and of all that it built on when it was compiled last, whatever these came to."""
        found: set[Path] = set()
        more = [_place(path)]
        while more:
            place = more.pop()
            if place not in found:
                found.add(place)
                made = self._made.get(place)
                more += [] if made is None else [_place(below) for below, _ in made.below]
        return frozenset(found)

    def _make(self, place: Path, source: Source) -> _Made:
        """Compile a text, and note what that asks of other files."""
        searches: list[_Search] = []
        below: list[tuple[Path, Compilation]] = []

        def find(revision: Path, line: BaseWanted, *, kind: str = RULEBOOK) -> BaseSearch:
            found = self._find(revision, line, kind)
            searches.append(_Search(revision, line, kind, found))
            return found

        def compile_below(path: Path) -> Compilation:
            made = self.compile(path)
            below.append((path, made))
            return made

        reader = self._readers.get(place)
        with collector_paused():
            reading = read(source) if reader is None else reader.read(source)
            kept = None if reader is None else reader.kept
            made = compile_reading(reading, Path(source.name), None, (), Below(compile_below, find), kept)
        return _Made(made, tuple(searches), tuple(below))

    def _stands(self, made: _Made) -> bool:
        """Whether all that a file builds on is found where it was, or still nowhere, and has not changed."""
        return all(self._find(each.path, each.line, each.kind) == each.found for each in made.searches) and all(
            self.compile(path) is compilation for path, compilation in made.below
        )

    def _find(self, revision: Path, line: BaseWanted, kind: str) -> BaseSearch:
        return find_base(revision, line, kind=kind, says=self._says, beside=self._beside.get(revision))

    def _says(self, file: Path, kind: str) -> tuple[str, Scope] | None:
        """What a file says that it is, as it stands in the editor."""
        source = self._open.get(_place(file)) or _read(file)
        if source is None:
            return None
        known = self._said.get((file, kind))
        if known is None or known[0] != source.text:
            known = self._said[file, kind] = source.text, said_in(source.text, kind)
        return known[1]


def _place(path: Path) -> Path:
    return Path(realpath(path))


def _is(known: Compilation, source: Source) -> bool:
    was = known.source
    return was is not None and (was is source or (was.name, was.text) == (source.name, source.text))


def _read(path: Path) -> Source | None:
    """A file as it stands; None for one of which the driver has something to say first."""
    try:
        source = read_source(path)
    except (OSError, UnicodeDecodeError):
        return None
    return source if source.text.strip() and "\x1b" not in source.text else None
