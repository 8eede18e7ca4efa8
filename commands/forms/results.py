"""Forms of what is made of scores: score, explain, allocate, stats, gaps, whatif, sweep."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haiten.commands.forms.form import (
    CSV,
    JSON,
    TXT,
    Binary,
    Csv,
    Json,
    JsonPieces,
    NotHeldError,
    Screen,
    Tables,
    TablesAsCsv,
    columns,
    tables_as_xlsx,
    tables_on_screen,
)
from haiten.commands.forms.made import (
    Altered,
    CountedBodies,
    Divided,
    Explained,
    ExplainedMoney,
    HandedOut,
    Lacking,
    Scored,
    Swept,
)
from haiten.commands.forms.way_out import Forms

if TYPE_CHECKING:
    from polars import DataFrame
    from rich.console import Console


# score


def _print_scored(console: "Console", made: Scored) -> None:
    from haiten.views.console.terminal import print_scores

    print_scores(console, made.scores, made.chosen)


def _write_scores(path: Path, made: Scored, /, *, safe: bool) -> None:
    from haiten.views.files.export import write_scores

    write_scores(path, made.scores, safe=safe)


def _scores_json(made: Scored, ascii_only: bool, watched: bool) -> "Iterator[str]":
    from haiten.views.files.export import score_pieces

    return score_pieces(made.scores, ascii_only=ascii_only, watched=watched)


SCORE: Final[Forms[Scored]] = Forms(
    "score",
    (
        Screen("text", TXT, _print_scored, about="端末の表"),
        Csv("csv", CSV, _write_scores),
        Binary("parquet", (".parquet",), _write_scores),
        Binary("xlsx", (".xlsx",), _write_scores),
        JsonPieces("json", JSON, _scores_json),
    ),
    talks=True,
)


# explain


def _print_explained(console: "Console", made: Explained | ExplainedMoney) -> None:
    if isinstance(made, ExplainedMoney):
        from haiten.views.money_trace import print_money

        allocated = made.allocated
        who, program = allocated.bodies[made.body], allocated.scores.program
        head = f"{who.code} {who.name}（{program.year} {program.scope} 配分）交付額 {allocated.paid[made.body]:,}円"
        print_money(console, head, made.traces)
    else:
        from haiten.views.console.terminal import print_trial
        from haiten.views.trace import print_traces

        body, about = made.scores.bodies[made.body], made.scores.program
        print_trial(console, about)
        print_traces(console, f"{body.code} {body.name}（{about.year} {about.scope}）", made.traces)


def _explained(made: Explained | ExplainedMoney) -> Any:
    if isinstance(made, ExplainedMoney):
        from haiten.views.money_trace import money_json

        return money_json(made.allocated, made.body, made.traces)
    from haiten.scoring.explaining.explain import explain_json

    return explain_json(made.scores, made.body, made.traces)


EXPLAIN: Final[Forms[Explained | ExplainedMoney]] = Forms(
    "explain", (Screen("text", TXT, _print_explained, about="木"), Json("json", JSON, _explained))
)


# allocate


def _print_divided(console: "Console", made: Divided) -> None:
    from haiten.views.allocation import print_allocated, print_body

    if made.body is None:
        print_allocated(console, made.allocated)
    else:
        print_body(console, made.allocated, made.body)


def _divided(made: Divided) -> Any:
    from haiten.views.allocation import allocation_json

    return allocation_json(made.allocated)


def _divided_columns(made: Divided) -> "DataFrame":
    from haiten.views.allocation import allocation_frame

    return allocation_frame(made.allocated)


ALLOCATE: Final[Forms[Divided]] = Forms(
    "allocate",
    (
        Screen("text", TXT, _print_divided, about="端末の表"),
        *columns("交付額", _divided_columns),
        Json("json", JSON, _divided),
    ),
    talks=True,
)


# stats, gaps


def _print_counted(console: "Console", made: CountedBodies) -> None:
    from haiten.views.tables import print_tables

    print_tables(console, made.report.tables, made.about, made.limit)


def _print_all_counted(console: "Console", made: CountedBodies) -> None:
    from haiten.views.tables import print_tables

    print_tables(console, made.report.tables, made.about)


def _counted(made: CountedBodies) -> Tables:
    return Tables(made.report.tables, made.about)


STATS: Final[Forms[CountedBodies]] = Forms(
    "stats",
    (
        Screen("table", TXT, _print_counted, _print_all_counted, about="端末の表", also=("text",)),
        TablesAsCsv("csv", CSV, _counted, lambda made: made.limit is not None, about="全ての表ならフォルダに1つずつ"),
        tables_as_xlsx(_counted),
        Json("json", JSON, lambda made: made.report.to_json()),
    ),
)


def _write_handout(path: Path, made: HandedOut, /, *, safe: bool) -> None:
    from haiten.views.files.handout import write_handout

    write_handout(path, made.handout, made.about)


# Of one prefecture ``stats`` makes a book to hand out.
HANDOUT: Final[Forms[HandedOut]] = Forms("stats", (Binary("xlsx", (".xlsx",), _write_handout, about="分析のブック"),))


def _lacking(made: Lacking) -> Tables:
    from haiten.tabulation.gaps.gaps import gaps_table

    return Tables((gaps_table(made.gaps),), made.about, made.gaps.scores.program.trial_text)


GAPS: Final[Forms[Lacking]] = Forms(
    "gaps",
    (
        Screen("table", TXT, tables_on_screen(_lacking), about="端末の表", also=("text",)),
        TablesAsCsv("csv", CSV, _lacking),
        tables_as_xlsx(_lacking),
        Json("json", JSON, lambda made: made.gaps.to_json()),
    ),
)


# whatif, sweep


def _altered(made: Altered) -> Tables:
    from haiten.tabulation.simulation.whatif import whatif_tables

    return Tables(whatif_tables(made.whatif), made.about, made.whatif.after.program.trial_text)


WHATIF: Final[Forms[Altered]] = Forms(
    "whatif",
    (
        Screen("table", TXT, tables_on_screen(_altered), about="端末の表", also=("text",)),
        TablesAsCsv("csv", CSV, _altered, lambda _: True, about="フォルダに表を1つずつ"),
        tables_as_xlsx(_altered),
        Json("json", JSON, lambda made: made.whatif.to_json(), about="変わる項目の理由は explain と同じ形"),
    ),
)


def _print_swept(console: "Console", made: Swept) -> None:
    from haiten.views.tables import print_tables

    shown = [table for table in made.report.tables if made.table in (None, table.name)]
    print_tables(console, shown, made.about, made.limit)


def _write_sweep(path: Path, made: Swept, /, *, safe: bool) -> None:
    from haiten.views.files.sweep import write_sweep

    problem = write_sweep(path, made.report, made.about, safe=safe)
    if problem is not None:
        raise NotHeldError(problem)


SWEEP: Final[Forms[Swept]] = Forms(
    "sweep",
    (
        Screen("table", TXT, _print_swept, about="端末の表", also=("text",)),
        Binary("parquet", (".parquet",), _write_sweep, about="全団体×全シナリオ"),
        Csv("csv", CSV, _write_sweep, about="同じ"),
        Binary("xlsx", (".xlsx",), _write_sweep, about="シナリオを横に並べる"),
        Json("json", JSON, lambda made: made.report.to_json()),
    ),
    talks=True,
)
