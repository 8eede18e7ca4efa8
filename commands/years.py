"""Commands about two years: diff, history, impact, why."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from attrs import evolve
from cyclopts import Parameter

from haiten.commands.app import (
    AsJson,
    BaseFile,
    CsvSafe,
    FactPaths,
    Parameters,
    PreviousFile,
    ReadingOptions,
    RuleFile,
    app,
    previous_reading,
    reading,
)
from haiten.commands.common import (
    chosen_bodies,
    compile_rules,
    find_path,
    score_with,
    stderr,
)
from haiten.commands.completing import nodes_of_file
from haiten.commands.forms.made import MovedPoints
from haiten.commands.forms.way_out import WayOut
from haiten.commands.forms.years import DIFF, DIFF_OF_ALLOCATIONS, HISTORY, IMPACT, WHY
from haiten.commands.recording import RECORD_USAGE, BasedOnRecords, RecordFile, SignKey, recorder_for
from haiten.scoring.reading.how import FactFiles, HowToRead, name_of

if TYPE_CHECKING:
    from haiten.comparison.diff import Diff
    from haiten.comparison.match import Match
    from haiten.comparison.why import ScoredYear
    from haiten.scoring.reading.read_facts import FactsRead
    from haiten.scoring.rulebook import Rulebook

OldFile = Annotated[Path, Parameter(name="OLD", help="前の評価指標（か配分）のファイル。")]
NewFile = Annotated[Path, Parameter(name="NEW", help="後の評価指標（改正のファイルでもよい）か配分のファイル。")]


@app.command(usage="", help_prologue=f"使い方: haiten diff OLD NEW {DIFF.usage} [--json]")
def diff(
    old: OldFile,
    new: NewFile,
    /,
    *,
    as_: Annotated[str | None, DIFF.as_] = None,
    to: Annotated[list[Path] | None, DIFF.to] = None,
    json: AsJson = False,
) -> int:
    """2つの年度の評価指標を、項目の同一性によって比べる。書き方や注釈の違いは変更としない。配分どうしも比べられる。"""
    way = DIFF.way(as_, to, json=json)
    if way is None:
        return 2
    before, after = compile_rules(old, money=True), compile_rules(new, money=True)
    if before is None or after is None or not _same_kind(before, after):
        return 1
    if not same_scope(before, after):
        return 1
    if before.program.allocation is not None:
        return _diff_allocations(before, after, way)
    from haiten.comparison.diff import diff as compare

    if "amendment" in way.words:
        from haiten.compiler.syntax.years import western_year

        if western_year(before.program.year) >= western_year(after.program.year):
            stderr().print("改める文は、前の年度から後の年度への変更についてだけ作れます", soft_wrap=True)
            return 1
    found = compare(before, after)
    tell_past(found.matched)
    return way.out(found)


def tell_past(matched: "Match") -> None:
    """Tell of pasts that cannot be."""
    from haiten.comparison.past import check_past
    from haiten.views.diagnostics import print_diagnostics

    print_diagnostics(stderr(), tuple(check_past(matched)))


def same_scope(before: "Rulebook", after: "Rulebook") -> bool:
    """Whether both are for the same bodies; tells where they are not."""
    same = before.program.scope == after.program.scope
    if not same:
        stderr().print(f"対象が違います: {before.program.scope} と {after.program.scope}", soft_wrap=True)
    return same


def _same_kind(before: "Rulebook", after: "Rulebook") -> bool:
    """Whether both are rulebooks, or both allocations; tells where they are not."""
    same = (before.program.allocation is None) == (after.program.allocation is None)
    if not same:
        stderr().print("配分のファイルは、配分のファイルとだけ比べられます")
    return same


def _diff_allocations(before: "Rulebook", after: "Rulebook", way: WayOut["Diff"]) -> int:
    """Print the difference of two allocations, or write it to files; the exit status."""
    if not way.words <= set(DIFF_OF_ALLOCATIONS.words):
        words = "、".join(f"「--as {word}」" for word in DIFF_OF_ALLOCATIONS.words)
        stderr().print(f"配分どうしの違いは{words}で示します")
        return 2
    from haiten.comparison.allocation import diff_allocations

    return way.by(DIFF_OF_ALLOCATIONS).out(diff_allocations(before.program, after.program))


@app.command(
    usage="", help_prologue=f"使い方: haiten history FILE PATH {HISTORY.usage} [--csv-safe] [--json] [--base BASE]"
)
def history(
    file: RuleFile,
    path: Annotated[
        str,
        Parameter(
            name="PATH",
            help="たどる項目（例: 支援.Ⅱ.(ⅰ).1）。無くなった項目でもよい。",
            completer=nodes_of_file,
        ),
    ],
    /,
    *,
    as_: Annotated[str | None, HISTORY.as_] = None,
    to: Annotated[list[Path] | None, HISTORY.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
    base: BaseFile = None,
) -> int:
    """1つの項目を年度をさかのぼってたどり、番号・配点・文と、変わった理由を表示する。"""
    from haiten.comparison.history import trace_history, years_of

    way = HISTORY.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    rulebook = compile_rules(file, base)
    if rulebook is None:
        return 1
    years = years_of(rulebook.compilation, file)
    known = {name: None for year in years if year.program for name in year.program.nodes}
    found = find_path(known, path)
    traced = trace_history(years, found) if found is not None else None
    return 1 if traced is None else way.out(traced)


@app.command(
    usage="",
    help_prologue="使い方: haiten impact OLD NEW FACTS… [--body CODE]"
    f" {IMPACT.usage} [--csv-safe] [--json]"
    " [--previous PREV] [--set 名前=値…]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS]"
    f" {RECORD_USAGE}",
)
def impact(
    old: OldFile,
    new: NewFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを、項目ごとに表示する。")] = None,
    as_: Annotated[str | None, IMPACT.as_] = None,
    to: Annotated[list[Path] | None, IMPACT.to] = None,
    csv_safe: CsvSafe = False,
    json: AsJson = False,
    previous: PreviousFile = None,
    set_: Parameters = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """前の年度の事実を両方の年度の規則で採点し、誰がどの項目で得をし損をするかを表示する。配分のファイルどうしなら、円でも比べる。

    --set は NEW の定数や予算を置き換える。
    """
    from haiten.views.diagnostics import print_diagnostics

    way = IMPACT.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    before = compile_rules(old, money=True)
    after = compile_rules(new, parameters=tuple(set_ or ()), money=True)
    if before is None or after is None or not _same_kind(before, after):
        return 1
    asked = reading(how)
    # Where the old rulebook asks for none, they are those of the year before the new one.
    cutoffs = asked.previous_cutoffs if not before.program.figures and after.program.figures else None
    read = _facts_for(before, facts, previous, asked if cutoffs is None else evolve(asked, previous_cutoffs=None))
    print_diagnostics(stderr(), read.diagnostics)
    if read.facts is None:
        return 1
    if not len(read.facts.bodies):
        stderr().print(f"{name_of(facts)} に団体がありません", soft_wrap=True)
        return 1
    if read.facts.points:
        stderr().print("別の規則でも採点するので、得点の CSV ではなく、答えと値のある事実ファイルを渡してください")
        return 1
    from haiten.comparison.impact import impact as compare

    if cutoffs is not None:
        told = after.read_figures(cutoffs)
        print_diagnostics(stderr(), told.diagnostics)
        if told.figures is None:
            return 1
    with stderr().status("両方の規則で採点しています…"):
        found = compare(before, after, read.facts, cutoffs)
    tell_past(found.matched)
    chosen = chosen_bodies(found.old, facts, body) if body is not None else []
    if chosen is None:
        return 1
    # An allocation may read no points, or only its own figures may have changed.
    points = found.money is None or (bool(after.program.nodes) and before.fingerprint.rules != after.fingerprint.rules)
    made = MovedPoints(found, chosen[0] if chosen else None, points)
    return recorder.out(way, IMPACT, made, len(read.facts.bodies))


def _facts_for(rulebook: "Rulebook", facts: FactFiles, previous: Path | None, how: HowToRead) -> "FactsRead":
    """The facts of a file, with what an allocation reads besides."""
    if rulebook.program.allocation is None:
        from haiten.views.console.terminal import track

        return rulebook.read_facts(facts, track, how)
    from haiten.allocation.tables import read_for_allocation

    read = read_for_allocation(facts, rulebook.program, rulebook.fingerprint.rules, previous, how=how)
    return rulebook.add_all(read, name_of(facts), how)


@app.command(
    usage="",
    help_prologue="使い方: haiten why OLD OLD_FACTS NEW NEW_FACTS [--body CODE]"
    f" {WHY.usage} [--csv-safe] [--json]"
    " [--old-cutoffs FILE] [--new-cutoffs FILE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE] [--members FACTS]",
)
def why(
    old: OldFile,
    old_facts: Annotated[Path, Parameter(name="OLD_FACTS", help="前の年度の事実ファイル（か戻った調査票）。")],
    new: NewFile,
    new_facts: Annotated[Path, Parameter(name="NEW_FACTS", help="後の年度の事実ファイル（か戻った調査票）。")],
    /,
    *,
    body: Annotated[str | None, Parameter(help="団体コード。省けるのは、事実ファイルが1団体のとき。")] = None,
    as_: Annotated[str | None, WHY.as_] = None,
    to: Annotated[list[Path] | None, WHY.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
    old_cutoffs: Annotated[
        Path | None, Parameter(name="--old-cutoffs", help="前の年度の全国の段の境の値（JSON）。")
    ] = None,
    new_cutoffs: Annotated[
        Path | None, Parameter(name="--new-cutoffs", help="後の年度の全国の段の境の値（JSON）。")
    ] = None,
    how: ReadingOptions = None,
) -> int:
    """1団体の2つの年度の得点の差を、規則の改正・他団体の順位・示された判定・自団体の値・自団体の回答に、ちょうど分ける。

    この順に1つずつ前の年度から後の年度へ移して採点する。順序で変わる分も示す。
    """
    way = WHY.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    before, after = compile_rules(old), compile_rules(new)
    if before is None or after is None or not same_scope(before, after):
        return 1
    now = _side(after, new_facts, new_cutoffs, reading(how), body)
    if now is None:
        return 1
    code = now.scores.bodies[now.body].code
    then = _side(before, old_facts, old_cutoffs, previous_reading(how), code)
    if then is None:
        return 1
    if (then.stored is None) != (now.stored is None):
        year, option = (then, "--old-cutoffs") if then.stored is None else (now, "--new-cutoffs")
        if year.scores.in_part:
            words = f"段の境の値は、両方の年度のものが要ります（{year.scores.program.year}の「{option}」がありません）"
            stderr().print(words, soft_wrap=True)
            return 2
    from haiten.comparison.why import why as compare

    with stderr().status("途中の状態を採点しています…"):
        found = compare(then, now)
        found.order_counts(found.whole)
    tell_past(found.matched)
    return way.out(found)


def _side(
    rulebook: "Rulebook", facts: Path, cutoffs: Path | None, how: HowToRead, code: str | None
) -> "ScoredYear | None":
    """A year with the body; None, with a word on stderr, where something is missing."""
    scores = score_with(rulebook, facts, cutoffs, how)
    if scores is None:
        return None
    if scores.run.facts.points:
        stderr().print(f"{facts}: 得点の表ではなく、答えと値のある事実ファイルを渡してください", soft_wrap=True)
        return None
    if code is None and len(scores.bodies) > 1:
        stderr().print(
            f"{facts} には{len(scores.bodies):,}団体があります。「--body 団体コード」を指定してください", soft_wrap=True
        )
        return None
    chosen = chosen_bodies(scores, facts, code)
    if chosen is None:
        return None
    from haiten.comparison.why import ScoredYear

    return ScoredYear(scores, chosen[0], None if cutoffs is None else rulebook.read_cutoffs(cutoffs).stored)
