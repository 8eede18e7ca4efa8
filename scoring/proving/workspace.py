"""Rule files that are compiled again and again while they are edited.

What a file builds on is compiled when it changes, and not with every change of the file itself.
"""

from pathlib import Path

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import Rereader, compile_file, compile_reading, read
from haiten.compiler.late import define
from haiten.compiler.pausing import collector_paused
from haiten.compiler.revising.find_base import find_base
from haiten.compiler.source import Source, read_source
from haiten.scoring.proving.examine import Examined, examine
from haiten.scoring.proving.reexamine import Reexaminer


@define(eq=False)
class Workspace:
    """The rule files of an editor or of a long-running program.

    A compilation is what ``compile_source`` gives for the same texts; one that was asked for before, and of which
    nothing has changed, is the same object.
    """

    # By path: texts in the place of those of the files, and what became of each file last.
    _open: dict[Path, Source] = field(factory=dict)
    _readers: dict[Path, Rereader] = field(factory=dict)
    _examiners: dict[Path, Reexaminer] = field(factory=dict)
    _compiled: dict[Path, Compilation] = field(factory=dict)
    _examined: dict[Path, tuple[Compilation, Examined]] = field(factory=dict)

    def open(self, source: Source) -> None:
        """From now on a file has this text, whatever is on the disk; ``source.name`` is its path."""
        place = _place(Path(source.name))
        self._open[place] = source
        self._readers.setdefault(place, Rereader())
        self._examiners.setdefault(place, Reexaminer())

    def close(self, path: Path) -> None:
        """From now on a file has the text that is on the disk."""
        self._open.pop(_place(path), None)
        self._readers.pop(_place(path), None)
        self._examiners.pop(_place(path), None)

    def compile(self, path: Path) -> Compilation:
        """Compile a file, and what it builds on as far as that has changed."""
        place = _place(path)
        source = self._open.get(place) or _read(path)
        if source is None:  # the driver tells why
            return compile_file(path)
        known = self._compiled.get(place)
        if known is None or not _is(known, source) or not self._stands(known):
            reader = self._readers.get(place)
            with collector_paused():
                reading = read(source) if reader is None else reader.read(source)
                kept = None if reader is None else reader.kept
                known = compile_reading(reading, Path(source.name), None, (), self.compile, kept)
                self._compiled[place] = known
        return known

    def examine(self, path: Path) -> Examined:
        """All that is wrong with a file: what compiling finds, and what reasoning about all sheets finds."""
        compilation, place = self.compile(path), _place(path)
        known = self._examined.get(place)
        if known is None or known[0] is not compilation:
            examiner = self._examiners.get(place)
            found = examine(compilation) if examiner is None else examiner.examine(compilation)
            known = self._examined[place] = compilation, found
        return known[1]

    def _stands(self, known: Compilation) -> bool:
        """Whether what a file builds on is found where it was, and has not changed."""
        if known.amended is not None:
            return False  # it builds on two files: of these it is not kept what became of them
        revision, allocation = known.revision, known.allocation
        line = revision.base if revision is not None else allocation.based_on if allocation is not None else None
        if line is None:
            return True
        assert known.source is not None
        found = find_base(Path(known.source.name), line).path
        return found is not None and self.compile(found) is known.base


def _place(path: Path) -> Path:
    return Path(path.absolute())


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
