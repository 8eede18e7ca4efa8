"""Forms of JSON: what may stand where, told by place. The forms say in Python what docs/schema says for everybody.

A form holds nothing that follows from a rulebook or from other parts of the file; who reads the file compares that.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, assert_never

from attrs import field

from haiten.compiler.files.json_files import shown
from haiten.compiler.late import frozen


@frozen
class FormFault:
    """What is wrong with a file: at a place (``nodes[3].bound``), in words."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


@frozen
class WholeForm:
    """A whole number, from 0."""


@frozen
class TextForm:
    """A text that matches a pattern as a whole."""

    pattern: str = r"(?s).*"
    wanted: str = "文字列"


@frozen
class Exactly:
    """This very text."""

    text: str


@frozen
class OrNull:
    """Something, or null."""

    form: "JsonForm"


@frozen
class Each:
    """A list of things of one form."""

    form: "JsonForm"
    least: int = 0
    most: int | None = None


@frozen
class InOrder:
    """A list of as many things as there are forms."""

    forms: "tuple[JsonForm, ...]"


@frozen
class MembersForm:
    """An object with these members and no other; those in ``optional`` may be left out."""

    members: "Mapping[str, JsonForm]"
    optional: frozenset[str] = field(default=frozenset())


@frozen
class ByName:
    """An object with any names, whose members have one form."""

    form: "JsonForm"


JsonForm = WholeForm | TextForm | Exactly | OrNull | Each | InOrder | MembersForm | ByName

_FRACTION: Final = r"-?[0-9]+(/0*[1-9][0-9]*)?"
FRACTION: Final = TextForm(_FRACTION, "分数（例: 3 や 8/15）")
SHA256: Final = TextForm(r"[0-9a-f]{64}", "64桁の16進数")
VERSION: Final = TextForm(r"[0-9]+(\.[0-9]+)*([.+-]?[0-9A-Za-z]+)*", "haiten の版（例: 0.1.0）")
NAME: Final = TextForm(r"(?s).+", "空でない文字列")


def faults_of(data: Any, form: JsonForm, where: str = "") -> Iterator[FormFault]:
    """Where a value does not have its form; nothing where it has."""
    match form:
        case OrNull(form=inner):
            if data is not None:
                yield from faults_of(data, inner, where)
        case WholeForm():
            if type(data) is not int or data < 0:  # True is an int to Python, and no number to whoever wrote the file
                yield _instead(where, "0以上の整数", data)
        case TextForm(pattern=pattern, wanted=wanted):
            if not isinstance(data, str) or not re.fullmatch(pattern, data):
                yield _instead(where, wanted, data)
        case Exactly(text=text):
            if data != text:
                yield _instead(where, f"「{text}」", data)
        case Each():
            if not isinstance(data, list):
                yield _instead(where, "並び", data)
            elif len(data) < form.least or (form.most is not None and len(data) > form.most):
                most = "" if form.most is None else f"{form.most}個以下の"
                yield _instead(where, f"{form.least}個以上{most}並び" if form.least else f"{most}並び", data)
            else:
                for number, item in enumerate(data):
                    yield from faults_of(item, form.form, f"{where}[{number}]")
        case InOrder(forms=forms):
            if not isinstance(data, list) or len(data) != len(forms):
                yield _instead(where, f"{len(forms)}個の並び", data)
            else:
                for number, (item, inner) in enumerate(zip(data, forms, strict=True)):
                    yield from faults_of(item, inner, f"{where}[{number}]")
        case ByName(form=inner):
            if not isinstance(data, dict):
                yield _instead(where, "名と値の組", data)
            else:
                for name, item in data.items():
                    yield from faults_of(item, inner, f"{where}.{_plain(name)}")
        case MembersForm():
            yield from _members(data, form, where)
        case _:
            assert_never(form)


def _members(data: Any, form: MembersForm, where: str) -> Iterator[FormFault]:
    if not isinstance(data, dict):
        yield _instead(where, "名と値の組", data)
        return
    below = f"{where}." if where else ""
    for name in form.members:
        if name not in data and name not in form.optional:
            yield FormFault(f"{below}{name}", "ありません")
    for name, item in data.items():
        inner = form.members.get(name)
        if inner is None:
            yield FormFault(f"{below}{_plain(name)}", "知らない名です")
        else:
            yield from faults_of(item, inner, f"{below}{name}")


def _plain(name: str) -> str:
    return name if name.isprintable() and len(name) <= 80 else shown(name)


def _instead(where: str, wanted: str, data: Any) -> FormFault:
    return FormFault(where, f"{wanted}であるはずのところが {shown(data)} です")
