"""Two results of one command → where they differ first, and what that changes.

Results are JSON of haiten, of any of its forms. Which version wrote them is not compared: it is told besides.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from haiten.compiler.late import frozen

# What names an element of a list: the first of these that it has.
_NAMES: Final = ("code", "path", "name", "scenario", "label", "title", "year")
_WORDS: Final = {
    "certain": "確実な点",
    "possible": "あり得る最大",
    "maximum": "満点",
    "verdict": "判定",
    "given": "結果の通知",
    "total": "計",
    "paid": "交付額",
    "amount": "額",
    "rank": "順位",
    "rows": "行",
    "cells": "欄",
}
# Members of a path that say nothing to people.
_SILENT: Final = {"bodies", "nodes", "tables", "pots", "items"}
_VERSION: Final = re.compile(rb'\A(\{\n "schema": "[^"\n]*",\n "haiten": )"[^"\n]*"')
_MISSING: Final = object()
_MOST: Final = 1_000_000


@frozen
class ValueDifference:
    """A value that differs.

    Attributes:
        place: what leads to it, from the outside.
        old: as it was recorded.
        new: as it is now.
    """

    place: tuple[str, ...]
    old: Any
    new: Any


@frozen
class ResultDifferences:
    """How two results differ.

    Attributes:
        where: the first place that differs, in words.
        change: what stood there and stands there now, what follows from it, and how much else differs, in words.
    """

    where: str
    change: str


def are_alike(old: bytes, new: bytes) -> bool:
    """Whether two results are the same but for the version that wrote them, as bytes."""
    return _VERSION.sub(rb'\1""', old, count=1) == _VERSION.sub(rb'\1""', new, count=1)


def compare(old: bytes, new: bytes) -> ResultDifferences | None:
    """Where two results differ; None where they do not."""
    if are_alike(old, new):
        return None
    try:
        before, after = json.loads(old), json.loads(new)
    except (ValueError, RecursionError):
        return ResultDifferences("結果の形", "JSON として読めません")
    found = []
    for difference in _walk(before, after, ()):
        if difference.place != ("haiten",):
            found.append(difference)
        if len(found) == _MOST:
            break
    if not found:
        return None
    first = _first(found)
    counted = {each.place[:2] for each in found if each.place[:1] == ("bodies",)}
    told = f"記録では {_shown(first.old)}、今は {_shown(first.new)}"
    if (total := _total(found, first)) is not None:
        told += f"。この団体の計は {_shown(total.old)} から {_shown(total.new)}"
    whose = f"{len(counted):,}団体の" if counted else ""
    more = "以上" if len(found) == _MOST else ""
    return ResultDifferences(_words(first.place), f"{told}。違うのは、{whose}{len(found):,}個{more}の値です。")


def _walk(old: Any, new: Any, place: tuple[str, ...]) -> Iterator[ValueDifference]:
    if type(old) is not type(new):
        yield ValueDifference(place, old, new)
    elif isinstance(old, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _walk(old.get(name, _MISSING), new.get(name, _MISSING), (*place, name))
    elif isinstance(old, list):
        if len(old) != len(new):
            yield ValueDifference((*place, "数"), len(old), len(new))
        for number, (one, other) in enumerate(zip(old, new, strict=False), start=1):
            yield from _walk(one, other, (*place, _name(one, number)))
    elif old != new:
        yield ValueDifference(place, old, new)


def _name(element: Any, number: int) -> str:
    if isinstance(element, dict):
        for name in _NAMES:
            if isinstance(element.get(name), str):
                called = element.get("name") if name == "code" else None
                return f"{element[name]} {called}".rstrip() if isinstance(called, str) else element[name]
    return f"{number}番目"


def _first(found: list[ValueDifference]) -> ValueDifference:
    """The first that tells most: of the points of a body that differ, those of an item that has none below it."""
    first = found[0]
    if first.place[:1] != ("bodies",):
        return first
    own = [each for each in found if each.place[:2] == first.place[:2] and each.place[2:3] == ("nodes",)]
    paths = [each.place[3] for each in own if len(each.place) > 4]
    leaves = (
        each for each in own if len(each.place) > 4 and not any(path.startswith(f"{each.place[3]}.") for path in paths)
    )
    return next(leaves, first)


def _total(found: list[ValueDifference], first: ValueDifference) -> ValueDifference | None:
    """What became of the total of the same body."""
    wanted = (*first.place[:2], "total", "certain")
    return next((each for each in found if each.place == wanted and each is not first), None)


def _words(place: tuple[str, ...]) -> str:
    said = [_WORDS.get(part, part) for part in place if part not in _SILENT]
    return " › ".join(said) or "結果"


def _shown(value: Any) -> str:
    if value is _MISSING:
        return "ありません"
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 60 else f"{text[:60]}…"
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return f"「{text if len(text) <= 60 else f'{text[:60]}…'}」"
