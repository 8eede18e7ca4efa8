"""A run → the bytes of its record.

What a command reads is copied before it begins (``Copies``), and looked at again when it is done: a file that changed
meanwhile is in no record. The rule files are laid out as they stand in the record and compiled from there, so that a
record that could not be repeated is not made.
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.files.replacing import temporary_folder
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.compiler.version import haiten_version
from haiten.records import container as file_of
from haiten.records.container import container, pack
from haiten.records.layout import lay_out
from haiten.records.manifest import (
    MANIFEST,
    MOST_MANIFEST,
    RESULTS,
    SIGNATURE,
    Argument,
    Link,
    Manifest,
    Member,
    RuleSet,
    Written,
    digest,
    manifest_bytes,
)
from haiten.records.reading import Record
from haiten.records.recordable import RECORDABLE, ArgumentKind
from haiten.records.rule_sets import in_force, place_rules, texts_of
from haiten.records.signing import PrivateKey

# What results rest on, beside haiten and Python.
LIBRARIES: Final = ("attrs", "lark", "numpy", "polars", "python-calamine", "xlrd")
_AGAIN: Final = "もう一度どうぞ"
_SMALLER: Final = "団体を分けるか、--record を外してください"
_FILES: Final = "パイプや装置ではない、ふつうのファイルを渡してください"


class NotRecordableError(Exception):
    """A run cannot be recorded.

    Attributes:
        reason: why, in Japanese.
        remedy: what to do instead, in Japanese.
    """

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.file, self.reason, self.remedy = file, reason, remedy


@frozen
class GivenArgument:
    """A part of what a command was asked: a word of ``recordable.RECORDABLE``, with its values; files as paths."""

    name: str
    kind: ArgumentKind
    values: tuple[Path | str, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders among the values."""
        return tuple(value for value in self.values if isinstance(value, Path))


@frozen(eq=False)
class Copies:
    """Files as they were when a command began.

    Attributes:
        files: the bytes of each.
        folders: the files of each folder, in the order in which they are read.
    """

    files: Mapping[Path, bytes] = field(repr=False)
    folders: Mapping[Path, tuple[Path, ...]]

    @classmethod
    def of(cls, paths: Iterable[Path]) -> "Copies":
        """Copy files, and the files of folders.

        Raises:
            NotRecordableError: one is neither, cannot be read, or is too large.
        """
        given = tuple(paths)
        folders = {path: tuple(_files_in(path)) for path in given if path.is_dir()}
        inside = (file for files in folders.values() for file in files)
        return cls({file: _read(file) for file in (*(path for path in given if path not in folders), *inside)}, folders)

    def check(self) -> None:
        """Make sure that they still are as they were.

        Raises:
            NotRecordableError: one is not.
        """
        for folder, files in self.folders.items():
            if tuple(_files_in(folder)) != files:
                raise NotRecordableError(str(folder), "コマンドが読む間に、フォルダの中が変わりました", _AGAIN)
        for file, data in self.files.items():
            if _read(file) != data:
                raise NotRecordableError(str(file), "コマンドが読む間に、中身が変わりました", _AGAIN)


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder that a command reads, in its order; what programs keep beside an open file is none."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith((".", "~$")):
            yield path


def _read(file: Path) -> bytes:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise NotRecordableError(str(file), "ふつうのファイルではないので、読んだ中身を残せません", _FILES)
        with file.open("rb") as opened:
            data = opened.read(file_of.MOST_MEMBER + 1)
    except OSError as error:
        raise NotRecordableError(str(file), reason_of(error), _FILES) from error
    if len(data) > file_of.MOST_MEMBER:
        raise NotRecordableError(str(file), f"{file_of.MOST_MEMBER >> 20} MB を超えています", _SMALLER)
    return data


@frozen(eq=False)
class RecordedRun:
    """A command that ran, with all that its record holds.

    Attributes:
        command: its name.
        asked: what it was asked, in the order of ``RECORDABLE``.
        copies: what it read, but for the files that its rule files build on.
        compiled: what its rule files came to, in the order in which they were compiled.
        bodies: how many bodies its results are of.
        results_form: the form of JSON that they have.
        results: the JSON.
        written: files that it wrote besides.
    """

    command: str
    asked: tuple[GivenArgument, ...]
    copies: Copies
    compiled: tuple[Compilation, ...]
    bodies: int
    results_form: str
    results: bytes = field(repr=False)
    written: tuple[Written, ...] = ()


def record_bytes(run: RecordedRun, based_on: Sequence[Record], key: PrivateKey | None) -> bytes:
    """The record of a run.

    Args:
        run: what ran.
        based_on: the records that it builds on; each has to hold or have written something that the run read.
        key: what it is signed with; None for not at all.

    Raises:
        NotRecordableError: it cannot be recorded.
        NotConnectedError: one of the records has nothing to do with it.
    """
    run.copies.check()
    members: dict[str, tuple[bytes, str]] = {}
    rules = [_rules(run, number, members) for number in range(1, len(run.compiled) + 1)]
    arguments = tuple(_arguments(run, [each.files[0] for each in rules], members))
    members[RESULTS] = (run.results, "")
    if len(members) > file_of.MOST_MEMBERS or sum(len(data) for data, _ in members.values()) > file_of.MOST_TOTAL:
        raise NotRecordableError("", "読んだものが多すぎるか、大きすぎます", _SMALLER)
    listed = tuple(Member(name, len(data), digest(data), called) for name, (data, called) in members.items())
    manifest = Manifest(
        versions(),
        run.command,
        arguments,
        tuple(rules),
        run.bodies,
        run.results_form,
        listed,
        run.written,
        tuple(_link(record, listed) for record in based_on),
    )
    written = manifest_bytes(manifest)
    if len(written) > MOST_MANIFEST:
        raise NotRecordableError("", "目録が大きくなりすぎます", "ファイルの数を減らしてください")
    packed = [pack(MANIFEST, written, packed=False), *(pack(name, data) for name, (data, _) in members.items())]
    if key is not None:
        packed.append(pack(SIGNATURE, key.sign(written), packed=False))
    return container(packed)


class NotConnectedError(Exception):
    """A record that a run is said to build on has nothing that the run read."""

    def __init__(self, record: Path) -> None:
        super().__init__(str(record))
        self.record = record


def _link(record: Record, members: Sequence[Member]) -> Link:
    """What of a run comes from a record: files that this holds too, or has seen written."""
    shared = shared_members(record.manifest, members)
    if not shared:
        raise NotConnectedError(record.path)
    return Link(record.digest, record.manifest.command, shared)


def shared_members(older: Manifest, members: Sequence[Member]) -> tuple[str, ...]:
    """Those facts and results among some members that an older record read, or that were written beside it.

    Rules alone connect nothing: half of the country has the same.
    """
    known = {member.sha256 for member in older.members if not member.name.startswith(("rules/", "consolidated/"))}
    known |= {each.sha256 for each in older.written}
    inputs = (member for member in members if not member.name.startswith(("rules/", "consolidated/")))
    return tuple(member.name for member in inputs if member.sha256 in known and member.name != RESULTS)


def versions() -> dict[str, str]:
    """The versions that are here, of what results rest on."""
    made = {"haiten": haiten_version(), "python": ".".join(map(str, sys.version_info[:3]))}
    for library in LIBRARIES:
        try:
            made[library] = version(library)
        except PackageNotFoundError:  # which is needed for nothing then
            continue
    return made


def _rules(run: RecordedRun, number: int, members: dict[str, tuple[bytes, str]]) -> RuleSet:
    """Put a rule file and what it builds on among the members, and compile it from there."""
    compiled, known = run.compiled[number - 1], RECORDABLE[run.command]
    files = [Path(source.name) for source in compiled.sources]
    placed = place_rules(files, number)
    if placed.problem:
        raise NotRecordableError(str(files[0]), placed.problem, "1年度に1つの評価指標にしてください")
    laid = {name: (_read(file), file.name) for file, name in placed.files.items()}
    given = {each.name: each for each in run.asked}
    tried = known.tried is not None and known.main.index(known.tried) == number - 1
    parameters = [str(value) for value in given["--set"].values] if tried and "--set" in given else []
    bases = [given[name].paths[0] for name in known.base if name in given] if number == 1 else []
    base = next((placed.files[file] for path in bases for file in placed.files if _same(file, path)), None)
    with temporary_folder() as folder:
        lay_out(folder, {name: data for name, (data, _) in laid.items()})
        found = in_force(folder / placed.files[files[0]], None if base is None else folder / base, parameters)
    if found is None or found.sources != texts_of(compiled) or (bases and base is None):
        raise NotRecordableError(
            str(files[0]), "記録の中からは、同じ規則になりません（読む間に変わったかもしれません）", _AGAIN
        )
    members |= laid
    consolidated = f"consolidated/{number}.haiten"
    members[consolidated] = (found.consolidated.encode("utf-8"), "")
    return RuleSet(tuple(laid), consolidated, found.year, found.scope, found.text, found.rules)


def _same(file: Path, other: Path) -> bool:
    return os.path.realpath(file) == os.path.realpath(other)


def _arguments(run: RecordedRun, mains: list[str], members: dict[str, tuple[bytes, str]]) -> Iterator[Argument]:
    """What was asked, with members in the place of files, which are put among these."""
    known, rule_files = RECORDABLE[run.command], iter(mains)
    places = {os.path.realpath(source.name): source for each in run.compiled for source in each.sources}
    for each in run.asked:
        match each.kind:
            case ArgumentKind.RULES if each.name in known.main:
                yield Argument(each.name, each.kind, (next(rule_files),))
            case ArgumentKind.RULES:
                assert os.path.realpath(each.paths[0]) in places
                placed = place_rules([Path(source.name) for source in run.compiled[0].sources], 1).files
                found = next(name for file, name in placed.items() if _same(file, each.paths[0]))
                yield Argument(each.name, each.kind, (found,))
            case ArgumentKind.YEARS:
                folder = each.name.removeprefix("--")
                pairs = zip(each.paths[::2], each.paths[1::2], strict=True)
                values = [
                    word
                    for place, (_, facts) in enumerate(pairs, start=1)
                    for word in (next(rule_files), _put(facts, f"{folder}/{place}", run.copies, members))
                ]
                yield Argument(each.name, each.kind, tuple(values))
            case ArgumentKind.FILE | ArgumentKind.FACTS:
                name = each.name.removeprefix("--").lower()
                values = [
                    _put(path, f"{name}/{place}", run.copies, members) for place, path in enumerate(each.paths, start=1)
                ]
                yield Argument(each.name, each.kind, tuple(values))
            case _:
                yield Argument(each.name, each.kind, tuple(str(value) for value in each.values))


def _put(path: Path, name: str, copies: Copies, members: dict[str, tuple[bytes, str]]) -> str:
    """Put a file, or the files of a folder, among the members; what the command is told in its place."""
    if path not in copies.folders:
        whole = f"{name}{_ending(path)}"
        members[whole] = (copies.files[path], path.name)
        return whole
    for place, file in enumerate(copies.folders[path], start=1):
        members[f"{name}/{place:05d}{_ending(file)}"] = (copies.files[file], file.name)
    return name


def _ending(path: Path) -> str:
    """The ending of a name, by which readers tell kinds of files."""
    ending = path.suffix.lower()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) <= 9 else ""
