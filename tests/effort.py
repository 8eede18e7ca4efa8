"""How hard a property is tried."""

import os


def examples(number: int) -> int:
    """So many examples; a tenth where mutants are tried, each of which runs the properties again."""
    return max(5, number // 10) if os.environ.get("HYPOTHESIS_PROFILE") == "mutants" else number
