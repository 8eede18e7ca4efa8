"""Usage errors of the command line in Japanese."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from cyclopts import CycloptsError
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    MixedArgumentError,
    RepeatArgumentError,
    RequiresEqualsError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)

from haiten.compiler.patterns import late_pattern
from haiten.compiler.suggest import nearest

_BOUND: Final = late_pattern(r"Must be (>=|<=|>|<) (-?[0-9]+(?:\.[0-9]+)?)")
_RELATIONS: Final = {">=": "以上", "<=": "以下", ">": "より大きい値", "<": "未満"}


def usage_message(error: CycloptsError) -> str:
    """What is wrong with a command line, in one sentence and where to read on."""
    match error:
        case UnknownCommandError():
            what = f"「{error.unused_tokens[0] if error.unused_tokens else ''}」というコマンドはありません"
        case UnknownOptionError():
            option = (error.token.keyword or error.token.value).partition("=")[0]
            known = [name for argument in error.argument_collection if argument.parse for name in argument.names]
            what = f"「{option}」というオプションはありません{_perhaps(option, known)}"
        case MissingArgumentError():
            what = _missing(error)
        case RepeatArgumentError():
            what = f"「{error.token.keyword or error.token.value}」は一度だけ指定できます"
        case UnusedCliTokensError():
            what = f"余分な引数があります: {' '.join(error.unused_tokens or ())}"
        case CoercionError():
            what = _not_a_value(error)
        case ValidationError():
            what = _not_allowed(error)
        case MixedArgumentError():
            what = f"「{_name_of(error)}」は、名を付けるか順に書くかの一方で指定してください"
        case RequiresEqualsError():
            what = f"「{error.keyword or _name_of(error)}」の値は「=」で続けてください"
        case _:
            what = f"引数を読めません（{_name_of(error)}）" if error.argument is not None else "引数を読めません"
    return usage_words(what, " ".join(error.command_chain or ()))


def usage_words(what: str, command: str) -> str:
    """What is wrong with how a command was called, and where to read on."""
    return f"使い方の誤り: {what}。\n使い方は「{f'haiten {command}'.rstrip()} --help」で見られます。"


def not_among(value: str, option: str | None, choices: Iterable[str]) -> str:
    """A value that an option does not take, with those that it takes."""
    known = tuple(choices)
    of = f"{option} に" if option else ""
    usable = f"（{of}使える値: {'、'.join(known)}）" if known else ""
    return f"「{value}」は使えない値です{usable}{_perhaps(value, known)}"


def _missing(error: MissingArgumentError) -> str:
    """What is still to be given: the option itself, a value of it, or more values."""
    assert error.argument is not None
    name, (count, _) = error.argument.name, error.argument.token_count()
    given = [token for token in error.unused_tokens or () if token.startswith("-")]
    if name in given or error.tokens_so_far:
        what = "ファイル" if set(_plain_types(error.argument.hint)) - {NoneType} == {Path} else "値"
        missing = f"{what}が{count}つ要ります（今は{len(error.tokens_so_far)}つ）" if count > 1 else f"{what}が要ります"
        return f"「{name}」の後に{missing}"
    near = nearest(name, given)
    return f"「{name}」を指定してください" + (f"（「{near}」は「{name}」のことですか）" if near else "")


def _plain_types(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of: Path and None of ``list[tuple[Path, Path]] | None``."""
    inner = get_args(hint)
    if not inner:
        yield hint
    for part in inner:
        yield from _plain_types(part)


def _not_a_value(error: CoercionError) -> str:
    """What may stand instead, where that can be counted up."""
    value, option = (error.token.value, error.token.keyword) if error.token else ("", None)
    choices = get_args(error.target_type) if get_origin(error.target_type) is Literal else ()
    return not_among(value, option, choices)


def _not_allowed(error: ValidationError) -> str:
    """Which values an option takes, as far as its validator says so."""
    value = error.argument.tokens[0].value if error.argument is not None and error.argument.tokens else error.value
    found = _BOUND.search(error.exception_message)
    bound = f"（{found[2]}{_RELATIONS[found[1]]}にしてください）" if found else ""
    return f"「{value}」は「{_name_of(error)}」に使えません{bound}"


def _name_of(error: CycloptsError) -> str:
    return error.argument.name if error.argument is not None else ""


def _perhaps(written: str, known: Iterable[str]) -> str:
    near = nearest(written, known)
    return f"（もしかして: {near}）" if near else ""
