"""Check a proof that a page is in a Palimpsest ledger. Needs Python and the package `cryptography` alone.

Ends with 1 and says why where it is NOT PROVEN. Without --key, had from elsewhere, anyone may have signed.
"""

import argparse
import base64
import hashlib
import json
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def digest(data):
    return hashlib.sha256(data).digest()


def require(holds, what):
    print(f"ok: {what}") if holds else sys.exit(f"NOT PROVEN: {what}")


def root(leaf, index, size, path):
    """Where a path leads to (RFC 9162, 2.1.3.1): its last step is the other part of the tree."""
    if size == 1:
        return leaf if not path else b""
    left, other = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    if index < left:
        return digest(b"\1" + root(leaf, index, left, path[:-1]) + other)
    return digest(b"\1" + other + root(leaf, index - left, size - left, path[:-1]))


parser = argparse.ArgumentParser(description=__doc__)
for name in ("proof", "--payload", "--key"):
    parser.add_argument(name)
options = parser.parse_args()
try:
    proof = json.loads(Path(options.proof).read_bytes())
    require(proof["palimpsest_proof"] == 1, "the proof is of the form that is known here")
    key, leaf, index = bytes.fromhex(proof["key"]), json.loads(proof["leaf"]), proof["index"]
    require(options.key in (None, proof["key"]), f"the key is {key.hex()}")
    note, _, line = proof["head"].partition("\n— ")  # a signed note: c2sp.org/signed-note
    ledger, size, top, when, _ = note.split("\n")
    signature = base64.b64decode(line.split()[1])[4:]
    Ed25519PublicKey.from_public_bytes(key).verify(signature, note.encode())
    mark = base64.b64encode(digest(f"{ledger}\n\1".encode() + key)[:4] + signature).decode()
    require(line == f"{ledger} {mark}\n", f"it signed for {size} leaves on {when}")
    found = root(digest(b"\0" + proof["leaf"].encode()), index, int(size), proof["path"])
    require(0 <= index < int(size) and found == base64.b64decode(top), f"leaf {index} is among them")
    require(digest(proof["url"].encode()).hex() == leaf["url"], f"it is about {proof['url']}")
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(leaf["at"] // 1_000_000))
    require(proof["captured"] == at, f"it was captured at {at}")
    require(proof["version"] == leaf["record"][:20], f"it made the version {leaf['record'][:20]}")
    said = leaf.get("payload")
    page = digest(Path(options.payload).read_bytes()).hex() if options.payload else said
    require(proof["payload_sha256"] == said == page, f"its payload is sha256:{said}")
except Exception as error:  # noqa: BLE001 - whatever it was, nothing is proven
    sys.exit(f"NOT PROVEN: it is not signed, or no such proof: {type(error).__name__} {error}")
