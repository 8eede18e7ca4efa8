"""What an author waits for at the editor's desk: ``haiten lsp`` as an editor talks to it, through its own pipes."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from attrs import asdict, frozen

from haiten.benchmarks.editor_client import EditorClient
from haiten.benchmarks.machine import machine_facts
from haiten.benchmarks.measure import ROOT, Times

VISIBLE: Final = 60  # lines that a window shows
KEYS: Final = 60
QUICK_KEYS: Final = 12
_ASKED: Final = 5  # how often what is asked for seldom is measured
_FILES: Final = {"r8": "R8, a revision of a revision", "r6": "R6", "large": "R6 eleven times over"}
_COPIES: Final = "甲乙丙丁戊己庚辛壬癸天"
# What an editor asks for anew after a keystroke.
_SHOWN: Final = ("semanticTokens/full/delta", "inlayHint", "codeLens", "documentSymbol", "foldingRange")


@frozen
class Waited:
    """The median and the worst of some waits."""

    median: Times
    worst: Times


@frozen
class DeskFile:
    """What one file took; all in seconds.

    Attributes:
        told: from a keystroke to the diagnostics, without the pause; ``shown``: what is asked for anew; ``together``:
            both of each keystroke; None in what was measured before it was.
        opened: until the first diagnostics, without the pause; the next three are medians.
    """

    label: str
    lines: int
    told: Waited
    shown: Waited
    together: Waited | None
    opened: Times
    hover: Times
    completion: Times
    rename: Times


@frozen
class DeskMeasured:
    """All of a run; ``keys``: how many keystrokes; ``pause``: the seconds that the server waits for another."""

    machine: dict[str, str]
    keys: int
    pause: float
    files: tuple[DeskFile, ...]

    def to_json(self) -> dict[str, Any]:
        """What is kept in ``results.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "DeskMeasured":
        """What ``results.json`` holds."""
        return cls(data["machine"], data["keys"], data["pause"], tuple(_file(each) for each in data["files"]))


def _file(data: dict[str, Any]) -> DeskFile:
    told, shown, together = (_waited(data.get(each)) for each in ("told", "shown", "together"))
    assert told is not None
    assert shown is not None
    seldom = (Times(**data[each]) for each in ("opened", "hover", "completion", "rename"))
    return DeskFile(data["label"], data["lines"], told, shown, together, *seldom)


def _waited(data: dict[str, Any] | None) -> Waited | None:
    return None if data is None else Waited(Times(**data["median"]), Times(**data["worst"]))


def large_rulebook(text: str) -> str:
    """A rulebook of some 4,600 lines: the two grants of R6 eleven times, each time under other names."""
    head, _, body = text.partition("\n交付金 推進")
    parts = [head]
    for sign in _COPIES:
        copy = f"交付金 推進{body}"
        for name in ("推進", "支援"):
            copy = copy.replace(f"{name}.", f"{name}{sign}.").replace(f"交付金 {name} ", f"交付金 {name}{sign} ")
        # Each copy would read the points of all others, which read its own.
        parts.append(copy.replace(f"得点(全体 から 推進{sign}.Ⅰ.(ⅱ).1 を除く)", f"得点(支援{sign})"))
    return "\n".join(parts)


def keystrokes(text: str, count: int) -> Iterator[tuple[int, int, str]]:
    """Keystrokes all over a text: offset, signs that are taken away, signs that are put there; each in what is then.

    In turn a letter in a text, a line end, another figure of points, and a bracket that is taken away and put back.
    """
    taken = 0  # where a bracket was taken away
    for number in range(count):
        kind, near = number % 5, number * len(text) // count
        at = text.find("」〔", near)
        at = text.index("」〔") if at < 0 else at
        if kind == 0:
            stroke = at, 0, "新"
        elif kind == 1:
            stroke = text.find("\n", at), 0, "\n"
        elif kind == 2:
            found = text.find("点", at)
            at = (text.rindex("点") if found < 0 else found) - 1
            stroke = at, 1, "3" if text[at] != "3" else "4"
        elif kind == 3:
            stroke, taken = (at, 1, ""), at
        else:
            stroke = taken, 0, "」"
        yield stroke
        start, length, new = stroke
        text = text[:start] + new + text[start + length :]


def measure_desk(tell: Callable[[str], None], keys: int = KEYS, only: tuple[str, ...] = tuple(_FILES)) -> DeskMeasured:
    """Measure some files, all if nothing is said; ``tell`` is given a line before each.

    Raises:
        FilesError: the server refused, or ended.
    """
    from haiten.editor.server import PAUSE

    machine = machine_facts()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copytree(ROOT / "rules", root / "rules")
        r6, large = (root / "rules" / year / "municipal.haiten" for year in ("r6", "large"))
        large.parent.mkdir()
        large.write_text(large_rulebook(r6.read_text(encoding="utf-8")), encoding="utf-8")
        files = []
        for year in only:
            tell(f"エディタ、{_FILES[year]}")
            files.append(_measure_file(_FILES[year], root / "rules" / year / "municipal.haiten", root, keys, PAUSE))
    return DeskMeasured(machine, keys, PAUSE, tuple(files))


def _measure_file(label: str, path: Path, root: Path, keys: int, pause: float) -> DeskFile:
    command = [sys.executable, "-m", "haiten.cli", "lsp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            client = EditorClient(server)
            capabilities = {"textDocument": {"rename": {"prepareSupport": True}}}
            client.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities})
            client.send("initialized", {})
            found = _measure_open(client, label, path, keys, pause)
            client.ask("shutdown", None)
            client.send("exit", None)
        except BaseException:
            server.kill()
            raise
    return found


def _measure_open(client: EditorClient, label: str, path: Path, keys: int, pause: float) -> DeskFile:
    uri, text = path.as_uri(), path.read_text(encoding="utf-8")
    lines = text.count("\n") + 1
    opened = client.timed(lambda: client.open(uri, text))
    colours = client.ask("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})["resultId"]
    place = {"textDocument": {"uri": uri}, "position": position(text, text.index("出典 集計") + 3)}
    seldom = {}
    for method, more in (("hover", {}), ("completion", {}), ("rename", {"newName": "全国の集計"})):
        asked = partial(client.ask, f"textDocument/{method}", place | more)
        seldom[method] = _median([client.timed(asked) for _ in range(_ASKED)])
    told: list[Times] = []
    shown: list[Times] = []
    for at, length, new in keystrokes(text, keys):
        start, end = position(text, at), position(text, at + length)
        change = client.timed(partial(client.change, uri, start, end, new))
        told.append(Times(change.wall - pause, change.cpu))
        text = text[:at] + new + text[at + length :]
        answers: list[Any] = []
        shown.append(client.timed(partial(_ask_all, client, _requests(uri, start["line"], colours), answers)))
        colours = answers[0]["resultId"]
    both = [Times(a.wall + b.wall, a.cpu + b.cpu) for a, b in zip(told, shown, strict=True)]
    one, other, together = (Waited(_median(each), _worst(each)) for each in (told, shown, both))
    return DeskFile(label, lines, one, other, together, Times(opened.wall - pause, opened.cpu), **seldom)


def _ask_all(client: EditorClient, requests: list[tuple[str, dict[str, Any]]], answers: list[Any]) -> None:
    answers.extend(client.ask(*each) for each in requests)


def _requests(uri: str, line: int, colours: str) -> list[tuple[str, dict[str, Any]]]:
    """What an editor asks for anew when a line has changed; the colours first."""
    top = max(0, line - VISIBLE // 2)
    window = {"start": {"line": top, "character": 0}, "end": {"line": top + VISIBLE, "character": 0}}
    more: dict[str, dict[str, Any]] = {
        "semanticTokens/full/delta": {"previousResultId": colours},
        "inlayHint": {"range": window},
    }
    return [(f"textDocument/{each}", {"textDocument": {"uri": uri}} | more.get(each, {})) for each in _SHOWN]


def position(text: str, offset: int) -> dict[str, int]:
    """A position as the protocol has it, in units of UTF-16."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return {"line": text.count("\n", 0, offset), "character": len(line.encode("utf-16-le")) // 2}


def _median(times: list[Times]) -> Times:
    return Times(median(each.wall for each in times), median(each.cpu for each in times))


def _worst(times: list[Times]) -> Times:
    return Times(max(each.wall for each in times), max(each.cpu for each in times))
