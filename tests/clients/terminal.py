"""A program in a terminal, as a person sees it: what stands on the screen, and keys."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

COLUMNS: Final = 160
ROWS: Final = 40
_PATIENCE: Final = 30.0  # seconds, on a machine that does much else


class Terminal:
    """A terminal in which one program runs; it ends with the block."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._program = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait(10)
        os.close(self._ours)

    @property
    def text(self) -> str:
        """What stands on the screen; a wide sign has one place."""
        return "\n".join(self._screen.display)

    def press(self, *keys: str) -> None:
        """Some keys, each for itself: a program may take what comes at once for something that was pasted."""
        for key in keys:
            os.write(self._ours, key.encode())
            self._read(0.1)

    def until(self, shown: str, *, gone: bool = False) -> None:
        """Wait until some words are on the screen, or are not any more."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if (shown in self.text) is not gone:
                return
            self._read(0.05)
        raise AssertionError(self.text)

    def _read(self, seconds: float) -> None:
        """Take over what the program writes until it pauses for so long."""
        while select.select([self._ours], [], [], seconds)[0]:
            with suppress(OSError):  # it has ended
                self._stream.feed(os.read(self._ours, 65536))
                continue
            return
