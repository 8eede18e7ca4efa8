"""Random rulebooks of municipalities and of prefectures, whose requirements read figures over members (管内)."""

import random
from typing import Final

from attrs import evolve, field

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.program import Program
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.compiler.syntax.scope import PREFECTURES, Scope
from haiten.testing.grow import Grower
from haiten.testing.grow_conditions import NOWHERE, Phrases

_OFTEN: Final = 0.45  # how often a value is a figure


@frozen
class PhrasesOfMembers(Phrases):
    """Grows conditions whose values are figures over members now and then.

    Attributes:
        inside: grows what stands in a figure, in the words of the municipal rulebook.
    """

    inside: Phrases = field(kw_only=True)

    def value(self, at: str, depth: int = 2) -> tuple[ex.Expression, str]:
        """A value and its unit."""
        return self.figure() if self.draw.random() < _OFTEN else super().value(at, depth)

    def value_of_a_body(self, at: str, depth: int) -> tuple[ex.Expression, str]:
        """A value that is known of another year too, as no figure is."""
        while True:
            value, unit = super().value_of_a_body(at, depth)
            if not any(isinstance(part, ex.OfMembers) for part in ex.walk_parts(value)):
                return value, unit

    def figure(self) -> tuple[ex.Expression, str]:
        """A figure over members, and its unit."""
        function = self.draw.choice(list(MemberFunction))
        if not function.counts:
            of, unit = self.inside.value("", 1)
            return self._of(function, of), unit
        of = self.inside.condition("", 2)
        # There is no item to answer; what a value came to last year is kept for the requirements of its own rulebook.
        while any(isinstance(part, ex.Answer | ex.PastFigure) for part in ex.walk_parts(of)):
            of = self.inside.condition("", 2)
        return self._of(function, of), "%" if function is MemberFunction.SHARE else "団体"

    def _of(self, function: MemberFunction, of: ex.Expression) -> ex.OfMembers:
        return ex.OfMembers(function, of, print_expression(of), NOWHERE)


def grow_prefectural(seed: int, municipal: Program) -> s.RulebookFile:
    """The prefectural rulebook of a seed, over the municipalities of a rulebook of the same year."""
    draw = random.Random(seed)
    nodes = [node.path for node in municipal.nodes.values() if not node.is_shared]
    leaves = [leaf.path for leaf in municipal.leaves if not leaf.is_shared]
    inside = Phrases(draw, leaves=leaves, nodes=nodes, rests=[()])
    book = Grower(draw, PhrasesOfMembers(draw, inside=inside)).rulebook(special=False, whole=False)
    return evolve(book, header=evolve(book.header, scope=Scope(PREFECTURES)))
