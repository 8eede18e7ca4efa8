"""The one door for all that commands write: no command writes onto a file that it reads, or twice onto one.

Files are written whole or not at all (``haiten.compiler.files.replacing``).

What a command reads and writes is known from its arguments, before it begins, and from the rulebooks that these build
on, once they are found. Files are told apart by what they are, not by their names: links lead to the same file.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from inspect import BoundArguments
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import astuple, field, has

from haiten.compiler.files.replacing import is_standard_output, replacing
from haiten.compiler.late import frozen

if TYPE_CHECKING:
    from haiten.compiler.compilation import Compilation

# The parameters that name what is written, with their options; every other path is read (a test looks at all commands).
WRITTEN: Final = {
    "to": "--to",
    "save_cutoffs": "--save-cutoffs",
    "witness": "--witness",
    "save": "--save",
    "each_body": "--each-body",
    "record": "--record",
    "new_key": "FILE",
}


class WouldOverwriteError(OSError):
    """What is to be written is a file that the same command reads, or has written."""


@frozen
class Files:
    """One run of a command, and its files.

    Attributes:
        read: what it reads, as far as it is known by now.
        written: what it wrote.
        command: its name.
        arguments: what was given for its parameters.
        compiled: what its rule files came to, in the order in which they were compiled.
    """

    read: list[Path] = field(factory=list)
    written: list[Path] = field(factory=list)
    command: str = ""
    arguments: Mapping[str, Any] = field(factory=dict)
    compiled: "list[Compilation]" = field(factory=list)


_FILES: ContextVar[Files | None] = ContextVar("files", default=None)


def run(command: Callable[..., Any], bound: BoundArguments) -> Any:
    """Run a command with its arguments, so that it cannot harm what it reads.

    Raises:
        WouldOverwriteError: by its arguments alone, before it has begun.
    """
    given = bound.arguments.items()
    outputs = [(WRITTEN[name], path) for name, value in given if name in WRITTEN for path in _paths(value)]
    named = [path for name, value in given if name not in WRITTEN for path in _paths(value)]
    inputs = [path for each in named for path in (each, *_inside(each))]
    for _, path in outputs:
        _refuse(path, inputs, [])
    for (option, path), (other, second) in combinations(outputs, 2):
        if are_same(path, second):
            words = f"「{option} {path}」と「{other} {second}」は同じファイルです。別の名前にしてください"
            raise WouldOverwriteError(None, words, str(path))
    token = _FILES.set(Files(inputs, command=command.__name__, arguments=bound.arguments))
    try:
        return command(*bound.args, **bound.kwargs)
    finally:
        _FILES.reset(token)


def note_read(paths: Iterable[Path]) -> None:
    """Keep in mind files that no argument names, such as the rulebook that a revision builds on."""
    if (files := _FILES.get()) is not None:
        files.read.extend(paths)


def note_compiled(compilation: "Compilation") -> None:
    """Keep in mind what a rule file came to, for a record of the run."""
    if (files := _FILES.get()) is not None:
        files.compiled.append(compilation)


def this_run() -> Files | None:
    """The command that is run; None where a function of it was called by itself."""
    return _FILES.get()


@contextmanager
def output(path: Path, *, in_place: bool = False, for_people: bool = False) -> Iterator[Path]:
    """A file that may be written, under the name to write to; it takes the old one's place when all is written.

    Args:
        path: as the user named it.
        in_place: whether it is the command's purpose to change what it reads (``fmt``, ``check --fix``).
        for_people: whether people go on writing in it (``draft``, ``new``, ``sheet``): what is there already, and is
            not the same, is their work.

    Raises:
        WouldOverwriteError: it is a file that the command reads, or has written, or in which people wrote.
        OSError: what the writing raises.
    """
    may_write([path] if not in_place else [])
    _refuse_printed(path)
    with replacing(path) as written:
        yield written
        if for_people and written != path:
            _refuse_work(path, written)
    if (files := _FILES.get()) is not None:
        files.written.append(path)


def may_write(paths: Iterable[Path]) -> None:
    """Make sure of several files, before the first of them is written.

    Raises:
        WouldOverwriteError: one of them is a file that the command reads, or has written.
    """
    files = _FILES.get()
    for path in paths if files is not None else ():
        assert files is not None
        _refuse(path, files.read, files.written)


def are_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one regular file, or would once it is there."""
    try:
        found = os.stat(one), os.stat(other)
    except OSError:
        return not (one.exists() or other.exists()) and os.path.realpath(one) == os.path.realpath(other)
    # What is no regular file (/dev/stdout, a pipe) loses nothing.
    return os.path.samestat(*found) and stat.S_ISREG(found[0].st_mode)


def _refuse(path: Path, read: Iterable[Path], written: Iterable[Path]) -> None:
    if (same := next((other for other in read if are_same(path, other)), None)) is not None:
        named = "読み込むファイル" if str(same) == str(path) else f"読み込むファイル {same} と同じもの"
        words = f"このコマンドの{named}です。内容が失われるので、別の名前にしてください"
        raise WouldOverwriteError(None, words, str(path))
    if (same := next((other for other in written if are_same(path, other)), None)) is not None:
        named = "" if str(same) == str(path) else f"（{same}）"
        raise WouldOverwriteError(
            None, f"このコマンドが既に書いたファイル{named}です。別の名前にしてください", str(path)
        )


def _refuse_work(path: Path, written: Path) -> None:
    """A file that is there and holds something else than what is made would lose what was written in it."""
    from haiten.compiler.files.same_content import have_same_content

    if path.is_file() and path.stat().st_size and not have_same_content(path, written):
        words = "既にあるファイルで、いま作るものと中身が違います。書き込んだ内容が失われるので、"
        raise WouldOverwriteError(None, f"{words}別の名前にするか、先に消してください", str(path))


def _refuse_printed(path: Path) -> None:
    """A file to which standard output or standard error goes (``--to x > x``) would be two outputs on one."""
    for handle, name in ((1, "標準出力"), (2, "標準エラー出力")):
        try:
            found = path.stat()
            same = os.path.samestat(found, os.fstat(handle)) and stat.S_ISREG(found.st_mode)
        except OSError:
            continue
        if same and not is_standard_output(path, found):
            raise WouldOverwriteError(None, f"{name}の行き先と同じファイルです。別の名前にしてください", str(path))


def _inside(path: Path) -> list[Path]:
    """What lies in a folder: survey sheets are read by the folder that they are in."""
    try:
        return list(path.iterdir()) if path.is_dir() else []
    except OSError:  # which is reported when it is read
        return []


def _paths(value: object) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _paths(inner)
    elif has(type(value)):  # options that stand together
        yield from _paths(astuple(value, recurse=False))  # type: ignore[arg-type] # which attrs made
