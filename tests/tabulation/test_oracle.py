"""Tables of random rulebooks and populations, held to plain sums over fractions."""

import random
import statistics
from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Body, facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores, Verdict
from haiten.tabulation.gaps.gaps import Gap, find_gaps, gaps_table
from haiten.tabulation.population.groups import Groups, group_by
from haiten.tabulation.population.parts import parts_of
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import RateMark, Row, Table, TableValue, between, ends, round_half_up
from haiten.tabulation.tables.averages import averages_table, indicators_table
from haiten.tabulation.tables.distribution import root, summary
from haiten.tabulation.tables.items import extremes_table, rates_table
from haiten.tabulation.tables.ranks import ranks_table
from haiten.testing.grow import grow
from haiten.testing.oracle import Oracle
from strategies import SEEDS, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(2, 12), st.sampled_from([0.0, 0.1, 0.4]))


@frozen(eq=False)
class Case:
    book: Rulebook
    scores: Scores
    oracle: Oracle
    groups: Groups

    @property
    def size(self) -> int:
        return len(self.scores.bodies)

    @property
    def population(self) -> Population:
        return Population(self.scores, (self.groups,))

    def alone(self, body: int) -> Population:
        """One body, placed by the cut-offs of all."""
        facts = facts_from(self.book.program, [self.oracle.sheets[body]])
        one = evolve(facts, bodies=(self.scores.bodies[body],))
        return Population(self.book.score(one, stored_of(self.scores)), (), 0)

    def members(self, group: str) -> list[int]:
        if group == "全国":
            return list(range(self.size))
        return [i for i, body in enumerate(self.scores.bodies) if body.prefecture == group]

    def points(self, path: str, body: int) -> int:
        return self.oracle.counted(path, body).certain

    def ranges(self, paths: Iterable[str], bodies: Iterable[int]) -> list[tuple[int, int]]:
        """Certain and possible points of some nodes together, by body."""
        counted = [[self.oracle.counted(path, body) for path in paths] for body in bodies]
        return [(sum(p.certain for p in nodes), sum(p.possible for p in nodes)) for nodes in counted]


def case(seed: int, population: tuple[int, int, float]) -> Case:
    draw_seed, size, unknown = population
    book = Rulebook(compile_source(Source("random", print_rulebook(grow(seed, special=False)))))
    draw = random.Random(draw_seed)
    sheets = sheets_for(book.program, draw, size, unknown)
    # The first two bodies are of two prefectures, so that all together are a nation.
    prefectures = ["甲県", "乙県", *(draw.choice(["甲県", "乙県", "丙県"]) for _ in range(size - 2))]
    named = tuple(Body(f"5{number:04d}", prefecture=name) for number, name in enumerate(prefectures))
    scores = book.score(evolve(facts_from(book.program, sheets), bodies=named))
    groups = group_by(scores, "都道府県")
    assert groups is not None
    return Case(book, scores, Oracle(book.program, sheets), groups)


def cells(table: Table, row: Row) -> dict[str, TableValue]:
    return {column.name: cell for column, cell in zip(table.columns, row.cells, strict=True)}


def parts(program: Program) -> dict[str, list[str]]:
    """The paths that a column of points adds up, by its name."""
    return {part.name: list(part.paths) for part in parts_of(program)}


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_averages_and_rates(seed: int, population: tuple[int, int, float]) -> None:
    """Every average is the plain mean of points, every rate that over the maximum; marks at ten points, where sure."""
    made = case(seed, population)
    table = averages_table(made.population)
    maxima = cells(table, table.rows[0])
    rows = [cells(table, row) for row in table.rows]
    national = next(row for row in rows if row["区分"] == "全国" and row["項目"] == "得点率")
    for row, told in zip(table.rows[1:], rows[1:], strict=True):
        members = made.members(str(told["区分"]))
        if told["項目"] == "平均点":
            assert told["団体数"] == len(members)
            grants = [grant.path for grant in made.scores.program.grants if not grant.special]
            open_ = sum(low != high for low, high in made.ranges(grants, members))
            assert (told.get("未確定") or 0) == open_
        for name, paths in parts(made.scores.program).items():
            points = made.ranges(paths, members)
            low, high = (Fraction(sum(body[end] for body in points), len(members)) for end in (0, 1))
            most = maxima[name]
            assert isinstance(most, int)
            if told["項目"] == "平均点":
                assert told[name] == between(low, high)
                continue
            assert told[name] == (between(low / most, high / most) if most else None)
            place = [column.name for column in table.columns].index(name)
            if most:
                nation = ends(national[name])
                assert nation is not None
                above = low / most - nation[1] >= Fraction(1, 10)
                below = nation[0] - high / most >= Fraction(1, 10)
                assert row.marks.get(place) is (RateMark.ABOVE if above else RateMark.BELOW if below else None)


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_group_averages_weigh_up_to_the_national_one(seed: int, population: tuple[int, int, float]) -> None:
    """The averages of groups, weighted with their sizes, are the national average, for every column."""
    made = case(seed, population)
    table = averages_table(made.population)
    rows = [cells(table, row) for row in table.rows if cells(table, row)["項目"] == "平均点"]
    whole, groups = rows[0], rows[1:]
    for name in parts(made.scores.program):
        for end in (0, 1):
            weighted = sum(row["団体数"] * ends(row[name])[end] for row in groups)
            assert weighted == ends(whole[name])[end] * made.size


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_classes_of_the_rulebook_group_bodies(seed: int, population: tuple[int, int, float]) -> None:
    """Every body is in its 区分, whether or not a requirement reads it; who fits none, or is unknown, comes last."""
    made = case(seed, population)
    classification = made.scores.program.classes["規模"]
    groups = group_by(made.scores, "規模")
    assert groups is not None
    names = [name for name, _ in classification.cases]
    told = [groups.names[label] for label in groups.labels.tolist()]
    words = {None: "（不明）", "": "（当てはまる区分なし）"}
    expected = [made.oracle.class_of(classification, i) for i in range(made.size)]
    assert told == [words.get(name) or name for name in expected]
    assert groups.names == (*names, *(words[name] for name in ("", None) if name in expected))
    assert sum(groups.sizes) == made.size


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_ranks(seed: int, population: tuple[int, int, float]) -> None:
    """A rank is one more than the number of bodies with more points; the best body comes first.

    Where points are not decided it is a range: those who surely have more, and those who can have more.
    """
    made = case(seed, population)
    table = ranks_table(made.population, ())
    rows = [cells(table, row) for row in table.rows]
    places = {body.code: i for i, body in enumerate(made.scores.bodies)}
    names = {
        part.name: part.paths for part in parts_of(made.scores.program) if part.depth == 0 and "." not in part.name
    }
    totals = []
    for row in rows:
        me = places[str(row["団体コード"])]
        rivals = {"全国": range(made.size), "県内": made.members(made.scores.bodies[me].prefecture)}
        assert row["県内団体数"] == len(rivals["県内"])
        for name, paths in names.items():
            if f"{name} 得点" not in row:
                continue
            points = made.ranges(paths, range(made.size))
            least, most = points[me]
            assert row[f"{name} 得点"] == between(least, most)
            for scope, others in rivals.items():
                surely = sum(points[i][0] > most for i in others if i != me)
                perhaps = sum(points[i][1] > least for i in others if i != me)
                assert row[f"{name} {scope}順位"] == between(1 + surely, 1 + perhaps)
            low, high = (Fraction(sum(points[i][end] for i in rivals["県内"]), len(rivals["県内"])) for end in (0, 1))
            assert row[f"{name} 県内平均"] == between(low, high)
        totals.append(sum(made.points(grant.path, me) for grant in made.scores.program.grants))
    assert totals == sorted(totals, reverse=True)
    assert len(rows) == made.size


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_items(seed: int, population: tuple[int, int, float]) -> None:
    """Rates count the awarded, the undecided apart; extremes are those whom no unknown answer can save."""
    made = case(seed, population)
    table, found = rates_table(made.population, ()), extremes_table(made.population)
    assert found is not None
    extremes = {row.cells[1]: row.cells[0] for row in found.rows}
    told = {str(row.cells[0]): cells(table, row) for row in table.rows}
    written = [leaf.path for leaf in made.scores.program.leaves if not leaf.is_shared]
    assert list(told) == written
    for path in written:
        verdicts = [made.oracle.verdict(path, i) for i in range(made.size)]
        have, open_ = verdicts.count("awarded"), verdicts.count("unanswered")
        assert told[path]["全国 該当団体数"] == have
        assert (told[path].get("全国 未確定") or 0) == open_
        for group in ("全国", *made.groups.names):
            members = made.members(group)
            share = Fraction(sum(verdicts[i] == "awarded" for i in members), len(members))
            most = share + Fraction(sum(verdicts[i] == "unanswered" for i in members), len(members))
            assert told[path][f"{group} 該当率"] == between(share, most)
        all_ = 20 * have >= 19 * made.size
        none = 20 * (have + open_) <= made.size
        assert extremes.get(path) == ("ほぼ全団体が該当" if all_ else "ほぼ該当なし" if none else None)


@given(st.lists(st.integers(0, 800), min_size=2, max_size=40))
def test_summaries_are_those_of_the_standard_library(points: list[int]) -> None:
    """Mean, median, quartiles (inclusive) and population standard deviation, exact or to twelve decimals."""
    import numpy as np

    exact = [Fraction(point) for point in points]
    size, mean, median, deviation, least, first, third, most = summary(np.array(points), np.array(points))
    assert (size, mean, least, most) == (len(points), statistics.mean(exact), min(points), max(points))
    assert [first, median, third] == statistics.quantiles(exact, n=4, method="inclusive")
    assert isinstance(deviation, Fraction)
    variance = statistics.pvariance(exact)
    assert deviation**2 <= variance < (deviation + Fraction(1, 10**12)) ** 2


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_summaries_of_open_points_hold_whatever_they_become(points: list[tuple[int, int, int]]) -> None:
    """Whatever the points turn out to be, every measure lies within its range."""
    import numpy as np

    certain = np.array([low for low, _, _ in points])
    possible = certain + [more for _, more, _ in points]
    actual = np.minimum(certain + [gain for _, _, gain in points], possible)
    told, exact = summary(certain, possible), summary(actual, actual)
    for range_, value in zip(told, exact, strict=True):
        limits = ends(range_)
        if limits is not None:
            assert limits[0] <= value <= limits[1]
    assert (told[3] is None) == bool((certain != possible).any())


@settings(max_examples=40)
@given(SEEDS, POPULATIONS)
def test_one_body_among_the_kept_nation_stands_where_it_stood(seed: int, population: tuple[int, int, float]) -> None:
    """Ranks, averages, rates and marks of a body alone, placed by cut-offs, are those of the national run."""
    made = case(seed, population)
    alone = made.alone(0)
    assert alone.scores.kept is not None
    for part in parts_of(made.scores.program):
        assert alone.averages(part)[0] == made.population.averages(part)[0]
    told, national = ranks_table(alone, ()), ranks_table(Population(made.scores, (), 0), ())
    mine, all_ = cells(told, told.rows[0]), cells(national, national.rows[0])
    names = [name for name in mine if name.endswith(("得点", "全国順位"))]
    assert names
    assert {name: mine[name] for name in names} == {name: all_[name] for name in names}
    for one, many in (
        (averages_table(alone), averages_table(Population(made.scores, (), 0))),
        (rates_table(alone, ()), rates_table(Population(made.scores, (), 0), ())),
        (indicators_table(alone, ()), indicators_table(Population(made.scores, (), 0), ())),
    ):
        assert [c.name for c in one.columns if "団体数" not in c.name] == [
            c.name for c in many.columns if "団体数" not in c.name
        ]
        assert [row.marks for row in one.rows] == [row.marks for row in many.rows]
        assert [row.cells for row in one.rows] == [row.cells for row in many.rows]


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 6))
def test_roots_round_as_the_exact_root_does(value: Fraction, decimals: int) -> None:
    """Rounding the cut-off root gives the multiple whose half-way neighbours enclose the exact root."""
    told = round_half_up(root(value), decimals)
    half = Fraction(1, 2 * 10**decimals)
    assert (told + half) ** 2 > value
    assert told < half or (told - half) ** 2 <= value


@given(st.fractions(), st.integers(0, 4))
def test_rounding_is_half_away_from_zero(value: Fraction, decimals: int) -> None:
    """四捨五入: at most half a unit away; halves go away from zero."""
    told = round_half_up(value, decimals)
    away = abs(told - value) * 10**decimals
    assert (told * 10**decimals).denominator == 1
    assert away < Fraction(1, 2) or (away == Fraction(1, 2) and abs(told) > abs(value))


# Gaps


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_what_is_lost_adds_up(seed: int, population: tuple[int, int, float]) -> None:
    """For every body the gaps add up to 満点 − 得点, and each is the loss of its own nodes."""
    made = case(seed, population)
    program = made.scores.program
    for body in range(made.size):
        found = find_gaps(made.scores, body)
        certain = sum(made.points(grant.path, body) for grant in program.grants)
        assert found.lost == program.maximum - certain
        told = [path for gap in found.gaps for path in gap.paths if gap.kind != "undisclosed"]
        assert len(told) == len(set(told))
        for gap in found.gaps:
            if gap.kind != "undisclosed":
                assert gap.lost == sum(program.nodes[path].maximum - made.points(path, body) for path in gap.paths)
        assert gaps_table(found).rows[-1].cells[0] == found.lost


def total_with(made: Case, body: int, won: set[str]) -> int:
    """The certain total if some leaves more are awarded, and all else stays as it is."""
    program = made.scores.program

    def own(path: str) -> int:
        node = program.nodes[path]
        if node.is_leaf:
            return node.maximum * (path in won or made.oracle.outcome(path, body) is True)
        inner = [own(child) for child in node.children]
        if node.mode is Mode.ANY_ONE:
            return max(inner)
        return min(sum(inner), node.cap) if node.cap is not None else sum(inner)

    return sum(own(grant.path) for grant in program.grants)


@settings(max_examples=80)
@given(SEEDS, POPULATIONS)
def test_what_one_leaf_gains(seed: int, population: tuple[int, int, float]) -> None:
    """The gain of a leaf is the change of the total when it is awarded with all that is reached with it."""
    made = case(seed, population)
    program = made.scores.program
    for body in range(made.size):
        now = total_with(made, body, set())
        for gap in find_gaps(made.scores, body).gaps:
            for chance in gap.chances:
                origin = program.nodes[chance.path].same_as
                twins = {leaf.path for leaf in program.leaves if leaf.same_as == origin}
                assert twins <= set(chance.reached)
                assert chance.gain == total_with(made, body, set(chance.reached)) - now
                assert all(made.oracle.outcome(path, body) is not True for path in chance.reached)
                assert chance.verdict is not Verdict.AWARDED


@settings(max_examples=80)
@given(SEEDS, POPULATIONS)
def test_something_is_lacking_where_a_condition_does_not_hold(seed: int, population: tuple[int, int, float]) -> None:
    """What is lacking is empty just where the condition holds; unknown parts are told as such."""
    made = case(seed, population)
    for body in range(made.size):
        for gap in find_gaps(made.scores, body).gaps:
            for chance in gap.chances:
                condition = made.scores.program.nodes[chance.path].condition
                assert condition is not None
                truth = made.oracle.truth(condition, body)
                assert bool(chance.lacking) == (truth is not True)
                if truth is None:
                    assert any(lack.unknown for lack in chance.lacking)
                assert chance.needed
                if chance.effort is not None:
                    assert 0 <= chance.effort <= 1


@settings(max_examples=60)
@given(SEEDS, POPULATIONS)
def test_the_easiest_comes_first(seed: int, population: tuple[int, int, float]) -> None:
    """What is only unanswered comes first, then by effort."""
    made = case(seed, population)

    def place(gap: Gap) -> tuple[bool, bool, Fraction]:
        useful = [chance for chance in gap.chances if chance.gain] or list(gap.chances)
        efforts = [chance.effort for chance in useful if chance.effort is not None]
        unanswered = any(made.oracle.verdict(chance.path, 0) == "unanswered" for chance in useful)
        return (not unanswered, not efforts, min(efforts, default=Fraction(0)))

    places = [place(gap) for gap in find_gaps(made.scores, 0).gaps]
    assert places == sorted(places)
