"""Commands about many bodies, and one among them: stats, gaps."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from haiten.commands.app import (
    AsJson,
    BaseFile,
    CsvSafe,
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
from haiten.commands.common import about_line, score_facts, stderr
from haiten.commands.forms.made import CountedBodies, HandedOut, Lacking
from haiten.commands.forms.results import GAPS, HANDOUT, STATS
from haiten.commands.populations import population_of, years_before
from haiten.commands.recording import RECORD_USAGE, BasedOnRecords, RecordFile, SignKey, recorder_for
from haiten.scoring.reading.how import FactFiles, HowToRead, name_of

if TYPE_CHECKING:
    from haiten.commands.forms.way_out import WayOut
    from haiten.scoring.running.scores import Scores

TableName = Literal[
    "平均点",
    "指標群別",
    "指標別",
    "順位",
    "管内比較",
    "管内目標別",
    "上位",
    "下回る団体",
    "達成項目",
    "該当率",
    "分布",
    "見直し候補",
]
_FEW = 30
_SIZE = "規模"
_ONE_TABLE = "「--table 表の名」"


@app.command(
    usage="",
    help_prologue="使い方: haiten stats FILE FACTS… [--by 都道府県|区分|属性 …] [--previous FILE FACTS …] [--body CODE]"
    f" [--prefecture 都道府県] [--table 表] [--top N] [--rest] {STATS.usage} [--csv-safe] [--json] [--cutoffs FILE]"
    " [--base BASE] [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]"
    f" {RECORD_USAGE}",
)
def stats(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    by: Annotated[
        list[str] | None,
        Parameter(
            help="団体を分ける列: 都道府県、評価指標の区分、事実ファイルの「属性.」の列。"
            "いくつでも（全国と全ての区分を1つの表に並べる）。"
        ),
    ] = None,
    previous: Annotated[
        list[tuple[Path, Path]] | None,
        Parameter(help="前の年度の評価指標と事実。得点・順位・該当率を比べる。いくつでも（3年分を並べるなど）。"),
    ] = None,
    body: Annotated[
        str | None, Parameter(help="この団体コードの団体を、全国とその団体の属する区分（省くと都道府県）に照らす。")
    ] = None,
    table: Annotated[
        TableName | None,
        Parameter(
            help="この表だけを全行書く: 平均点、指標群別、指標別、順位、管内比較（--members と）、管内目標別"
            "（--members、--body と）、上位、下回る団体、達成項目、該当率、分布、見直し候補。"
        ),
    ] = None,
    top: Annotated[int, Parameter(help="「上位」の表に、何位までの団体を数えるか。", validator=Number(gte=1))] = 10,
    prefecture: Annotated[
        str | None,
        Parameter(
            help="この都道府県が市町村に配る分析のブックを「--to 分析.xlsx」に書く: 概要、図、指標と項目の一覧、"
            "市町村ごとのシート。"
            "--by（省くと、あれば「規模」）の平均も並べ、--previous（1つ）で前の年度と比べる。"
        ),
    ] = None,
    rest: Annotated[
        bool, Parameter(negative=(), help="どの区分にも入らない団体（記載なしなど）も、1つの区分として示す。")
    ] = False,
    as_: Annotated[str | None, STATS.as_] = None,
    to: Annotated[list[Path] | None, STATS.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """全団体の得点を集計する: 配点・全国平均・得点率、区分ごとの平均、指標別、順位、達成項目数、該当率、分布。"""
    way = STATS.way(as_, to, json=json, safe=csv_safe, many=_ONE_TABLE if table is None else None)
    other = "--record" if record is not None else table or body
    if way is None or (prefecture is not None and not _can_hand_out(way, other, previous or [])):
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    if prefecture is not None:
        scores = score_facts(file, facts, cutoffs, base, reading(how), members=member_rules)
        made = (
            None if scores is None else _handout(scores, facts, prefecture, by, previous or [], previous_reading(how))
        )
        return 1 if made is None else way.by(HANDOUT).out(made)
    population = population_of(
        score_facts(file, facts, cutoffs, base, reading(how), members=member_rules), facts, by or [], body, rest=rest
    )
    if population is None:
        return 1
    before = years_before(population, previous or [], by or [], previous_reading(how), rest=rest)
    if before is None:
        return 1
    from haiten.tabulation.tables.report import make_report, why_no_table
    from haiten.views.console.terminal import track

    report = make_report(population, before, table, track, top)
    if not report.tables:
        assert table is not None
        stderr().print(f"「{table}」の表は作れません。{why_no_table(population, table)}", soft_wrap=True)
        return 1
    if population.nation is None:
        stderr().print(f"注記: {population.unknown_nation}", soft_wrap=True)
    counted = CountedBodies(report, about_line(population.scores), None if table else _FEW)
    return recorder.out(way, STATS, counted, len(population.scores.bodies))


def _can_hand_out(way: "WayOut[CountedBodies]", other: str | None, previous: "Sequence[tuple[Path, Path]]") -> bool:
    """Whether the options fit the book of a prefecture; tells where they do not."""
    if way.words != {"xlsx"}:
        stderr().print("「--prefecture」は Excel のブックを書きます。「--to 分析.xlsx」を指定してください")
    elif other is not None:
        stderr().print("「--prefecture」は、「--body」「--table」「--record」と一緒には使えません")
    elif len(previous) > 1:
        stderr().print("「--prefecture」では、「--previous」は1つだけ指定できます")
    else:
        return True
    return False


def _handout(
    scores: "Scores",
    facts: FactFiles,
    prefecture: str,
    by: "Sequence[str] | None",
    previous: "Sequence[tuple[Path, Path]]",
    how: HowToRead,
) -> "HandedOut | None":
    """What a prefecture hands out; None, with a word on stderr, where something is missing."""
    from haiten.compiler.program.fact_columns import PREFECTURE
    from haiten.compiler.suggest import nearest
    from haiten.compiler.syntax.scope import PREFECTURES
    from haiten.tabulation.population.groups import group_by
    from haiten.tabulation.tables.handout import Handout

    if scores.program.scope.bodies == PREFECTURES:
        stderr().print("「--prefecture」は、市町村の評価指標で使います（都道府県の評価指標です）", soft_wrap=True)
        return None
    groups = group_by(scores, PREFECTURE)
    known = () if groups is None else groups.without_rest().names
    if prefecture not in known:
        suggestion = nearest(prefecture, known)
        hint = f"もしかして: {suggestion}" if suggestion else f"あるもの: {'、'.join(known[:47]) or 'なし'}"
        stderr().print(f"{name_of(facts)}: 都道府県「{prefecture}」の団体はありません（{hint}）", soft_wrap=True)
        return None
    wanted = by if by is not None else [_SIZE] if group_by(scores, _SIZE) is not None else []
    names = [PREFECTURE, *(name for name in wanted if name != PREFECTURE)]
    population = population_of(scores, facts, names, None)
    if population is None:
        return None
    before = years_before(population, previous, [PREFECTURE], how, rest=False)
    if before is None:
        return None
    if population.nation is None:
        stderr().print(f"注記: {population.unknown_nation}", soft_wrap=True)
    return HandedOut(Handout(population, before[0] if before else None, prefecture), about_line(scores))


@app.command(
    usage="",
    help_prologue="使い方: haiten gaps FILE FACTS… --body CODE"
    f" {GAPS.usage} [--csv-safe] [--json]"
    " [--set 名前=値…] [--cutoffs FILE] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]"
    f" {RECORD_USAGE}",
)
def gaps(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str, Parameter(help="団体コード。")],
    as_: Annotated[str | None, GAPS.as_] = None,
    to: Annotated[list[Path] | None, GAPS.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
    cutoffs: CutoffFile = None,
    set_: Parameters = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """1団体がどこで点を失っているかを、取り戻すのに要ること（取組、値の差、順位の差）とともに、易しい順に示す。"""
    way = GAPS.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    population = population_of(
        score_facts(file, facts, cutoffs, base, reading(how), set_, member_rules), facts, [], body
    )
    if population is None or population.body is None:
        return 1
    from haiten.tabulation.gaps.gaps import find_gaps

    found = find_gaps(population.scores, population.body)
    made = Lacking(found, about_line(population.scores))
    return recorder.out(way, GAPS, made, len(population.scores.bodies))
