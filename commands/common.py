"""What several commands do: compile, find a path, score, complain on stderr."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.scores import Scores


def stderr() -> "Console":
    """Where diagnostics go."""
    from haiten.views.terminal import make_console

    return make_console(stderr=True)


def compile_rules(file: Path, base: Path | None = None) -> "Rulebook | None":
    """A rulebook that can run; None, with its diagnostics on stderr."""
    from haiten.scoring.rulebook import compile_rulebook
    from haiten.views.diagnostics import print_diagnostics

    rulebook = compile_rulebook(file, base)
    print_diagnostics(stderr(), rulebook.diagnostics)
    return rulebook if rulebook.ok else None


def find_path(nodes: Mapping[str, object], written: str) -> str | None:
    """The canonical path that the user wrote; None, with a word on stderr, where there is no such node."""
    from haiten.compiler.paths import canonical_path
    from haiten.compiler.suggest import nearest

    path = canonical_path(written)
    if path in nodes:
        return path
    suggestion = nearest(path, nodes)
    hint = f"（もしかして: {suggestion}）" if suggestion else ""
    stderr().print(f"「{written}」という項目はありません{hint}", soft_wrap=True)
    return None


def score_facts(file: Path, facts: Path, cutoffs: Path | None, base: Path | None = None) -> "Scores | None":
    """Scores; None, with the diagnostics on stderr."""
    from haiten.views.diagnostics import print_diagnostics
    from haiten.views.terminal import track

    rulebook = compile_rules(file, base)
    if rulebook is None:
        return None
    console = stderr()
    read = rulebook.read_facts(facts, track)
    print_diagnostics(console, read.diagnostics)
    stored = rulebook.read_cutoffs(cutoffs) if cutoffs is not None else None
    print_diagnostics(console, stored.diagnostics if stored else ())
    if read.facts is None or (stored is not None and stored.stored is None):
        return None
    with console.status("採点中"):
        scores = rulebook.score(read.facts, stored.stored if stored else None)
    print_diagnostics(console, scores.notes(str(facts)))
    return scores


def chosen_bodies(scores: "Scores", facts: Path, code: str | None) -> list[int] | None:
    """The bodies to show; None, with a diagnostic on stderr, where the code is not among them."""
    if code is None:
        return list(range(len(scores.bodies)))
    index = scores.index(code)
    if index is not None:
        return [index]
    from haiten.compiler.diagnostics import Cell
    from haiten.scoring.fact_errors import UnknownBody
    from haiten.views.diagnostics import print_diagnostics

    known = "、".join(body.code for body in scores.bodies[:5])
    more = f" ほか{len(scores.bodies) - 5:,}団体" if len(scores.bodies) > 5 else ""
    print_diagnostics(stderr(), [UnknownBody(Cell(str(facts)), code, f"ある団体: {known}{more}")])
    return None


def cannot_write(error: OSError) -> int:
    """Tell that a file cannot be written; the exit status."""
    stderr().print(f"{error.filename} に書けません: {error.strerror}", soft_wrap=True)
    return 1


def print_json(data: object) -> None:
    """Print data on stdout."""
    print(json.dumps(data, ensure_ascii=False, indent=1))
