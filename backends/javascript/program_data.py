"""Evaluator → the data that ``evaluate.js`` carries out: its nodes and its steps, as they are."""

from math import floor
from typing import Any, assert_never

from haiten.backends.javascript.kept_ranks import KeptRanks
from haiten.compiler.evaluator import steps as s
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.late import dense
from haiten.compiler.program.terms import Within


def program_data(evaluator: Evaluator, kept: KeptRanks) -> dict[str, Any]:
    """An evaluator as ``ProgramData`` of ``program.js``, ready for JSON.

    Args:
        evaluator: the program, made ready to run.
        kept: by what a body is ranked.
    """
    writer = _Writer(evaluator, {path: place for place, path in enumerate(evaluator.program.nodes)})
    return {
        "size": evaluator.size,
        "worthless": evaluator.schedule.has_worthless_nodes,
        "ranks": kept.by.value,
        "nodes": writer.nodes(),
        "steps": [writer.step(step) for step in evaluator.steps],
        "rankings": {slot: [each.to_json() for each in classes] for slot, classes in kept.rankings.items()},
        "statistics": {slot: None if value is None else str(value) for slot, value in kept.statistics.items()},
    }


def is_within_alone(within: Within) -> bool:
    """Whether the only body of a ranking is within a step."""
    return floor(within.step if within.share is None else within.share) >= 1


@dense(eq=False)
class _Writer:
    evaluator: Evaluator
    places: dict[str, int]

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes, in the order of the document; others are told by their places among them."""
        program = self.evaluator.program
        truths = {step.path: step.truth for step in self.evaluator.steps if isinstance(step, s.LeafStep)}
        return [
            {
                "path": node.path,
                "parent": None if node.parent is None else self.places[node.parent],
                "children": [self.places[child] for child in node.children],
                "maximum": node.maximum,
                "mode": node.mode.value,
                "cap": node.cap,
                "undisclosed": node.undisclosed,
                "sameAs": self.places[node.same_as],
                "outcome": self.evaluator.outcomes.get(node.path),
                "truth": truths.get(node.path),
            }
            for node in program.nodes.values()
        ]

    def step(self, step: s.Step) -> dict[str, Any]:
        """A step as ``Step`` of ``program.js``."""
        match step:
            case s.LoadNumber(out, column):
                return {"op": "number", "out": out, "column": column}
            case s.LoadAnswer(out, column):
                return {"op": "answer", "out": out, "column": column}
            case s.LoadConstant(out, value):
                return {"op": "constant", "out": out, "value": str(value)}
            case s.PointsValue(out, paths, undisclosed):
                nodes = [self.places[path] for path in paths]
                return {"op": "points", "out": out, "nodes": nodes, "undisclosed": undisclosed}
            case s.Add(out, terms):
                return {"op": "add", "out": out, "terms": terms}
            case s.Multiply(out, factors):
                return {"op": "multiply", "out": out, "factors": factors}
            case s.Extreme(out, parts, greatest):
                return {"op": "extreme", "out": out, "parts": parts, "greatest": greatest}
            case s.Round(out, slot, decimals, way):
                return {"op": "round", "out": out, "value": slot, "decimals": decimals, "way": way.value}
            case s.Summarise(out, slot):
                return {"op": "statistic", "out": out, "value": slot}
            case s.Classify(out, slot, cases):
                written = [[[operator.value, bound] for operator, bound in bounds] for bounds in cases]
                return {"op": "classify", "out": out, "value": slot, "cases": written}
            case s.IsClass(out, classes, index):
                return {"op": "class", "out": out, "classes": classes, "index": index}
            case s.Count(out, parts, operator, count):
                return {"op": "count", "out": out, "parts": parts, "operator": operator.value, "count": count}
            case s.PlaceNumber(out, ranking):
                return {"op": "place", "out": out, "ranking": ranking}
            case s.ComparisonStep(out, left, operator, right):
                return {"op": "compare", "out": out, "left": left, "operator": operator.value, "right": right}
            case s.Rank(out, slot, subset, lower, by):
                return {"op": "rank", "out": out, "value": slot, "subset": subset, "lower": lower, "classes": by}
            case s.WithinStep(out, ranking, within):
                alone = is_within_alone(within)
                return {"op": "within", "out": out, "ranking": ranking, "step": within.label, "alone": alone}
            case s.Combine(out, parts, every):
                return {"op": "combine", "out": out, "parts": parts, "every": every}
            case s.Invert(out, part):
                return {"op": "not", "out": out, "part": part}
            case s.LeafStep(out, path, truth):
                return {"op": "leaf", "out": out, "node": self.places[path], "truth": truth}
            case s.Total(path, deciding=deciding):
                return {"op": "total", "node": self.places[path], "deciding": deciding}
            case _:
                assert_never(step)
