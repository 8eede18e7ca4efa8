"""What words lead to at a place of a text: nodes by their paths as these stand there, and names.

Paths of a revision are read as they stand when its sentence applies: a renumbering changes what they lead to.
"""

from collections.abc import Iterable, Mapping

from attrs import field

from haiten.compiler.late import define
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.expressions import as_path
from haiten.compiler.syntax.labels import label_number, label_of
from haiten.compiler.syntax.revision import Stretch
from haiten.compiler.syntax.rulebook import Level
from haiten.editor.symbols import Kind, Symbol, local_names, symbol_names

# What is looked up, with the words by which it is, and what is found.
Look = tuple[str, ...]


@define(eq=False)
class WordsKnown:
    """What the words of a file lead to, be it one that amends a ``base``.

    Attributes:
        looks: notes all that is looked up, as far as somebody wants to know.
        paths: where the nodes stand when the sentence at hand applies: path → identity; ``final``: in the end.
        names: those that are known everywhere; ``locals``: those of nodes, in the file and in its base.
    """

    program: Program
    base: Program | None
    looks: dict[Look, object] | None = None
    paths: dict[str, str] = field(init=False)
    names: dict[str, Symbol] = field(init=False)
    locals: list[dict[str, dict[str, Symbol]]] = field(init=False)
    final: Mapping[str, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.final = {path: node.identity for path, node in self.program.nodes.items()}
        start = self.base if self.base is not None else self.program
        self.paths = {path: node.identity for path, node in start.nodes.items()}
        self.names = {} if self.base is None else symbol_names(self.base)
        self.names |= symbol_names(self.program)
        self.locals = [local_names(each) for each in (self.program, self.base) if each is not None]

    def look(self, what: Look) -> object:
        """What is known by some words now."""
        match what:
            case "name", name:
                found: object = self.names.get(name)
            case "node", path:
                found = self.paths.get(path)
            case "heading", path:
                found = self.final.get(path)
            case "local", name, path:
                found = self._look_up(name, path)
            case "way", written, path:
                found = self._lead(written, path)
            case _:
                raise AssertionError(what)
        if self.looks is not None:
            self.looks[what] = found
        return found

    def named(self, name: str) -> Symbol | None:
        """What is called so everywhere."""
        found = self.look(("name", name))
        return found if isinstance(found, Symbol) else None

    def node_at(self, path: str) -> Symbol | None:
        """The node that stands there now."""
        identity = self.look(("node", path))
        return Symbol(Kind.NODE, identity) if isinstance(identity, str) else None

    def heading_at(self, path: str) -> Symbol | None:
        """The node that stands there in the end."""
        identity = self.look(("heading", path))
        return Symbol(Kind.NODE, identity) if isinstance(identity, str) else None

    def local(self, name: str, path: str) -> Symbol | None:
        """A local name as it is known at a node."""
        found = self.look(("local", name, path))
        return found if isinstance(found, Symbol) else None

    def meant(self, name: str, path: str) -> Symbol | None:
        """What a name means at a node."""
        return self.local(name, path) or self.named(name)

    def leads_to(self, written: str, path: str) -> str | None:
        """The whole path of one that is written at a node."""
        found = self.look(("way", written, path))
        return found if isinstance(found, str) else None

    def enter(self, path: str) -> None:
        """A whole clause of a revision puts a node there."""
        identity = self.final.get(path)
        if self.base is not None and identity is not None:
            self.paths[path] = identity

    def renumber(self, pairs: Iterable[tuple[Stretch, Stretch]]) -> None:
        """とする: all moves of a sentence happen at once."""
        moves: dict[str, str] = {}
        for old, new in pairs:
            moves |= zip(_paths(old), _paths(new), strict=False)
        self.paths = {_moved(path, moves): identity for path, identity in self.paths.items()}

    def _look_up(self, name: str, path: str) -> Symbol | None:
        for known in self.locals:
            above = path if known else ""
            while above:
                if (found := known.get(above, {}).get(name)) is not None:
                    return found
                above = above.rpartition(".")[0]
        return None

    def _lead(self, written: str, path: str) -> str | None:
        if written in self.paths:
            return written
        while path:
            if f"{path}.{written}" in self.paths:
                return f"{path}.{written}"
            path = path.rpartition(".")[0]
        return None


def _paths(stretch: Stretch) -> list[str]:
    """The paths of a stretch, by the order of labels."""
    *above, first = as_path(stretch.first).labels
    level = next((level for level in Level if label_number(level, first) is not None), None)
    start = None if level is None else label_number(level, first)
    end = None if level is None or stretch.last is None else label_number(level, stretch.last)
    labels = [first]
    if level is not None and start is not None and end is not None:
        numbers = (start.moved(by) for by in range(end.main - start.main + 1))
        labels = [label for number in numbers if (label := label_of(level, number)) is not None]
    return [".".join([*above, label]) for label in labels]


def _moved(path: str, moves: Mapping[str, str]) -> str:
    """Where a node stands after some moves: with the nearest node above it that moves."""
    above, below = path, ""
    while above:
        if above in moves:
            return moves[above] + below
        above, _, label = above.rpartition(".")
        below = f".{label}{below}"
    return path
