"""Division of integer yen: conservation, order, ties, and the extremes."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from haiten.allocation.apportion import in_proportion, per_head, within_room

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 10**6).map(Fraction), st.fractions(0, 1000, max_denominator=97)), min_size=1, max_size=12
)
AMOUNTS = st.one_of(st.integers(0, 50), st.integers(0, 10**15))
UNITS = st.sampled_from([1, 7, 1000])


def codes_for(weights: list[Fraction]) -> list[str]:
    return [f"{10000 + i}" for i in range(len(weights))]


def largest_remainders(amount: int, weights: list[Fraction], unit: int) -> list[int]:
    """The method as textbooks have it: quotas cut off, then a unit each to the largest cut-off parts."""
    if not any(weights):
        return [0] * len(weights)
    quotas = [Fraction(amount, unit) * weight / sum(weights) for weight in weights]
    floors = [int(quota) for quota in quotas]
    order = sorted(range(len(weights)), key=lambda i: (floors[i] - quotas[i], i))
    for i in order[: amount // unit - sum(floors)]:
        floors[i] += 1
    return [count * unit for count in floors]


@given(AMOUNTS, WEIGHTS, UNITS)
def test_shares_are_those_of_largest_remainders(amount: int, weights: list[Fraction], unit: int) -> None:
    """What is paid is what the textbook's method gives, computed in another way."""
    assert list(in_proportion(amount, weights, codes_for(weights), unit).paid) == largest_remainders(
        amount, weights, unit
    )


@given(AMOUNTS, WEIGHTS, UNITS, st.booleans())
def test_nothing_is_lost_in_proportion(amount: int, weights: list[Fraction], unit: int, largest: bool) -> None:
    """What is paid and what is left add up; nobody is negative, and nobody without a weight is paid."""
    shares = in_proportion(amount, weights, codes_for(weights), unit, largest=largest)
    assert sum(shares.paid) + shares.left == amount
    assert all(paid >= 0 and paid % unit == 0 for paid in shares.paid)
    assert all(not paid for paid, weight in zip(shares.paid, weights, strict=True) if not weight)
    if any(weights):
        assert sum(shares.exact) == amount
        assert all(abs(paid - exact) < unit for paid, exact in zip(shares.paid, shares.exact, strict=True))
        assert not largest or shares.left < unit
        assert largest or all(paid <= exact for paid, exact in zip(shares.paid, shares.exact, strict=True))


@given(AMOUNTS, WEIGHTS, UNITS, st.fractions(Fraction(1, 50), 1000, max_denominator=50))
def test_scale_does_not_matter(amount: int, weights: list[Fraction], unit: int, factor: Fraction) -> None:
    """Weights that are all so many times larger give the same shares."""
    codes = codes_for(weights)
    assert (
        in_proportion(amount, [weight * factor for weight in weights], codes, unit).paid
        == in_proportion(amount, weights, codes, unit).paid
    )


@given(AMOUNTS, WEIGHTS, UNITS, st.data())
def test_order_does_not_matter(amount: int, weights: list[Fraction], unit: int, data: st.DataObject) -> None:
    """Whatever the order of the bodies, each gets the same."""
    codes = codes_for(weights)
    order = data.draw(st.permutations(range(len(weights))))
    moved = in_proportion(amount, [weights[i] for i in order], [codes[i] for i in order], unit).paid
    straight = in_proportion(amount, weights, codes, unit).paid
    assert moved == tuple(straight[i] for i in order)


@given(AMOUNTS, WEIGHTS, UNITS, st.data())
def test_more_weight_never_gives_less(amount: int, weights: list[Fraction], unit: int, data: st.DataObject) -> None:
    """A body that weighs more, all else equal, is paid at least as much."""
    i = data.draw(st.integers(0, len(weights) - 1))
    more = list(weights)
    more[i] += data.draw(st.fractions(0, 1000, max_denominator=31))
    codes = codes_for(weights)
    before, after = in_proportion(amount, weights, codes, unit), in_proportion(amount, more, codes, unit)
    assert after.paid[i] >= before.paid[i]


@given(AMOUNTS, st.lists(st.integers(0, 3), min_size=1, max_size=12), UNITS)
def test_equal_shares_are_equal(amount: int, counts: list[int], unit: int) -> None:
    """Every share is the same, the largest that the amount has units for; what is over is left."""
    shares = per_head(amount, counts, unit)
    assert sum(shares.paid) + shares.left == amount
    prices = {paid // count for paid, count in zip(shares.paid, counts, strict=True) if count}
    assert len(prices) <= 1
    if prices:
        assert shares.left < unit * sum(counts)


@given(
    AMOUNTS,
    st.lists(st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(0, 10**6))), min_size=1, max_size=10),
    UNITS,
)
def test_nobody_gets_more_than_there_is_room_for(amount: int, bodies: list[tuple[int, int | None]], unit: int) -> None:
    """Room is kept to, and money is left only where those who take part have no room for another unit."""
    weights, room = [Fraction(weight) for weight, _ in bodies], [space for _, space in bodies]
    paid, last = within_room(amount, weights, room, codes_for(weights), unit)
    assert all(space is None or yen <= space for yen, space in zip(paid, room, strict=True))
    assert all(yen >= 0 for yen in paid)
    left = amount - sum(paid)
    assert left >= 0
    taking = [(yen, s) for yen, s, weight in zip(paid, room, weights, strict=True) if weight]
    if left >= unit:
        assert all(space is not None and space - yen < unit for yen, space in taking)
    # Who was not filled has what the last round gave.
    assert all(yen == more for yen, more, weight in zip(paid, last.paid, last.weights, strict=True) if weight)


BODIES = st.lists(st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(0, 10**6))), min_size=1, max_size=10)


@given(AMOUNTS, BODIES, UNITS, st.data(), st.integers(2, 9))
def test_room_is_filled_in_no_order_and_at_no_scale(
    amount: int, bodies: list[tuple[int, int | None]], unit: int, data: st.DataObject, factor: int
) -> None:
    """Neither the order of the bodies nor the scale of the weights changes what each gets."""
    weights, room = [Fraction(weight) for weight, _ in bodies], [space for _, space in bodies]
    codes = codes_for(weights)
    straight, _ = within_room(amount, weights, room, codes, unit)
    order = data.draw(st.permutations(range(len(bodies))))
    moved, _ = within_room(amount, *([column[i] for i in order] for column in (weights, room, codes)), unit)
    assert moved == tuple(straight[i] for i in order)
    assert within_room(amount, [weight * factor for weight in weights], room, codes, unit)[0] == straight


@given(AMOUNTS, BODIES, UNITS, st.data())
def test_more_weight_or_room_never_gives_less(
    amount: int, bodies: list[tuple[int, int | None]], unit: int, data: st.DataObject
) -> None:
    """A body that weighs more, or has more room, all else equal, is given at least as much."""
    weights, room = [Fraction(weight) for weight, _ in bodies], [space for _, space in bodies]
    codes, i = codes_for(weights), data.draw(st.integers(0, len(bodies) - 1))
    before, _ = within_room(amount, weights, room, codes, unit)
    heavier = [*weights[:i], weights[i] + data.draw(st.integers(0, 100)), *weights[i + 1 :]]
    assert within_room(amount, heavier, room, codes, unit)[0][i] >= before[i]
    space = room[i]
    roomier = [*room[:i], None if space is None else space + data.draw(st.integers(0, 10**6)), *room[i + 1 :]]
    assert within_room(amount, weights, roomier, codes, unit)[0][i] >= before[i]


def test_extremes() -> None:
    """One body gets all, no weight gets nothing, a single yen goes to one body, and 10^15 yen are divided exactly."""
    one = [Fraction(1)]
    assert in_proportion(10**15 + 1, one, ["1"]).paid == (10**15 + 1,)
    assert in_proportion(10**6, [Fraction(0)] * 3, ["1", "2", "3"]).left == 10**6
    assert in_proportion(1, [Fraction(1)] * 3, ["3", "1", "2"]).paid == (0, 1, 0)
    third = in_proportion(10**15, [Fraction(1)] * 3, ["1", "2", "3"])
    assert third.paid == (333333333333334, 333333333333333, 333333333333333)
    assert per_head(5, [0, 0]).left == 5
    assert in_proportion(999, one, ["1"], 1000).left == 999
