"""Values that are the same for every body: what figures of the file alone come to."""

from fractions import Fraction
from math import floor

from haiten.compiler.program import Constant, Extremum, Product, Rounded, Sum, Value
from haiten.compiler.walk import parts_of


def fixed_value(value: Value) -> Fraction | None:
    """The number that a value always is; None where it depends on bodies, or divides by zero."""
    if isinstance(value, Constant):
        return value.value
    parts = [fixed_value(part) for part in parts_of(value)]
    numbers = [part for part in parts if part is not None]
    if not numbers or len(numbers) < len(parts):
        return None
    match value:
        case Sum(terms):
            return sum((sign * number for (sign, _), number in zip(terms, numbers, strict=True)), Fraction(0))
        case Product(factors):
            product = Fraction(1)
            for (exponent, _), number in zip(factors, numbers, strict=True):
                if exponent < 0 and number == 0:
                    return None
                product = product * number if exponent > 0 else product / number
            return product
        case Extremum(greatest=greatest):
            return max(numbers) if greatest else min(numbers)
        case Rounded(decimals=decimals, half_up=half_up):
            scale = 10**decimals
            size = floor(abs(numbers[0]) * scale + (Fraction(1, 2) if half_up else 0))
            return Fraction(size if numbers[0] >= 0 else -size, scale)
        case _:
            return None
