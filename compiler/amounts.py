"""Amounts of an allocation: integer yen, and parts that must come to the whole."""

from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve, frozen

from haiten.compiler import allocation_syntax as s
from haiten.compiler import expressions as ex
from haiten.compiler.conditions import Typer
from haiten.compiler.diagnostics import BadAmount, MoneyUnit, Overspent, TwoRests, Underspent
from haiten.compiler.nodes import Place
from haiten.compiler.printer import print_expression
from haiten.compiler.solve import value_of
from haiten.compiler.source import Span
from haiten.compiler.values import YEN

# What documents count money in. The language knows 円 alone, so that no figure can be read in two ways.
_COUNTED_IN: Final = {"千円": 10**3, "万円": 10**4, "百万円": 10**6, "億円": 10**8, "兆円": 10**12}


def in_yen(amount: int) -> str:
    """``9,500,000,000円``."""
    return f"{amount:,}円"


def spelt_out(quantity: ex.Quantity) -> ex.Quantity | None:
    """The same in 円, where it is written in 千円, 億円 and so on; else None."""
    factor = _COUNTED_IN.get(quantity.unit)
    return None if factor is None else evolve(quantity, value=quantity.value * factor, unit="円")


def spell_out(file: s.AllocationFile, units: Iterable[str]) -> tuple[s.AllocationFile, list[MoneyUnit]]:
    """The file with its figures in 円, and a word on each that is not.

    Args:
        file: what was written.
        units: of the facts that it reads; a fact may well be in 千円.
    """
    known = set(units)
    told: list[MoneyUnit] = []

    def in_plain_yen(part: Any) -> ex.Quantity | None:
        if not isinstance(part, ex.Quantity) or part.unit in known or (plain := spelt_out(part)) is None:
            return None
        told.append(MoneyUnit(part.span, print_expression(part), print_expression(plain)))
        return plain

    plain_file: s.AllocationFile = ex.rebuild(file, in_plain_yen)
    return (plain_file if told else file), told


@frozen(eq=False)
class AmountReader:
    """Reads amounts where the 定数 are known; what is wrong with them is in the diagnostics of ``typer``."""

    typer: Typer
    place: Place

    def yen(self, amount: ex.Expression, name: str) -> int | None:
        """The integer yen that an amount is; None, and told, where it is none."""
        value = self.typer.value(amount, self.place)
        if value is None:
            return None
        span = amount.span
        fixed = value_of(value, {})
        problem = (
            f"円ではなく、{value.unit}です"
            if value.unit != YEN
            else "団体の事実や得点では決まりません"
            if fixed is None
            else "負の額です"
            if fixed < 0
            else "1円未満の端数があります"
            if fixed.denominator != 1
            else None
        )
        if problem is not None or fixed is None:
            self.typer.diagnostics.append(BadAmount(span, name, problem or ""))
            return None
        return fixed.numerator

    def balance(
        self,
        what: str,
        name: str,
        whole: int,
        span: Span,
        parts: list[tuple[str, Span, s.Amount]],
        amounts: dict[str, int],
    ) -> dict[str, int]:
        """What 残り comes to, by name; told where the parts do not add up to the whole."""
        rests = [(part, at) for part, at, amount in parts if isinstance(amount, s.Rest)]
        if len(rests) > 1:
            self.typer.diagnostics.append(TwoRests(rests[1][1], what, name, rests[0][1]))
            return {}
        known = {part: amounts[part] for part, _, amount in parts if part in amounts}
        if len(known) + len(rests) < len(parts):
            return {}  # an amount is wrong, which was told
        spent = sum(known.values())
        shown = "、".join(f"{part} {in_yen(amount)}" for part, amount in known.items())
        if spent > whole:
            self.typer.diagnostics.append(
                Overspent(span, what, name, in_yen(whole), in_yen(spent), in_yen(spent - whole), shown)
            )
            return {}
        if not rests and spent < whole:
            self.typer.diagnostics.append(Underspent(span, what, name, in_yen(whole), in_yen(whole - spent), shown))
        return {part: whole - spent for part, _ in rests}
