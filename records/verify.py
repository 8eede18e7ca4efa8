"""Whether a record is what it says, whose it is, and whether the haiten that is here comes to the same.

It fails closed: what cannot be found out is not taken for right. With trusted keys a record has to be signed, by one of
them, and so has every record that it builds on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.records.differences import compare
from haiten.records.errors import LostRecord, NotConnected, NotSigned, OtherResult, UnknownKey
from haiten.records.making import shared_members, versions
from haiten.records.manifest import RESULTS, Link, digest
from haiten.records.reading import ENDING, Record, WatchedMembers, read_record
from haiten.records.rerun import Again, run_again
from haiten.records.signing import PublicKey

_DEEPEST: Final = 50  # records that build on each other: more than any row of years
# Tells that something long goes on, while it does.
Telling = Callable[[str], AbstractContextManager[object]]


@frozen(eq=False)
class Trust:
    """Which keys are trusted.

    Attributes:
        path: the file that they come from.
        keys: the keys.
    """

    path: Path
    keys: tuple[PublicKey, ...]

    def owner(self, key: PublicKey) -> PublicKey | None:
        """The trusted key that a key is, with its owner; None where it is none of them."""
        return next((each for each in self.keys if each.raw == key.raw), None)


@frozen(eq=False)
class Verified:
    """A record that holds.

    Attributes:
        record: the record.
        signer: the trusted key that signed it; None where none was asked for.
        others: versions that it was made with and that are not those that are here, each with ours.
        based_on: the records that it builds on, which hold too; empty where they were not looked at.
    """

    record: Record
    signer: PublicKey | None
    others: tuple[tuple[str, str, str], ...]
    based_on: "tuple[Verified, ...]"


@frozen(eq=False)
class VerificationOutcome:
    """What came of verifying a record.

    Attributes:
        path: the record.
        verified: it, where it holds; None where something is wrong.
        trust: which keys were trusted; None where any was, and none.
        alone: whether the records that it builds on were not looked at.
        diagnostics: what is wrong.
    """

    path: Path
    verified: Verified | None
    trust: Trust | None
    alone: bool
    diagnostics: tuple[Diagnostic, ...] = ()


@frozen
class Way:
    """How records are verified.

    Attributes:
        trust: the keys that have to have signed; None where that is not asked.
        folder: where records are that others build on; None for the folder of each.
        alone: whether these are left out.
        watch: shows how far a long reading is.
        telling: tells that something long goes on.
    """

    trust: Trust | None
    folder: Path | None
    alone: bool
    watch: WatchedMembers | None = field(default=None, eq=False)
    telling: Telling | None = field(default=None, eq=False)


def verify(path: Path, way: Way) -> VerificationOutcome:
    """Verify a record.

    Raises:
        OSError: there is no room to run it again.
    """
    read = read_record(path, way.watch)
    if read.record is None:
        return VerificationOutcome(path, None, way.trust, way.alone, read.diagnostics)
    try:
        verified = _verified(read.record, way, 0)
    except _RefusedError as refused:
        return VerificationOutcome(path, None, way.trust, way.alone, refused.told)
    return VerificationOutcome(path, verified, way.trust, way.alone)


class _RefusedError(Exception):
    """A record, or one that it builds on, does not hold."""

    def __init__(self, *told: Diagnostic) -> None:
        super().__init__(told[0].message)
        self.told = told


def _verified(record: Record, way: Way, depth: int) -> Verified:
    at = Cell(str(record.path))
    signer = _signer(record, way.trust, at)
    # Who it builds on is asked before the long work.
    links = () if way.alone else tuple(_linked(record, way, depth))
    manifest = record.manifest
    if way.telling is not None:
        with way.telling(f"{record.path.name}（{manifest.command}）をやり直しています…"):
            again = run_again(record)
    else:
        again = run_again(record)
    told = list(_differences(record, again, at))
    if told:
        raise _RefusedError(*told)
    here = versions()
    others = tuple(
        (name, made, here.get(name, "")) for name, made in manifest.made_with.items() if here.get(name) != made
    )
    return Verified(record, signer, others, tuple(_verified(each, way, depth + 1) for each in links))


def _signer(record: Record, trust: Trust | None, at: Cell) -> PublicKey | None:
    if trust is None:
        return None
    if record.signature is None:
        raise _RefusedError(NotSigned(at))
    owner = trust.owner(record.signature.key)
    if owner is None:
        raise _RefusedError(UnknownKey(at, record.signature.key.fingerprint, str(trust.path)))
    return owner


def _linked(record: Record, way: Way, depth: int) -> Iterator[Record]:
    folder = way.folder or record.path.parent
    for link in record.manifest.based_on:
        found = find_record(folder, link) if depth < _DEEPEST else None
        if found is None:
            raise _RefusedError(LostRecord(Cell(str(record.path)), link.command, link.record, str(folder)))
        if found.manifest.command != link.command or not set(link.members) <= set(
            shared_members(found.manifest, record.manifest.members)
        ):
            raise _RefusedError(NotConnected(Cell(str(record.path)), str(found.path)))
        yield found


def find_record(folder: Path, link: Link) -> Record | None:
    """The record of a folder that another names; what is wrong with others is no matter here."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        read = read_record(path)
        if read.record is not None and read.record.digest == link.record:
            return read.record
    return None


def _differences(record: Record, again: Again, at: Cell) -> Iterator[Diagnostic]:
    """The first thing that came out otherwise: the rules before the results, as these follow from them."""
    manifest = record.manifest
    for recorded, found in zip(manifest.rules, again.rules, strict=True):
        file = recorded.files[0]
        if found is None:
            yield OtherResult(at, f"規則 {file}", "今の版では、規則のファイルに誤りがあります。")
            return
        pairs: Sequence[tuple[str, str, str]] = (
            ("年度", recorded.year, found.year),
            ("対象", recorded.scope, found.scope),
            ("統合した全文", record.data(recorded.consolidated).decode("utf-8", "replace"), found.consolidated),
            ("文の指紋", recorded.text, found.text),
            ("規則の指紋", recorded.rules, found.rules),
        )
        for what, then, now in pairs:
            if then != now:
                yield OtherResult(at, f"規則 {file} の{what}", _changed_text(then, now))
                return
    if again.results is None:
        yield OtherResult(at, "コマンドが誤りで終わりました", again.said)
        return
    differences = compare(record.data(RESULTS), again.results)
    if differences is not None:
        yield OtherResult(at, differences.where, differences.change)
        return
    # A CSV tells no version. JSON does, so it is held against the results that were recorded and have been compared.
    made = {**again.written, "json": digest(record.data(RESULTS))}
    for each in manifest.written:
        if made.get(each.form) != each.sha256:
            change = f"記録では SHA-256 {each.sha256}、今は {made.get(each.form, 'ありません')}"
            yield OtherResult(at, f"書いたファイル（{each.form}）", f"{change}。")
            return


def _changed_text(then: str, now: str) -> str:
    """The first line that differs."""
    lines = zip([*then.split("\n"), ""], [*now.split("\n"), ""], strict=False)
    number, pair = next(
        ((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1]), (0, (then, now))
    )
    return f"{number}行目: 記録では「{pair[0].strip()[:80]}」、今は「{pair[1].strip()[:80]}」。"
