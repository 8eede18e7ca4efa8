"""Commands that make pages: report diff."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from haiten.commands.app import app
from haiten.commands.common import compile_rules
from haiten.commands.forms.reports import REPORT_DIFF
from haiten.commands.years import same_scope, tell_past

report: Final = App(
    name="report",
    help="読み、さがし、印刷して配れる、1ファイルのページを作る。",
    usage="",
    help_prologue="使い方: haiten report ページ [引数…] [オプション…]",
)
report["--help"].help = app["--help"].help
app.command(report)


@report.command(name="diff", usage="", help_prologue=f"使い方: haiten report diff OLD NEW {REPORT_DIFF.usage}")
def report_diff(
    old: Annotated[Path, Parameter(name="OLD", help="前の評価指標のファイル。")],
    new: Annotated[Path, Parameter(name="NEW", help="後の評価指標のファイル（改正のファイルでもよい）。")],
    /,
    *,
    as_: Annotated[str | None, REPORT_DIFF.as_] = None,
    to: Annotated[list[Path] | None, REPORT_DIFF.to] = None,
) -> int:
    """2つの年度の新旧対照表のページ（「diff --as html」と同じもの）: 種類や言葉で絞れる対照表、配点の動き、意味。"""
    way = REPORT_DIFF.way(as_, to)
    if way is None:
        return 2
    before, after = compile_rules(old), compile_rules(new)
    if before is None or after is None or not same_scope(before, after):
        return 1
    from haiten.comparison.diff import diff

    found = diff(before, after)
    tell_past(found.matched)
    return way.out(found)
