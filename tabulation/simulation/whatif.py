"""One body with other facts, among all others as they are: points, ranks, each item that changes, and why."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from attrs import evolve

from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.folding.paths import canonical_path
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_value, show_number
from haiten.compiler.program.fact_columns import CODE, PREFECTURE, WHOLE, YEAR, schema_of
from haiten.compiler.program.program import Node, Program
from haiten.compiler.suggest import nearest
from haiten.compiler.version import haiten_version
from haiten.scoring.explaining.explain import explain, explain_json
from haiten.scoring.explaining.reasons import Placing, ReadValue, Reason
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.facts.facts import Facts, Truth, unknown_numbers, unknown_truth
from haiten.scoring.numbers.exact import Ratios, from_integers
from haiten.scoring.reading.characters import canonical_heading
from haiten.scoring.reading.read_facts import read_rows
from haiten.scoring.running.scores import PointsRange, Scores, Verdict, rulebook_json
from haiten.tabulation.population.groups import NATION, group_by
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import Column, FigureStyle, Row, Table, filled

SCHEMA: Final = "haiten/whatif@1"
UNKNOWN: Final = "不明"
_OPTION: Final = "--set"
_FORM: Final = "「名=値」と書きます。分からないことにするには「名=不明」とします。"
_PLAIN: Final = FigureStyle("")
_SIGNED: Final = FigureStyle("", signed=True)
_INERT: Final = (
    "{path} は、結果が所与（国などが示したもの）なので変わらない。試すには「--set 所与.{path}=不明」も渡す。"
)
_ALONE: Final = "事実ファイルが1団体なので、順位は分からない（--cutoffs に全国の段の境の値を渡すと分かる）。"


@frozen(eq=False)
class Given:
    """What shall be otherwise, as facts of one body; None where something is wrong with it."""

    facts: Facts | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_settings(written: Sequence[str], program: Program, code: str, option: str = _OPTION) -> Given:
    """Read settings ``NAME=VALUE`` as a fact file reads its columns; 不明 stands for an empty cell.

    Args:
        written: the settings.
        program: the rulebook.
        code: the body that they are about.
        option: what messages call them.
    """
    pairs = [text.replace("＝", "=", 1).partition("=") for text in written]
    names = [canonical_heading(name) for name, _, _ in pairs]
    schema = schema_of(program)
    known = (*schema.numbers, *schema.answers, *schema.outcomes)
    near = (*known, *program.constants)
    diagnostics: list[Diagnostic] = [
        errors.NothingToSet(Cell(option, None, name), name, nearest(name, near))
        for name in dict.fromkeys(names)
        if name not in known
    ]
    diagnostics += [
        errors.EmptySetting(Cell(option, None, name), text, "変えた後の値" if equals else "「=」と変えた後の値", _FORM)
        for name, text, (_, equals, value) in zip(names, written, pairs, strict=True)
        if name in known and not value.strip()
    ]
    diagnostics += [
        errors.SetTwice(Cell(option, None, name), name, names.index(name) + 1, number, option)
        for number, name in enumerate(names, start=1)
        if name in known and name in names[: number - 1]
    ]
    # Of two the last one is read, as both are reported already.
    settings = {name: value.strip() for name, (_, _, value) in zip(names, pairs, strict=True) if name in known}
    kept = list(settings.items())
    cells = ["" if value == UNKNOWN else value for _, value in kept]
    read = read_rows(option, [[*(name for name, _ in kept), CODE, YEAR], [*cells, code, program.year]], program)
    told = (evolve(d, span=Cell(option, None, d.span.column)) for d in read.diagnostics if isinstance(d.span, Cell))
    diagnostics += [d for d in told if isinstance(d.span, Cell) and d.span.column != CODE]
    return Given(None if has_errors(diagnostics) else read.facts, tuple(diagnostics))


def settings_of_constants(written: Sequence[str], program: Program) -> tuple[list[str], list[str]]:
    """The settings of 定数 of the rulebook, and all others."""
    chosen = [canonical_path(text.replace("＝", "=", 1).partition("=")[0]) in program.constants for text in written]
    constants = [text for text, constant in zip(written, chosen, strict=True) if constant]
    return constants, [text for text, constant in zip(written, chosen, strict=True) if not constant]


@frozen
class FactChange:
    """A column or a 定数 that was set: the value before and after, as people read it."""

    column: str
    before: str
    after: str


@frozen
class Ranks:
    """Ranks by certain points before and after, among ``size`` bodiesof ``name``."""

    name: str
    before: int
    after: int
    size: int


@frozen(eq=False)
class Delta:
    """A node whose counted points change.

    Attributes:
        reasons: what of its reasons changed; empty for a node that only adds up others.
    """

    node: Node
    before: PointsRange
    after: PointsRange
    reasons: tuple[str, ...]


@frozen(eq=False)
class WhatIf:
    """A body before and after.

    Attributes:
        ranks: in the nation, among the bodies of the file, in the prefecture, as far as these are known.
        deltas: in the order of the document.
        others: how many other bodies have other points after.
        inert: items that would come out otherwise, were their outcome not given (所与).
    """

    before: Scores
    after: Scores
    body: int
    changes: tuple[FactChange, ...]
    ranks: tuple[Ranks, ...]
    deltas: tuple[Delta, ...]
    others: int
    inert: tuple[str, ...]

    @property
    def totals(self) -> tuple[PointsRange, PointsRange]:
        """The total before and after."""
        return self.before.points(None, self.body), self.after.points(None, self.body)

    def to_json(self) -> dict[str, Any]:
        """As JSON, schema ``haiten/whatif@1`` (``docs/schema/whatif-1.json``)."""
        who = self.before.bodies[self.body]
        before, after = self.totals
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "rulebook": rulebook_json(self.after.program, self.after.fingerprint),
            "body": {"code": who.code, "name": who.name, "prefecture": who.prefecture},
            "bodies": len(self.before.bodies),
            "changes": [{"column": c.column, "before": c.before, "after": c.after} for c in self.changes],
            "total": {"before": _range_json(before), "after": _range_json(after)},
            "ranks": [{"among": r.name, "before": r.before, "after": r.after, "n": r.size} for r in self.ranks],
            "others": self.others,
            "inert": list(self.inert),
            "nodes": [self._delta_json(delta) for delta in self.deltas],
        }

    def _delta_json(self, delta: Delta) -> dict[str, Any]:
        data: dict[str, Any] = {"path": delta.node.path, "text": delta.node.text}
        data |= {"before": _range_json(delta.before), "after": _range_json(delta.after)}
        data["reasons"] = list(delta.reasons)
        if delta.node.is_leaf:
            for name, scores in (("trace_before", self.before), ("trace_after", self.after)):
                traces = explain(scores, self.body, delta.node.path)
                data[name] = explain_json(scores, self.body, traces)["traces"][0]
        return data


def altered(facts: Facts, body: int, given: Facts) -> Facts:
    """Facts of which one body's are those of ``given`` (facts of one body) as far as that has columns."""
    numbers, answers, outcomes = dict(facts.numbers), dict(facts.answers), dict(facts.outcomes)
    for name, told in given.numbers.items():
        numbers[name] = _with_number(numbers.get(name) or unknown_numbers(len(facts)), body, told)
    for truths, new in ((answers, given.answers), (outcomes, given.outcomes)):
        for name, truth in new.items():
            old = truths.get(name) or unknown_truth(len(facts))
            certain, possible = old.certain.copy(), old.possible.copy()
            certain[body], possible[body] = truth.certain[0], truth.possible[0]
            truths[name] = Truth(certain, possible)
    return evolve(facts, numbers=numbers, answers=answers, outcomes=outcomes)


def _with_number(column: Ratios, body: int, told: Ratios) -> Ratios:
    """A column of numbers of one scale with one of them changed."""
    num, known = column.num.copy(), column.known.copy()
    # Both were read as integers of the same decimals; an unknown column has none yet.
    scale = int(told.den)
    if int(column.den) != scale:
        num = num * scale
    num[body], known[body] = told.num[0], told.known[0]
    return from_integers(num, known, scale)


def compare(before: Scores, after: Scores, body: int, given: Facts) -> WhatIf:
    """What the changed facts of a body lead to.

    Args:
        before: the bodies as they are.
        after: the same with ``altered`` facts, under the same cut-offs; by the rulebook with other 定数, where some
            were set.
        body: the place of the body.
        given: what was set.
    """
    program = before.program
    deltas = []
    for node in program.nodes.values():
        was, now = before.points(node.path, body), after.points(node.path, body)
        if was != now:
            deltas.append(Delta(node, was, now, tuple(_reasons(before, after, body, node))))
    changed = np.zeros(len(before.bodies), dtype=np.bool_)
    for old, new in zip(before.total(), after.total(), strict=True):
        changed |= old != new
    others = int(changed.sum()) - int(changed[body])
    inert = tuple(leaf.path for leaf in program.leaves if not leaf.is_shared and _is_inert(before, after, body, leaf))
    changes = (*_constants(program, after.program), *_changes(before.run.facts, after.run.facts, program, body, given))
    return WhatIf(before, after, body, changes, tuple(_ranks(before, after, body)), tuple(deltas), others, inert)


def _is_inert(before: Scores, after: Scores, body: int, leaf: Node) -> bool:
    was, now = before.run.computed(leaf.path), after.run.computed(leaf.path)
    differs = was.certain[body] != now.certain[body] or was.possible[body] != now.possible[body]
    return bool(differs and before.run.given(leaf.path)[body] and after.run.given(leaf.path)[body])


def _ranks(before: Scores, after: Scores, body: int) -> Iterator[Ranks]:
    """Ranks by certain points: in the nation, where it is known, among the bodies of the file, in the prefecture."""
    was, now = (scores.total()[0] for scores in (before, after))
    if before.kept is not None:
        # All others are as they were.
        spread = before.kept.spread(WHOLE)
        own = [points[body : body + 1] for points in (was, now)]
        places = [int(spread.ranks(points, points)[0][0]) for points in own]
        yield Ranks(NATION, places[0], places[1], before.kept.size)
    prefecture = group_by(before, PREFECTURE) if before.bodies[body].prefecture and len(before.bodies) > 1 else None
    for groups in (*Population(before).all_groups, prefecture):
        if groups is not None:
            mine, places = int(groups.labels[body]), [int(groups.ranks(points)[body]) for points in (was, now)]
            yield Ranks(groups.names[mine], places[0], places[1], groups.sizes[mine])


def _constants(old: Program, new: Program) -> Iterator[FactChange]:
    for name, value in new.trial.items():
        yield FactChange(f"定数 {name}", describe_value(old.constants[name].bare), value)


def _changes(old: Facts, new: Facts, program: Program, body: int, given: Facts) -> Iterator[FactChange]:
    schema = schema_of(program)
    for name in given.numbers:
        fact = schema.numbers[name].fact
        unit = str(fact.decl.unit) if fact is not None else "点"
        was, now = (ReadValue(name, c[body] if (c := facts.numbers.get(name)) else None, unit) for facts in (old, new))
        yield FactChange(name, was.shown, now.shown)
    for name in given.answers:
        yield FactChange(name, _answer(old.answers.get(name), body), _answer(new.answers.get(name), body))
    for name in given.outcomes:
        yield FactChange(f"所与.{name}", _answer(old.outcomes.get(name), body), _answer(new.outcomes.get(name), body))


def _answer(truth: Truth | None, body: int) -> str:
    if truth is None or truth.certain[body] != truth.possible[body]:
        return UNKNOWN
    return "該当" if truth.certain[body] else "非該当"


def _reasons(before: Scores, after: Scores, body: int, node: Node) -> Iterator[str]:
    """What of a node's reasons differs."""
    (was,), (now,) = explain(before, body, node.path), explain(after, body, node.path)
    if was.cut != now.cut:
        yield f"上限で切った点: {was.cut}点 → {now.cut}点"
    if was.reason is None or now.reason is None:
        return
    if was.given or now.given:
        words = [_word(before, body, node) + ("（所与）" if trace.given else "（事実から）") for trace in (was,)]
        words += [_word(after, body, node) + ("（所与）" if now.given else "（事実から）")]
        if words[0] != words[1]:
            yield f"結果: {words[0]} → {words[1]}"
    if not (was.given and now.given):
        yield from dict.fromkeys(_differences(was.reason, now.reason))
    superseded = was.verdict != now.verdict and Verdict.SUPERSEDED in (was.verdict, now.verdict)
    if superseded or was.own == now.own:  # only what stands beside it can have changed its points
        assert was.verdict is not None
        assert now.verdict is not None
        yield f"いずれか（他の項目との優先）: {was.verdict.japanese} → {now.verdict.japanese}"


def _word(scores: Scores, body: int, node: Node) -> str:
    outcome = scores.run.outcome(node.path)
    return {(True, True): "該当", (False, False): "非該当"}.get(
        (bool(outcome.certain[body]), bool(outcome.possible[body])), UNKNOWN
    )


_TRUTHS: Final = {True: "満たす", False: "満たさない", None: UNKNOWN}


def _differences(was: Reason, now: Reason) -> Iterator[str]:
    """The innermost parts of a condition that differ, in Japanese."""
    if was.kind == "answer":
        if was.truth != now.truth:
            words = {True: "該当", False: "非該当", None: "未回答"}
            yield f"調査の回答: {words[was.truth]} → {words[now.truth]}"
        return
    classes = ([part.text for part in reason.parts if part.kind == "class"] for reason in (was, now))
    if next(classes) != next(classes):
        yield from _another_bar(was, now)
        return
    if (len(was.parts), len(was.readings)) != (len(now.parts), len(now.readings)):  # another 定数 settles some of it
        yield f"{was.text}: {_TRUTHS[was.truth]} → {_TRUTHS[now.truth]}"
        return
    inner = [text for parts in zip(was.parts, now.parts, strict=True) for text in _differences(*parts)]
    for old, new in zip(was.readings, now.readings, strict=True):
        if old.value != new.value:
            yield f"{old.name}: {old.shown} → {new.shown}"
    if was.placing is not None and now.placing is not None:
        yield from _placing_differences(was.placing, now.placing)
    yield from inner
    if was.truth != now.truth and not inner:
        yield f"{was.text}: {_TRUTHS[was.truth]} → {_TRUTHS[now.truth]}"


def _another_bar(was: Reason, now: Reason) -> Iterator[str]:
    """A table by classes that holds the body to the bar of another class, or of one that was or became unknown."""
    before, after = ({r.name: r for part in reason.parts for r in part.readings} for reason in (was, now))
    for name, old in before.items():
        if name in after and old.value != after[name].value:
            yield f"{name}: {old.shown} → {after[name].shown}"
    bars = ("、".join(part.text for part in r.parts) if len(r.parts) == 2 else "階級が不明" for r in (was, now))
    yield f"{next(bars)}: {_TRUTHS[was.truth]} → {next(bars)}: {_TRUTHS[now.truth]}"


def _placing_differences(was: Placing, now: Placing) -> Iterator[str]:
    if was.value.value != now.value.value:
        yield f"{was.value.name}: {was.value.shown} → {now.value.shown}"
    places = [f"{placing.rank:,}位/{placing.size:,}" if placing.rank else "順位なし" for placing in (was, now)]
    if places[0] != places[1]:
        yield f"{was.value.name} の順位: {places[0]} → {places[1]}"
    limits = [None if placing.cutoff is None else show_number(placing.cutoff) for placing in (was, now)]
    if limits[0] != limits[1]:
        shown = [UNKNOWN if limit is None else limit + was.value.unit for limit in limits]
        yield f"{was.step}の境: {shown[0]} → {shown[1]}"


def whatif_tables(found: WhatIf) -> list[Table]:
    """The body as a whole before and after, then a row for each node that changes."""
    who, program = found.before.bodies[found.body], found.before.program
    totals = (("得点（確実）", "certain"), ("得点（あり得る最大）", "possible"))
    summary = [
        Row((name, *_both(getattr(found.totals[0], end), getattr(found.totals[1], end)), None), strong=end == "certain")
        for name, end in totals
    ]
    open_ = any(bool((least != most).any()) for least, most in (found.before.total(), found.after.total()))
    word = "（確実な得点）" if open_ else ""
    summary += [
        Row((f"{rank.name}順位{word}", rank.before, rank.after, rank.before - rank.after, rank.size), figure=None)
        for rank in found.ranks
    ]
    heads = (
        Column(""),
        Column("前", _PLAIN),
        Column("後", _PLAIN),
        Column("変化", _SIGNED),
        Column("団体数", _PLAIN),
    )
    notes = [f"{change.column}: {change.before} → {change.after}" for change in found.changes]
    notes += [_INERT.format(path=path) for path in found.inert]
    if found.others:
        why = "定数が変わり" if found.after.program.trial else "順位が付け直され"
        notes.append(f"{why}、ほかの{found.others:,}団体の得点も変わる。")
    notes.append("順位の変化は、上がった数（＋）、下がった数（−）。" if found.ranks else _ALONE)
    title = f"{who.code} {who.name}（{program.year}） 変えた場合"
    whole = filled(Table("前後", title, heads, tuple(summary), 1, tuple(notes)))
    columns = (Column("項目"), Column("文"), Column("前"), Column("後"), Column("変化", _SIGNED), Column("理由"))
    rows = tuple(
        Row((delta.node.path, delta.node.text, _told(delta.before), _told(delta.after),
             delta.after.certain - delta.before.certain, "\n".join(delta.reasons) or None),
            strong=not delta.node.is_leaf)
        for delta in found.deltas
    )  # fmt: skip
    return [whole, Table("変わる項目", "点が変わる項目と、その理由", columns, rows, 2)]


def _both(before: int, after: int) -> tuple[int, int, int]:
    return before, after, after - before


def _told(points: PointsRange) -> str:
    span = f"{points.certain}" if points.decided else f"{points.certain}–{points.possible}"
    return f"{span}/{points.maximum}点"


def _range_json(points: PointsRange) -> dict[str, int]:
    return {"certain": points.certain, "possible": points.possible, "maximum": points.maximum}
