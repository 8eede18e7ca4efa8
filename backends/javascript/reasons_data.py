"""Conditions → the data that ``explain.js`` tells reasons by: words, and the slots that hold what came of them."""

from typing import Any, assert_never

from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.late import dense
from haiten.compiler.program.describe import describe_condition, describe_value
from haiten.compiler.program.terms import (
    AnswerTo,
    ClassTable,
    Compare,
    Condition,
    Constant,
    DeviationBar,
    Every,
    Extremum,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Tally,
    Value,
    Within,
)
from haiten.compiler.program.walk import parts_of

Data = dict[str, Any]
ReadingData = tuple[str, str, int]  # name, unit, slot


@dense(eq=False)
class ReasonWriter:
    """Writes the conditions of an evaluator as ``ReasonData`` of ``explain.js``."""

    evaluator: Evaluator

    def of(self, condition: Condition) -> Data:
        """A condition, with all that it is made of."""
        data: Data = {"text": describe_condition(condition), "slot": self._slot(condition)}
        match condition:
            case Met():
                return {"kind": "met", **data}
            case AnswerTo():
                return {"kind": "answer", **data}
            case FactHolds():
                return {"kind": "fact", **data}
            case Compare(left=left, right=right):
                written = [self.reading(side) for side in (left, right) if not isinstance(side, Constant)]
                readings = [*self._readings(left), *self._readings(right), *written]
                return {"kind": "compare", **data, "readings": list(dict.fromkeys(readings))}
            case Within(ranking=ranking):
                _, unit, slot = self.reading(ranking.value)
                rank = {
                    "slot": self.evaluator.slots[ranking],
                    "value": (ranking.text, unit, slot),
                    "step": condition.label,
                    "lower": ranking.lower_is_better,
                    "classes": None if ranking.by is None else [name for name, _ in ranking.by.cases],
                }
                parts = [] if ranking.subset is None else [self.of(ranking.subset)]
                readings = self._readings(ranking.value)
                return {"kind": "rank", **data, "readings": readings, "rank": rank, "parts": parts}
            case Every(bar=DeviationBar() as bar) | Some(bar=DeviationBar() as bar):
                kind, inner = "every" if isinstance(condition, Every) else "some", condition.parts
                return {"kind": kind, **data, "parts": list(map(self.of, inner)), "bar": self._bar(bar)}
            case Every(parts=inner):
                return {"kind": "every", **data, "parts": list(map(self.of, inner))}
            case Some(table=ClassTable() as table):
                return {"kind": "some", **data, "table": [list(map(self.of, case)) for case in table.cases]}
            case Some(parts=inner):
                return {"kind": "some", **data, "parts": list(map(self.of, inner))}
            case InClass(classification=classification):
                return {"kind": "class", **data, "readings": self._readings(classification.value)}
            case Tally(parts=inner):
                return {"kind": "count", **data, "parts": list(map(self.of, inner))}
            case Negation(part):
                return {"kind": "not", **data, "parts": [self.of(part)]}
            case _:
                assert_never(condition)

    def _bar(self, bar: DeviationBar) -> Data:
        """What a comparison with 全国標準偏差 is held against."""
        slots = self.evaluator.slots
        return {
            "text": bar.written,
            "of": slots[bar.of],
            "mean": slots[bar.mean],
            "variance": slots[bar.variance],
            "times": str(bar.times),
            "beside": [(sign, slots[value]) for sign, value in bar.beside],
            "unit": str(bar.of.unit) if bar.of.unit.powers else "",
        }

    def _slot(self, condition: Condition) -> int:
        if isinstance(condition, Met):
            return self.evaluator.outcomes[condition.path]
        return self.evaluator.slots[condition]

    def reading(self, value: Value) -> ReadingData:
        """A value: what it is called, its unit, and the slot that holds it."""
        unit = str(value.unit) if value.unit.powers else ""
        return self._name(value), unit, self.evaluator.slots[value]

    def _name(self, value: Value) -> str:
        if not isinstance(value, Constant) or not value.name:
            return describe_value(value)
        return f"定数 {value.name}{'（試算の値）' if value.name in self.evaluator.program.trial else ''}"

    def _readings(self, value: Value) -> list[ReadingData]:
        """The facts, points and 定数 that a value is made of."""
        match value:
            case Constant(name=name) if name:
                return [self.reading(value)]
            case FactValue() | PreviousScore() | ScoreValue() | Statistic() | RankValue():
                return [self.reading(value)]
            case Constant() | Sum() | Product() | Extremum() | Rounded():
                return [reading for part in parts_of(value) for reading in self._readings(part)]
            case _:
                assert_never(value)
