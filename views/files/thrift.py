"""Structures in Thrift's compact protocol, as far as Parquet files tell of themselves in it.

What a field means is not known here, so that fields of later versions are handed on as they are.
"""

from typing import Any, Final

# The kinds of values: truths, which the field itself tells, whole numbers, bytes, lists, structures.
TRUE: Final = 1
FALSE: Final = 2
I16: Final = 4
I32: Final = 5
I64: Final = 6
BINARY: Final = 8
LIST: Final = 9
STRUCT: Final = 12
_MORE: Final = 0x80  # of a number, in groups of seven bits
_LONG: Final = 15  # elements of a list; so many or more are told apart from its kind

Field = tuple[int, Any]  # kind and value: an int, bytes, the kind and values of a list's elements, a structure
Struct = dict[int, Field]  # by the number of the field


def read_struct(data: bytes, at: int = 0) -> tuple[Struct, int]:
    """A structure, and where it ends.

    Raises:
        ValueError: it has a field of another kind than those above.
        IndexError: it ends too soon.
    """
    found: Struct = {}
    number = 0
    while head := data[at]:
        at += 1
        if step := head >> 4:
            number += step
        else:
            number, at = _whole(data, at)
        kind = head & 0xF
        value, at = _value(data, at, kind)
        found[number] = kind, value
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in (I16, I32, I64):
        return _whole(data, at)
    if kind == STRUCT:
        return read_struct(data, at)
    if kind == BINARY:
        length, at = _count(data, at)
        return data[at : at + length], at + length
    if kind == LIST:
        head, at = data[at], at + 1
        count, inner, values = head >> 4, head & 0xF, []
        if count == _LONG:
            count, at = _count(data, at)
        for _ in range(count):
            value, at = _value(data, at, inner)
            values.append(value)
        return (inner, values), at
    if kind in (TRUE, FALSE):
        return kind == TRUE, at
    raise ValueError(f"a value of kind {kind}")


def _count(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & _MORE:
        value |= (byte & ~_MORE) << shift
        shift, at = shift + 7, at + 1
    return value | byte << shift, at + 1


def _whole(data: bytes, at: int) -> tuple[int, int]:
    """A number of either sign: 0, -1, 1, -2, … are counted."""
    value, at = _count(data, at)
    return (value >> 1) ^ -(value & 1), at


def struct_bytes(struct: Struct) -> bytes:
    """A structure as bytes; structures in it may be bytes already."""
    out = bytearray()
    _put_struct(out, struct)
    return bytes(out)


def _put_struct(out: bytearray, struct: Struct) -> None:
    before = 0
    for number, (kind, value) in sorted(struct.items()):
        if 0 < (step := number - before) <= _LONG:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _put_whole(out, number)
        _put(out, kind, value)
        before = number
    out.append(0)


def _put(out: bytearray, kind: int, value: Any) -> None:
    if kind in (I16, I32, I64):
        _put_whole(out, value)
    elif kind == STRUCT and isinstance(value, bytes):
        out += value
    elif kind == STRUCT:
        _put_struct(out, value)
    elif kind == BINARY:
        _put_count(out, len(value))
        out += value
    elif kind == LIST:
        inner, values = value
        out.append(min(len(values), _LONG) << 4 | inner)
        if len(values) >= _LONG:
            _put_count(out, len(values))
        for each in values:
            _put(out, inner, each)


def _put_count(out: bytearray, value: int) -> None:
    while value >= _MORE:
        out.append(value & ~_MORE & 0xFF | _MORE)
        value >>= 7
    out.append(value)


def _put_whole(out: bytearray, value: int) -> None:
    _put_count(out, value << 1 if value >= 0 else (-value << 1) - 1)
