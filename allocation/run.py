"""Files → yen: reads, scores and allocates."""

from pathlib import Path
from typing import TYPE_CHECKING

from haiten.allocation.allocate import Allocated, AllocationOutcome
from haiten.allocation.allocate import allocate as divide
from haiten.allocation.tables import read_for_allocation, with_unknown_as_none
from haiten.compiler.diagnostics import Cell
from haiten.scoring.facts.facts import Facts
from haiten.scoring.reading.given_facts import facts_given, path_given
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead, name_of
from haiten.scoring.reading.result_errors import NobodyThere
from haiten.scoring.rulebook import Rulebook, UnusableError, as_rulebook

if TYPE_CHECKING:
    from haiten.scoring.rulebook import FactsGiven


def allocate_file(
    rulebook: Rulebook,
    facts: FactFiles | str,
    previous: Path | str | None = None,
    *,
    assume: bool = False,
    how: HowToRead = PLAIN,
) -> AllocationOutcome:
    """Divide the budgets of an allocation among the bodies of a file; mistakes are values.

    Args:
        rulebook: what a 配分 file was compiled to, without errors.
        facts: a fact file, or scores that were written as CSV.
        previous: last year's scores or allocation, as CSV.
        assume: take what is unknown as 0 or 非該当, and tell for how many bodies.
        how: how to read the facts, where they do not say so themselves.
    """
    rules = rulebook.fingerprint.rules
    name = facts if isinstance(facts, str) else name_of(facts)
    read = read_for_allocation(facts, rulebook.program, rules, previous, assume=assume, how=how)
    read = rulebook.add_all(read, name, how)
    if read.facts is None:
        return AllocationOutcome(None, read.diagnostics)
    if not len(read.facts.bodies):
        return AllocationOutcome(None, (*read.diagnostics, NobodyThere(Cell(name))))
    outcome = allocate_facts(rulebook, read.facts, file=name, assume=assume)
    return AllocationOutcome(outcome.allocated, (*read.diagnostics, *outcome.diagnostics))


def allocate_facts(rulebook: Rulebook, facts: Facts, *, file: str = "", assume: bool = False) -> AllocationOutcome:
    """The same for facts that were read."""
    scores = rulebook.score_checked(facts)
    if assume:
        scores = rulebook.score_checked(with_unknown_as_none(scores.run))
    return divide(scores, file=file, assume=assume)


def allocate(
    rulebook: Rulebook,
    facts: "FactsGiven" = None,
    previous: Path | str | None = None,
    *,
    assume: bool = False,
    how: HowToRead = PLAIN,
) -> Allocated:
    """The same for those who want the result or an exception.

    Args:
        rulebook: what a 配分 file was compiled to.
        facts: a fact file or scores that were written, or facts in any form that ``Rulebook.score`` takes.
        previous: last year's scores or allocation, a file; only beside a file.
        assume: take what is unknown as 0 or 非該当.
        how: how to read the facts, where they do not say so themselves.

    Raises:
        UnusableError: the allocation or the facts have errors, or something unknown stands in the way.
        TypeError: an argument is nothing of that kind.
        ValueError: the rulebook is no allocation, or ``previous`` stands beside facts that are no file.
    """
    if as_rulebook(rulebook, "rulebook").program.allocation is None:
        raise ValueError("評価指標は配分できません。配分のファイル（allocation.haiten）を compile して渡してください")
    path, before = path_given(facts), path_given(previous)
    if previous is not None and before is None:
        raise TypeError(
            f"previous が {type(previous).__name__} です。前年度の結果のファイルの名（str か Path）を渡してください"
        )
    if path is not None:
        outcome = allocate_file(rulebook, path, before, assume=assume, how=how)
    elif before is not None:
        raise ValueError("previous は、事実をファイルで渡すときだけ使えます（前年度の値は「前年度.…」の列で渡せます）")
    else:
        read = rulebook.add_all(facts_given(facts, rulebook.program, how), "渡された事実", how)
        if read.facts is None:
            raise UnusableError(read.diagnostics)
        if not len(read.facts.bodies):
            raise UnusableError((*read.diagnostics, NobodyThere(Cell("渡された事実"))))
        outcome = allocate_facts(rulebook, read.facts, assume=assume)
    if outcome.allocated is None:
        raise UnusableError(outcome.diagnostics)
    return outcome.allocated
