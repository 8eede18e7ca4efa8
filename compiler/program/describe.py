"""Program expressions → the words of the language, for traces and messages."""

from fractions import Fraction
from functools import lru_cache
from typing import assert_never

from haiten.compiler.program.terms import (
    AnswerTo,
    ClassTable,
    Compare,
    Condition,
    Constant,
    Every,
    Extremum,
    FactHolds,
    FactValue,
    FigureThen,
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
from haiten.compiler.program.walk import conditions_in


def show_number(value: Fraction, places: int = 6) -> str:
    """A number for people: exact where ``places`` digits hold it, else rounded and marked 約."""
    scaled = value * 10**places
    exact = scaled.denominator == 1
    whole, digits = divmod(abs(round(scaled)), 10**places)
    fraction = f"{digits:0{places}d}".rstrip("0")
    sign = "－" if value < 0 else ""
    return ("" if exact else "約") + f"{sign}{whole:,}" + (f".{fraction}" if fraction else "")


@lru_cache(maxsize=4_096)
def describe_value(value: Value) -> str:
    """A value as the language would write it, local names written out."""
    match value:
        case Constant():
            number = show_number(value.value) + (str(value.unit) if value.unit.powers else "")
            return f"{number}（定数 {value.name}）" if value.name else number
        case FactValue(fact=fact) if fact.then is not None:
            return f"{value.year}の{fact.name}"
        case FactValue():
            return f"{value.year}({value.fact.name})" if value.year else value.fact.name
        case PreviousScore():
            return value.column
        case ScoreValue():
            hidden = (f"未公表{value.undisclosed:,}点",) if value.undisclosed else ()
            return f"得点({'＋'.join((*value.paths, *hidden)) or '残る項目なし'})"
        case Sum(terms):
            parts = [
                ("" if not i and s > 0 else " ＋ " if s > 0 else " － ") + _inner(v) for i, (s, v) in enumerate(terms)
            ]
            return "".join(parts)
        case Extremum(parts=inner, greatest=greatest):
            return f"{'最大' if greatest else '最小'}({', '.join(map(describe_value, inner))})"
        case Rounded():
            return f"{value.way}({describe_value(value.value)}, 小数{value.decimals}桁)"
        case Statistic():
            return value.text
        case RankValue():
            return f"順位({value.ranking.text})"
        case Product(factors):
            parts = [("" if not i else " × " if e > 0 else " ÷ ") + _inner(v) for i, (e, v) in enumerate(factors)]
            return "".join(parts)
        case _:
            assert_never(value)


def name_of_figure(then: FigureThen) -> str:
    """What a figure of the nation in the year before is called among facts: with the value that it is of."""
    return f"{then.figure}({describe_value(then.of)}{'、小さい順' if then.is_turned else ''})"


def _inner(value: Value) -> str:
    text = describe_value(value)
    return f"({text})" if isinstance(value, Sum | Product) else text


@lru_cache(maxsize=4_096)
def describe_condition(condition: Condition) -> str:
    """A condition as the language would write it."""
    match condition:
        case AnswerTo():
            return "該当"
        case FactHolds():
            return condition.fact.name
        case Met():
            return condition.path
        case Compare():
            return condition.text
        case Within(ranking=ranking):
            by = f"{ranking.by.name}別 " if ranking.by else ""
            text = f"{ranking.text} が {by}{condition.label}"
            if ranking.subset is None:
                return text
            subset = describe_condition(ranking.subset)
            bare = isinstance(ranking.subset, AnswerTo | FactHolds | Met)
            return f"{subset if bare else f'({subset})'} のうち {text}"
        case InClass():
            return f"{condition.classification.name} が 「{condition.case}」"
        case Tally(parts=parts, operator=operator, count=count):
            # Parts that are ranked among some bodies read as if among all; the whole must tell them apart.
            if all(part.ranking.subset is None for part in conditions_in(condition) if isinstance(part, Within)):
                return condition.text
            return f"({'、'.join(map(describe_condition, parts))}) のうち {count}つ{operator}"
        case Every(written=text) | Some(written=text) if text:
            return text
        case Every(parts):
            return " かつ ".join(_inner_condition(part) for part in parts)
        case Some(table=ClassTable(text=text)):
            return text
        case Some(parts):
            return " 又は ".join(_inner_condition(part) for part in parts)
        case Negation(part):
            return f"{_inner_condition(part)} でない"
        case _:
            assert_never(condition)


def _inner_condition(condition: Condition) -> str:
    text = describe_condition(condition)
    bare = isinstance(condition, Some) and condition.table is not None
    return f"({text})" if isinstance(condition, Every | Some) and not bare else text
