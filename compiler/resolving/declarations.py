"""Declarations → facts, classes and sources, whichever kind of file declares them."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import (
    Diagnostic,
    DuplicateName,
    EmptyRange,
    ReservedName,
    ReservedSource,
    UnitMismatch,
    UnreachableClass,
)
from haiten.compiler.folding.paths import is_item_label
from haiten.compiler.late import frozen
from haiten.compiler.program.terms import Classification, Constant, Fact
from haiten.compiler.resolving.conditions import Typer
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

    def declare_classes(self, decls: Iterable[syntax.ClassDecl], typer: Typer) -> None:
        """Type the 区分, whose values may read facts and points but no local names."""
        first: dict[str, Span] = {name: fact.decl.span for name, fact in typer.facts.items()}
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
