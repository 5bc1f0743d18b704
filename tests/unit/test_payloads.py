"""Packing and unpacking of bytes, and the promise that their format needs none of our code."""

from __future__ import annotations

import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.errors import Damaged
from palimpsest.storage.payloads import HUGE, pack, unpack

NOISE = random.Random(1)


def page(size: int) -> bytes:
    """Bytes as hard to pack as text gets."""
    return "".join(NOISE.choices("abcdefghijklmnopqrstuvwxyz <>/", k=size)).encode("ascii")


@given(st.binary(max_size=5000), st.none() | st.binary(max_size=5000))
def test_whatever_is_packed_comes_back_identical(data: bytes, base: bytes | None) -> None:
    packed = pack(data, base)
    assert unpack(packed.data, base if packed.is_delta else None, size=len(data)) == data


@given(st.binary(min_size=64, max_size=3000), st.integers(0, 3000), st.binary(max_size=40))
def test_an_edited_text_comes_back_identical(base: bytes, place: int, edit: bytes) -> None:
    data = base[:place] + edit + base[place:]
    packed = pack(data, base)
    assert unpack(packed.data, base if packed.is_delta else None, size=len(data)) == data


@pytest.mark.parametrize("size", [3_000, 200_000, 1_500_000])
def test_a_small_edit_costs_few_bytes_however_large_the_page(size: int) -> None:
    base = page(size)
    data = base[: size // 3] + b"edited" + base[size // 3 : -50] + page(20)
    packed = pack(data, base)
    assert packed.is_delta
    assert len(packed.data) < 200
    assert unpack(packed.data, base) == data


def test_bytes_that_share_nothing_with_the_base_stand_alone() -> None:
    assert not pack(page(5000), page(5000)).is_delta


def test_a_base_that_looks_like_a_trained_dictionary_is_taken_as_bytes() -> None:
    base = b"\x37\xa4\x30\xec" + page(500)
    packed = pack(base + b"!", base)
    assert packed.is_delta
    assert unpack(packed.data, base) == base + b"!"


def test_a_huge_body_is_packed_quickly_and_comes_back() -> None:
    data = page(1000) * (HUGE // 1000 + 1)
    assert unpack(pack(data).data, size=len(data)) == data


@pytest.mark.parametrize("place", [0, 6, 40, -1])
def test_a_flipped_byte_is_noticed(place: int) -> None:
    frame = bytearray(pack(page(400)).data)
    frame[place] ^= 0x41
    with pytest.raises(Damaged):
        unpack(bytes(frame), size=400)


def test_a_frame_that_claims_another_size_is_refused_before_memory_is_taken() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(10_000_000))
    with pytest.raises(Damaged, match="another size"):
        unpack(bomb, size=100)
