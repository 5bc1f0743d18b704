"""Content codings undone, within bounds."""

from __future__ import annotations

import contextlib
import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.fetching.decoding import content_codings, decode_body
from palimpsest.errors import Refused, Unfit

PAGE = b"<p>Une phrase, puis une autre.</p>" * 20_000
LIMIT = 1_000_000


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd_stream(data):
    packer = zstandard.ZstdCompressor().compressobj()  # without the content size in the frame
    return packer.compress(data) + packer.flush()


PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd stream": zstd_stream,
}
NAME = {"raw": "deflate", "zstd stream": "zstd"}


def decode(kind, payload, limit=LIMIT):
    return decode_body(payload, [("Content-Encoding", NAME.get(kind, kind))], limit=limit)


@pytest.mark.parametrize("kind", PACK)
def test_each_coding_is_undone(kind):
    assert decode(kind, PACK[kind](PAGE)) == PAGE


@pytest.mark.parametrize("kind", PACK)
def test_an_empty_content_is_undone(kind):
    assert decode(kind, PACK[kind](b"")) == b""


@pytest.mark.parametrize("kind", PACK)
def test_a_bomb_is_refused_and_the_limit_named(kind):
    with pytest.raises(Refused, match=r"unpacks to more than 1,000,000 bytes"):
        decode(kind, PACK[kind](b"\0" * 50_000_000))


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("part", [0.3, 0.99])
def test_a_stream_cut_short_is_an_error(kind, part):
    packed = PACK[kind](bytes(range(256)) * 400 + PAGE)
    with pytest.raises(Unfit, match="is broken after"):
        decode(kind, packed[: int(len(packed) * part)])


@pytest.mark.parametrize("kind", PACK)
def test_noise_is_an_error(kind):
    with pytest.raises(Unfit):
        decode(kind, b"\x8f\xa1not compressed at all" * 10)


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_streams_in_a_row_are_one_body(kind):
    assert decode(kind, PACK[kind](b"first ") + PACK[kind](b"second")) == b"first second"


def test_padding_after_gzip_is_passed_over():
    assert decode("gzip", gzip.compress(b"page") + b"\0" * 512) == b"page"


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_body_of_countless_empty_streams_is_given_up(kind):
    with pytest.raises(Unfit, match="broken"):
        decode(kind, PACK[kind](b"") * 20_000)


def test_a_chain_is_undone_from_its_end():
    packed = brotli.compress(gzip.compress(b"page"))
    assert (
        decode_body(packed, [("Content-Encoding", "gzip"), ("content-encoding", "br")], limit=100) == b"page"
    )
    assert decode_body(packed, [("Content-Encoding", "gzip, br")], limit=100) == b"page"


def test_the_limit_holds_between_the_layers():
    inner = gzip.compress(b"\0" * 50_000_000)
    with pytest.raises(Refused):
        decode_body(gzip.compress(inner), [("Content-Encoding", "gzip, gzip")], limit=LIMIT)


def test_a_longer_chain_is_not_undone():
    with pytest.raises(Unfit, match="4 times over"):
        decode_body(b"x", [("Content-Encoding", "gzip, gzip, gzip, gzip")], limit=LIMIT)


def test_an_unknown_coding_is_an_error():
    with pytest.raises(Unfit, match="'sdch' is not known"):
        decode_body(b"x", [("Content-Encoding", "sdch")], limit=LIMIT)


@pytest.mark.parametrize("value", ["identity", "", "none", "Identity, "])
def test_no_coding_hands_the_payload_on(value):
    payload = b"page"
    assert decode_body(payload, [("Content-Encoding", value)], limit=1) is payload


def test_codings_are_read_in_order_and_by_their_other_names():
    headers = [("Content-Encoding", "X-GZIP, br"), ("X", "gzip"), ("content-encoding", "zstd")]
    assert content_codings(headers) == ("gzip", "br", "zstd")


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_no_bytes_break_the_decoder_otherwise(payload, kind):
    with contextlib.suppress(Unfit, Refused):
        decode(kind, payload)
