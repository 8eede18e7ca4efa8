"""管内平均 and its kin: values and conditions of the municipal rulebook → facts of the prefecture."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.program import Program
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.terms import Condition, Fact, FactValue, MembersFigure, ScoreValue, Value
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.label_names import declared_names, names_as_declared
from haiten.compiler.source import Span
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.compiler.syntax.rulebook import FactDecl
from haiten.compiler.syntax.units import Range, parse_unit

BODIES: Final = parse_unit("団体")
PERCENT: Final = parse_unit("%")
# Digits behind the point of a figure that is a quotient, where it is written in a file instead of computed.
_DIGITS: Final = 6

# The municipal rulebook of the year, asked for at a place where it is needed; None where there is none, which was told.
FindRules = Callable[[Span], Program | None]


@frozen(eq=False)
class MemberTyper:
    """Types what stands inside 管内平均(…) and its kin.

    Attributes:
        find: the municipal rulebook.
        found: the figures so far, by what is written.
        diagnostics: what is wrong inside them.
    """

    find: FindRules
    diagnostics: list[Diagnostic]
    found: dict[str, Fact] = field(factory=dict)
    _typers: list[Typer] = field(factory=list, init=False)

    def fact(self, figure: ex.OfMembers) -> Fact | None:
        """The fact that a figure is; None, with a diagnostic, where it is none."""
        program = self.find(figure.span)
        if program is None:
            return None
        if not self._typers:
            self._typers.append(_typer(program, self.diagnostics))
        typer = self._typers[0]
        place = typer.nodes.outside()
        name = print_expression(figure)
        if name in self.found:
            return self.found[name]
        written = names_as_declared(figure.of, declared_names(program.syntax))
        of: Value | Condition | None
        lower = False
        if figure.function.counts:
            of = typer.condition(written, place) if not self._asks(typer, written) else None
        else:
            of = typer.value(written, place)
            lower = of is not None and typer.lower_is_better(written, place)
        if of is None:
            return None
        made = _made(figure, name, of, program, lower)
        self.found[name] = made
        return made

    def _asks(self, typer: Typer, of: ex.Expression) -> bool:
        """Whether 該当, which is the answer of an item, stands where there is no item; tells of it."""
        answers = [part for part in ex.walk_parts(of) if isinstance(part, ex.Answer)]
        if answers:
            hint = "市町村の項目をパスで（推進.Ⅰ.(ⅰ).1.ア のように）書きます。"
            typer.wrong(answers[0].span, "市町村の条件", "該当", hint)
        return bool(answers)


def _typer(program: Program, diagnostics: list[Diagnostic]) -> Typer:
    constants = {name: found.constant for name, found in program.constants.items()}
    return Typer(
        program.facts,
        index_nodes(program.syntax),
        dict(program.classes),
        year=program.year,
        constants=dict(constants),
        diagnostics=diagnostics,
    )


def _made(figure: ex.OfMembers, name: str, of: Value | Condition, program: Program, lower: bool) -> Fact:
    function = figure.function
    if function is MemberFunction.COUNT:
        unit, bounds, decimals = BODIES, Range(Fraction(0)), 0
    elif function is MemberFunction.SHARE:
        unit, bounds, decimals = PERCENT, Range(Fraction(0), Fraction(100)), _DIGITS
    else:
        assert not isinstance(of, Condition), of
        unit, bounds = of.unit, range_of(of, program)
        decimals = _decimals(of) if function is MemberFunction.LEAST else _DIGITS
    written = str(unit) if unit.powers else "数"
    decl = FactDecl(name, written, None, None, decimals, lower, None, (), figure.span)
    return Fact(name, unit, decimals, bounds.low, bounds.high, lower, decl, MembersFigure(function, of))


def _decimals(value: Value) -> int:
    """Digits behind the point that a value surely gets by with, as far as that shows."""
    if isinstance(value, FactValue):
        return value.fact.decimals
    return 0 if isinstance(value, ScoreValue) else _DIGITS
