"""Commands that try what would be: other facts of one body, other points for all."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

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
    reading,
)
from haiten.commands.common import (
    about_line,
    chosen_bodies,
    score_facts,
    stderr,
)
from haiten.commands.forms.made import Altered, Swept
from haiten.commands.forms.results import SWEEP, WHATIF
from haiten.commands.recording import RECORD_USAGE, BasedOnRecords, RecordFile, SignKey, recorder_for

if TYPE_CHECKING:
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.running.scores import Scores
    from haiten.tabulation.simulation.scenarios import ScenariosRead
    from haiten.tabulation.simulation.sweep import Sweep

SweepTableName = Literal["シナリオ", "順位の動き", "団体"]
_FEW = 20
_TRIAL_WITH_CUTOFFS = (
    "定数を変えるときは「--cutoffs」を使えません（段の境の値は元の定数で採点したもので、定数を変えた後の境は分かりません）。"
    "全団体の事実ファイルを渡してください"
)


@app.command(
    usage="",
    help_prologue="使い方: haiten whatif FILE FACTS… --body CODE --set 名=値 [--set 名=値 …]"
    f" {WHATIF.usage} [--csv-safe] [--json]"
    " [--cutoffs FILE] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]",
)
def whatif(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str, Parameter(help="団体コード。")],
    set_: Annotated[
        list[str],
        Parameter(
            name="--set",
            help="変えること。項目のパス=○（×、不明）、事実の名=数、所与.項目のパス=該当（非該当、不明）、"
            "定数の名=値（全団体に効く）。いくつでも。",
        ),
    ],
    as_: Annotated[str | None, WHATIF.as_] = None,
    to: Annotated[list[Path] | None, WHATIF.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    how: ReadingOptions = None,
) -> int:
    """1団体の回答や事実、又は定数を変えて全団体を採点し直し、得点・順位の前後と、点が変わる項目をその理由とともに示す。"""
    way = WHATIF.way(as_, to, json=json, safe=csv_safe, many="")
    if way is None:
        return 2
    scores = score_facts(file, facts, cutoffs, base, reading(how), members=member_rules)
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    from haiten.tabulation.simulation.whatif import altered, compare, read_settings, settings_of_constants
    from haiten.views.diagnostics import print_diagnostics

    constants, others = settings_of_constants(set_, scores.program)
    if constants and cutoffs is not None:
        stderr().print(_TRIAL_WITH_CUTOFFS, soft_wrap=True)
        return 1
    given = read_settings(others, scores.program, scores.bodies[chosen[0]].code)
    print_diagnostics(stderr(), given.diagnostics)
    rulebook = _tried(file, base or member_rules, constants)
    if given.facts is None or rulebook is None:
        return 1
    facts_now, changed = scores.run.facts, sorted(given.facts.numbers)
    for name in changed:
        if name not in facts_now.members and name not in facts_now.figures:
            continue
        option = "--members" if name in facts_now.members else "--previous-cutoffs"
        made = "の市町村から計算した" if name in facts_now.members else "から読んだ"
        words = f"「{name}」は {option} {made}値なので、変えられません"
        stderr().print(f"{words}。{option} を渡さず、事実ファイルの列にすれば変えられます", soft_wrap=True)
        return 1
    with stderr().status("採点し直しています…"):
        after = rulebook.score(altered(scores.run.facts, chosen[0], given.facts), cutoffs)
    return way.out(Altered(compare(scores, after, chosen[0], given.facts), about_line(after)))


def _tried(file: Path, base: Path | None, constants: "list[str]") -> "Rulebook | None":
    """The rulebook with other 定数; None, with what is wrong on stderr. What it said already is not said again."""
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views.diagnostics import print_diagnostics

    rulebook = compile_rulebook(file, base, tuple(constants))
    if constants:
        known = set(compile_rulebook(file, base).diagnostics)
        print_diagnostics(stderr(), [told for told in rulebook.diagnostics if told not in known])
    return rulebook if rulebook.ok else None


@app.command(
    usage="",
    help_prologue="使い方: haiten sweep FILE FACTS… (--points パス=a..b[:刻み] … | --scenarios FILE) [--body CODE]"
    f" [--table 表] {SWEEP.usage} [--csv-safe] [--json] [--set 名前=値…] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]"
    f" {RECORD_USAGE}",
)
def sweep(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    points: Annotated[
        list[str] | None,
        Parameter(
            help="配点の範囲: 項目のパス=0..8、0..8:2（刻み）、5。上限はパスの後に「.上限」。"
            "いくつでも（全ての組み合わせを試す）。"
        ),
    ] = None,
    scenarios: Annotated[
        Path | None,
        Parameter(help="シナリオの CSV（1行1シナリオ、見出しは項目のパス。「シナリオ」の列は名。空欄は現行のまま）。"),
    ] = None,
    body: Annotated[str | None, Parameter(help="この団体コードの団体の、シナリオごとの得点と順位も示す。")] = None,
    table: Annotated[
        SweepTableName | None, Parameter(help="この表だけを全行示す: シナリオ、順位の動き、団体（--body の団体）。")
    ] = None,
    as_: Annotated[str | None, SWEEP.as_] = None,
    to: Annotated[list[Path] | None, SWEEP.to] = None,
    csv_safe: CsvSafe = False,
    json: AsJson = False,
    set_: Parameters = None,
    base: BaseFile = None,
    member_rules: MemberRulesFile = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """配点を変えたシナリオごとに全団体を採点し、平均・ばらつき・順位がどう動くかを示す。全団体の事実ファイルを渡す。"""
    way = SWEEP.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    problem = _misuse(points, scenarios, body, table)
    if problem is not None:
        stderr().print(problem, soft_wrap=True)
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    scores = score_facts(file, facts, None, base, reading(how), set_, member_rules)
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    swept = _swept(scores, _read(points, scenarios, scores))
    if swept is None:
        return 1
    from haiten.tabulation.simulation.sweep_tables import SweepReport

    report = SweepReport(swept, chosen[0] if body is not None else None)
    made = Swept(report, about_line(scores), table, None if table else _FEW)
    return recorder.out(way, SWEEP, made, len(scores.bodies))


def _misuse(points: list[str] | None, scenarios: Path | None, body: str | None, table: str | None) -> str | None:
    """What is wrong with the options together."""
    if bool(points) == (scenarios is not None):
        return "「--points パス=a..b」か「--scenarios ファイル」の、どちらか一方を指定してください"
    if table == "団体" and body is None:
        return "「--table 団体」には「--body 団体コード」を添えてください"
    return None


def _read(points: list[str] | None, scenarios: Path | None, scores: "Scores") -> "ScenariosRead":
    from haiten.tabulation.simulation.scenarios import parse_ranges, read_scenarios

    return (
        parse_ranges(points or (), scores.program) if scenarios is None else read_scenarios(scenarios, scores.program)
    )


def _swept(scores: "Scores", read: "ScenariosRead") -> "Sweep | None":
    """All scenarios, run with a progress bar; None, with a word on stderr, where they cannot be."""
    from haiten.tabulation.simulation.sweep import CELLS, prepare
    from haiten.views.console.terminal import track
    from haiten.views.diagnostics import print_diagnostics

    print_diagnostics(stderr(), read.diagnostics)
    if read.scenarios is None:
        return None
    count, size = len(read.scenarios), len(scores.bodies)
    if count * size > CELLS:
        told = f"{count:,}のシナリオ×{size:,}団体は多すぎます（合わせて{CELLS:,}まで）。"
        stderr().print(f"{told}範囲を狭めるか刻みを粗くしてください", soft_wrap=True)
        return None
    swept = prepare(scores, read.scenarios)
    blocks = swept.blocks
    for block in track(blocks, f"{count:,}のシナリオを採点しています", len(blocks)):
        swept.run(block)
    return swept
