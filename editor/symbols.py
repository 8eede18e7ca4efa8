"""What a rule file speaks of: names and nodes, which are the same through the years, and the places that name them."""

from enum import StrEnum

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import PastNames


class Kind(StrEnum):
    """What a symbol is."""

    FACT = "事実"
    CLASS = "区分"
    CONSTANT = "定数"
    SOURCE = "出典"
    LOCAL = "定義"
    BUDGET = "予算"
    POT = "配分"
    FRAME = "枠"
    NODE = "項目"


@frozen
class Symbol:
    """What an occurrence speaks of.

    Attributes:
        name: the oldest name; of a node its identity; of a 枠 its first label.
        home: of a 出典 the year that declared it, of a local name the identity of its node, of a 枠 the oldest name of
            its pot; else empty.
    """

    kind: Kind
    name: str
    home: str = ""


@frozen
class Occurrence:
    """A place that speaks of a symbol; ``declares`` where it is brought in there."""

    symbol: Symbol
    span: Span
    declares: bool = False


def symbol_names(program: Program) -> dict[str, Symbol]:
    """The symbols of a program's facts, classes and 定数 by the names that they have there."""
    found: dict[str, Symbol] = {}
    for name, fact in program.facts.items():
        if fact.members is None:
            found[name] = Symbol(Kind.FACT, oldest(name, fact.decl.formerly))
    # An allocation declares some of its own.
    for tree in (program.syntax, *(() if program.allocation is None else (program.allocation.syntax,))):
        for decl in tree.classes:
            found[decl.name] = Symbol(Kind.CLASS, oldest(decl.name, decl.formerly))
        for constant in tree.constants:
            found[constant.name] = Symbol(Kind.CONSTANT, oldest(constant.name, constant.formerly))
    return found


def local_names(program: Program) -> dict[str, dict[str, Symbol]]:
    """The local names of each node that has some, by its path."""
    found = {}
    for path, node in program.nodes.items():
        if node.locals:
            home = program.nodes[node.same_as].identity
            found[path] = {
                local.name: Symbol(Kind.LOCAL, oldest(local.name, local.decl.formerly), home)
                for local in reversed(node.locals)  # the first of a name counts
            }
    return found


def oldest(name: str, formerly: PastNames) -> str:
    """What a name was at first."""
    return formerly[-1].name if formerly else name
