"""Tables and trees for the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from haiten.views.console.console import console_to as console_to
from haiten.views.console.console import make_console as make_console

if TYPE_CHECKING:  # `check` and `show` start without NumPy
    from haiten.compiler.program.program import Program
    from haiten.scoring.running.scores import PointsColumns, PointsRange, Scores

T = TypeVar("T")

_SHOWN: Final = 2  # levels: 交付金, 目標 and 指標群
_FEW: Final = 3
_MANY: Final = 20


def make_table(*headings: str, title: str | None = None) -> Table:
    """A table of which the first column is words, and the others are figures."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="left" if index == 0 else "right", no_wrap=index > 0, overflow="fold")
    return table


# score


def show_range(points: "PointsRange") -> str:
    """``12/16点``, or ``9–12/16点`` while something is unknown."""
    low = f"{points.certain}" if points.decided else f"{points.certain}–{points.possible}"
    return f"{low}/{points.maximum}点"


def show_rate(points: "PointsRange") -> str:
    """得点率 in per cent, a range while something is unknown."""
    if not points.maximum:
        return "―"
    low, high = (100 * value / points.maximum for value in (points.certain, points.possible))
    return f"{low:.1f}%" if points.decided else f"{low:.1f}–{high:.1f}%"


def print_scores(console: Console, scores: "Scores", listed: Sequence[int]) -> None:
    """The scores of a few bodies in full, of many in a row each, with the averages."""
    print_trial(console, scores.program)
    if len(listed) <= _FEW:
        for body in listed:
            _print_body(console, scores, body)
        return
    grants = scores.program.grants
    table = make_table("団体", *(grant.label for grant in grants), "計", "得点率", title=f"{len(listed):,}団体の得点")
    for body in listed[:_MANY]:
        who, total = scores.bodies[body], scores.points(None, body)
        points = (show_range(scores.points(grant.path, body)) for grant in grants)
        table.add_row(f"{who.code} {who.name}", *points, show_range(total), show_rate(total))
    console.print(table)
    if len(listed) > _MANY:
        console.print(f"ほか{len(listed) - _MANY:,}団体。全団体は「--to 得点.csv」に、1団体は「--body コード」で。\n")
    _print_averages(console, scores)


def print_trial(console: Console, program: "Program") -> None:
    """Say which 定数 a simulation changed, if any."""
    if program.trial:
        console.print(f"試算: 定数 {program.trial_text}", style="bold yellow", soft_wrap=True)


def _print_body(console: Console, scores: "Scores", body: int) -> None:
    who = scores.bodies[body]
    title = f"{f'{who.code} {who.name}'.rstrip()}（{scores.program.year} {scores.program.scope}）"
    table = make_table("", "得点", "得点率", title=title)
    for node in scores.program.nodes.values():
        if node.level <= _SHOWN:
            points = scores.points(node.path, body)
            style = "bold" if not node.level else None
            name = f"{'  ' * node.level}{node.label} {node.text}"
            table.add_row(name, show_range(points), show_rate(points), style=style)
    total = scores.points(None, body)
    table.add_section()
    table.add_row("計", show_range(total), show_rate(total), style="bold")
    console.print(table)
    if not total.decided:
        from haiten.compiler.checks.totals import undisclosed_within

        hidden = "か、未公表の点" if undisclosed_within(scores.program) else ""
        console.print(f"幅のある得点は、未回答の項目{hidden}があるためです（確実な得点–あり得る最大）。\n")


def _print_averages(console: Console, scores: "Scores") -> None:
    table = make_table("", "満点", "平均", "得点率", title=f"{len(scores.bodies):,}団体の平均")
    for node in scores.program.nodes.values():
        if node.level <= _SHOWN:
            name = f"{'  ' * node.level}{node.label} {node.text}"
            table.add_row(name, str(node.maximum), *_means(scores.counted(node.path), node.maximum))
    table.add_section()
    most = scores.program.maximum
    table.add_row("計", str(most), *_means(scores.total(), most), style="bold")
    console.print(table)


def _means(columns: "PointsColumns", maximum: int) -> tuple[str, str]:
    """The mean of some points, and what share of a maximum it is."""
    certain, possible = (float(column.mean()) for column in columns)
    mean = f"{certain:.2f}" if certain == possible else f"{certain:.2f}–{possible:.2f}"
    if not maximum:
        return mean, "―"
    low, high = (100 * value / maximum for value in (certain, possible))
    return mean, f"{low:.1f}%" if low == high else f"{low:.1f}–{high:.1f}%"


def track(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Hand items on, with a progress bar on stderr where there are several and a person watches."""
    console = make_console(stderr=True)
    if total < 2 or not console.is_terminal:
        yield from items  # which nobody else holds on to
        return
    from rich.progress import Progress  # which takes time to load

    with Progress(console=console, transient=True) as progress:
        yield from progress.track(items, total=total, description=what)
