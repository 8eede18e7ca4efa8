"""What `check` says of a rule file that stands: its totals, its fingerprints, and what it stands on."""

from rich.console import Console

from haiten.compiler.compilation import Compilation
from haiten.compiler.store.kept import kept_part
from haiten.scoring.rulebook import fingerprint_of
from haiten.views.console.terminal import make_table

_Line = tuple[str, bool]  # and whether it may be longer than the screen is wide
_Summary = tuple[str, tuple[tuple[str, str, str], ...], tuple[_Line, ...]]


def print_summary(console: Console, compilation: Compilation) -> None:
    """Totals per level, number of leaves, and what points and texts stand on.

    Raises:
        UnusableError: there is no rulebook.
    """
    title, rows, lines = kept_part(compilation, "summary", lambda: _summary(compilation))
    table = make_table("見出し", "満点", "項目の数", title=title)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for line, soft in lines:
        console.print(line, soft_wrap=soft)


def _summary(compilation: Compilation) -> _Summary:
    from haiten.compiler.checks.sources import texts_of, written_nodes
    from haiten.compiler.checks.totals import undisclosed_within
    from haiten.compiler.syntax.rulebook import Level
    from haiten.views.console.standing import standing_line

    prints, program = fingerprint_of(compilation), compilation.program
    assert program is not None
    rows, paths = [], [leaf.path for leaf in program.leaves]
    for node in program.nodes.values():
        if node.level <= Level.GROUP:
            within = f"{node.path}."
            leaves = sum([path.startswith(within) for path in paths])
            indent = "  " * node.level
            shared = f"（{node.same_as} に同じ）" if node.is_shared else ""
            name = f"{indent}{node.kind} {node.label} {node.text}{shared}"
            rows.append((name, f"{node.maximum}点", str(leaves)))
    leaves, written = len(program.leaves), sum(not leaf.is_shared for leaf in program.leaves)
    # Of a total that nobody can reach with what is known, it is said how much is not known.
    hidden = undisclosed_within(program)
    whole = f"満点 {program.maximum}点" + (f"（うち未公表 {hidden}点）" if hidden else "")
    counts = f"{whole}  項目 {leaves}（本文 {written}、「に同じ」による共有 {leaves - written}）"
    points = [node.citations for node in written_nodes(program) if node.decl.heading.points]
    lines = [
        (f"指紋  文 {prints.text[:16]}…  規則 {prints.rules[:16]}…", False),
        (counts, False),
        (standing_line("配点", points), True),
        (standing_line("文", [text.citations for _, text in texts_of(program)]), True),
    ]
    if (below := base_line(compilation)) is not None:
        lines.append((below, True))
    return f"{program.year} {program.scope} 評価指標", tuple(rows), tuple(lines)


def print_base(console: Console, compilation: Compilation) -> None:
    """Which rulebook a revision amends, with its fingerprints."""
    (line,) = kept_part(compilation, "base", lambda: (base_line(compilation),))
    if line is not None:
        console.print(line, soft_wrap=True)


def base_line(compilation: Compilation) -> str | None:
    """The same as a line; None where it amends none."""
    base = compilation.base
    if base is None or base.program is None or base.source is None:
        return None
    prints = fingerprint_of(base)
    head = f"{base.source.name}（{base.program.year} {base.program.scope}）"
    return f"改正前 {head}  文 {prints.text[:16]}…  規則 {prints.rules[:16]}…"
