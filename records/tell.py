"""Records for people and for programs: what verifying one came to, and what a folder has of them."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from haiten.compiler.version import haiten_version
from haiten.records.folder import Filed, FolderOfRecords
from haiten.records.reading import Record
from haiten.records.signing import PublicKey
from haiten.records.verify import Trust, VerificationOutcome, Verified

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.tabulation.table import Table

VERIFICATION: Final = "haiten/verification@1"
RUNS: Final = "haiten/runs@1"
_SHORT: Final = 16  # characters of a digest for people


# verify


def print_verification(console: "Console", made: VerificationOutcome) -> None:
    """What was found out, and what was not; the last line is the verdict, in words of ours alone."""
    if made.verified is None:
        console.print("この記録は使えません（理由は上のとおり）。", style="bold red", soft_wrap=True)
        return
    for line in _lines(made.verified, made, ""):
        console.print(line, soft_wrap=True)
    for line in _limits(made):
        console.print(line, style="dim", soft_wrap=True)
    console.print(
        "確かめました。記録は書かれたままで、今の版でも同じ結果になります。", style="bold green", soft_wrap=True
    )


def _lines(verified: Verified, made: VerificationOutcome, indent: str) -> Iterator[str]:
    record = verified.record
    manifest = record.manifest
    first = manifest.rules[-1] if manifest.command == "impact" else manifest.rules[0]
    yield f"{indent}{record.path}　{first.year} {first.scope} {manifest.command}　{manifest.bodies:,}団体"
    yield f"{indent}  目録　　SHA-256 {record.digest}"
    yield f"{indent}  コマンド　haiten {shlex.join(manifest.words)}"
    yield f"{indent}  部品　　{len(manifest.members):,}個。全て、目録の大きさと SHA-256 のとおり"
    for rules in manifest.rules:
        yield f"{indent}  規則　　{rules.files[0]}　指紋 {rules.rules[:_SHORT]}　統合した全文とも、やり直して同じ"
    yield f"{indent}  結果　　haiten {haiten_version()} でやり直して、全ての値が同じ"
    for each in manifest.written:
        yield f"{indent}  書いたもの　{each.form}　SHA-256 {each.sha256[:_SHORT]}…　やり直して同じ"
    if verified.others:
        listed = "、".join(f"{name} {then}（今は{now or 'なし'}）" for name, then, now in verified.others)
        yield f"{indent}  作った版　{listed}"
    yield f"{indent}  署名　　{_signed(record, verified.signer)}"
    for older in verified.based_on:
        yield f"{indent}  元の記録"
        yield from _lines(older, made, f"{indent}    ")
    if made.alone and manifest.based_on:
        yield f"{indent}  元の記録　{len(manifest.based_on)}件。確かめていない（--alone）"


def _signed(record: Record, signer: PublicKey | None) -> str:
    if record.signature is None:
        return "なし"
    key = record.signature.key.fingerprint
    if signer is None:
        return f"目録への正しい署名。鍵 {key} が誰のものかは、確かめていない（--trusted で確かめる）"
    return f"{signer.owner or '名のない鍵'}（{key}）。認めた鍵による、目録への正しい署名"


def _limits(made: VerificationOutcome) -> Iterator[str]:
    """What follows from none of this."""
    if made.trust is None:
        yield "だれが作ったかは、分かりません（--trusted を付けていません）。作り直した記録と見分けはつきません。"
    yield "いつ作ったか、事実が現実のとおりか、この評価指標が正しいかは、記録からは分かりません。"


def verification_json(made: VerificationOutcome) -> dict[str, Any]:
    """The same for programs (docs/schema/verification-1.json)."""
    return {
        "schema": VERIFICATION,
        "haiten": haiten_version(),
        "file": made.path.name,
        "holds": made.verified is not None,
        "trusted_keys": None if made.trust is None else len(made.trust.keys),
        "problems": [{"code": told.code, "message": told.message} for told in made.diagnostics],
        "record": None if made.verified is None else _verified_json(made.verified, alone=made.alone),
    }


def _verified_json(verified: Verified, *, alone: bool) -> dict[str, Any]:
    return {
        **_record_json(verified.record),
        "signer": _signer_json(verified.record, verified.signer),
        "other_versions": [
            {"name": name, "made_with": then, "here": now or None} for name, then, now in verified.others
        ],
        "verified_based_on": None if alone else [_verified_json(each, alone=alone) for each in verified.based_on],
    }


def _record_json(record: Record) -> dict[str, Any]:
    manifest = record.manifest
    return {
        "file": record.path.name,
        "record": record.digest,
        "command": manifest.command,
        "words": list(manifest.words),
        "bodies": manifest.bodies,
        "rules": [
            {"year": each.year, "scope": each.scope, "fingerprint": {"text": each.text, "rules": each.rules}}
            for each in manifest.rules
        ],
        "made_with": dict(manifest.made_with),
        "based_on": [{"record": each.record, "command": each.command} for each in manifest.based_on],
    }


def _signer_json(record: Record, signer: PublicKey | None) -> dict[str, Any] | None:
    if record.signature is None:
        return None
    return {
        "key": record.signature.key.fingerprint,
        "trusted": signer is not None,
        "owner": None if signer is None else signer.owner,
    }


# runs


def runs_table(made: FolderOfRecords) -> "Table":
    """A row for each record of a folder."""
    from haiten.tabulation.table import Column, FigureStyle, Row, Table

    columns = tuple(
        Column(name, FigureStyle("") if name == "団体数" else None)
        for name in ("記録", "状態", "何", "年度", "対象", "団体数", "規則の指紋", "目録の SHA-256", "元の記録", "署名")
    )
    rows = tuple(Row(_row(made, each)) for each in made.files)
    return Table("記録", f"{made.folder} の記録", columns, rows, 1)


def _row(made: FolderOfRecords, filed: Filed) -> tuple[str | int | None, ...]:
    record = filed.record
    if record is None:
        told = filed.diagnostics[0]
        return (filed.path.name, f"使えない {told.code}", *[None] * 8)
    manifest = record.manifest
    rules = manifest.rules
    older = [
        path.name if (path := made.file_of(link.record)) is not None else f"{link.record[:_SHORT]}（ここにない）"
        for link in manifest.based_on
    ]
    return (
        filed.path.name,
        "無傷",
        manifest.command,
        "・".join(dict.fromkeys(each.year for each in rules)),
        rules[0].scope,
        manifest.bodies,
        "・".join(each.rules[:_SHORT] for each in rules),
        record.digest[:_SHORT],
        "、".join(older) or "なし",
        _who(record, made.trust),
    )


def _who(record: Record, trust: Trust | None) -> str:
    if record.signature is None:
        return "なし"
    key = record.signature.key
    owner = None if trust is None else trust.owner(key)
    if owner is not None:
        return f"{owner.owner or '名のない鍵'} {key.fingerprint}"
    return f"{'認めていない鍵' if trust is not None else '未確認の鍵'} {key.fingerprint}"


def runs_json(made: FolderOfRecords) -> dict[str, Any]:
    """The same for programs (docs/schema/runs-1.json)."""
    return {
        "schema": RUNS,
        "haiten": haiten_version(),
        "records": [_filed_json(made, each) for each in made.files],
    }


def _filed_json(made: FolderOfRecords, filed: Filed) -> dict[str, Any]:
    record = filed.record
    problems = [{"code": told.code, "message": told.message} for told in filed.diagnostics]
    if record is None:
        return {"file": filed.path.name, "intact": False, "problems": problems, "record": None, "signer": None}
    signature = record.signature
    signer = None if made.trust is None or signature is None else made.trust.owner(signature.key)
    files = {
        link.record: None if (path := made.file_of(link.record)) is None else path.name
        for link in record.manifest.based_on
    }
    listed = _record_json(record)
    listed["based_on"] = [{**each, "file": files[each["record"]]} for each in listed["based_on"]]
    return {
        "file": filed.path.name,
        "intact": True,
        "problems": problems,
        "record": listed,
        "signer": _signer_json(record, signer),
    }
