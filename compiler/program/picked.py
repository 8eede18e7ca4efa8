"""Some nodes of a rulebook with all that their points rest on: a small rulebook that scores them as the whole does."""

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import Datum, data_in
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import AnswerTo, FactHolds
from haiten.compiler.program.walk import conditions_in, paths_in, values_of


@frozen(eq=False)
class Reads:
    """The columns that a program's conditions read: answers, and numbers with what they are."""

    answers: dict[str, None] = field(factory=dict)
    numbers: dict[str, Datum] = field(factory=dict)


@frozen(eq=False)
class Picked:
    """Nodes of a program with all that their points rest on."""

    whole: Program
    kept: dict[str, None] = field(factory=dict)

    def add(self, path: str) -> None:
        """Pick a node, and what its points rest on."""
        pending = [path]
        while pending:
            node = self.whole.nodes[pending.pop()]
            if node.path in self.kept:
                continue
            self.kept[node.path] = None
            pending += (*node.children, node.same_as)
            if node.condition is not None:
                pending += paths_in(node.condition)

    def program(self) -> Program:
        """The rulebook that holds what was picked, and no more."""
        nodes = {}
        for path in (path for path in self.whole.nodes if path in self.kept):
            node = self.whole.nodes[path]
            nodes[path] = node if node.parent in self.kept else evolve(node, parent=None)
        order = tuple(path for path in self.whole.order if path in self.kept)
        return evolve(self.whole, nodes=nodes, order=order, classes={}, allocation=None)

    def reads(self) -> Reads:
        """The columns that the conditions of what was picked read."""
        reads = Reads()
        for path in (path for path in self.whole.nodes if path in self.kept):
            condition = self.whole.nodes[path].condition
            for part in conditions_in(condition) if condition is not None else ():
                if isinstance(part, AnswerTo):
                    reads.answers[part.path] = None
                elif isinstance(part, FactHolds):
                    reads.answers[part.fact.name] = None
                for value in values_of(part):
                    reads.numbers.update({datum.column: datum for datum in data_in(value)})
        return reads
