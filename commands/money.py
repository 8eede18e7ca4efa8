"""Commands about money: allocate."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from haiten.commands.app import (
    AsJson,
    BaseFile,
    CsvSafe,
    Parameters,
    PreviousFile,
    ReadingOptions,
    UnknownAsNone,
    app,
    reading,
)
from haiten.commands.common import allocate_bodies, chosen_bodies, compile_allocation
from haiten.commands.forms.made import Divided
from haiten.commands.forms.results import ALLOCATE
from haiten.commands.recording import RECORD_USAGE, BasedOnRecords, RecordFile, SignKey, recorder_for

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
    f" [--unknown-as-none] {ALLOCATE.usage} [--csv-safe] [--json] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS]"
    f" {RECORD_USAGE}",
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
    as_: Annotated[str | None, ALLOCATE.as_] = None,
    to: Annotated[list[Path] | None, ALLOCATE.to] = None,
    csv_safe: CsvSafe = False,
    json: AsJson = False,
    base: BaseFile = None,
    record: RecordFile = None,
    sign: SignKey = None,
    based_on: BasedOnRecords = None,
    how: ReadingOptions = None,
) -> int:
    """予算を配分し、団体ごとの交付額を1円まで計算する。交付額と不用額の計は、必ず予算に等しい。"""
    way = ALLOCATE.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    recorder = recorder_for(record, sign, based_on)
    if isinstance(recorder, int):
        return recorder
    rulebook = compile_allocation(file, base, tuple(set_ or ()))
    allocated = (
        None if rulebook is None else allocate_bodies(rulebook, facts, previous, reading(how), assume=unknown_as_none)
    )
    chosen = None if allocated is None else chosen_bodies(allocated.scores, facts, body)
    if allocated is None or chosen is None:
        return 1
    made = Divided(allocated, chosen[0] if body is not None else None)
    return recorder.out(way, ALLOCATE, made, len(allocated.bodies))
