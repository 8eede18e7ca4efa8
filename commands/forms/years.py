"""Forms of what is made of two years: diff, history, impact, why."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haiten.commands.forms.form import (
    CSV,
    JSON,
    TXT,
    Binary,
    Json,
    PrintedForm,
    Screen,
    Tables,
    TablesAsCsv,
    columns,
    tables_as_xlsx,
    tables_on_screen,
)
from haiten.commands.forms.made import (
    MovedPoints,
)
from haiten.commands.forms.way_out import Forms

if TYPE_CHECKING:
    from polars import DataFrame
    from rich.console import Console

    from haiten.comparison.allocation import AllocationDiff
    from haiten.comparison.diff import Diff
    from haiten.comparison.history import History
    from haiten.comparison.why import Why


# diff, history, impact


def _print_diff(console: "Console", found: "Diff") -> None:
    from haiten.views.diff import print_diff

    print_diff(console, found)


def _print_comparison(console: "Console", found: "Diff") -> None:
    from haiten.views.files.comparison import print_side_by_side

    print_side_by_side(console, found)


def _amendment(found: "Diff") -> str:
    from haiten.comparison.derive import derive
    from haiten.compiler.printing.print_revision import print_revision

    return print_revision(derive(found.matched.old.syntax, found.matched.new.syntax))


def page_of(found: "Diff") -> str:
    """The page of a comparison, by whichever command it is asked for."""
    from haiten.reports.diff_page import diff_page

    return diff_page(found)


def _write_comparison(path: Path, found: "Diff", /, *, safe: bool) -> None:
    from haiten.views.files.comparison import write_comparison_xlsx

    write_comparison_xlsx(path, found)


_TREE: Final = "変更・意味・配点の動き"

DIFF: Final[Forms["Diff"]] = Forms(
    "diff",
    (
        Screen("tree", TXT, _print_diff, about=_TREE, also=("text",)),
        Screen("comparison", TXT, _print_comparison, about="新旧対照表"),
        PrintedForm("amendment", (".haiten", ".txt"), _amendment, about="改める文"),
        Json("json", JSON, lambda found: found.to_json()),
        PrintedForm("html", (".html", ".htm"), page_of, about="新旧対照表のページ"),
        Binary("xlsx", (".xlsx",), _write_comparison, about="新旧対照表"),
    ),
)


def _print_diff_of_allocations(console: "Console", found: "AllocationDiff") -> None:
    from haiten.views.allocation_diff import print_allocation_diff

    print_allocation_diff(console, found)


def _amendment_of_allocation(found: "AllocationDiff") -> str:
    from haiten.comparison.derive_allocation import derive_allocation
    from haiten.compiler.printing.print_allocation_revision import print_allocation_revision

    before, after = found.old.allocation, found.new.allocation
    assert before is not None
    assert after is not None
    return print_allocation_revision(derive_allocation(before.syntax, after.syntax))


# Of two allocations ``diff`` makes something else, in some of its forms.
DIFF_OF_ALLOCATIONS: Final[Forms["AllocationDiff"]] = Forms(
    "diff",
    (
        Screen("tree", TXT, _print_diff_of_allocations, about=_TREE, also=("text",)),
        Json("json", JSON, lambda found: found.to_json()),
        PrintedForm("amendment", (".haiten", ".txt"), _amendment_of_allocation, about="改める文"),
    ),
)


def _print_history(console: "Console", history: "History") -> None:
    from haiten.views.history import print_history

    print_history(console, history)


def _history(history: "History") -> Any:
    from haiten.views.history import history_json

    return history_json(history)


def _history_table(history: "History") -> Tables:
    from haiten.views.history import history_table

    newest = history.stages[0]
    return Tables((history_table(history),), f"{newest.path}　同一性 {history.identity}")


HISTORY: Final[Forms["History"]] = Forms(
    "history",
    (
        Screen("text", TXT, _print_history, about="年度ごと"),
        TablesAsCsv("csv", CSV, _history_table),
        tables_as_xlsx(_history_table),
        Json("json", JSON, _history),
    ),
)


def _print_moved(console: "Console", made: MovedPoints) -> None:
    from haiten.views.impact import print_body, print_impact, print_trial_of_impact
    from haiten.views.impact_money import print_body_money, print_money_head, print_money_impact

    money = made.impact.money
    print_trial_of_impact(console, made.impact)
    if made.body is not None:
        print_body(console, made.impact, made.body)
        if money is not None:
            print_body_money(console, money, made.body)
        return
    if made.points:
        print_impact(console, made.impact)
    elif money is not None:
        print_money_head(console, money)
    if money is not None:
        print_money_impact(console, money)


def _moved_columns(made: MovedPoints) -> "DataFrame":
    from haiten.views.impact import impact_frame

    return impact_frame(made.impact)


IMPACT: Final[Forms[MovedPoints]] = Forms(
    "impact",
    (
        Screen("text", TXT, _print_moved, about="端末の表"),
        *columns("差", _moved_columns),
        Json("json", JSON, lambda made: made.impact.to_json()),
    ),
    talks=True,
)


def _split(found: "Why") -> Tables:
    from haiten.views.why import about_why, tables_of_why

    return Tables(tables_of_why(found), about_why(found))


def _split_in_one(found: "Why") -> Tables:
    from haiten.views.why import about_why, flat_table

    return Tables((flat_table(found),), about_why(found))


def _split_json(found: "Why") -> Any:
    from haiten.views.why import why_json

    return why_json(found)


def _split_page(found: "Why") -> str:
    from haiten.reports.why_section import why_page

    return why_page(found)


WHY: Final[Forms["Why"]] = Forms(
    "why",
    (
        Screen("table", TXT, tables_on_screen(_split), about="端末の表", also=("text",)),
        TablesAsCsv("csv", CSV, _split_in_one),
        tables_as_xlsx(_split),
        Json("json", JSON, _split_json),
        PrintedForm("html", (".html", ".htm"), _split_page, about="1ファイルのページ"),
    ),
)
