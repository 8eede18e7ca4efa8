"""Limits of reading a workbook or a Parquet file, which may be damaged or made to harm (docs/reliability.md).

Memory and time grow with the file, so that a large honest one is read and a small one that asks for much is not.
"""

from typing import Final

_MB: Final = 1 << 20
MEMORY: Final = 768 * _MB
MEMORY_PER_BYTE: Final = 4
# Addresses beside it, which libraries reserve and do not use.
RESERVED: Final = 4096 * _MB
SECONDS: Final = 15
SECONDS_PER_MB: Final = 20
# Of a sheet as a rectangle from A1 to its last value, for a reader holds it so: 1,741 bodies in 5,700 columns.
CELLS: Final = 10_000_000
# As many as a sheet of Excel or LibreOffice has; more are damage.
ROWS: Final = 1 << 20
COLUMNS: Final = 1 << 14
# Of a row with values that an .ods says is repeated: each body has a code of its own.
ALIKE_ROWS: Final = 10_000
# Of all parts of a workbook when they are unpacked.
UNPACKED: Final = 1024 * _MB
# How many times larger than the file, from so many bytes on; workbooks of like rows come to a hundred times.
RATIO: Final = 200
RATIO_FROM: Final = 64 * _MB
# Rows that merged cells may cover in sum.
MERGED_ROWS: Final = 2_000_000


def memory_for(size: int) -> int:
    """How many bytes of memory may be taken for a file of so many bytes."""
    return MEMORY + MEMORY_PER_BYTE * size


def seconds_for(size: int) -> int:
    """How many seconds may be taken for a file of so many bytes."""
    return SECONDS + SECONDS_PER_MB * size // _MB
