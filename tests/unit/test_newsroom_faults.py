"""Faults do what they say: seen from a raw socket, which forgives nothing."""

from __future__ import annotations

import gzip
import re
import socket
import time
import zlib
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

import pytest

from palimpsest.newsroom import Newsroom, faults, hostile

PAGE = "/about"


@pytest.fixture(scope="module")
def shared() -> Iterator[Newsroom]:
    with Newsroom() as news:
        yield news


@pytest.fixture
def news(shared: Newsroom) -> Iterator[Newsroom]:
    shared.requests.visits.clear()
    yield shared
    shared.heal()


def talk(news: Newsroom, path: str = PAGE, limit: int = 50_000_000, headers: str = "") -> bytes:
    """Everything the server sends to one request with `Connection: close`, up to `limit`."""
    host = news.outlet("ledger").host
    with socket.create_connection(("127.0.0.1", news.port), timeout=10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode()
        )
        parts, size = [], 0
        while size < limit and (part := connection.recv(1 << 20)):
            parts.append(part)
            size += len(part)
    return b"".join(parts)


def split(data: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize(("code", "wait"), [(429, "7"), (503, "Fri, 16 Oct 2026 07:00:00 GMT"), (500, None)])
def test_a_status_comes_with_its_retry_after(news: Newsroom, code: int, wait: str | None) -> None:
    news.fault("ledger", PAGE, faults.status(code, retry_after=wait))
    status, headers, _ = split(talk(news))
    assert (status, headers.get("Retry-After")) == (code, wait)
    assert news.requests.visits[-1].status == code


def test_a_fault_stands_only_in_the_way_of_its_own_address(news: Newsroom) -> None:
    news.fault("ledger", "/robots.txt", faults.status(503))
    assert split(talk(news, "/robots.txt"))[0] == 503
    assert split(talk(news))[0] == 200
    news.heal()
    assert split(talk(news, "/robots.txt"))[0] == 200


def test_a_fault_may_cover_a_pattern_and_only_the_first_requests(news: Newsroom) -> None:
    news.fault("*", "/a*", faults.first(2, faults.status(500)))
    assert [split(talk(news))[0] for _ in range(3)] == [500, 500, 200]


def test_redirects_go_in_circles_onwards_for_ever_and_inside(news: Newsroom) -> None:
    base = f"http://{news.outlet('ledger').host}:{news.port}"
    news.fault("ledger", PAGE, faults.redirect_loop())
    assert split(talk(news))[1]["Location"] == f"{base}{PAGE}?again=1"
    assert split(talk(news, f"{PAGE}?again=1"))[1]["Location"] == base + PAGE
    news.fault("ledger", PAGE, faults.redirect_chain())
    assert split(talk(news, f"{PAGE}?hop=41"))[1]["Location"] == f"{base}{PAGE}?hop=42"
    news.fault("ledger", PAGE, faults.redirect("http://169.254.169.254/latest/meta-data/"))
    assert split(talk(news))[1]["Location"].startswith("http://169.254.")


def test_a_slow_answer_drips(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.slow_drip(0.02, size=10))
    began = time.monotonic()
    assert len(talk(news, limit=50)) < 200
    assert time.monotonic() - began > 0.05


def test_a_late_answer_is_late_and_whole(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.delay(0.1))
    began = time.monotonic()
    status, headers, body = split(talk(news))
    assert (status, int(headers["Content-Length"])) == (200, len(body))
    assert time.monotonic() - began > 0.09


def test_silence_ends_with_the_newsroom() -> None:
    with Newsroom() as news:
        news.fault("ledger", PAGE, faults.silence())
        connection = socket.create_connection(("127.0.0.1", news.port), timeout=10)
        connection.sendall(f"GET {PAGE} HTTP/1.1\r\nHost: {news.outlet('ledger').host}\r\n\r\n".encode())
        while not news.requests.visits:
            time.sleep(0.005)
    with connection:
        assert connection.recv(100) == b""


def test_an_endless_body_names_no_length_and_goes_on(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.endless())
    data = talk(news, limit=20_000_000)
    assert b"Content-Length" not in data[:2000]
    assert len(data) >= 20_000_000


def test_a_huge_length_is_announced_and_sent(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.huge_content_length())
    data = talk(news, limit=5_000_000)
    assert b"Content-Length: 2000000000" in data[:2000]
    assert len(data) >= 5_000_000


def test_a_truncated_body_is_shorter_than_announced(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.truncated(0.5))
    _, headers, body = split(talk(news))
    assert 0 < len(body) < int(headers["Content-Length"])


def test_a_gzip_bomb_is_small_until_it_is_unpacked(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.gzip_bomb(30_000_000))
    _, headers, body = split(talk(news))
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 200_000
    assert len(gzip.decompress(body)) > 30_000_000


def test_corrupt_gzip_does_not_unpack(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.corrupt_gzip())
    with pytest.raises((zlib.error, OSError, EOFError)):
        gzip.decompress(split(talk(news))[2])


def test_a_reset_is_a_reset(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.reset())
    with pytest.raises(ConnectionResetError):
        talk(news)
    assert news.requests.visits[-1].status == 0


def test_a_server_that_hangs_up_or_speaks_no_http(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.hang_up())
    assert talk(news) == b""
    news.fault("ledger", PAGE, faults.raw(b"220 mail.example ESMTP\r\n"))
    assert talk(news) == b"220 mail.example ESMTP\r\n"


def test_chunks_make_the_whole_and_broken_ones_do_not(news: Newsroom) -> None:
    whole = re.sub(rb"\d", b"", split(talk(news))[2])
    news.fault("ledger", PAGE, faults.chunked(5000))
    data = split(talk(news))[2]
    assert data.endswith(b"\r\n0\r\n\r\n")
    assert abs(len(whole) - len(data)) < len(whole)
    news.fault("ledger", PAGE, faults.chunked(5000, broken=True))
    assert not split(talk(news))[2].endswith(b"0\r\n\r\n")


def test_charsets_lie_or_do_not_exist(news: Newsroom) -> None:
    path = "/about"
    news.fault("ledger", path, faults.recoded("utf-16", "utf-8"))
    _, headers, body = split(talk(news, path))
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    news.fault("ledger", path, faults.recoded("utf-8", "utf-9"))
    assert split(talk(news, path))[1]["Content-Type"] == "text/html; charset=utf-9"
    news.fault("ledger", path, faults.recoded("cp1252", None))
    assert split(talk(news, path))[1]["Content-Type"] == "text/html"


def test_headers_can_be_added_twice(news: Newsroom) -> None:
    news.fault("ledger", PAGE, faults.with_headers(("X-Robots-Tag", "noarchive"), ("X-Robots-Tag", "noai")))
    assert talk(news).count(b"X-Robots-Tag") == 2


@pytest.mark.parametrize("kind", ["consent", "bot_check", "not_found"])
def test_a_page_may_stand_in_an_articles_place(news: Newsroom, kind: str) -> None:
    news.fault("ledger", PAGE, news.instead(kind))
    status, _, body = split(talk(news))
    assert status == 200
    assert news.outlet("ledger").words[f"{kind}_title"] in unescape(body.decode())


def test_hostile_feeds_are_what_they_are_called(news: Newsroom) -> None:
    news.fault("ledger", PAGE, hostile.html_feed())
    assert split(talk(news))[2].startswith(b"<!doctype html>")
    news.fault("ledger", PAGE, hostile.xxe_feed())
    assert b'SYSTEM "file:///etc/passwd"' in talk(news)
    news.fault("ledger", PAGE, hostile.billion_laughs())
    assert talk(news).count(b"<!ENTITY") == 10
    news.fault("ledger", PAGE, hostile.year_30000_feed())
    assert b"30000" in talk(news)
    news.fault("ledger", PAGE, hostile.odd_addresses_feed())
    assert b"javascript:alert(1)" in talk(news)


def test_a_giant_sitemap_has_fifty_thousand_entries_and_an_index_may_name_itself(news: Newsroom) -> None:
    news.fault("ledger", PAGE, hostile.giant_sitemap())
    assert len(list(ElementTree.fromstring(split(talk(news))[2]))) == 50_000
    news.fault("ledger", PAGE, hostile.self_naming_index())
    assert f"<loc>http://{news.outlet('ledger').host}:{news.port}{PAGE}</loc>".encode() in talk(news)


def test_pages_may_be_deep_or_of_the_far_future_or_claim_another_address(news: Newsroom) -> None:
    news.fault("ledger", PAGE, hostile.nested_tags())
    assert talk(news).count(b"<div>") == 100_000
    news.heal()
    path = news.articles("ledger")[0].partition(f":{news.port}")[2]
    news.fault("ledger", path, hostile.year_30000_page())
    assert b'"30026-10-' in talk(news, path)
    news.fault("ledger", path, hostile.same_canonical("http://www.harbour-ledger.example/one"))
    assert b'<link rel="canonical" href="http://www.harbour-ledger.example/one">' in talk(news, path)
