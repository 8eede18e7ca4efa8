"""What a record says of itself: docs/schema/record-1.json in Python, and nothing that the schema does not have.

The manifest is closed: it names every member of the record with its size and SHA-256, and says what was asked in words
that name members instead of files of some machine. It holds no clock, so that the same run makes the same bytes.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, assert_never

from attrs import field

from haiten.compiler.files.json_files import JsonError, parse_json
from haiten.compiler.files.json_forms import (
    NAME,
    SHA256,
    VERSION,
    ByName,
    Each,
    Exactly,
    JsonForm,
    MembersForm,
    TextForm,
    WholeForm,
    faults_of,
)
from haiten.compiler.late import frozen
from haiten.compiler.syntax.scope import BODIES
from haiten.records.container import MOST_MEMBERS
from haiten.records.recordable import RECORDABLE, ArgumentKind, is_option

SCHEMA: Final = "haiten/record@1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
RESULTS: Final = "results.json"
MOST_MANIFEST: Final = 8 * 2**20  # bytes
_PART: Final = "[A-Za-z0-9_-]{1,40}"
_MEMBER_NAME: Final = TextForm(rf"{_PART}(?:/{_PART}){{0,3}}(?:\.[a-z0-9]{{1,8}})?", "部品の名（例: facts/1.csv）")


@frozen
class Member:
    """A member of a record.

    Attributes:
        name: its path within the record.
        size: its bytes.
        sha256: of its bytes.
        called: what the file was called that it is a copy of, without its folder; "" for what haiten made.
    """

    name: str
    size: int
    sha256: str
    called: str = ""


@frozen
class Argument:
    """A part of what was asked: a word of ``recordable.RECORDABLE`` with its values, which are members for files."""

    name: str
    kind: ArgumentKind
    values: tuple[str, ...]


@frozen
class RuleSet:
    """A rule file of the run with all that it builds on.

    Attributes:
        files: their members, the file itself first.
        consolidated: the member with the text in force.
        year: of the rulebook.
        scope: for whom it is.
        text: fingerprint of what it says.
        rules: fingerprint of what it decides.
    """

    files: tuple[str, ...]
    consolidated: str
    year: str
    scope: str
    text: str
    rules: str


@frozen
class Link:
    """A record that this one builds on.

    Attributes:
        record: the digest of its manifest.
        command: what it is a record of.
        members: the members of this record that come from it: what it read too, or what it wrote.
    """

    record: str
    command: str
    members: tuple[str, ...]


@frozen
class Written:
    """A file that was written beside the record, and is not in it.

    Attributes:
        form: ``csv``, ``csv-safe`` (written with that option) or ``json``.
        sha256: of its bytes.
    """

    form: str
    sha256: str


@frozen
class Manifest:
    """What a record says of itself.

    Attributes:
        made_with: versions by name: haiten, Python and the libraries that results rest on.
        command: what was run.
        arguments: what it was asked, in the order of ``RECORDABLE``.
        rules: the rule files of the run, in the order in which they were compiled.
        bodies: how many bodies the results are of.
        results: the form of JSON that the results have.
        members: all members but the manifest and the signature, in their order.
        written: files that were written beside it.
        based_on: the records that it builds on.
    """

    made_with: Mapping[str, str]
    command: str
    arguments: tuple[Argument, ...]
    rules: tuple[RuleSet, ...]
    bodies: int
    results: str
    members: tuple[Member, ...]
    written: tuple[Written, ...] = field(default=())
    based_on: tuple[Link, ...] = field(default=())

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command, as they are said in a folder that holds the members."""
        said = [self.command]
        for each in self.arguments:
            match each.kind:
                case ArgumentKind.FLAG:
                    said.append(each.name)
                case ArgumentKind.YEARS:
                    pairs = zip(each.values[::2], each.values[1::2], strict=True)
                    said += [word for pair in pairs for word in (each.name, *pair)]
                case _ if is_option(each.name):
                    said += [f"{each.name}={value}" for value in each.values]
                case _:
                    said += each.values
        return tuple(said)


class ManifestError(ValueError):
    """A manifest that is none of this version; its words say why, in Japanese."""


_COMMAND: Final = TextForm("|".join(RECORDABLE), "、".join(RECORDABLE))
_ARGUMENT: Final[dict[str, JsonForm]] = {
    "name": NAME,
    "kind": TextForm("|".join(ArgumentKind), "値の種類"),
    "values": Each(TextForm(r"(?s).{0,4000}", "4,000字までの文字列")),
}
_RULES: Final[dict[str, JsonForm]] = {
    "year": NAME,
    "scope": TextForm(rf"(?:\S+ )?(?:{'|'.join(BODIES)})", "、".join(BODIES)),
    "fingerprint": MembersForm({"text": SHA256, "rules": SHA256}),
    "files": Each(_MEMBER_NAME, least=1),
    "consolidated": _MEMBER_NAME,
}
_FORM: Final = MembersForm(
    {
        "schema": Exactly(SCHEMA),
        "made_with": ByName(VERSION),
        "command": _COMMAND,
        "arguments": Each(MembersForm(_ARGUMENT), least=1),
        "rules": Each(MembersForm(_RULES), least=1),
        "bodies": WholeForm(),
        "results": TextForm(r"haiten/[a-z-]+@[0-9]+", "結果の形（例: haiten/score@1）"),
        "written": Each(MembersForm({"form": TextForm("csv|csv-safe|json", "csv、csv-safe、json"), "sha256": SHA256})),
        "based_on": Each(MembersForm({"record": SHA256, "command": _COMMAND, "members": Each(_MEMBER_NAME, least=1)})),
        "members": Each(
            MembersForm(
                {"name": _MEMBER_NAME, "bytes": WholeForm(), "sha256": SHA256, "called": NAME}, frozenset({"called"})
            ),
            least=1,
            most=MOST_MEMBERS,
        ),
    }
)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it stands in a record: the one JSON that says this."""
    data = {
        "schema": SCHEMA,
        "made_with": dict(manifest.made_with),
        "command": manifest.command,
        "arguments": [
            {"name": each.name, "kind": each.kind.value, "values": list(each.values)} for each in manifest.arguments
        ],
        "rules": [
            {
                "year": each.year,
                "scope": each.scope,
                "fingerprint": {"text": each.text, "rules": each.rules},
                "files": list(each.files),
                "consolidated": each.consolidated,
            }
            for each in manifest.rules
        ],
        "bodies": manifest.bodies,
        "results": manifest.results,
        "written": [{"form": each.form, "sha256": each.sha256} for each in manifest.written],
        "based_on": [
            {"record": each.record, "command": each.command, "members": list(each.members)}
            for each in manifest.based_on
        ],
        "members": [
            {"name": each.name, "bytes": each.size, "sha256": each.sha256}
            | ({"called": each.called} if each.called else {})
            for each in manifest.members
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal; of a manifest, it is what the record is called by others."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(data: bytes) -> Manifest:
    """The manifest that some bytes are.

    Raises:
        ManifestError: they are none, or none of this version, or one that contradicts itself.
    """
    try:
        read = parse_json(data)
    except JsonError as error:
        raise ManifestError(str(error)) from error
    fault = next(faults_of(read, _FORM), None)
    if fault is not None:
        raise ManifestError(str(fault))
    manifest = _made(read)
    for problem in _problems(manifest):
        raise ManifestError(problem)
    if manifest_bytes(manifest) != data:
        raise ManifestError("書き方（順序、空白、文字の表し方）が haiten のものではありません")
    return manifest


def _made(read: Mapping[str, Any]) -> Manifest:
    return Manifest(
        read["made_with"],
        read["command"],
        tuple(Argument(each["name"], ArgumentKind(each["kind"]), tuple(each["values"])) for each in read["arguments"]),
        tuple(
            RuleSet(
                tuple(each["files"]),
                each["consolidated"],
                each["year"],
                each["scope"],
                each["fingerprint"]["text"],
                each["fingerprint"]["rules"],
            )
            for each in read["rules"]
        ),
        read["bodies"],
        read["results"],
        tuple(Member(each["name"], each["bytes"], each["sha256"], each.get("called", "")) for each in read["members"]),
        tuple(Written(each["form"], each["sha256"]) for each in read["written"]),
        tuple(Link(each["record"], each["command"], tuple(each["members"])) for each in read["based_on"]),
    )


def _problems(manifest: Manifest) -> Iterator[str]:
    """What contradicts itself: members that nothing names or that are not there, arguments that no command has."""
    names = [member.name for member in manifest.members]
    if len({name.lower() for name in (*names, MANIFEST, SIGNATURE)}) < len(names) + 2:
        yield "members に同じ名が2つあります"
    yield from _problems_of_arguments(manifest)
    wanted = {RESULTS, *(name for each in manifest.rules for name in (*each.files, each.consolidated))}
    folders = set()
    for each in manifest.arguments:
        if each.kind in (ArgumentKind.RULES, ArgumentKind.FILE, ArgumentKind.YEARS):
            wanted |= set(each.values)
        elif each.kind is ArgumentKind.FACTS:
            folders |= {value for value in each.values if value not in names}
            wanted |= {value for value in each.values if value in names}
    inside = {name for name in names if name.rpartition("/")[0] in folders}
    if empty := folders - {name.rpartition("/")[0] for name in inside}:
        yield f"{min(empty)} という部品はありません"
    if lacking := wanted - set(names):
        yield f"{min(lacking)} という部品はありません"
    if stray := set(names) - wanted - inside:
        yield f"部品 {min(stray)} が何なのか、書かれていません"
    for link in manifest.based_on:
        if lacking := set(link.members) - set(names):
            yield f"based_on の {min(lacking)} という部品はありません"


def _problems_of_arguments(manifest: Manifest) -> Iterator[str]:
    known = RECORDABLE[manifest.command]
    given = {each.name: each for each in manifest.arguments}
    order = [name for name in known.arguments if name in given]
    if [each.name for each in manifest.arguments] != order:
        yield f"{manifest.command} の引数ではないものか、順の違うものがあります"
        return
    if lacking := [name for name in known.arguments if not is_option(name) and name not in given]:
        yield f"{manifest.command} の {lacking[0]} がありません"
        return
    for each in manifest.arguments:
        count = len(each.values)
        if each.kind is not known.arguments[each.name] or not _may_be_so_many(each.kind, count):
            yield f"{each.name} の種類か値の数が違います"
            return
        if each.kind is ArgumentKind.NUMBER and not re.fullmatch("[1-9][0-9]{0,8}", each.values[0]):
            yield f"{each.name} の値が数ではありません"
    mains = [given[name].values[0] for name in known.main]
    mains += [value for each in manifest.arguments if each.kind is ArgumentKind.YEARS for value in each.values[::2]]
    if mains != [each.files[0] for each in manifest.rules]:
        yield "rules が、引数の規則のファイルと合いません"
    bases = [given[name].values[0] for name in known.base if name in given]
    if not set(bases) <= set(manifest.rules[0].files):
        yield "元になる規則のファイルが、rules にありません"


def _may_be_so_many(kind: ArgumentKind, count: int) -> bool:
    match kind:
        case ArgumentKind.FLAG:
            return count == 0
        case ArgumentKind.YEARS:
            return count > 0 and count % 2 == 0
        case ArgumentKind.FACTS | ArgumentKind.TEXTS:
            return count > 0
        case ArgumentKind.RULES | ArgumentKind.FILE | ArgumentKind.TEXT | ArgumentKind.NUMBER:
            return count == 1
        case _:
            assert_never(kind)
