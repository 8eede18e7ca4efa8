"""References hold nodes, not labels: what a condition says of which nodes changes only where it is amended."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from attrs import evolve
from hypothesis import given

from haiten.comparison.match import match, same_condition
from haiten.compiler.diagnostics import UnknownName
from haiten.compiler.driver import Compilation, compile_source, read
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.printing.print_rulebook import print_expression, print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Met, ScoreValue
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.resolving.resolve import resolve
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.compiler.syntax.expressions import PathRef, Score, walk_parts
from haiten.compiler.syntax.revision import Amendment, BaseLine, Delete, Revision
from haiten.compiler.syntax.rulebook import RulebookFile
from haiten.testing.amend import structural_revision
from haiten.testing.grow import NOWHERE, grow
from strategies import SEEDS

BASE = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
区分 得点別 = 得点(推進.Ⅰ.(ⅰ).1)
  「高」 3点以上
  「低」 その他
交付金 推進 「交」 15点
  目標 Ⅰ 「目」 15点
    指標群 (ⅰ) 「群」 15点
      指標 1 「指」 7点
        ア 「A」 4点
          ① 「a」 1点
          ② 「b」 1点
          ③ 「c」 1点
          ④ 「d」 1点
        イ 「B」 1点 要件 ア.①～③ のうち 2つ以上
        ウ 「C」 1点 要件 ア.④ かつ 該当
        エ 「D」 1点
      指標 2 「数」 6点
        ア 「E」 2点 要件 推進.Ⅰ.(ⅰ).1.ア.①～③、推進.Ⅰ.(ⅰ).1.エ のうち 1つ以上
        イ 「F」 2点
        ウ 「G」 2点 要件 イ のうち 人口 が 上位5割
      指標 3 「残」 2点
        他得点 = 得点(全体 から 推進.Ⅰ.(ⅰ).1.ア、推進.Ⅰ.(ⅰ).3 を除く)
        ア 「H」 1点 要件 他得点 が 1点以上
        イ 「I」 1点 要件 得点別 が 「高」
"""
A = "推進.Ⅰ.(ⅰ).1.ア"


def compiled(text: str, base: Compilation | None = None) -> Compilation:
    return compile_source(Source("rules", text), base)


def revised(amendments: str, base: str = BASE) -> Compilation:
    head = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
    return compiled(head + amendments, compiled(base))


def requirement(made: Compilation, path: str) -> str:
    """A requirement as the consolidated text has it."""
    assert made.program is not None, made.diagnostics
    stated = made.program.nodes[path].decl.requirement
    assert stated is not None
    return print_expression(stated.condition)


def codes(made: Compilation) -> list[str]:
    return [d.code for d in made.diagnostics if d.severity.value == "error"]


@pytest.mark.parametrize(
    ("amendments", "path", "stands"),
    [
        # A new node within the run: what was counted is counted, and no more.
        (
            f"{A}.②～④ を {A}.③～⑤ とする。\n{A}.① の次に次のように加える。\n  ② 「新」 1点",
            "推進.Ⅰ.(ⅰ).1.イ",
            "ア.①、ア.③、ア.④ のうち 2つ以上",
        ),
        # The run moves as a whole, and is one again.
        (
            f"{A}.①～④ を {A}.②～⑤ とする。\n{A}.② の前に次のように加える。\n  ① 「新」 1点",
            "推進.Ⅰ.(ⅰ).1.イ",
            "ア.②〜④ のうち 2つ以上",
        ),
        # Nodes change places within the run: it is the same run.
        (
            f"{A}.① を {A}.③ とし、{A}.③ を {A}.① とする。",
            "推進.Ⅰ.(ⅰ).1.イ",
            "ア.①〜③ のうち 2つ以上",
        ),
        # One of them changes places with one outside.
        (
            f"{A}.③ を {A}.④ とし、{A}.④ を {A}.③ とする。",
            "推進.Ⅰ.(ⅰ).1.イ",
            "ア.①、ア.②、ア.④ のうち 2つ以上",
        ),
        # What is above them moves, to another parent too.
        (
            f"{A} を 推進.Ⅰ.(ⅰ).3.ウ とする。\n推進.Ⅰ.(ⅰ).1.イ～エ を 推進.Ⅰ.(ⅰ).1.ア～ウ とする。",
            "推進.Ⅰ.(ⅰ).1.ア",
            "推進.Ⅰ.(ⅰ).3.ウ.①〜③ のうち 2つ以上",
        ),
        # The one who counts moves.
        (
            "推進.Ⅰ.(ⅰ).1.イ を 推進.Ⅰ.(ⅰ).3.ウ とする。\n推進.Ⅰ.(ⅰ).1.ウ～エ を 推進.Ⅰ.(ⅰ).1.イ～ウ とする。",
            "推進.Ⅰ.(ⅰ).3.ウ",
            "推進.Ⅰ.(ⅰ).1.ア.①〜③ のうち 2つ以上",
        ),
        # A range by its whole path, and more behind it.
        (
            f"{A}.②～④ を {A}.③～⑤ とする。\n{A}.① の次に次のように加える。\n  ② 「新」 1点",
            "推進.Ⅰ.(ⅰ).2.ア",
            f"{A}.①、{A}.③、{A}.④、推進.Ⅰ.(ⅰ).1.エ のうち 1つ以上",
        ),
        # A range that an amendment brings in holds what stands there at that moment.
        (
            f"推進.Ⅰ.(ⅰ).2.ウ の要件「イ のうち 人口 が 上位5割」を「{A}.①～④ のうち 1つ以上」に改める。\n"
            f"{A}.④ を {A}.⑤ とする。\n{A}.③ の次に次のように加える。\n  ④ 「新」 1点",
            "推進.Ⅰ.(ⅰ).2.ウ",
            f"{A}.①〜③、{A}.⑤ のうち 1つ以上",
        ),
        # A clause that is written anew reads the labels of then.
        (
            f"{A}.②～④ を {A}.③～⑤ とする。\n{A}.① の次に次のように加える。\n  ② 「新」 1点\n"
            "推進.Ⅰ.(ⅰ).1.イ を次のように改める。\n  イ 「B」 1点 要件 ア.①～③ のうち 2つ以上",
            "推進.Ⅰ.(ⅰ).1.イ",
            "ア.①〜③ のうち 2つ以上",
        ),
        # A single node.
        (
            f"{A} を 推進.Ⅰ.(ⅰ).1.イ とし、推進.Ⅰ.(ⅰ).1.イ を {A} とする。",
            "推進.Ⅰ.(ⅰ).1.ウ",
            "イ.④ かつ 該当",
        ),
    ],
    ids=[
        "inserted",
        "moved-as-a-whole",
        "swapped-within",
        "swapped-out",
        "parent-moved",
        "reader-moved",
        "whole-path",
        "amended-then-moved",
        "written-anew",
        "single",
    ],
)
def test_requirements_read_as_their_nodes_are_labelled_now(amendments: str, path: str, stands: str) -> None:
    """Whatever moves, and whoever comes between."""
    made = revised(amendments)
    assert requirement(made, path) == stands
    # The text of it stands alone.
    assert made.syntax is not None
    assert requirement(compiled(print_rulebook(made.syntax)), path) == stands


def test_what_is_left_out_of_a_score_is_held() -> None:
    """Lists in を除く, and the value of a 区分."""
    made = revised(
        f"{A} を 推進.Ⅰ.(ⅰ).1.イ とし、推進.Ⅰ.(ⅰ).1.イ を {A} とする。\n"
        "推進.Ⅰ.(ⅰ).3 を 推進.Ⅰ.(ⅰ).4 とし、推進.Ⅰ.(ⅰ).1 を 推進.Ⅰ.(ⅰ).3 とする。\n"
        "推進.Ⅰ.(ⅰ).2 の前に次のように加える。\n  指標 1 「新」 1点"
    )
    assert made.syntax is not None
    assert print_expression(made.syntax.classes[0].value) == "得点(推進.Ⅰ.(ⅰ).3)"
    text = print_rulebook(made.syntax)
    assert "他得点 = 得点(全体 から 推進.Ⅰ.(ⅰ).3.イ、推進.Ⅰ.(ⅰ).4 を除く)" in text


@pytest.mark.parametrize("gone", ["①", "②", "③"])
def test_a_node_that_is_counted_cannot_go(gone: str) -> None:
    """At either end of a range, and within it; one beside it can."""
    made = revised(f"{A}.{gone} を削る。")
    assert codes(made) == ["H614"]
    (told,) = made.diagnostics
    assert told.message == f"削った「{A}.{gone}」が、まだ使われています"


@pytest.mark.parametrize(
    "quoted", ["ア.①～③ のうち 2つ以上", "ア.①、ア.②、ア.③ のうち 2つ以上", "ア.③、ア.①～② のうち 2つ以上"]
)
@pytest.mark.parametrize("late", [True, False])
def test_a_range_is_quoted_by_what_it_counts(quoted: str, late: bool) -> None:
    """However it is spelled; and, where one of its nodes has just been taken away, by the labels that they had."""
    deletion = f"{A}.② を削る。\n"
    change = f"推進.Ⅰ.(ⅰ).1.イ の要件「{quoted}」を「ア.④」に改める。\n"
    other = "推進.Ⅰ.(ⅰ).2.ア の要件「推進.Ⅰ.(ⅰ).1.ア.①～③、推進.Ⅰ.(ⅰ).1.エ のうち 1つ以上」を削る。\n"
    made = revised(deletion + change + other if late else change + other + deletion)
    assert not [d for d in made.diagnostics if d.code.startswith("H6") and d.severity.value == "error"]


def test_a_range_that_no_longer_says_the_same_cannot_be_quoted_so() -> None:
    """After the new ② the words 「①～③」 mean another thing, and what stands there is shown."""
    made = revised(
        f"{A}.②～④ を {A}.③～⑤ とする。\n{A}.① の次に次のように加える。\n  ② 「新」 1点\n"
        "推進.Ⅰ.(ⅰ).1.イ の要件「ア.①～③ のうち 2つ以上」を「ア.④」に改める。"
    )
    (told,) = [d for d in made.diagnostics if d.severity.value == "error"]
    assert told.code == "H607"
    assert "「ア.①、ア.③、ア.④ のうち 2つ以上」" in told.message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ア.①～② のうち", "ア.①、ア.② のうち"),
        ("ア.①～③ のうち", "ア.①～②、ア.③ のうち"),
        ("ア.①～③ のうち", "ア.③、ア.②、ア.① のうち"),
        ("ア.①～③ のうち", "推進.Ⅰ.(ⅰ).1.ア.①～③ のうち"),
        ("ア.①～③ のうち", "推進.Ⅰ.(ⅰ).1.ア.①～推進.Ⅰ.(ⅰ).1.ア.③ のうち"),
    ],
)
def test_a_range_is_its_members(one: str, other: str) -> None:
    """To fingerprints and to whoever compares programs; what counts others differs."""
    texts = [BASE.replace("ア.①～③ のうち 2つ以上", f"{written} 2つ以上", 1) for written in (one, other)]
    first, second = (compiled(text) for text in texts)
    assert first.syntax is not None
    assert second.syntax is not None
    assert first.program is not None
    assert second.program is not None
    assert fingerprint(first.syntax).rules == fingerprint(second.syntax).rules
    path = "推進.Ⅰ.(ⅰ).1.イ"
    assert first.program.nodes[path].condition == second.program.nodes[path].condition
    more = compiled(BASE.replace("ア.①～③ のうち 2つ以上", "ア.①～④ のうち 2つ以上", 1))
    assert more.syntax is not None
    assert more.program is not None
    assert fingerprint(more.syntax).rules != fingerprint(first.syntax).rules
    assert more.program.nodes[path].condition != first.program.nodes[path].condition


def holds(program: Program) -> Counter[tuple[str, str]]:
    """Which node, by identity, reads which, and how often."""
    found: Counter[tuple[str, str]] = Counter()
    for node in program.nodes.values():
        if node.is_shared or node.condition is None:
            continue
        read = [part.path for part in conditions_in(node.condition) if isinstance(part, Met)]
        read += [path for v in values_in(node.condition) if isinstance(v, ScoreValue) for path in v.paths]
        found.update((node.identity, program.nodes[path].identity) for path in read)
    return found


def reread(book: RulebookFile) -> RulebookFile:
    """The rulebook as its own text says it."""
    made = compiled(print_rulebook(book)).syntax
    assert made is not None
    return made


@given(SEEDS)
def test_what_conditions_denote_changes_only_where_they_are_amended(seed: int) -> None:
    """Over several years of moves, swaps, ranges moved as wholes, insertions and deletions."""
    draw = random.Random(seed)
    # What is left of 全体 changes with all that is added.
    text, base = "", grow(seed, special=False, whole=False)
    for _ in range(3):
        before = resolve(base).program
        text = print_revision(structural_revision(base, draw))
        revision = read(Source("revision", text)).tree
        assert isinstance(revision, Revision)
        revised = revise(base, revision)
        errors = {d for d in revised.diagnostics if d.severity.value == "error"}
        if revised.rulebook is None:
            assert {d.code for d in errors} == {"H614"}, errors
            return
        resolved = [resolve(book) for book in (revised.rulebook, reread(revised.rulebook))]
        lost = {d.name for one in resolved for d in one.diagnostics if isinstance(d, UnknownName)}
        if lost:
            # A node was moved away from a name that it uses, which is told; what it says is then unknown.
            assert lost <= {local.name for node in before.nodes.values() for local in node.locals}
            return
        after, alone = (one.program for one in resolved)
        gone = {node.identity for node in before.nodes.values()} - {node.identity for node in after.nodes.values()}
        denoted = {pair: times for pair, times in holds(before).items() if pair[0] not in gone}
        assert holds(after) == holds(alone) == denoted
        matched = match(before, after)
        for old, new in matched.pairs():
            assert new.is_shared or same_condition(old.condition, new.condition, matched), new.path
        base = revised.rulebook


def meant(program: Program, path: str, written: str) -> str:
    """The path of what is written at a node: the nearest that has it below, seen outwards; else it is whole."""
    labels = path.split(".")
    above = [".".join(labels[:count]) for count in range(len(labels), 0, -1)]
    return next((found for one in above if (found := f"{one}.{written}") in program.nodes), written)


def readers(program: Program, path: str) -> Iterator[str]:
    """What refers to a node or one below it, from outside: by what a condition counts, or in a 得点 as written.

    What is left of 全体 refers to what is taken from it, and to nothing that remains. The year before has the paths of
    this year's text.
    """
    for node in program.nodes.values():
        if node.is_shared or f"{node.path}.".startswith(f"{path}."):
            continue
        named = [part.path for part in conditions_in(node.condition) if isinstance(part, Met)] if node.condition else []
        scores = [s for s in walk_parts((node.decl.requirement, node.decl.definitions)) if isinstance(s, Score)]
        written = [".".join(part.labels) for part in walk_parts(tuple(scores)) if isinstance(part, PathRef)]
        named += [meant(program, node.path, one) for one in written]
        if any(f"{one}.".startswith(f"{path}.") for one in named):
            yield node.path


@given(SEEDS)
def test_a_node_can_go_unless_another_reads_it(seed: int) -> None:
    """H614 where a condition, a range that it stands in, or a definition that remains refers to it; else none."""
    base = grow(seed)
    program = resolve(base).program
    paths = [path for path, node in program.nodes.items() if node.parent and not node.is_shared]
    path = random.Random(seed).choice(paths)
    line = BaseLine(base.header.year, base.header.scope, NOWHERE)
    header = evolve(base.header, year="令和7年度")
    deletion = Amendment(Delete(PathRef(tuple(path.split(".")), NOWHERE)), NOWHERE)
    found = revise(base, Revision(header, line, None, (deletion,)))
    # 支援.Ⅰ is the same as 推進.Ⅰ.
    read = any(readers(program, path)) or (path == "推進.Ⅰ" and "支援" in program.nodes)
    assert ("H614" in {d.code for d in found.diagnostics}) == read
