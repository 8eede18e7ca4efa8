"""Forms of survey sheets, and of what came back of them: sheet, collect."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from haiten.commands.forms.form import CSV, TXT, Binary, Csv, Screen
from haiten.commands.forms.way_out import Forms

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.forms.collect import Collected
    from haiten.forms.write_sheet import SurveyDraft


def _write_survey(path: Path, made: "SurveyDraft", /, *, safe: bool) -> None:
    from haiten.forms.write_sheet import write_survey

    write_survey(path, made)


SHEET: Final[Forms["SurveyDraft"]] = Forms(
    "sheet", (Binary("xlsx", (".xlsx",), _write_survey, about="調査票", for_people=True),)
)


def _print_collected(console: "Console", made: "Collected") -> None:
    from haiten.forms.tell_collected import print_collected

    print_collected(console, made)


def _write_facts(path: Path, made: "Collected", /, *, safe: bool) -> None:
    from haiten.forms.collect import write_facts

    write_facts(path, made, safe=safe)


COLLECT: Final[Forms["Collected"]] = Forms(
    "collect",
    (
        Screen("text", TXT, _print_collected, about="まだ・遅れ・違いの一覧"),
        Csv("csv", CSV, _write_facts, about="事実ファイル"),
    ),
    talks=True,
)
