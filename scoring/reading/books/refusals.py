"""Why a file is not read, as the process that reads it says so to the one that asked."""

from typing import Any, Final

DAMAGED: Final = "damaged"
LARGE: Final = "large"
FAR: Final = "far"
LOCKED: Final = "locked"
UNABLE: Final = "unable"


class RefusedError(Exception):
    """A file is not read.

    Attributes:
        kind: one of the kinds above.
        reason: a sentence for the user; empty where the kind says all.
    """

    def __init__(self, kind: str, reason: str = "") -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason

    def message(self) -> dict[str, Any]:
        """What is handed over."""
        return {"refused": self.kind, "reason": self.reason}
