"""Numbers as they are written without an exponent."""

from decimal import Decimal


def plain_number(written: str) -> str:
    """A number without an exponent: ``1e-07`` as ``0.0000001``, ``12.0`` as ``12``."""
    number = Decimal(written)
    if not number.is_finite():
        return written
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
