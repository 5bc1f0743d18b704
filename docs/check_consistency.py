"""Check that a Palimpsest ledger only grew from one head to another. Needs Python and `cryptography` alone.

Ends with 1 and says why where it is NOT PROVEN. --old is the older head as it was published then; without it
and --key, had from elsewhere, you know only that somebody's ledger grew.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def require(holds, what):
    print(f"ok: {what}") if holds else sys.exit(f"NOT PROVEN: {what}")


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def head(text, key):
    """Size and root of a signed note (c2sp.org/signed-note)."""
    note, _, line = text.partition("\n— ")
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(line.split()[1])[4:], note.encode())
    _, size, root, when, _ = note.split("\n")
    require(int(size) > 0, f"{size} leaves were signed for on {when}")
    return int(size), base64.b64decode(root)


def roots(old, new, path, begun):
    """The roots over `old` and `new` leaves (RFC 9162, 2.1.4.1); `begun`: the old one, while it is whole."""
    if old == new:
        (both,) = path if begun is None else [begun, *path]
        return both, both
    left = 1 << (new - 1).bit_length() - 1
    if old <= left:
        before, after = roots(old, left, path[:-1], begun)
        return before, node(after, path[-1])
    before, after = roots(old - left, new - left, path[:-1], None)
    return node(path[-1], before), node(path[-1], after)


parser = argparse.ArgumentParser(description=__doc__)
for name in ("proof", "--old", "--key"):
    parser.add_argument(name)
options = parser.parse_args()
try:
    proof = json.loads(Path(options.proof).read_bytes())
    require(proof["palimpsest_consistency"] == 1, "the proof is of the form that is known here")
    key, path = bytes.fromhex(proof["key"]), [bytes.fromhex(step) for step in proof["path"]]
    require(options.key in (None, proof["key"]), f"the key is {key.hex()}")
    (old, before), (new, after) = head(proof["old_head"], key), head(proof["new_head"], key)
    if options.old:
        known = head(Path(options.old).read_text("utf-8"), key)
        require(known == (old, before), "the older head is the one at hand")
    grown = old <= new and roots(old, new, path, before) == (before, after)
    require(grown, "the new ledger begins with the old one")
except Exception as error:  # noqa: BLE001 - whatever it was, nothing is proven
    sys.exit(f"NOT PROVEN: a signature does not hold, or it is no such proof: {type(error).__name__} {error}")
