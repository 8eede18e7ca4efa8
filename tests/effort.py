"""How hard a property is tried."""

import os


def examples(number: int) -> int:
    """So many examples; a tenth where mutants are tried, each of which runs the properties again; a long run more."""
    profile = os.environ.get("HYPOTHESIS_PROFILE")
    return max(5, number // 10) if profile == "mutants" else 20 * number if profile == "long" else number
