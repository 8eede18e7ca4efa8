"""Words of the command line → a command, run."""

import sys
from importlib import import_module
from typing import Final

from cyclopts import CycloptsError

from haiten.commands.app import app
from haiten.commands.common import cannot_write
from haiten.commands.outputs import WouldOverwriteError, run
from haiten.scoring.reading.books.processes import make_ready

COMPLETE: Final = "__complete"  # what the scripts of ``haiten completion`` call, before the words so far

# The modules whose commands these are: who runs one does not wait for the others.
HOMES: Final = {
    "backends": ("sql",),
    "completing": ("completion",),
    "editing": ("new", "draft", "amend", "watch", "lsp"),
    "money": ("allocate",),
    "pages": ("page",),
    "proofs": ("prove", "test"),
    "records": ("verify", "runs", "keygen"),
    "references": ("schema", "reference"),
    "reports": ("report",),
    "rulebooks": ("check", "fmt", "show", "consolidate", "explain-code"),
    "scores": ("score", "explain"),
    "simulation": ("whatif", "sweep"),
    "statistics": ("stats", "gaps"),
    "surveys": ("sheet", "collect"),
    "years": ("diff", "history", "impact", "why"),
}


def load_commands(word: str | None = None) -> None:
    """Register a command with the application; all of them where there is none of that name."""
    homes = [home for home, names in HOMES.items() if word in names]
    for home in homes or HOMES:
        import_module(f"haiten.commands.{home}")


def run_words(words: list[str], *, own: bool) -> object:
    """Run a command; its status.

    Args:
        words: the command and its arguments.
        own: whether the process is this command alone.
    """
    asked = words[:1] == [COMPLETE]
    if own and not asked:
        make_ready(words)
    load_commands(next(iter(words[asked:]), None))
    try:
        command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
        if words and words[-1] == "--help" and not asked:
            from haiten.commands.kept_help import keep_help

            with app.console.capture() as captured:
                status = run(command, bound)
            keep_help(words, captured.get())
            sys.stdout.write(captured.get())
            return status
        return run(command, bound)
    except CycloptsError as error:
        from haiten.views.console.printable import printable
        from haiten.views.console.usage import usage_message

        print(printable(usage_message(error)), file=sys.stderr)
        return 2
    except WouldOverwriteError as error:
        return cannot_write(error)
