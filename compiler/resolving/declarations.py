"""Declarations → facts, classes and sources, whichever kind of file declares them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    BadAmount,
    Diagnostic,
    DuplicateName,
    EmptyRange,
    ReservedName,
    ReservedSource,
    UnitMismatch,
    UnreachableClass,
)
from haiten.compiler.folding.paths import is_item_label
from haiten.compiler.identity.node_index import Place
from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import value_of
from haiten.compiler.program.parameters import Parameter
from haiten.compiler.program.terms import Classification, Constant, Fact
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.used_names import LocalName
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.rulebook import RESERVED_SOURCES
from haiten.compiler.syntax.units import parse_unit
from haiten.grammar import reserved_words

YES_NO: Final = "該当"


@frozen(eq=False)
class Declarer:
    """Reads declarations; ``refused`` are names that cannot be used, and so need not be."""

    diagnostics: list[Diagnostic] = field(factory=list)
    refused: set[str] = field(factory=set)

    def declare_facts(
        self, decls: Iterable[syntax.FactDecl], known: Mapping[str, Fact] | None = None
    ) -> dict[str, Fact]:
        """Facts by name, those that are known already among them."""
        facts: dict[str, Fact] = dict(known or {})
        for decl in decls:
            if first := facts.get(decl.name):
                self.diagnostics.append(DuplicateName(decl.span, decl.name, first.decl.span))
                continue
            self.refuse_reserved(decl.name, decl.span)
            if decl.low is not None and decl.high is not None and decl.low > decl.high:
                self.diagnostics.append(EmptyRange(decl.span, decl.name))
            facts[decl.name] = Fact(
                name=decl.name,
                unit=None if decl.unit == YES_NO else parse_unit(decl.unit),
                decimals=decl.decimals,
                low=None if decl.low is None else Fraction(decl.low),
                high=None if decl.high is None else Fraction(decl.high),
                lower_is_better=decl.lower_is_better,
                decl=decl,
            )
        return facts

    def declare_sources(self, decls: Iterable[syntax.SourceDecl]) -> None:
        """Tell of 出典 that are doubled or named by a mark."""
        first: dict[str, Span] = {}
        for decl in decls:
            self.refuse_reserved(decl.name, decl.span)
            if decl.name in RESERVED_SOURCES:
                self.diagnostics.append(ReservedSource(decl.span, decl.name))
            if decl.full_name in first:
                self.diagnostics.append(DuplicateName(decl.span, decl.full_name, first[decl.full_name]))
            first.setdefault(decl.full_name, decl.span)

    def declare_constants(
        self, decls: Sequence[syntax.ConstantDecl], typer: Typer, replaced: frozenset[str]
    ) -> dict[str, Parameter]:
        """定数 by name: numbers, and what is computed of them and of each other.

        Args:
            decls: the declarations.
            typer: knows the facts; from here on it knows the 定数 too.
            replaced: the names of those that a simulation changed.
        """
        place = self.constants_place(decls, typer)
        found = {read.name: read for read in self.read_constants(decls, typer, place, replaced)}
        typer.constants.update((decl.name, None) for decl in decls if decl.name not in typer.facts)
        typer.constants.update((name, read.constant) for name, read in found.items())
        return found

    def constants_place(self, decls: Iterable[syntax.ConstantDecl], typer: Typer) -> Place:
        """A place outside every node at which 定数 are local names."""
        first = {name: fact.decl.span for name, fact in typer.facts.items()}
        definitions = []
        for constant in decls:
            self.refuse_reserved(constant.name, constant.span)
            if constant.name in first:
                self.diagnostics.append(DuplicateName(constant.span, constant.name, first[constant.name]))
                typer.used.add(LocalName("", constant.name))
                continue
            first[constant.name] = constant.span
            definitions.append(
                syntax.Definition(constant.name, constant.value, False, constant.citations, constant.span)
            )
        outside = typer.nodes.outside()
        return evolve(outside, node=evolve(outside.node, definitions=tuple(definitions)))

    def read_constants(
        self, decls: Iterable[syntax.ConstantDecl], typer: Typer, place: Place, replaced: frozenset[str]
    ) -> Iterator[Parameter]:
        """The 定数 that are right; of two with one name the first."""
        names = {definition.name for definition in place.node.definitions}
        for constant in decls:
            if constant.name not in names:
                continue
            names.discard(constant.name)
            local = typer.local(place, constant.name)
            if local is None:
                continue
            value = value_of(local.value, {})
            if value is None:
                reason = "定数は、数と定数だけから決まらなければなりません（0で割ることもできません）"
                way_out = "定数には、単位の付いた数と、ほかの定数と、その計算を書きます。"
                self.diagnostics.append(BadAmount(constant.span, constant.name, reason, way_out, "値"))
                continue
            yield Parameter(constant.name, value, local.value.unit, constant.name in replaced, constant)

    def declare_classes(
        self, decls: Iterable[syntax.ClassDecl], typer: Typer, constants: Iterable[Parameter] = ()
    ) -> None:
        """Type the 区分, whose values may read facts, points and 定数 but no local names."""
        first: dict[str, Span] = {name: fact.decl.span for name, fact in typer.facts.items()}
        first |= {constant.name: constant.decl.span for constant in constants}
        nowhere = typer.nodes.outside()
        for decl in decls:
            self.refuse_reserved(decl.name, decl.span)
            if decl.name in first:
                self.diagnostics.append(DuplicateName(decl.span, decl.name, first[decl.name]))
                continue
            first[decl.name] = decl.span
            self._check_cases(decl)
            value = typer.value(decl.value, nowhere)
            if value is None:
                typer.wrong_classes.add(decl.name)
                continue
            cases = []
            for case in decl.cases:
                bounds = []
                for operator, quantity in case.bounds:
                    constant = Constant(Fraction(quantity.value), parse_unit(quantity.unit))
                    if constant.unit != value.unit:
                        self.diagnostics.append(UnitMismatch(case.span, str(value.unit), str(constant.unit)))
                    bounds.append((operator, constant))
                cases.append((case.name, tuple(bounds)))
            typer.classes[decl.name] = Classification(decl.name, value, tuple(cases))

    def _check_cases(self, decl: syntax.ClassDecl) -> None:
        seen: dict[str, Span] = {}
        for number, case in enumerate(decl.cases, start=1):
            if case.name in seen:
                self.diagnostics.append(DuplicateName(case.span, case.name, seen[case.name]))
            seen.setdefault(case.name, case.span)
            if not case.bounds and number < len(decl.cases):
                self.diagnostics.append(UnreachableClass(decl.cases[number].span, decl.cases[number].name, case.name))
                return

    def refuse_reserved(self, name: str, span: Span) -> None:
        """Tell that a word of the language, or a label, was taken as a name."""
        if name in reserved_words() or is_item_label(name):
            self.diagnostics.append(ReservedName(span, name))
            self.refused.add(name)
