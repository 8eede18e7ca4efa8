"""Errors of the system that Polars keeps to its texts, as errors of the system again."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from polars.exceptions import PolarsError

_PROBE: Final = 1 << 16
_NUMBER: Final = re.compile(r"\(os error ([0-9]+)\)")


def _refusal(path: Path) -> int | None:
    """Why the system takes no more into a file that could not be finished, by trying; None where it takes more.

    Polars does not always keep what the system said when the end of a Parquet file could not be written.
    """
    try:
        with path.open("ab", buffering=0) as file:
            file.write(bytes(_PROBE))
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno
    return None


@contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """Make what Polars says of the system while it writes a file an OSError with its number and the file's name.

    Raises:
        OSError: the file cannot be written.
    """
    try:
        yield
    except (OSError, PolarsError) as error:
        found = _NUMBER.search(str(error))
        number = int(found[1]) if found is not None else _refusal(path)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), str(path)) from error
