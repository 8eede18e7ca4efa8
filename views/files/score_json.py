"""Scores as JSON, body by body: the text of ``Scores.to_json``, of which only a body is in memory at a time.

Most of it is nodes, and a node is in few states (points, verdict) however many bodies there are; so each state is
made into text once.
"""

from collections.abc import Callable, Iterator
from typing import Final

from haiten.compiler.program.program import Node
from haiten.scoring.running.scores import NodeState, Scores, node_json
from haiten.views.console.printable import json_text

AT_ONCE: Final = 500  # bodies
Parts = Iterator[slice]


class _States(dict[NodeState, str]):
    """The lines of a node, by its state."""

    def __init__(self, node: Node, write: Callable[[object], str]) -> None:
        self._node, self._write = node, write

    def __missing__(self, state: NodeState) -> str:
        data = _indented(self._write(node_json(self._node, state)), 4)
        text = f"    {self._write(self._node.path)}: {data}"
        self[state] = text
        return text


def json_pieces(
    scores: Scores, *, ascii_only: bool = False, watch: Callable[[Parts, int], Parts] = lambda parts, _: parts
) -> Iterator[str]:
    """The text of the JSON in pieces, with a line end.

    Args:
        scores: what is written.
        ascii_only: whether all other signs are escapes.
        watch: hands parts of the bodies on while it shows how far it is; it is reported how many there are.
    """

    def write(data: object) -> str:
        return json_text(data, ascii_only=ascii_only)

    head, tail = write(scores.head_json() | {"bodies": []}).rsplit("[]", 1)
    nodes = [(node, _States(node, write)) for node in scores.program.nodes.values()]
    starts = range(0, len(scores.bodies), AT_ONCE)
    yield f"{head}["
    separator = "\n"
    for part in watch((slice(start, start + AT_ONCE) for start in starts), len(starts)):
        made = scores.of(part)
        columns = [map(states.__getitem__, made.node_states(node)) for node, states in nodes]
        totals = (column.tolist() for column in made.total())
        for body, certain, possible, *lines in zip(scores.bodies[part], *totals, *columns, strict=True):
            who = _indented(write(scores.body_json(body, certain, possible)), 2).removesuffix("\n  }")
            yield f'{separator}  {who},\n   "nodes": {{\n'
            yield ",\n".join(lines)
            yield "\n   }\n  }"
            separator = ",\n"
    yield f"\n ]{tail}\n" if len(starts) else f"]{tail}\n"


def _indented(text: str, depth: int) -> str:
    """Lines further to the right, but for the first; a line end inside a text is an escape."""
    return text.replace("\n", "\n" + " " * depth)
