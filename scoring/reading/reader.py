"""Files that are read in a process of their own (``child``), and what became of it."""

import contextlib
import json
import os
import signal
import stat
import threading
import time
import weakref
from functools import partial
from pathlib import Path
from typing import Any, Final

from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.books import limits, refusals
from haiten.scoring.reading.books.messages import receive
from haiten.scoring.reading.books.processes import PARQUET, WORKBOOK, end, start

_UNREADABLE: Final = {WORKBOOK: "表計算のブックとして読めません", PARQUET: "Parquet として読めません"}
_REMEDY: Final = {
    WORKBOOK: "表計算ソフトで開ければ名前を付けて保存し直し、開けなければ元のファイルを受け取り直してください。",
    PARQUET: "書き出したプログラムで書き出し直すか、CSV で渡してください。",
}


class FileReader:
    """A process that reads a file; it ends when the last message was asked for, or nobody can ask any more."""

    def __init__(self, path: Path, kind: str, **task: Any) -> None:
        """Start it.

        Raises:
            UnreadableError: there is no such file, or no process can be started.
            OSError: the file cannot be opened.
        """
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            path.open("rb").close()
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("パイプや装置です。ファイルに保存してから渡してください")
        path.open("rb").close()
        if not about.st_size:
            raise UnreadableError("空です")
        self.kind, self.size = kind, about.st_size
        self.left = float(limits.seconds_for(about.st_size))
        self.is_late = False
        try:
            self.process = start(kind)
        except (OSError, ValueError) as error:
            raise _unstarted(str(error)) from None
        weakref.finalize(self, end, self.process)
        if not isinstance(self._receive(), dict):
            raise self._refused(*self._why_it_ended()) if self.is_late else _unstarted("")
        self._write({"kind": kind, "path": os.fsencode(path).hex(), **task})

    def ask(self, question: Any) -> Any:
        """The first answer to a question."""
        self._write(question)
        return self.next()

    def next(self) -> Any:
        """The next message: a dict or a table.

        Raises:
            UnreadableError: the file cannot be read, or not within the limits.
        """
        message = self._receive()
        if message is None:
            raise self._refused(*self._why_it_ended())
        if isinstance(message, dict) and "refused" in message:
            raise self._refused(message["refused"], message["reason"])
        return message

    def _write(self, message: Any) -> None:
        assert self.process.stdin is not None
        # Where the process has ended, the next message will say so.
        with contextlib.suppress(OSError):
            self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self.process.stdin.flush()

    def _receive(self) -> Any:
        """The next message; None where the process has ended, be it because it is late."""
        assert self.process.stdout is not None
        watch = threading.Timer(max(self.left, 0), self._stop)
        watch.daemon = True
        begun = time.monotonic()
        watch.start()
        try:
            return receive(self.process.stdout)
        finally:
            watch.cancel()
            watch.join()
            self.left -= time.monotonic() - begun

    def _stop(self) -> None:
        self.is_late = True
        self.process.kill()

    def _why_it_ended(self) -> tuple[str, str]:
        code = self.process.wait()
        if self.is_late or code == -getattr(signal, "SIGXCPU", 0x100):
            return refusals.LARGE, f"{limits.seconds_for(self.size)}秒で読み終わりません"
        if code == -signal.SIGABRT or code == -getattr(signal, "SIGKILL", 0x100):
            # What cannot have the memory that it asks for is brought to an end, by its library or by the system.
            return refusals.LARGE, f"{limits.memory_for(self.size) >> 20:,}MBのメモリでは足りません"
        return refusals.DAMAGED, ""

    def _refused(self, kind: str, reason: str) -> UnreadableError:
        told: Any
        match kind:
            case refusals.LARGE:
                told = partial(errors.TooMuchToRead, reason=reason)
            case refusals.FAR:
                told = partial(errors.FarCells, what=reason)
            case refusals.LOCKED:
                told = errors.LockedFile
            case refusals.UNABLE:
                return _unstarted(reason)
            case _:
                reason = reason or _UNREADABLE[self.kind]
                told = partial(errors.DamagedFile, reason=reason, remedy=_REMEDY[self.kind])
        return UnreadableError(reason, told)


def is_damage(error: UnreadableError) -> bool:
    """Whether a file cannot be read because it is damaged."""
    return isinstance(error.told, partial) and error.told.func is errors.DamagedFile


def _unstarted(reason: str) -> UnreadableError:
    return UnreadableError(f"読むための別のプロセスを始められません（{reason or '始まってすぐに終わりました'}）")
