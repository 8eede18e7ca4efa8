"""A second reader for certificates: examples are read and scored by the oracle, maxima bounded by structure.

Every part of a certificate is compared with what follows from the rulebook (``certificate_forms`` lists what each part
claims). Nothing of what made the certificate is used: neither the reader of facts nor the evaluator; and the regions
only for a greatest or least that neither structure nor examples show, which the result says.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from haiten.compiler.files.json_files import shown
from haiten.compiler.files.json_forms import FormFault, faults_of
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.ranges import structural_bound
from haiten.compiler.proofs.extremes import Reach, Regions
from haiten.testing.certificate_forms import form_of
from haiten.testing.oracle import Oracle
from haiten.testing.read_witness import WitnessError, read_witness

_FOREIGN: Final = "証明書はこの評価指標の規則のものではありません（規則の指紋が違います）"


@frozen
class Verification:
    """Whether a certificate holds.

    Attributes:
        checked: how many nodes were checked.
        faults: where it does not hold; nothing is to be believed of it where there are any.
        counts: nodes by status.
        repeated: how many greatest and least points rest on reasoning that was repeated with the module that made it.
        version: the version that it says wrote it, which cannot be checked.
        examples: how many examples were scored.
    """

    checked: int
    faults: tuple[FormFault, ...]
    counts: dict[str, int]
    repeated: int = 0
    version: str = ""
    examples: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """The faults in words."""
        return tuple(map(str, self.faults))


def verify(program: Program, rules: str, certificate: Any) -> Verification:
    """Repeat a certificate.

    Args:
        program: the rulebook.
        rules: its fingerprint of rules.
        certificate: as written by ``haiten prove --to`` (``docs/schema/proof-1.json``); anything else is reported.
    """
    misshapen = tuple(faults_of(certificate, form_of(len(program.nodes))))
    if any(fault.where == "schema" for fault in misshapen):  # the rest of another form means nothing here
        misshapen = tuple(fault for fault in misshapen if fault.where == "schema")
    if misshapen:
        return Verification(0, misshapen, {})
    if certificate["rules"] != rules:
        return Verification(0, (FormFault("rules", _FOREIGN),), {})
    return _Verifier(program, certificate).run()


@frozen(eq=False)
class _Verifier:
    program: Program
    certificate: dict[str, Any]

    def run(self) -> Verification:
        program, certificate = self.program, self.certificate
        faults = [*self._compared("", certificate, {"year": program.year, "scope": str(program.scope)})]
        oracles, unread = [], []
        for number, text in enumerate(certificate["witnesses"]):
            try:
                oracles.append(Oracle(program, read_witness(program, text)))
            except WitnessError as error:
                unread.append(FormFault(f"witnesses[{number}]", str(error)))
        faults += unread
        seen: set[str] = set()
        repeated = 0
        for number, said in enumerate(certificate["nodes"]):
            where, path = f"nodes[{number}]", said["path"]
            if path in seen or path not in program.nodes:
                words = "が2度あります" if path in seen else "という項目は、この評価指標にありません"
                faults.append(FormFault(f"{where}.path", f"{shown(path)} {words}"))
                continue
            seen.add(path)
            if not unread:  # numbers of examples mean nothing where one of them is missing
                derived, by_reasoning = self._derived(program.nodes[path], said, oracles)
                repeated += by_reasoning
                faults += self._compared(where, said, derived, path)
        faults += [FormFault("nodes", f"{path} がありません") for path in program.nodes if path not in seen]
        counts: dict[str, int] = {}
        for said in certificate["nodes"]:
            counts[said["status"]] = counts.get(said["status"], 0) + 1
        return Verification(len(seen), tuple(faults), counts, repeated, certificate["haiten"], len(oracles))

    def _compared(
        self, where: str, said: dict[str, Any], derived: dict[str, Any], path: str = ""
    ) -> Iterator[FormFault]:
        of = f"{path} の " if path else ""
        for name, value in derived.items():
            if said[name] != value:
                place = f"{where}.{name}" if where else name
                yield FormFault(place, f"{of}{name} は {shown(value)} であるはずですが、{shown(said[name])} とあります")

    def _derived(self, node: Node, said: dict[str, Any], oracles: list[Oracle]) -> tuple[dict[str, Any], int]:
        """What a node's entry has to say, and how many of its points rest on reasoning that was repeated."""
        scored = [oracle.own(node.path, 0).certain for oracle in oracles]
        bound = structural_bound(self.program, node)
        greatest, least, repeated = bound, 0, 0
        # Points that an example scores and that structure bounds need no reasoning.
        if greatest not in scored:
            greatest, repeated = min(self._reaches[node.path].most, bound), repeated + 1
        if least not in scored:
            least, repeated = self._reaches[node.path].least, repeated + 1
        reached = greatest if greatest in scored else None
        lowest = least if least in scored else None
        status = _status(self.program, node, reached, bound, greatest)
        derived = {
            "declared": node.maximum,
            "bound": bound,
            "reached": reached,
            "witness": _example(said["witness"], reached, scored),
            "least": lowest,
            "least_witness": _example(said["least_witness"], lowest, scored),
            "status": status,
            "greatest": greatest,
        }
        return derived, repeated

    @cached_property
    def _reaches(self) -> dict[str, Reach]:
        """What reasoning tells of all nodes, asked for in the order in which a certificate is made."""
        regions = Regions(self.program)
        return {path: regions.reach(path) for path in in_order(self.program)}


def in_order(program: Program) -> list[str]:
    """All nodes in the order in which reasoning looks at them: what it is worth is bounded for all together."""
    return list(dict.fromkeys([*(grant.path for grant in program.grants), *program.nodes]))


def _example(said: int | None, points: int | None, scored: list[int]) -> int | None:
    """Which example shows points: the one that is named, if it does, else the first that does."""
    if points is None:
        return None
    return said if said is not None and said < len(scored) and scored[said] == points else scored.index(points)


def _status(program: Program, node: Node, reached: int | None, bound: int, greatest: int) -> str:
    if _has_undisclosed(program, node):
        return "undisclosed"
    if reached == node.maximum and bound <= node.maximum:
        return "proven"
    return "unreachable" if greatest < node.maximum else "undecided"


def _has_undisclosed(program: Program, node: Node) -> bool:
    return bool(node.undisclosed) or any(_has_undisclosed(program, program.nodes[child]) for child in node.children)
