"""For property tests of rulebooks: random sheets, rulebooks and revisions, and a plain reading of the language.

``facts(rulebook)`` and ``sheets(rulebook)`` draw any sheet, or with ``reaching=path`` one whose first body gets the
most points of a node; ``rulebooks()`` draws rulebooks, ``revisions(rulebook)`` the next year of one. The oracle
(``haiten.testing.oracle``) scores sheets a second time, without the evaluator.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haiten.testing.strategies import facts, revisions, rulebooks, sheets

__all__ = ["facts", "revisions", "rulebooks", "sheets"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from haiten.testing import strategies  # with Hypothesis, for which the oracle alone does not wait

    return getattr(strategies, name)
