"""How far two sequences are alike, as versions of one text mostly are: by halves, each compared at once."""

from collections.abc import Sequence
from typing import Any


def common_start(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many signs (or parts) two texts (or sequences of one kind) begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(one: Sequence[Any], other: Sequence[Any], most: int) -> int:
    """How many they end with in common, as far as that matters."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
