"""Why points moved between two years, as a section of a page: steps as bars, the tables of ``haiten why``, notes."""

from haiten.comparison.why import Factor, Why
from haiten.compiler.late import frozen
from haiten.reports.page import render
from haiten.tabulation.table import POINTS_CHANGE, RANGE, Table
from haiten.views.why import about_why, tables_of_why

_HEIGHT = 200
_STEP = 96  # from one bar to the next
_BAR = 64
_SHORT = {
    Factor.RULES: "規則",
    Factor.OTHERS: "他団体",
    Factor.GIVEN: "示された判定",
    Factor.FIGURES: "値",
    Factor.ANSWERS: "回答",
}


@frozen
class StepBar:
    """A year, or what a step moved.

    Attributes:
        kind: ``year``, ``up``, ``down`` or ``none``, and so its shape.
        edge: where the points stand after it, for the line to the next.
    """

    label: str
    shown: str
    kind: str
    x: int
    y: int
    height: int
    edge: int
    width: int = _BAR


@frozen
class WhySection:
    """The section.

    Attributes:
        alternative: the chart in words.
        bars: the old year, the steps, the new year; of certain points.
        tables: the whole, 目標 and 指標, items.
    """

    about: str
    alternative: str
    bars: tuple[StepBar, ...]
    tables: tuple[Table, ...]
    width: int
    height: int = _HEIGHT


def why_section(found: Why) -> WhySection:
    """What a page tells of it; ``templates/why_parts.html`` shows it."""
    bars = _bars(found)
    told = "、".join(f"{bar.label} {bar.shown}" for bar in bars)
    return WhySection(
        about_why(found),
        f"得点の動き。{told}。数字は表にある。",
        bars,
        tables_of_why(found),
        len(bars) * _STEP,
    )


def _bars(found: Why) -> tuple[StepBar, ...]:
    whole, years = found.whole, found.matched
    old, new = (found.points(whole, new=each) for each in (False, True))
    parts = [(factor, found.parts(whole)[factor]) for factor in found.factors]
    levels = [old.certain]
    for _, part in parts:
        levels.append(levels[-1] + part.change)
    top = max(*levels, 1)

    def at(points: int) -> int:
        return _HEIGHT - points * _HEIGHT // top

    def year(label: str, points: str, level: int, place: int) -> StepBar:
        return StepBar(label, points, "year", place * _STEP + 16, at(level), _HEIGHT - at(level), at(level))

    bars = [year(years.old.year, _points(old.certain, old.possible), old.certain, 0)]
    for place, (factor, part) in enumerate(parts, start=1):
        before, after = levels[place - 1 : place + 1]
        shown = POINTS_CHANGE.digits(part.change)
        if not part.decided:
            shown = f"{POINTS_CHANGE.digits(part.low)}{RANGE}{POINTS_CHANGE.digits(part.high)}"
        kind = "up" if after > before else "down" if after < before else "none"
        y, height = at(max(before, after)), at(min(before, after)) - at(max(before, after))
        bars.append(StepBar(_SHORT[factor], f"{shown}点", kind, place * _STEP + 16, y, max(height, 2), at(after)))
    bars.append(year(years.new.year, _points(new.certain, new.possible), new.certain, len(parts) + 1))
    return tuple(bars)


def _points(low: int, high: int) -> str:
    return f"{low}点" if low == high else f"{low}{RANGE}{high}点"


def why_page(found: Why) -> str:
    """The section as a page of its own."""
    body = found.new.scores.bodies[found.new.body]
    old, new = found.old.scores, found.new.scores
    return render(
        "why",
        title=f"{body.name or body.code} 得点が動いた理由 {old.program.year} → {new.program.year}",
        who=body,
        old=old,
        new=new,
        section=why_section(found),
    )
