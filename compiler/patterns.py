"""Regular expressions that are compiled when they are first used.

Compiling one takes a tenth of a millisecond, and a whole one where kanji are among its signs. There are some two
hundred, of which a command uses some: most tell what was meant by a statement that cannot be read.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["late_pattern"]

if TYPE_CHECKING:
    from re import compile as late_pattern
else:
    import re

    class late_pattern:  # noqa: N801 - stands in for re.compile
        """What ``re.compile`` gives, made when it is first asked for anything."""

        def __init__(self, regexp: str, flags: int = 0) -> None:
            self._made = regexp, flags

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            if isinstance(self._made, tuple):
                self._made = re.compile(*self._made)
            asked = getattr(self._made, name)
            setattr(self, name, asked)
            return asked
