"""Words of the command line → a command, run; all commands are loaded here."""

import sys

from cyclopts import CycloptsError

import haiten.commands.backends
import haiten.commands.money
import haiten.commands.proofs
import haiten.commands.references
import haiten.commands.rulebooks
import haiten.commands.scores
import haiten.commands.simulation
import haiten.commands.statistics
import haiten.commands.surveys
import haiten.commands.years  # noqa: F401 - each registers its commands
from haiten.commands.app import app
from haiten.commands.common import cannot_write
from haiten.commands.kept_help import keep_help
from haiten.commands.outputs import WouldOverwriteError, run
from haiten.scoring.reading.books.processes import make_ready
from haiten.views.console.printable import printable
from haiten.views.console.usage import usage_message


def run_words(words: list[str], *, own: bool) -> object:
    """Run a command; its status.

    Args:
        words: the command and its arguments.
        own: whether the process is this command alone.
    """
    if own:
        make_ready(words)
    try:
        command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
        if words and words[-1] == "--help":
            with app.console.capture() as captured:
                status = run(command, bound)
            keep_help(words, captured.get())
            sys.stdout.write(captured.get())
            return status
        return run(command, bound)
    except CycloptsError as error:
        print(printable(usage_message(error)), file=sys.stderr)
        return 2
    except WouldOverwriteError as error:
        return cannot_write(error)
