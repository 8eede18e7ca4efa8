"""What changes mean, kept beside the compilations that it follows from: finding it takes most of a comparison."""

from collections.abc import Callable
from typing import Any

from haiten.comparison.excerpt import FactCell
from haiten.comparison.meaning import Meaning, Witness
from haiten.compiler.compilation import Compilation
from haiten.compiler.store.folder import digest
from haiten.compiler.store.kept import kept_part


def kept_meanings(old: Compilation, new: Compilation, find: Callable[[], tuple[Meaning, ...]]) -> tuple[Meaning, ...]:
    """The meanings of the changes between two compilations, found or as they were found before."""
    if old.key is None:
        return find()
    told = kept_part(new, f"meanings-{digest(old.key)}", lambda: tuple(map(_told, find())))
    try:
        return tuple(_meaning(*each) for each in told)
    except (TypeError, ValueError):  # written by who knows what
        return find()


def _told(meaning: Meaning) -> tuple[Any, ...]:
    sheets = (None if each is None else _sheet(each) for each in (meaning.lower, meaning.higher))
    return meaning.old_path, meaning.new_path, meaning.verdict, *sheets, meaning.also


def _meaning(old: str, new: str, verdict: str, lower: Any, higher: Any, also: tuple[str, ...]) -> Meaning:
    return Meaning(old, new, verdict, _witness(lower), _witness(higher), also)


def _sheet(witness: Witness) -> tuple[Any, ...]:
    columns = _cells(witness.old_columns), _cells(witness.new_columns)
    return *columns, witness.old_points, witness.new_points, witness.bodies, tuple(map(_cells, witness.others))


def _witness(told: Any) -> Witness | None:
    if told is None:
        return None
    old, new, was, now, bodies, others = told
    return Witness(_columns(old), _columns(new), was, now, bodies, tuple(map(_columns, others)))


# In their order, which a dict that is read again might not have.


def _cells(columns: dict[str, FactCell | None]) -> tuple[tuple[str, FactCell | None], ...]:
    return tuple(columns.items())


def _columns(told: Any) -> dict[str, FactCell | None]:
    return dict(told)
