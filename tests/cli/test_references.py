"""The commands that print schemas and the reference, and what the schemas say of who writes them."""

import json
import re
import shlex
import zipfile
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from real_commands import haiten, validated

from catalogue import pages, table
from haiten.views.reference import reference, sections
from haiten.views.schemas import JsonSchema, json_forms

ROOT = Path(__file__).parents[2]
SHEET = "examples/kitashiobara_r6.csv"
NODE = "推進.Ⅰ.(ⅰ).1.ア"
# What stands for the names in capitals when a command is tried.
REAL: Final = {
    "FILE": "rules/r6/municipal.haiten",
    "OLD": "rules/r6/municipal.haiten",
    "NEW": "rules/r7/municipal.haiten",
    "ALLOCATION": "examples/r2/allocation.haiten",
    "OLD_ALLOCATION": "rules/r6/allocation.haiten",
    "NEW_ALLOCATION": "rules/r7/allocation.haiten",
    "FACTS": SHEET,
    "OLD_FACTS": SHEET,
    "NEW_FACTS": SHEET.replace("_r6", "_r7"),
    "CODE": "074021",
    "PATH": NODE,
}
# What a record is written to has the manifest and the signature of it.
INSIDE: Final = {"record": "manifest.json", "signature": "signature.json"}
MONEY: Final = REAL | {"FACTS": "examples/r2/bodies.csv", "CODE": "99001"}
WRITTEN: Final = [(form, command) for form in json_forms() for command in form.commands]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A record, the folder that it lies in, and a key."""
    folder = tmp_path_factory.mktemp("recorded")
    assert haiten("keygen", folder / "a.key").returncode == 0
    assert haiten("score", REAL["FILE"], SHEET, "--record", folder / "r.haitenrun").returncode == 0
    return {"RECORD": str(folder / "r.haitenrun"), "DIR": str(folder), "KEY": str(folder / "a.key")}


def properties(schema: Any, whole: Any) -> set[str]:
    """The names of all members that JSON of a schema may have, at any depth."""
    if isinstance(schema, list):
        return set().union(*(properties(each, whole) for each in schema))
    if not isinstance(schema, dict):
        return set()
    names = set(schema.get("properties", {}))
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        names |= properties(whole["$defs"][name], {**whole, "$defs": {**whole["$defs"], name: {}}})
    return names.union(*(properties(each, whole) for key, each in schema.items() if key != "$defs"))


def test_every_form_of_the_code_has_a_schema() -> None:
    """The forms that modules name are those that have a schema, whose JSON names it too."""
    rooms = [path for path in ROOT.iterdir() if path.name not in ("tests", "build") and not path.name.startswith(".")]
    code = [path for room in rooms for path in room.rglob("*.py")]
    named = {name for path in code for name in re.findall(r'"(haiten/[a-z-]+@[0-9]+)"', path.read_text("utf-8"))}
    assert named == {form.identifier for form in json_forms()}
    for form in json_forms():
        schema = json.loads(form.text)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["properties"]["schema"] == {"const": form.identifier}


@pytest.mark.parametrize(("form", "command"), WRITTEN, ids=lambda value: getattr(value, "identifier", value))
def test_the_commands_of_a_schema_write_it(
    form: JsonSchema, command: str, tmp_path: Path, recorded: dict[str, str]
) -> None:
    """What a schema says of who writes it is so: the command, on real files, gives JSON of that form."""
    real = (MONEY if " ALLOCATION" in command else REAL) | recorded
    words = shlex.split(command)
    to = tmp_path / words[-1] if words[-2] in ("--to", "--save-cutoffs") else None
    if words[-2] == "--record":
        to = tmp_path / "r.haitenrun"
    filled = [
        str(to) if to and word == words[-1] else re.sub("[A-Z_]{4,}|OLD|NEW|DIR|KEY", _filled(real), word)
        for word in words
    ]
    done = haiten(*filled[1:])
    assert done.returncode == 0, done.stderr
    if to is not None and form.name in INSIDE:
        with zipfile.ZipFile(to) as archive:
            written = archive.read(INSIDE[form.name]).decode("utf-8")
    else:
        written = done.stdout if to is None else to.read_text(encoding="utf-8")
    data = validated(written, form.path.name)
    assert data["schema"] == form.identifier


def _filled(real: dict[str, str]) -> Any:
    return lambda found: real[found[0]]


def test_only_an_old_form_is_not_written() -> None:
    """A form that no command writes has a newer version."""
    newest = {form.name: form.version for form in json_forms()}
    assert [form.identifier for form in json_forms() if not form.commands] == ["haiten/cutoffs@1"]
    assert newest["cutoffs"] == 2


def test_schemas_are_printed() -> None:
    """A form is known by its name, with and without its version; the list has every form and command."""
    listed = haiten("schema")
    assert listed.returncode == 0
    assert re.findall(r"^haiten/\S+", listed.stdout, re.MULTILINE) == [form.identifier for form in json_forms()]
    assert all(f"    {command}\n" in listed.stdout for _, command in WRITTEN)
    for name, file in (
        ("score", "score-1"),
        ("cutoffs", "cutoffs-2"),
        ("cutoffs@1", "cutoffs-1"),
        ("haiten/stats@2", "stats-2"),
        ("allocation-diff-1.json", "allocation-diff-1"),
    ):
        done = haiten("schema", name)
        assert done.returncode == 0
        assert done.stdout == (ROOT / "docs" / "schema" / f"{file}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("schema", "scores"), "（もしかして: score）"),
        (("schema", "cutoffs@9"), "「cutoffs@9」という JSON の形はありません"),
        (("schema", "../schema/score-1"), "という JSON の形はありません"),
        (("reference", "99"), "「99」という節はありません（「haiten reference --contents」で一覧を表示します）"),
        (("reference", "改正の"), "「改正の」という節はありません"),
        (("reference", "の順位"), "（もしかして: "),
    ],
)
def test_what_is_not_there_is_told(arguments: tuple[str, ...], words: str) -> None:
    """A name that is none is told on stderr, with those like it or the way to all of them; status 1."""
    done = haiten(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


@pytest.mark.parametrize("english", [False, True])
def test_the_reference_is_printed(english: bool, tmp_path: Path) -> None:
    """The whole of it, each section by its number or heading, and the list of them."""
    text = (ROOT / "docs" / ("language.en.md" if english else "language.md")).read_text(encoding="utf-8")
    option = ("--english",) if english else ()
    assert haiten("reference", *option).stdout == text
    written = haiten("reference", *option, "--to", tmp_path / "language.md")
    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "language.md").read_text(encoding="utf-8") == text
    found = sections(text)
    assert [section.number for section in found if not section.depth] == [str(number) for number in range(1, 35)]
    chapters = [section.text for section in found if not section.depth]
    # A rule of --- or the like may stand between; nothing else is left out of the sections.
    assert "".join(chapters).replace("\n", "") == text[text.index("## 1. ") :].replace("\n", "")
    listed = haiten("reference", *option, "--contents").stdout.split("\n")[:-1]
    assert listed == [f"{'  ' * section.depth}{section.number} {section.title}" for section in found]
    for asked in ("25.6", "§25.6", "２５．６", next(section.title for section in found if section.number == "25.6")):
        done = haiten("reference", asked, *option)
        assert done.stdout.startswith("### 25.6 ")
        assert "### 25.7" not in done.stdout
    assert "### 25.7" in haiten("reference", "25", *option).stdout


def test_the_pages_are_made_from_the_schemas(pytestconfig: pytest.Config) -> None:
    """The catalogue and the tables of both references are what the schemas say."""
    for path, text in pages().items():
        if pytestconfig.getoption("update_golden"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text
    assert "| `allocation` |" not in table(english=True)  # a table of forms, not of their members
    assert "| `haiten/allocation@1` |" in table(english=True)


def test_the_reference_says_rightly_what_all_forms_have() -> None:
    """§29 says how many forms there are, and which of them tell of what rules they were made with."""
    written = [form for form in json_forms() if form.commands]
    for english, words in (
        (False, f"\nJSON は{len(written)}種類あり"),
        (True, f"\nThere are {len(written)} JSON outputs"),
    ):
        (section,) = [each for each in sections(reference(english=english)) if each.number == "29"]
        assert words in section.text
    whole = {form.name: json.loads(form.text) for form in json_forms()}
    members = {name: properties(schema, schema) for name, schema in whole.items()}
    assert {name for name, own in members.items() if not own & {"fingerprint", "rules"}} == {
        "history",
        "diagnostics",
        "signature",
    }
    assert {name for name, own in members.items() if "rules" in own and "fingerprint" not in own} == {
        "impact",
        "proof",
        "why",
    }
