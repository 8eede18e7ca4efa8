"""Help as it was printed before: what makes it takes longer to load than it takes to read."""

import json
import os
import sys
from contextlib import suppress

from haiten.compiler.store.folder import digest, read, write

# What rich looks at before it decides how wide a console is and what it shows.
_SEEN = ("COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def kept_help(words: list[str]) -> str | None:
    """What these words printed; None where that is not known."""
    entry = read(_key(words))
    try:
        text = json.loads(entry.lines[0]) if entry is not None else None
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def keep_help(words: list[str], text: str) -> None:
    """Keep what these words print on a console like this one."""
    write(_key(words), None, [text])


def _key(words: list[str]) -> str:
    sizes = []
    for handle in range(3):
        with suppress(OSError):
            sizes.append(f"{handle} {os.get_terminal_size(handle)}")
    environment = (
        f"{name}={os.environ.get(name)}" for name in (*_SEEN, "JPY_PARENT_PID", "DATABRICKS_RUNTIME_VERSION")
    )
    console = (str(sys.stdout.isatty()), str(sys.stdout.encoding), os.name)
    return digest("help", *words, *console, *environment, *sizes)
