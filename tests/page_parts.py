"""The parts of a page, run by Node, for tests."""

import base64
import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import haiten
from haiten.backends.javascript.node import find_node
from haiten.pages.known import known_of_body
from haiten.pages.page_data import PageDraft, page_data
from haiten.scoring.facts.facts import Facts
from haiten.scoring.rulebook import Rulebook

ROOT = Path(__file__).parents[1]


@cache
def rulebook(year: str) -> Rulebook:
    return haiten.compile(ROOT / "rules" / year / "municipal.haiten")


@cache
def data_of(year: str) -> dict[str, Any]:
    return page_data(PageDraft(rulebook(year)))


def by_node(part: str, **given: object) -> Any:
    """What a part of the page makes of something."""
    node = find_node()
    assert node is not None
    done = subprocess.run(
        [node, ROOT / "tests" / "page" / "run_parts.js"],
        input=json.dumps({"part": part, **given}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def coded(files: Sequence[Path]) -> list[str]:
    """Files as they are handed to Node."""
    return [base64.b64encode(file.read_bytes()).decode() for file in files]


def said_by_page(year: str, cells: dict[str, str]) -> dict[str, Any]:
    """What the cells of a page say, by column: numbers, answers and outcomes."""
    named = list(cells.items())
    told = by_node("cells", data=data_of(year), cells=named)
    return {column: value for (column, _), value in zip(named, told, strict=True) if value is not None}


def said_by_haiten(facts: Facts | None) -> dict[str, Any]:
    """The same of facts that haiten read."""
    assert facts is not None
    known = known_of_body(facts)
    outcomes = {f"所与.{path}": truth for path, truth in known.outcomes.items()}
    return {**{name: str(number) for name, number in known.numbers.items()}, **known.answers, **outcomes}
