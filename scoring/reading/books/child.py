"""The process that reads one workbook or one Parquet file: ``python -m haiten.scoring.reading.books.child``.

A damaged file may bring a library down with all that runs beside it, or ask for more memory than there is. So it is
read in a process of its own, within limits, which hands over messages on its standard output (``messages``) and does
what the lines on its standard input ask. What it writes beside them goes nowhere.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, Any

from haiten.scoring.reading.books import limits
from haiten.scoring.reading.books.messages import send, send_table
from haiten.scoring.reading.books.refusals import DAMAGED, LARGE, UNABLE, RefusedError

_ROWS_AT_ONCE = 2_000


def main() -> None:
    """Read the file that the first line on standard input names."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    send(out, {"ready": True})
    if "parquet" in sys.argv:
        # Row groups are not read ahead: a quarter of a million rows of texts take half a gigabyte.
        os.environ.setdefault("POLARS_ROW_GROUP_PREFETCH_SIZE", "1")
        with contextlib.suppress(ImportError):  # which is reported when a file is asked for
            import_module("polars")
    line = sys.stdin.buffer.readline()
    if not line:
        return
    task = json.loads(line)
    path = Path(os.fsdecode(bytes.fromhex(task["path"])))
    with contextlib.suppress(BrokenPipeError):
        try:
            _limit(path.stat().st_size)
            if task["kind"] == "parquet":
                _serve_parquet(path, out, task["rows"])
            else:
                _serve_workbook(path, out)
        except BrokenPipeError:
            raise
        except BaseException as error:
            send(out, _refusal(error))
    # Nothing is left to tidy up, and what a library does at the end may fail as well.
    os._exit(0)


def _limit(size: int) -> None:
    """Take no more than a file of so many bytes may; where the system has no such limits, only time is limited."""
    try:
        import resource
    except ImportError:  # Windows
        return
    memory, seconds = limits.memory_for(size), limits.seconds_for(size)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, seconds),
        # Libraries reserve addresses that they never use; what counts is held by the limit of data.
        (resource.RLIMIT_AS, memory + limits.RESERVED),
    ):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit stands already
            resource.setrlimit(kind, (most, most))


def _refusal(error: BaseException) -> dict[str, Any]:
    if isinstance(error, RefusedError):
        return error.message()
    if isinstance(error, MemoryError):
        return RefusedError(LARGE, "メモリが足りません").message()
    if isinstance(error, ImportError):
        return RefusedError(UNABLE, f"{error.name} がありません").message()
    return RefusedError(DAMAGED).message()


# Workbooks


def _serve_workbook(path: Path, out: IO[bytes]) -> None:
    from haiten.scoring.reading.books.sheets import open_sheets

    sheets = open_sheets(path)
    send(out, {"sheets": [[sheet.name, sheet.visible] for sheet in sheets]})
    for line in sys.stdin.buffer:
        asked, index, count = json.loads(line)
        sheet = sheets[index]
        answers = {"head": partial(_head, sheet, count), "marks": partial(_marks, sheet), "rows": partial(_rows, sheet)}
        try:
            for answer in answers[asked]():
                send(out, answer)
        except BrokenPipeError:
            raise
        except BaseException as error:
            send(out, _refusal(error))


def _head(sheet: Any, count: int) -> Iterator[dict[str, Any]]:
    yield {"rows": list(islice(sheet.head(count), count))}


def _marks(sheet: Any) -> Iterator[dict[str, Any]]:
    """What is special about cells, but for formats that only change how they show: the rows have it."""
    marks = sheet.marks()
    told = [
        [row, column, mark.error, mark.is_open, mark.shown is not None and mark.shown.scaled]
        for row, special in marks.cells.items()
        for column, mark in special.items()
        if mark.error is not None or mark.is_open or (mark.shown is not None and mark.shown.scaled)
    ]
    yield {"cells": told, "merged": marks.merged}


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    left = sheet.rows()
    while rows := list(islice(left, _ROWS_AT_ONCE)):
        yield {"rows": rows if any(rows) else [], "blank": 0 if any(rows) else len(rows)}
    yield {"end": True}


# Parquet


def _serve_parquet(path: Path, out: IO[bytes], rows: int) -> None:
    import polars as pl
    from polars import selectors as cs

    frame = pl.scan_parquet(path, glob=False)
    schema = frame.collect_schema()
    count = int(frame.select(pl.len()).collect().item())
    for name, kind in schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            raise RefusedError(DAMAGED, f"列「{name}」は文字でも数でもありません（{kind}）")
    send(out, {"columns": list(schema), "count": count})
    for start in range(0, count, rows):
        # One part after another: what decodes ahead of its reader holds gigabytes of texts by then.
        part = frame.slice(start, rows).collect()
        if part.height != min(rows, count - start):
            raise RefusedError(DAMAGED)
        # Whoever reads texts cannot make one of a duration.
        part = part.with_columns(cs.duration().dt.to_string("iso"))
        part.columns = [str(place) for place in range(part.width)]
        send_table(out, part)
    send(out, {"end": True})


if __name__ == "__main__":
    main()
