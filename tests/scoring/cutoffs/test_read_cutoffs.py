"""A cut-off file holds as it was written or not at all, and whatever haiten writes it reads again."""

import json
import random
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from json_mutants import mutants
from real_commands import validated

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.fact_columns import is_chosen
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoff_forms import OLD_SCHEMA, sealed
from haiten.scoring.cutoffs.cutoffs import cutoffs_json, stored_of
from haiten.scoring.facts.facts import Body, Facts, facts_from, numbers_from, truth_from
from haiten.scoring.numbers.exact_text import read_fraction, write_fraction
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

# Steps, classes, a part, places, a mean and a median of ranked values; a choice, a cap, and 未公表 points.
RULES: Final = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 90以下 小数1桁
事実 件数 : 件 0以上 9以下 小さいほど良い
事実 過疎 : 該当
区分 規模 = 件数 「大」 5件以上 「小」 その他
交付金 推進 「交」 26点
未公表 3点
目標 Ⅰ 「目」 23点
指標群 (ⅰ) 「群」 13点
指標 1 「指」 4点 いずれか
ア 「a」 4点 要件 率 が 上位3割
イ 「b」 2点 要件 率 が 規模別 上位5割 又は 過疎
指標 2 「指」 4点 上限 4点
ア 「a」 3点 要件 過疎 のうち 率 が 上位5割
イ 「b」 3点
指標 3 「指」 5点 要件 順位(件数) が 3位以下 又は 率 が 全国中央値(率) 超
指標群 (ⅱ) 「群」 10点
指標 1 「指」 10点
ア 「a」 6点 要件 率 が 上位5割
 ① 「x」 3点
 ② 「y」 3点 要件 件数 が 全国平均(件数) 未満
イ 「b」 4点 要件 率 が 上位1位
"""
ITEM: Final = "推進.Ⅰ.(ⅰ)."


def rulebook(rules: str) -> Rulebook:
    made = Rulebook(compile_source(Source("rules", rules)))
    assert made.ok, made.diagnostics
    return made


@pytest.fixture(scope="module")
def made() -> tuple[Rulebook, dict[str, Any]]:
    """A rulebook, and the cut-offs of twelve bodies of two prefectures, with ties and things unknown."""
    book, draw, size = (
        rulebook(RULES.replace("ア 「a」 6点 要件 率 が 上位5割\n ①", "ア 「a」 6点\n ①")),
        random.Random(3),
        12,
    )

    def some(choices: list[Any]) -> list[Any]:
        return [draw.choice(choices) for _ in range(size)]

    facts = Facts(
        tuple(
            Body(f"{10_001 + 10_000 * (number % 2) + number}", "", ("東県", "西県")[number % 2])
            for number in range(size)
        ),
        {"率": numbers_from(some([None, 5, 105, 205, 305]), 1), "件数": numbers_from(some([0, 3, 5, 9]), 0)},
        {"過疎": truth_from(some([True, True, False, None]))}
        | {path: truth_from(some([True, False, None])) for path in (ITEM + "2.イ", "推進.Ⅰ.(ⅱ).1.ア.①")},
    )
    return book, validated(json.dumps(cutoffs_json(book.score(facts))), "cutoffs-2.json")


def claims(stored: Any) -> Any:
    """What a file says, as it is used."""
    nation = stored.nation
    return (
        {slot: [(one.size, one.cutoffs, one.places) for one in rankings] for slot, rankings in stored.rankings.items()},
        stored.statistics,
        nation and (nation.size, {p: s.to_json() for p, s in nation.spreads.items()}, nation.leaves),
        nation and {name: {p: s.to_json() for p, s in of.items()} for name, of in nation.spreads_in.items()},
    )


def older_of(data: dict[str, Any]) -> dict[str, Any]:
    """The same as haiten/cutoffs@1 had it: without a digest, and without prefectures."""
    nation = {name: value for name, value in data["nation"].items() if name != "prefectures"}
    return {name: value for name, value in data.items() if name != "digest"} | {
        "schema": OLD_SCHEMA,
        "nation": nation,
    }


def test_any_single_change_of_a_file_is_refused(made: tuple[Rulebook, dict[str, Any]], tmp_path: Path) -> None:
    """Values, types, members that are gone, twice, renamed or new, other orders: at every place."""
    book, data = made
    file = tmp_path / "cutoffs.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    whole = book.read_cutoffs(file)
    assert whole.diagnostics == ()
    assert data["nation"] is not None
    changes = list(mutants(data))
    assert len(changes) > 5_000
    accepted = 0
    for what, text in random.Random(1).sample(changes, min(len(changes), examples(120))):
        file.write_text(text, encoding="utf-8")
        read = book.read_cutoffs(file)
        assert (read.stored is None) == bool(read.diagnostics)
        if read.stored is not None:
            assert claims(read.stored) == claims(whole.stored), what
            accepted += 1
    assert accepted < 6  # the names of an object in another order


def test_a_change_that_was_sealed_anew_still_has_to_agree(
    made: tuple[Rulebook, dict[str, Any]], tmp_path: Path
) -> None:
    """A digest is no proof: counts have to add up, whether it was made anew or the file is of the older form."""
    book, data = made
    file = tmp_path / "cutoffs.json"
    nation = data["nation"]
    told = []
    leaves = [["leaves", path] for path in nation["leaves"]]
    points = [["points", path] for path in nation["points"]]
    for number, (part, path) in enumerate(leaves + points):
        changed = json.loads(json.dumps(data))
        at = changed["nation"][part][path]
        if part == "leaves":
            at[number % 2] += 1
        else:
            (at[0] if at[0][1] == 0 else at[-1])[1] -= 0 if at[0][1] == 0 else 1
            at[-1][2] += 1
        for one in (sealed(changed), older_of(changed)):
            file.write_text(json.dumps(one), encoding="utf-8")
            read = book.read_cutoffs(file)
            told.append((path, [d.code for d in read.diagnostics]))
    open_ones = {path for path, codes in told if codes != ["H870"]}
    # What has a cap or a choice above it may be other without anything that shows it; all else adds up.
    assert open_ones <= {ITEM + "1.ア", ITEM + "1.イ", ITEM + "2.ア", ITEM + "2.イ"}
    assert len(told) == 2 * (len(leaves) + len(points))


def test_older_files_are_read(made: tuple[Rulebook, dict[str, Any]], tmp_path: Path) -> None:
    """Those of haiten/cutoffs@1 have no digest, and the first of them no nation; what they hold is the same."""
    book, data = made
    file = tmp_path / "cutoffs.json"
    older = older_of(data)
    validated(json.dumps(older), "cutoffs-1.json")
    file.write_text(json.dumps(data), encoding="utf-8")
    now = book.read_cutoffs(file).stored
    assert now is not None
    file.write_text(json.dumps(older), encoding="utf-8")
    assert claims(book.read_cutoffs(file).stored)[:3] == claims(now)[:3]
    older.pop("nation")
    file.write_text(json.dumps(validated(json.dumps(older), "cutoffs-1.json")), encoding="utf-8")
    assert claims(book.read_cutoffs(file).stored)[:2] == claims(now)[:2]


def test_prefectures_are_parts_of_the_nation(made: tuple[Rulebook, dict[str, Any]], tmp_path: Path) -> None:
    """Without them a file is read as before; with more bodies than there are, or not whole, it is refused."""
    book, data = made
    file = tmp_path / "cutoffs.json"

    def read(change: Callable[[dict[str, Any]], object]) -> Any:
        changed = json.loads(json.dumps(data))
        change(changed["nation"])
        file.write_text(json.dumps(sealed(changed)), encoding="utf-8")
        return book.read_cutoffs(file)

    whole = read(lambda nation: None).stored
    assert set(whole.nation.prefectures) == {"東県", "西県"}
    assert whole.nation.spread_in("東県", "全体").size == 6
    without = read(lambda nation: nation.pop("prefectures")).stored
    assert claims(without)[:3] == claims(whole)[:3]
    assert without.nation.prefectures == ()
    assert read(lambda nation: nation["prefectures"].pop("西県")).stored is not None
    path = ITEM.rstrip(".").rpartition(".")[0]
    for change in (
        lambda of: of["東県"][path][0].__setitem__(2, of["東県"][path][0][2] + 1),
        lambda of: of["東県"][path][0].__setitem__(1, of["東県"][path][0][1] + 1),
        lambda of: of["東県"].pop(path),
        lambda of: of["東県"].__setitem__("推進.Ⅰ.(ⅰ)", of["東県"][path]),
        lambda of: of.__setitem__("南県", of["東県"]),
        lambda of: of.__setitem__("南県", {name: [] for name in of["東県"]}),
    ):
        refused = read(lambda nation, change=change: change(nation["prefectures"]))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert [each.code for each in refused.diagnostics] == ["H870"]


@settings(max_examples=examples(60))
@given(SEEDS)
def test_whatever_is_written_is_read_again(seed: int) -> None:
    """Random rulebooks and populations: nothing that is true is taken for a contradiction."""
    book, draw = rulebook(print_rulebook(grow(seed))), random.Random(seed)
    sheets = sheets_for(book.program, draw, draw.randint(1, 9), draw.choice([0.0, 0.1, 0.5]))
    facts = facts_from(book.program, sheets)
    bodies = [Body(f"{10_001 + 10_000 * (n % 3)}") for n in range(len(sheets))]
    scores = book.score(Facts(bodies, facts.numbers, facts.answers, facts.outcomes, facts.points))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cutoffs.json"
        file.write_text(json.dumps(cutoffs_json(scores)), encoding="utf-8")
        read = book.read_cutoffs(file)
    assert read.diagnostics == ()
    assert claims(read.stored) == claims(stored_of(scores))


@given(SEEDS)
def test_points_that_were_given_are_read_again(seed: int) -> None:
    """Where points of a node were given, they may be more than its parts tell; the file says where, and only there."""
    book, draw = rulebook(print_rulebook(grow(seed))), random.Random(seed)
    sheets = sheets_for(book.program, draw, draw.randint(1, 9), 0.5)
    facts = facts_from(book.program, sheets)
    bodies = [Body(f"{10_000_001 + n}") for n in range(len(sheets))]
    plain = book.score(Facts(bodies, facts.numbers, facts.answers, facts.outcomes, facts.points))
    nodes = [
        node.path
        for node in book.program.nodes.values()
        if not (node.is_leaf or node.is_shared or node.special or is_chosen(book.program, node.path))
    ]
    path = draw.choice(nodes)
    bounds = list(zip(*(column.tolist() for column in plain.own(path)), strict=True))
    points = numbers_from([draw.randint(low, high) if low < high else None for low, high in bounds], 0)
    scores = book.score(Facts(bodies, facts.numbers, facts.answers, facts.outcomes, {path: points}))
    data = cutoffs_json(scores)
    if data["nation"] is None:  # one body alone is no nation
        return
    assert data["nation"].get("given") == ([path] if points.known.any() else None)
    validated(json.dumps(data), "cutoffs-2.json")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cutoffs.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        read = book.read_cutoffs(file)
        assert read.diagnostics == ()
        assert claims(read.stored) == claims(stored_of(scores))
        leaf = book.program.leaves[0].path
        for wrong in ([leaf], [path, path], ["そんな項目"], []):
            data["nation"]["given"] = wrong
            file.write_text(json.dumps(sealed(data)), encoding="utf-8")
            assert [told.code for told in book.read_cutoffs(file).diagnostics] == ["H870"]


@pytest.mark.parametrize("digits", [1, 3_999, 4_000, 4_001, 8_000, 12_345])
def test_numbers_of_any_length_are_written_and_read(digits: int) -> None:
    """Python's own limit of 4,300 digits is none for a mean over all bodies."""
    draw = random.Random(digits)
    number = draw.randrange(10 ** (digits - 1), 10**digits)
    for value in (Fraction(number), Fraction(-number), Fraction(number, 7**digits), Fraction(10**digits)):
        assert read_fraction(write_fraction(value)) == value
    assert write_fraction(Fraction(10**digits)) == "1" + "0" * digits


def test_a_mean_of_quotients_with_thousands_of_digits_is_kept(tmp_path: Path) -> None:
    """The mean of a rate over many bodies has a denominator that all their populations divide."""
    rules = """言語 1
令和6年度 市町村 評価指標
事実 職 : 人 0以上
事実 人口 : 人 1以上
交付金 推進 「交」 5点
目標 Ⅰ 「目」 5点
指標群 (ⅰ) 「群」 5点
指標 1 「指」 5点 要件 職 ÷ 人口 が 全国平均(職 ÷ 人口) 超
"""
    book, draw, size = rulebook(rules), random.Random(1), 3_000
    staff, people = ([draw.randrange(1, most) for _ in range(size)] for most in (300, 300_000))
    facts = Facts(
        tuple(Body(f"{1_000_001 + 10 * number}") for number in range(size)),
        {"職": numbers_from(staff, 0), "人口": numbers_from(people, 0)},
    )
    scores, file = book.score(facts), tmp_path / "cutoffs.json"
    file.write_text(json.dumps(cutoffs_json(scores)), encoding="utf-8")
    (kept,) = cutoffs_json(scores)["statistics"]
    assert len(kept["figure"]) > 2 * 4_300
    again = book.score(facts, file)
    assert (again.total()[0] == scores.total()[0]).all()
