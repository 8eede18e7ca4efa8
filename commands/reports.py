"""Commands that make pages: report score, diff."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from haiten.commands.app import (
    BaseFile,
    CutoffFile,
    FactPaths,
    MemberRulesFile,
    Parameters,
    ReadingOptions,
    RuleFile,
    app,
    previous_reading,
    reading,
)
from haiten.commands.common import about_line, compile_rules, score_with, stderr
from haiten.commands.forms.reports import REPORT_DIFF, REPORT_SCORE
from haiten.commands.populations import population_of, years_before
from haiten.commands.years import same_scope, tell_past
from haiten.scoring.reading.how import name_of

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
    f" {REPORT_SCORE.usage} [--cutoffs FILE] [--set 名前=値…] [--base BASE]"
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
    set_: Parameters = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    how: ReadingOptions = None,
) -> int:
    """1団体の得点のページ: 2ページの表紙（順位、強み、弱み、動き、次にすること）と、全指標の理由・根拠・出典・改正。"""
    way = REPORT_SCORE.way(as_, to)
    if way is None:
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
    before = years_before(population, [previous] if previous else [], [], previous_reading(how), rest=False)
    if before is None:
        return 1
    from haiten.comparison.history import years_of
    from haiten.reports.score_page import ScoredBody

    old = before[0] if before else None
    notes = scores.notes(name_of(facts))
    if old is not None and previous is not None:
        notes += old.population.scores.notes(str(previous[1]))
    files = [Path(name).name for name in (*facts, *(previous[1:] if previous else ()))]
    years = years_of(rulebook.compilation, file)
    with stderr().status("ページを作っています…"):
        return way.out(ScoredBody(population, old, years, about_line(scores), notes, tuple(files)))


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
