"""What a whole text that is edited builds on: the rulebook of a year before, and a revision already made of it."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from haiten.compiler.late import frozen
from haiten.compiler.revising.find_base import RULEBOOK, SHIPPED, says
from haiten.compiler.syntax.scope import Scope
from haiten.compiler.syntax.years import folder_of, western_year
from haiten.editor.addresses import is_saved


@frozen
class DraftKin:
    """The files beside a whole text.

    Attributes:
        base: the rulebook that it is to amend; None where none is known, and ``why``.
        same_year: other files of its own year and scope, of which a revision may have reasons to keep.
    """

    base: Path | None
    why: str = ""
    same_year: tuple[Path, ...] = ()


def kin_of(path: Path, year: str, scope: Scope, files: Iterable[Path], named: Path | None = None) -> DraftKin:
    """Look for the latest earlier year among some files, beside the text, and among what came with haiten.

    Args:
        path: of the text.
        year: of the text.
        scope: of the text.
        files: the rule files that the editor shows.
        named: the base, where the editor's settings name it.
    """
    around = [path.parent, path.parent.parent] if is_saved(path) else []
    near = [file for folder in around for file in [*folder.glob("r*/*.haiten"), *folder.glob("rules/r*/*.haiten")]]
    own = path.resolve()
    here = list(dict.fromkeys(file.resolve() for file in [*files, *sorted(near)] if file.resolve() != own))
    told = {file: said for file in here if (said := _says(file)) is not None and said[1] == scope}
    same = tuple(file for file, said in told.items() if said[0] == year)
    if named is not None:
        return DraftKin(named, same_year=same)
    by_year: dict[str, list[Path]] = defaultdict(list)
    for file, said in told.items():
        by_year[said[0]].append(file)
    for file in sorted(SHIPPED.glob("*/*.haiten")):
        said = _says(file)
        if said is not None and said[1] == scope and said[0] not in by_year:
            by_year[said[0]].append(file)
    earlier = [each for each in by_year if western_year(each) < western_year(year)]
    if not earlier:
        why = f"{year} {scope} より前の年度の評価指標が見つかりません（設定 haiten.base で示せます）"
        return DraftKin(None, why, same)
    latest = max(earlier, key=western_year)
    found = by_year[latest]
    usual = [file for file in found if file.parent.name == folder_of(latest)]
    if len(usual) == 1 or len(found) == 1:
        return DraftKin((usual if len(usual) == 1 else found)[0], same_year=same)
    files_told = "、".join(str(file) for file in found)
    why = f"{latest} {scope} の評価指標が{len(found)}つあります。設定 haiten.base で1つを選んでください: {files_told}"
    return DraftKin(None, why, same)


def _says(file: Path) -> tuple[str, Scope] | None:
    """Year and scope of a rulebook or of a revision of one; read again when the file has changed."""
    try:
        found = file.stat()
    except OSError:
        return None
    return _read(file, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1000)
def _read(file: Path, changed: int, size: int) -> tuple[str, Scope] | None:
    return says(file, RULEBOOK)
