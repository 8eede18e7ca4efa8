"""Kills commands while they write, and looks at what is left: ``python tests/killed.py COUNT``.

Each command is run in a fork of a process that has loaded the libraries, so that most of its time is work of its own.
It is killed at a random moment: half of the times within a few milliseconds of when its output begins to be written.
"""

import io
import json
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import haiten.commands.outputs
import haiten.comparison.diff
import haiten.forms.write_sheet
import haiten.records.making
import haiten.scoring.running.machine
import haiten.views.allocation
import haiten.views.files.comparison
import haiten.views.files.export
import haiten.views.files.sheets  # noqa: F401 - so that forks need not load it
from haiten.cli import main
from haiten.records.reading import record_of

ROOT = Path(__file__).parents[1]
PREFIX = ".haiten-tmp-"
SMALL = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 100以下
交付金 推進 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      指標 1 4点 要件 率 が 上位5割
"""
BODIES = 1_700


def whole_csv(data: bytes) -> bool:
    return data.count(b"\r\n") == BODIES + 1 and data.endswith(b"\r\n")


def whole_workbook(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.testzip() is None


def whole_parquet(data: bytes) -> bool:
    # Read by hand: a process in which Polars has run must not be forked.
    size = int.from_bytes(data[-8:-4], "little")
    return data[:4] == data[-4:] == b"PAR1" and 0 < size < len(data)


def whole_record(data: bytes) -> bool:
    return record_of(Path("x"), data).record is not None


def whole_json(data: bytes) -> bool:
    return isinstance(json.loads(data), dict)


def commands(folder: Path) -> dict[str, tuple[list[str], Path, bytes, Callable[[bytes], bool]]]:
    """By name: arguments, the file that is written, what is there before, and whether it is whole."""
    rules, facts = folder / "rules.haiten", folder / "facts.csv"
    rules.write_text(SMALL, encoding="utf-8")
    rows = (f"{90_000 + n},名{n},令和6年度,{n % 101}" for n in range(BODIES))
    facts.write_text("\n".join(("団体コード,団体名,年度,率", *rows)) + "\n", encoding="utf-8")
    r6, r7 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7"))
    text = r6.read_text(encoding="utf-8")
    old = b"old" * 100_000
    untidy, slip = text.replace("\n  目標", "\n目標").encode(), text.replace("目標 Ⅰ", "目標 I", 1).encode()
    score = ["score", str(rules), str(facts), "--to"]
    made: dict[str, tuple[list[str], Path, bytes, Callable[[bytes], bool]]] = {
        "csv": (score, folder / "x.csv", old, whole_csv),
        "xlsx": (score, folder / "x.xlsx", old, whole_workbook),
        "parquet": (score, folder / "x.parquet", old, whole_parquet),
        "json": (score, folder / "x.json", old, whole_json),
        "stats xlsx": (["stats", str(rules), str(facts), "--to"], folder / "s.xlsx", old, whole_workbook),
        "cut-offs": (["score", str(rules), str(facts), "--save-cutoffs"], folder / "c.json", old, whole_json),
        "sheet": (["sheet", str(r6), "--to"], folder / "t.xlsx", b"", whole_workbook),
        "record": (["score", str(rules), str(facts), "--record"], folder / "r.haitenrun", old, whole_record),
        "certificate": (["prove", str(rules), "--to"], folder / "p.json", old, whole_json),
        "html": (
            ["diff", str(r6), str(r7), "--to"],
            folder / "d.html",
            old,
            lambda data: data.rstrip().endswith(b"</html>"),
        ),
        "report": (
            ["report", "diff", str(r6), str(r7), "--to"],
            folder / "r.html",
            old,
            lambda data: data.rstrip().endswith(b"</html>"),
        ),
        "fmt": (["fmt"], folder / "f.haiten", untidy, lambda data: data == text.encode()),
        "fix": (["check", "--fix"], folder / "g.haiten", slip, lambda data: data == text.encode()),
    }
    return made


def run(arguments: list[str]) -> int:
    """Begin a command; the process that runs it."""
    child = os.fork()
    if child:
        return child
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        main(arguments)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:  # whatever else comes up: the folder is the parent's
        os._exit(1)


def kill(arguments: list[str], file: Path, delay: float, *, writing: bool) -> None:
    """Run a command, and kill it so long after it began, or after it began to write."""
    began, child = time.monotonic(), run(arguments)
    latest = began + 60
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if writing and began < latest and not any(file.parent.glob(f"{PREFIX}*")):
            began = time.monotonic()
        if time.monotonic() >= min(began + delay, latest):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.0005)


def count(times: int, seed: int) -> dict[str, Counter[str]]:
    """How often each command left the old file, the new one, or a torn one."""
    chance, found = random.Random(seed), dict[str, Counter[str]]()
    with tempfile.TemporaryDirectory() as name:
        for command, (arguments, file, old, is_whole) in commands(Path(name)).items():
            found[command] = Counter()
            file.write_bytes(old)
            began = time.monotonic()
            os.waitpid(run([*arguments, str(file)]), 0)
            took = time.monotonic() - began
            assert is_whole(file.read_bytes()), command
            for number in range(times):
                file.write_bytes(old)
                writing = number % 2 == 0
                kill([*arguments, str(file)], file, chance.uniform(0, 0.03 if writing else took), writing=writing)
                data = file.read_bytes()
                try:
                    state = "old" if data == old else "new" if is_whole(data) else "torn"
                except Exception:
                    state = "torn"
                left = list(file.parent.glob(f"{PREFIX}*"))
                found[command][state] += 1
                found[command]["left over"] += bool(left)
                for path in left:
                    path.unlink()
    return found


if __name__ == "__main__":
    print(json.dumps(count(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
