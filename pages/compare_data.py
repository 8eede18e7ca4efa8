"""A population as one value for JSON: what the page that compares bodies counts from."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Node
from haiten.compiler.version import haiten_version
from haiten.scoring.running.nation import nodes_kept
from haiten.scoring.running.run import PointsColumn
from haiten.scoring.running.scores import Scores

ATTRIBUTE: Final = "属性."
_MOST_CLASSES: Final = 30  # an attribute with more values is no 区分


@frozen(eq=False)
class CompareDraft:
    """Scored bodies, and where the page begins: a prefecture, empty where none is told."""

    scores: Scores
    prefecture: str
    about: str


def compare_data(draft: CompareDraft) -> dict[str, Any]:
    """The data of the page, as ``CompareData`` of ``scripts/compare.js``."""
    scores = draft.scores
    program, bodies = scores.program, scores.bodies
    return {
        "haiten": haiten_version(),
        "year": program.year,
        "rules": scores.fingerprint.rules,
        "trial": program.trial_text,
        "prefecture": draft.prefecture,
        # Bodies that are not the nation are not called so.
        "everybody": "全国" if is_nation(scores) else "全団体",
        "codes": [body.code for body in bodies],
        "names": [body.name for body in bodies],
        "prefectures": _labelled(body.prefecture for body in bodies),
        "classes": {name: _labelled(cells) for name, cells in _classes(scores)},
        "nodes": [_node(scores, path) for path in nodes_kept(program)],
        "leaves": [_leaf(scores, leaf) for leaf in program.leaves],
    }


def is_nation(scores: Scores) -> bool:
    """Whether the bodies are all of the scope: ranks and means over them are then the nation's."""
    return not scores.run.is_placed and not scores.in_part


def _labelled(cells: Iterable[str]) -> dict[str, Any]:
    """Texts of bodies: each once, in order, and by body which one it is."""
    listed = list(cells)
    labels = sorted(set(listed))
    places = {label: place for place, label in enumerate(labels)}
    return {"labels": labels, "of": [places[cell] for cell in listed]}


def _classes(scores: Scores) -> Iterable[tuple[str, Sequence[str]]]:
    """The attributes by which bodies are grouped, without those that tell nearly every body apart."""
    names = dict.fromkeys(name for body in scores.bodies for name in body.carried if name.startswith(ATTRIBUTE))
    for name in names:
        cells = [body.carried.get(name, "") for body in scores.bodies]
        if 1 < len(set(cells)) <= _MOST_CLASSES:
            yield name.removeprefix(ATTRIBUTE), cells


def _node(scores: Scores, path: str) -> dict[str, Any]:
    certain, possible = scores.total() if path == WHOLE else scores.counted(path)
    node = None if path == WHOLE else scores.program.nodes[path]
    return {
        "path": path,
        "text": "" if node is None else node.text,
        "maximum": scores.program.maximum if node is None else node.maximum,
        "depth": 0 if node is None else int(node.level) + 1,
        **_points(certain, possible),
    }


def _points(certain: PointsColumn, possible: PointsColumn) -> dict[str, Any]:
    same = certain is possible or bool(np.array_equal(certain, possible))
    return {"certain": certain.tolist(), "possible": None if same else possible.tolist()}


def _leaf(scores: Scores, leaf: Node) -> dict[str, Any]:
    """A leaf with its verdicts: a digit for each body, its place in the order of ``Verdict``."""
    verdicts = "".join(map(str, scores.verdicts(leaf.path).tolist()))
    return {"path": leaf.path, "text": leaf.text, "points": leaf.maximum, "verdicts": verdicts}
