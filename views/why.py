"""Why the points of a body moved: what the steps from one year to the other add, in all, by 指標 and by item."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from haiten.comparison.why import ORDER, Factor, MovedPart, Why, YearsNode
from haiten.compiler.syntax.rulebook import Level
from haiten.compiler.version import haiten_version
from haiten.scoring.running.scores import PointsRange
from haiten.tabulation.table import (
    POINTS,
    POINTS_CHANGE,
    Column,
    Row,
    Table,
    TableValue,
    between,
    filled,
)

SCHEMA: Final = "haiten/why@1"
_HEAD: Final = (Level.GRANT, Level.GOAL, Level.GROUP, Level.INDICATOR)
ADD_UP: Final = (
    "各部分は、前の年度の規則・事実から後の年度のものへ、上から順に1つずつ移して採点した差。"
    "足すと全体の差にちょうど合う。"
)
OPEN: Final = (
    "幅（–）のある部分は、不明な答えや値しだい。確実な得点の差は足し合わせられるが、幅の両端は足し合わせられない: "
    "1つの不明が2つの部分にあるとき、一方が多ければ他方はその分少ない。"
)
TOGETHER: Final = (
    "「先に動かす」は、ほかが前の年度のままで1つだけ移したときの差、「最後に動かす」は、ほかを全て移した後の差。"
    "違えば、2つ以上が重なって動いた点がある（順位の段の境が動いたところで自団体の値も動いた、など）。"
)
GIVEN: Final = (
    "示された判定は、国が結果だけを示した項目の動き。自団体の値と他団体の順位のどちらによるかは、判定からは分からない。"
)
UNEVEN: Final = (
    "一方の年度の事実だけが全国のものなので、他団体の部分には、順位を付ける団体がそろわないことによる差も入っている"
    "（全国でない方に段の境の値を渡すと除ける）。"
)
_SHORT: Final = {
    Factor.RULES: ("規則の", "改正"),
    Factor.OTHERS: ("他団体の", "順位等"),
    Factor.GIVEN: ("示された", "判定"),
    Factor.FIGURES: ("自団体", "の値"),
    Factor.ANSWERS: ("自団体", "の回答"),
}


def about_why(found: Why) -> str:
    """Which body, which years, and by which rules."""
    old, new = found.old.scores, found.new.scores
    body = new.bodies[found.new.body]
    prints = f"規則の指紋 {old.fingerprint.rules[:16]} → {new.fingerprint.rules[:16]}"
    return f"{body.code} {body.name}　{old.program.year} → {new.program.year} {new.program.scope}　{prints}"


def tables_of_why(found: Why) -> tuple[Table, ...]:
    """The whole with its order, the nodes down to 指標, and the items."""
    return _whole_table(found), _nodes_table(found), _items_table(found)


def _cell(part: MovedPart) -> TableValue:
    return part.change if part.decided else between(part.low, part.high)


def _points(points: PointsRange) -> TableValue:
    return between(points.certain, points.possible)


def _whole_table(found: Why) -> Table:
    whole = found.whole
    old, new = found.points(whole, new=False), found.points(whole, new=True)
    rows = [
        Row(
            (
                factor.japanese,
                *(
                    _cell(part)
                    for part in (found.parts(whole)[factor], found.first(whole, factor), found.last(whole, factor))
                ),
            )
        )
        for factor in found.factors
    ]
    alone = (sum(each(whole, factor).change for factor in ORDER) for each in (found.first, found.last))
    total = Row(("計", _cell(found.change(whole)), *alone), strong=True)
    columns = (
        Column("部分"),
        Column("この順に動かす", POINTS_CHANGE),
        Column("先に動かす", POINTS_CHANGE),
        Column("最後に動かす", POINTS_CHANGE),
    )
    years = found.matched.old.year, found.matched.new.year
    title = f"得点の差　{years[0]} {_text(old)} → {years[1]} {_text(new)}"
    return Table("得点の差", title, columns, (*rows, total), 1, tuple(_notes(found)))


def _text(points: PointsRange) -> str:
    return f"{points.certain}点" if points.decided else f"{points.certain}–{points.possible}点"


def _notes(found: Why) -> Iterator[str]:
    whole = found.whole
    yield ADD_UP
    if found.order_counts(whole):
        yield TOGETHER
        if not found.change(whole).decided:
            yield "交互作用は確実な得点で数える。"
        yield f"1つずつ先に動かした差の計と全体の差との違い（交互作用）: {found.interaction(whole):+d}点。"
    else:
        yield "どの順に動かしても、各部分は同じ。"
    if not all(part.decided for part in found.parts(whole).values()):
        yield OPEN
    if Factor.GIVEN in found.factors:
        yield GIVEN
    if Factor.OTHERS in found.inert:
        yield "事実ファイルに他の団体がなく、段の境の値もないので、他団体の順位・平均は動かない。"
    elif found.is_placed:
        yield "他団体は、段の境の値で表す。その全国には、自団体のその年度の値も入っている。"
    elif found.old.scores.in_part != found.new.scores.in_part:
        yield UNEVEN
    for new, year in ((True, found.matched.new.year), (False, found.matched.old.year)):
        names = asked_alone(found, new=new)
        if names:
            shown = "、".join(names[:8]) + (f" ほか{len(names) - 8}件" if len(names) > 8 else "")
            words = "両年度で同じ答えや値とみなし、動いた点を規則の改正に入れる"
            yield f"{year}にだけある項目・事実 {len(names)}件は、{words}: {shown}"
    if found.only_cutoffs:
        yield f"一方の年度の段の境の値にしかない順位・平均は、動かなかったものとする: {'、'.join(found.only_cutoffs)}"


def asked_alone(found: Why, *, new: bool) -> list[str]:
    """The columns of one year's facts that the rulebook of the other does not ask for, as far as the body has them."""
    terms, side = found.terms[new], found.new if new else found.old
    facts = terms.years[new]
    columns = {
        **{name: numbers.known[side.body] for name, numbers in facts.numbers.items()},
        **{name: truth.known[side.body] for name, truth in (facts.answers | facts.outcomes).items()},
    }
    return [name for name, known in columns.items() if known and name in terms.only]


def _moved(found: Why, lines: Iterable[YearsNode]) -> list[YearsNode]:
    return [line for line in lines if found.change(line).moved or any(p.moved for p in found.parts(line).values())]


def _columns(found: Why, *before: Column) -> tuple[Column, ...]:
    years = found.matched.old.year, found.matched.new.year
    old, new = years if years[0] != years[1] else (f"{years[0]}（前）", f"{years[1]}（後）")
    return (
        *before,
        Column(old, POINTS),
        *(Column(factor.japanese, POINTS_CHANGE, short=_SHORT[factor]) for factor in found.factors),
        Column("差", POINTS_CHANGE),
        Column(new, POINTS),
        Column("順序"),
    )


def _cells(found: Why, line: YearsNode) -> tuple[TableValue, ...]:
    parts = found.parts(line)
    return (
        _points(found.points(line, new=False)),
        *(_cell(parts[factor]) if parts[factor].moved else None for factor in found.factors),
        _cell(found.change(line)),
        _points(found.points(line, new=True)),
        "順序による" if found.order_counts(line) else None,
    )


def _nodes_table(found: Why) -> Table:
    lines = (line for line in found.whole.walk() if line.node is None or line.node.level in _HEAD)
    rows = tuple(
        Row((_name(line), line.node.text if line.node else "", *_cells(found, line)), strong=_is_strong(line))
        for line in _moved(found, lines)
    )
    columns = _columns(found, Column("項目"), Column("文"))
    notes = ("動いたものだけを示す。", *_beside(found))
    return filled(Table("目標・指標", "目標・指標ごと", columns, rows, 2, notes))


def _beside(found: Why) -> tuple[str, ...]:
    """A word on 別枠, and on what stands elsewhere now."""
    special = any(line.node is not None and line.node.special for line in _moved(found, found.whole.below))
    return ("別枠は計に入らない。",) if special else ()


def _is_strong(line: YearsNode) -> bool:
    return line.node is None or line.node.level in (Level.GRANT, Level.GOAL)


def _name(line: YearsNode) -> str:
    if line.node is None:
        return "計"
    if line.old is not None and line.new is not None and line.old.path != line.new.path:
        return f"{line.new.path}（旧 {line.old.path}）"
    return f"{line.path}{line.state}"


def _items_table(found: Why) -> Table:
    rows = tuple(
        Row((_name(line), line.node.text if line.node else "", *_verdicts(found, line), *_cells(found, line)))
        for line in _moved(found, found.whole.items())
    )
    before = (Column("項目"), Column("文"), Column("前の判定"), Column("後の判定"))
    notes = (
        "動いた項目だけを示す。個々の理由は、両年度の「haiten explain」でたどれる。",
        "「いずれか」や上限のある指標では、項目の計が指標の差にならないことがある。",
    )
    return filled(Table("項目", "項目ごと", _columns(found, *before), rows, 2, notes))


def _verdicts(found: Why, line: YearsNode) -> tuple[str | None, str | None]:
    verdicts = (found.verdict(line, new=False), found.verdict(line, new=True))
    old, new = (None if verdict is None else verdict.japanese for verdict in verdicts)
    return old, new


# For tools


def flat_table(found: Why) -> Table:
    """All nodes of both years in one table, with certain points and ends apart."""
    words = tuple(Column(name) for name in ("階層", "パス", "前のパス", "文", "前の判定", "後の判定"))
    points = tuple(Column(name, POINTS) for name in ("前.確実", "前.可能", "後.確実", "後.可能"))
    parts = tuple(
        Column(f"{name}.{what}", POINTS_CHANGE)
        for name in ("差", *(factor.japanese for factor in ORDER))
        for what in ("確実", "最小", "最大")
    )
    order = tuple(Column(f"{factor.japanese}.{what}", POINTS_CHANGE) for factor in ORDER for what in ("先に", "最後に"))
    rows = tuple(Row(tuple(_flat_cells(found, line))) for line in found.whole.walk())
    return Table("得点の差", about_why(found), (*words, *points, *parts, *order), rows, 4)


def _flat_cells(found: Why, line: YearsNode) -> Iterator[TableValue]:
    yield "全体" if line.node is None else line.node.kind
    yield line.new.path if line.new else None
    yield line.old.path if line.old else None
    yield line.node.text if line.node else None
    yield from _verdicts(found, line)
    for new in (False, True):
        points = found.points(line, new=new)
        yield from (points.certain, points.possible)
    for part in (found.change(line), *found.parts(line).values()):
        yield from (part.change, part.low, part.high)
    for factor in ORDER:
        yield from (found.first(line, factor).change, found.last(line, factor).change)


def why_json(found: Why) -> dict[str, Any]:
    """As JSON (``docs/schema/why-1.json``)."""
    body = found.new.scores.bodies[found.new.body]
    years = {
        name: {
            "year": side.scores.program.year,
            "scope": str(side.scores.program.scope),
            "rules": side.scores.fingerprint.rules,
            "bodies": len(side.scores.bodies),
        }
        for name, side in (("old", found.old), ("new", found.new))
    }
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        **years,
        "body": {"code": body.code, "name": body.name},
        "placed": found.is_placed,
        "order": [str(factor) for factor in ORDER],
        "inert": [str(factor) for factor in ORDER if factor in found.inert],
        "only_old": asked_alone(found, new=False),
        "only_new": asked_alone(found, new=True),
        "only_cutoffs": list(found.only_cutoffs),
        "nodes": [_line_json(found, line) for line in found.whole.walk()],
    }


def _line_json(found: Why, line: YearsNode) -> dict[str, Any]:
    verdicts = found.verdict(line, new=False), found.verdict(line, new=True)
    was, has = found.points(line, new=False), found.points(line, new=True)
    parts = found.parts(line)
    return {
        "old_path": line.old.path if line.old else None,
        "new_path": line.new.path if line.new else None,
        "level": "全体" if line.node is None else line.node.kind,
        "text": line.node.text if line.node else "",
        "old": {"certain": was.certain, "possible": was.possible, "maximum": was.maximum},
        "new": {"certain": has.certain, "possible": has.possible, "maximum": has.maximum},
        "old_verdict": verdicts[0].value if verdicts[0] else None,
        "new_verdict": verdicts[1].value if verdicts[1] else None,
        "difference": _part_json(found.change(line)),
        "parts": {
            str(factor): _part_json(parts[factor])
            | {"first": found.first(line, factor).change, "last": found.last(line, factor).change}
            for factor in ORDER
        },
        "interaction": found.interaction(line),
        "order_counts": found.order_counts(line),
    }


def _part_json(part: MovedPart) -> dict[str, int]:
    return {"certain": part.change, "low": part.low, "high": part.high}
