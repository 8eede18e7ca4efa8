"""Files of codes that were changed: old and new, a pair on each row."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from haiten.compiler.diagnostics import Cell
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.characters import is_blank, trimmed
from haiten.scoring.reading.codes import check_digit
from haiten.scoring.reading.text_tables import rows_of

_CODE: Final = re.compile(r"[0-9]{5,}")


def read_changed_codes(path: Path | None) -> Mapping[str, str]:
    """New codes by the first five digits of old ones (all digits of codes that are longer than six).

    Raises:
        UnreadableError: it is no such file; its diagnostic says so.
    """
    if path is None:
        return {}
    try:
        rows = rows_of(path)
    except UnreadableError as error:
        raise _unreadable(path, None, str(error)) from None
    except OSError as error:
        raise _unreadable(path, None, reason_of(error)) from None
    changed: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        if is_blank(row):
            continue
        cells = [trimmed(cell.translate(FOLDINGS)) for cell in row]
        cells = [*cells, "", ""][:2]
        if not all(_CODE.fullmatch(cell) for cell in cells):
            if number == 1 and not any(character.isdigit() for cell in cells for character in cell):
                continue  # the headings
            raise _unreadable(path, number, f"「{'、'.join(cells)}」は2つの団体コードではありません")
        old, new = (cell[:5] if len(cell) <= 6 else cell for cell in cells)
        if old in changed and changed[old][:5] != new:
            raise _unreadable(path, number, f"{cells[0]} の新しいコードが2つあります")
        changed[old] = cells[1] if len(cells[1]) != 5 else cells[1] + check_digit(cells[1])
    if not changed:
        raise _unreadable(path, None, "空です")
    return changed


def _unreadable(path: Path, row: int | None, reason: str) -> UnreadableError:
    told = errors.UnreadableCodes(Cell(str(path), row), reason)
    return UnreadableError(reason, lambda _: told)
