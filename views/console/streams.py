"""Standard output and standard error as all commands use them: in any code page, full, closed, or read by nobody."""

import errno
import io
import os
import sys
from contextlib import suppress

from haiten.views.console.printable import READABLE, is_exact, json_text, printable


def prepare() -> None:
    """Make both streams take every sign."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=READABLE)


def own_process() -> None:
    """Prepare the streams of a process that is this command alone.

    A closed standard output is an error only once something is printed there; what cannot be said on standard error is
    left untold. Files that are opened later must not take the places of the streams that are closed.
    """
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Untroubled(sys.stderr.buffer, encoding=sys.stderr.encoding, line_buffering=True)


def abandon_output() -> None:
    """Let go of what is still to be printed: the interpreter would fail to, once more, when it ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_exact(text: str) -> bool:
    """Print a text that is read on by others, byte for byte; only on a terminal without signs that this would obey.

    Returns:
        Whether the code page of standard output has all its signs; others stand in their place otherwise.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    if stream.isatty():
        text = printable(text)
    if isinstance(stream, io.TextIOWrapper):
        stream.flush()
        stream.buffer.write(text.encode(encoding, READABLE))
        stream.flush()
    else:
        stream.write(text)
    return is_exact(text, encoding)


def print_json_text(data: object) -> None:
    """Print data as JSON, which is exact in every code page."""
    print(json_text(data, ascii_only=lacks_signs()))


def lacks_signs() -> bool:
    """Whether standard output is in a code page, so that JSON has to be in ASCII there."""
    return not (sys.stdout.encoding or "utf-8").lower().replace("_", "-").startswith("utf")


class _Closed(io.TextIOBase):
    """Standard output of a process that was begun without one."""

    encoding = "utf-8"

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class _Untroubled(io.TextIOWrapper):
    """Standard error, on which a command does not fail."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()
