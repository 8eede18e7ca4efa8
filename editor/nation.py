"""How the nation does, item by item, from a cut-off file of one of the years at hand."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.files.json_files import JsonError, read_json
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Node


@frozen(eq=False)
class Rates:
    """What a cut-off file keeps of the nation, by the identity of the items.

    Attributes:
        year: of the rulebook by whose rules it was made; empty where nothing is known.
        leaves: how many bodies have the points of a leaf, and for how many that is not decided.
        reason: why a file that was named tells nothing; None where it does, or where none was named.
    """

    year: str = ""
    bodies: int = 0
    leaves: dict[str, tuple[int, int]] = field(factory=dict)
    reason: str | None = None

    def of(self, node: Node) -> str | None:
        """How many have the points of an item; None where that is not known."""
        if node.identity not in self.leaves or not self.bodies:
            return None
        have, undecided = self.leaves[node.identity]
        more = f"、未確定 {undecided:,}団体" if undecided else ""
        share = percent(have, self.bodies)
        return f"{self.year}の全国 {share} が該当（{self.bodies:,}団体中 {have:,}団体{more}）"


def percent(part: int, whole: int) -> str:
    """A share with one decimal, rounded half up."""
    tenths = int(Fraction(part * 1000, whole) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


@define(eq=False)
class NationFile:
    """A cut-off file, read when it is first asked for, and again when it or the rulebook it was made by has changed."""

    path: Path
    _known: tuple[object, Compilation, Rates] | None = None
    _rules: tuple[object, str] | None = None  # whose cut-offs they are
    _told: tuple[object, Compilation, Rates] | None = None

    def rates(self, compilation: Compilation) -> Rates:
        """What the file tells beside a rulebook: as it is, or as it was in the year of which the file is."""
        try:
            found = self.path.stat()
            state = (found.st_mtime_ns, found.st_size)
            if self._told is not None and self._told[0] == state and self._told[1] is compilation:
                return self._told[2]
            if self._rules is None or self._rules[0] != state:
                data: Any = read_json(self.path)
                self._rules = state, data["rulebook"]["fingerprint"]["rules"]
        except (OSError, JsonError, KeyError, TypeError):
            return Rates(reason=f"{self.path}: 段の境の値のファイルとして読めません")
        told = self._beside(compilation, state, self._rules[1])
        self._told = state, compilation, told
        return told

    def _beside(self, compilation: Compilation, state: object, rules: str) -> Rates:
        for step in compilation.chain:
            if step.program is None or step.syntax is None or fingerprint(step.syntax).rules != rules:
                continue
            if self._known is None or self._known[:2] != (state, step):
                self._known = (state, step, _read(step, self.path))
            return self._known[2]
        return Rates(reason=f"{self.path}: ここまでのどの年度の評価指標から作られたものでもありません")


def _read(step: Compilation, path: Path) -> Rates:
    from haiten.scoring.rulebook import Rulebook  # with NumPy, which no editor without such a file waits for

    program = step.program
    assert program is not None
    read = Rulebook(step).read_cutoffs(path)
    if read.stored is None:
        return Rates(reason=read.diagnostics[0].message if read.diagnostics else f"{path}: 読めません")
    nation = read.stored.nation
    if nation is None:
        return Rates(reason=f"{path}: 全国の集計がありません")
    leaves = {leaf.identity: nation.leaf(leaf.path) for leaf in program.leaves}
    return Rates(program.year, nation.size, leaves)
