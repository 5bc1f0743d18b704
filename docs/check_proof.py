"""Check a proof that an archived page is in a Palimpsest ledger. Needs Python and the package `cryptography`.

    python check_proof.py PROOF.json [--payload FILE] [--key HEX] [--old NOTE]

--payload: the page's bytes, which must have the digest that is proven.
--key: the ledger's public key, had from elsewhere than the proof: only then is it known whose head this is.
--old: (for `ledger consistency`) a note of the older head, had from elsewhere.
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def digest(data):
    return hashlib.sha256(data).digest()


def require(holds, what):
    if not holds:
        sys.exit(f"NOT PROVEN: {what}")
    print(f"ok: {what}")


def head(note, key):
    """Size and root of a signed note, its signature checked."""
    text, _, signature = note.partition("\n\n")
    name, size, root, when = text.split("\n")
    signed = base64.b64decode(signature.split()[2])[4:]
    Ed25519PublicKey.from_public_bytes(key).verify(
        signed, (text + "\n").encode()
    )  # or raises InvalidSignature
    require(
        name == f"palimpsest/{digest(key).hex()[:16]}", f"the head over {size} leaves of {when} is signed"
    )
    return int(size), base64.b64decode(root)


def climb(index, size, hashes, path):
    """RFC 9162, 2.1.3.2 and 2.1.4.2: lead hashes up; only the first takes in what is to its right."""
    last, hashes = size - 1, list(hashes)
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hashes = [digest(b"\1" + step + found) for found in hashes]
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hashes[0] = digest(b"\1" + hashes[0] + step)
        index, last = index >> 1, last >> 1
    return hashes if last == 0 else None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("proof")
    for name in ("--payload", "--key", "--old"):
        parser.add_argument(name)
    options = parser.parse_args()
    with open(options.proof, encoding="utf-8") as file:
        proof = json.load(file)
    key, path = bytes.fromhex(proof["key"]), [bytes.fromhex(step) for step in proof["path"]]
    if options.key:
        require(options.key.lower() == proof["key"], "the key is the one that was published")
    if "palimpsest_consistency" in proof:
        (old, before), (new, after) = head(proof["old_head"], key), head(proof["new_head"], key)
        if options.old:
            with open(options.old, encoding="utf-8") as file:
                require(head(file.read(), key) == (old, before), "the older head is the one at hand")
        index, last = old - 1, new - 1
        while index & 1:
            index, last = index >> 1, last >> 1
        first = path.pop(0) if index and path else before
        grown = climb(index, last + 1, [first, first], path) == [after, before]
        require(grown or (old == new and before == after), "the new ledger begins with the old one")
        return
    leaf = json.loads(proof["leaf"])
    size, root = head(proof["head"], key)
    found = climb(proof["index"], size, [digest(b"\0" + proof["leaf"].encode())], path)
    require(
        0 <= proof["index"] < size and found == [root], f"the leaf is number {proof['index']} below the head"
    )
    require(leaf["url"] == digest(proof["url"].encode()).hex(), f"it is about {proof['url']}")
    require(
        leaf.get("payload") == proof["payload_sha256"], f"its payload is sha256:{proof['payload_sha256']}"
    )
    if options.payload:
        with open(options.payload, "rb") as file:
            require(digest(file.read()).hex() == leaf["payload"], "the file at hand is that payload")
    require(leaf["record"].startswith(proof["version"]), f"it made the version {proof['version']}")


if __name__ == "__main__":
    try:
        main()
    except InvalidSignature:
        sys.exit("NOT PROVEN: the signature does not hold")
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        sys.exit(f"NOT PROVEN: the file is no such proof ({type(error).__name__})")
