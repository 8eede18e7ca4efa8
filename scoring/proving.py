"""Proofs that the declared maximum of every node is the greatest score that it can reach, and certificates of them.

That a node cannot exceed its maximum follows from its structure: a leaf gives its points or none, and every level adds
up, chooses or cuts what is below. That it can be reached is shown by an example, which the evaluator scores. Whoever
holds a certificate can repeat both without trusting how the examples were found.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from haiten.compiler.checks.reach import check_reach
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.program import Node, Program
from haiten.compiler.regions import Assignment, Regions
from haiten.compiler.syntax import Mode
from haiten.compiler.version import haiten_version
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores
from haiten.scoring.witness import Witness, build_witness

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
    """What is known about all nodes of a rulebook, with the examples.

    ``diagnostics`` tells what is wrong with conditions and maxima, as far as reasoning about all sheets shows it.
    """

    rulebook: Rulebook
    nodes: tuple[NodeProof, ...]
    witnesses: tuple[Witness, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

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
            "scope": program.scope,
            "rules": self.rulebook.fingerprint.rules,
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
            "witnesses": [witness.to_csv(program) for witness in self.witnesses],
        }


def structural_bound(program: Program, node: Node) -> int:
    """The most that a node can give by its structure alone."""
    if node.is_leaf:
        return node.maximum
    below = [structural_bound(program, program.nodes[child]) for child in node.children]
    if node.undisclosed:
        below.append(node.undisclosed)
    if node.mode is Mode.ANY_ONE:
        return max(below, default=0)
    return sum(below) if node.cap is None else min(sum(below), node.cap)


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
    witnesses: list[Witness]
    scores: list[Scores]

    def run(self) -> Proof:
        program = self.rulebook.program
        for side in ("at_most", "at_least"):
            # One sheet that says yes to everything reaches most maxima at once, one that says no most minima.
            together: Assignment = {}
            for grant in program.grants:
                together |= getattr(self.regions.reach(grant.path), side) or {}
            self._try(together)
        nodes = tuple(self._node(node) for node in program.nodes.values())
        found = tuple(check_reach(program))
        return Proof(self.rulebook, nodes, tuple(self.witnesses), found)

    def _try(self, at: Assignment | None) -> int | None:
        """Score an example; its number, None where none could be made."""
        witness = build_witness(self.rulebook.program, self.regions, at) if at is not None else None
        if witness is None:
            return None
        self.witnesses.append(witness)
        self.scores.append(self.rulebook.score(witness.facts(self.rulebook.program)))
        return len(self.witnesses) - 1

    def _node(self, node: Node) -> NodeProof:
        reach, bound = self.regions.reach(node.path), structural_bound(self.rulebook.program, node)
        hidden = node.undisclosed or any(inner.undisclosed for inner in _below(self.rulebook.program, node))
        greatest = reach.most
        most = self._example(node, greatest, reach.at_most)
        least = self._example(node, reach.least, reach.at_least)
        reached = None if most is None else greatest
        if hidden:
            status = "undisclosed"
        elif reached == node.maximum and bound <= node.maximum:
            status = "proven"
        elif min(greatest, bound) < node.maximum:  # bounds hold even where not all was decided
            status = "unreachable"
        else:
            status = "undecided"
        points = None if least is None else reach.least
        return NodeProof(node.path, node.maximum, bound, reached, most, points, least, status, min(greatest, bound))

    def _example(self, node: Node, points: int, at: Assignment | None) -> int | None:
        """The number of an example that gives a node these points, made if need be."""
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


@frozen
class Verification:
    """Whether a certificate holds for a rulebook; ``problems`` says where it does not."""

    checked: int
    problems: tuple[str, ...]


def verify(rulebook: Rulebook, certificate: dict[str, Any]) -> Verification:
    """Repeat a certificate: read its examples as fact files, score them, and bound every node by its structure.

    Raises:
        KeyError, TypeError: it is no certificate.
    """
    program = rulebook.program
    if certificate["rules"] != rulebook.fingerprint.rules:
        return Verification(0, ("証明書はこの評価指標の規則のものではありません（規則の指紋が違います）",))
    scores = [_score_csv(rulebook, text) for text in certificate["witnesses"]]
    stated = {node["path"]: node for node in certificate["nodes"]}
    problems = [f"{path}: 証明書にありません" for path in program.nodes if path not in stated]
    for path, said in stated.items():
        node = program.nodes.get(path)
        if node is None or node.maximum != said["declared"]:
            problems.append(f"{path}: 評価指標と合いません")
            continue
        if said["status"] == "proven":
            if structural_bound(program, node) > node.maximum:
                problems.append(f"{path}: 配点を超えられます")
            if not _shows(scores, said["witness"], path, node.maximum):
                problems.append(f"{path}: 例が満点になりません")
        if said["least"] is not None and not _shows(scores, said["least_witness"], path, said["least"]):
            problems.append(f"{path}: 例が最低点になりません")
    return Verification(len(stated), tuple(problems))


def _shows(scores: list[Scores], number: int | None, path: str, points: int) -> bool:
    if number is None or not 0 <= number < len(scores):
        return False
    return _surely(scores[number], path) == points


def _surely(scores: Scores, path: str) -> int:
    """The points that the first body surely has at a node."""
    return int(scores.own(path)[0][0])


def _score_csv(rulebook: Rulebook, text: str) -> Scores:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "witness.csv"
        file.write_text(text, encoding="utf-8")
        return rulebook.score(file)
