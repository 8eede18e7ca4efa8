"""A rule file that is checked again whenever it, what it builds on, or the facts are saved."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.scoring.proving.workspace import Workspace
    from haiten.scoring.running.scores import Scores

NodePoints = dict[str, tuple[int, int]]


@define(eq=False)
class FileWatch:
    """One watch, from the command line.

    Files are looked at by size and time of change: an office keeps them on other machines, which tell of no changes.

    Attributes:
        last: what the body's nodes had when they were scored last.
    """

    file: Path
    facts: Path | None
    body: str | None
    interval: float
    last: NodePoints | None = None
    _states: dict[Path, tuple[int, int] | None] = field(factory=dict)

    def run(self) -> int:
        """Check, and check again; it ends by Ctrl-C, or where the file cannot be found at the start."""
        from haiten.commands.common import stderr
        from haiten.scoring.proving.workspace import Workspace
        from haiten.views.console.terminal import make_console

        if not self.file.is_file():
            stderr().print(f"{self.file}: ファイルが見つかりません", soft_wrap=True)
            return 1
        console, space = make_console(), Workspace()
        while True:
            # What is saved while it is being checked is a change: files are looked at before they are read.
            known = self._states.keys() or [self.file, *([] if self.facts is None else [self.facts])]
            before = {path: _state(path) for path in known}
            files = self._show(console, space)
            self._states = {path: before[path] if path in before else _state(path) for path in files}
            sys.stdout.flush()
            while all(_state(path) == state for path, state in self._states.items()):
                time.sleep(self.interval)

    def _show(self, console: "Console", space: "Workspace") -> list[Path]:
        """Check once, and tell; the files that it rests on."""
        from haiten.compiler.diagnostics.masses import gathered
        from haiten.views.check import print_checked

        compilation = space.compile(self.file)
        found = gathered(list(space.examine(self.file)))
        console.rule(time.strftime("%H:%M:%S"))
        print_checked(console, str(self.file), compilation, found, strict=False)
        files = [self.file, *(Path(source.name) for source in compilation.sources)]
        if self.facts is not None:
            files.append(self.facts)
            if compilation.ok and compilation.allocation is None:
                self._score(console, compilation, self.facts)
        return list(dict.fromkeys(files))

    def _score(self, console: "Console", compilation: Compilation, facts: Path) -> None:
        """The body's points, and which nodes have others than before."""
        from haiten.commands.common import chosen_bodies
        from haiten.scoring.rulebook import Rulebook
        from haiten.views.diagnostics import print_diagnostics

        rulebook = Rulebook(compilation)
        read = rulebook.read_facts(facts)
        print_diagnostics(console, read.diagnostics)
        if read.facts is None:
            return
        scores = rulebook.score_checked(read.facts)
        chosen = chosen_bodies(scores, [facts], self.body)
        if not chosen:
            return
        if len(chosen) > 1:
            console.print(f"{facts} には{len(chosen):,}団体があります。--body で1つを選ぶと、得点を示します")
            return
        now = dict(_points(scores, chosen[0]))
        for line in _told(now, self.last):
            console.print(line, soft_wrap=True, markup=False)
        self.last = now


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _points(scores: "Scores", body: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Certain and possible points of all nodes and of the whole, which is named 計."""
    total = scores.points(None, body)
    yield "計", (total.certain, total.possible)
    for path in scores.program.nodes:
        points = scores.points(path, body)
        yield path, (points.certain, points.possible)


def _told(now: NodePoints, before: NodePoints | None) -> Iterator[str]:
    total = _range(now["計"])
    if before is None:
        yield f"得点 計 {total}点"
        return
    changed = [path for path in now if path in before and now[path] != before[path]]
    if now["計"] == before["計"] and not changed:
        yield f"得点 計 {total}点（変わらない）"
        return
    yield f"得点 計 {_range(before['計'])}点 → {total}点"
    # Of nodes within each other the innermost tells the most.
    for path in changed:
        if path != "計" and not any(other.startswith(f"{path}.") for other in changed):
            yield f"  {path} {_range(before[path])}点 → {_range(now[path])}点"


def _range(points: tuple[int, int]) -> str:
    certain, possible = points
    return f"{certain:,}" if certain == possible else f"{certain:,}–{possible:,}"
