"""How to read a table of facts, where it does not say so itself."""

from typing import Final

from attrs import frozen


@frozen
class Reading:
    """How to read a table.

    Attributes:
        header: the row of the headings, counted from 1.
    """

    header: int | None = None


PLAIN: Final = Reading()
