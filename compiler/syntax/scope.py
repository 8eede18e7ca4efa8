"""For whom a rulebook is: the scheme (制度) it belongs to, and the bodies (対象) that it scores."""

from typing import Final

from haiten.compiler.late import frozen

# The scheme of a file that names none, and the one that is not printed.
LONG_TERM_CARE: Final = "介護保険"
MUNICIPALITIES: Final = "市町村"
PREFECTURES: Final = "都道府県"
UNIONS: Final = "広域連合"
BODIES: Final = (MUNICIPALITIES, PREFECTURES, UNIONS)
# Schemes that have such grants too, as titles call them.
_OTHERS: Final = ("国民健康保険", "国保", "後期高齢者医療")


def scheme_told(title: str) -> str | None:
    """The scheme that a title (題名) plainly is of, where it is another than ``LONG_TERM_CARE``."""
    return None if LONG_TERM_CARE in title else next((scheme for scheme in _OTHERS if scheme in title), None)


@frozen
class Scope:
    """``市町村``, ``国民健康保険 市町村``.

    What is amended, compared or divided by must be of one scope: the rulebook of another scheme for the same year and
    the same bodies is another rulebook (language.md, The lines at the head).

    Attributes:
        bodies: one of ``BODIES``.
        scheme: as written in the file; ``LONG_TERM_CARE`` where none is.
    """

    bodies: str
    scheme: str = LONG_TERM_CARE

    @property
    def full(self) -> str:
        """With its scheme, whichever it is."""
        return f"{self.scheme} {self.bodies}"

    @classmethod
    def read(cls, written: str) -> "Scope":
        """The scope that is printed so."""
        scheme, _, bodies = written.rpartition(" ")
        return cls(bodies, scheme or LONG_TERM_CARE)

    def __str__(self) -> str:
        return self.bodies if self.scheme == LONG_TERM_CARE else self.full
