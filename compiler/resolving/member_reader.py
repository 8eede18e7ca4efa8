"""What a typer asks of whoever knows the members of the bodies."""

from typing import Protocol

from haiten.compiler.program.terms import Fact
from haiten.compiler.syntax import expressions as ex


class MemberReader(Protocol):
    """Reads figures over the members of a prefecture (管内)."""

    def fact(self, figure: ex.OfMembers) -> Fact | None:
        """The fact that a figure is; None, with a diagnostic, where it is none."""
