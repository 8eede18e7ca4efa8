"""Prefectures beside their municipalities: a plain second count, by the oracle of the language and over fractions."""

import random
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import Table, TableValue, between
from haiten.tabulation.tables.members import link_table, linked_goals_table, why_no_link
from haiten.testing.oracle import Oracle

MUNICIPAL = """言語 1
令和8年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 9点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 5点
    指標群 (ⅰ) 「体制」〔要綱〕 5点
      指標 1 「a」〔要綱〕 2点
      指標 2 「b」〔要綱〕 3点
  目標 Ⅱ 「市町村だけの題」〔要綱〕 4点
    指標群 (ⅰ) 「体制」〔要綱〕 4点
      指標 1 「a」〔要綱〕 4点
交付金 支援 「支援」〔要綱〕 2点〔要綱〕
  目標 Ⅰ 「予防」〔要綱〕 2点
    指標群 (ⅰ) 「体制」〔要綱〕 2点
      指標 1 「a」〔要綱〕 2点
"""
PREFECTURAL = """言語 1
令和8年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 5点
    指標群 (ⅰ) 「体制」〔要綱〕 5点
      指標 1 「a」〔要綱〕 2点 要件 管内平均(得点(全体)) が 5点以上
      指標 2 「b」〔要綱〕 3点
  目標 Ⅱ 「都道府県だけの題」〔要綱〕 5点
    指標群 (ⅰ) 「体制」〔要綱〕 5点
      指標 1 「a」〔要綱〕 5点
交付金 支援 「支援」〔要綱〕 1点〔要綱〕
  目標 Ⅰ 「予防」〔要綱〕 1点
    指標群 (ⅰ) 「体制」〔要綱〕 1点
      指標 1 「a」〔要綱〕 1点
"""
MEMBERS = Rulebook(compile_source(Source("municipal.haiten", MUNICIPAL)))
BOOK = Rulebook(compile_source(Source("prefectural.haiten", PREFECTURAL), MEMBERS.compilation))
LEAVES = ("推進.Ⅰ.(ⅰ).1", "推進.Ⅰ.(ⅰ).2", "推進.Ⅱ.(ⅰ).1", "支援.Ⅰ.(ⅰ).1")
# What both rulebooks have, by the name in the table: 推進Ⅱ is headed otherwise.
SHARED = {"総計": ("推進", "支援"), "推進.Ⅰ": ("推進.Ⅰ",), "推進": ("推進",), "支援.Ⅰ": ("支援.Ⅰ",), "支援": ("支援",)}

Answers = dict[str, bool | None]
answers = st.fixed_dictionaries({leaf: st.sampled_from([True, True, False, None]) for leaf in LEAVES})
populations = st.tuples(
    st.lists(answers, min_size=2, max_size=5), st.lists(st.tuples(st.integers(0, 4), answers), max_size=8)
)


def sums(oracle: Oracle, paths: tuple[str, ...], body: int) -> tuple[int, int]:
    counted = [oracle.counted(path, body) for path in paths]
    return sum(points.certain for points in counted), sum(points.possible for points in counted)


def ranks(spans: list[tuple[Fraction, Fraction]]) -> list[TableValue]:
    """By trying both ends of every span: the best and the worst rank that each can have."""
    found: list[list[int]] = [[] for _ in spans]
    for values in product(*(sorted(set(span)) for span in spans)):
        for place, value in enumerate(values):
            found[place].append(1 + sum(other > value for other in values))
    return [between(min(each), max(each)) for each in found]


def told(table: Table) -> dict[str, dict[str, TableValue]]:
    """The cells by heading, of every row by its first cell."""
    heads = [column.name for column in table.columns]
    return {str(row.cells[0]): dict(zip(heads, row.cells, strict=True)) for row in table.rows}


@settings(deadline=None, max_examples=60)
@given(populations, st.randoms(use_true_random=False))
def test_counted_a_second_time(drawn: tuple[list[Answers], list[tuple[int, Answers]]], chance: random.Random) -> None:
    """Points, means and both ranks of every prefecture, by every part that both rulebooks have; and of one alone."""
    own, members = drawn
    size = len(own)
    homed = [*((home, cells) for home, (_, cells) in zip(range(size), [(0, a) for a in own], strict=True))]
    homed += [(home % size, cells) for home, cells in members]
    chance.shuffle(homed)
    codes = [f"{51 + home}{place + 1:03d}" for place, (home, _) in enumerate(homed)]
    rows = [{"団体コード": f"{51 + place}000", **cells} for place, cells in enumerate(own)]
    scores = BOOK.score(rows, members=[{"団体コード": c, **cells} for c, (_, cells) in zip(codes, homed, strict=True)])
    municipal = Oracle(MEMBERS.program, [Sheet({}, dict(cells)) for _, cells in homed])
    population = Population(scores)
    table = link_table(population)
    assert table is not None
    found = told(table)
    heads = {name.split(" ")[0] for name in found["51000"]} - {"団体コード", "管内市町村数"}
    assert heads == set(SHARED)
    for name, paths in SHARED.items():
        means, points = [], []
        for home in range(size):
            each = [sums(municipal, paths, place) for place, (where, _) in enumerate(homed) if where == home]
            means.append(tuple(Fraction(sum(end[side] for end in each), len(each)) for side in (0, 1)))
            counted = [scores.points(None if name == "総計" else path, home) for path in paths[:1]]
            points.append((Fraction(counted[0].certain), Fraction(counted[0].possible)))
        for home, (rank, mean_rank) in enumerate(zip(ranks(points), ranks(means), strict=True)):
            row = found[f"{51 + home}000"]
            assert row["管内市町村数"] == sum(where == home for where, _ in homed)
            assert row[f"{name} 得点"] == between(*points[home])
            assert row[f"{name} 全国順位"] == rank
            assert row[f"{name} 管内平均"] == between(*means[home])
            assert row[f"{name} 管内平均の順位"] == mean_rank
            one = linked_goals_table(Population(scores, (), home))
            assert one is not None
            line = told(one)[name]
            assert (line["得点"], line["全国順位"]) == (between(*points[home]), rank)
            assert (line["管内平均"], line["管内平均の順位"]) == (between(*means[home]), mean_rank)
            assert "推進.Ⅱ" not in told(one)


def test_without_members_it_is_said_why() -> None:
    """No members, no prefectures: another reason each; members of a part of the nation have no ranks."""
    nobody = Population(BOOK.score([{"団体コード": "51000"}, {"団体コード": "52000"}]))
    assert link_table(nobody) is linked_goals_table(nobody) is None
    assert "--members" in (why_no_link(nobody) or "")
    towns = Population(MEMBERS.score([{"団体コード": "51001"}, {"団体コード": "52001"}]))
    assert "管内の市町村がない" in (why_no_link(towns) or "")
    real = [{"団体コード": code} for code in ("01000", "02000")]
    part = Population(BOOK.score(real, members=[{"団体コード": code} for code in ("01100", "02201")]))
    table = link_table(part)
    assert table is not None
    assert not any("順位" in column.name for column in table.columns)
    assert any("市町村のファイルが全国のものでない" in note for note in table.notes)
