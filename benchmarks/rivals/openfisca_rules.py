"""openfisca-core: a Variable per answer, number, rank, いずれか and leaf, generated; formulas are vectorised.

Variables of OpenFisca are int32, float32 or bool, so that quotients are computed inside the formula of a rank, in
float64, and never stored. Ranks are places in the population, by the sort that an author of OpenFisca would call.
"""

from collections.abc import Callable
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.benchmarks.rules import Asked, BodyOrder, Choice, Leaf, Positive, Rules, ShareStep

PERIOD = "2026"
Formula = Callable[[Any, Any], Any]


def places_of(values: NDArray[Any], lower_is_better: bool, member: NDArray[np.bool_] | None) -> NDArray[np.int32]:
    """1 + the number strictly better, among the members; 0 for all others."""
    ranked = np.sort(values if member is None else values[member])
    before = np.searchsorted(ranked, values, side="left" if lower_is_better else "right")
    places = (before if lower_is_better else len(ranked) - before) + 1
    return np.asarray(places if member is None else np.where(member, places, 0), dtype=np.int32)


def system_of(rules: Rules) -> TaxBenefitSystem:
    """The tax and benefit system of a rulebook."""
    municipality = Entity("municipality", "municipalities", "municipality", "")
    system = TaxBenefitSystem([municipality])

    def add(name: str, kind: type, formula: Formula | None) -> None:
        body = {"value_type": kind, "entity": municipality, "definition_period": DateUnit.YEAR, "label": name}
        system.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))

    for i in range(len(rules.answers)):
        add(f"answer_{i}", bool, None)
    for i in range(len(rules.numbers)):
        add(f"number_{i}", int, None)
    for i, order in enumerate(rules.orders):
        add(f"place_{i}", int, _place(rules, order))
    chosen = {
        i: (k, c) for k, choice in enumerate(rules.choices) for c, child in enumerate(choice.children) for i in child
    }
    for i, leaf in enumerate(rules.leaves):
        if i in chosen and leaf.same_as is None:
            add(f"own_{i}", int, _own(rules, leaf))
            add(f"leaf_{i}", int, _counted(i, *chosen[i]))
        else:
            add(f"leaf_{i}", int, _own(rules, leaf))
    for i, choice in enumerate(rules.choices):
        add(f"choice_{i}", int, _choice(choice))
    add("score", int, _sum(tuple(f"leaf_{i}" for i in rules.scored)))
    for i, grant in enumerate(rules.grants):
        add(f"grant_{i}", int, _sum(tuple(f"leaf_{j}" for j in grant)))
    add("total", int, _sum(tuple(f"grant_{i}" for i in range(len(rules.grants)))))
    return system


def _place(rules: Rules, order: BodyOrder) -> Formula:
    value, number = order.value, {column: f"number_{i}" for i, column in enumerate(rules.numbers)}

    def formula(municipality: Any, period: Any) -> Any:
        if value is None:
            return places_of(municipality("score", period), order.lower_is_better, None)
        values = municipality(number[value.left], period)
        if value.operator == "-":
            values = values - municipality(number[value.right], period)
        elif value.operator == "/":
            values = values / municipality(number[value.right], period)
        member = None if order.among is None else municipality(number[order.among], period) > 0
        return places_of(values, order.lower_is_better, member)

    return formula


def _own(rules: Rules, leaf: Leaf) -> Formula:
    if leaf.same_as is not None:
        return _sum((f"leaf_{leaf.same_as}",))
    match leaf.test:
        case Asked(column):
            answer = f"answer_{rules.answers.index(column)}"
            return lambda municipality, period: municipality(answer, period) * leaf.points
        case Positive(column):
            number = f"number_{rules.numbers.index(column)}"
            return lambda municipality, period: (municipality(number, period) > 0) * leaf.points
        case ShareStep() as step:
            pass
        case _:
            assert_never(leaf.test)

    def formula(municipality: Any, period: Any) -> Any:
        place = municipality(f"place_{step.order}", period)
        inside = np.count_nonzero(place) * step.num // step.den
        return ((place > 0) & (place <= inside)) * leaf.points

    return formula


def _counted(i: int, choice: int, child: int) -> Formula:
    return lambda municipality, period: np.where(
        municipality(f"choice_{choice}", period) == child, municipality(f"own_{i}", period), 0
    )


def _choice(choice: Choice) -> Formula:
    def formula(municipality: Any, period: Any) -> Any:
        sums = np.array([sum(municipality(f"own_{i}", period) for i in child) for child in choice.children])
        # All that decide rank all bodies, so that places compare as proportions do; 2 N stands for none.
        size = municipality.count
        places = [2 * size if order is None else municipality(f"place_{order}", period) for order in choice.orders]
        best = [np.where(s == sums.max(axis=0), place, 3 * size) for s, place in zip(sums, places, strict=True)]
        return np.argmin(best, axis=0)

    return formula


def _sum(names: tuple[str, ...]) -> Formula:
    return lambda municipality, period: sum(municipality(name, period) for name in names)


class OpenFisca:
    """The system, and a simulation per run, since a simulation remembers what it computed."""

    def __init__(self, work: Work) -> None:
        self.rules = work.rules
        self.system = system_of(work.rules)

    def load(self, population: BenchPopulation) -> tuple[int, dict[str, NDArray[Any]]]:
        """Arrays in OpenFisca's own types, by the variable that they are set to."""
        numbers = {f"number_{i}": population.numbers[c].astype(np.int32) for i, c in enumerate(self.rules.numbers)}
        answers = {f"answer_{i}": population.answers[c] for i, c in enumerate(self.rules.answers)}
        return population.size, numbers | answers

    def run(self, inputs: tuple[int, dict[str, NDArray[Any]]]) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """Set the inputs, calculate every leaf, the grants and the total."""
        size, columns = inputs
        simulation = SimulationBuilder().build_default_simulation(self.system, size)
        for name, column in columns.items():
            simulation.set_input(name, PERIOD, column)
        leaves = [simulation.calculate(f"leaf_{i}", PERIOD) for i in range(len(self.rules.leaves))]
        names = [*(f"grant_{i}" for i in range(len(self.rules.grants))), "total"]
        return leaves, [simulation.calculate(name, PERIOD) for name in names]

    def points(self, result: tuple[list[NDArray[Any]], list[NDArray[Any]]]) -> AgreedPoints:
        """The same in the types of the comparison."""
        leaves, totals = result
        rows = np.empty((len(leaves), len(totals[0])), dtype=np.int8)
        for row, leaf in zip(rows, leaves, strict=True):
            row[:] = leaf
        return AgreedPoints(rows, np.array(totals, dtype=np.int32))
