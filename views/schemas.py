"""The forms of JSON that haiten writes and reads, as their schemas say: what the package holds in docs/schema."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from haiten.compiler.late import frozen

_FOLDER: Final = Path(__file__).parents[1] / "docs" / "schema"
_FIRST: Final = re.compile(rb'\{\s*"schema": "(haiten/[a-z-]+@[0-9]+)"')
_FILE: Final = re.compile(r"([a-z-]+)-([0-9]+)")


@frozen
class JsonSchema:
    """A form of JSON output.

    Attributes:
        name: what it is, as ``score``.
        version: of the form, from 1 on; a form of another version may mean something else.
        title: what it tells, in English.
        title_ja: the same in Japanese.
        commands: what writes it, with names in capitals for files and codes; none for a form that is only read.
        path: the schema.
    """

    name: str
    version: int
    title: str
    title_ja: str
    commands: tuple[str, ...]
    path: Path

    @property
    def identifier(self) -> str:
        """What stands under ``schema`` in such JSON, as ``haiten/score@1``."""
        return f"haiten/{self.name}@{self.version}"

    @property
    def text(self) -> str:
        """The schema as JSON Schema, draft 2020-12."""
        return self.path.read_text(encoding="utf-8")


@cache
def json_forms() -> tuple[JsonSchema, ...]:
    """All forms, by name and version."""
    return tuple(sorted(map(_read, _FOLDER.glob("*.json")), key=lambda form: (form.name, form.version)))


def form_of(written: str) -> JsonSchema | None:
    """A form by its name, as ``score``, ``score-1``, ``score@1`` or ``haiten/score@1``; None without one.

    A name alone is the newest version.
    """
    asked = written.strip().lower().removeprefix("haiten/").removesuffix(".json").replace("@", "-")
    named = {f"{form.name}-{form.version}": form for form in json_forms()}
    newest = {form.name: form for form in json_forms()}
    return named.get(asked) or newest.get(asked)


def schema_of(written: bytes) -> str:
    """The form that some JSON of haiten says that it has, as ``haiten/score@1``: its first member.

    Raises:
        ValueError: it says none.
    """
    found = _FIRST.match(written)
    if found is None:
        raise ValueError("no JSON of haiten")
    return found[1].decode("ascii")


def _read(path: Path) -> JsonSchema:
    found = _FILE.fullmatch(path.stem)
    assert found, path
    schema = json.loads(path.read_text(encoding="utf-8"))
    commands = tuple(schema["x-written-by"])
    return JsonSchema(found[1], int(found[2]), schema["title"], schema["x-title-ja"], commands, path)
