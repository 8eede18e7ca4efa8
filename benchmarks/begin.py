"""Run a command up to where it asks for a module, and no further: ``begin.py MODULE COMMAND …``.

What a command takes before it looks at facts is so seen from outside: nothing of it is changed.
"""

import atexit
import importlib.abc
import os
import runpy
import sys
from collections.abc import Sequence
from types import ModuleType


class _End(importlib.abc.MetaPathFinder):
    def __init__(self, module: str) -> None:
        self._module = module

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """End the process well where the module is asked for."""
        if fullname == self._module:
            os._exit(0)


def main(module: str, *command: str) -> None:
    """Run the command; a process that comes to its end has never asked, which is an error."""
    sys.meta_path.insert(0, _End(module))
    sys.argv = ["haiten", *command]
    atexit.register(_tell, module)  # which a command runs that ends its own process
    runpy.run_module("haiten.cli", run_name="__main__", alter_sys=True)


def _tell(module: str) -> None:
    sys.stderr.write(f"{module} was not asked for\n")
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
