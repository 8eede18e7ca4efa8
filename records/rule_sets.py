"""Rule files of a run in a record: where they stand in it, and what they come to when they are compiled from there.

A rule file and all that it builds on have a folder of their own, ordered by years as rulebooks are (``rules/1/r8``): so
each finds its base beside it, as it did where it came from. That this is so is tried when a record is made.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file
from haiten.compiler.late import frozen
from haiten.compiler.revising.find_base import ALLOCATION, RULEBOOK, says
from haiten.compiler.syntax.years import folder_of
from haiten.scoring.rulebook import fingerprint_of
from haiten.views.program import consolidated_text

_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


@frozen
class PlacedRules:
    """A rule file and all that it builds on, each with its place in a record.

    Attributes:
        files: the places by the files, the rule file itself first.
        problem: why they cannot be told apart in a record, in Japanese; "" where they can.
    """

    files: dict[Path, str]
    problem: str = ""


@frozen
class RulesInForce:
    """What rule files came to.

    Attributes:
        year: of the rulebook.
        scope: for whom it is.
        text: fingerprint of what it says.
        rules: fingerprint of what it decides.
        consolidated: the whole text in force.
        sources: the texts that it was made of, the file itself first.
    """

    year: str
    scope: str
    text: str
    rules: str
    consolidated: str
    sources: tuple[str, ...]


def place_rules(files: Sequence[Path], number: int) -> PlacedRules:
    """Where the files of a compilation stand in a record.

    Args:
        files: the rule file, and what it builds on.
        number: of the rule file among those of the run, from 1.
    """
    placed: dict[Path, str] = {}
    headers: dict[object, Path] = {}
    for file in dict.fromkeys(files):
        kind, header = next(((kind, said) for kind in (RULEBOOK, ALLOCATION) if (said := says(file, kind))), ("", None))
        if header is None:
            return PlacedRules({}, f"{file.name} の年度と対象を読めません")
        if (other := headers.setdefault((kind, header), file)) != file:
            return PlacedRules({}, f"{other} と {file} は、どちらも {header[0]} {header[1]} の{kind}です")
        folder = folder_of(header[0]) if _PLAIN.fullmatch(folder_of(header[0])) else "year"
        stem = file.stem if _PLAIN.fullmatch(file.stem) else "rules"
        names = [f"rules/{number}/{folder}/{stem}{more}.haiten" for more in ("", *map(str, range(2, 99)))]
        taken = {name.lower() for name in placed.values()}
        placed[file] = next(name for name in names if name.lower() not in taken)
    return PlacedRules(placed)


def in_force(file: Path, base: Path | None, parameters: Sequence[str]) -> RulesInForce | None:
    """Compile a rule file anew, from what lies there; None where it has errors.

    Args:
        file: the rule file.
        base: what it builds on, where that was not looked for.
        parameters: ``名前=値`` for 定数 and 予算.
    """
    compiled = compile_file(file, base, tuple(parameters))
    program = compiled.program
    if program is None or not compiled.ok:
        return None
    prints = fingerprint_of(compiled)
    texts = texts_of(compiled)
    whole = consolidated_text(program)
    return RulesInForce(program.year, str(program.scope), prints.text, prints.rules, whole, texts)


def texts_of(compiled: Compilation) -> tuple[str, ...]:
    """The texts that a rule file was made of, its own first."""
    return tuple(source.text for source in compiled.sources)
