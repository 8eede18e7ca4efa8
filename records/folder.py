"""The records of a folder: what each is of, and whether it is intact. None is run again."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.records.reading import ENDING, Record, read_record
from haiten.records.verify import Trust

# Shows how far something is: files, what is done, how many there are.
WatchedFiles = Callable[[Iterable[Path], str, int], Iterator[Path]]


@frozen(eq=False)
class Filed:
    """A record in a folder.

    Attributes:
        path: the file.
        record: it; None where it is not intact.
        diagnostics: what is wrong with it.
    """

    path: Path
    record: Record | None
    diagnostics: tuple[Diagnostic, ...]


@frozen(eq=False)
class FolderOfRecords:
    """The records of a folder, by name.

    Attributes:
        folder: the folder.
        files: its records.
        trust: the keys that are trusted; None where that is not asked.
    """

    folder: Path
    files: tuple[Filed, ...]
    trust: Trust | None

    def file_of(self, digest: str) -> Path | None:
        """The file of the record that others call so; None where it is not in the folder."""
        found = (each.path for each in self.files if each.record is not None and each.record.digest == digest)
        return next(found, None)


def list_records(folder: Path, trust: Trust | None, watch: WatchedFiles) -> FolderOfRecords:
    """Read all records of a folder.

    Args:
        folder: where they are; folders in it are not looked into.
        trust: the keys that are trusted.
        watch: shows how far the reading is.

    Raises:
        OSError: it is no folder, or cannot be read.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING)
    filed = []
    for path in watch(paths, "記録を読んでいます", len(paths)):
        read = read_record(path)
        filed.append(Filed(path, read.record, read.diagnostics))
    return FolderOfRecords(folder, tuple(filed), trust)
