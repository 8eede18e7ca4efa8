"""The fingerprint of rules is one of what is meant: ranges and lists have the same."""

from typing import Any

from attrs import evolve
from hypothesis import assume, given, settings

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.identity.fingerprint import Fingerprint, fingerprint
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Met
from haiten.compiler.source import Source
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as s
from haiten.testing.grow import NOWHERE, grow
from haiten.testing.reading import SecondReading
from strategies import SEEDS


def program_of(book: s.RulebookFile) -> Program:
    made = compile_source(Source("random", print_rulebook(book)))
    assert made.ok, made.diagnostics
    assert made.program is not None
    return made.program


def read_again(book: s.RulebookFile) -> Fingerprint:
    return fingerprint(program_of(book).syntax)


def listed(book: s.RulebookFile) -> s.RulebookFile:
    """The same rulebook with every range written out as a list."""
    reading = SecondReading(program_of(book))

    def expression(part: Any, at: str) -> Any:
        def change(inner: Any) -> Any:
            if not isinstance(inner, ex.Members):
                return None
            items: list[ex.Target] = []
            for item in inner.items:
                if not isinstance(item, tuple):
                    items.append(item)
                    continue
                assert isinstance(item[0], ex.PathRef)
                counted = reading.members(ex.Members((item,), NOWHERE), at, ())
                labels = [met.path.rpartition(".")[2] for met in counted if isinstance(met, Met)]
                items += [ex.PathRef((*item[0].labels[:-1], label), NOWHERE) for label in labels]
            return ex.Members(tuple(items), NOWHERE)

        return ex.rebuild(part, change)

    def node(old: s.NodeDecl, above: str) -> s.NodeDecl:
        at = f"{above}.{old.heading.label}".removeprefix(".")
        return evolve(
            old,
            requirement=old.requirement
            and evolve(old.requirement, condition=expression(old.requirement.condition, at)),
            definitions=tuple(evolve(d, value=expression(d.value, at)) for d in old.definitions),
            children=tuple(node(child, at) for child in old.children),
        )

    return evolve(book, grants=tuple(node(grant, "") for grant in book.grants))


@settings(max_examples=examples(60))
@given(SEEDS)
def test_a_range_and_its_list_have_one_fingerprint(seed: int) -> None:
    """``①～③`` and ``①、②、③`` count the same; the texts differ."""
    book = grow(seed)
    other = listed(book)
    assume(other != book)
    assert read_again(other).rules == read_again(book).rules
