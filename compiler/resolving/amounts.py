"""Amounts of an allocation: integer yen, and parts that must come to the whole."""

from haiten.compiler.diagnostics import BadAmount, Overspent, TwoRests, Underspent
from haiten.compiler.identity.node_index import Place
from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import value_of
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.values import YEN
from haiten.compiler.source import Span
from haiten.compiler.syntax import allocation as s
from haiten.compiler.syntax import expressions as ex


def in_yen(amount: int) -> str:
    """``9,500,000,000円``."""
    return f"{amount:,}円"


@frozen(eq=False)
class AmountReader:
    """Reads amounts where the 定数 are known; what is wrong with them is in the diagnostics of ``typer``."""

    typer: Typer
    place: Place

    def yen(self, amount: ex.Expression, name: str) -> int | None:
        """The integer yen that an amount is; None, with a diagnostic, where it is none."""
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
        parts: list[tuple[str, Span, s.AmountDecl]],
        amounts: dict[str, int],
    ) -> dict[str, int]:
        """What 残り comes to, by name; reported where the parts do not add up to the whole."""
        rests = [(part, at) for part, at, amount in parts if isinstance(amount, s.Rest)]
        if len(rests) > 1:
            self.typer.diagnostics.append(TwoRests(rests[1][1], what, name, rests[0][1]))
            return {}
        known = {part: amounts[part] for part, _, amount in parts if part in amounts}
        if len(known) + len(rests) < len(parts):
            return {}  # an amount is wrong, which was reported
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
