"""Damaged files made from a sound one: bytes changed, cut, doubled; of a ZIP also inside its parts, packed rightly.

``python tests/damaged_files.py 3000 xlsx`` reads so many of a kind and tells what came of them.
"""

import io
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from book_files import write_ods, write_xlsb

from fact_files import small_rulebook

DATA = Path(__file__).parent / "data"
KINDS = ("xlsx", "xls", "ods", "parquet", "xlsb")
_NUMBERS = (b"0", b"-1", b"1", b"16384", b"65536", b"1048576", b"4294967295", b"99999999999999999999", b"1e308", b"NaN")
_ROWS = [
    ["団体コード", "団体名", "年度", "人口", "変化率", "過疎"],
    ["011002", "札幌市", "R6", 1000, -0.5, "○"],
    ["012025", "函館市", "R6", 2000, 0.25, "×"],
]


def mutant(data: bytes, kind: str, seed: int) -> bytes:
    """A damaged copy; the same for the same seed."""
    chance = random.Random(seed)
    if kind in ("xlsx", "ods", "xlsb") and chance.random() < 0.6:
        return _inside(data, chance)
    return _bytes(data, chance)


def _inside(data: bytes, chance: random.Random) -> bytes:
    made = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            if name == hit:
                part = _text(part, chance) if part.startswith(b"<") and chance.random() < 0.7 else _bytes(part, chance)
            if name != hit or chance.random() > 0.05:
                new.writestr(name, part)
    return made.getvalue()


def _text(part: bytes, chance: random.Random) -> bytes:
    """A number becomes another, or a piece of XML is taken out or doubled."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        numbers = list(re.finditer(rb"\d+", part))
        tags = list(re.finditer(rb"<[^>]*>", part))
        if numbers and chance.random() < 0.6:
            one = chance.choice(numbers)
            part = part[: one.start()] + chance.choice(_NUMBERS) + part[one.end() :]
        elif tags:
            one = chance.choice(tags)
            part = part[: one.start()] + chance.choice((b"", one[0] * 2, one[0] * 2000)) + part[one.end() :]
    return part


def _bytes(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 3, 10, 100))):
        if not made:
            break
        at, size = chance.randrange(len(made)), chance.choice((1, 1, 2, 4, 16, 512))
        match chance.randrange(7):
            case 0 | 1:
                made[at] ^= 1 << chance.randrange(8)
            case 2:
                made[at : at + size] = chance.randbytes(len(made[at : at + size]))
            case 3:
                made[at : at + size] = bytes([chance.choice((0, 0xFF, 0x7F, 0x80))]) * len(made[at : at + size])
            case 4:
                made[at : at + size] = b""
            case 5:
                made[at:at] = made[at : at + size]
            case 6 if chance.random() < 0.3:
                del made[at:]
    return bytes(made)


def sound(kind: str, folder: Path) -> Path:
    """A sound file of a kind."""
    path = folder / f"sound.{kind}"
    match kind:
        case "xlsx":
            with xlsxwriter.Workbook(path) as book:
                sheet = book.add_worksheet("事実")
                for number, row in enumerate(_ROWS):
                    sheet.write_row(number, 0, row)
                sheet.write(1, 4, -0.005, book.add_format({"num_format": "0.0%"}))
                sheet.merge_range(1, 2, 2, 2, "R6")
                sheet.write_formula(2, 3, "=1000*2", None, 2000)
                book.add_worksheet("別").write(0, 0, "団体コード")
        case "xls":
            path.write_bytes((DATA / "facts.xls").read_bytes())
        case "ods":
            write_ods(path, _ROWS)
        case "xlsb":
            write_xlsb(path, _ROWS, ["0%"], [(1, 2, 2, 2)])
        case "parquet":
            import polars as pl

            places = range(300)
            columns = {
                "団体コード": [f"99{place:03}" for place in places],
                "団体名": [f"{place}町" for place in places],
                "年度": ["R6"] * 300,
                "人口": [1000 + place for place in places],
                "変化率": [place / 10 - 15 for place in places],
                "過疎": [place % 2 == 0 for place in places],
            }
            # Packed pages have sums of their own, and seldom reach what reads their cells.
            pl.DataFrame(columns).write_parquet(path, compression="uncompressed")
    return path


def main(count: int, kind: str, start: int = 0) -> None:
    """Read mutants, and tell how many were read, refused (by code), or brought something down."""
    import resource

    rulebook, seen, slowest = small_rulebook(), Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as name:
        data = sound(kind, Path(name)).read_bytes()
        path = Path(name) / f"facts.{kind}"
        for seed in range(start, start + count):
            path.write_bytes(mutant(data, kind, seed))
            begun = time.monotonic()
            try:
                found = rulebook.read_facts(path)
                seen["、".join(sorted({d.code for d in found.diagnostics})) or "read"] += 1
            except Exception as error:
                seen[f"FELL {type(error).__name__}"] += 1
                print("seed", seed, repr(error), flush=True)
            took = time.monotonic() - begun
            if took > slowest:
                slowest = took
                print(f"seed {seed}: {took:.1f}s", flush=True)
            if seed % 100 == 99:
                print(
                    seed + 1,
                    dict(seen),
                    f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10}MB",
                    flush=True,
                )
    peak = [resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"{kind}: {count} read, slowest {slowest:.1f}s, {peak[0]}MB here, {peak[1]}MB in the reading process")
    for what, times in seen.most_common():
        print(f"{times:6} {what}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
