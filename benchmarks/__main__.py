"""``python -m haiten.benchmarks``: measure, compare, and write figures and plot."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Final

from attrs import evolve, frozen
from cyclopts import App, Parameter
from rich.console import Console

from haiten.benchmarks.desk import KEYS, QUICK_KEYS, measure_desk
from haiten.benchmarks.files import JOBS, QUICK_JOBS, FilesError, measure_files
from haiten.benchmarks.measure import ROOT
from haiten.benchmarks.pages import PagesMeasured, measure_pages
from haiten.benchmarks.report import draw_plot, figures, write_figures
from haiten.benchmarks.run import QUICK, SIZES, BenchmarkError, Measured, run_all, run_one_body
from haiten.benchmarks.waits import measure_waits

_KEPT: Final = ROOT / "benchmarks" / "results.json"

app = App(name="haiten.benchmarks", help_format="plaintext")


class NoBrowserError(RuntimeError):
    """There is no browser to measure pages in."""


@frozen
class _Parts:
    """What alone is measured; all of it where nothing is named."""

    files: bool = False
    one: bool = False
    waits: bool = False
    pages: bool = False
    desk: bool = False


@app.default
def bench(
    *,
    quick: Annotated[bool, Parameter(negative="", help="1団体と1,741団体だけを測り、何も書かずに表示する。")] = False,
    files: Annotated[bool, Parameter(negative="", help="ファイルからファイルまでだけを測り、ほかの数は残す。")] = False,
    one: Annotated[bool, Parameter(negative="", help="1団体だけを測り、ほかの数は残す。")] = False,
    waits: Annotated[bool, Parameter(negative="", help="使う人が待つ時間だけを測り、ほかの数は残す。")] = False,
    pages: Annotated[bool, Parameter(negative="", help="計算するページだけを測り、ほかの数は残す。")] = False,
    desk: Annotated[bool, Parameter(negative="", help="エディタの時間だけを測り、ほかの数は残す。")] = False,
) -> int:
    """R8 の採点を haiten とほかの道具で並べて測る。すべての項目の得点が haiten と等しいことを確かめてから比べる。

    結果は benchmarks/results.json、docs/performance.md の表、docs/performance.svg に書く。
    """
    console = Console(stderr=True)
    parts = _Parts(files, one, waits, pages, desk)
    try:
        with console.status("測定") as status:
            for results in _measured(quick, parts, lambda line: status.update(f"測定 {line}")):
                if not quick:
                    _write(results)
    except (BenchmarkError, FilesError, NoBrowserError) as error:
        console.print(f"エラー: {error}", markup=False, highlight=False)
        return 1
    print(figures(results))
    return 0


def _write(results: Measured) -> None:
    """Keep what was measured; what was not in this run stays as it was in the last."""
    if _KEPT.exists():
        last = _kept()
        results = evolve(results, files=results.files or last.files, pages=results.pages or last.pages)
    docs = ROOT / "docs"
    _KEPT.write_text(json.dumps(results.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_figures(docs / "performance.md", results)
    draw_plot(docs / "performance.svg", results)


def _kept() -> Measured:
    return Measured.from_json(json.loads(_KEPT.read_text(encoding="utf-8")))


def _measured(quick: bool, parts: _Parts, tell: Callable[[str], None]) -> Iterator[Measured]:
    jobs = QUICK_JOBS if quick else JOBS
    if parts == _Parts():
        yield from run_all(QUICK if quick else SIZES, jobs, tell, quick=quick)
        return
    kept = _kept()
    if parts.one:
        kept = evolve(kept, one_body=run_one_body(tell))
    if parts.waits:
        kept = evolve(kept, waits=measure_waits(tell, quick=quick))
    if parts.pages:
        kept = evolve(kept, pages=_pages(tell, quick=quick))
    if parts.desk:
        kept = evolve(kept, desk=measure_desk(tell, QUICK_KEYS if quick else KEYS))
    yield evolve(kept, files=measure_files(jobs, tell)) if parts.files else kept


def _pages(tell: Callable[[str], None], *, quick: bool) -> PagesMeasured:
    found = measure_pages(tell, quick=quick)
    if found is None:
        raise NoBrowserError("ページを測る Chromium と Playwright がありません（make .venv/page で入ります）")
    return found


if __name__ == "__main__":
    sys.exit(app())
