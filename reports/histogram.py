"""How many bodies have how many points, as bars; the same figures stand in the table beside."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from haiten.compiler.late import frozen
from haiten.tabulation.population.groups import Values

BARS: Final = 20  # at most
_WIDTH: Final = 640
_HEIGHT: Final = 180
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@frozen
class HistogramBar:
    """Some points from ``low`` to ``high``, both included, and how many bodies have them."""

    low: int
    high: int
    count: int
    x: int
    y: int
    width: int
    height: int


@frozen
class Histogram:
    """The bars, and where signs stand on the axis.

    Attributes:
        alternative: what it shows, in words.
        mark: where the mean stands; None without any body.
    """

    alternative: str
    bars: tuple[HistogramBar, ...]
    mark: int | None
    ticks: tuple[tuple[int, int], ...]
    width: int = _WIDTH
    height: int = _HEIGHT


def histogram(points: Values, maximum: int, what: str) -> Histogram:
    """The distribution of whole points.

    Args:
        points: of each body, certain ones.
        maximum: what a body can have at most.
        what: what they are points of.
    """
    step = next((step for step in _STEPS if maximum < step * BARS), _STEPS[-1])
    count = maximum // step + 1
    listed: list[int] = points.tolist()
    counts = [0] * count
    for point in listed:
        counts[min(point // step, count - 1)] += 1
    most = max(counts, default=0) or 1
    width = _WIDTH // count
    bars = tuple(
        HistogramBar(
            place * step,
            min((place + 1) * step - 1, maximum),
            number,
            place * width,
            _HEIGHT - round(Fraction(number * _HEIGHT, most)),
            width - 2,
            round(Fraction(number * _HEIGHT, most)),
        )
        for place, number in enumerate(counts)
    )
    mean = Fraction(sum(listed), len(listed)) if listed else None
    mark = None if mean is None else round(mean * width / step)
    ticks = tuple(
        (place * width, place * step) for place in range(0, count + 1, 2 if count > 8 else 1) if place * step <= maximum
    )
    return Histogram(_alternative(bars, what), bars, mark, ticks)


def _alternative(bars: Sequence[HistogramBar], what: str) -> str:
    full = [bar for bar in bars if bar.count]
    if not full:
        return f"{what}の分布。団体がない。"
    top = max(full, key=lambda bar: bar.count)
    return (
        f"{what}の分布。{full[0].low}点から{full[-1].high}点にわたり、最も多いのは{top.low}–{top.high}点の{top.count:,}団体。"
        "数字は表にある。"
    )
