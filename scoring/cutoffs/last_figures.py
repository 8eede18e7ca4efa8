"""Figures of the nation in the year before, from the cut-offs of that year, put beside the facts (language.md 12.1).

A figure is found by the words of the year before: the text of the value that was ranked, with names as they were then,
and the items that ranked it. Where two may be meant, neither is taken.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.files.json_files import JsonError, read_json
from haiten.compiler.files.json_forms import faults_of
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import name_of_figure
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Fact, FactValue, FigureThen, Ranking, ScoreValue, Value, Within
from haiten.compiler.program.walk import parts_of, values_in
from haiten.compiler.syntax.years import LAST_YEAR, year_before
from haiten.scoring.cutoffs.cutoff_forms import FORM, OLD_FORM, OLD_SCHEMA, SCHEMA, digest_of
from haiten.scoring.cutoffs.figure_errors import FigureUnusable, PastFiguresUnknown
from haiten.scoring.facts.fact_errors import UnreadableCutoffs, WrongCutoffs
from haiten.scoring.facts.facts import Facts
from haiten.scoring.facts.figures_then import FigureTold
from haiten.scoring.numbers import exact
from haiten.scoring.numbers.exact_text import read_fraction
from haiten.scoring.running.ranking import last_place

_STEP: Final = re.compile(r"上位([0-9]+(?:\.[0-9]+)?)([割%位])")
_COLUMN: Final = "前年度の値を事実ファイルの列「{column}」に書けば、それを使います。"


@frozen
class FiguresRead:
    """What was read of the year before, by column; None where the file cannot be used, which the diagnostics tell."""

    figures: dict[str, FigureTold] | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_figures(path: Path, program: Program, rules_then: str | None) -> FiguresRead:
    """Read the figures that a rulebook asks of the year before.

    Args:
        path: the cut-offs of the year before (``--save-cutoffs``).
        program: the rulebook.
        rules_then: the fingerprint of the rulebook of the year before, where it is known: what this one amends.
    """
    at = Cell(str(path))
    if not program.figures:
        reason = f"{program.year} {program.scope} 評価指標には、前年度の全国の値と比べる項目がありません"
        return FiguresRead(None, (FigureUnusable(at, reason, "「--previous-cutoffs」を渡さないでください。"),))
    try:
        data = read_json(path)
    except (OSError, JsonError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        return FiguresRead(None, (UnreadableCutoffs(at, reason),))
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema not in (SCHEMA, OLD_SCHEMA):
        return FiguresRead(None, (UnreadableCutoffs(at, f"形式が {SCHEMA} ではありません"),))
    for fault in faults_of(data, OLD_FORM if schema == OLD_SCHEMA else FORM):
        return FiguresRead(None, (WrongCutoffs(at, fault.where, fault.reason),))
    if schema == SCHEMA and data["digest"] != digest_of(data):
        reason = "検査値が中身と合いません（書かれた後に中身が変わっています）"
        return FiguresRead(None, (WrongCutoffs(at, "digest", reason),))
    if foreign := _foreign(data["rulebook"], program, rules_then):
        return FiguresRead(None, (FigureUnusable(at, foreign),))
    return figures_in(data, path, program)


def figures_in(data: dict[str, Any], path: Path, program: Program) -> FiguresRead:
    """The figures that a rulebook asks of the year before, in its cut-offs; ``path`` is what messages call them."""
    reader = _Reader(path, data, program)
    found = {column: reader.figure(column, fact) for column, fact in program.figures.items()}
    figures = {column: told for column, told in found.items() if told is not None}
    return FiguresRead(None if reader.diagnostics else figures, tuple(reader.diagnostics))


def with_figures(facts: Facts, file: str, figures: dict[str, FigureTold], cutoffs: Path) -> Facts | Diagnostic:
    """The same facts with figures of the year before, which are those of every body; or what is wrong with that."""
    for column in figures:
        if column in facts.numbers and bool(facts.numbers[column].known.any()):
            reason = f"「{column}」が {file} にも書かれています"
            way_out = "どちらを使うか決まりません。列を空にするか、「--previous-cutoffs」を渡さないでください。"
            return FigureUnusable(Cell(str(cutoffs)), reason, way_out)
    size = len(facts)
    numbers = {column: exact.constant(told.value, size) for column, told in figures.items()}
    return evolve(facts, numbers=facts.numbers | numbers, figures=figures)


def unknown_figures(program: Program, facts: Facts, file: str) -> tuple[Diagnostic, ...]:
    """What to say of figures of the year before that are not known: once, by name."""
    names = [
        f"{LAST_YEAR}の{fact.name}"
        for column, fact in program.figures.items()
        if column not in facts.numbers or not bool(facts.numbers[column].known.all())
    ]
    return (PastFiguresUnknown(Cell(file), "、".join(names), year_before(program.year)),) if names else ()


def _foreign(rulebook: dict[str, Any], program: Program, rules_then: str | None) -> str:
    """Why cut-offs are not those of the year before; empty where they are."""
    expected = f"{year_before(program.year)} {program.scope}"
    found = f"{rulebook['year']} {rulebook['scope']}"
    if found != expected:
        return f"{found}のものです（{expected}のものが要ります）"
    if rules_then is not None and rulebook["fingerprint"]["rules"] != rules_then:
        return f"{found}の、規則の異なる評価指標から作られています（この改正の元の評価指標ではありません）"
    if rulebook.get("set"):
        return f"試算（定数 {'、'.join(rulebook['set'])} を換えたもの）の値です"
    return ""


@frozen(eq=False)
class _Reader:
    """Finds figures in the cut-offs of the year before."""

    path: Path
    data: dict[str, Any]
    program: Program
    diagnostics: list[Diagnostic] = field(factory=list)

    @property
    def year(self) -> str:
        return year_before(self.program.year)

    def figure(self, column: str, fact: Fact) -> FigureTold | None:
        """A figure; None, with a diagnostic, where there is none, or more than one."""
        then = fact.then
        assert then is not None
        texts = self._texts(then)
        step = _STEP.match(then.figure)
        if step is None:
            return self._statistic(column, then, texts)
        found = [e for e in self.data["rankings"] if e["value"] in texts and e["subset"] is e["class"] is None]
        if then.owner:
            owner = self.program.nodes[then.owner].lineage.path_in(self.year)
            found = [e for e in found if owner is not None and any(_is_in(leaf, owner) for leaf in e["leaves"])]
        direction = "lower" if then.lower_is_better else "higher"
        turned = [e for e in found if e["direction"] != direction]
        found = [e for e in found if e["direction"] == direction]
        if not found:
            why = "の順位は、良い方の向きが違います" if turned else "の、全団体の順位がありません"
            self._none(column, then, why)
            return None
        if len(found) > 1:
            own = set(self._leaves_then(column))
            found = [e for e in found if own & set(e["leaves"])] or found
        if len(found) > 1:
            readings = " か ".join(f"「{e['leaves'][0]}」の順位" for e in found)
            self._unclear(column, then, readings)
            return None
        return self._cutoff(column, then, found[0], Fraction(step[1]), step[2])

    def _cutoff(
        self, column: str, then: FigureThen, entry: dict[str, Any], number: Fraction, unit: str
    ) -> FigureTold | None:
        asked = Within(Ranking(then.of, None, then.lower_is_better, ""), number, unit)
        for step in entry["steps"]:
            read = _STEP.fullmatch(step["step"])
            if read is None or _share(Fraction(read[1]), read[2]) != _share(number, unit):
                continue
            if step["cutoff"] is None:
                self._none(column, then, f"の{step['step']}に入った団体がありません")
                return None
            return self._told(read_fraction(step["cutoff"]), entry["n"], step["in"])
        last = last_place(asked, entry["n"])
        if "places" in entry and last:
            ends = [*(before for _, before in entry["places"][1:]), entry["n"]]
            place = next(place for place, end in enumerate(ends) if end >= last)
            return self._told(read_fraction(entry["places"][place][0]), entry["n"], ends[place])
        known = "、".join(step["step"] for step in entry["steps"])
        self._none(column, then, f"の{asked.label}の境がありません（あるのは {known or 'なし'}）")
        return None

    def _statistic(self, column: str, then: FigureThen, texts: tuple[str, ...]) -> FigureTold | None:
        wanted = {f"{then.figure}({text})" for text in texts}
        found = [entry for entry in self.data["statistics"] if entry["value"] in wanted]
        if found and then.owner:
            # Means and medians are kept without the items that read them.
            readings = f"局所名のある「{found[0]['value']}」は、どの項目のものか書かれていません"
            self._unclear(column, then, readings)
            return None
        if not found or found[0]["figure"] is None:
            self._none(column, then, "がありません")
            return None
        nation = self.data.get("nation")
        return self._told(read_fraction(found[0]["figure"]), None if nation is None else nation["bodies"], None)

    def _told(self, value: Fraction, bodies: int | None, inside: int | None) -> FigureTold:
        return FigureTold(value, self.year, str(self.path), bodies, inside)

    def _texts(self, then: FigureThen) -> tuple[str, ...]:
        """How the year before wrote the value; none where it is of a node that was not there, or stood elsewhere."""
        nodes, texts = self.program.nodes, then.texts
        for path in dict.fromkeys(path for value in _parts(then.of) for path in _paths(value)):
            stood = nodes[path].lineage.path_in(self.year)
            if stood is None:
                return ()
            if stood != path:
                texts = tuple(t.replace(f"得点({path})", f"得点({stood})") for t in texts if f"得点({path})" in t)
        return texts

    def _leaves_then(self, column: str) -> Iterator[str]:
        """The items that ask for a figure, by their paths of the year before."""
        for leaf in self.program.leaves:
            values = values_in(leaf.condition) if leaf.condition is not None else ()
            if any(isinstance(value, FactValue) and value.column == column for value in values):
                yield leaf.lineage.path_in(self.year) or ""

    def _none(self, column: str, then: FigureThen, why: str) -> None:
        text = then.texts[0]
        what = f"「{text}」" if then.figure.startswith("上位") else f"「{then.figure}({text})」"
        reason = f"{self.year}のファイルに、{what}{why}"
        self.diagnostics.append(FigureUnusable(Cell(str(self.path)), reason, _COLUMN.format(column=column)))

    def _unclear(self, column: str, then: FigureThen, readings: str) -> None:
        reason = f"「{LAST_YEAR}の{name_of_figure(then)}」が、ファイルのどの値か決まりません: {readings}"
        self.diagnostics.append(FigureUnusable(Cell(str(self.path)), reason, _COLUMN.format(column=column)))


def _parts(value: Value) -> Iterator[Value]:
    yield value
    for part in parts_of(value):
        yield from _parts(part)


def _paths(value: Value) -> tuple[str, ...]:
    return value.paths if isinstance(value, ScoreValue) and len(value.paths) == 1 else ()


def _is_in(leaf: str, owner: str) -> bool:
    return leaf == owner or leaf.startswith(f"{owner}.")


def _share(step: Fraction, unit: str) -> tuple[Fraction, bool]:
    """What a step asks for, so that 上位3割 and 上位30% are one: a share, or bodies."""
    return step / {"割": 10, "%": 100, "位": 1}[unit], unit == "位"
