"""Proofs that the declared maximum of every node is the greatest score that it can reach, and certificates of them.

That a node cannot exceed its maximum follows from its structure: a leaf gives its points or none, and every level adds
up, chooses or cuts what is below. That it can be reached is shown by an example, which the evaluator scores. Whoever
holds a certificate can repeat both without trusting how the examples were found.
"""

from typing import Any, Final

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.ranges import structural_bound
from haiten.compiler.proofs.cells import Assignment
from haiten.compiler.proofs.examples import Sheets, build_example
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.sheets import write_sheets
from haiten.compiler.version import haiten_version
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.proving.examine import Examined, examine
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores

SCHEMA: Final = "haiten/proof@1"


@frozen
class NodeProof:
    """What is known about one node.

    Attributes:
        declared: its declared maximum.
        bound: no sheet gives more, by its structure.
        reached: the most points that an example surely scored; None where no example was found.
        witness: which of the proof's examples it was.
        least: the least points that an example scored; ``least_witness`` which one.
        status: ``proven``, ``unreachable`` (no sheet reaches the declared maximum), ``undisclosed`` (未公表 points are
            part of it, which no sheet can show) or ``undecided``.
        greatest: for an unreachable maximum, what can be reached at most.
    """

    path: str
    declared: int
    bound: int
    reached: int | None
    witness: int | None
    least: int | None
    least_witness: int | None
    status: str
    greatest: int


@frozen(eq=False)
class Proof:
    """What is known about all nodes of a rulebook, with the examples."""

    rulebook: Rulebook
    nodes: tuple[NodeProof, ...]
    witnesses: tuple[Sheets, ...]
    findings: Examined

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with conditions and maxima, as far as reasoning about all sheets shows it."""
        return self.findings.diagnostics

    @property
    def complete(self) -> bool:
        """Whether every declared maximum was proven, as far as its clauses are published."""
        return all(node.status in ("proven", "undisclosed") for node in self.nodes)

    def to_json(self) -> dict[str, Any]:
        """The certificate (``docs/schema/proof-1.json``); an example is a fact file, its first body is meant."""
        program = self.rulebook.program
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "year": program.year,
            "scope": str(program.scope),
            "rules": self.rulebook.fingerprint.rules,
            **({"set": program.trial} if program.trial else {}),
            "nodes": [
                {
                    "path": node.path,
                    "declared": node.declared,
                    "bound": node.bound,
                    "reached": node.reached,
                    "witness": node.witness,
                    "least": node.least,
                    "least_witness": node.least_witness,
                    "status": node.status,
                    "greatest": node.greatest,
                }
                for node in self.nodes
            ],
            "witnesses": [write_sheets(program, witness) for witness in self.witnesses],
        }


def prove(rulebook: Rulebook) -> Proof:
    """Prove the maxima of a rulebook.

    Raises:
        UnusableError: the rulebook has errors.
    """
    return _Prover(rulebook, Regions(rulebook.program), [], []).run()


@frozen(eq=False)
class _Prover:
    rulebook: Rulebook
    regions: Regions
    witnesses: list[Sheets]
    scores: list[Scores]

    def run(self) -> Proof:
        program = self.rulebook.program
        for path in dict.fromkeys([*(grant.path for grant in program.grants), *program.nodes]):
            self.regions.reach(path)  # before any example: who repeats it has the same steps left at each node
        for side in ("at_most", "at_least"):
            # One sheet that says yes to everything reaches most maxima at once, one that says no most minima.
            together: Assignment = {}
            for grant in program.grants:
                together |= getattr(self.regions.reach(grant.path), side) or {}
            self._try(together)
        for node in program.nodes.values():
            self._node(node, try_more=True)
        # Read off all examples: one that was made for a later node may be the first to show what an earlier one needs.
        nodes = tuple(self._node(node, try_more=False) for node in program.nodes.values())
        return Proof(self.rulebook, nodes, tuple(self.witnesses), examine(self.rulebook.compilation))

    def _try(self, at: Assignment | None) -> int | None:
        """Score an example; its number, None where none could be made."""
        witness = build_example(self.regions, at) if at is not None else None
        if witness is None:
            return None
        self.witnesses.append(witness)
        self.scores.append(self.rulebook.score_checked(facts_from(self.rulebook.program, witness)))
        return len(self.witnesses) - 1

    def _node(self, node: Node, *, try_more: bool) -> NodeProof:
        reach, bound = self.regions.reach(node.path), structural_bound(self.rulebook.program, node)
        hidden = node.undisclosed or any(inner.undisclosed for inner in _below(self.rulebook.program, node))
        greatest = min(reach.most, bound)  # bounds hold even where not all was decided
        most = self._example(node, greatest, reach.at_most if try_more else None)
        # Points that rest on what is not published are only possible: an example may surely have 0 all the same.
        lowest = reach.least if self._example(node, 0, None) is None else 0
        least = self._example(node, lowest, reach.at_least if try_more else None)
        reached = None if most is None else greatest
        if hidden:
            status = "undisclosed"
        elif reached == node.maximum and bound <= node.maximum:
            status = "proven"
        elif greatest < node.maximum:
            status = "unreachable"
        else:
            status = "undecided"
        points = None if least is None else lowest
        return NodeProof(
            path=node.path,
            declared=node.maximum,
            bound=bound,
            reached=reached,
            witness=most,
            least=points,
            least_witness=least,
            status=status,
            greatest=greatest,
        )

    def _example(self, node: Node, points: int, at: Assignment | None) -> int | None:
        """The number of an example that gives a node these points; where none does, one is made, if there is where."""
        for number in range(len(self.scores)):
            if self._gives(number, node, points):
                return number
        made = self._try(at)
        return made if made is not None and self._gives(made, node, points) else None

    def _gives(self, number: int, node: Node, points: int) -> bool:
        return _surely(self.scores[number], node.path) == points


def _below(program: Program, node: Node) -> list[Node]:
    inner = [program.nodes[child] for child in node.children]
    return [*inner, *(other for child in inner for other in _below(program, child))]


def _surely(scores: Scores, path: str) -> int:
    """The points that the first body surely has at a node."""
    return int(scores.own(path)[0][0])
