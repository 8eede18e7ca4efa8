"""What a revision says of labels: nodes by their paths, and moves of neighbours as ranges."""

from haiten.comparison.parts import NOWHERE
from haiten.compiler.syntax.expressions import Name, PathRef, Target
from haiten.compiler.syntax.labels import LabelNumber, label_number
from haiten.compiler.syntax.revision import Stretch
from haiten.compiler.syntax.rulebook import Level


def in_ranges(moves: list[tuple[Stretch, Stretch]]) -> tuple[tuple[Stretch, Stretch], ...]:
    """Moves of neighbours by the same distance as one range.

    Args:
        moves: of all siblings in the order of their labels; those that stay where they are part the others.
    """
    runs: list[list[tuple[Stretch, Stretch]]] = []
    for move in moves:
        last = runs[-1][-1] if runs else None
        if last and _together(last, move):
            runs[-1].append(move)
        else:
            runs.append([move])
    return tuple(
        run[0] if len(run) == 1 else (_range(run[0][0], run[-1][0]), _range(run[0][1], run[-1][1]))
        for run in runs
        if run[0][0] != run[0][1]
    )


def _together(first: tuple[Stretch, Stretch], second: tuple[Stretch, Stretch]) -> bool:
    """Whether two moves of neighbours go the same way, and no number lies between them; a name moves alone."""
    (before, there), (behind, beyond) = (tuple(map(number_of, move)) for move in (first, second))
    by = there.main - before.main
    near = 0 < before.main <= behind.main <= before.main + 1
    return near and there == before.moved(by) and beyond == behind.moved(by)


def number_of(stretch: Stretch) -> LabelNumber:
    """The number of its first label; that of no label for a name."""
    labels = _labels(stretch.first)
    return label_number(Level(len(labels) - 1), labels[-1]) or LabelNumber(0)


def _range(first: Stretch, last: Stretch) -> Stretch:
    return Stretch(first.first, _labels(last.first)[-1], NOWHERE)


def stretch_of(path: str) -> Stretch:
    """A path as one end of a move."""
    return Stretch(target_of(path), None, NOWHERE)


def _labels(target: Target) -> tuple[str, ...]:
    return (target.value,) if isinstance(target, Name) else target.labels


def target_of(path: str) -> Target:
    """What an amendment calls a node: a grant by its name."""
    labels = tuple(path.split("."))
    return Name(labels[0], NOWHERE) if len(labels) == 1 else PathRef(labels, NOWHERE)


def in_order(items: list[str], wanted: list[str]) -> list[str]:
    """The longest run of items that stand in the wanted order already."""
    places = {item: place for place, item in enumerate(wanted)}
    best: list[list[str]] = []
    for item in items:
        longest = max((run for run in best if places[run[-1]] < places[item]), key=len, default=[])
        best.append([*longest, item])
    return max(best, key=len, default=[])
