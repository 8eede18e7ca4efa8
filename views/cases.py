"""Case files in the terminal."""

from rich.console import Console

from haiten.scoring.cases import TOTAL, CasesRun, Coverage
from haiten.views.diagnostics import MAX_SHOWN

_FEW = 8


def print_cases(console: Console, file: str, run: CasesRun) -> None:
    """One line, and a line for each expectation that was not met."""
    bodies = len(run.scores.bodies) if run.scores is not None else 0
    verdict = f"{len(run.failures):,}件が期待と違います" if run.failures else "全て期待どおり"
    style = "bold red" if run.failures else "bold green"
    console.print(f"{file}: {bodies}団体、期待{run.expectations:,}件、{verdict}", style=style, soft_wrap=True)
    for failure in run.failures[:MAX_SHOWN]:
        what = "全体" if failure.path == TOTAL else failure.path
        told = f"期待 {failure.expected}点、実際 {failure.actual}点"
        console.print(f"  {failure.row}行目 {failure.code} {what}: {told}", soft_wrap=True)
    if len(run.failures) > MAX_SHOWN:
        console.print(f"  ほか{len(run.failures) - MAX_SHOWN:,}件", soft_wrap=True)


def print_coverage(console: Console, coverage: Coverage) -> None:
    """How many items the cases show both ways, and some of the others."""
    console.print(
        f"項目の網羅: 両方 {len(coverage.both)}、該当だけ {len(coverage.only_met)}、"
        f"非該当だけ {len(coverage.only_not_met)}、どちらもなし {len(coverage.never)}"
    )
    for word, paths in (
        ("該当だけ", coverage.only_met),
        ("非該当だけ", coverage.only_not_met),
        ("どちらもなし", coverage.never),
    ):
        if paths:
            more = f" ほか{len(paths) - _FEW}" if len(paths) > _FEW else ""
            console.print(f"  {word}: {'、'.join(paths[:_FEW])}{more}", style="dim", soft_wrap=True)
