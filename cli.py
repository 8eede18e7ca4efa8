"""The command line: runs a command, and ends with its status.

0: no errors. 1: errors in a rulebook or a file. 2: wrong usage. 141: nobody reads on.
"""

import os
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
from haiten.commands.common import cannot_write
from haiten.commands.outputs import WouldOverwriteError, run
from haiten.views.usage import usage_message

_PIPE_CLOSED = 128 + 13  # as a shell tells of a process that SIGPIPE ended


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    try:
        command, bound, _ = app.parse_args(arguments, exit_on_error=False, print_error=False)
        status = run(command, bound)
        sys.stdout.flush()
    except CycloptsError as error:
        print(usage_message(error), file=sys.stderr)
        sys.exit(2)
    except WouldOverwriteError as error:
        sys.exit(cannot_write(error))
    except BrokenPipeError:  # the reader (head, less) had enough
        # What is still in the buffer would be told to have nowhere to go when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
