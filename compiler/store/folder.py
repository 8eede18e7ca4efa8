"""The folder of kept files, and files in it that are read whole or not at all.

A file is a line that names the format and the digest of the next; a line of JSON with the key, the code that wrote it
and the digests of those that follow; and lines of JSON. One of another format, key or code, of another owner, or of
which a digest is not right, is as good as none, and is written anew.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

from haiten.compiler.late import frozen

VARIABLE: Final = "HAITEN_CACHE"
_FORMAT: Final = "haiten kept 2"
_MOST_BYTES: Final = 64 * 2**20
_MOST_FILES: Final = 256
_ENDING: Final = ".kept"
# What is kept follows from the code in these.
_ROOMS: Final = ("commands", "comparison", "compiler", "grammar", "scoring", "views")
_ROOT: Final = Path(__file__).parents[2]


def digest(*parts: str) -> str:
    """A name for some texts in their order that no others have."""
    made = blake2b(digest_size=20)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        made.update(f"{len(raw)}:".encode())
        made.update(raw)
    return made.hexdigest()


def folder() -> Path | None:
    """Where compilations are kept: ``HAITEN_CACHE``, else the user's cache folder; None where it is ``off``."""
    said = os.environ.get(VARIABLE, "")
    if said.strip().lower() == "off":
        return None
    if said:
        return Path(said)
    from platformdirs import user_cache_path  # takes time to load, and not all need it

    return user_cache_path("haiten", appauthor=False)


@cache
def code_mark() -> str | None:
    """A name for the code of this haiten: another version of it, or a file that was edited, has another.

    None where its files cannot be looked at (a package in an archive): then nothing can be kept.
    """
    seen: list[str] = []
    pending = [os.path.join(_ROOT, room) for room in _ROOMS]
    try:
        while pending:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith((".py", ".tables")):
                        status = entry.stat()
                        seen.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
                    elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                        pending.append(entry.path)
    except OSError:
        return None
    return digest(sys.version, *sorted(seen))


@frozen
class KeptFile:
    """A kept file: what its writer says of it, and its lines of JSON, which are as they were written."""

    about: Any
    lines: tuple[str, ...]


def read(key: str) -> KeptFile | None:
    """What is kept under a key; None where there is nothing that can be relied on."""
    place, mark = folder(), code_mark()
    if place is None or mark is None:
        return None
    try:
        with open(place / f"{key}{_ENDING}", "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not S_ISREG(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
                return None
            raw = file.read(_MOST_BYTES + 1)
        first, head, *lines = raw.decode("utf-8", "surrogatepass").split("\n")
        if first != f"{_FORMAT} {digest(head)}":
            return None
        said = json.loads(head)
        if (said["key"], said["code"], said["digests"]) != (key, mark, [digest(line) for line in lines]):
            return None
        return KeptFile(said["about"], tuple(lines))
    except (OSError, ValueError, TypeError, LookupError):
        return None


def _without_waiting(path: str, flags: int) -> int:
    """Open what may be no file: a pipe would be waited for until somebody writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def write(key: str, about: Any, parts: Sequence[Any]) -> None:
    """Keep some JSON under a key; where that cannot be (a folder that is read-only, a full disk), nothing is kept."""
    place, mark = folder(), code_mark()
    if place is None or mark is None:
        return
    from haiten.compiler.files.replacing import replacing

    write_line = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
    lines = [write_line(part) for part in parts]
    said = {"key": key, "code": mark, "about": about, "digests": [digest(line) for line in lines]}
    head = write_line(said)
    raw = "\n".join([f"{_FORMAT} {digest(head)}", head, *lines]).encode("utf-8", "surrogatepass")
    # ValueError: a name that no file can have.
    with suppress(OSError, ValueError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(place)
        entry = place / f"{key}{_ENDING}"
        if entry.exists() and not (entry.is_file() or entry.is_dir()):
            entry.unlink()  # a pipe would be waited for until somebody reads from it
        # One that a power cut takes away, or a part of it, is seen by its digests, and written anew.
        with replacing(entry, lasting=False) as path:
            path.write_bytes(raw)


def _make_room(place: Path) -> None:
    """Take away the files that were written longest ago, where there are too many."""
    with os.scandir(place) as entries:
        kept = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(_ENDING)]
    for _, path in sorted(kept)[: max(len(kept) - _MOST_FILES + 1, 0)]:
        with suppress(OSError):
            os.unlink(path)
