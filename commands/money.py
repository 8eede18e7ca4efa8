"""Commands about money: allocate."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from haiten.commands.app import BaseFile, CsvSafe, Parameters, PreviousFile, ReadingOptions, UnknownAsNone, app, reading
from haiten.commands.common import (
    allocate_bodies,
    can_be_safe,
    can_end,
    cannot_write,
    chosen_bodies,
    compile_allocation,
    is_csv,
    print_json,
)
from haiten.commands.outputs import output

AllocationPath = Annotated[Path, Parameter(name="FILE", help="配分のファイル（allocation.haiten）。")]
FactsOrScores = Annotated[
    list[Path],
    Parameter(
        name="FACTS",
        help="事実ファイル、score や allocate の --to が書いた得点、または戻った調査票（いくつでも、またはフォルダ）。",
    ),
]


@app.command(
    usage="",
    help_prologue="使い方: haiten allocate FILE FACTS… [--previous PREV] [--body CODE] [--set 名前=値…]"
    " [--unknown-as-none] [--to FILE.csv|.parquet|.xlsx|.json] [--csv-safe] [--json] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
def allocate(
    file: AllocationPath,
    facts: FactsOrScores,
    /,
    *,
    previous: PreviousFile = None,
    body: Annotated[str | None, Parameter(help="この団体コードの団体だけを、配分ごとに表示する。")] = None,
    set_: Parameters = None,
    unknown_as_none: UnknownAsNone = False,
    to: Annotated[
        Path | None,
        Parameter(help="全団体の交付額を .csv、.parquet、.xlsx（次の年度の --previous になる）、.json に書く。"),
    ] = None,
    csv_safe: CsvSafe = False,
    json: Annotated[bool, Parameter(help="全団体の交付額を JSON で標準出力に書く。")] = False,
    base: BaseFile = None,
    how: ReadingOptions = None,
) -> int:
    """予算を配分し、団体ごとの交付額を1円まで計算する。交付額と不用額の計は、必ず予算に等しい。"""
    if not can_end(to) or not can_be_safe(is_csv(to), csv_safe):
        return 2
    rulebook = compile_allocation(file, base, tuple(set_ or ()))
    allocated = (
        None if rulebook is None else allocate_bodies(rulebook, facts, previous, reading(how), assume=unknown_as_none)
    )
    chosen = None if allocated is None else chosen_bodies(allocated.scores, facts, body)
    if allocated is None or chosen is None:
        return 1
    from haiten.views import allocation as views
    from haiten.views.console.terminal import make_console

    if to is not None:
        try:
            with output(to) as path:
                views.write_allocation(path, allocated, safe=csv_safe)
        except OSError as error:
            return cannot_write(error, to)
    if json:
        print_json(views.allocation_json(allocated))
    elif body is not None:
        views.print_body(make_console(), allocated, chosen[0])
    else:
        views.print_allocated(make_console(), allocated)
    return 0
