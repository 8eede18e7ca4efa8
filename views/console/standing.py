"""How many values stand on which sources."""

from rich.cells import set_cell_size
from rich.console import Console

from haiten.compiler.checks.sources import count_sources, count_standing
from haiten.compiler.syntax.rulebook import Citation


def print_standing(console: Console, what: str, citations: list[tuple[Citation, ...]]) -> None:
    """The line, printed."""
    console.print(standing_line(what, citations), soft_wrap=True)


def standing_line(what: str, citations: list[tuple[Citation, ...]]) -> str:
    """How many values of a kind stand on a source, and on which."""
    standing = count_standing(citations)
    by_source = "、".join(f"{name} {count}" for name, count in count_sources(citations).items())
    sourced = f"出典あり {standing.sourced}" + (f"（{by_source}）" if by_source else "")
    rest = f"導出 {standing.derived}、推定 {standing.estimated}、出典なし {standing.uncited}"
    return f"{set_cell_size(what, 4)}  {sourced}、{rest}"
