"""Which signs a text may begin with that a regular expression matches, as far as that is seen from its first parts."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

_QUOTED: Final = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a sign with a \ before it, a class
_WHOLE: Final = re.compile(_QUOTED, re.DOTALL)
_MARKS: Final = re.compile(_QUOTED + r"|[(|)]", re.DOTALL)
_REPEATED: Final = re.compile(r"(?:[*+?]|\{(?P<least>[0-9]*)[^}]*\})[?+]?")
_IN_CLASS: Final = re.compile(r"(\\?.)-(\\?.)|(\\?.)", re.DOTALL)
_SPECIAL: Final = frozenset(".^$")
_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    r"\d": str.isdecimal,
    r"\w": lambda sign: sign.isalnum() or sign == "_",
    r"\W": lambda sign: not (sign.isalnum() or sign == "_"),
}
_BLANKS: Final = {r"\t": "\t", r"\r": "\r", r"\n": "\n"}


@cache
def may_begin(regexp: str) -> Callable[[str], bool]:
    """What tells whether a text with some first sign may match; where that is not seen at once, it may."""
    return _any_of([_first_of(alternative) for alternative in _alternatives(regexp)])


def is_one(regexp: str) -> bool:
    """Whether no ``|`` stands outside of all brackets."""
    return next(iter(_alternatives(regexp))) == regexp


def _anything(_: str) -> bool:
    return True


def _any_of(tests: list[Callable[[str], bool]]) -> Callable[[str], bool]:
    return tests[0] if len(tests) == 1 else lambda sign: any(test(sign) for test in tests)


def _first_of(alternative: str) -> Callable[[str], bool]:
    """Of all parts that may be the first, as those before them may be lacking."""
    tests: list[Callable[[str], bool]] = []
    at = 0
    while at < len(alternative):
        part = _part(alternative, at)
        tests.append(_test_of(part))
        at += len(part)
        repeated = _REPEATED.match(alternative, at)
        if repeated is None or repeated[0][0] == "+" or repeated["least"] not in (None, "", "0"):
            return _any_of(tests)
        at = repeated.end()
    return _anything


def _test_of(part: str) -> Callable[[str], bool]:
    if part[0] == "[":
        return _test_of_class(part[1:-1])
    if part[0] == "(":
        if part.startswith("(?:"):
            return may_begin(part[3:-1])
        return _anything if part.startswith("(?") else may_begin(part[1:-1])
    if part in _SPECIAL:
        return _anything
    sign = _sign(part)
    return _KINDS.get(part, _anything) if sign is None else sign.__eq__


def _sign(part: str) -> str | None:
    """The one sign that is meant; None where it is a kind of signs."""
    if part[0] != "\\" or part in _BLANKS:
        return _BLANKS.get(part, part)
    return None if part[1].isalnum() else part[1]


def _test_of_class(inner: str) -> Callable[[str], bool]:
    ranges: list[tuple[str, str]] = []
    kinds: list[Callable[[str], bool]] = []
    for first, last, one in _IN_CLASS.findall(inner.removeprefix("^")):
        ends = _sign(first or one), _sign(last or one)
        if one in _KINDS:
            kinds.append(_KINDS[one])
        elif ends[0] is None or ends[1] is None:
            return _anything
        else:
            ranges.append((ends[0], ends[1]))
    wanted = not inner.startswith("^")

    def test(sign: str) -> bool:
        among = any(first <= sign <= last for first, last in ranges) or any(kind(sign) for kind in kinds)
        return among is wanted

    return test


def _part(regexp: str, at: int) -> str:
    """What stands at a place: a sign, a class, or what is in brackets."""
    if (quoted := _WHOLE.match(regexp, at)) is not None:
        return quoted[0]
    depth = 0
    for mark in _MARKS.finditer(regexp, at) if regexp[at] == "(" else ():
        depth += (mark[0] == "(") - (mark[0] == ")")
        if depth == 0:
            return regexp[at : mark.end()]
    return regexp[at]


def _alternatives(regexp: str) -> Iterator[str]:
    depth = start = 0
    for mark in _MARKS.finditer(regexp):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if mark[0] == "|" and depth == 0:
            yield regexp[start : mark.start()]
            start = mark.end()
    yield regexp[start:]
