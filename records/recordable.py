"""Which commands are recorded, and what may be asked of them: a closed list, by the words that users know.

What only says where results go (``--to``, ``--as``, ``--csv-safe``, ``--save-cutoffs``) is no part of a record. A test
holds the list to the commands, so that a new option is either here or said to be about output alone.

``explain`` and ``whatif`` are no commands of the list: they decide nothing, and tell places in files. What they tell
follows from the rules, facts and cut-offs that a record of ``score`` or ``allocate`` holds (docs/audit.md shows how).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from haiten.compiler.late import frozen


class ArgumentKind(StrEnum):
    """What the values of an argument are."""

    RULES = "rules"  # one rule file
    FILE = "file"  # one file
    FACTS = "facts"  # files or folders
    YEARS = "years"  # pairs of a rule file and a fact file
    TEXT = "text"
    TEXTS = "texts"
    NUMBER = "number"
    FLAG = "flag"


@frozen
class Recordable:
    """A command of which records are made.

    Attributes:
        arguments: the kind of each by its word: FILE, FACTS and the like by their place, options by their name.
        main: the arguments that are rule files of the run, in the order in which they are compiled.
        tried: the one of these to which ``--set`` applies, where it is about 定数 alone.
    """

    arguments: Mapping[str, ArgumentKind]
    main: tuple[str, ...] = ("FILE",)
    tried: str | None = "FILE"

    @property
    def base(self) -> tuple[str, ...]:
        """The options that name what the main rule file builds on."""
        return tuple(name for name in ("--base", "--member-rules") if name in self.arguments)


_READING: Final = {
    "--sheet": ArgumentKind.TEXT,
    "--header": ArgumentKind.NUMBER,
    "--skip-others": ArgumentKind.FLAG,
    "--codes": ArgumentKind.FILE,
    "--members": ArgumentKind.FILE,
    "--previous-year": ArgumentKind.YEARS,
    "--previous-cutoffs": ArgumentKind.FILE,
}
_SCORING: Final = {
    "FILE": ArgumentKind.RULES,
    "FACTS": ArgumentKind.FACTS,
    "--cutoffs": ArgumentKind.FILE,
    "--base": ArgumentKind.RULES,
    "--member-rules": ArgumentKind.RULES,
    **_READING,
}
RECORDABLE: Final[Mapping[str, Recordable]] = {
    "score": Recordable({**_SCORING, "--set": ArgumentKind.TEXTS, "--body": ArgumentKind.TEXT}),
    "allocate": Recordable(
        {
            "FILE": ArgumentKind.RULES,
            "FACTS": ArgumentKind.FACTS,
            "--previous": ArgumentKind.FILE,
            "--body": ArgumentKind.TEXT,
            "--set": ArgumentKind.TEXTS,
            "--unknown-as-none": ArgumentKind.FLAG,
            "--base": ArgumentKind.RULES,
            **_READING,
        }
    ),
    "stats": Recordable(
        {
            **_SCORING,
            "--by": ArgumentKind.TEXTS,
            "--previous": ArgumentKind.YEARS,
            "--body": ArgumentKind.TEXT,
            "--table": ArgumentKind.TEXT,
            "--top": ArgumentKind.NUMBER,
            "--rest": ArgumentKind.FLAG,
        },
        tried=None,
    ),
    "gaps": Recordable({**_SCORING, "--body": ArgumentKind.TEXT, "--set": ArgumentKind.TEXTS}),
    "sweep": Recordable(
        {
            "FILE": ArgumentKind.RULES,
            "FACTS": ArgumentKind.FACTS,
            "--points": ArgumentKind.TEXTS,
            "--scenarios": ArgumentKind.FILE,
            "--body": ArgumentKind.TEXT,
            "--table": ArgumentKind.TEXT,
            "--set": ArgumentKind.TEXTS,
            "--base": ArgumentKind.RULES,
            "--member-rules": ArgumentKind.RULES,
            **_READING,
        }
    ),
    "impact": Recordable(
        {
            "OLD": ArgumentKind.RULES,
            "NEW": ArgumentKind.RULES,
            "FACTS": ArgumentKind.FACTS,
            "--body": ArgumentKind.TEXT,
            "--previous": ArgumentKind.FILE,
            "--set": ArgumentKind.TEXTS,
            **_READING,
        },
        ("OLD", "NEW"),
        "NEW",
    ),
}
# What the commands are asked about where results go, or what they make in the stead of results (``--prefecture``, a
# workbook); none of it is recorded.
ABOUT_OUTPUT: Final = frozenset(
    {"--to", "--as", "--json", "--csv-safe", "--save-cutoffs", "--prefecture", "--record", "--sign", "--based-on"}
)


def is_option(name: str) -> bool:
    """Whether an argument is written by its name, and not by its place alone."""
    return name.startswith("--")
