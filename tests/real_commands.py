"""Real commands for tests, and the JSON that they print."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

ROOT = Path(__file__).parents[1]


def haiten(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command, which may fail but not break."""
    command = [sys.executable, "-m", "haiten.cli", *(str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def validated(output: str, schema: str) -> Any:
    """JSON that a command printed, held to its schema."""
    data = json.loads(output)
    jsonschema.validate(data, json.loads((ROOT / "docs" / "schema" / schema).read_text(encoding="utf-8")))
    return data
