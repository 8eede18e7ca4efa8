"""Where the rulebook that a revision amends is found (language.md, A revision, Base)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.patterns import late_pattern
from haiten.compiler.syntax.scope import BODIES, LONG_TERM_CARE, Scope
from haiten.compiler.syntax.years import folder_of

SHIPPED: Final = Path(__file__).parents[2] / "rules"
RULEBOOK: Final = "評価指標"
ALLOCATION: Final = "配分"
_LINE: Final = rf"[ \t]*(..(?:[0-9]+|元)年度)[ \t]+(?:(\S+)[ \t]+)?({'|'.join(BODIES)})[ \t]+%s[ \t]*(?:[#＃※].*)?$"
_HEADERS: Final = {kind: late_pattern(_LINE % kind) for kind in (RULEBOOK, ALLOCATION)}


class BaseWanted(Protocol):
    """Which rulebook is looked for: a line of a rule file, or what is kept of one."""

    @property
    def year(self) -> str:
        """The rulebook's year."""

    @property
    def scope(self) -> Scope:
        """For whom it is."""


@frozen
class BaseSearch:
    """Where a base was found (None: nowhere), where it was looked for, and what of its year there is for others."""

    path: Path | None
    searched: tuple[str, ...]
    others: tuple[Scope, ...] = ()

    @property
    def told(self) -> str:
        """What to say where it was not found."""
        said = "、".join(self.searched)
        return (
            f"{said}。その年度にあるのは{'と'.join(f'「{scope.full}」' for scope in self.others)}"
            if self.others
            else said
        )


def says(file: Path, kind: str) -> tuple[str, Scope] | None:
    """Year and scope of a rule file of a kind (``RULEBOOK``, ``ALLOCATION``); None where it does not say."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return said_in(text, kind)


def said_in(text: str, kind: str) -> tuple[str, Scope] | None:
    """What ``says`` tells, of a text."""
    for line in text.split("\n"):  # it is among the first: the others need not be folded
        if found := _HEADERS[kind].match(line.translate(FOLDINGS)):
            return found[1], Scope(found[3], found[2] or LONG_TERM_CARE)
    return None


def find_base(
    revision: Path,
    line: BaseWanted,
    *,
    shipped: bool = True,
    kind: str = RULEBOOK,
    says: Callable[[Path, str], tuple[str, Scope] | None] = says,
    beside: tuple[Path, ...] | None = None,
) -> BaseSearch:
    """Look for the base beside the revision (``../r6/``), then among the rulebooks shipped with haiten.

    Args:
        revision: the file that amends it, or builds on it.
        line: which rulebook it is.
        shipped: whether one that came with haiten will do.
        kind: ``RULEBOOK`` or ``ALLOCATION``.
        says: what a file is, for who has other texts than those on the disk.
        beside: where the folders of the years are, of a revision that lies nowhere; none where nobody knows.
    """
    folder = folder_of(line.year)
    near = (revision.resolve().parent.parent,) if beside is None else beside
    told = [str((Path(revision).parent / ".." if beside is None else each) / folder) for each in near]
    others: dict[Scope, None] = {}
    for place in (*near, *((SHIPPED,) if shipped else ())):
        for candidate in _candidates(place / folder, revision):
            if (found := says(candidate, kind)) == (line.year, line.scope):
                return BaseSearch(_near(candidate), ())
            if found is not None and found[0] == line.year:
                others[found[1]] = None
    unknown = "" if told else "（まだ保存されていない文なので、隣のフォルダは分かりません）"
    return BaseSearch(None, (*told, f"haiten に付属の rules/{folder}{unknown}"), tuple(others))


def _near(path: Path) -> Path:
    """The path as seen from the working directory, where it lies in it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _candidates(folder: Path, revision: Path) -> Iterator[Path]:
    """Rule files of a folder, the one of the revision's own name first."""
    files = sorted(folder.glob("*.haiten")) if folder.is_dir() else []
    yield from sorted(files, key=lambda file: file.name != revision.name)
