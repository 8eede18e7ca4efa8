"""Processes that read files: started, kept in readiness, and ended. It imports nothing that takes time."""

import atexit
import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

WORKBOOK: Final = "workbook"
PARQUET: Final = "parquet"
ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# The process finds its modules where this one found them, however it did.
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "from haiten.scoring.reading.books.child import main; main()"
)
_READY: Final[dict[str, "subprocess.Popen[bytes]"]] = {}


def start(kind: str) -> "subprocess.Popen[bytes]":
    """A process that reads files of a kind: one that is in readiness, or a new one.

    Raises:
        OSError, ValueError: none can be started.
    """
    if kind in _READY:
        return _READY.pop(kind)
    import subprocess  # which most commands do without

    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM, kind, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def make_ready(words: list[str]) -> None:
    """Start what will read the files among the words of a command, while its rulebook is still compiled."""
    inputs = (
        word for before, word in zip(["", *words], words, strict=False) if before != "--to" and os.path.isfile(word)
    )
    endings = {os.path.splitext(word)[1].lower() for word in inputs}
    for kind, wanted in ((WORKBOOK, set(ENDINGS)), (PARQUET, {".parquet"})):
        if endings & wanted and kind not in _READY:
            # Where it cannot be started, whoever needs it will say so.
            with contextlib.suppress(OSError, ValueError):
                _READY[kind] = start(kind)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that is asked no more, and leave nothing of it."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()


@atexit.register
def _end_ready() -> None:
    while _READY:
        end(_READY.popitem()[1])
