"""Help and usage errors of the command line in Japanese."""

from attrs import evolve
from cyclopts import CycloptsError
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)
from cyclopts.help import DefaultFormatter, HelpEntry
from cyclopts.help.specs import ColumnSpec, DescriptionRenderer, get_default_parameter_columns
from rich.console import Console, ConsoleOptions, RenderableType


class _JapaneseDescription(DescriptionRenderer):
    def __call__(self, entry: HelpEntry) -> RenderableType:
        return super().__call__(evolve(entry, choices=None, required=False, default=None))


def _columns(console: Console, options: ConsoleOptions, entries: list[HelpEntry]) -> tuple[ColumnSpec, ...]:
    columns = get_default_parameter_columns(console, options, entries)
    return (*columns[:-1], evolve(columns[-1], renderer=_JapaneseDescription()))


japanese_formatter = DefaultFormatter(column_specs=_columns)


def usage_message(error: CycloptsError) -> str:
    """What is wrong with a command line, in one sentence and where to read on."""
    match error:
        case UnknownCommandError():
            what = f"「{error.unused_tokens[0] if error.unused_tokens else ''}」というコマンドはありません"
        case UnknownOptionError():
            what = f"「{error.token.keyword or error.token.value}」というオプションはありません"
        case MissingArgumentError():
            what = f"「{error.argument.name if error.argument else ''}」を指定してください"
        case RepeatArgumentError():
            what = f"「{error.token.keyword or error.token.value}」は一度だけ指定できます"
        case UnusedCliTokensError():
            what = f"余分な引数があります: {' '.join(error.unused_tokens or ())}"
        case CoercionError():
            what = f"「{error.token.value if error.token else ''}」は使えない値です"
        case _:
            what = str(error)
    command = " ".join(("haiten", *(error.command_chain or ())))
    return f"使い方の誤り: {what}。\n使い方は「{command} --help」で見られます。"
