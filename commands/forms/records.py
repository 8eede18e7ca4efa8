"""Forms of what is told of records: verify, runs."""

from typing import TYPE_CHECKING, Any, Final

from haiten.commands.forms.form import (
    CSV,
    JSON,
    TXT,
    Json,
    Screen,
    Tables,
    TablesAsCsv,
    tables_as_xlsx,
    tables_on_screen,
)
from haiten.commands.forms.way_out import Forms

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.records.folder import FolderOfRecords
    from haiten.records.verify import VerificationOutcome


def _print_verification(console: "Console", made: "VerificationOutcome") -> None:
    from haiten.records.tell import print_verification

    print_verification(console, made)


def _verification(made: "VerificationOutcome") -> Any:
    from haiten.records.tell import verification_json

    return verification_json(made)


VERIFY: Final[Forms["VerificationOutcome"]] = Forms(
    "verify",
    (
        Screen("text", TXT, _print_verification, about="確かめたことと、確かめていないこと"),
        Json("json", JSON, _verification),
    ),
)


def _runs_table(made: "FolderOfRecords") -> Tables:
    from haiten.records.tell import runs_table

    return Tables((runs_table(made),), f"{made.folder} の記録 {len(made.files):,}件")


def _runs(made: "FolderOfRecords") -> Any:
    from haiten.records.tell import runs_json

    return runs_json(made)


RUNS: Final[Forms["FolderOfRecords"]] = Forms(
    "runs",
    (
        Screen("table", TXT, tables_on_screen(_runs_table), about="端末の表", also=("text",)),
        TablesAsCsv("csv", CSV, _runs_table),
        tables_as_xlsx(_runs_table),
        Json("json", JSON, _runs),
    ),
)
