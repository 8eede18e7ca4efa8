"""Files that are written whole or not at all: beside the old one first, then in its place in one step.

A process that is killed at any moment, or a disk that is full, leaves the old file as it was. What is half written
lies in the same folder under a name that begins with ``.haiten-tmp-``; errors and Ctrl-C take it away, and what a
killed process leaves of it may be deleted.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = ".haiten-tmp-"
_LONGEST_ENDING: Final = 16  # of a name; a longer one chooses no form
_MOST_LINKS: Final = 40  # as many as Linux follows
# What is being written; whoever ends the process without unwinding takes these away.
_HALF_WRITTEN: set[Path] = set()


@contextmanager
def replacing(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """A file to write in the place of another, under the name to write to; it has the same ending.

    What is no regular file (a pipe, a device) is written directly, and so is standard output under any of its names.
    Permissions, owner and extended attributes of an old file are kept; a symbolic link stays one.

    Args:
        path: as the user named it.
        lasting: whether it has to be there after a power cut, for which disks take their time.

    Raises:
        OSError: the file cannot be written, by that name; the old one is as it was.
    """
    found = _status(path)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if found is not None and _is_closed_stream(path):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), str(path))
    if found is not None and is_standard_output(path, found):
        with _on_standard_output(path) as written:
            yield written
        return
    if found is not None and not stat.S_ISREG(found.st_mode):
        with _named(path, path):
            yield path
        return
    # Who may not write the old file may not put another in its place either.
    if found is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    target = Path(os.path.realpath(path))
    with _temporary(target.parent, path) as written:
        if found is not None:
            _keep_attributes(target, found, written)
        yield written
        if lasting:
            _flush(written)
        os.replace(written, target)
        if lasting:
            _flush_folder(target.parent)


def remove_half_written() -> None:
    """Take away what is being written, for a process that ends at once."""
    for path in list(_HALF_WRITTEN):
        _remove(path)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for files that nobody keeps, which is away in the end."""
    import tempfile  # which takes time to load, as all of these do

    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    _HALF_WRITTEN.add(folder)
    try:
        yield folder
    finally:
        _remove(folder)
        _HALF_WRITTEN.discard(folder)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def is_standard_output(path: Path, found: os.stat_result) -> bool:
    """Whether a name such as /dev/stdout leads to what this process prints to.

    A regular file of which standard output happens to be written too (``> x``) is meant by its own name otherwise.
    """
    try:
        same = os.path.samestat(found, os.fstat(1))
    except OSError:
        return False
    if not same or stat.S_ISCHR(found.st_mode) or not hasattr(sys.stdout, "buffer"):
        return False  # a device may as well be opened once more
    return not stat.S_ISREG(found.st_mode) or _leads_through_devices(path)


def _is_closed_stream(path: Path) -> bool:
    """Whether a name such as /dev/stdout is that of a stream without which this process was begun.

    In its place is what takes everything and keeps nothing, so that no file that is opened later is taken for it.
    """
    streams = {1: sys.__stdout__, 2: sys.__stderr__}
    closed = {f"/proc/{os.getpid()}/fd/{number}" for number, stream in streams.items() if stream is None}
    return any(os.path.join(os.path.realpath(place.parent), place.name) in closed for place in _links(path))


def _leads_through_devices(path: Path) -> bool:
    """Whether a name, or a link that it leads through, is of the system's own folders."""
    return any(str(place).startswith(("/dev/", "/proc/")) for place in _links(path))


def _links(path: Path) -> Iterator[Path]:
    """A name, and those of the links that it leads through."""
    for _ in range(_MOST_LINKS):
        place = Path(os.path.normpath(path.absolute()))
        yield place
        try:
            path = place.parent / os.readlink(place)
        except OSError:
            return


@contextmanager
def _on_standard_output(path: Path) -> Iterator[Path]:
    """A file that is copied to standard output: opening that once more would begin at its start again."""
    import shutil
    import tempfile

    with _temporary(Path(tempfile.gettempdir()), path) as written:
        yield written
        sys.stdout.flush()
        with written.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.flush()


@contextmanager
def _temporary(folder: Path, path: Path) -> Iterator[Path]:
    """An empty file of a new name, which is away in the end; errors name ``path`` instead."""
    ending = path.suffix if len(os.fsencode(path.suffix)) <= _LONGEST_ENDING else ""
    temporary = folder / f"{PREFIX}{os.urandom(8).hex()}{ending}"
    _HALF_WRITTEN.add(temporary)
    try:
        with _named(path, temporary):
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            yield temporary
    finally:
        _remove(temporary)
        _HALF_WRITTEN.discard(temporary)


@contextmanager
def _named(path: Path, written: Path) -> Iterator[None]:
    """Errors of what is written, or of no file in particular (a full disk), tell the name that the user gave."""
    try:
        yield
    except OSError as error:
        if error.filename is None or str(error.filename) == str(written):
            error.filename, error.filename2 = str(path), None
        raise


def _status(path: Path) -> os.stat_result | None:
    """What the name leads to; None where it leads to nothing yet.

    Raises:
        OSError: it cannot be followed (a folder that may not be entered, links in a circle).
    """
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _keep_attributes(old: Path, found: os.stat_result, new: Path) -> None:
    """Give the new file what the old one has, before anything stands in it; the owner only where that may be."""
    with suppress(OSError, AttributeError):
        os.chown(new, found.st_uid, found.st_gid)
    os.chmod(new, stat.S_IMODE(found.st_mode))
    with suppress(OSError, AttributeError):  # access lists are among these
        for name in os.listxattr(old):
            os.setxattr(new, name, os.getxattr(old, name))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    """Keep the new name, too, through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
