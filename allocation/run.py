"""Files → yen: reads, scores and allocates."""

from pathlib import Path

from haiten.allocation.allocate import Allocated, Outcome
from haiten.allocation.allocate import allocate as divide
from haiten.allocation.tables import read_for_allocation, with_unknown_as_none
from haiten.compiler.diagnostics import Cell
from haiten.scoring.facts import Facts
from haiten.scoring.reading.how import PLAIN, Reading
from haiten.scoring.reading.result_errors import NobodyThere
from haiten.scoring.rulebook import Rulebook, UnusableError


def allocate_file(
    rulebook: Rulebook,
    facts: Path | str,
    previous: Path | str | None = None,
    *,
    assume: bool = False,
    how: Reading = PLAIN,
) -> Outcome:
    """Divide the budgets of an allocation among the bodies of a file; mistakes are values.

    Args:
        rulebook: what a 配分 file was compiled to, without errors.
        facts: a fact file, or scores that were written as CSV.
        previous: last year's scores or allocation, as CSV.
        assume: take what is unknown as 0 or 非該当, and tell for how many bodies.
        how: how to read the facts, where they do not say so themselves.
    """
    rules = rulebook.fingerprint.rules
    read = read_for_allocation(facts, rulebook.program, rules, previous, assume=assume, how=how)
    if read.facts is None:
        return Outcome(None, read.diagnostics)
    if not len(read.facts.bodies):
        return Outcome(None, (*read.diagnostics, NobodyThere(Cell(str(facts)))))
    outcome = allocate_facts(rulebook, read.facts, file=str(facts), assume=assume)
    return Outcome(outcome.allocated, (*read.diagnostics, *outcome.diagnostics))


def allocate_facts(rulebook: Rulebook, facts: Facts, *, file: str = "", assume: bool = False) -> Outcome:
    """The same for facts that were read."""
    scores = rulebook.score(facts)
    if assume:
        scores = rulebook.score(with_unknown_as_none(scores.run))
    return divide(scores, file=file, assume=assume)


def allocate(
    rulebook: Rulebook,
    facts: Path | str,
    previous: Path | str | None = None,
    *,
    assume: bool = False,
    how: Reading = PLAIN,
) -> Allocated:
    """The same for those who want the result or an exception.

    Raises:
        UnusableError: the allocation or a file has errors, or something unknown stands in the way.
    """
    outcome = allocate_file(rulebook, facts, previous, assume=assume, how=how)
    if outcome.allocated is None:
        raise UnusableError(outcome.diagnostics)
    return outcome.allocated
