"""What the ledger says: its leaves, and the signed heads over them; pure but for the key's file.

A leaf is the canonical JSON (keys sorted, no spaces, null left out) of what must never change about a
row: of a capture with the version it made, if any; of an entry in the log of changes; of a redaction.
Text and bytes stand in it as SHA-256 digests only, so that what is taken out of the archive later
(`redacting`) needs not be taken out of the ledger. `docs/fixity.md` lists the fields.

A head is a checkpoint as transparency logs publish it: a note of origin, number of leaves, root and
time, signed by Ed25519 (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note). The key is made
at first need and lies beside the database, not in it: whoever can write to the database cannot sign.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ..errors import BadSetting, CannotWrite

KEY_NAME: Final = "ledger.key"


class Kind(IntEnum):
    """What a leaf is about, as it stands in the database."""

    CAPTURE = 1
    CHANGE = 2
    REDACTION = 3


# ------------------------------------------------------------------------- leaves


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces; bytes as hexadecimal digits."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def digest(value: Any) -> str:
    """SHA-256 of text, of bytes, or of the canonical JSON of anything else; in hexadecimal."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    return hashlib.sha256(value if isinstance(value, bytes) else canonical(value)).hexdigest()


def capture_leaf(
    row: Mapping[str, Any],
    *,
    url: str | None,
    heads: str | None,
    payload: bytes | None,
    made: Mapping[str, Any] | None,
    content: str | None,
    details: str | None = None,
) -> bytes:
    """The leaf of a capture.

    Args:
        row: Its columns.
        url: The address as requested.
        heads: The digest of its heads, unpacked; None where it has none.
        payload: The SHA-256 of its payload, or of the one that it vouches for.
        made: Of the version that it was the first to show: id, number, fingerprint, and the digest of its
            plain columns; None where it made none.
        content: The digest of that version's content, unpacked.
        details: The digest of the columns that no digest of their own stands for; None: it is made.
    """
    told = {
        "kind": "capture",
        "id": row["id"],
        "record": row["record_id"],
        "article": row["article_id"],
        "witnessed": row["version_id"],
        "at": row["at"],
        "outcome": row["outcome"],
        "status": row["status"],
        "url": None if url is None else digest(url),
        "heads": heads,
        "request_size": row["request_size"],
        "beside": row["beside_id"],
        "payload": payload,
        "details": details or digest([row[name] for name in _DETAILS]),
        "version": None if made is None else _version(made, content),
    }
    return canonical({name: value for name, value in told.items() if value is not None})


_DETAILS = ("source_id", "lead_id", "run_id", "reason", "location", "ip", "took")


def _version(made: Mapping[str, Any], content: str | None) -> dict[str, Any]:
    return {
        "id": made["id"],
        "number": made["number"],
        "fingerprint": made["fingerprint"],
        "content": content,
        "columns": made["columns"],
    }


def columns_digest(page_class: str, title: str, published: str | None, language: str | None) -> str:
    """The digest of what a version's columns say of its content."""
    return digest([page_class, title, published or "", language or ""])


def change_leaf(row: Mapping[str, Any], *, text: str | None = None) -> bytes:
    """The leaf of an entry in the log of changes; `text` is the digest of its words, where they are gone."""
    told = {
        "kind": "change",
        "id": row["id"],
        "article": row["article_id"],
        "old": row["old_id"],
        "new": row["new_id"],
        "at": row["at"],
        "kinds": row["kinds"],
        "weight": row["weight"],
        "verdict": row["verdict"],
        "text": text or digest([row["reasons"], row["title_before"], row["title_after"]]),
    }
    return canonical({name: value for name, value in told.items() if value is not None})


def redaction_leaf(row: Mapping[str, Any], gone: Iterable[tuple[str, int]]) -> bytes:
    """The leaf of a redaction; `gone` is the kind and the id of each row that lost its text by it."""
    names = ("id", "at", "article_id", "version_id", "url", "reason")
    said = digest([row[name] for name in names])
    return canonical({"kind": "redaction", "id": row["id"], "said": said, "gone": digest(sorted(gone))})


def _plain(value: Any) -> str:
    # What a damaged row holds may be anything; it gets some form, and so another hash.
    return value.hex() if isinstance(value, bytes) else repr(value)


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
)  # made once: `json.dumps` makes one for each call


# -------------------------------------------------------------------------- heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed head: the ledger had `size` leaves and this root at that time.

    `key` is the public key, `timestamp` an authority's answer about the head (RFC 3161, DER), if one was
    asked.
    """

    id: int
    size: int
    root: bytes
    at: datetime
    key: bytes
    signature: bytes
    timestamp: bytes | None = None

    @property
    def text(self) -> str:
        """What is signed."""
        return head_text(self.key, self.size, self.root, self.at)

    @property
    def note(self) -> str:
        """The signed note: what is published."""
        name = origin(self.key)
        mark = hashlib.sha256(name.encode() + b"\n\x01" + self.key).digest()[:4]
        return f"{self.text}\n— {name} {base64.b64encode(mark + self.signature).decode()}\n"

    @property
    def is_signed(self) -> bool:
        """Whether the signature is that of its key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.signature, self.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def origin(key: bytes) -> str:
    """The name of a ledger: it follows from its public key."""
    return f"palimpsest/{hashlib.sha256(key).hexdigest()[:16]}"


def head_text(key: bytes, size: int, root: bytes, at: datetime) -> str:
    """The lines of a checkpoint: origin, size, root, and the time as an extension line."""
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{origin(key)}\n{size}\n{base64.b64encode(root).decode()}\n{when}\n"


def public_key(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes by which a key's signatures are checked."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def load_key(directory: Path) -> Ed25519PrivateKey | None:
    """The archive's signing key; None where none was made yet.

    Raises:
        BadSetting: The file is no Ed25519 key, or cannot be read.
    """
    path = directory / KEY_NAME
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise BadSetting(f"{path} is no Ed25519 private key; bring it back from a backup") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting(f"{path} is no Ed25519 private key; bring it back from a backup")
    return key


def ensure_key(directory: Path) -> Ed25519PrivateKey:
    """The archive's signing key, made (mode 0600) where there is none yet.

    Raises:
        BadSetting: The file is no Ed25519 key.
        CannotWrite: It cannot be made.
    """
    found = load_key(directory)
    if found is not None:
        return found
    key = Ed25519PrivateKey.generate()
    path, draft = directory / KEY_NAME, directory / f"{KEY_NAME}.{os.getpid()}"
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails where another process was quicker
        except FileExistsError:
            return ensure_key(directory)
        finally:
            draft.unlink()
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written") from error
    return key
