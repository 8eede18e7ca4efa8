"""``python -m haiten.benchmarks``: measure, compare, and write figures and plot."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Final

from attrs import evolve
from cyclopts import App, Parameter
from rich.console import Console

from haiten.benchmarks.desk import KEYS, QUICK_KEYS, measure_desk
from haiten.benchmarks.files import JOBS, QUICK_JOBS, FilesError, measure_files
from haiten.benchmarks.measure import ROOT
from haiten.benchmarks.report import draw_plot, figures, write_figures
from haiten.benchmarks.run import QUICK, SIZES, BenchmarkError, Measured, run_all, run_one_body
from haiten.benchmarks.waits import measure_waits

_KEPT: Final = ROOT / "benchmarks" / "results.json"

app = App(name="haiten.benchmarks", help_format="plaintext")


@app.default
def bench(
    *,
    quick: Annotated[bool, Parameter(negative="", help="1団体と1,741団体だけを測り、何も書かずに表示する。")] = False,
    files: Annotated[bool, Parameter(negative="", help="ファイルからファイルまでだけを測り、ほかの数は残す。")] = False,
    one: Annotated[bool, Parameter(negative="", help="1団体だけを測り、ほかの数は残す。")] = False,
    waits: Annotated[bool, Parameter(negative="", help="使う人が待つ時間だけを測り、ほかの数は残す。")] = False,
    desk: Annotated[bool, Parameter(negative="", help="エディタの時間だけを測り、ほかの数は残す。")] = False,
) -> int:
    """R8 の採点を haiten とほかの道具で並べて測る。すべての項目の得点が haiten と等しいことを確かめてから比べる。

    結果は benchmarks/results.json、docs/performance.md の表、docs/performance.svg に書く。
    """
    console = Console(stderr=True)
    try:
        with console.status("測定") as status:
            for results in _measured(quick, files, one, waits, desk, lambda line: status.update(f"測定 {line}")):
                if not quick:
                    _write(results)
    except (BenchmarkError, FilesError) as error:
        console.print(f"エラー: {error}", markup=False, highlight=False)
        return 1
    print(figures(results))
    return 0


def _write(results: Measured) -> None:
    """Keep what was measured; what was not in this run stays as it was in the last."""
    if results.files is None and _KEPT.exists():
        results = evolve(results, files=_kept().files)
    docs = ROOT / "docs"
    _KEPT.write_text(json.dumps(results.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_figures(docs / "performance.md", results)
    draw_plot(docs / "performance.svg", results)


def _kept() -> Measured:
    return Measured.from_json(json.loads(_KEPT.read_text(encoding="utf-8")))


def _measured(
    quick: bool, files: bool, one: bool, waits: bool, desk: bool, tell: Callable[[str], None]
) -> Iterator[Measured]:
    jobs = QUICK_JOBS if quick else JOBS
    if not (files or one or waits or desk):
        yield from run_all(QUICK if quick else SIZES, jobs, tell, quick=quick)
        return
    kept = _kept()
    if one:
        kept = evolve(kept, one_body=run_one_body(tell))
    if waits:
        kept = evolve(kept, waits=measure_waits(tell, quick=quick))
    if desk:
        kept = evolve(kept, desk=measure_desk(tell, QUICK_KEYS if quick else KEYS))
    yield evolve(kept, files=measure_files(jobs, tell)) if files else kept


if __name__ == "__main__":
    sys.exit(app())
