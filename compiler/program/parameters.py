"""定数: figures with a name, which a simulation can change (language.md, Constants)."""

from fractions import Fraction

from haiten.compiler.late import frozen
from haiten.compiler.program.terms import Constant
from haiten.compiler.syntax.rulebook import ConstantDecl
from haiten.compiler.syntax.units import Unit


@frozen(eq=False)
class Parameter:
    """A 定数.

    Attributes:
        replaced: a simulation put another value in the place of the file's.
    """

    name: str
    value: Fraction
    unit: Unit
    replaced: bool
    decl: ConstantDecl

    @property
    def constant(self) -> Constant:
        """Its value where it is used."""
        return Constant(self.value, self.unit, self.name)

    @property
    def bare(self) -> Constant:
        """Its value without its name."""
        return Constant(self.value, self.unit)
