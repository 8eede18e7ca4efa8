"""Hypothesis strategies for rule authors and for our own tests: sheets, rulebooks, revisions.

from hypothesis import given
from haiten.testing import facts

@given(facts(rulebook))
def test_nobody_exceeds_the_maximum(sheet): ...
"""

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from hypothesis import assume
from hypothesis import strategies as st

from haiten.comparison.derive import derive
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.evaluate import data_in, fact_of
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import FactValue, PreviousScore, Ranking
from haiten.compiler.proofs.cells import ComparedValue, Contrast
from haiten.compiler.proofs.examples import Sheets, build_example
from haiten.compiler.proofs.extremes import Regions, usual
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.proofs.trial_facts import nudges
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Facts, facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.edit import few_edits
from haiten.testing.grow import grow

_SEEDS: Final = st.integers(0, 2**64)  # a seed shrinks and prints better than the tree that grows from it
_NEAR: Final = 4  # numbers on either side of the usual one, so that bodies differ and tie
_MOST_GIVEN: Final = 3
_MOST_EXCEPTIONS: Final = 8  # cells of a row that differ from how it starts


def rulebooks() -> st.SearchStrategy[Rulebook]:
    """Random rulebooks that compile: all levels, modes, conditions, ranks, classes and kinds of values."""
    return _SEEDS.map(lambda seed: Rulebook(compile_source(Source("random", print_rulebook(grow(seed))))))


@st.composite
def revisions(draw: st.DrawFn, rulebook: Rulebook) -> Rulebook:
    """Random revisions of a rulebook, one year later, that compile.

    The text of the 改め文 is ``compilation.source.text``.
    """
    base = rulebook.compilation
    assert base.syntax is not None
    new = few_edits(base.syntax, draw(_SEEDS))
    text = print_revision(derive(base.syntax, new))
    made = compile_source(Source("random revision", text), base)
    assume(made.ok)
    return Rulebook(made)


def facts(
    rulebook: Rulebook, *, bodies: int = 5, unknown: bool = True, given: bool = True, reaching: str | None = None
) -> st.SearchStrategy[Facts]:
    """Facts as the product scores them; see ``sheets``."""
    return sheets(rulebook, bodies=bodies, unknown=unknown, given=given, reaching=reaching).map(
        lambda drawn: facts_from(rulebook.program, drawn)
    )


def sheets(
    rulebook: Rulebook, *, bodies: int = 5, unknown: bool = True, given: bool = True, reaching: str | None = None
) -> st.SearchStrategy[Sheets]:
    """Any sheets of a rulebook, with values at, beside and between its thresholds, and many ties.

    Args:
        rulebook: whose columns, and whose thresholds.
        bodies: the most that there are.
        unknown: whether cells may be empty.
        given: whether outcomes may be given (所与).
        reaching: the path of a node of which the first body surely gets the most points that it can; the number of
            bodies is then that of the example that was found, and what the node rests on is as there.

    Raises:
        ValueError: no sheet is known that gives a node its most points.
    """
    drawing = _Drawing(rulebook.program)
    if reaching is not None:
        return drawing.reaching(reaching, unknown=unknown)
    return drawing.any(1, bodies, unknown=unknown, given=given)


class _Drawing:
    """What cells of a program's sheets are drawn from."""

    def __init__(self, program: Program) -> None:
        self.program, self.regions = program, Regions(program)
        variables = {v for leaf in program.leaves for v in self.regions.variables_at(leaf.path)}
        self.compared = {v.value: self.regions.cells(v) for v in variables if isinstance(v, ComparedValue)}
        rests = {rest for variable in variables for rest in self.regions.rests_on(variable)}
        values = [rest.value for rest in rests if isinstance(rest, Ranking)]
        values += [rest.by.value for rest in rests if isinstance(rest, Ranking) and rest.by]
        values += [value for value in self.compared if not isinstance(value, FactValue)]
        data = {datum for value in values for datum in data_in(value)}
        data |= {value for value in self.compared if isinstance(value, FactValue | PreviousScore)}
        data |= {
            datum for v in variables if isinstance(v, Contrast) for side in (v.left, v.right) for datum in data_in(side)
        }
        self.numbers = {datum.column: self._pool(datum) for datum in sorted(data, key=lambda datum: datum.column)}
        self.answers = sorted(rest for rest in rests if isinstance(rest, str) and rest not in self.numbers)
        self.leaves = [leaf.path for leaf in program.leaves if not leaf.is_shared]

    def _pool(self, datum: FactValue | PreviousScore) -> list[Fraction]:
        middle, fact = usual(datum), fact_of(datum)
        near = [number for number, _ in zip(nudges(datum, middle), range(2 * _NEAR), strict=False)]
        ends = [end for end in (fact.low, fact.high) if end is not None] if fact else []
        return sorted({middle, *near, *ends, *map(Fraction, self.compared.get(datum, ()))})

    def any(self, least: int, most: int, *, unknown: bool, given: bool) -> st.SearchStrategy[Sheets]:
        blank: list[Any] = [None] if unknown else []
        cells: dict[str, list[Any]] = {column: [*blank, *pool] for column, pool in self.numbers.items()}
        cells |= {column: [*blank, False, True] for column in self.answers}
        # Some hundred cells are too many to draw one by one: a row starts alike, or at random, and some cells differ.
        # Such a row shrinks to the few cells that matter, and a list of rows by leaving rows out.
        exceptions = st.lists(
            st.sampled_from(sorted(cells)).flatmap(
                lambda column: st.tuples(st.just(column), st.sampled_from(cells[column]))
            )
            if cells
            else st.nothing(),
            max_size=_MOST_EXCEPTIONS if cells else 0,
        )
        outcomes = st.dictionaries(
            st.sampled_from(self.leaves), st.booleans(), max_size=_MOST_GIVEN if given and self.leaves else 0
        )
        start = st.sampled_from([*blank, False, True])
        row = st.tuples(start, st.none() | _SEEDS, exceptions, outcomes).map(lambda drawn: self._row(cells, *drawn))
        return st.lists(row, min_size=least, max_size=most).map(tuple)

    def _row(
        self,
        cells: dict[str, list[Any]],
        start: bool | None,
        seed: int | None,
        exceptions: list[tuple[str, Any]],
        outcomes: dict[str, bool],
    ) -> Sheet:
        row: dict[str, Any]
        if seed is not None:
            draw = random.Random(seed)
            row = {column: draw.choice(pool) for column, pool in cells.items()}
        else:
            # The least of a number stands for no, the greatest for yes.
            known = {column: [cell for cell in pool if cell is not None] for column, pool in cells.items()}
            row = {column: None if start is None else pool[-1 if start else 0] for column, pool in known.items()}
        row |= dict(exceptions)
        return Sheet({c: row[c] for c in self.numbers}, {c: row[c] for c in self.answers}, dict(outcomes))

    def reaching(self, path: str, *, unknown: bool) -> st.SearchStrategy[Sheets]:
        at = self.regions.reach(path).at_most
        example = build_example(self.regions, at) if at is not None else None
        if at is None or example is None:
            raise ValueError(f"{path}: no sheet is known that gives it its most points")
        fixed = self._fixed(path)
        size = len(example)
        return self.any(size, size, unknown=unknown, given=False).map(lambda drawn: _overlaid(drawn, example, fixed))

    def _fixed(self, path: str) -> set[str] | None:
        """The columns that the points of a node rest on; None for all, where a ranking of points is among them."""
        fixed: set[str] = set()
        for variable in self.regions.variables_at(path):
            for rest in self.regions.rests_on(variable):
                if isinstance(rest, str):
                    fixed.add(rest)
                    continue
                for value in (rest.value, *([rest.by.value] if rest.by else [])):
                    data = {datum.column for datum in data_in(value)}
                    if not data:
                        return None
                    fixed |= data
        return fixed


def _overlaid(drawn: Sequence[Sheet], example: Sheets, fixed: set[str] | None) -> Sheets:
    """What was drawn, with the columns of ``fixed`` (None: all) as in the example."""

    def kept(cells: dict[str, Any]) -> dict[str, Any]:
        return {column: cell for column, cell in cells.items() if fixed is None or column in fixed}

    return tuple(
        Sheet(sheet.numbers | kept(shown.numbers), sheet.answers | kept(shown.answers))
        for sheet, shown in zip(drawn, example, strict=True)
    )
