"""Messages between a process that reads a file and the one that asked for it.

Each has its length (8 bytes, little endian), its kind (1 byte), and JSON in ASCII (``J``) or a table in the Arrow IPC
format (``A``): nothing that runs when it is read.
"""

import io
import json
from typing import IO, Any, Final

_JSON: Final = b"J"
_TABLE: Final = b"A"
_HEADER: Final = 9


def send(out: IO[bytes], message: dict[str, Any]) -> None:
    """Hand over a message."""
    _send(out, _JSON, json.dumps(message, separators=(",", ":")).encode("ascii"))


def send_table(out: IO[bytes], frame: Any) -> None:
    """Hand over a frame of Polars."""
    data = io.BytesIO()
    frame.write_ipc(data)
    _send(out, _TABLE, data.getvalue())


def _send(out: IO[bytes], kind: bytes, data: bytes) -> None:
    out.write(len(data).to_bytes(_HEADER - 1, "little") + kind)
    out.write(data)
    out.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message: a dict, or a frame of Polars; None where there is none, or not the whole of it."""
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        return None
    size = int.from_bytes(header[:-1], "little")
    data = stream.read(size)
    if len(data) < size:
        return None
    if header[-1:] == _JSON:
        return json.loads(data)
    import polars as pl

    return pl.read_ipc(io.BytesIO(data))
