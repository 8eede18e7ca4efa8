"""Commands about records of runs: verify, runs, keygen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from haiten.commands.app import AsJson, CsvSafe, app
from haiten.commands.common import cannot_write, stderr
from haiten.commands.forms.records import RUNS, VERIFY
from haiten.commands.recording import ask_passphrase

if TYPE_CHECKING:
    from haiten.records.verify import Trust

TrustedKeys = Annotated[
    Path | None,
    Parameter(
        help="認める公開鍵のファイル（keygen が作る .pub の行を集めたもの）。署名がないか、ほかの鍵の署名なら認めない。"
    ),
]


@app.command(
    usage="",
    help_prologue=f"使い方: haiten verify FILE [--trusted KEYS] [--records DIR] [--alone] {VERIFY.usage} [--json]",
)
def verify(
    file: Annotated[Path, Parameter(name="FILE", help="記録（.haitenrun）。")],
    /,
    *,
    trusted: TrustedKeys = None,
    records: Annotated[
        Path | None, Parameter(help="元になる記録（--based-on）のあるフォルダ。省くと、記録と同じフォルダ。")
    ] = None,
    alone: Annotated[bool, Parameter(help="元になる記録は確かめない。")] = False,
    as_: Annotated[str | None, VERIFY.as_] = None,
    to: Annotated[list[Path] | None, VERIFY.to] = None,
    json: AsJson = False,
) -> int:
    """記録が書かれたままかを確かめ、今の版でやり直し、規則と結果の全てを比べる。違えば、最初の違いとその影響を示す。"""
    way = VERIFY.way(as_, to, json=json)
    if way is None:
        return 2
    if alone and records is not None:
        stderr().print("--alone と --records は、どちらか一方にしてください")
        return 2
    from haiten.records.verify import Way
    from haiten.records.verify import verify as verify_record
    from haiten.views.console.terminal import track
    from haiten.views.diagnostics import print_diagnostics

    trust = _trust(trusted) if trusted is not None else None
    if trusted is not None and trust is None:
        return 1
    try:
        found = verify_record(file, Way(trust, records, alone, track, stderr().status))
    except OSError as error:
        return cannot_write(error, file)
    print_diagnostics(stderr(), found.diagnostics)
    status = way.out(found)
    return status or (0 if found.verified is not None else 1)


@app.command(usage="", help_prologue=f"使い方: haiten runs DIR [--trusted KEYS] {RUNS.usage} [--csv-safe] [--json]")
def runs(
    folder: Annotated[Path, Parameter(name="DIR", help="記録（.haitenrun）のあるフォルダ。")],
    /,
    *,
    trusted: TrustedKeys = None,
    as_: Annotated[str | None, RUNS.as_] = None,
    to: Annotated[list[Path] | None, RUNS.to] = None,
    json: AsJson = False,
    csv_safe: CsvSafe = False,
) -> int:
    """フォルダの記録を一覧にする: 何の記録か、年度、団体数、指紋、元の記録、署名、無傷か。やり直すのは verify。"""
    way = RUNS.way(as_, to, json=json, safe=csv_safe)
    if way is None:
        return 2
    from haiten.compiler.files.system_errors import reason_of
    from haiten.records.folder import list_records
    from haiten.views.console.terminal import track

    trust = _trust(trusted) if trusted is not None else None
    if trusted is not None and trust is None:
        return 1
    try:
        found = list_records(folder, trust, track)
    except OSError as error:
        stderr().print(f"{folder} を読めません: {reason_of(error)}", soft_wrap=True)
        return 1
    if not found.files:
        stderr().print(f"{folder} に記録（.haitenrun）がありません", soft_wrap=True)
        return 1
    status = way.out(found)
    return status or int(any(each.record is None for each in found.files))


@app.command(usage="", help_prologue="使い方: haiten keygen FILE [--owner 名] [--passphrase]")
def keygen(
    new_key: Annotated[
        Path, Parameter(name="FILE", help="作る鍵のファイル。公開鍵は、名の後に .pub を付けて隣に作る。")
    ],
    /,
    *,
    owner: Annotated[str, Parameter(help="だれの鍵か。公開鍵の行に書き添える（省くと、ファイルの名）。")] = "",
    passphrase: Annotated[bool, Parameter(help="合言葉を決め、鍵を暗号化する。--sign のたびに尋ねる。")] = False,
) -> int:
    """記録に署名する鍵（Ed25519）を作る。ほかの人は読めないファイルになり、前からあるファイルには書かない。"""
    from haiten.records.signing import new_key as make_key
    from haiten.records.signing import public_path
    from haiten.views.console.terminal import make_console

    secret = None
    if passphrase:
        secret = ask_passphrase("新しい合言葉: ")
        if not secret or secret != ask_passphrase("もう一度: "):
            stderr().print("合言葉が空か、2度目と違います。鍵は作っていません")
            return 1
    name = " ".join((owner or new_key.stem).split())
    try:
        made = make_key(new_key, name, secret)
    except OSError as error:
        return cannot_write(error, new_key)
    console = make_console()
    console.print(f"{new_key} に署名の鍵を作りました。だれにも渡さず、控えを別の場所に保管してください", soft_wrap=True)
    console.print(f"{public_path(new_key)} は公開鍵です。確かめる人に渡してください", soft_wrap=True)
    console.print(f"公開鍵の指紋 {made.fingerprint}（電話などで読み合わせてください）", soft_wrap=True)
    return 0


def _trust(path: Path) -> "Trust | None":
    """The keys of a file; None, with a word on stderr, where it cannot be relied on."""
    from haiten.records.signing import read_trusted
    from haiten.records.verify import Trust
    from haiten.views.diagnostics import print_diagnostics

    read = read_trusted(path)
    print_diagnostics(stderr(), read.diagnostics)
    return None if read.keys is None else Trust(path, read.keys)
