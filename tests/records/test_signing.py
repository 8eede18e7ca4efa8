"""Keys and signatures: made once, read by their owner alone, over the manifest and nothing else; trust fails closed."""

import base64
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from real_commands import ROOT, haiten, process

from forged_records import forged, joined, members_of, record_at
from haiten.records.reading import Record, record_of
from haiten.records.signing import (
    DOMAIN,
    PrivateKey,
    PublicKey,
    SignatureError,
    check_signature,
    load_key,
    new_key,
    public_path,
    read_signature,
    read_trusted,
)

SCORE = ("score", ROOT / "rules/r6/municipal.haiten", ROOT / "examples/kitashiobara_r6.csv", "--record")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and a record that it signed."""
    made = tmp_path_factory.mktemp("signed")
    done = haiten("keygen", made / "a.key", "--owner", "高齢福祉課")
    assert done.returncode == 0, done.stderr
    done = haiten(*SCORE, made / "r.haitenrun", "--sign", made / "a.key")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def record(folder: Path) -> Record:
    return record_at(folder / "r.haitenrun")


def key_at(path: Path, passphrase: bytes | None = None) -> PrivateKey:
    loaded = load_key(path, lambda: passphrase)
    assert isinstance(loaded, PrivateKey), loaded
    return loaded


def refusal(path: Path, passphrase: bytes | None = None) -> str:
    """Why a key may not be used."""
    loaded = load_key(path, lambda: passphrase)
    assert not isinstance(loaded, PrivateKey)
    assert loaded.code == "H938"
    return loaded.message


def test_a_key_is_its_owners_alone_and_never_written_over(folder: Path, tmp_path: Path) -> None:
    """0600, whatever the umask; neither half is written where there is a file already, nor the other half then."""
    assert stat.S_IMODE((folder / "a.key").stat().st_mode) == 0o600
    assert (folder / "a.key.pub").read_text("utf-8").endswith(" 高齢福祉課\n")
    for there, other in (("k", "k.pub"), ("k.pub", "k")):
        (tmp_path / there).write_bytes(b"mine")
        done = haiten("keygen", tmp_path / "k")
        assert (done.returncode, done.stdout) == (1, "")
        assert "同じ名のものが既にあります" in done.stderr
        assert (tmp_path / there).read_bytes() == b"mine"
        assert not (tmp_path / other).exists()
        (tmp_path / there).unlink()
    done = haiten("keygen", tmp_path / "no" / "k")
    assert done.returncode == 1
    assert "フォルダがありません" in done.stderr
    old = os.umask(0)
    try:
        new_key(tmp_path / "k", "", None)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_a_passphrase_is_asked_for_and_wanted(tmp_path: Path) -> None:
    """Twice when the key is made; a wrong one, or none, signs nothing."""
    path = tmp_path / "k.key"
    words = ("-m", "haiten.cli", "keygen", str(path), "--passphrase")
    assert run(words, "one\nother\n") == 1
    assert not path.exists()
    assert run(words, "\n\n") == 1
    assert run(words, "合言葉\n合言葉\n") == 0
    assert b"ENCRYPTED" in path.read_bytes()
    assert key_at(path, "合言葉".encode())
    assert "合言葉が違います" in refusal(path, b"other")
    assert "合言葉が違います" in refusal(path, None)
    sign = ("-m", "haiten.cli", *map(str, SCORE), str(tmp_path / "r.haitenrun"), "--sign", str(path))
    assert run(sign, "合言葉\n") == 0
    assert record_at(tmp_path / "r.haitenrun").signature is not None


def run(words: tuple[str, ...], typed: str) -> int:
    """The status of a command that reads what is typed."""
    done = subprocess.run([sys.executable, *words], input=typed.encode(), capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode


def test_only_an_ed25519_key_signs(tmp_path: Path, folder: Path) -> None:
    """Other kinds, damaged files, and files that others may read are refused."""
    path = tmp_path / "k.key"
    other = Ed448PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    damaged = [(data, "PEM") for data in (b"", other[:40], os.urandom(99))]
    for data, told in ((other, "Ed25519 の鍵ではありません"), *damaged):
        path.write_bytes(data)
        path.chmod(0o600)
        assert told in refusal(path)
    shutil.copy(folder / "a.key", path)
    path.chmod(0o640)
    assert "ほかの人が読めます" in refusal(path)
    assert "ファイルがありません" in refusal(tmp_path / "none")
    assert "H938" not in haiten(*SCORE, tmp_path / "r.haitenrun", "--sign", folder / "a.key").stderr


def test_anybody_can_check_a_signature_without_haiten(record: Record, folder: Path, tmp_path: Path) -> None:
    """What is signed is a line and the manifest: docs/audit.md says how OpenSSL checks it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    assert record.signature is not None
    (tmp_path / "signed").write_bytes(DOMAIN + record.manifest_data)
    (tmp_path / "signature").write_bytes(record.signature.signature)
    key = Ed25519PrivateKey.from_private_bytes(key_at(folder / "a.key").key.private_bytes_raw()).public_key()
    (tmp_path / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "signed"]
    done = subprocess.run([*words, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "Verified Successfully" in done.stdout) == (0, True), done.stderr


def test_a_signature_is_over_this_manifest_and_this_use_alone(record: Record, folder: Path) -> None:
    """One byte more, another record, or a signature without the line before it: refused, with and without --trusted."""
    key = key_at(folder / "a.key")
    signature = record.signature
    assert signature is not None
    check_signature(signature, record.manifest_data)
    for data in (record.manifest_data + b" ", record.manifest_data[:-1], b""):
        with pytest.raises(SignatureError):
            check_signature(signature, data)
    bare = evolve(signature, signature=key.key.sign(record.manifest_data))
    with pytest.raises(SignatureError):
        check_signature(bare, record.manifest_data)
    with pytest.raises(SignatureError):
        check_signature(evolve(signature, key=PublicKey(bytes(32))), record.manifest_data)
    other = forged(record, change=lambda manifest: evolve(manifest, bodies=2), signature=key.sign(record.manifest_data))
    assert [told.code for told in record_of(Path("x"), other).diagnostics] == ["H937"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("signature@1", "signature@2"),
        ("ssh-ed25519 ", "ssh-rsa "),
        ('"key"', '"keys"'),
        ("AAAAC3NzaC1lZDI1NTE5", "AAAAC3NzaC1lZDI1NTE6"),
        ("==", "="),
        ("\n}", ',\n "more": 1\n}'),
        ("{", "["),
    ],
)
def test_a_damaged_signature_is_refused(record: Record, folder: Path, old: str, new: str) -> None:
    """It has one form."""
    data = key_at(folder / "a.key").sign(record.manifest_data)
    read_signature(data)
    changed = data.decode().replace(old, new, 1).encode()
    assert changed != data
    whole = joined(record.manifest_data, members_of(record), changed)
    assert [told.code for told in record_of(Path("x"), whole).diagnostics] == ["H937"]


def test_base64_has_one_way_to_be_written(record: Record, folder: Path) -> None:
    """Bits that decoders pass over would let a signature be changed without being seen."""
    data = key_at(folder / "a.key").sign(record.manifest_data).decode()
    place = data.rindex("==") - 1
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(data[place]) ^ 1]
    changed = data[:place] + other + data[place + 1 :]
    signature = base64.b64decode(data.split('"signature": "')[1].split('"')[0])
    assert base64.b64decode(changed.split('"signature": "')[1].split('"')[0]) == signature
    with pytest.raises(SignatureError):
        read_signature(changed.encode())


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "公開鍵がありません"),
        ("# {key}\n\n", "公開鍵がありません"),
        ("{key}\nssh-rsa AAAA\n", "公開鍵の行"),
        ("{key}\n{short}\n", "公開鍵の行"),
        ("ssh-ed25519\n", "公開鍵の行"),
        ("{key} x\n<<<<<<< ours\n", "公開鍵の行"),
    ],
)
def test_a_file_of_keys_is_right_as_a_whole_or_trusts_nobody(
    lines: str, told: str, folder: Path, tmp_path: Path
) -> None:
    """A line that is no key could be one that was to be taken away."""
    key = (folder / "a.key.pub").read_text("utf-8").strip()
    path = tmp_path / "trusted"
    path.write_text(lines.format(key=key, short=key.split()[0] + " " + key.split()[1][:-4]), encoding="utf-8")
    read = read_trusted(path)
    assert read.keys is None
    assert told in read.diagnostics[0].message
    done = haiten("verify", folder / "r.haitenrun", "--trusted", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "H938" in done.stderr


def test_trusted_keys_of_several_owners(folder: Path, tmp_path: Path) -> None:
    """Comments, empty lines, a mark of the encoding and line ends of Windows say nothing."""
    key = (folder / "a.key.pub").read_text("utf-8").strip()
    new_key(tmp_path / "b.key", "ほかの 人", None)
    other = public_path(tmp_path / "b.key").read_text("utf-8").strip()
    path = tmp_path / "trusted"
    path.write_bytes(b"\xef\xbb\xbf" + f"# 認めた鍵\r\n\r\n{other}\r\n  {key}\r\n".encode())
    read = read_trusted(path)
    assert read.keys is not None
    assert [each.owner for each in read.keys] == ["ほかの 人", "高齢福祉課"]
    done = haiten("verify", folder / "r.haitenrun", "--trusted", path)
    assert done.returncode == 0, done.stderr
    assert "高齢福祉課（SHA256:" in done.stdout
    assert "だれが作ったかは、分かりません" not in done.stdout
    assert "H938" in haiten("verify", folder / "r.haitenrun", "--trusted", tmp_path / "none").stderr
    trusted = (path, public_path(tmp_path / "b.key"))
    listed = [haiten("runs", folder, "--trusted", each, "--as", "csv").stdout for each in trusted]
    assert "高齢福祉課 SHA256:" in listed[0]
    assert "認めていない鍵 SHA256:" in listed[1]


def test_fingerprints_are_those_of_openssh(folder: Path) -> None:
    """So that they can be compared with what ``ssh-keygen -l`` shows."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen here")
    done = subprocess.run(["ssh-keygen", "-lf", folder / "a.key.pub"], capture_output=True, text=True, check=False)
    assert key_at(folder / "a.key").public.fingerprint in done.stdout


def test_a_key_is_made_by_a_command_of_its_own(tmp_path: Path) -> None:
    """As a shell runs it; the name of the file is whose it is, where nothing else is said."""
    done = process("keygen", tmp_path / "総務課.key")
    assert done.returncode == 0, done.stderr
    assert "総務課.key に署名の鍵を作りました" in done.stdout
    assert (tmp_path / "総務課.key.pub").read_text("utf-8").endswith(" 総務課\n")
