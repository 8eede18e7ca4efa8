"""What is made of the municipalities of a prefecture (管内)."""

from enum import StrEnum


class MemberFunction(StrEnum):
    """A figure over the members of a prefecture (language.md, Members)."""

    MEAN = "管内平均"
    SHARE = "管内割合"
    COUNT = "管内件数"
    LEAST = "管内最小"

    @property
    def counts(self) -> bool:
        """Whether it counts members that meet a condition, and is not made of a value of theirs."""
        return self in (MemberFunction.SHARE, MemberFunction.COUNT)
