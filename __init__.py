"""haiten (配点): a language and compiler for the yearly rulebooks of Japan's insurer incentive grants."""

from haiten.scoring.rulebook import Rulebook, UnusableError
from haiten.scoring.rulebook import compile_rulebook as compile  # noqa: A004 - the name the users read

__all__ = ["Rulebook", "UnusableError", "compile"]
