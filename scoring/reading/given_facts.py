"""Whatever a Python program has of facts → Facts that fit the rulebook, or what is wrong with them."""

import os
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.diagnostics.masses import gathered
from haiten.compiler.program.fact_columns import WHOLE, NumberColumn, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.suggest import nearest
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.facts.bodies import BodyColumns
from haiten.scoring.facts.facts import Body, Facts, Truth
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.frames import WANTED, open_frame
from haiten.scoring.reading.how import PLAIN, HowToRead
from haiten.scoring.reading.read_columns import bounds_of
from haiten.scoring.reading.read_facts import FactsRead, read_facts, read_table, unreadable, wanted_by

_HERE: Final = "渡された事実"


def facts_given(given: object, program: Program, how: HowToRead = PLAIN) -> FactsRead:
    """Read facts in any form that a program may have them in; mistakes in what they say are values.

    Args:
        given: the name of a fact file, of several survey sheets or of a folder of them, a frame of Polars, pandas or
            Arrow, columns by heading, a list of bodies, or Facts.
        program: the rulebook.
        how: how to read a fact file.

    Raises:
        TypeError: it is none of these.
        ValueError: it is Facts whose columns do not fit their bodies.
    """
    if isinstance(given, Facts):
        told = gathered(check_facts(given, program))
        return FactsRead(None if has_errors(told) else given, told)
    path = path_given(given)
    if path is not None:
        return read_facts(path, program, how=how)
    if isinstance(given, list | tuple) and given and all(path_given(each) for each in given):
        return read_facts([Path(os.fsdecode(each)) for each in given], program, how=how)
    if given is None:
        raise TypeError(f"事実がありません（None）。渡せるのは、{WANTED}です")
    try:
        return read_table(_HERE, open_frame(given, wanted_by(program)), program, skip_others=how.skip_others)
    except UnreadableError as error:
        return FactsRead(None, (unreadable(_HERE, error),))


def path_given(given: object) -> Path | None:
    """The path that something is; None where it is none."""
    return Path(os.fsdecode(given)) if isinstance(given, str | os.PathLike) else None


def check_facts(facts: Facts, program: Program) -> Iterator[Diagnostic]:
    """What is wrong with facts made by hand, as of a fact file: unknown columns, values out of range or too fine.

    Raises:
        ValueError: what no file can have: columns of another length, or not made by the functions that make columns.
    """
    schema, size = schema_of(program), len(facts.bodies)
    if not isinstance(facts.bodies, BodyColumns):  # which readers make, by the million
        for number, body in enumerate(facts.bodies, start=1):
            if not isinstance(body, Body) or not isinstance(body.code, str) or not body.code:
                raise ValueError(f"{_HERE}の bodies の{number}番目は、団体コードのある Body ではありません")
    for name, column in facts.numbers.items():
        known = schema.numbers.get(name)
        if name in facts.members or name in facts.figures:
            continue  # computed, as exactly as it is
        if known is None:
            yield _unknown(name, schema.numbers)
        elif not isinstance(column, Ratios):
            raise ValueError(f"{_HERE}の numbers の「{name}」 numbers_from で作った列ではありません")
        else:
            yield from _number_faults(name, column, known, size)
    asked, decided = set(schema.answers.values()), set(schema.outcomes.values())
    for kind, truths, names in (("answers", facts.answers, asked), ("outcomes", facts.outcomes, decided)):
        for name, truth in truths.items():
            if name not in names:
                yield _unknown(name, names)
            else:
                _check_truth(kind, name, truth, size)
    for name, column in facts.points.items():
        if name != WHOLE and name not in program.nodes:
            yield _unknown(name, program.nodes)
        elif not isinstance(column, Ratios) or len(column.num) != size or len(column.known) != size:
            raise _length(f"points の「{name}」", len(getattr(column, "num", ())), size)
        else:
            yield from _points_faults(name, column, program.maximum if name == WHOLE else program.nodes[name].maximum)


def _unknown(name: object, names: Any) -> Diagnostic:
    return errors.UnknownColumn(Cell(_HERE), str(name), nearest(str(name), names))


def _length(what: str, found: int, size: int) -> ValueError:
    return ValueError(
        f"{_HERE}の {what} の長さは {found:,} ですが、団体は {size:,} です。列は団体と同じ順・同じ長さです"
    )


def _check_truth(kind: str, name: str, truth: object, size: int) -> None:
    what = f"{kind} の「{name}」"
    if not isinstance(truth, Truth) or any(
        getattr(part, "dtype", None) != np.bool_ for part in (truth.certain, truth.possible)
    ):
        raise ValueError(f"{_HERE}の {what} truth_from で作った列ではありません")
    for part in (truth.certain, truth.possible):
        if part.shape != (size,):
            raise _length(what, len(part), size)
    if not truth.is_decided and bool((truth.certain & ~truth.possible).any()):
        raise ValueError(f"{_HERE}の {what} 確実であるのに可能でない団体があります")


def _points_faults(name: str, column: Ratios, maximum: int) -> Iterator[Diagnostic]:
    """Points beyond what a node can give; they are added up in numbers that hold no more."""
    if column.den.shape != () or int(column.den) != 1:
        raise ValueError(f"{_HERE}の points の「{name}」 整数の列ではありません（numbers_from(…, 0) で作ってください）")
    beyond = np.flatnonzero(column.known & ((column.num < 0) | (column.num > maximum)))
    if len(beyond):
        limits = bounds_of(Decimal(0), Decimal(maximum))
        yield errors.OutOfRange(Cell(_HERE, None, name), str(column.num[beyond[0]]), limits)


def _number_faults(name: str, column: Ratios, known: NumberColumn, size: int) -> Iterator[Diagnostic]:
    what, at = f"numbers の「{name}」", Cell(_HERE, None, name)
    if column.num.shape != (size,) or column.known.shape != (size,) or column.den.shape not in ((), (size,)):
        raise _length(what, len(column.num), size)
    fact, places = known.fact, np.flatnonzero(column.known)
    if not len(places):
        return
    scale = 10**known.decimals
    if column.den.shape == () and int(column.den) == scale:
        values = column.num[places]
        low, high = Fraction(int(values.min()), scale), Fraction(int(values.max()), scale)
        if fact is None or not (
            (fact.low is not None and low < fact.low) or (fact.high is not None and high > fact.high)
        ):
            return
    for place in places.tolist():
        value = column[place]
        assert value is not None
        if (value * scale).denominator != 1:
            limit = f"小数{known.decimals}桁まで" if known.decimals else "整数"
            yield errors.TooManyDecimals(at, str(value), limit)
            return
        if fact is not None and not (
            (fact.low is None or fact.low <= value) and (fact.high is None or value <= fact.high)
        ):
            yield errors.OutOfRange(at, str(value), bounds_of(fact.decl.low, fact.decl.high))
            return
