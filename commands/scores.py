"""Commands about the scores of a rulebook: score, explain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from haiten.commands.app import (
    BaseFile,
    CsvSafe,
    CutoffFile,
    FactFile,
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
    can_be_safe,
    can_end,
    cannot_write,
    chosen_bodies,
    compile_rules,
    find_path,
    is_csv,
    print_json,
    print_scores_json,
    score_facts,
    score_with,
    stderr,
)
from haiten.commands.outputs import output

if TYPE_CHECKING:
    from haiten.allocation.allocate import Allocated
    from haiten.compiler.program.program import Program

POT: Final = "配分"


@app.command(
    usage="",
    help_prologue="使い方: haiten score FILE FACTS [--body CODE] [--to FILE.csv|.parquet|.xlsx|.json] [--csv-safe]"
    " [--json] [--cutoffs FILE] [--save-cutoffs FILE] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
def score(
    file: RuleFile,
    facts: FactFile,
    /,
    *,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを表示する。")] = None,
    to: Annotated[Path | None, Parameter(help="全団体・全項目の得点を .csv、.parquet、.xlsx、.json に書く。")] = None,
    json: Annotated[bool, Parameter(help="全団体・全項目の得点を JSON で標準出力に書く。")] = False,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    csv_safe: CsvSafe = False,
    save_cutoffs: Annotated[Path | None, Parameter(help="この採点の段の境の値を JSON に保存する。")] = None,
    how: ReadingOptions = None,
) -> int:
    """団体を採点する。未回答があれば、得点は「確実な点–あり得る最大」の幅で示す。"""
    from haiten.views.console.terminal import make_console, print_scores

    if not can_end(to) or not can_be_safe(is_csv(to), csv_safe):
        return 2
    scores = score_facts(file, facts, cutoffs, base, reading(how))
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    try:
        if save_cutoffs is not None:
            from haiten.scoring.cutoffs.cutoffs import cutoffs_json
            from haiten.views.files.export import write_json

            with output(save_cutoffs) as path:
                write_json(path, cutoffs_json(scores))
        if to is not None:
            from haiten.views.files.export import write_scores

            with output(to) as path:
                write_scores(path, scores, safe=csv_safe)
    except OSError as error:
        return cannot_write(error, to or save_cutoffs)
    if json:
        print_scores_json(scores)
    else:
        print_scores(make_console(), scores, chosen)
    return 0


@app.command(
    usage="",
    help_prologue="使い方: haiten explain FILE FACTS --body CODE [PATH] [--json] [--cutoffs FILE] [--base BASE]"
    " [--previous PREV] [--set 名前=値…] [--unknown-as-none]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
def explain(
    file: RuleFile,
    facts: FactFile,
    path: Annotated[
        str | None,
        Parameter(name="PATH", help="たどる項目（例: 推進.Ⅳ.成果.1）か配分（例: 配分.強化）。省くと全体。"),
    ] = None,
    /,
    *,
    body: Annotated[str, Parameter(help="団体コード。")],
    json: Annotated[bool, Parameter(help="JSON で標準出力に書く。")] = False,
    cutoffs: CutoffFile = None,
    base: BaseFile = None,
    previous: PreviousFile = None,
    set_: Parameters = None,
    unknown_as_none: UnknownAsNone = False,
    how: ReadingOptions = None,
) -> int:
    """1団体の得点の理由を、条文・出典・読んだ事実・順位と境の値までたどる。配分のファイルなら、交付額の理由を1円までたどる。"""
    from haiten.views.console.terminal import make_console

    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()), money=True)
    if rulebook is None:
        return 1
    if rulebook.program.allocation is None:
        if previous is not None or set_ or unknown_as_none:
            stderr().print("--previous、--set、--unknown-as-none は、配分のファイルについてだけ使えます")
            return 2
        scores = score_with(rulebook, facts, cutoffs, reading(how))
    else:
        if cutoffs is not None:
            stderr().print("配分には全団体の得点が要るので、--cutoffs は使えません")
            return 2
        allocated = allocate_bodies(rulebook, facts, previous, reading(how), assume=unknown_as_none)
        if allocated is None:
            return 1
        if path is None or path == POT or path.startswith(f"{POT}."):
            return _explain_money(allocated, facts, body, path, json=json)
        scores = allocated.scores
    chosen = None if scores is None else chosen_bodies(scores, facts, body)
    if scores is None or chosen is None:
        return 1
    if path is not None and (path := find_path(_paths(scores.program), path)) is None:
        return 1
    from haiten.scoring.explaining.explain import explain as explain_body
    from haiten.scoring.explaining.explain import explain_json
    from haiten.views.trace import print_traces

    traces = explain_body(scores, chosen[0], path)
    if json:
        print_json(explain_json(scores, chosen[0], traces))
    else:
        who = scores.bodies[chosen[0]]
        print_traces(make_console(), f"{who.code} {who.name}（{scores.program.year} {scores.program.scope}）", traces)
    return 0


def _paths(program: "Program") -> dict[str, object]:
    """What can be asked about; pots come with 配分. before their names, so that a bare name is led to them."""
    pots = program.allocation.pots if program.allocation is not None else {}
    return {**program.nodes, **{f"{POT}.{name}": pot for name, pot in pots.items()}}


def _explain_money(allocated: "Allocated", facts: Path, code: str, path: str | None, *, json: bool) -> int:
    """Print why a body gets its yen, of all pots or of one; the exit status."""
    from haiten.allocation.trace import trace_money
    from haiten.views.console.terminal import make_console
    from haiten.views.money_trace import money_json, print_money

    chosen = chosen_bodies(allocated.scores, facts, code)
    pot = path.removeprefix(POT).removeprefix(".") if path is not None else ""
    found = find_path(allocated.pots, pot) if pot else ""
    if chosen is None or found is None:
        return 1
    traces = trace_money(allocated, chosen[0], found or None)
    if json:
        print_json(money_json(allocated, chosen[0], traces))
        return 0
    who, program = allocated.bodies[chosen[0]], allocated.scores.program
    head = f"{who.code} {who.name}（{program.year} {program.scope} 配分）交付額 {allocated.paid[chosen[0]]:,}円"
    print_money(make_console(), head, traces)
    return 0
