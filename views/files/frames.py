"""Columns about all bodies as files: CSV, Parquet, Excel."""

from pathlib import Path
from typing import TYPE_CHECKING

from haiten.views.files.csv_safety import safe_frame
from haiten.views.files.export import write_sheet
from haiten.views.files.writing import system_errors

if TYPE_CHECKING:
    from polars import DataFrame


def write_frame(
    path: Path, frame: "DataFrame", title: str, *, metadata: dict[str, str] | None = None, safe: bool = False
) -> None:
    """Write a row per body, as the ending of the name says (.csv, .parquet, .xlsx).

    Args:
        path: the file.
        frame: the columns, with a heading each.
        title: of the sheet, where it is a workbook.
        metadata: of the file, where it is Parquet.
        safe: whether texts in CSV are kept from being formulas in spreadsheets.

    Raises:
        OSError: the file cannot be written.
    """
    match path.suffix.lower():
        case ".parquet":
            with system_errors(path), path.open("wb") as file:
                frame.write_parquet(file, metadata=metadata)
        case ".xlsx":
            write_sheet(path, title, frame.columns, frame.height, [frame])
        case _:
            with system_errors(path), path.open("wb") as file:
                (safe_frame(frame) if safe else frame).write_csv(file, include_bom=True, line_terminator="\r\n")
