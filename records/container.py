"""The file of a record: a zip whose every byte follows from what is in it.

Whoever writes a record writes these bytes and no others, and whoever reads one makes them again and compares: so there
is no room before, between or behind the members, for a second member of a name, for a link, an attribute or a comment.
Any zip tool opens it. The comment of the archive is the SHA-256 of all bytes before it, which finds damage, and no
forgery (that is for signatures).
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from haiten.compiler.late import frozen

# What a record may be at most, so that reading one takes bounded time and memory.
MOST_FILE: Final = 1 << 30  # bytes
MOST_MEMBERS: Final = 8_192
MOST_MEMBER: Final = 1 << 30  # bytes when unpacked
MOST_TOTAL: Final = 1 << 31  # of all members together
MOST_RATIO: Final = 250  # unpacked to packed; the JSON of a nation's scores is about 25
SMALL: Final = 1 << 16  # bytes unpacked, up to which no ratio matters

STORED: Final = 0
DEFLATED: Final = 8
_LEVEL: Final = 6
_CHUNK: Final = 1 << 20

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
LOCAL_SIZE: Final = _LOCAL.size
_VERSION: Final = 20  # of the format: what deflated members need
_DATE: Final = 0x0021  # 1980-01-01: a record has no clock
_COMMENT: Final = b"haiten/record@1 sha256:"


@frozen(eq=False)
class Packed:
    """A member as it stands in the file.

    Attributes:
        name: its path within the record, in ASCII.
        method: ``STORED`` or ``DEFLATED``.
        data: the packed bytes.
        crc: CRC-32 of the unpacked bytes.
        size: the number of unpacked bytes.
    """

    name: str
    method: int
    data: bytes
    crc: int
    size: int


class UnpackError(ValueError):
    """What is packed is not what it is said to be; its words say why, in Japanese."""


def pack(name: str, data: bytes, *, packed: bool = True) -> Packed:
    """Pack a member; as it is where that is smaller, or where it would be too much smaller to be read again."""
    crc = zlib.crc32(data)
    if packed:
        made = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        small = made.compress(data) + made.flush()
        if len(small) < len(data) and not is_bomb(len(data), len(small)):
            return Packed(name, DEFLATED, small, crc, len(data))
    return Packed(name, STORED, data, crc, len(data))


def is_bomb(size: int, packed: int) -> bool:
    """Whether so few bytes come to so many more than any record's."""
    return size > SMALL and size > MOST_RATIO * packed


def unpacked(member: Packed) -> Iterator[bytes]:
    """The bytes of a member, piece by piece, never more than it says that there are.

    Raises:
        UnpackError: there are more, or fewer, or other bytes.
    """
    size = crc = 0
    for piece in _pieces(member):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        if size > member.size:
            raise UnpackError("書かれた大きさより大きいものが入っています")
        yield piece
    if size != member.size or crc != member.crc:
        raise UnpackError("検査の数（CRC）が合いません")


def _pieces(member: Packed) -> Iterator[bytes]:
    if member.method == STORED:
        for start in range(0, len(member.data), _CHUNK):
            yield member.data[start : start + _CHUNK]
        return
    reader, rest = zlib.decompressobj(-zlib.MAX_WBITS), member.data
    try:
        while not reader.eof:
            piece = reader.decompress(rest, _CHUNK)
            rest = reader.unconsumed_tail
            if not piece and not rest and not reader.eof:
                raise UnpackError("途中で終わっています")
            yield piece
    except zlib.error as error:
        raise UnpackError("縮めたものを元に戻せません") from error
    if reader.unused_data:
        raise UnpackError("終わりの後に余計なバイトがあります")


def container(members: Sequence[Packed]) -> bytes:
    """All bytes of the file of a record with these members, in this order."""
    parts, listed, place = [], [], 0
    for member in members:
        name, size = member.name.encode("ascii"), len(member.data)
        head = (_VERSION, 0, member.method, 0, _DATE, member.crc, size, member.size, len(name))
        parts += [_LOCAL.pack(b"PK\x03\x04", *head, 0), name, member.data]
        listed += [_CENTRAL.pack(b"PK\x01\x02", _VERSION, *head, 0, 0, 0, 0, 0, place), name]
        place += _LOCAL.size + len(name) + size
    count, central = len(members), b"".join(listed)
    comment = len(_COMMENT) + 2 * hashlib.sha256().digest_size
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), place, comment)
    body = b"".join([*parts, central, end])
    return body + _COMMENT + hashlib.sha256(body).hexdigest().encode("ascii")
