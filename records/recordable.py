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


class Kind(StrEnum):
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

    arguments: Mapping[str, Kind]
    main: tuple[str, ...] = ("FILE",)
    tried: str | None = "FILE"

    @property
    def base(self) -> tuple[str, ...]:
        """The options that name what the main rule file builds on."""
        return tuple(name for name in ("--base", "--member-rules") if name in self.arguments)


_READING: Final = {
    "--sheet": Kind.TEXT,
    "--header": Kind.NUMBER,
    "--skip-others": Kind.FLAG,
    "--codes": Kind.FILE,
    "--members": Kind.FILE,
}
_SCORING: Final = {
    "FILE": Kind.RULES,
    "FACTS": Kind.FACTS,
    "--cutoffs": Kind.FILE,
    "--base": Kind.RULES,
    "--member-rules": Kind.RULES,
    **_READING,
}
RECORDABLE: Final[Mapping[str, Recordable]] = {
    "score": Recordable({**_SCORING, "--set": Kind.TEXTS, "--body": Kind.TEXT}),
    "allocate": Recordable(
        {
            "FILE": Kind.RULES,
            "FACTS": Kind.FACTS,
            "--previous": Kind.FILE,
            "--body": Kind.TEXT,
            "--set": Kind.TEXTS,
            "--unknown-as-none": Kind.FLAG,
            "--base": Kind.RULES,
            **_READING,
        }
    ),
    "stats": Recordable(
        {
            **_SCORING,
            "--by": Kind.TEXTS,
            "--previous": Kind.YEARS,
            "--body": Kind.TEXT,
            "--table": Kind.TEXT,
            "--top": Kind.NUMBER,
            "--rest": Kind.FLAG,
        },
        tried=None,
    ),
    "gaps": Recordable({**_SCORING, "--body": Kind.TEXT, "--set": Kind.TEXTS}),
    "sweep": Recordable(
        {
            "FILE": Kind.RULES,
            "FACTS": Kind.FACTS,
            "--points": Kind.TEXTS,
            "--scenarios": Kind.FILE,
            "--body": Kind.TEXT,
            "--table": Kind.TEXT,
            "--set": Kind.TEXTS,
            "--base": Kind.RULES,
            **_READING,
        }
    ),
    "impact": Recordable(
        {
            "OLD": Kind.RULES,
            "NEW": Kind.RULES,
            "FACTS": Kind.FACTS,
            "--body": Kind.TEXT,
            "--previous": Kind.FILE,
            "--set": Kind.TEXTS,
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
