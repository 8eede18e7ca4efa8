"""Errors of the system that Polars keeps to its texts, as errors of the system again."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from polars.exceptions import PolarsError

_NUMBER: Final = re.compile(r"\(os error ([0-9]+)\)")


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
        if found is None:
            raise
        number = int(found[1])
        raise OSError(number, os.strerror(number), str(path)) from error
