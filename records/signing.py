"""Signatures of records, with keys of one's own: Ed25519 by ``cryptography`` (docs/audit.md says why).

What is signed is the manifest, byte for byte, behind a line that no other use of a key has in front (``DOMAIN``). A key
file holds the private key in PEM (PKCS #8), with a passphrase where one was asked for, and can be read by its owner
alone; beside it lies the public key, a line as OpenSSH writes it. Whoever verifies has a file of such lines: what is in
it is trusted, and nothing else. Every line has to be a key, so that a damaged file trusts nobody.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.files.json_files import JsonError, parse_json
from haiten.compiler.files.json_forms import Exactly, MembersForm, TextForm, faults_of
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.records.errors import UnusableKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DOMAIN: Final = b"haiten/record@1 signature over a manifest\n"
SCHEMA: Final = "haiten/signature@1"
MOST_SIGNATURE: Final = 4_096  # bytes
_MOST_KEYS: Final = 1 << 20  # bytes of a file of keys
_KIND: Final = "ssh-ed25519"
_PREFIX: Final = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
_FORM: Final = MembersForm(
    {
        "schema": Exactly(SCHEMA),
        "key": TextForm(rf"{_KIND} [A-Za-z0-9+/]{{68}}", "公開鍵（ssh-ed25519 …）"),
        "signature": TextForm(r"[A-Za-z0-9+/]{86}==", "署名（Base64）"),
    }
)


class SignatureError(ValueError):
    """What is there is no signature over these bytes; its words say why, in Japanese."""


@frozen
class PublicKey:
    """A public key.

    Attributes:
        raw: its 32 bytes.
        owner: whose it is, as the line of the file says; "" where it does not.
    """

    raw: bytes
    owner: str = ""

    @property
    def line(self) -> str:
        """The key as OpenSSH writes it, without its owner."""
        return f"{_KIND} {base64.b64encode(_PREFIX + self.raw).decode('ascii')}"

    @property
    def fingerprint(self) -> str:
        """What people compare, as OpenSSH shows it."""
        found = base64.b64encode(hashlib.sha256(_PREFIX + self.raw).digest()).decode("ascii").rstrip("=")
        return f"SHA256:{found}"


@frozen
class Signature:
    """A signature of a record."""

    key: PublicKey
    signature: bytes


@frozen(eq=False)
class PrivateKey:
    """A key that signs."""

    key: "Ed25519PrivateKey"

    @property
    def public(self) -> PublicKey:
        """What belongs to it and may be given to everybody."""
        return PublicKey(self.key.public_key().public_bytes_raw())

    def sign(self, manifest: bytes) -> bytes:
        """A signature over a manifest, as the member of a record."""
        signature = base64.b64encode(self.key.sign(DOMAIN + manifest)).decode("ascii")
        return (f'{{\n "schema": "{SCHEMA}",\n "key": "{self.public.line}",\n "signature": "{signature}"\n}}\n').encode(
            "ascii"
        )


@frozen
class KeysRead:
    """Trusted keys; None, with what is wrong, where the file cannot be relied on."""

    keys: tuple[PublicKey, ...] | None
    diagnostics: tuple[Diagnostic, ...] = ()


def new_key(path: Path, owner: str, passphrase: bytes | None) -> PublicKey:
    """Make a key, ``path`` with the private and ``path.pub`` with the public half; no file is ever written over.

    Args:
        path: the file of the private key, which its owner alone may read.
        owner: whose it is; a comment without meaning.
        passphrase: what the private key is encrypted with; None for not at all.

    Raises:
        OSError: a file is there already, or cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    made = Ed25519PrivateKey.generate()
    how: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    public = PublicKey(made.public_key().public_bytes_raw(), owner)
    lines = f"{public.line} {owner}".rstrip() + "\n"
    _write_new(public_path(path), lines.encode("utf-8"), 0o644)
    try:
        _write_new(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how), 0o600)
    except OSError:
        public_path(path).unlink()
        raise
    return public


def public_path(path: Path) -> Path:
    """Where the public half of a key lies."""
    return path.with_name(f"{path.name}.pub")


def _write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that is not there yet.

    Raises:
        OSError: it is there, or cannot be written; then nothing is left of it.
    """
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink()
        error.filename = str(path)
        raise


def load_key(path: Path, ask: Callable[[], bytes | None]) -> "PrivateKey | Diagnostic":
    """The private key of a file; what is wrong with it, where there is none that may be used.

    Args:
        path: the file.
        ask: asks for the passphrase of a key that has one.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    def refused(reason: str) -> UnusableKey:
        return UnusableKey(Cell(str(path)), reason)

    try:
        with path.open("rb") as file:
            data = file.read(_MOST_KEYS)
            mode = os.fstat(file.fileno()).st_mode
    except OSError as error:
        return refused(reason_of(error))
    if os.name == "posix" and mode & 0o077:
        return refused(f"ほかの人が読めます（chmod 600 '{path.name}' としてください）")
    try:
        try:
            key = load_pem_private_key(data, None)
        except TypeError:  # so it has a passphrase
            key = load_pem_private_key(data, ask() or b"-")
    except (ValueError, TypeError):
        encrypted = b"ENCRYPTED" in data
        return refused("合言葉が違います" if encrypted else "署名の鍵（PEM）として読めません")
    except Exception as error:  # kinds of keys that the library does not know
        return refused(f"署名の鍵（PEM）として読めません（{type(error).__name__}）")
    return PrivateKey(key) if isinstance(key, Ed25519PrivateKey) else refused("Ed25519 の鍵ではありません")


def read_signature(data: bytes) -> Signature:
    """The signature that a member of a record is.

    Raises:
        SignatureError: it is none of this version.
    """
    try:
        read = parse_json(data)
    except JsonError as error:
        raise SignatureError(str(error)) from error
    fault = next(faults_of(read, _FORM), None)
    if fault is not None:
        raise SignatureError(str(fault))
    raw = _raw_key(read["key"])
    signature = base64.b64decode(read["signature"])
    if raw is None or base64.b64encode(signature).decode("ascii") != read["signature"]:
        raise SignatureError("公開鍵か署名が、Ed25519 のものではありません")
    return Signature(PublicKey(raw), signature)


def check_signature(signature: Signature, manifest: bytes) -> None:
    """Hold a signature against the bytes of a manifest.

    Raises:
        SignatureError: it is no signature over them by its key.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(signature.key.raw).verify(signature.signature, DOMAIN + manifest)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("目録のバイトに合いません") from error


def _raw_key(line: str) -> bytes | None:
    """The 32 bytes of a public key; None where the line has none, or could be written otherwise."""
    kind, _, word = line.partition(" ")
    try:
        data = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return None
    whole = kind == _KIND and len(data) == len(_PREFIX) + 32 and data.startswith(_PREFIX)
    return data[len(_PREFIX) :] if whole and base64.b64encode(data).decode("ascii") == word else None


def read_trusted(path: Path) -> KeysRead:
    """The keys of a file: a line for each, as in the ``.pub`` files; lines that begin with # and empty ones are none.

    Anything else makes the whole file unusable, and so does a file without keys.
    """
    keys: list[PublicKey] = []
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_KEYS + 1)
        lines = data.decode("utf-8-sig").splitlines()
    except OSError as error:
        return KeysRead(None, (UnusableKey(Cell(str(path)), reason_of(error)),))
    except UnicodeDecodeError:
        return KeysRead(None, (UnusableKey(Cell(str(path)), "UTF-8 の文字として読めません"),))
    if len(data) > _MOST_KEYS:
        return KeysRead(None, (UnusableKey(Cell(str(path)), "大きすぎます"),))
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        kind, _, rest = line.strip().partition(" ")
        word, _, owner = rest.strip().partition(" ")
        raw = _raw_key(f"{kind} {word}")
        if raw is None:
            reason = "公開鍵の行（ssh-ed25519 …）ではありません"
            return KeysRead(None, (UnusableKey(Cell(str(path), number), reason),))
        keys.append(PublicKey(raw, owner.strip()))
    if not keys:
        return KeysRead(None, (UnusableKey(Cell(str(path)), "公開鍵がありません"),))
    return KeysRead(tuple(keys))
