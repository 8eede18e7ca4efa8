"""Allocations of every form agree with a second reading over plain fractions, body by body, and spend the budget."""

import random
from fractions import Fraction

from hypothesis import assume, given, settings
from plain_division import Asked, Body, Division, Plan, Pot, Weigh

from effort import examples
from haiten.allocation.allocate import allocate
from haiten.compiler.driver import compile_source
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body as Named
from haiten.scoring.facts.facts import Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from strategies import SEEDS

WEIGHTS: tuple[tuple[str, Weigh], ...] = (
    ("人数", lambda body: body.persons),
    ("点数", lambda body: body.points),
    ("点数 × 人数", lambda body: body.points * body.persons),
    ("点数 ÷ 人数", lambda body: Fraction(body.points, body.persons)),
)


def place(bodies: list[Body], body: Body) -> int:
    return 1 + sum(other.points > body.points for other in bodies)


ASKED: tuple[tuple[str, Asked], ...] = (
    ("離島", lambda _, body: body.island),
    ("点数 が 上位5割", lambda bodies, body: 2 * place(bodies, body) <= len(bodies)),
    ("点数 が 上位1位", lambda bodies, body: place(bodies, body) == 1),
    ("点数 が 全国平均(点数) 超", lambda bodies, body: body.points * len(bodies) > sum(b.points for b in bodies)),
    ("人数 が 50人以上", lambda _, body: body.persons >= 50),
    ("人数 が 9,999人以上", lambda _, body: body.persons >= 9_999),
)
LARGE = ("大", "50人以上", lambda body: body.persons >= 50)
MIDDLE = ("中", "10人以上 50人未満", lambda body: 10 <= body.persons < 50)
TINY = ("小", "10人未満", lambda body: body.persons < 10)
OTHERS = ("他", "その他", lambda _: True)
# Also classes with a gap between them, and one that another takes all bodies from.
CLASSES = ((LARGE, MIDDLE, TINY), (LARGE, OTHERS), (LARGE, TINY), (("広", "1人以上", lambda _: True), LARGE))


def pots_of(draw: random.Random, budget: int, classes: int) -> tuple[Pot, ...]:
    """Pots of every kind; what is not spent flows to one that stands before."""
    pots: list[Pot] = []
    for number in range(draw.randint(1, 4)):
        amount = None if not number else budget * draw.choice([0, 1, 5, 20]) // 100
        # The first gets what the others leave: at least 0.4 of the budget.
        most = budget // 3 if amount is None else amount
        parts = [most * draw.choice([0, 1, 3]) // 10 for _ in range(classes - 1)]
        split = draw.choice(["", "", "weight", "amounts"])
        frames = draw.random() < 0.3
        asked = draw.choice(ASKED) if draw.random() < 0.5 else None
        by_amounts: list[int | None] = [*parts, None]
        draw.shuffle(by_amounts)
        pots.append(
            Pot(
                f"枠{number + 1}",
                amount,
                by_weight=draw.choice(WEIGHTS) if split == "weight" else None,
                by_amounts=tuple(by_amounts) if split == "amounts" else None,
                asked=asked,
                weight=draw.choice(WEIGHTS) if not frames and draw.random() < 0.8 else None,
                frames=tuple(draw.sample(ASKED, draw.randint(1, 3))) if frames else None,
                most=draw.choice([None, 1, 2]) if frames else None,
                overflow=draw.choice([pot.name for pot in pots]) if pots and draw.random() < 0.6 else None,
            )
        )
    if draw.random() < 0.5:
        amount = budget * draw.choice([0, 1, 10]) // 100
        asked = draw.choice(ASKED) if draw.random() < 0.3 else None
        factor = draw.choice([Fraction(9, 10), Fraction(1), Fraction(1, 3)])
        pots.append(Pot("緩和", amount, asked=asked, floor=factor, bears=draw.random() < 0.5))
    return tuple(pots)


def plan_of(draw: random.Random) -> Plan:
    budget, classes = draw.choice([0, 1, 997, 100_000, 10**9, 10**15]), draw.choice(CLASSES)
    again = draw.choice(WEIGHTS) if draw.random() < 0.7 else None
    pots = pots_of(draw, budget, len(classes))
    return Plan(budget, pots, classes, draw.choice([1, 7, 1000]), draw.random() < 0.5, draw.random() < 0.7, again)


def pot_text(pot: Pot, plan: Plan) -> list[str]:
    lines = [f"配分 {pot.name} 推進 {'残り' if pot.amount is None else f'{pot.amount}円'}"]
    if pot.by_weight is not None:
        lines.append(f"内訳 規模 按分 {pot.by_weight[0]}")
    if pot.by_amounts is not None:
        amounts = zip(plan.classes, pot.by_amounts, strict=True)
        parts = [f"「{name}」 {'残り' if yen is None else f'{yen}円'}" for (name, _, _), yen in amounts]
        lines.append(f"内訳 規模 {' '.join(parts)}")
    if pot.asked is not None:
        lines.append(f"対象 {pot.asked[0]}")
    lines += [f"枠 {label} {words}" for label, (words, _) in zip("アイウ", pot.frames or (), strict=False)]
    if pot.floor is not None:
        factor = f"× {pot.floor.numerator} ÷ {pot.floor.denominator}"
        lines.append(f"激変緩和 前年度(交付額(推進)) {factor}{' 負担 他団体' if pot.bears else ''}")
    elif pot.weight is not None:
        lines.append(f"按分 {pot.weight[0]}")
    elif pot.frames is not None:
        lines.append(f"均等 該当枠数{'' if pot.most is None else f' 上限 {pot.most}つ'}")
    else:
        lines.append("均等")
    return [*lines, f"不用額 {pot.overflow or '残す'}"]


def text_of(plan: Plan) -> str:
    """The file that says what the plan says."""
    lines = [
        "言語 1\n令和6年度 市町村 配分\n事実 人数 : 人 1以上\n事実 点数 : 点 0以上",
        "事実 離島 : 該当\n事実 見込額 : 円 0以上\n区分 規模 = 人数",
        *(f"「{name}」 {words}" for name, words, _ in plan.classes),
        f"予算 推進 {plan.budget}円",
    ]
    for pot in plan.pots:
        lines += pot_text(pot, plan)
    if plan.limited:
        lines.append(f"限度 推進 = 見込額{'' if plan.again is None else f' 再配分 {plan.again[0]}'}")
    lines.append(f"端数 {plan.unit}円未満 切捨て 残額 {'最大剰余' if plan.largest else '不用額'}")
    return "\n".join(lines) + "\n"


def bodies_of(draw: random.Random, budget: int) -> list[Body]:
    size = draw.choice([1, 2, 3, 8])
    usual = budget // size
    return [
        Body(
            draw.choice([1, 9, 10, 49, 50, 300]),
            draw.choice([0, 0, 1, 2, 5, 100]),
            draw.random() < 0.3,
            draw.choice([0, usual // 2, usual, usual * 2]),
            draw.choice([0, usual // 3, usual, usual * 3]),
        )
        for _ in range(size)
    ]


def facts_of(bodies: list[Body], program: Program) -> Facts:
    """The facts that the rules read: others are none of them."""
    columns = {
        "人数": [body.persons for body in bodies],
        "点数": [body.points for body in bodies],
        "前年度.交付額(推進)": [body.before for body in bodies],
        "見込額": [body.limit for body in bodies],
    }
    known = schema_of(program).numbers
    numbers = {name: numbers_from(column, 0) for name, column in columns.items() if name in known}
    named = tuple(Named(f"{10001 + i}") for i in range(len(bodies)))
    return Facts(named, numbers, {"離島": truth_from([body.island for body in bodies])})


@settings(max_examples=examples(300))
@given(SEEDS)
def test_every_yen_is_where_a_second_reading_has_it(seed: int) -> None:
    """Each pot, the limit, 再配分 and what stays, per body; together they are the budget."""
    draw = random.Random(seed)
    plan = plan_of(draw)
    bodies = bodies_of(draw, plan.budget)
    made = Rulebook(compile_source(Source("random", text_of(plan))))
    # Classes that nobody reaches, and money for them, are errors of the file.
    assume(not {d.code for d in made.diagnostics} & {"H313", "H922"})
    assert made.ok, (made.diagnostics, text_of(plan))
    found = allocate(made.score(facts_of(bodies, made.program))).allocated
    assert found is not None
    division = Division(plan, bodies)
    paid, stays = division.result()
    for pot in plan.pots:
        assert list(found.pots[pot.name].paid) == division.paid[pot.name], pot.name
        assert found.pots[pot.name].unspent == division.unspent[pot.name], pot.name
    assert list(found.paid) == paid
    assert found.remainder == stays
    assert sum(paid) + stays == plan.budget
