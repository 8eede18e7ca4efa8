"""Cut-off files, read: every part is compared with the rulebook and with the others (``cutoff_forms`` lists them)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.files.json_files import JsonError, read_json, shown
from haiten.compiler.files.json_forms import FormFault, faults_of
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_condition, describe_value
from haiten.compiler.program.terms import Statistic
from haiten.scoring.cutoffs.cutoff_forms import FORM, MOST_BODIES, OLD_FORM, OLD_SCHEMA, SCHEMA, digest_of
from haiten.scoring.cutoffs.cutoffs import RankingUse, rankings_of, statistics_of, stored_in
from haiten.scoring.cutoffs.nation_faults import nation_faults
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.numbers.exact_text import read_fraction
from haiten.scoring.running.ranking import last_place
from haiten.scoring.running.run import Stored

Key = tuple[tuple[str, ...], str, str | None, str | None]


@frozen
class CutoffsRead:
    """What an earlier run left behind; None where the file cannot be used."""

    stored: Stored | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_cutoffs(path: Path | str, evaluator: Evaluator, rules: str) -> CutoffsRead:
    """Read a cut-off file; it must have been made with the same rules (fingerprint ``rules``)."""
    file = Cell(str(path))
    try:
        data = read_json(path)
    except (OSError, JsonError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        return CutoffsRead(None, (errors.UnreadableCutoffs(file, reason),))
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema not in (SCHEMA, OLD_SCHEMA):
        return CutoffsRead(None, (errors.UnreadableCutoffs(file, f"形式が {SCHEMA} ではありません"),))
    faults = list(faults_of(data, OLD_FORM if schema == OLD_SCHEMA else FORM))
    if not faults and data["rulebook"]["fingerprint"]["rules"] != rules:
        reason = f"{shown(data['rulebook']['year'])[1:-1]}の、規則の異なる評価指標から作られています"
        return CutoffsRead(None, (errors.ForeignCutoffs(file, reason),))
    if not faults:
        faults = list(_Comparison(data, evaluator).faults())
    if faults:
        more = f"。ほか{len(faults) - 1:,}か所" if len(faults) > 1 else ""
        return CutoffsRead(None, (errors.WrongCutoffs(file, faults[0].where, faults[0].reason + more),))
    return CutoffsRead(stored_in(data, evaluator))


@frozen(eq=False)
class _Comparison:
    """A file that has its form, beside the rulebook."""

    data: dict[str, Any]
    evaluator: Evaluator

    def faults(self) -> Iterator[FormFault]:
        data, program = self.data, self.evaluator.program
        if data["schema"] == SCHEMA and data["digest"] != digest_of(data):
            yield FormFault("digest", "検査値が中身と合いません（書かれた後に中身が変わっています）")
            return
        for name, value in (("year", program.year), ("scope", str(program.scope))):
            if data["rulebook"][name] != value:
                yield FormFault(f"rulebook.{name}", _differs(value, data["rulebook"][name]))
        known = [*self._rankings(), *self._statistics()]
        yield from known
        if data.get("nation") is not None:
            yield from nation_faults(data["nation"], program)
        if not known:  # else some are missing, so that they cannot be looked at side by side
            yield from self._side_by_side()

    # Rankings

    def _rankings(self) -> Iterator[FormFault]:
        uses = {key: use for use in rankings_of(self.evaluator) for key in keys_of(use)}
        seen: set[Key] = set()
        for number, entry in enumerate(self.data["rankings"]):
            where = f"rankings[{number}]"
            key = key_of(entry)
            if key not in uses or key in seen:
                yield FormFault(where, "が2度あります" if key in seen else "は、この評価指標にない順位です")
                continue
            seen.add(key)
            yield from _ranking_faults(where, entry, uses[key])
        for key in uses:
            if key not in seen:
                yield FormFault("rankings", f"{key[1]} の順位（{key[0][0]}）がありません")

    def _side_by_side(self) -> Iterator[FormFault]:
        """Rankings of the same value: who is ranked in a part is ranked in the whole, with the same value."""
        entries = {key_of(entry): (number, entry) for number, entry in enumerate(self.data["rankings"])}
        nation = self.data.get("nation")
        everybody = (MOST_BODIES if nation is None else nation["bodies"], set[Fraction]())
        whole: dict[tuple[Any, ...], tuple[int, set[Fraction]]] = {}
        ranked: dict[tuple[Any, ...], int] = {}
        named = [(use, key, *entries[key]) for use in rankings_of(self.evaluator) for key in keys_of(use)]
        for use, _, _, entry in named:
            of = (use.ranking.value, use.ranking.subset)
            if use.ranking.by is None:
                whole[of] = entry["n"], {read_fraction(value) for value, _ in entry.get("places", ())}
            else:
                classes = (*of, use.ranking.by, use.ranking.lower_is_better)
                ranked[classes] = ranked.get(classes, 0) + entry["n"]
        for use, _, number, entry in named:
            value, subset, by = use.ranking.value, use.ranking.subset, use.ranking.by
            count = entry["n"] if by is None else ranked[(value, subset, by, use.ranking.lower_is_better)]
            for most, values in (everybody, *(whole.get((value, part), everybody) for part in (subset, None))):
                if count > most:
                    yield FormFault(f"rankings[{number}].n", f"{count:,}団体は、順位のつく {most:,}団体より多いです")
                    break
                ends = {read_fraction(step["cutoff"]) for step in entry["steps"] if step["cutoff"] is not None}
                if values and not ends <= values:
                    yield FormFault(f"rankings[{number}].steps", "境の値が、全体の順位の places にありません")
                    break

    # Means and medians

    def _statistics(self) -> Iterator[FormFault]:
        wanted = {describe_value(statistic): statistic for statistic in statistics_of(self.evaluator)}
        seen: set[str] = set()
        for number, entry in enumerate(self.data["statistics"]):
            where, name = f"statistics[{number}]", entry["value"]
            if name not in wanted or name in seen:
                yield FormFault(
                    where, f"{shown(name)} " + ("が2度あります" if name in seen else "は、この評価指標にありません")
                )
                continue
            seen.add(name)
            yield from self._figure_faults(f"{where}.figure", entry["figure"], wanted[name])
        for name in wanted:
            if name not in seen:
                yield FormFault("statistics", f"{name} がありません")

    def _figure_faults(self, where: str, figure: str | None, statistic: Statistic) -> Iterator[FormFault]:
        """What a ranking of the same value, of all bodies, tells of its mean and median."""
        entries = {key_of(entry): entry for entry in self.data["rankings"]}
        for use in rankings_of(self.evaluator):
            ranking = use.ranking
            if ranking.value != statistic.value or ranking.subset is not None or ranking.by is not None:
                continue
            (entry,) = (entries.get(key) for key in keys_of(use))
            if entry is None:
                continue
            if (figure is None) != (entry["n"] == 0):
                yield FormFault(where, f"{entry['n']:,}団体に値があることと合いません")
            elif figure is not None and use.placed[0] and "places" in entry:
                counted = _bodies_by_value(entry)
                if counted and read_fraction(figure) != _figure_of(counted, entry["n"], median=statistic.median):
                    yield FormFault(where, "順位の places にある値から計算したものと違います")
            return


def key_of(entry: Mapping[str, Any]) -> Key:
    """What tells a ranking in a file from the others."""
    return tuple(entry["leaves"]), entry["value"], entry["subset"], entry["class"]


def keys_of(use: RankingUse) -> list[Key]:
    """The same for a ranking of the rulebook, for each of its classes."""
    subset = None if use.ranking.subset is None else describe_condition(use.ranking.subset)
    return [(tuple(use.leaves), use.ranking.text, subset, name) for name in use.classes]


def _differs(wanted: str, found: object) -> str:
    return f"{wanted} であるはずですが、{shown(found)} とあります"


def _ranking_faults(where: str, entry: dict[str, Any], use: RankingUse) -> Iterator[FormFault]:
    """Where one ranking contradicts the rulebook or itself."""
    lower = use.ranking.lower_is_better
    direction = "lower" if lower else "higher"
    if entry["direction"] != direction:
        yield FormFault(f"{where}.direction", _differs(direction, entry["direction"]))
        return
    n = entry["n"]
    if n > MOST_BODIES:
        yield FormFault(f"{where}.n", f"団体の数は {MOST_BODIES:,} までです")
        return
    labels = [step["step"] for step in entry["steps"]]
    if sorted(labels) != sorted(use.steps):
        wanted = "、".join(use.steps) or "なし"
        yield FormFault(f"{where}.steps", f"段は {wanted} であるはずです")
        return
    if use.placed[0] != ("places" in entry):
        yield FormFault(f"{where}.places", "ありません" if use.placed[0] else "この順位には要りません")
        return
    if use.placed[0]:
        wrong = _places_fault(entry["places"], n, lower=lower)
        if wrong:
            yield FormFault(f"{where}.places", wrong)
            return
    yield from _step_faults(where, entry, use)


def _places_fault(places: list[Any], n: int, *, lower: bool) -> str:
    """What is wrong with places: each value is worse than the one before, and more bodies are better than it."""
    if bool(places) != bool(n):
        return f"{n:,}団体に順位があることと合いません"
    befores = [before for _, before in places]
    if places and (befores[0] != 0 or befores[-1] >= n or any(a >= b for a, b in pairwise(befores))):
        return f"上にいる団体の数が、0から始まり {n:,} 未満まで増えていません"
    values = [read_fraction(value) for value, _ in places]
    if any(a >= b if lower else a <= b for a, b in pairwise(values)):
        return "値が、良い方から順に並んでいません"
    return ""


def _step_faults(where: str, entry: dict[str, Any], use: RankingUse) -> Iterator[FormFault]:
    """Where the ends of steps contradict n, each other, or the places."""
    n, lower = entry["n"], use.ranking.lower_is_better
    before: tuple[int, int, Fraction] | None = None
    ordered = sorted(enumerate(entry["steps"]), key=lambda pair: last_place(use.steps[pair[1]["step"]], n))
    for number, step in ordered:
        at, inside = f"{where}.steps[{number}]", step["in"]
        last = last_place(use.steps[step["step"]], n)
        if (step["cutoff"] is None) != (inside == 0):
            yield FormFault(f"{at}.cutoff", f"段の中の団体が {inside:,} であることと合いません")
            return
        if not (last <= inside <= n) or (inside and not last):
            wanted = "0" if not last else f"{last:,}（同じ値の団体があればそれ以上）"
            yield FormFault(
                f"{at}.in", f"{n:,}団体の {step['step']} は {wanted} であるはずですが、{inside:,} とあります"
            )
            return
        if step["cutoff"] is None:
            continue
        cutoff = read_fraction(step["cutoff"])
        if use.placed[0] and _end_in_places(entry["places"], last, n) != (cutoff, inside):
            yield FormFault(at, "順位の places から決まる境と違います")
            return
        if before is not None:
            same = last <= before[1]  # whoever ties at the end of the narrower step fills this one as well
            worse = cutoff > before[2] if lower else cutoff < before[2]
            if (cutoff, inside) != (before[2], before[1]) if same else not (worse and inside > before[1]):
                yield FormFault(at, "より狭い段の境と食い違います")
                return
        before = last, inside, cutoff


def _end_in_places(places: list[Any], last: int, n: int) -> tuple[Fraction, int]:
    """The value at a place, and how many bodies are as good."""
    ends = [*(before for _, before in places[1:]), n]
    number = next(number for number, end in enumerate(ends) if end >= last)
    return read_fraction(places[number][0]), ends[number]


def _bodies_by_value(entry: dict[str, Any]) -> list[tuple[Fraction, int]]:
    places, n = entry["places"], entry["n"]
    if _places_fault(places, n, lower=entry["direction"] == "lower"):
        return []
    ends = [*(before for _, before in places[1:]), n]
    return [(read_fraction(value), end - before) for (value, before), end in zip(places, ends, strict=True)]


def _figure_of(counted: list[tuple[Fraction, int]], n: int, *, median: bool) -> Fraction:
    if not median:
        return sum((value * count for value, count in counted), Fraction(0)) / n
    middle = []
    for place in ((n - 1) // 2, n // 2):
        rest = place
        for value, count in counted:
            if rest < count:
                middle.append(value)
                break
            rest -= count
    return sum(middle, Fraction(0)) / 2
