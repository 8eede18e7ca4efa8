"""Help of the command line in Japanese."""

from attrs import evolve
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
