"""The command line: runs a command, and ends with its status.

0: no errors. 1: errors in a rulebook or a file. 2: wrong usage.
"""

import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

import haiten.commands.backends
import haiten.commands.money
import haiten.commands.proofs
import haiten.commands.rulebooks
import haiten.commands.scores
import haiten.commands.simulation
import haiten.commands.statistics
import haiten.commands.years  # noqa: F401 - each registers its commands
from haiten.commands.app import app
from haiten.views.usage import usage_message


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    try:
        status = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print(usage_message(error), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # the reader (head, less) had enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
