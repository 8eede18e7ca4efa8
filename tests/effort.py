"""How hard a property is tried."""

import os
from typing import Final

_FEW: Final = 30  # whoever asks for no more has them all


def examples(number: int) -> int:
    """How many examples are tried where so many would be good: half of them, as all tests have to end in minutes.

    A tenth where mutants are tried, each of which runs the properties again; twenty times as many in a long run.
    """
    profile = os.environ.get("HYPOTHESIS_PROFILE")
    if profile == "long":
        return 20 * number
    return max(5, number // 10) if profile == "mutants" else max(min(number, _FEW), number // 2)
