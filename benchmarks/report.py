"""What was measured, as tables between the markers of ``docs/performance.md`` and as a plot."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from haiten.benchmarks.desk import DeskMeasured, Waited
from haiten.benchmarks.files import FILE_RIVALS, FLOOR, FileJob, FilesMeasured
from haiten.benchmarks.one_body import WAYS, ZEN, OneBody
from haiten.benchmarks.pages import PagesMeasured
from haiten.benchmarks.rivals import BASE, RIVALS
from haiten.benchmarks.run import Measured
from haiten.benchmarks.waits import WaitsMeasured
from haiten.scoring.numbers.parallel import MANY

BEGIN: Final = "<!-- figures: written by `make bench` -->"
KINDS: Final = {"cpu": "Processor time", "wall": "Time by the clock"}
END: Final = "<!-- end of figures -->"
_COLOURS: Final = ("#1f6f8b", "#0b3954", "#e07a1f", "#7a4ea3", "#3a8f4d", "#b3262e", "#777777")


def write_figures(page: Path, results: Measured) -> None:
    """Replace what stands between the markers of a page."""
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{figures(results)}\n{END}{tail}", encoding="utf-8")


def figures(results: Measured) -> str:
    """All tables, as Markdown."""
    machine = results.machine
    versions = ", ".join(f"{name} {number}" for name, number in sorted(results.versions.items()))
    lines = [
        f"Measured on {machine['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory']}, "
        f"{machine['system']}, Python {machine['python']}; load average before the run {machine['load']}.  ",
        f"{versions}.",
    ]
    if results.missing:
        lost = ", ".join(f"{RIVALS[name].label} ({what})" for name, what in results.missing.items())
        lines.append(f"Not installed, and so not measured: {lost}.")
    for kind, words in KINDS.items():
        lines += ["", f"{words} of a run (median), and in brackets how many times haiten's with all verdicts:", ""]
        lines += _table(results, partial(_time, kind))
    once = [f"{RIVALS[c.rival].label} ({c.size:,})" for c in results.cells if c.runs == 1]
    if once:
        lines += ["", f"Run once, since a run is long: {', '.join(once)}."]
    lines += ["", "Peak memory of the process (in brackets: when the population was loaded):", ""]
    lines += _table(results, _memory)
    lines += ["", *_growth(results), "", *_one_body(results.one_body)]
    if results.waits is not None:
        lines += ["", *_waits(results.waits)]
    if results.pages is not None:
        lines += ["", *_pages(results.pages)]
    if results.desk is not None:
        lines += ["", *_desk(results.desk)]
    if results.files is not None:
        lines += ["", *_files(results.files)]
    return "\n".join(lines)


def _table(results: Measured, cell: Any) -> Iterator[str]:
    yield "| | " + " | ".join(f"{size:,}" for size in results.sizes) + " |"
    yield "|---|" + "---:|" * len(results.sizes)
    for rival, entry in RIVALS.items():
        if rival not in results.missing:
            yield f"| {entry.label} | " + " | ".join(cell(results, rival, size) for size in results.sizes) + " |"


def _time(kind: str, results: Measured, rival: str, size: int) -> str:
    cell, estimate, base = results.cell(rival, size), results.estimate(rival, size), results.cell(BASE, size)
    assert base is not None
    found = cell or estimate
    if found is None:
        return "–"
    time: float = getattr(found.time, kind)
    ratio = "" if rival == BASE else f" ({_ratio(time / getattr(base.time, kind))})"
    return ("" if cell is not None else "≈ ") + show_time(time) + ratio


def _memory(results: Measured, rival: str, size: int) -> str:
    cell = results.cell(rival, size)
    return "–" if cell is None else f"{_mib(cell.peak)}" + ("" if RIVALS[rival].children else f" ({_mib(cell.loaded)})")


def _growth(results: Measured) -> Iterator[str]:
    small, large = results.sizes[-2:]
    a, b = results.cell(BASE, small), results.cell(BASE, large)
    if a is None or b is None or small == 1:
        return
    cpu, wall = b.time.cpu / a.time.cpu, b.time.wall / a.time.wall
    times, per_body = large / small, small / large
    yield (
        f"Growth: {large:,} bodies are {times:.1f} times as many as {small:,}. They cost haiten {wall:.1f} times the "
        f"time by the clock ({wall * per_body:.2f} times as much per body) and {cpu:.1f} times the processor time "
        f"({cpu * per_body:.2f} times per body); from {MANY:,} bodies on all processors share the work."
    )


def _one_body(one: OneBody) -> Iterator[str]:
    machine, rival = one.machine, one.ways.get(ZEN)
    beside = "" if rival is None else ", and in brackets how many times zen-engine's"
    yield (
        f"One body in process, placed by a nation's stored cut-offs, measured on {machine['date']} (load average "
        f"before the run {machine['load']}). Processor time (median){beside}:"
    )
    yield ""
    yield "| | all points and verdicts | and the trace of an indicator | and all traces |"
    yield "|---|---:|---:|---:|"
    for name, way in one.ways.items():
        cells = []
        for time in (way.score, way.traced, way.everything):
            ratio = "" if rival is None or name == ZEN or time is None else f" ({_ratio(time.cpu / rival.score.cpu)})"
            cells.append("–" if time is None else show_time(time.cpu) + ratio)
        yield f"| {WAYS[name]} | " + " | ".join(cells) + " |"
    yield ""
    yield (
        f"Making `Rulebook.one` ready takes {show_time(one.ready.cpu)}, once in a process. Compiling R8 (a revision of "
        f"a revision, three files) takes {show_time(one.compile.cpu)}; no run above holds either."
    )


def _waits(measured: WaitsMeasured) -> Iterator[str]:
    machine, floor = measured.machine, measured.waits[0]
    yield (
        f"What a user waits for, measured on {machine['date']} (load average before the run {machine['load']}), "
        f"medians of {measured.rounds}. Processor time, and how many times the floor's:"
    )
    yield ""
    yield "| | processor time | times F | asked at most | by the clock | peak memory |"
    yield "|---|---:|---:|---:|---:|---:|"
    for wait in measured.waits:
        asked = "" if wait.asked is None else f"{wait.asked:g} ×"
        peak = "" if wait.peak is None else _mib(wait.peak)
        ratio = _ratio(wait.time.cpu / floor.time.cpu)
        yield (
            f"| {wait.label} | {show_time(wait.time.cpu)} | {ratio} | {asked} | {show_time(wait.time.wall)} | {peak} |"
        )


def _pages(measured: PagesMeasured) -> Iterator[str]:
    machine = measured.machine
    yield (
        f"Pages that compute, in {measured.browser} on {machine['date']} (load average before the run "
        f"{machine['load']}). Time by the clock: from the address to a page that is ready (median of "
        f"{measured.openings}), and of each thing that is done in it, scored, shown and laid out:"
    )
    yield ""
    yield "| page | file | opens in | what is done | median | worst |"
    yield "|---|---:|---:|---|---:|---:|"
    for page in measured.pages:
        size, times = (
            f"{page.size / 2**10:,.0f} KiB",
            [show_time(each) for each in (page.opened, page.median, page.worst)],
        )
        done = f"{page.what} ({page.times} times)"
        yield f"| {page.label} | {size} | {times[0]} | {done} | {times[1]} | {times[2]} |"


def _desk(desk: DeskMeasured) -> Iterator[str]:
    machine = desk.machine
    yield (
        f"At the editor's desk, measured on {machine['date']} (load average before the run {machine['load']}), "
        f"{desk.keys} keystrokes in each file: processor time of the server, and the time by the clock; median, and "
        f"the worst in brackets. The {show_time(desk.pause)} that the server waits for another keystroke are left out."
    )
    yield ""
    yield (
        "| | lines | keystroke to diagnostics, processor | by the clock "
        "| what is shown anew, processor | by the clock | together, processor | by the clock |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for file in desk.files:
        cells = (_waited(waited, kind) for waited in (file.told, file.shown, file.together) for kind in KINDS)
        yield f"| {file.label} | {file.lines:,} | {' | '.join(cells)} |"
    yield ""
    yield "Asked for seldom (median processor time; opened once, until its diagnostics):"
    yield ""
    yield "| | opened | hover | completion | rename in all years |"
    yield "|---|---:|---:|---:|---:|"
    for file in desk.files:
        times = (file.opened, file.hover, file.completion, file.rename)
        yield f"| {file.label} | {' | '.join(show_time(time.cpu) for time in times)} |"


def _waited(waited: Waited | None, kind: str) -> str:
    if waited is None:
        return "–"
    return f"{show_time(getattr(waited.median, kind))} ({show_time(getattr(waited.worst, kind))})"


def _files(files: FilesMeasured) -> Iterator[str]:
    machine = files.machine
    yield (
        f"From file to file, whole commands, measured on {machine['date']} (load average before the run "
        f"{machine['load']}). Processor time (median), and in brackets how many times the floor's:"
    )
    yield ""
    yield from _file_table(files, _file_time)
    once = [f"{FILE_RIVALS[cell.rival]} ({cell.job.label})" for cell in files.cells if cell.runs == 1]
    if once:
        yield ""
        yield f"Run once, since a run is long: {'; '.join(once)}."
    yield ""
    yield "Peak memory of the largest process, and in brackets how many times the file of facts:"
    yield ""
    yield from _file_table(files, _file_memory)


def _file_table(files: FilesMeasured, cell: Callable[[FilesMeasured, str, FileJob], str]) -> Iterator[str]:
    rivals = [rival for rival in FILE_RIVALS if rival not in files.missing]
    yield "| bodies | file | " + " | ".join(FILE_RIVALS[rival] for rival in rivals) + " |"
    yield "|---|---:|" + "---:|" * len(rivals)
    for job, size in zip(files.jobs, files.sizes, strict=True):
        cells = " | ".join(cell(files, rival, job) for rival in rivals)
        yield f"| {job.label} | {_mib(size) if size > 2**20 else f'{size / 2**10:,.0f} KiB'} | {cells} |"


def _file_time(files: FilesMeasured, rival: str, job: FileJob) -> str:
    cell, floor = files.cell(rival, job), files.cell(FLOOR, job)
    if cell is None:
        return "–"
    ratio = "" if floor is None or rival == FLOOR else f" ({_ratio(cell.time.cpu / floor.time.cpu)})"
    return show_time(cell.time.cpu) + ratio


def _file_memory(files: FilesMeasured, rival: str, job: FileJob) -> str:
    cell = files.cell(rival, job)
    if cell is None:
        return "–"
    size = files.sizes[files.jobs.index(job)]
    return _mib(cell.peak) + (f" ({_ratio(cell.peak / size)})" if size > 2**24 else "")


def show_time(seconds: float) -> str:
    """Three digits, in the unit that suits."""
    for unit, size in (("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{_three(seconds / size)} {unit}"
    return f"{_three(seconds)} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def _three(number: float) -> str:
    return f"{number:.2f}" if number < 9.995 else f"{number:.1f}" if number < 99.95 else f"{number:.0f}"


def _ratio(ratio: float) -> str:
    return f"{_three(ratio)} ×"


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def draw_plot(path: Path, results: Measured) -> None:
    """Processor time against bodies, both logarithmic; what was estimated is dashed; below, from file to file."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "haiten"  # the same figures give the same file
    from matplotlib import pyplot

    panels = 1 if results.files is None else 2
    figure, rows = pyplot.subplots(panels, figsize=(8, 5.2 * panels), layout="constrained", squeeze=False)
    axes = rows[0, 0]
    for (rival, entry), colour in zip(RIVALS.items(), _COLOURS, strict=True):
        cells = [cell for cell in results.cells if cell.rival == rival]
        if not cells:
            continue
        width = 2.4 if rival.startswith("haiten") else 1.4
        axes.plot(
            [c.size for c in cells], [c.time.cpu for c in cells], "o-", color=colour, label=entry.label, lw=width, ms=4
        )
        guesses = [(e.size, e.time.cpu) for e in results.estimates if e.rival == rival]
        points = [(cells[-1].size, cells[-1].time.cpu), *guesses]
        axes.plot([x for x, _ in points], [y for _, y in points], ":", color=colour, lw=1.4)
    sizes = results.sizes[-2:]
    base = results.cell(BASE, sizes[0])
    if base is not None:
        line = [base.time.cpu * size / sizes[0] for size in sizes]
        axes.plot(sizes, line, "-", color="#bbbbbb", lw=1, label=f"in proportion to {sizes[0]:,}", zorder=0)
    axes.set(xscale="log", yscale="log", xlabel="bodies", ylabel="processor time, seconds")
    axes.set_xticks(results.sizes, [f"{size:,}" for size in results.sizes])
    axes.minorticks_off()
    axes.grid(color="#dddddd")
    axes.legend(fontsize=8, frameon=False)
    axes.set_title("R8, points of every leaf: processor time of a run (dotted: estimated)", fontsize=10)
    if results.files is not None:
        _draw_files(rows[1, 0], results.files)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _draw_files(axes: Any, files: FilesMeasured) -> None:
    """Processor time of whole commands against bodies, to Parquet."""
    for rival, colour in zip(FILE_RIVALS, (_COLOURS[1], "#777777", _COLOURS[2], _COLOURS[3]), strict=True):
        cells = [cell for cell in files.cells if cell.rival == rival and cell.job.target == "parquet"]
        if cells:
            style = "--" if rival == FLOOR else "-"
            x, y = [cell.job.size for cell in cells], [cell.time.cpu for cell in cells]
            axes.plot(x, y, f"o{style}", color=colour, label=FILE_RIVALS[rival], lw=1.8, ms=4)
    sizes = [job.size for job in files.jobs if job.target == "parquet"]
    axes.set(xscale="log", yscale="log", xlabel="bodies", ylabel="processor time, seconds")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.grid(color="#dddddd")
    axes.legend(fontsize=8, frameon=False)
    axes.set_title("File to file: facts (CSV; the largest Parquet) to a Parquet of all scores", fontsize=10)
