"""Nodes of two years scored apart from the rest: two small rulebooks that hold what their points rest on, no more.

Many small populations are scored to find one that scores differently; the whole rulebooks would take too long.
"""

from collections.abc import Iterable
from fractions import Fraction

from haiten.comparison.match import Match
from haiten.comparison.transfer import transfer
from haiten.compiler.evaluator.emit import Evaluator, emit
from haiten.compiler.identity.fingerprint import Fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import Schema, schema_of
from haiten.compiler.program.picked import Picked, Reads
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import Met
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.syntax.years import without_year
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.running.machine import run
from haiten.scoring.running.scores import Scores

FactCell = bool | Fraction
FactColumns = dict[str, list[FactCell | None]]  # by name a cell for each body; None where it is not known
# For each body the certain and the possible points of the old year, and those of the new one.
OwnAndCounted = list[tuple[int, int, int, int]]
_NO_PRINTS = Fingerprint("", "")


@frozen(eq=False)
class Excerpt:
    """Some nodes in both years, with what their points rest on.

    Attributes:
        pairs: each node as it was and as it is.
        columns: what the sheet of the old year holds; ``free`` what only that of the new one does.
    """

    matched: Match
    pairs: tuple[tuple[Node, Node], ...]
    evaluators: tuple[Evaluator, Evaluator]
    schemas: tuple[Schema, Schema]
    columns: Reads
    free: Reads

    def holds(self, column: str) -> bool:
        """Whether the sheets of either year have a column."""
        return any(column in names for reads in (self.columns, self.free) for names in (reads.answers, reads.numbers))

    def score(self, cells: FactColumns, size: int) -> list[OwnAndCounted]:
        """Own points of each node for some bodies, in both years."""
        bodies = tuple(Body(f"{number:05d}") for number in range(size))
        given = self._facts(0, bodies, self.columns, cells)
        before = run(self.evaluators[0], given)
        carried = transfer(self.matched, Scores(self.matched.old, _NO_PRINTS, before)).facts
        own = self._facts(1, bodies, self.free, cells)
        numbers, answers = {**carried.numbers, **own.numbers}, {**carried.answers, **own.answers}
        after = run(self.evaluators[1], Facts(bodies, numbers, answers, carried.outcomes))
        scored = []
        for old, new in self.pairs:
            was, now = before.own(old.path), after.own(new.path)
            columns = [points.tolist() for points in (was.certain, was.possible, now.certain, now.possible)]
            scored.append(list(zip(*columns, strict=True)))
        return scored

    def _facts(self, year: int, bodies: tuple[Body, ...], reads: Reads, cells: FactColumns) -> Facts:
        facts, schema = Facts(bodies), self.schemas[year]
        for name in reads.numbers:
            decimals = schema.numbers[name].decimals
            scaled = [None if cell is None else int(cell * 10**decimals) for cell in cells[name]]
            facts.numbers[name] = numbers_from(scaled, decimals)
        for name in reads.answers:
            facts.answers[name] = truth_from([None if cell is None else bool(cell) for cell in cells[name]])
        return facts


def excerpt(matched: Match, pairs: Iterable[tuple[Node, Node]]) -> Excerpt:
    """What the points of some nodes rest on, in both years."""
    listed, after, before = tuple(pairs), Picked(matched.new), Picked(matched.old)
    for old, new in listed:
        before.add(old.path)
        after.add(new.path)
    for path in after.kept:
        counterpart = matched.counterpart(matched.new.nodes[path])
        if counterpart is not None and counterpart.is_leaf:
            before.add(counterpart.path)
        for part in conditions_in(matched.followed[path]) if path in matched.followed else ():
            if isinstance(part, Met) and part.path in matched.old.nodes:
                before.add(part.path)
    programs = before.program(), after.program()
    paths = {path: was for path, was in matched.old_path.items() if path in after.kept and was in before.kept}
    back = {was: path for path, was in paths.items()}
    small = Match(*programs, paths, back, matched.stood, matched.followed, matched.facts, matched.classes)
    schemas = schema_of(matched.old), schema_of(matched.new)
    columns, free = _split(small, schemas, before.reads(), after.reads())
    evaluators = emit(programs[0]), emit(programs[1])
    return Excerpt(small, listed, evaluators, schemas, columns, free)


def _split(matched: Match, schemas: tuple[Schema, Schema], before: Reads, after: Reads) -> tuple[Reads, Reads]:
    """The columns of the old sheet, and those that only the new one has."""
    columns, free = Reads(dict(before.answers), dict(before.numbers)), Reads()
    for name in after.answers:
        node = matched.new.nodes.get(name)
        if node is None:
            same = _is_same(matched, name)
            (columns if same else free).answers[matched.column_before(name) if same else name] = None
        elif name not in matched.followed:
            counterpart = matched.counterpart(node)
            if counterpart is None or not counterpart.is_leaf or not counterpart.answered:
                free.answers[name] = None
    for name, datum in after.numbers.items():
        was = matched.column_before(name)
        if was in schemas[0].numbers and _is_same(matched, without_year(name)):
            columns.numbers.setdefault(was, datum)
        else:
            free.numbers.setdefault(name, datum)
    return columns, free


def _is_same(matched: Match, name: str) -> bool:
    """Whether a column of facts of the new sheet means the same in both years."""
    before, after = matched.old.facts.get(matched.facts.before.get(name, "")), matched.new.facts.get(name)
    if before is None or after is None:
        return before is after
    return (before.unit, before.is_yes_no) == (after.unit, after.is_yes_no)


def columns_read(program: Program, path: str) -> list[str]:
    """The columns that a node's points rest on."""
    picked = Picked(program)
    picked.add(path)
    reads = picked.reads()
    return [*reads.answers, *reads.numbers]
