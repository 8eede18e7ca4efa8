"""Bytes → a record that is what it says, or what is wrong with it. Nothing is unpacked but to be counted and digested.

In this order, as each step makes the next one safe: the size of the file; the list of members, which has to be short,
of plain names and of bounded sizes; the manifest, which is closed; that a signature, where there is one, is over this
manifest (whose it is, ``verify.py`` asks); that the members are those of the manifest; that each has the size and
digest that the manifest says; and that the file is the one that such members make (``container.py``).
"""

import io
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.files.json_files import shown
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.records import container as file_of
from haiten.records.container import Packed, UnpackError, container, is_bomb, unpacked
from haiten.records.errors import (
    BadSignature,
    ChangedMember,
    OddManifest,
    OddMembers,
    TooMuchPacked,
    TornRecord,
)
from haiten.records.manifest import (
    MANIFEST,
    MOST_MANIFEST,
    SIGNATURE,
    Manifest,
    ManifestError,
    digest,
    read_manifest,
)
from haiten.records.signing import MOST_SIGNATURE, Signature, SignatureError, check_signature, read_signature

ENDING: Final = ".haitenrun"
_NAME: Final = re.compile(r"[A-Za-z0-9_./-]{1,200}")
# Shows how far something is: items, what is done, how many there are.
WatchedMembers = Callable[[Iterable[Packed], str, int], Iterator[Packed]]


@frozen(eq=False)
class Record:
    """A record that is what it says.

    Attributes:
        path: where it was read from.
        manifest: what it says of itself.
        manifest_data: the same as it stands there.
        packed: its other members by name.
        signature: over the manifest, by its own key; None where it has none.
    """

    path: Path
    manifest: Manifest
    manifest_data: bytes = field(repr=False)
    packed: dict[str, Packed] = field(repr=False)
    signature: Signature | None

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, by which other records name it."""
        return digest(self.manifest_data)

    def data(self, name: str) -> bytes:
        """All bytes of a member.

        Raises:
            KeyError: there is no such member.
        """
        return b"".join(unpacked(self.packed[name]))


@frozen(eq=False)
class RecordRead:
    """A record; None, with what is wrong, where it is not to be used."""

    record: Record | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_record(path: Path, watch: WatchedMembers | None = None) -> RecordRead:
    """Read a record; mistakes are values.

    Args:
        path: the file.
        watch: shows how far the reading is.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            return RecordRead(None, (TornRecord(Cell(str(path)), "ファイルではありません"),))
        with path.open("rb") as file:
            data = file.read(file_of.MOST_FILE + 1)
    except OSError as error:
        return RecordRead(None, (TornRecord(Cell(str(path)), reason_of(error)),))
    return record_of(path, data, watch)


def record_of(path: Path, data: bytes, watch: WatchedMembers | None = None) -> RecordRead:
    """The same of bytes that were read."""
    try:
        return RecordRead(_record_of(path, data, watch))
    except _RefusedError as refused:
        return RecordRead(None, (refused.told,))


class _RefusedError(Exception):
    """A record is not to be used."""

    def __init__(self, told: Diagnostic) -> None:
        super().__init__(told.message)
        self.told = told


def _record_of(path: Path, data: bytes, watch: WatchedMembers | None) -> Record:
    at = Cell(str(path))
    if len(data) > file_of.MOST_FILE:
        raise _RefusedError(TooMuchPacked(at, f"ファイルが {file_of.MOST_FILE >> 20} MB を超えています"))
    members = _listed(at, data)
    manifest_data = _small(at, members[0], MOST_MANIFEST)
    try:
        manifest = read_manifest(manifest_data)
    except ManifestError as error:
        raise _RefusedError(OddManifest(at, str(error))) from error
    signed = members[-1].name == SIGNATURE
    inner = members[1:-1] if signed else members[1:]
    signature = _signature(at, _small(at, members[-1], MOST_SIGNATURE), manifest_data) if signed else None
    _check_names(at, [member.name for member in inner], [member.name for member in manifest.members])
    sizes = {member.name: (member.size, member.sha256) for member in manifest.members}
    for member in watch(inner, "部品を確かめています", len(inner)) if watch is not None else inner:
        _check_member(at, member, *sizes[member.name])
    if container(members) != data:
        reason = "部品の前後か間に、余計なものや変わったバイトがあります"
        raise _RefusedError(TornRecord(at, reason))
    return Record(path, manifest, manifest_data, {member.name: member for member in inner}, signature)


def _listed(at: Cell, data: bytes) -> list[Packed]:
    """The members that the file lists, the manifest first and a signature last, none of which can do harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise _RefusedError(TornRecord(at, "zip の形ではないか、途中で切れています")) from error
    if len(found) > file_of.MOST_MEMBERS + 2:
        raise _RefusedError(TooMuchPacked(at, f"部品が {len(found):,}個あります（{file_of.MOST_MEMBERS:,}個まで）"))
    if sum(info.file_size for info in found) > file_of.MOST_TOTAL:
        raise _RefusedError(TooMuchPacked(at, f"部品が合わせて {file_of.MOST_TOTAL >> 20} MB を超えています"))
    for info in found:
        if (odd := _oddity(info)) is not None:
            raise _RefusedError(OddMembers(at, f"{shown(info.orig_filename)} {odd}"))
        if info.file_size > file_of.MOST_MEMBER or is_bomb(info.file_size, info.compress_size):
            words = f"{info.filename} は {info.compress_size:,}バイトが {info.file_size:,}バイトになります"
            raise _RefusedError(TooMuchPacked(at, words))
    names = [info.filename for info in found]
    lower = Counter(name.lower() for name in names)
    if twice := next((name for name in names if lower[name.lower()] > 1), None):
        raise _RefusedError(OddMembers(at, f"{twice} が2つあります"))
    if not names or names[0] != MANIFEST:
        raise _RefusedError(OddMembers(at, f"先頭に {MANIFEST} がありません"))
    if SIGNATURE in names[:-1]:
        raise _RefusedError(OddMembers(at, f"{SIGNATURE} が終わりにありません"))
    return [_packed(at, info, data) for info in found]


def _oddity(info: zipfile.ZipInfo) -> str | None:
    """Why a member can be none of a record; None where it can."""
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    if info.is_dir():
        return "はフォルダです"
    if kind not in (0, stat.S_IFREG):
        return "はリンクか、ファイルではないものです"
    if info.flag_bits & 0x1:
        return "は暗号化されています"
    if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name):
        return "は絶対パスです"
    if any(part in ("", ".", "..") for part in re.split(r"[/\\]", name)):
        return "は上のフォルダなどに出るパスです"
    if not _NAME.fullmatch(name):
        return "は部品の名ではありません"
    if info.compress_type not in (file_of.STORED, file_of.DEFLATED):
        return "は知らない方法で縮めてあります"
    return None


def _packed(at: Cell, info: zipfile.ZipInfo, data: bytes) -> Packed:
    start = info.header_offset + file_of.LOCAL_SIZE + len(info.filename)
    packed = data[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise _RefusedError(TornRecord(at, "途中で切れています"))
    return Packed(info.filename, info.compress_type, packed, info.CRC, info.file_size)


def _small(at: Cell, member: Packed, most: int) -> bytes:
    """All of a member that is never large."""
    if member.size > most:
        raise _RefusedError(TooMuchPacked(at, f"{member.name} が {most:,}バイトを超えています"))
    try:
        return b"".join(unpacked(member))
    except UnpackError as error:
        raise _RefusedError(ChangedMember(at, member.name, str(error))) from error


def _check_names(at: Cell, found: Sequence[str], wanted: Sequence[str]) -> None:
    if stray := set(found) - set(wanted):
        raise _RefusedError(OddMembers(at, f"{min(stray)} は目録にありません"))
    if lacking := set(wanted) - set(found):
        raise _RefusedError(OddMembers(at, f"目録にある {min(lacking)} がありません"))
    if list(found) != list(wanted):
        raise _RefusedError(OddMembers(at, "順が目録と違います"))


def _check_member(at: Cell, member: Packed, size: int, wanted: str) -> None:
    if member.size != size:
        raise _RefusedError(ChangedMember(at, member.name, f"{size:,}バイトのはずが {member.size:,}バイト"))
    found = sha256()
    try:
        for piece in unpacked(member):
            found.update(piece)
    except UnpackError as error:
        raise _RefusedError(ChangedMember(at, member.name, str(error))) from error
    if found.hexdigest() != wanted:
        raise _RefusedError(ChangedMember(at, member.name, "SHA-256 が合いません"))


def _signature(at: Cell, data: bytes, manifest: bytes) -> Signature:
    try:
        signature = read_signature(data)
        check_signature(signature, manifest)
    except SignatureError as error:
        raise _RefusedError(BadSignature(at, str(error))) from error
    return signature
