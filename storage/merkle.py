"""The Merkle tree of RFC 9162 (and 6962), section 2.1: roots, inclusion and consistency proofs; pure.

It knows hashes and their places, not what was hashed, nor where hashes are kept: a `Tree` is given a
function that reads them. Kept are the hashes of leaves (row 0) and of whole subtrees of 256 leaves
(row 1), 256 times 256 (row 2) and so on: one hash in 256 more than the leaves, and yet the root of
any past state of a tree of a million leaves is had by reading some hundreds of hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

WIDTH = 256  # leaves below a kept hash of row 1; a power of two
_BITS = WIDTH.bit_length() - 1
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Read = Callable[[int, int, int], Sequence[bytes]]
"""Gives hashes of a row: `read(row, first, count)`; fewer than `count` where there are no more."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over a zero byte and its data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node: SHA-256 over a one byte and the hashes below."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def whole(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of hashes that stand side by side."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


class Range:
    """Leaves taken in one after the other, with the root at every step; remembers log n hashes.

    `kept` gathers the hashes that a `Tree` wants to find: (row, index, hash).
    """

    def __init__(self) -> None:
        self.size = 0
        self.kept: list[tuple[int, int, bytes]] = []
        self._peaks: list[tuple[int, bytes]] = []  # (height, hash) of whole subtrees, the highest first

    def add(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        self.size += 1
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            height += 1
            if height % _BITS == 0:
                self.kept.append((height // _BITS, (self.size >> height) - 1, leaf))
        self._peaks.append((height, leaf))

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _fold([found for _, found in self._peaks])


class Tree:
    """A tree whose hashes are kept elsewhere.

    Args:
        read: Reads kept hashes; what it gave is remembered.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self, size: int) -> bytes:
        """The root that the tree had with its first `size` leaves.

        Raises:
            IndexError: There are fewer leaves.
        """
        return self._over(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path from the leaf at `index` to the root over `size` leaves (RFC 9162, 2.1.3.1)."""
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return [self._over(*span) for span in _inclusion(index, 0, size)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What shows that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.1)."""
        if not 0 < old <= new:
            raise ValueError(f"a tree of {new} leaves cannot be held against one of {old}")
        return [self._over(*span) for span in _consistency(old, 0, new, True)] if old < new else []

    def grown(self, size: int, added: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """The hashes to keep, as leaves are added to a tree of `size`: (row, index, hash), row by row.

        Args:
            size: How many leaves stood before; those past the last whole tile are read.
            added: Hashes of the new leaves.
        """
        row, fresh, end = 0, list(added), size + len(added)
        while fresh and end >> _BITS > (end - len(fresh)) >> _BITS:
            first = end - len(fresh)
            start = first >> _BITS << _BITS
            hashes = [*self._read(row, start, first - start), *fresh] if first > start else fresh
            made = [whole(hashes[i : i + WIDTH]) for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
            row, end, fresh = row + 1, end >> _BITS, made
            yield from ((row, end - len(made) + i, found) for i, found in enumerate(made))

    def _over(self, start: int, end: int) -> bytes:
        """The hash over leaves `start` to `end`, which the RFC's splits have made."""
        count = end - start
        height = count.bit_length() - 1
        if count == 1 << height and height % _BITS == 0:
            return self._kept(height // _BITS, start >> height)
        if count == 1 << height:
            row = height // _BITS
            first = start >> (row * _BITS)
            return whole([self._kept(row, first + i) for i in range(1 << height % _BITS)])
        split = start + _split(count)
        return node_hash(self._over(start, split), self._over(split, end))

    def _kept(self, row: int, index: int) -> bytes:
        tile, place = divmod(index, WIDTH)
        if (row, tile) not in self._tiles:
            self._tiles[row, tile] = self._read(row, tile * WIDTH, WIDTH)
        return self._tiles[row, tile][place]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The greatest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _inclusion(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start == 1:
        return
    split = start + _split(end - start)
    if index < split:
        yield from _inclusion(index, start, split)
        yield split, end
    else:
        yield from _inclusion(index, split, end)
        yield start, split


def _consistency(old: int, start: int, end: int, known: bool) -> Iterator[tuple[int, int]]:
    """`old` counts from 0 on; `known` says that the subtree at hand is the old tree itself."""
    if old == end:
        if not known:
            yield start, end
        return
    split = start + _split(end - start)
    if old <= split:
        yield from _consistency(old, start, split, known)
        yield split, end
    else:
        yield from _consistency(old, split, end, False)
        yield start, split


def _fold(peaks: Iterable[bytes]) -> bytes:
    found: bytes | None = None
    for peak in reversed(list(peaks)):
        found = peak if found is None else node_hash(peak, found)
    return EMPTY if found is None else found
