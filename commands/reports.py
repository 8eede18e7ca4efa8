"""Commands that make pages: report score, rulebook, diff, stats, allocation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter
from cyclopts.validators import Number

from haiten.commands.app import (
    BaseFile,
    CutoffFile,
    FactPaths,
    MemberRulesFile,
    Parameters,
    PreviousFile,
    ReadingOptions,
    RuleFile,
    UnknownAsNone,
    app,
    previous_reading,
    reading,
)
from haiten.commands.common import (
    about_line,
    allocate_bodies,
    chosen_bodies,
    compile_allocation,
    compile_rules,
    score_facts,
    score_with,
    stderr,
)
from haiten.commands.forms.reports import (
    REPORT_ALLOCATION,
    REPORT_DIFF,
    REPORT_RULEBOOK,
    REPORT_SCORE,
    REPORT_STATS,
)
from haiten.commands.money import AllocationPath, FactsOrScores
from haiten.commands.populations import population_of, years_before
from haiten.commands.years import same_scope, tell_past
from haiten.scoring.reading.how import name_of

if TYPE_CHECKING:
    from haiten.comparison.why import Why
    from haiten.scoring.rulebook import Rulebook
    from haiten.tabulation.population.population import Before, Population

report: Final = App(
    name="report",
    help="読み、さがし、印刷して配れる、1ファイルのページを作る。",
    usage="",
    help_prologue="使い方: haiten report ページ [引数…] [オプション…]",
)
report["--help"].help = app["--help"].help
app.command(report)


@report.command(
    name="score",
    usage="",
    help_prologue="使い方: haiten report score FILE FACTS… [--body CODE] [--previous FILE FACTS]"
    f" {REPORT_SCORE.usage} [--cutoffs FILE] [--old-cutoffs FILE] [--set 名前=値…] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--members FACTS] [--member-rules FILE]",
)
def report_score(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str | None, Parameter(help="団体コード。事実が1団体なら省ける。")] = None,
    previous: Annotated[
        tuple[Path, Path] | None,
        Parameter(help="前の年度の評価指標と事実。前年度の得点と判定を横に示し、動いた指標を挙げる。"),
    ] = None,
    as_: Annotated[str | None, REPORT_SCORE.as_] = None,
    to: Annotated[list[Path] | None, REPORT_SCORE.to] = None,
    cutoffs: CutoffFile = None,
    old_cutoffs: Annotated[
        Path | None, Parameter(name="--old-cutoffs", help="前の年度の全国の段の境の値（JSON）。")
    ] = None,
    set_: Parameters = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    how: ReadingOptions = None,
) -> int:
    """1団体の得点のページ: 2ページの表紙（順位、強み、弱み、動き、次にすること）と、全指標の理由・根拠・出典・改正。"""
    way = REPORT_SCORE.way(as_, to)
    if way is None:
        return 2
    if old_cutoffs is not None and previous is None:
        stderr().print("--old-cutoffs は、--previous とともに使います")
        return 2
    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()), members=member_rules)
    scores = None if rulebook is None else score_with(rulebook, facts, cutoffs, reading(how))
    if rulebook is None or scores is None:
        return 1
    if body is None and len(scores.bodies) > 1:
        stderr().print(f"{name_of(facts)} に{len(scores.bodies):,}団体あります。--body で1団体を選んでください")
        return 2
    population = population_of(scores, facts, [], body)
    if population is None:
        return 1
    files = [previous] if previous else []
    before = years_before(population, files, [], previous_reading(how), rest=False, cutoffs=old_cutoffs)
    if before is None:
        return 1
    from haiten.comparison.history import years_of
    from haiten.reports.score_page import ScoredBody

    old = before[0] if before else None
    notes = scores.notes(name_of(facts))
    if old is not None and previous is not None:
        notes += old.population.scores.notes(str(previous[1]))
    names = tuple(Path(name).name for name in (*facts, *(previous[1:] if previous else ())))
    years = years_of(rulebook.compilation, file)
    with stderr().status("ページを作っています…"):
        why = None if old is None else _why(population, old, rulebook, cutoffs, previous, old_cutoffs)
        return way.out(ScoredBody(population, old, years, about_line(scores), notes, names, why))


def _why(
    population: "Population",
    before: "Before",
    rulebook: "Rulebook",
    cutoffs: Path | None,
    previous: tuple[Path, Path] | None,
    old_cutoffs: Path | None,
) -> "Why | None":
    """The difference of two years in its parts; None where one of them has no answers and values of the body."""
    from haiten.comparison.why import ScoredYear, why
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.tabulation.population.years import place_in

    place, then = place_in(before, population), before.population.scores
    if place is None or population.body is None or previous is None:
        return None
    if population.scores.run.facts.points or then.run.facts.points:
        return None  # points that were given have no parts
    old = None if old_cutoffs is None else compile_rulebook(previous[0], None, ()).read_cutoffs(old_cutoffs).stored
    new = None if cutoffs is None else rulebook.read_cutoffs(cutoffs).stored
    return why(ScoredYear(then, place, old), ScoredYear(population.scores, population.body, new))


@report.command(
    name="rulebook",
    usage="",
    help_prologue=f"使い方: haiten report rulebook FILE {REPORT_RULEBOOK.usage} [--base BASE]",
)
def report_rulebook(
    file: RuleFile,
    /,
    *,
    as_: Annotated[str | None, REPORT_RULEBOOK.as_] = None,
    to: Annotated[list[Path] | None, REPORT_RULEBOOK.to] = None,
    base: BaseFile = None,
) -> int:
    """1つの年度の評価指標のページ: 条文、要件、出典と確かさ、年度をさかのぼる移り変わり、事実。さがし、絞れる。"""
    way = REPORT_RULEBOOK.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_rules(file, base)
    if rulebook is None:
        return 1
    from haiten.comparison.history import years_of

    return way.out(years_of(rulebook.compilation, file))


@report.command(name="diff", usage="", help_prologue=f"使い方: haiten report diff OLD NEW {REPORT_DIFF.usage}")
def report_diff(
    old: Annotated[Path, Parameter(name="OLD", help="前の評価指標のファイル。")],
    new: Annotated[Path, Parameter(name="NEW", help="後の評価指標のファイル（改正のファイルでもよい）。")],
    /,
    *,
    as_: Annotated[str | None, REPORT_DIFF.as_] = None,
    to: Annotated[list[Path] | None, REPORT_DIFF.to] = None,
) -> int:
    """2つの年度の新旧対照表のページ（「diff --as html」と同じもの）: 種類や言葉で絞れる対照表、配点の動き、意味。"""
    way = REPORT_DIFF.way(as_, to)
    if way is None:
        return 2
    before, after = compile_rules(old), compile_rules(new)
    if before is None or after is None or not same_scope(before, after):
        return 1
    from haiten.comparison.diff import diff

    found = diff(before, after)
    tell_past(found.matched)
    return way.out(found)


@report.command(
    name="stats",
    usage="",
    help_prologue="使い方: haiten report stats FILE FACTS… [--by 都道府県|区分|属性 …] [--previous FILE FACTS …]"
    f" [--top N] [--rest] {REPORT_STATS.usage} [--cutoffs FILE] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--members FACTS] [--member-rules FILE]",
)
def report_stats(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    by: Annotated[list[str] | None, Parameter(help="表で団体を分ける列（「stats --by」と同じ）。いくつでも。")] = None,
    previous: Annotated[
        list[tuple[Path, Path]] | None, Parameter(help="前の年度の評価指標と事実。いくつでも。")
    ] = None,
    top: Annotated[int, Parameter(help="「上位」の表に、何位までの団体を数えるか。", validator=Number(gte=1))] = 10,
    rest: Annotated[
        bool, Parameter(negative=(), help="どの区分にも入らない団体（記載なしなど）も、1つの区分として示す。")
    ] = False,
    as_: Annotated[str | None, REPORT_STATS.as_] = None,
    to: Annotated[list[Path] | None, REPORT_STATS.to] = None,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    how: ReadingOptions = None,
) -> int:
    """全団体の集計のページ: 得点の分布、都道府県の地図、都道府県×指標群の濃淡の表、「stats」の全ての表。"""
    way = REPORT_STATS.way(as_, to)
    if way is None:
        return 2
    scores = score_facts(file, facts, cutoffs, base, reading(how), members=member_rules)
    population = population_of(scores, facts, by or [], None, rest=rest)
    if scores is None or population is None:
        return 1
    before = years_before(population, previous or [], by or [], previous_reading(how), rest=rest)
    if before is None:
        return 1
    from haiten.compiler.program.fact_columns import PREFECTURE
    from haiten.reports.stats_page import CountedNation
    from haiten.tabulation.population.groups import group_by
    from haiten.tabulation.tables.report import make_report
    from haiten.views.console.terminal import track

    found = make_report(population, before, None, track, top)
    prefectures = group_by(scores, PREFECTURE)
    shown = None if prefectures is None else prefectures.without_rest()
    notes = scores.notes(name_of(facts))
    files = [Path(name).name for name in (*facts, *(given for _, given in previous or ()))]
    return way.out(CountedNation(found, shown, about_line(scores), notes, tuple(files)))


@report.command(
    name="allocation",
    usage="",
    help_prologue="使い方: haiten report allocation FILE FACTS… [--previous PREV] [--body CODE] [--set 名前=値…]"
    f" [--unknown-as-none] {REPORT_ALLOCATION.usage} [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
def report_allocation(
    file: AllocationPath,
    facts: FactsOrScores,
    /,
    *,
    previous: PreviousFile = None,
    body: Annotated[
        str | None, Parameter(help="この団体コードの団体の交付額を、1円までの理由とともに先に示す。")
    ] = None,
    set_: Parameters = None,
    unknown_as_none: UnknownAsNone = False,
    as_: Annotated[str | None, REPORT_ALLOCATION.as_] = None,
    to: Annotated[list[Path] | None, REPORT_ALLOCATION.to] = None,
    base: BaseFile = None,
    how: ReadingOptions = None,
) -> int:
    """予算から配分へ、配分から団体ごとの1円までのページ。"""
    way = REPORT_ALLOCATION.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_allocation(file, base, tuple(set_ or ()))
    if rulebook is None:
        return 1
    allocated = allocate_bodies(rulebook, facts, previous, reading(how), assume=unknown_as_none)
    chosen = None if allocated is None else chosen_bodies(allocated.scores, facts, body)
    if allocated is None or chosen is None:
        return 1
    from haiten.reports.allocation_page import DividedMoney

    files = [Path(name).name for name in (*facts, *([previous] if previous is not None else []))]
    return way.out(DividedMoney(allocated, chosen[0] if body is not None else None, tuple(files)))
