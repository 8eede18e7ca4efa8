"""Commands about two years: diff, history, impact."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from haiten.commands.app import (
    BaseFile,
    CsvSafe,
    FactPaths,
    Parameters,
    PreviousFile,
    ReadingOptions,
    RuleFile,
    app,
    reading,
)
from haiten.commands.common import (
    can_be_safe,
    can_end,
    cannot_write,
    chosen_bodies,
    compile_rules,
    find_path,
    print_json,
    print_or_write,
    stderr,
)
from haiten.commands.forms import choose_form
from haiten.commands.outputs import output
from haiten.scoring.reading.how import FactFiles, HowToRead, name_of

if TYPE_CHECKING:
    from haiten.comparison.diff import Diff
    from haiten.comparison.match import Match
    from haiten.scoring.reading.read_facts import FactsRead
    from haiten.scoring.rulebook import Rulebook

OldFile = Annotated[Path, Parameter(name="OLD", help="前の評価指標（か配分）のファイル。")]
NewFile = Annotated[Path, Parameter(name="NEW", help="後の評価指標（改正のファイルでもよい）か配分のファイル。")]
DiffForm = Literal["tree", "comparison", "amendment", "json", "html", "xlsx"]
_ENDINGS: Final[Mapping[DiffForm, tuple[str, ...]]] = {
    "tree": (".txt",),
    "comparison": (".txt",),
    "amendment": (".haiten", ".txt"),
    "json": (".json",),
    "html": (".html", ".htm"),
    "xlsx": (".xlsx",),
}


@app.command(
    usage="", help_prologue="使い方: haiten diff OLD NEW [--as tree|comparison|amendment|json|html|xlsx] [--to FILE]"
)
def diff(
    old: OldFile,
    new: NewFile,
    /,
    *,
    as_: Annotated[
        DiffForm | None,
        Parameter(
            name="--as",
            help="tree: 変更・意味・配点の動き、comparison: 新旧対照表、amendment: 改める文、json、"
            "html・xlsx: 新旧対照表のページと Excel。"
            "省くと --to の名の終わり（.haiten、.json、.html、.xlsx、.txt）で選び、それもなければ tree。",
        ),
    ] = None,
    to: Annotated[Path | None, Parameter(help="書き込むファイル。省くと標準出力に書く（xlsx では必ず要る）。")] = None,
) -> int:
    """2つの年度の評価指標を、項目の同一性によって比べる。書き方や注釈の違いは変更としない。配分どうしも比べられる。"""
    form = choose_form(as_, to, _ENDINGS)
    if form is None:
        return 2
    before, after = compile_rules(old, money=True), compile_rules(new, money=True)
    if before is None or after is None or not _same_kind(before, after):
        return 1
    if before.program.scope != after.program.scope:
        stderr().print(f"対象が違います: {before.program.scope} と {after.program.scope}", soft_wrap=True)
        return 1
    if before.program.allocation is not None:
        return _diff_allocations(before, after, form, to)
    from haiten.comparison.diff import diff as compare

    if form == "amendment":
        from haiten.compiler.syntax.years import western_year

        if western_year(before.program.year) >= western_year(after.program.year):
            stderr().print("改める文は、前の年度から後の年度への変更についてだけ作れます", soft_wrap=True)
            return 1
    found = compare(before, after)
    _tell_past(found.matched)
    try:
        return _show(found, form, to)
    except OSError as error:
        return cannot_write(error, to)


def _tell_past(matched: "Match") -> None:
    from haiten.comparison.past import check_past
    from haiten.views.diagnostics import print_diagnostics

    print_diagnostics(stderr(), tuple(check_past(matched)))


def _same_kind(before: "Rulebook", after: "Rulebook") -> bool:
    """Whether both are rulebooks, or both allocations; tells where they are not."""
    same = (before.program.allocation is None) == (after.program.allocation is None)
    if not same:
        stderr().print("配分のファイルは、配分のファイルとだけ比べられます")
    return same


def _diff_allocations(before: "Rulebook", after: "Rulebook", form: DiffForm, to: Path | None) -> int:
    """Print the difference of two allocations, or write it to a file; the exit status."""
    if form not in ("tree", "json"):
        stderr().print("配分どうしの違いは「--as tree」か「--as json」で示します")
        return 2
    from haiten.comparison.allocation import diff_allocations
    from haiten.views.allocation_diff import print_allocation_diff
    from haiten.views.console.terminal import console_to, make_console
    from haiten.views.files.export import write_json

    found = diff_allocations(before.program, after.program)
    try:
        if form == "json" and to is None:
            print_json(found.to_json())
        elif form == "json" and to is not None:
            with output(to) as path:
                write_json(path, found.to_json())
        elif to is None:
            print_allocation_diff(make_console(), found)
        else:
            with output(to) as path, console_to(path) as console:
                print_allocation_diff(console, found)
    except OSError as error:
        return cannot_write(error, to)
    return 0


def _show(found: "Diff", form: DiffForm, to: Path | None) -> int:
    """Print a diff, or write it to a file.

    Raises:
        OSError: the file cannot be written.
    """
    from haiten.views.console.terminal import console_to, make_console

    if form == "xlsx":
        from haiten.views.files.comparison import write_comparison_xlsx

        assert to is not None
        with output(to) as path:
            write_comparison_xlsx(path, found)
        return 0
    if form in ("tree", "comparison"):
        from haiten.views.diff import print_diff
        from haiten.views.files.comparison import print_side_by_side

        show = print_diff if form == "tree" else print_side_by_side
        if to is None:
            show(make_console(), found)
        else:
            with output(to) as path, console_to(path) as console:
                show(console, found)
        return 0
    if form == "json" and to is None:
        print_json(found.to_json())
        return 0
    return print_or_write(_text(found, form), to)


def _text(found: "Diff", form: DiffForm) -> str:
    if form == "html":
        from haiten.views.files.comparison import comparison_html

        return comparison_html(found)
    if form == "amendment":
        from haiten.comparison.derive import derive
        from haiten.compiler.printing.print_revision import print_revision

        return print_revision(derive(found.matched.old.syntax, found.matched.new.syntax))
    from haiten.views.console.printable import json_text

    return json_text(found.to_json()) + "\n"


@app.command(usage="", help_prologue="使い方: haiten history FILE PATH [--json] [--base BASE]")
def history(
    file: RuleFile,
    path: Annotated[str, Parameter(name="PATH", help="たどる項目（例: 支援.Ⅱ.(ⅰ).1）。無くなった項目でもよい。")],
    /,
    *,
    json: Annotated[bool, Parameter(help="JSON で標準出力に書く。")] = False,
    base: BaseFile = None,
) -> int:
    """1つの項目を年度をさかのぼってたどり、番号・配点・文と、変わった理由を表示する。"""
    from haiten.comparison.history import trace_history, years_of
    from haiten.views.console.terminal import make_console
    from haiten.views.history import history_json, print_history

    rulebook = compile_rules(file, base)
    if rulebook is None:
        return 1
    years = years_of(rulebook.compilation, file)
    known = {name: None for year in years if year.program for name in year.program.nodes}
    found = find_path(known, path)
    traced = trace_history(years, found) if found is not None else None
    if traced is None:
        return 1
    if json:
        print_json(history_json(traced))
    else:
        print_history(make_console(), traced)
    return 0


@app.command(
    usage="",
    help_prologue="使い方: haiten impact OLD NEW FACTS… [--body CODE] [--to out.csv] [--csv-safe] [--json]"
    " [--previous PREV] [--set 名前=値…]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
def impact(
    old: OldFile,
    new: NewFile,
    facts: FactPaths,
    /,
    *,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを、項目ごとに表示する。")] = None,
    to: Annotated[Path | None, Parameter(help="全団体・全項目の差を CSV に書く。")] = None,
    csv_safe: CsvSafe = False,
    json: Annotated[bool, Parameter(help="JSON で標準出力に書く。")] = False,
    previous: PreviousFile = None,
    set_: Parameters = None,
    how: ReadingOptions = None,
) -> int:
    """前の年度の事実を両方の年度の規則で採点し、誰がどの項目で得をし損をするかを表示する。配分のファイルどうしなら、円でも比べる。

    --set は NEW の定数や予算を置き換える。
    """
    from haiten.views.diagnostics import print_diagnostics

    if not can_end(to, (".csv",)) or not can_be_safe(to is not None, csv_safe):
        return 2
    before = compile_rules(old, money=True)
    after = compile_rules(new, parameters=tuple(set_ or ()), money=True)
    if before is None or after is None or not _same_kind(before, after):
        return 1
    read = _facts_for(before, facts, previous, reading(how))
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
    from haiten.views.console.terminal import make_console
    from haiten.views.impact import print_body, print_impact, write_impact_csv
    from haiten.views.impact_money import print_body_money, print_money_head, print_money_impact

    with stderr().status("両方の規則で採点しています…"):
        found = compare(before, after, read.facts)
    _tell_past(found.matched)
    chosen = chosen_bodies(found.old, facts, body) if body is not None else []
    if chosen is None:
        return 1
    if to is not None:
        try:
            with output(to) as path:
                write_impact_csv(path, found, safe=csv_safe)
        except OSError as error:
            return cannot_write(error, to)
    if json:
        print_json(found.to_json())
    elif chosen:
        print_body(make_console(), found, chosen[0])
        if found.money is not None:
            print_body_money(make_console(), found.money, chosen[0])
    else:
        # An allocation may read no points, or only its own figures may have changed.
        if found.money is None or (after.program.nodes and before.fingerprint.rules != after.fingerprint.rules):
            print_impact(make_console(), found)
        elif found.money is not None:
            print_money_head(make_console(), found.money)
        if found.money is not None:
            print_money_impact(make_console(), found.money)
    return 0


def _facts_for(rulebook: "Rulebook", facts: FactFiles, previous: Path | None, how: HowToRead) -> "FactsRead":
    """The facts of a file, with what an allocation reads besides."""
    if rulebook.program.allocation is None:
        from haiten.views.console.terminal import track

        return rulebook.read_facts(facts, track, how)
    from haiten.allocation.tables import read_for_allocation

    return read_for_allocation(facts, rulebook.program, rulebook.fingerprint.rules, previous, how=how)
