"""As much of an editor as talks to ``haiten lsp`` through its pipes, and takes the time of what it is told."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

from attrs import field

from haiten.benchmarks.files import FilesError
from haiten.benchmarks.measure import Times
from haiten.compiler.late import define


@define(eq=False)
class EditorClient:
    """As much of an editor as talks to the server."""

    server: "subprocess.Popen[bytes]"
    _count: int = 0
    _versions: dict[str, int] = field(factory=dict)

    def send(self, method: str, parameters: Any, *, answered: bool = False) -> int:
        """Send a message; the number of a request."""
        self._count += answered
        message = {"jsonrpc": "2.0", "method": method, "params": parameters} | ({"id": self._count} if answered else {})
        body = json.dumps(message).encode()
        assert self.server.stdin is not None
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()
        return self._count

    def heard(self) -> dict[str, Any]:
        """The next message."""
        assert self.server.stdout is not None
        length = 0
        while (line := self.server.stdout.readline().strip()) or not length:
            if not line and self.server.poll() is not None:
                raise FilesError("haiten lsp ended")
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        found: dict[str, Any] = json.loads(self.server.stdout.read(length))
        return found

    def ask(self, method: str, parameters: Any) -> Any:
        """What the server answers.

        Raises:
            FilesError: it refuses.
        """
        number = self.send(method, parameters, answered=True)
        while (found := self.heard()).get("id") != number or "method" in found:
            pass
        if "error" in found:
            raise FilesError(f"{method}: {found['error']}")
        return found["result"]

    def told(self, uri: str) -> None:
        """Wait for what is said of the present version of a text."""
        while True:
            found = self.heard()
            said = found.get("params") if found.get("method") == "textDocument/publishDiagnostics" else None
            if said and said["uri"] == uri and said["version"] == self._versions[uri]:
                return

    def open(self, uri: str, text: str) -> None:
        """Open a text, and wait for its diagnostics."""
        self._versions[uri] = 1
        item = {"uri": uri, "languageId": "haiten", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": item})
        self.told(uri)

    def change(self, uri: str, start: dict[str, int], end: dict[str, int], new: str) -> None:
        """Put other signs between two positions, and wait for the diagnostics."""
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        change = {"range": {"start": start, "end": end}, "text": new}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.told(uri)

    def timed(self, work: Callable[[], Any]) -> Times:
        """What something took: by the clock here, and of the processor there."""
        # The clock of another process's processor time, as Linux names it (clock_getcpuclockid).
        clock = (~self.server.pid << 3) | 2
        wall, cpu = time.perf_counter(), time.clock_gettime(clock)
        work()
        return Times(time.perf_counter() - wall, time.clock_gettime(clock) - cpu)
