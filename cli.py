"""The command line: runs a command, and ends with its status.

0: no errors. 1: errors in a rulebook or a file. 2: wrong usage. 130: Ctrl-C. 141: nobody reads on.
"""

import atexit
import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

_ON_WINDOWS = os.name == "nt"
_MADE_MEANWHILE = 500_000  # values that can hold others
_SIGNALLED = 128  # and the signal, as a shell tells of a process that one ended


def _end_at_once(number: int, _: FrameType | None) -> NoReturn:
    """End without a word, wherever the command is: libraries that are called back from would tell of it otherwise."""
    replacing = sys.modules.get("haiten.compiler.files.replacing")
    if (remove := getattr(replacing, "remove_half_written", None)) is not None:  # or it is being loaded
        remove()
    if sys.stderr is not None and sys.stderr.isatty():
        os.write(2, b"\x1b[?25h")  # a progress bar hides the cursor
    os._exit(_SIGNALLED + number)


def _end_on_signals() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is None:
            continue
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end_at_once)
        elif hasattr(signal, "pthread_sigmask"):
            # What the caller ignores on purpose (nohup, a job in the background) stays so, here and in processes that
            # read for this one: Polars puts a handler of its own in the place of whatever there is.
            signal.pthread_sigmask(signal.SIG_BLOCK, {number})


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


def _live_shortly() -> None:
    """Have the collector look for cycles seldom: what a command makes is mostly needed to its end."""
    gc.set_threshold(_MADE_MEANWHILE)


def _share_memory() -> None:
    """Have Polars take memory from one heap for all its threads, and give back at once what is free.

    What reading is done with is then what writing takes. Its allocator (jemalloc) reads this when Polars is loaded.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,muzzy_decay_ms:0,dirty_decay_ms:5")


# Whether this process is the command, and not a program that uses it.
_OWN_PROCESS = __name__ == "__main__" or os.path.basename(sys.argv[0]).removesuffix(".exe") == "haiten"

if _OWN_PROCESS:  # before all that takes time to load
    _end_on_signals()
    _take_all_words()
    _live_shortly()
    _share_memory()

_INTERRUPTED = _SIGNALLED + 2
_PIPE_CLOSED = _SIGNALLED + 13


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    from haiten.views.console.streams import abandon_output, own_process, prepare

    words = sys.argv[1:] if arguments is None else list(arguments)
    if arguments is None:
        own_process()
    prepare()
    status: object = 0
    try:
        if not _said_at_once(words):
            status = _run(words, own=arguments is None)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) had enough
        abandon_output()
        sys.exit(_PIPE_CLOSED)
    except KeyboardInterrupt:
        abandon_output()
        sys.exit(_INTERRUPTED)
    except OSError as error:
        from haiten.commands.common import cannot_write

        abandon_output()
        if _ON_WINDOWS and error.errno == errno.EINVAL and error.filename is None:
            sys.exit(_PIPE_CLOSED)  # as Windows says that nobody reads a pipe any more
        sys.exit(cannot_write(error, printed=True))
    finally:
        if arguments is None:
            gc.freeze()  # or the interpreter, which ends, looks for cycles in all that there is
    code = status if isinstance(status, int) else 0
    if arguments is None and _OWN_PROCESS:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process with all that it holds, which the interpreter would give back piece by piece.

    That takes longer than a short command reads its files. Whoever waits for the end (a thread, a profiler) gets it.
    """
    threading = sys.modules.get("threading")
    if sys.getprofile() or sys.gettrace() or (threading is not None and threading.active_count() > 1):
        return
    atexit._run_exitfuncs()  # processes that read for this one are ended by it
    os._exit(code)


def _run(words: list[str], *, own: bool) -> object:
    from haiten.commands.plain import plain_command

    if (command := plain_command(words)) is not None:
        return command()
    from haiten.commands.running import run_words  # with what reads options, which takes time to load

    return run_words(words, own=own)


def _said_at_once(words: list[str]) -> bool:
    """Print what needs no command: the version, and help as it was printed before; whether it was that."""
    if words == ["--version"]:
        from haiten.compiler.version import haiten_version

        print(haiten_version())
        return True
    if not words or words[-1] != "--help":
        return False
    from haiten.commands.kept_help import kept_help

    text = kept_help(words)
    if text is not None:
        sys.stdout.write(text)
    return text is not None


if __name__ == "__main__":
    main()
