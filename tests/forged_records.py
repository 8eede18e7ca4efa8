"""Records that are made by hand: members changed, and the manifest and the digests fitted to them again.

``python tests/forged_records.py`` writes the one that the examples have: a point that was won afterwards.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import evolve

from haiten.records.container import Packed, container, pack
from haiten.records.manifest import MANIFEST, SIGNATURE, Manifest, Member, digest, manifest_bytes
from haiten.records.reading import Record, read_record

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "records" / "other_points.haitenrun"


def record_at(path: Path) -> Record:
    """The record of a file, which has to be one."""
    read = read_record(path)
    assert read.record is not None, read.diagnostics
    return read.record


def members_of(record: Record) -> dict[str, bytes]:
    """The members of a record, but for its manifest and signature."""
    return {name: record.data(name) for name in record.packed}


def forged(
    record: Record,
    members: Mapping[str, bytes] | None = None,
    change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    signature: bytes | None = None,
) -> bytes:
    """A record like another, with other members and another manifest, which is right of them in every respect."""
    data = {**members_of(record), **(members or {})}
    called = {member.name: member.called for member in record.manifest.members}
    listed = tuple(Member(name, len(inner), digest(inner), called.get(name, "")) for name, inner in data.items())
    manifest = manifest_bytes(change(evolve(record.manifest, members=listed)))
    return joined(manifest, data, signature)


def joined(manifest: bytes, data: Mapping[str, bytes], signature: bytes | None = None) -> bytes:
    """The file of a record with this manifest and these members, whatever they are."""
    packed: list[Packed] = [pack(MANIFEST, manifest, packed=False), *(pack(name, each) for name, each in data.items())]
    return container([*packed, *([] if signature is None else [pack(SIGNATURE, signature, packed=False)])])


def with_more_points(results: bytes) -> bytes:
    """Scores of R6 with one point more for 推進.Ⅳ.成果.1, and for all that counts it."""
    import json

    from haiten.views.console.printable import json_text

    data = json.loads(results)
    (body,) = data["bodies"]
    for path in ("推進", "推進.Ⅳ", "推進.Ⅳ.成果", "推進.Ⅳ.成果.1"):
        body["nodes"][path]["certain"] += 1
        body["nodes"][path]["possible"] += 1
    body["total"]["certain"] += 1
    body["total"]["possible"] += 1
    return (json_text(data) + "\n").encode("utf-8")


if __name__ == "__main__":
    record = record_at(Path(sys.argv[1]))
    EXAMPLE.write_bytes(forged(record, {"results.json": with_more_points(record.data("results.json"))}))
