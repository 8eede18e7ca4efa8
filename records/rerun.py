"""A record's command, run again by the haiten that is here, in a process and a folder of its own.

The folder is new, nobody else may enter it, and it is away in the end. What lies in it are members of a record that
was found to be what it says, under plain names. The process reads no compilations that were kept, and what it prints is
looked at only where it fails.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.files.replacing import temporary_folder
from haiten.compiler.late import frozen
from haiten.compiler.store.folder import VARIABLE
from haiten.records.layout import lay_out
from haiten.records.manifest import Manifest, digest
from haiten.records.reading import Record
from haiten.records.recordable import RECORDABLE
from haiten.records.rule_sets import RulesInForce, in_force

# The process finds its modules where this one found them, however it did.
_PROGRAM: Final = "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); from haiten.cli import main; main()"
_RESULTS: Final = "haiten-again"  # no member's name begins so
_LINES: Final = 5  # of what a failed run says


@frozen(eq=False)
class Again:
    """What a record came to when it was run again.

    Attributes:
        rules: what its rule files came to; None for one that has errors now.
        results: the JSON; None where the command failed.
        written: SHA-256 of what it wrote besides, by form.
        said: what the command said, where it failed.
    """

    rules: tuple[RulesInForce | None, ...]
    results: bytes | None = field(repr=False)
    written: dict[str, str]
    said: str


def run_again(record: Record) -> Again:
    """Run the command of a record again.

    Raises:
        OSError: there is no room for it, or no process can be started.
    """
    manifest = record.manifest
    with temporary_folder() as folder:
        lay_out(folder, {name: record.data(name) for name in record.packed})
        rules = tuple(_rules(manifest, folder))
        outputs = {form: folder / f"{_RESULTS}.{form[:4].rstrip('-')}" for form in ("json", *_forms(manifest))}
        words = [*manifest.words, *(word for path in outputs.values() for word in ("--to", path.name))]
        safe = ["--csv-safe"] if "csv-safe" in outputs else []
        done = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), *words, *safe],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, VARIABLE: "off", "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
        said = done.stderr.decode("utf-8", errors="backslashreplace")
        if done.returncode or not outputs["json"].exists():
            return Again(rules, None, {}, "\n".join(said.strip().splitlines()[:_LINES]))
        results = outputs.pop("json").read_bytes()
        written = {form: digest(path.read_bytes()) for form, path in outputs.items() if path.exists()}
        return Again(rules, results, written, "")


def _forms(manifest: Manifest) -> list[str]:
    return sorted({each.form for each in manifest.written} - {"json"})


def _rules(manifest: Manifest, folder: Path) -> "list[RulesInForce | None]":
    """What the rule files of a record come to, each compiled from where it lies."""
    known = RECORDABLE[manifest.command]
    given = {each.name: each.values for each in manifest.arguments}
    bases = [folder / given[name][0] for name in known.base if name in given]
    tried = None if known.tried is None else known.main.index(known.tried)
    return [
        in_force(
            folder / rules.files[0],
            bases[0] if bases and place == 0 else None,
            given.get("--set", ()) if place == tried else (),
        )
        for place, rules in enumerate(manifest.rules)
    ]
