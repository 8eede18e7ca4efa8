"""Who does the work: haiten, and what one would use without it; packages are imported for who is asked for only."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rules import Rules
from haiten.compiler.program.program import Program
from haiten.scoring.rulebook import Rulebook


@frozen(eq=False)
class AgreedPoints:
    """The result that all must agree on.

    Attributes:
        leaves: int8, a row per leaf in the order of ``Rules.leaves``, a column per body: the points that count.
        totals: int32, a row per grant in the total, then 全体.
    """

    leaves: NDArray[np.int8]
    totals: NDArray[np.int32]


@frozen(eq=False)
class Work:
    """The rulebook in the forms that rivals start from."""

    rulebook: Rulebook
    program: Program
    rules: Rules


class Rival(Protocol):
    """Somebody who scores populations; made ready (rules generated, compiled) when made from a ``Work``."""

    def load(self, population: BenchPopulation) -> Any:
        """The population in the form that the rival reads from memory; not part of the time."""

    def run(self, inputs: Any) -> Any:
        """Score; this is timed. The result holds the points of every leaf and the totals of every body."""

    def points(self, result: Any) -> AgreedPoints:
        """The result, to be compared; not part of the time."""


@frozen
class Entry:
    """A rival of the tables.

    Attributes:
        label: as it is shown.
        factory: module and class.
        packages: distributions whose versions are reported.
        most: the largest population that is tried; None: any.
        children: the work is done by child processes, whose memory counts.
    """

    label: str
    factory: str
    packages: tuple[str, ...] = ()
    most: int | None = None
    children: bool = False

    def load(self) -> Callable[[Work], Rival]:
        """The rival's class.

        Raises:
            ImportError: a package of it is missing.
        """
        module, name = self.factory.split(":")
        found: Callable[[Work], Rival] = getattr(import_module(f"haiten.benchmarks.rivals.{module}"), name)
        return found


RIVALS: Final = {
    "haiten-totals": Entry("haiten, totals", "haiten_scores:Totals", ("haiten",)),
    "haiten": Entry("haiten, totals and all verdicts", "haiten_scores:Verdicts", ("haiten",)),
    "numpy": Entry("bare NumPy kernel", "numpy_kernel:NumpyKernel", ("numpy",)),
    "openfisca": Entry("openfisca-core", "openfisca_rules:OpenFisca", ("openfisca-core",)),
    "python": Entry("generated plain Python", "plain_python:PlainPython"),
    "zen": Entry("zen-engine, batch", "zen_rules:Zen", ("zen-engine",)),
    "workbook": Entry("LibreOffice workbook", "workbook:Workbook", ("xlsxwriter",), most=1_741, children=True),
}
BASE: Final = "haiten"
