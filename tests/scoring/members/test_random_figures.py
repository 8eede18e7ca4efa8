"""Random rulebooks of prefectures over random ones of municipalities: evaluator, oracle and SQL agree."""

import random
from collections.abc import Iterator

import duckdb
from attrs import evolve
from duckdb_runs import asked, fill
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_agreement import hold_to_oracle

from effort import examples
from haiten.backends.sql import MembersAsked, to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_expression, print_rulebook
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.rulebook import NodeDecl
from haiten.scoring.facts.facts import Body, Facts, facts_from
from haiten.scoring.members.with_members import with_members
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing.grow import grow
from haiten.testing.grow_members import grow_prefectural
from haiten.testing.members_oracle import figure_of
from haiten.testing.oracle import Oracle
from sql_tables import KEY, differences, table_of
from strategies import SEEDS, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(2, 4), st.integers(0, 6), st.sampled_from([0.0, 0.1, 0.4]))


def made_of(seed: int) -> tuple[Rulebook, Rulebook]:
    """A prefectural rulebook, and the municipal one below it."""
    municipal = compile_source(Source("municipal.haiten", print_rulebook(grow(seed))))
    assert municipal.ok
    assert municipal.program is not None
    text = print_rulebook(grow_prefectural(seed + 1, municipal.program))
    made = Rulebook(compile_source(Source("prefectural.haiten", text), municipal))
    assert made.ok, [(d.code, d.message) for d in made.diagnostics]
    return made, Rulebook(municipal)


def figures_in(node: NodeDecl) -> Iterator[ex.OfMembers]:
    """The figures as they are written."""
    written = [definition.value for definition in node.definitions]
    written += [node.requirement.condition] if node.requirement is not None else []
    for expression in written:
        yield from (part for part in ex.walk_parts(expression) if isinstance(part, ex.OfMembers))
    for child in node.children:
        yield from figures_in(child)


def with_codes(facts: Facts, codes: list[str]) -> Facts:
    return evolve(facts, bodies=tuple(Body(code) for code in codes))


class Drawn:
    """A population of both: facts as the product has them, sheets as the oracle has them."""

    def __init__(self, books: tuple[Rulebook, Rulebook], population: tuple[int, int, int, float]) -> None:
        seed, size, more, unknown = population
        self.draw = random.Random(seed)
        self.book, self.municipal = book, _ = books
        homes = [*range(size), *(self.draw.randrange(size) for _ in range(more))]
        self.draw.shuffle(homes)
        self.homes = homes
        self.member_sheets = sheets_for(self.municipal.program, self.draw, len(homes), unknown)
        aggregates = book.program.aggregates
        self.sheets = [
            Sheet({c: v for c, v in sheet.numbers.items() if c not in aggregates}, sheet.answers, sheet.outcomes)
            for sheet in sheets_for(book.program, self.draw, size, unknown)
        ]
        self.codes = [f"{51 + place}000" for place in range(size)]
        self.member_codes = [f"{51 + home}{place + 1:03d}" for place, home in enumerate(homes)]

    def scores(self) -> Scores:
        members = self.municipal.score(
            with_codes(facts_from(self.municipal.program, self.member_sheets), self.member_codes)
        )
        facts = with_codes(facts_from(self.book.program, self.sheets), self.codes)
        made = with_members(self.book.program, facts, "ken", members, "shi")
        assert made.facts is not None, made.diagnostics
        return self.book.score_checked(made.facts)

    def oracle(self) -> Oracle:
        members = Oracle(self.municipal.program, self.member_sheets)
        program = self.book.program
        written = {print_expression(figure): figure for grant in program.syntax.grants for figure in figures_in(grant)}
        spans = [
            {
                text: figure_of(written[text], fact, members, self.homes, home)
                for text, fact in program.aggregates.items()
            }
            for home in range(len(self.sheets))
        ]
        decided = [{text: least for text, (least, most) in each.items() if least == most} for each in spans]
        sheets = [
            Sheet({**sheet.numbers, **known}, sheet.answers, sheet.outcomes)
            for sheet, known in zip(self.sheets, decided, strict=True)
        ]
        return Oracle(program, sheets, spans=spans)


@settings(max_examples=examples(40), deadline=None)
@given(SEEDS, POPULATIONS)
def test_the_evaluator_agrees_with_the_oracle(seed: int, population: tuple[int, int, int, float]) -> None:
    """Own and counted points, cuts and verdicts of every node, with figures of every kind, decided or not."""
    drawn = Drawn(made_of(seed), population)
    hold_to_oracle(drawn.scores(), drawn.oracle(), range(population[1]))


@settings(max_examples=examples(15), deadline=None)
@given(SEEDS, POPULATIONS)
def test_duckdb_agrees_with_the_evaluator(seed: int, population: tuple[int, int, int, float]) -> None:
    """One query over both tables; a rulebook with a value that SQL cannot hold is refused."""
    drawn = Drawn(made_of(seed), population)
    columns = table_of(drawn.book.program, drawn.sheets, drawn.draw)
    towns = table_of(drawn.municipal.program, drawn.member_sheets, drawn.draw)
    members = MembersAsked(drawn.municipal.program, "towns", [KEY, *towns])
    sql = to_sql(drawn.book.evaluator, "duckdb", columns=[KEY, *columns], members=members)
    if sql.text is None:
        assert {told.code for told in sql.diagnostics} == {"H306"}
        return
    with duckdb.connect() as database:
        database.execute("SET max_expression_depth TO 100; SET threads TO 1")
        fill(database, "facts", columns, drawn.codes)
        fill(database, "towns", towns, drawn.member_codes)
        found = differences(asked(database, sql), drawn.scores())
    assert not found, found[:5]


def test_figures_of_every_kind_are_grown() -> None:
    """Most random rulebooks read some, of each of the four words, and many can be said in SQL."""
    made = [made_of(seed) for seed in range(40)]
    words = {text[:4] for book, _ in made for text in book.program.aggregates}
    assert words == {"管内平均", "管内割合", "管内件数", "管内最小"}
    assert sum(bool(book.program.aggregates) for book, _ in made) >= 20
    said = [to_sql(book.evaluator, "duckdb", members=MembersAsked(towns.program)).text for book, towns in made]
    assert sum(text is not None for text in said) >= 10
