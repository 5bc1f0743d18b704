"""Travelling in time as a Memento client does: from the original by time gate and time map to what it said.

The reader of links below was written from RFC 8288 alone and is strict: it shares nothing with what writes
them.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.model import Extraction, Outcome, Paragraph, sha256
from palimpsest.storage import Archive
from palimpsest.web import memento as served

from ..conftest import HOUR, NOW, a_capture
from .reading_room import look, room

URL = "https://herald.example/vote"
BASE = "http://localhost"
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PARAMETER = re.compile(rf'\s*;\s*({_TOKEN})="([^"\\]*)"')
_TARGET = re.compile(r"\s*<([A-Za-z][A-Za-z0-9+.\-]*:[!#-;=?-Z\[\]_a-z~]*)>")


def links(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read typed links (RFC 8288, 3); fails on whatever is not one."""
    found = []
    at = 0
    while True:
        target = _TARGET.match(text, at)
        assert target, text[at : at + 80]
        at = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(text, at):
            assert parameter[1] not in parameters
            parameters[parameter[1]] = parameter[2]
            at = parameter.end()
        found.append((target[1], parameters))
        if not text[at:].strip():
            return found
        assert text[at] == ",", text[at : at + 80]
        at += 1


def by_rel(text: str) -> dict[str, str]:
    """The addresses of links by each of their relations; those of `memento` alone are left out."""
    return {rel: uri for uri, said in links(text) for rel in said["rel"].split() if rel != "memento"}


def http_date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def follow(client: TestClient, answer: Response) -> Response:
    assert answer.status_code == 302, answer.text
    return client.get(answer.headers["location"])


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


@pytest.fixture
def story(archive: Archive) -> int:
    """An article seen at 0, 1 (as before), 4 and 8 hours, gone at 9; its id."""
    look(archive, "vote", 0, "Council votes 12 to 4")
    look(archive, "vote", 1, "Council votes 12 to 4")
    look(archive, "vote", 4, "Council votes 21 to 4")
    look(archive, "vote", 8, "Mayor resigns")
    look(archive, "vote", 9, "", gone=True)
    return archive.article(urls.identity(URL)).id


def stamp(hours: float) -> str:
    return f"{NOW + timedelta(hours=hours):%Y%m%d%H%M%S}"


# ---------------------------------------------------------------- time gate


@pytest.mark.parametrize(
    ("asked", "given"),
    [(-5, 0), (0, 0), (0.4, 0), (1, 1), (2.4, 1), (2.5, 1), (2.6, 4), (5, 4), (7, 8), (8.5, 8), (9999, 8)],
)
def test_the_time_gate_leads_to_the_memento_closest_in_time(
    client: TestClient, story: int, asked: float, given: float
) -> None:
    headers = {"Accept-Datetime": http_date(NOW + timedelta(hours=asked))}
    answer = client.get(f"/timegate/{URL}", headers=headers)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{BASE}/memento/{stamp(given)}/{URL}"
    assert answer.headers["vary"] == "accept-datetime"


def test_without_a_datetime_the_time_gate_leads_to_the_latest(client: TestClient, story: int) -> None:
    answer = client.head(f"/timegate/{URL}")
    assert answer.headers["location"] == f"{BASE}/memento/{stamp(8)}/{URL}"


def test_a_client_comes_from_the_time_gate_by_memento_and_time_map_to_every_memento(
    client: TestClient, story: int
) -> None:
    answer = client.get(f"/timegate/{URL}", headers={"Accept-Datetime": http_date(NOW + 4 * HOUR)})
    gate = by_rel(answer.headers["link"])
    assert gate["original"] == URL
    assert "timegate" not in gate
    memento = follow(client, answer)
    assert memento.status_code == 200
    assert memento.headers["memento-datetime"] == http_date(NOW + 4 * HOUR)
    assert "Council votes 21 to 4" not in memento.text  # a title is no text of the page
    assert "The council met on Monday" in memento.text
    told = by_rel(memento.headers["link"])
    assert told["timegate"] == f"{BASE}/timegate/{URL}"
    assert {rel: told[rel] for rel in ("first", "prev", "next", "last")} == {
        rel: f"{BASE}/memento/{stamp(hours)}/{URL}"
        for rel, hours in (("first", 0), ("prev", 1), ("next", 8), ("last", 8))
    }
    listed = client.get(told["timemap"])
    assert listed.headers["content-type"] == "application/link-format"
    mementos = [(uri, said) for uri, said in links(listed.text) if "memento" in said["rel"].split()]
    assert [said["rel"] for _, said in mementos] == ["first memento", "memento", "memento", "last memento"]
    for uri, said in mementos:
        answer = client.get(uri)
        assert answer.status_code == 200
        assert answer.headers["memento-datetime"] == said["datetime"]
    (span,) = (said for _, said in links(memento.headers["link"]) if said["rel"] == "timemap")
    assert parsedate_to_datetime(span["from"]) == NOW
    assert parsedate_to_datetime(span["until"]) == NOW + 8 * HOUR


def test_an_unreadable_datetime_is_refused_even_of_an_unknown_page(client: TestClient) -> None:
    for text in ("yesterday", "2026-03-01", "Sun, 99 Mar 2026 12:00:00 GMT", ""):
        answer = client.get("/timegate/https://nobody.example/", headers={"Accept-Datetime": text})
        assert answer.status_code == 400, text


def test_what_a_time_gate_refuses_is_told_to_programs_and_depends_on_the_datetime(
    client: TestClient, archive: Archive, story: int
) -> None:
    archive.redact(story, reason="a court said so", now=NOW + 20 * HOUR)
    for url, asked, status in (
        (URL, "yesterday", 400),
        ("https://nobody.example/", http_date(NOW), 404),
        (URL, http_date(NOW), 410),
    ):
        answer = client.get(f"/timegate/{url}", headers={"Accept-Datetime": asked})
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code == status
        assert "accept-datetime" in answer.headers["vary"].lower().split(", ")
    browser = {"Accept": "text/html,*/*;q=0.8", "Accept-Datetime": "yesterday"}
    answer = client.get(f"/timegate/{URL}", headers=browser)
    assert answer.headers["content-type"].startswith("text/html")
    vary = answer.headers["vary"].lower().split(", ")
    assert {"accept", "accept-datetime", "accept-language"} <= set(vary)


def test_time_maps_and_mementos_refuse_in_the_words_of_programs_too(client: TestClient, story: int) -> None:
    for path in (f"/timemap/link/9/{URL}", f"/memento/now/{URL}", "/memento/2026/https://nobody.example/"):
        answer = client.get(path)
        assert answer.headers["content-type"] == "application/problem+json", path
        assert answer.headers["vary"] == "Accept"


def test_an_unknown_address_and_one_that_is_none_are_told_apart(client: TestClient, story: int) -> None:
    for place in ("timegate", "timemap/link", "timemap/json", "memento/20260301120000"):
        assert client.get(f"/{place}/https://nobody.example/x").status_code == 404
        assert client.get(f"/{place}/https://user@:x/").status_code == 400


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.herald.example/vote/",
        "herald.example/vote",
        "https:/herald.example/vote",
        "https%3A%2F%2Fherald.example%2Fvote",
        "https://herald.example/vote?utm_source=mail",
    ],
)
def test_an_original_is_found_under_any_spelling_of_its_address(
    client: TestClient, story: int, spelling: str
) -> None:
    memento = follow(client, client.get(f"/timegate/{spelling}"))
    assert (memento.status_code, memento.headers["memento-datetime"]) == (200, http_date(NOW + 8 * HOUR))


def test_the_query_and_the_escapes_of_an_address_survive(client: TestClient, archive: Archive) -> None:
    url = "https://herald.example/a%20b?id=7&q=caf%C3%A9%26x"
    look(archive, url.removeprefix("https://herald.example/"), 0, "Seven")
    look(archive, "a%20b?id=8", 1, "Eight")
    answer = client.get(f"/timegate/{url}")
    assert answer.headers["location"] == f"{BASE}/memento/{stamp(0)}/{url}"
    memento = follow(client, answer)
    assert memento.headers["memento-datetime"] == http_date(NOW)
    assert by_rel(memento.headers["link"])["original"] == url


# ------------------------------------------------------------------ mementos


def test_a_moment_without_a_capture_leads_to_the_nearest(client: TestClient, story: int) -> None:
    for asked, given in ((stamp(2.4), 1), ("2026", 0), ("20270101", 8)):
        answer = client.get(f"/memento/{asked}/{URL}")
        assert answer.headers["location"] == f"{BASE}/memento/{stamp(given)}/{URL}"
    raw = client.get(f"/memento/{stamp(5)}id_/{URL}")
    assert raw.headers["location"] == f"{BASE}/memento/{stamp(4)}id_/{URL}"


def test_a_moment_that_is_none_is_refused(client: TestClient, story: int) -> None:
    for asked in ("20261301000000", "202", "now", "20260301120000xx_"):
        assert client.get(f"/memento/{asked}/{URL}").status_code == 400


def test_the_bytes_come_as_received_and_boxed_in(client: TestClient, story: int) -> None:
    answer = client.get(f"/memento/{stamp(4)}id_/{URL}")
    assert answer.content.startswith(b"<title>Council votes 21 to 4</title><p>")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["repr-digest"].startswith("sha-256=:")
    assert by_rel(answer.headers["link"])["original"] == URL


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("text/html; charset=ISO-8859-1", "text/html; charset=ISO-8859-1"),
        ("TEXT/PLAIN", "text/plain"),
        ("image/png", "image/png"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/html5", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_only_types_that_cannot_run_keep_their_name(
    client: TestClient, archive: Archive, said: str, given: str
) -> None:
    archive_one(archive, b"<p>x", f"Content-Type: {said}\r\n")
    assert client.get(f"/memento/{stamp(0)}id_/{URL}").headers["content-type"] == given


def archive_one(archive: Archive, payload: bytes | None, head: str, hours: float = 0) -> None:
    """Keep one answer; one without a body is a 304 that vouches for the one before."""
    errand = archive.errand_for(URL, urls.identity(URL))
    status = 200 if payload is not None else 304
    capture = a_capture(
        URL,
        payload,
        at=NOW + timedelta(hours=hours),
        status=status,
        outcome=Outcome.OK if payload is not None else Outcome.NOT_MODIFIED,
        sha256=sha256(payload) if payload is not None else errand.payload_sha256,
        response_head=f"HTTP/1.1 {status} X\r\n{head}\r\n".encode(),
    )
    read = Extraction(url=URL, title="Title", blocks=(Paragraph(text="Text " * 20),))
    page = Page(errand=errand, captures=(capture,), extraction=None if payload is None else read)
    archive_pages(archive, [page], revisits=12)


def test_a_304_is_a_memento_with_the_body_it_vouched_for(client: TestClient, archive: Archive) -> None:
    body = gzip.compress(b"<p>Packed words")
    archive_one(archive, body, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n")
    archive_one(archive, None, 'ETag: "1"\r\n', hours=2)
    memento = client.get(f"/memento/{stamp(2)}/{URL}")
    assert memento.headers["memento-datetime"] == http_date(NOW + 2 * HOUR)
    assert "<p>Packed words</p>" in memento.text
    raw = client.get(f"/memento/{stamp(2)}id_/{URL}")
    assert raw.headers["content-encoding"] == "gzip"
    assert raw.content == b"<p>Packed words"  # the client unpacks
    assert client.get(f"/timemap/json/{URL}").json()["mementos"]["last"]["datetime"] == "2026-03-01T14:00:00Z"


def test_captures_within_one_second_are_one_memento_the_last(client: TestClient, archive: Archive) -> None:
    for part, word in ((0.0, b"one"), (0.2, b"two"), (0.9, b"three"), (1.1, b"four")):
        archive_one(archive, b"<p>" + word, "Content-Type: text/html\r\n", hours=part / 3600)
    assert "<p>three</p>" in client.get(f"/memento/{stamp(0)}/{URL}").text
    assert len(client.get(f"/timemap/json/{URL}").json()["mementos"]["list"]) == 2


def test_what_was_redacted_is_gone_and_no_longer_listed(
    client: TestClient, archive: Archive, story: int
) -> None:
    second = archive.timeline(story)[1]
    archive.redact(story, second.id, reason="a court said so", now=NOW + 20 * HOUR)
    assert client.get(f"/memento/{stamp(4)}/{URL}").status_code == 410
    assert client.get(f"/memento/{stamp(4)}id_/{URL}").status_code == 410
    assert stamp(4) not in client.get(f"/timemap/link/{URL}").text
    archive.redact(story, reason="a court said so", now=NOW + 21 * HOUR)
    for place in ("timegate", "timemap/link", f"memento/{stamp(0)}"):
        assert client.get(f"/{place}/{URL}").status_code == 410


def test_a_version_page_is_a_memento_too(client: TestClient, archive: Archive, story: int) -> None:
    answer = client.get(f"/version/{archive.timeline(story)[1].public_id}")
    assert answer.headers["memento-datetime"] == http_date(NOW + 4 * HOUR)
    told = by_rel(answer.headers["link"])
    assert (told["original"], told["prev"]) == (URL, f"{BASE}/memento/{stamp(1)}/{URL}")


# ----------------------------------------------------------------- time maps


def test_the_json_form_has_what_aggregators_read(client: TestClient, story: int) -> None:
    told = client.get(f"/timemap/json/{URL}").json()
    assert told["original_uri"] == URL
    assert told["timegate_uri"] == f"{BASE}/timegate/{URL}"
    assert told["timemap_uri"]["link_format"] == f"{BASE}/timemap/link/{URL}"
    listed = told["mementos"]["list"]
    assert [one["datetime"] for one in listed] == [
        f"{NOW + hours * HOUR:%Y-%m-%dT%H:%M:%SZ}" for hours in (0, 1, 4, 8)
    ]
    assert (told["mementos"]["first"], told["mementos"]["last"]) == (listed[0], listed[-1])
    assert client.get(listed[2]["uri"]).status_code == 200


def test_a_long_time_map_comes_in_pages_that_name_one_another(
    client: TestClient, story: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "PAGE", 3)
    first = client.get(f"/timemap/link/{URL}").text
    (other,) = (uri for uri, said in links(first) if said["rel"] == "timemap")
    assert other == f"{BASE}/timemap/link/2/{URL}"
    second = client.get(other).text
    found = [uri for text in (first, second) for uri, said in links(text) if "memento" in said["rel"].split()]
    assert found == [f"{BASE}/memento/{stamp(hours)}/{URL}" for hours in (0, 1, 4, 8)]
    (own,) = (said for _, said in links(second) if said["rel"] == "self")
    assert own["from"] == own["until"] == http_date(NOW + 8 * HOUR)
    assert by_rel(second)["last"] == found[-1]
    assert client.get(f"/timemap/link/3/{URL}").status_code == 404
    index = client.get(f"/timemap/json/2/{URL}").json()["timemap_index"]
    assert [urlsplit(one["uri"]).path for one in index] == [f"/timemap/json/{URL}"]


def test_addresses_are_those_of_the_configured_base(archive: Archive, story: int) -> None:
    web = archive.settings.web.model_copy(update={"base_url": "https://news.example.org/room/"})
    archive.settings = archive.settings.model_copy(update={"web": web})
    with room(archive) as client:
        told = client.get(f"/timemap/json/{URL}").json()
    assert told["timegate_uri"] == f"https://news.example.org/room/timegate/{URL}"


def test_dates_far_off_are_read_too(client: TestClient, story: int) -> None:
    far = http_date(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert client.get(f"/timegate/{URL}", headers={"Accept-Datetime": far}).status_code == 302
    early = "Mon, 01 Jan 0001 00:00:00 GMT"
    assert client.get(f"/timegate/{URL}", headers={"Accept-Datetime": early}).status_code in (302, 400)
