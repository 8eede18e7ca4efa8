"""Records that were damaged, or made to harm: each is refused with its code, before anything of it is laid out."""

import io
import json
import random
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve
from real_commands import ROOT, haiten

from forged_records import forged, joined, members_of, record_at
from haiten.records import container as file_of
from haiten.records.container import DEFLATED, STORED, Packed, container, pack
from haiten.records.manifest import MANIFEST, Manifest, ManifestError, manifest_bytes, read_manifest
from haiten.records.reading import Record, record_of
from haiten.records.rerun import run_again

FACTS = "facts/1.csv"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A signed record, with facts, rules and cut-offs."""
    folder = tmp_path_factory.mktemp("record")
    rules, facts = ROOT / "rules/r6/municipal.haiten", ROOT / "examples/kitashiobara_r6.csv"
    assert haiten("keygen", folder / "a.key").returncode == 0
    assert haiten("score", rules, facts, "--save-cutoffs", folder / "c.json").returncode == 0
    options = ("--cutoffs", folder / "c.json", "--sign", folder / "a.key", "--record", folder / "r.haitenrun")
    done = haiten("score", rules, facts, *options)
    assert done.returncode == 0, done.stderr
    return record_at(folder / "r.haitenrun")


def codes(data: bytes) -> list[str]:
    """What is said of some bytes; none where they are a record."""
    read = record_of(Path("x.haitenrun"), data)
    assert (read.record is None) == bool(read.diagnostics)
    return [told.code for told in read.diagnostics]


def test_every_changed_byte_is_found(record: Record) -> None:
    """2,000 bytes of a signed record, wherever they are, each changed to another at random."""
    data, chance = record.path.read_bytes(), random.Random(20)
    assert codes(data) == []
    places = {0, len(data) - 1, *chance.sample(range(len(data)), 2_000)}
    for place in places:
        changed = bytearray(data)
        changed[place] ^= chance.randrange(1, 256)
        assert codes(bytes(changed)), place


def test_every_cut_is_found(record: Record) -> None:
    """A record that ends early, or begins late."""
    data = record.path.read_bytes()
    for place in random.Random(21).sample(range(1, len(data)), 300):
        assert codes(data[:place])
        assert codes(data[place:])
    assert codes(b"") == ["H930"]


def zipped(members: "list[tuple[zipfile.ZipInfo | str, bytes]]") -> bytes:
    """What a common zip tool makes of some members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def odd_names(record: Record) -> Iterator[tuple[str, bytes]]:
    """Records with one member more, which is none."""
    plain: list[tuple[zipfile.ZipInfo | str, bytes]] = [
        (MANIFEST, record.manifest_data),
        *members_of(record).items(),
    ]
    link = zipfile.ZipInfo("facts/2.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    pipe = zipfile.ZipInfo("facts/2.csv")
    pipe.create_system, pipe.external_attr = 3, (stat.S_IFIFO | 0o666) << 16
    paths = ("/etc/x", "../x", "facts/../../x", "facts/./x", "C:/x", "facts//x", "x/")
    for name in (*paths, "fa cts", "facts/\n", "名.csv"):
        yield name, zipped([*plain, (name, b"x")])
    yield "backslash", zipped([*plain, ("facts2x", b"x")]).replace(b"facts2x", b"..\\..\\x")
    yield "link", zipped([*plain, (link, b"/etc/passwd")])
    yield "pipe", zipped([*plain, (pipe, b"x")])
    yield "twice", zipped([*plain, (FACTS, b"x")])
    yield "case", zipped([*plain, (FACTS.upper(), b"x")])
    yield "unknown", zipped([*plain, ("memo.txt", b"x")])
    yield "missing", zipped(plain[:-1])
    yield "order", zipped([plain[0], *reversed(plain[1:])])
    yield "late manifest", zipped([*plain[1:], plain[0]])
    yield "no manifest", zipped(plain[1:])
    yield "early signature", zipped([plain[0], ("signature.json", b"{}"), *plain[1:]])
    encrypted = bytearray(zipped([*plain, ("memo.txt", b"x")]))
    for found in (encrypted.rfind(b"PK\x03\x04") + 6, encrypted.rfind(b"PK\x01\x02") + 8):
        encrypted[found] |= 1
    yield "encrypted", bytes(encrypted)


def test_odd_members_are_refused(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown, missing, doubled; paths that lead out; links, pipes, folders; encrypted ones."""
    monkeypatch.setattr("haiten.records.layout.lay_out", None)
    found = {name: codes(data) for name, data in odd_names(record)}
    assert {name: told for name, told in found.items() if told != ["H931"]} == {}
    assert len(found) > 20


def test_bombs_are_refused_before_they_are_unpacked(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the file says of itself; one that lies is stopped at the size that it says."""
    names = members_of(record)
    monkeypatch.setattr(file_of, "MOST_MEMBERS", 3)
    assert codes(joined(record.manifest_data, names)) == ["H932"]
    monkeypatch.undo()
    monkeypatch.setattr(file_of, "MOST_TOTAL", 1_000)
    assert codes(joined(record.manifest_data, names)) == ["H932"]
    monkeypatch.undo()
    monkeypatch.setattr(file_of, "MOST_FILE", 1_000)
    assert codes(joined(record.manifest_data, names)) == ["H932"]
    monkeypatch.undo()
    data = bytes(50 << 20)
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    small = made.compress(data) + made.flush()
    bomb = Packed(FACTS, DEFLATED, small, zlib.crc32(data), len(data))
    packed = [pack(MANIFEST, record.manifest_data, packed=False)]
    assert codes(container([*packed, bomb])) == ["H932"]
    # One that says it were small: all other members are right, and the sizes are those of the manifest.
    lying = Packed(FACTS, DEFLATED, small, zlib.crc32(names[FACTS]), len(names[FACTS]))
    whole = [lying if name == FACTS else pack(name, each) for name, each in names.items()]
    assert codes(container([*packed, *whole])) == ["H934"]
    assert pack("x", data).method == STORED  # so that every record that is written can be read


def test_what_is_not_where_it_should_be_in_the_file_is_refused(record: Record) -> None:
    """Bytes before, between and behind members, and others than ours in headers, with all contents right."""
    data, names = record.path.read_bytes(), members_of(record)
    plain: list[tuple[zipfile.ZipInfo | str, bytes]] = [(MANIFEST, record.manifest_data), *names.items()]
    assert codes(b"#!/bin/sh\n" + data) == ["H930"]
    assert codes(data + b"\n") == ["H930"]
    assert codes(data + data) == ["H930"]
    assert codes(zipped(plain)) == ["H930"]  # other headers, no comment
    packed = [pack(MANIFEST, record.manifest_data, packed=False), *(pack(name, each) for name, each in names.items())]
    assert codes(container(packed)) == []
    made = zlib.compressobj(1, zlib.DEFLATED, -15)
    other = made.compress(names["results.json"]) + made.flush()
    results = Packed("results.json", DEFLATED, other, zlib.crc32(names["results.json"]), len(names["results.json"]))
    again = [results if each.name == "results.json" else each for each in packed]
    assert codes(container(again)) == []  # packed otherwise, the same contents: no less a record
    trailing = evolve(results, data=other + b"\x00")
    assert codes(container([trailing if each.name == "results.json" else each for each in packed])) == ["H934"]


def changed(old: str, new: str) -> Callable[[bytes], bytes]:
    """A change of the text of a manifest, which has to be one."""

    def change(manifest: bytes) -> bytes:
        text = manifest.decode("utf-8")
        assert old in text, old
        return text.replace(old, new, 1).encode("utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: b"[]", "名と値の組"),
        (lambda _: b"\xff", "UTF-8"),
        (lambda data: data[:-4], "JSON"),
        (lambda data: data + b" ", "書き方"),
        (lambda data: data.replace(b"\n", b"\r\n"), "書き方"),
        (changed('"command": "score"', '"command": "score", "command": "score"'), "2度"),
        (changed("record@1", "record@2"), "record@1"),
        (changed('"bodies": 1', '"bodies": 1.0'), "整数ではない"),
        (changed('"bodies": 1', '"bodies": -1'), "0以上"),
        (changed('"bodies": 1', '"bodies": 1,\n "time": 1'), "知らない名"),
        (changed(' "bodies": 1,\n', ""), "ありません"),
        (changed('"command": "score"', '"command": "rm"'), "command"),
        (changed('"command": "score"', '"command": "explain"'), "command"),
        (changed('"--cutoffs"', '"--to"'), "引数ではない"),
        (changed('"--cutoffs"', '"--save-cutoffs"'), "引数ではない"),
        (changed('"kind": "file"', '"kind": "text"'), "種類"),
        (changed('"cutoffs/1.json"', '"/etc/passwd"'), "という部品はありません"),
        (changed('"cutoffs/1.json"', '"../x"'), "という部品はありません"),
        (changed('    "facts/1.csv"', '    "facts/2"'), "facts/2"),
        (changed('"name": "facts/1.csv"', '"name": "../1.csv"'), "部品の名"),
        (changed('"name": "facts/1.csv"', '"name": "results.json"'), "2つ"),
        (changed('"name": "facts/1.csv"', '"name": "manifest.json"'), "2つ"),
        (changed('"name": "facts/1.csv"', '"name": "other/1.csv"'), "facts/1.csv"),
        (changed('"consolidated": "consolidated/1.haiten"', '"consolidated": "facts/1.csv"'), "何なのか"),
        (changed('    "rules/1/r6/municipal.haiten"', '    "facts/1.csv"'), "rules"),
    ],
)
def test_a_manifest_that_is_none_is_refused(change: Callable[[bytes], bytes], told: str, record: Record) -> None:
    """It is closed, says everything once, and in one way of writing."""
    data = change(record.manifest_data)
    with pytest.raises(ManifestError, match=told):
        read_manifest(data)
    assert codes(joined(data, members_of(record))) == ["H933"]


def test_a_manifest_is_read_as_it_is_written(record: Record) -> None:
    """There is one way to write what it says."""
    assert read_manifest(record.manifest_data) == record.manifest
    assert manifest_bytes(record.manifest) == record.manifest_data


def test_a_digest_of_another_member_is_refused(record: Record) -> None:
    """Sizes and digests are of the member that has the name."""
    names = members_of(record)
    facts = names[FACTS]
    assert codes(joined(record.manifest_data, {**names, FACTS: facts + b"\n"})) == ["H934"]
    assert codes(joined(record.manifest_data, {**names, FACTS: bytes(len(facts))})) == ["H934"]


def verdict(data: bytes, folder: Path, *options: object) -> str:
    """What ``verify`` says of a record that does not hold."""
    path = folder / "forged.haitenrun"
    path.write_bytes(data)
    done = haiten("verify", path, *options)
    assert done.returncode == 1
    assert "この記録は使えません" in done.stdout
    assert "確かめました" not in done.stdout
    return done.stderr


def test_the_first_difference_is_told_with_what_it_changes(record: Record, tmp_path: Path) -> None:
    """Which body, which item, which points; rules before results."""
    results = json.loads(record.data("results.json"))
    body = results["bodies"][0]
    body["nodes"]["推進.Ⅳ.成果.1"]["certain"] = 3
    body["nodes"]["推進"]["certain"] -= 12
    body["total"]["certain"] -= 12
    said = verdict(forged(record, {"results.json": json.dumps(results).encode()}), tmp_path)
    assert "H939" in said
    assert "074021 北塩原村 › 推進.Ⅳ.成果.1 › 確実な点" in said
    assert "記録では 3、今は 15。この団体の計は 283 から 295。違うのは、1団体の3個の値です。" in said
    rules = record.data("consolidated/1.haiten").replace("400点".encode(), "401点".encode(), 1)
    said = verdict(forged(record, {"consolidated/1.haiten": rules}), tmp_path)
    assert "統合した全文" in said
    assert "401点" in said

    def other_fingerprint(manifest: Manifest) -> Manifest:
        return evolve(manifest, rules=(evolve(manifest.rules[0], rules="0" * 64),))

    assert "規則の指紋" in verdict(forged(record, change=other_fingerprint), tmp_path)


def test_rules_or_facts_that_no_longer_run(record: Record, tmp_path: Path) -> None:
    """What the command says is told; nothing is believed."""
    name = record.manifest.rules[0].files[0]
    rules = record.data(name).replace("400点".encode(), "401点".encode(), 1)
    assert "規則のファイルに誤りがあります" in verdict(forged(record, {name: rules}), tmp_path)
    facts = record.data(FACTS).replace("令和6年度".encode(), "令和5年度".encode()).replace(b"R6", b"R5")
    said = verdict(forged(record, {FACTS: facts}), tmp_path)
    assert "コマンドが誤りで終わりました" in said
    assert "H810" in said


def test_a_rerun_leaves_nothing_and_writes_nowhere_else(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is away in the end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    again = run_again(record)
    assert again.results == record.data("results.json")
    assert list(tmp_path.iterdir()) == []


def test_texts_of_a_record_are_no_options(record: Record, tmp_path: Path) -> None:
    """A value that looks like an option, a path or a word of a shell is the value of its own option."""

    def tried(manifest: Manifest) -> Manifest:
        from haiten.records.manifest import Argument
        from haiten.records.recordable import ArgumentKind

        evil = Argument("--set", ArgumentKind.TEXTS, ("--to=/tmp/evil.json", "$(touch evil)"))
        first, last = manifest.arguments[:-1], manifest.arguments[-1:]
        order = [*first, *last, evil]
        names = ["FILE", "FACTS", "--cutoffs", "--set"]
        return evolve(manifest, arguments=tuple(sorted(order, key=lambda each: names.index(each.name))))

    said = verdict(forged(record, change=tried), tmp_path)
    assert "規則のファイルに誤りがあります" in said or "H916" in said
    assert not Path("/tmp/evil.json").exists()


def test_zip64_and_several_disks_are_none_of_ours(record: Record) -> None:
    """The end of the file says how many members there are, once."""
    data = bytearray(record.path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<H", data, end + 4, 1)
    assert codes(bytes(data)) == ["H930"]
