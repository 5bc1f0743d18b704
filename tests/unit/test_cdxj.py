"""The index of WARC files: keys of addresses, order of lines, blocks."""

from __future__ import annotations

import io
import json
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.exports.cdxj import BLOCK, Entry, Index, urlkey

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


# What the `surt` package, which pywb and cdxj-indexer use, makes of them.
@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Example.com:80/Path/?b=2&a=1#x", "com,example)/path?a=1&b=2"),
        ("https://example.com:8443/", "com,example:8443)/"),
        ("http://example.com/a/b/", "com,example)/a/b"),
        ("https://www2.ex.com/é?q=É", "com,ex)/%c3%a9?q=%c3%89"),
        ("http://ex.com/a?", "com,ex)/a"),
        ("http://ex.com/%7Efoo/%2f", "com,ex)/~foo"),
        ("https://ex.com/a?utm_source=x&b", "com,ex)/a?b&utm_source=x"),
        ("http://exämple.com/x y", "com,xn--exmple-cua)/x%20y"),
        (" http://ex.com/a//b/../c", "com,ex)/a/c"),
        ("http://ex.com", "com,ex)/"),
    ],
)
def test_an_address_has_the_key_that_replay_tools_look_for(url: str, key: str) -> None:
    assert urlkey(url) == key


@given(st.text(st.sampled_from("htp:/.?&=%#@ aé\ud800\n\x00[]1"), max_size=40))
def test_a_key_is_one_word_whatever_the_address(url: str) -> None:
    for one in (url, f"http://a.example/{url}"):
        key = urlkey(one)
        assert not any(char.isspace() for char in key)
        key.encode()


def entry(number: int, url: str = "http://a.example/") -> Entry:
    return Entry(
        url=url, at=AT + timedelta(seconds=number), mime="text/html", status=200, digest="sha256:00",
        offset=number, length=1,
    )  # fmt: skip


def test_lines_are_sorted_whatever_order_they_come_in() -> None:
    with Index("data.warc.gz") as index:
        for number in (3, 1, 2):
            index.add(entry(number))
        index.add(entry(0, "http://a.a.example/"))
        lines = list(index.lines())
    assert lines == sorted(lines)
    assert [line.split(" ")[1][-2:] for line in lines] == ["01", "02", "03", "00"]
    said = json.loads(lines[0].split(" ", 2)[2])
    assert said == {
        "url": "http://a.example/", "mime": "text/html", "status": "200", "digest": "sha256:00",
        "length": "1", "offset": "1", "filename": "data.warc.gz",
    }  # fmt: skip


def test_a_block_is_found_by_its_first_line() -> None:
    out = io.BytesIO()
    with Index("data.warc.gz") as index:
        for number in range(BLOCK + 1):
            index.add(entry(number))
        heads = index.write(out, "index.cdx.gz").decode().splitlines()
    assert heads[0] == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(heads) == 3
    for head, lines in zip(heads[1:], (BLOCK, 1), strict=True):
        prefix, where = head.split(" {")
        place = json.loads("{" + where)
        block = zlib.decompress(
            out.getvalue()[place["offset"] : place["offset"] + place["length"]], wbits=31
        ).decode()
        assert block.startswith(prefix)
        assert len(block.splitlines()) == lines
