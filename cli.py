"""The command line: runs a command, and ends with its status.

0: no errors. 1: errors in a rulebook or a file. 2: wrong usage. 130: Ctrl-C. 141: nobody reads on.
"""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

_ON_WINDOWS = os.name == "nt"
_SIGNALLED = 128  # and the signal, as a shell tells of a process that one ended


def _end_at_once(number: int, _: FrameType | None) -> NoReturn:
    """End without a word, wherever the command is: libraries that are called back from would tell of it otherwise."""
    if (replacing := sys.modules.get("haiten.compiler.files.replacing")) is not None:
        replacing.remove_half_written()
    if sys.stderr is not None and sys.stderr.isatty():
        os.write(2, b"\x1b[?25h")  # a progress bar hides the cursor
    os._exit(_SIGNALLED + number)


def _end_on_signals() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # What is ignored on purpose (nohup) stays so.
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end_at_once)


def _take_all_words() -> None:
    """Begin again in UTF-8, where the locale has no Japanese (C): names of files, bodies and items are words in it.

    Standard output keeps its code page.
    """
    if _ON_WINDOWS or sys.flags.utf8_mode:
        return
    try:
        "高".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        os.environ.setdefault("PYTHONIOENCODING", getattr(sys.stdout, "encoding", None) or "ascii")
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


# Before all that takes time to load, where this process is the command and not a program that uses it.
if __name__ == "__main__" or os.path.basename(sys.argv[0]).removesuffix(".exe") == "haiten":
    _end_on_signals()
    _take_all_words()

from cyclopts import CycloptsError  # noqa: E402

import haiten.commands.backends  # noqa: E402
import haiten.commands.money  # noqa: E402
import haiten.commands.proofs  # noqa: E402
import haiten.commands.references  # noqa: E402
import haiten.commands.rulebooks  # noqa: E402
import haiten.commands.scores  # noqa: E402
import haiten.commands.simulation  # noqa: E402
import haiten.commands.statistics  # noqa: E402
import haiten.commands.surveys  # noqa: E402
import haiten.commands.years  # noqa: E402, F401 - each registers its commands
from haiten.commands.app import app  # noqa: E402
from haiten.commands.common import cannot_write  # noqa: E402
from haiten.commands.outputs import WouldOverwriteError, run  # noqa: E402
from haiten.scoring.reading.books.processes import make_ready  # noqa: E402
from haiten.views.console.printable import printable  # noqa: E402
from haiten.views.console.streams import abandon_output, own_process, prepare  # noqa: E402
from haiten.views.console.usage import usage_message  # noqa: E402

_INTERRUPTED = _SIGNALLED + 2
_PIPE_CLOSED = _SIGNALLED + 13


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    if arguments is None:
        own_process()
        make_ready(sys.argv[1:])
    prepare()
    try:
        command, bound, _ = app.parse_args(arguments, exit_on_error=False, print_error=False)
        status = run(command, bound)
        sys.stdout.flush()
    except CycloptsError as error:
        print(printable(usage_message(error)), file=sys.stderr)
        sys.exit(2)
    except WouldOverwriteError as error:
        sys.exit(cannot_write(error))
    except BrokenPipeError:  # the reader (head, less) had enough
        abandon_output()
        sys.exit(_PIPE_CLOSED)
    except KeyboardInterrupt:
        abandon_output()
        sys.exit(_INTERRUPTED)
    except OSError as error:
        abandon_output()
        if _ON_WINDOWS and error.errno == errno.EINVAL and error.filename is None:
            sys.exit(_PIPE_CLOSED)  # as Windows says that nobody reads a pipe any more
        sys.exit(cannot_write(error, printed=True))
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
