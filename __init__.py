"""haiten (配点): a language and compiler for the yearly rulebooks of Japan's insurer incentive grants.

The names are loaded when they are first asked for, so that ``haiten --help`` does not wait for the compiler.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haiten.allocation.run import allocate
    from haiten.comparison.diff import diff
    from haiten.comparison.impact import impact
    from haiten.scoring.rulebook import Rulebook, UnusableError
    from haiten.scoring.rulebook import compile_rulebook as compile  # noqa: A004 - the name the users read

    __version__: str

__all__ = ["Rulebook", "UnusableError", "allocate", "compile", "diff", "impact"]

_HOMES = {
    "Rulebook": ("haiten.scoring.rulebook", "Rulebook"),
    "UnusableError": ("haiten.scoring.rulebook", "UnusableError"),
    "allocate": ("haiten.allocation.run", "allocate"),
    "compile": ("haiten.scoring.rulebook", "compile_rulebook"),
    "diff": ("haiten.comparison.diff", "diff"),
    "impact": ("haiten.comparison.impact", "impact"),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from haiten.compiler.version import haiten_version

        return haiten_version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
