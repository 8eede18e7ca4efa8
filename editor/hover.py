"""What is shown of a name or a node: clause, points, source, certainty, what last year said, how the nation does."""

from collections.abc import Iterator

from haiten.compiler.compilation import Compilation
from haiten.compiler.printing.print_allocation import clause_lines, pot_lines
from haiten.compiler.printing.print_rulebook import (
    declaration_lines,
    definition_text,
    points_text,
    print_citations,
    print_expression,
    quote,
)
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.rulebook import Citation, ClassDecl, ConstantDecl, Declaration, FactDecl, RulebookFile
from haiten.editor.desk import FileView, nodes_by_identity
from haiten.editor.frame_places import frame_of
from haiten.editor.nation import Rates
from haiten.editor.symbols import Kind, Symbol, oldest


def hover_text(page: FileView, symbol: Symbol, rates: Rates) -> str | None:
    """Markdown about a symbol; None where nothing is known of it."""
    program = page.program
    if program is None:
        return None
    if symbol.kind is Kind.NODE:
        now = nodes_by_identity(program).get(symbol.name)
        then = nodes_by_identity(page.before).get(symbol.name)
        return _node(page, now, then, rates)
    if symbol.kind is Kind.LOCAL:
        return _local(program, symbol)
    if symbol.kind in (Kind.BUDGET, Kind.POT):
        return _money(program, symbol) or (_money(page.before, symbol) if page.before else None)
    if symbol.kind is Kind.FRAME:
        return _frame(page.readable, symbol)
    declaration = _declaration(program, symbol) or (_declaration(page.before, symbol) if page.before else None)
    if declaration is None:
        return None
    return _quoted(declaration_lines(declaration)) + f"\n\n{_place(str(declaration.span))}"


def _declaration(program: Program, symbol: Symbol) -> Declaration | None:
    # An allocation declares some of its own, and reads those of its rulebook.
    trees: list[AllocationFile | RulebookFile] = [program.syntax]
    if program.allocation is not None:
        trees.insert(0, program.allocation.syntax)
    for tree in trees:
        if symbol.kind is Kind.SOURCE:
            year = None if symbol.home == program.year else symbol.home
            sources = (each for each in tree.sources if each.name == symbol.name and each.year == year)
            if (source := next(sources, None)) is not None:
                return source
        named: dict[Kind, tuple[FactDecl | ClassDecl | ConstantDecl, ...]] = {
            Kind.FACT: tree.facts,
            Kind.CLASS: tree.classes,
            Kind.CONSTANT: tree.constants,
        }
        for each in named.get(symbol.kind, ()):
            if oldest(each.name, each.formerly) == symbol.name:
                return each
    return None


def _money(program: Program, symbol: Symbol) -> str | None:
    """A budget, or a pot with all that belongs to it."""
    tree = None if program.allocation is None else program.allocation.syntax
    for budget in tree.budgets if tree is not None and symbol.kind is Kind.BUDGET else ():
        if oldest(budget.name, budget.formerly) == symbol.name:
            return _quoted(clause_lines(budget)) + f"\n\n{_place(str(budget.span))}"
    for pot in tree.pots if tree is not None and symbol.kind is Kind.POT else ():
        if oldest(pot.line.name, pot.line.formerly) == symbol.name:
            return _quoted(pot_lines(pot)) + f"\n\n{_place(str(pot.line.span))}"
    return None


def _frame(compilation: Compilation | None, symbol: Symbol) -> str | None:
    """A 枠 with the pot that it belongs to; one that is taken away as it was."""
    found, gone = frame_of(compilation, symbol), ""
    if found is None and compilation is not None and compilation.amended is not None:
        found, gone = frame_of(compilation.amended[1], symbol), "（この改正で削られます）"
    if found is None:
        return None
    pot, frame = found
    return f"**配分 {pot.line.name}**{gone}\n\n{_quoted(clause_lines(frame))}\n\n{_place(str(frame.span))}"


def _local(program: Program, symbol: Symbol) -> str | None:
    node = nodes_by_identity(program).get(symbol.home)
    for local in node.locals if node is not None else ():
        if oldest(local.name, local.decl.formerly) == symbol.name:
            assert node is not None
            return _quoted([definition_text(local.decl)]) + f"\n\n{node.path} の定義　{_place(str(local.decl.span))}"
    return None


def _node(page: FileView, now: Node | None, then: Node | None, rates: Rates) -> str | None:
    node, program = (then, page.before) if now is None else (now, page.program)
    if node is None or program is None:
        return None
    gone = "（この改正で削られます）" if now is None else ""
    lines = [f"**{node.path}**　{node.kind}{gone}", _quoted(_clause(node))]
    lines.extend(_notes(program, node))
    if now is not None and page.before is not None:
        lines.append(_last_year(page.before, now, then))
    rate = rates.of(node) if now is not None else None
    if rate is not None:
        lines.append(rate)
    return "\n\n".join(lines)


def _clause(node: Node) -> list[str]:
    heading = node.decl.heading
    text = quote(heading.text.value) + print_citations(heading.text.citations) if heading.text is not None else ""
    points = points_text(heading.points) if heading.points is not None else f"{node.maximum}点"
    lines = [f"{node.label} {text} {points}".replace("  ", " ")]
    lines.extend(f"  {definition_text(local.decl)}" for local in node.locals)
    if node.decl.requirement is not None:
        requirement = node.decl.requirement
        lines.append(f"  要件 {print_expression(requirement.condition)}{print_citations(requirement.citations)}")
    lines.extend(f"  留意 {quote(remark.text.value)}" for remark in node.decl.remarks)
    return lines


def _notes(program: Program, node: Node) -> Iterator[str]:
    if node.is_shared:
        yield f"{node.same_as} に同じ"
    if node.timing is not None:
        yield f"時点 {node.timing}"
    if (cited := [*node.text_citations, *node.citations]) or not node.is_leaf:
        yield from _certainty(program, cited)
    if touches := node.decl.heading.touches:
        touch = touches[-1]
        reason = f"　理由: {touch.reason.value}" if touch.reason is not None else ""
        yield f"最後の改正: {touch.year} {touch.what}{reason}　{_place(str(touch.span))}"


def _certainty(program: Program, cited: list[Citation]) -> Iterator[str]:
    """The documents that the text and the points stand on, in words."""
    titles = {source.full_name: source.text.value for source in program.syntax.sources if source.text is not None}
    for name in dict.fromkeys(citation.source for citation in cited if citation.kind != "estimated"):
        if name is not None and name in titles:
            yield f"出典 {name}: {titles[name]}"
    if any(citation.kind == "estimated" for citation in cited):
        yield "〔推定〕を含みます（どの資料にもない値です）"


def _last_year(before: Program, now: Node, then: Node | None) -> str:
    if then is None:
        return f"{before.year}: なし（新設）"
    changes = []
    if then.path != now.path:
        changes.append(f"番号 {then.path}")
    if then.maximum != now.maximum:
        changes.append(f"配点 {then.maximum}点")
    if then.text != now.text:
        changes.append(f"文 {quote(then.text)}")
    old, new = (_requirement(node) for node in (then, now))
    if old != new:
        changes.append(f"要件 {old or 'なし'}")
    return f"{before.year}: {'、'.join(changes) if changes else 'この項目は同じ'}"


def _requirement(node: Node) -> str:
    return print_expression(node.decl.requirement.condition) if node.decl.requirement is not None else ""


def _quoted(lines: list[str]) -> str:
    return "\n".join(["```haiten", *lines, "```"])


def _place(place: str) -> str:
    return f"`{place}`"
