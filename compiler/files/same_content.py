"""Whether two files hold the same, whenever they were written."""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, is_zipfile

# The part of a workbook that says when it was made.
_WHEN: Final = "docProps/core.xml"


def have_same_content(one: Path, other: Path) -> bool:
    """Whether two files are the same to the byte, or workbooks that differ only in when they were made.

    Raises:
        OSError: one of them cannot be read.
    """
    if is_zipfile(one) and is_zipfile(other):
        try:
            return _parts(one) == _parts(other)
        except BadZipFile:
            return False
    return one.read_bytes() == other.read_bytes()


def _parts(path: Path) -> dict[str, tuple[int, int]]:
    with ZipFile(path) as file:
        return {part.filename: (part.file_size, part.CRC) for part in file.infolist() if part.filename != _WHEN}
