"""The Merkle tree against the definitions of RFC 6962, section 2.1, written down as they stand there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from palimpsest.storage import merkle

sizes = st.one_of(st.integers(1, 300), st.sampled_from([255, 256, 257, 511, 512, 513, 66_000]))


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(i).encode()) for i in range(count)]


def split(count: int) -> int:
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    """The definition of MTH, given hashes of leaves."""
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return d[0]
    k = split(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    """The definition of PATH."""
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], b: bool) -> list[bytes]:
    """The definition of SUBPROOF."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def tree(hashes: Sequence[bytes]) -> merkle.Tree:
    """A tree that reads what `Range` wants kept, and nothing else."""
    grown = merkle.Range()
    for one in hashes:
        grown.add(one)
    rows: dict[int, list[bytes]] = {0: list(hashes)}
    for row, index, found in grown.kept:
        kept = rows.setdefault(row, [])
        assert index == len(kept)
        kept.append(found)
    return merkle.Tree(lambda row, first, count: rows.get(row, [])[first : first + count])


def test_the_known_answers_of_certificate_transparency_hold() -> None:
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    grown = merkle.Range()
    roots = []
    for one in inputs:
        grown.add(merkle.leaf_hash(bytes.fromhex(one)))
        roots.append(grown.root.hex())
    assert roots[0] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert roots[2] == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert roots[7] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert merkle.Range().root == merkle.EMPTY == mth([])


@given(sizes)
@settings(deadline=None, max_examples=60)
def test_the_root_is_that_of_the_definition_however_it_is_had(size: int) -> None:
    hashes = leaves(size)
    grown = merkle.Range()
    for one in hashes:
        grown.add(one)
    assert grown.root == tree(hashes).root(size) == mth(hashes)


@given(st.data(), sizes)
@settings(deadline=None, max_examples=60)
def test_inclusion_paths_are_those_of_the_definition_and_hold(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    found = tree(hashes).inclusion(index, size)
    assert found == path(index, hashes)
    root = mth(hashes)
    assert merkle.verify_inclusion(hashes[index], index, size, found, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, size, found, root)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*found, root], root)
    assert not merkle.verify_inclusion(hashes[index], size, size, found, root)
    if found:
        assert not merkle.verify_inclusion(hashes[index], index, size, found[:-1], root)
        assert not merkle.verify_inclusion(hashes[index], index, size, [*found[:-1], hashes[index]], root)


@given(st.data(), sizes)
@settings(deadline=None, max_examples=60)
def test_consistency_proofs_are_those_of_the_definition_and_hold(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    old = data.draw(st.integers(1, size))
    found = tree(hashes).consistency(old, size)
    assert found == (subproof(old, hashes, True) if old < size else [])
    before, after = mth(hashes[:old]), mth(hashes)
    assert merkle.verify_consistency(old, size, before, after, found)
    if old < size:
        assert not merkle.verify_consistency(old, size, after, after, found)
        assert not merkle.verify_consistency(old, size, before, before, found)
        assert not merkle.verify_consistency(old, size, before, after, found[:-1])
        assert not merkle.verify_consistency(old, size, before, after, [*found, before])


@given(st.lists(st.integers(1, 700), min_size=1, max_size=12))
@settings(deadline=None, max_examples=40)
def test_what_is_kept_is_the_same_in_whatever_portions_leaves_come(portions: list[int]) -> None:
    hashes = leaves(sum(portions))
    at_once = merkle.Range()
    for one in hashes:
        at_once.add(one)
    rows: dict[int, list[bytes]] = {0: []}
    size = 0
    for portion in portions:
        added = hashes[size : size + portion]
        growing = merkle.Tree(lambda row, first, count: rows.get(row, [])[first : first + count])
        for row, index, found in list(growing.grown(size, added)):
            kept = rows.setdefault(row, [])
            assert index == len(kept)
            kept.append(found)
        rows[0] += added
        size += portion
    kept_at_once: dict[int, list[bytes]] = {0: hashes}
    for row, _, found in at_once.kept:
        kept_at_once.setdefault(row, []).append(found)
    assert rows == kept_at_once


def test_a_path_in_a_tree_that_has_no_such_leaf_is_refused() -> None:
    hashes = leaves(3)
    for index, size in ((3, 3), (-1, 3)):
        try:
            tree(hashes).inclusion(index, size)
        except ValueError:
            continue
        raise AssertionError(index)
