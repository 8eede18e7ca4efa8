"""A command and files, run without what reads options, which would take a fifth of the time that ``check`` takes."""

from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path

from haiten.commands.outputs import run


def plain_command(words: Sequence[str]) -> Callable[[], int] | None:
    """What runs the words of a command line; None where they have to be read, as there are options among them."""
    if len(words) < 2 or words[0] != "check" or any(not word or word.startswith("-") for word in words):
        return None

    def check() -> int:
        from haiten.commands.checking import check_files

        status: int = run(check_files, signature(check_files).bind([Path(word) for word in words[1:]]))
        return status

    return check
