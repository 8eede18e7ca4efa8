"""Commands about the scores of a rulebook: score, explain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from haiten.commands.app import (
    AsJson,
    BaseFile,
    CsvSafe,
    CutoffFile,
    FactFile,
    FactPaths,
    MemberRulesFile,
    Parameters,
    PreviousFile,
    ReadingOptions,
    RuleFile,
    UnknownAsNone,
    app,
    reading,
)
from haiten.commands.common import (
    allocate_bodies,
    cannot_write,
    chosen_bodies,
    compile_rules,
    find_path,
    score_facts,
    score_with,
    stderr,
)
from haiten.commands.completing import nodes_of_file
from haiten.commands.forms.made import Explained, ExplainedMoney, Scored
from haiten.commands.forms.results import EXPLAIN, SCORE
from haiten.commands.outputs import output
from haiten.commands.recording import RECORD_USAGE, BasedOnRecords, RecordFile, SignKey, recorder_for

if TYPE_CHECKING:
    from haiten.allocation.allocate import Allocated
    from haiten.compiler.program.program import Program

POT: Final = "配分"


@app.command(
    usage="",
    help_prologue="使い方: haiten score FILE FACTS… [--body CODE]"
    f" {SCORE.usage} [--csv-safe]"
    " [--json] [--set 名前=値…] [--cutoffs FILE] [--save-cutoffs FILE] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]"
    f" {RECORD_USAGE}",
)
def score(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを表示する。")] = None,
    as_: Annotated[str | None, SCORE.as_] = None,
    to: Annotated[list[Path] | None, SCORE.to] = None,
    json: AsJson = False,
    cutoffs: CutoffFile = None,
    set_: Parameters = None,
    base: BaseFile = None,
    csv_safe: CsvSafe = False,
    save_cutoffs: Annotated[Path | None, Parameter(help="この採点の段の境の値を JSON に保存する。")] = None,
    member_rules: MemberRulesFile = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """団体を採点する。未回答があれば、得点は「確実な点–あり得る最大」の幅で示す。"""
    way = SCORE.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    scores = score_facts(file, facts, cutoffs, base, reading(how), set_, member_rules, sparing=True)
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    if save_cutoffs is not None:
        from haiten.scoring.cutoffs.cutoffs import cutoffs_json
        from haiten.views.files.export import write_json

        try:
            with output(save_cutoffs) as path:
                write_json(path, cutoffs_json(scores))
        except OSError as error:
            return cannot_write(error, save_cutoffs)
    scores = scores.settled()  # from here on nothing is asked but points and verdicts
    return recorder.out(way, SCORE, Scored(scores, chosen), len(scores.bodies))


@app.command(
    usage="",
    help_prologue="使い方: haiten explain FILE FACTS --body CODE [PATH]"
    f" {EXPLAIN.usage} [--json] [--cutoffs FILE] [--base BASE]"
    " [--previous PREV] [--set 名前=値…] [--unknown-as-none]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS] [--member-rules FILE]",
)
def explain(
    file: RuleFile,
    facts: FactFile,
    path: Annotated[
        str | None,
        Parameter(
            name="PATH",
            help="たどる項目（例: 推進.Ⅳ.成果.1）か配分（例: 配分.強化）。省くと全体。",
            completer=nodes_of_file,
        ),
    ] = None,
    /,
    *,
    body: Annotated[str, Parameter(help="団体コード。")],
    as_: Annotated[str | None, EXPLAIN.as_] = None,
    to: Annotated[list[Path] | None, EXPLAIN.to] = None,
    json: AsJson = False,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    previous: PreviousFile = None,
    set_: Parameters = None,
    unknown_as_none: UnknownAsNone = False,
    member_rules: MemberRulesFile = None,
    how: ReadingOptions = None,
) -> int:
    """1団体の得点の理由を、条文・出典・読んだ事実・順位と境の値までたどる。配分のファイルなら、交付額の理由を1円までたどる。"""
    way = EXPLAIN.way(as_, to, json=json)
    if way is None:
        return 2
    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()), money=True, members=member_rules)
    if rulebook is None:
        return 1
    if rulebook.program.allocation is None:
        if previous is not None or unknown_as_none:
            stderr().print("--previous、--unknown-as-none は、配分のファイルについてだけ使えます")
            return 2
        scores = score_with(rulebook, facts, cutoffs, reading(how))
    else:
        if cutoffs is not None:
            stderr().print("配分には全団体の得点が要るので、--cutoffs は使えません")
            return 2
        allocated = allocate_bodies(rulebook, facts, previous, reading(how), assume=unknown_as_none)
        if allocated is None:
            return 1
        from haiten.compiler.folding.paths import canonical_path

        asked = None if path is None else canonical_path(path)
        if asked is None or asked == POT or asked.startswith(f"{POT}."):
            money = _explain_money(allocated, facts, body, asked)
            return 1 if money is None else way.out(money)
        scores = allocated.scores
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    if path is not None and (path := find_path(_paths(scores.program), path)) is None:
        return 1
    from haiten.scoring.explaining.explain import explain as explain_body

    return way.out(Explained(scores, chosen[0], explain_body(scores, chosen[0], path)))


def _paths(program: "Program") -> dict[str, object]:
    """What can be asked about; pots come with 配分. before their names, so that a bare name is led to them."""
    pots = program.allocation.pots if program.allocation is not None else {}
    return {**program.nodes, **{f"{POT}.{name}": pot for name, pot in pots.items()}}


def _explain_money(allocated: "Allocated", facts: Path, code: str, path: str | None) -> ExplainedMoney | None:
    """Why a body gets its yen, of all pots or of one; None, with a word on stderr, where there is no such."""
    from haiten.allocation.trace import trace_money

    chosen = chosen_bodies(allocated.scores, facts, code)
    pot = path.removeprefix(POT).removeprefix(".") if path is not None else ""
    found = find_path(allocated.pots, pot) if pot else ""
    if chosen is None or found is None:
        return None
    return ExplainedMoney(allocated, chosen[0], trace_money(allocated, chosen[0], found or None))
