"""Conditions of a rulebook as formulas: certain, and possible while answers are missing (Kleene, as the evaluator)."""

from collections.abc import Callable
from typing import Final, assert_never

from haiten.compiler.late import frozen
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Every,
    FactHolds,
    InClass,
    Met,
    Negation,
    Some,
    Tally,
    Within,
)
from haiten.compiler.syntax.operators import Operator
from haiten.forms.formulas import (
    FALSE,
    LONGEST,
    TRUE,
    CellFormula,
    compared,
    counted,
    differs,
    equals,
    every,
    integer,
    negated,
    some,
)
from haiten.forms.fractions_of_cells import SIGNS, SheetCells, comparison
from haiten.scoring.reading.survey_layout import NO, YES

FormulaPair = tuple[CellFormula, CellFormula]  # certain, possible
UNKNOWN: Final[FormulaPair] = (FALSE, TRUE)


@frozen
class TruthCells:
    """Where formulas find answers.

    Attributes:
        answer: the cell of the answer to a leaf.
        verdict: the cell that says whether a leaf is met.
        yes_no: the cell of a yes/no fact.
        cells: where numbers and points are.
    """

    answer: Callable[[str], CellFormula]
    verdict: Callable[[str], CellFormula]
    yes_no: Callable[[str], CellFormula]
    cells: SheetCells


def condition_pair(condition: Condition, at: TruthCells) -> FormulaPair:
    """A condition as two formulas; unknown where it is too long to be one."""
    certain, possible = _pair(condition, at)
    return UNKNOWN if len(certain.text) + len(possible.text) > LONGEST else (certain, possible)


def _pair(condition: Condition, at: TruthCells) -> FormulaPair:
    match condition:
        case AnswerTo(path=path):
            return answered(at.answer(path))
        case FactHolds(fact=fact):
            return answered(at.yes_no(fact.name))
        case Met(path=path):
            return answered(at.verdict(path))
        case Compare(left=left, operator=operator, right=right):
            return comparison(left, operator, right, at.cells)
        case InClass(classification=classes, case=case):
            return _in_class(classes, case, at)
        case Within(ranking=ranking):
            # Who is no member, or in no class, is not ranked; where a member stands, no single sheet can tell.
            member = TRUE if ranking.subset is None else _pair(ranking.subset, at)[1]
            if ranking.by is None:
                return FALSE, member
            possible = [_in_class(ranking.by, name, at)[1] for name, _ in ranking.by.cases]
            return FALSE, every([member, some(possible)])
        case Every(parts=parts):
            pairs = [_pair(part, at) for part in parts]
            return every([one for one, _ in pairs]), every([other for _, other in pairs])
        case Some(parts=parts):
            pairs = [_pair(part, at) for part in parts]
            return some([one for one, _ in pairs]), some([other for _, other in pairs])
        case Negation(part=part):
            yes, maybe = _pair(part, at)
            return negated(maybe), negated(yes)
        case Tally(parts=parts, operator=operator, count=count):
            return _tally([_pair(part, at) for part in parts], operator, count)
        case _:
            assert_never(condition)


def answered(cell: CellFormula) -> FormulaPair:
    """A cell with 該当, 非該当 or anything else, which is unknown."""
    return equals(cell, YES), differs(cell, NO)


def _in_class(classes: Classification, case: str, at: TruthCells) -> FormulaPair:
    """A body is in the first class that fits."""
    earlier: list[FormulaPair] = []
    for name, bounds in classes.cases:
        fits = [comparison(classes.value, operator, bound, at.cells) for operator, bound in bounds]
        fit = every([one for one, _ in fits]), every([other for _, other in fits])
        if name == case:
            nots = [(negated(possible), negated(certain)) for certain, possible in earlier]
            together = [*nots, fit]
            if not bounds:  # その他 too needs the value to be known
                known = comparison(classes.value, Operator.EQUAL, classes.value, at.cells)
                together.append(known)
            return every([one for one, _ in together]), every([other for _, other in together])
        earlier.append(fit)
    raise AssertionError(case)


def _tally(pairs: list[FormulaPair], operator: Operator, count: int) -> FormulaPair:
    low, high, wanted = counted([one for one, _ in pairs]), counted([other for _, other in pairs]), integer(count)
    if operator.direction > 0:
        return compared(low, SIGNS[operator], wanted), compared(high, SIGNS[operator], wanted)
    if operator.direction < 0:
        return compared(high, SIGNS[operator], wanted), compared(low, SIGNS[operator], wanted)
    certain = every([compared(low, "=", wanted), compared(high, "=", wanted)])
    return certain, every([compared(low, "<=", wanted), compared(high, ">=", wanted)])
