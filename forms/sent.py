"""What was sent to whom: names of files, and the list that is kept beside them."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haiten.compiler.program.fact_columns import CODE, NAME, PREFECTURE
from haiten.scoring.facts.facts import Body
from haiten.views.files.csv_safety import safe_row

_FILE: Final = "ファイル"
# What no system takes in a name, or what changes how it reads.
_NEVER: Final = re.compile(r"[^\w\-ー・々〆ヶ]+")
_LONGEST: Final = 60  # signs of a name: 255 bytes hold 80 of them


def file_name(body: Body, ending: str = ".xlsx") -> str:
    """The file of a body: its code and what of its name every system takes."""
    parts = (_NEVER.sub("", body.code), _NEVER.sub("", body.name)[:_LONGEST])
    return "_".join(part for part in parts if part) + ending


def write_sent(path: Path, bodies: Sequence[Body], files: Sequence[str]) -> None:
    """Write the list.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((CODE, NAME, PREFECTURE, _FILE))
        for body, name in zip(bodies, files, strict=True):
            rows.writerow(safe_row((body.code, body.name, body.prefecture, name)))
