"""Stored pages in the reading room: harmless as pages, exact as bytes, and gone where they were taken out."""

from __future__ import annotations

import base64
import gzip
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.model import Extraction, Outcome, Paragraph, sha256
from palimpsest.storage import Archive
from palimpsest.web.harmless import LONGEST, sanitised

from ..conftest import HOUR, NOW, a_capture
from .reading_room import room

URL = "https://herald.example/vote"
HTML = b"Content-Type: text/html\r\n"
HOSTILE = """<!doctype html><html><head><title>Secret title</title><base href="https://e.test/">
<meta http-equiv="refresh" content="0;url=https://e.test/"><style>p{background:url(//e.test/s)}</style>
<link rel="stylesheet" href="//e.test/c.css"><script src="//e.test/j.js"></script></head>
<body background="//e.test/b" onload="alert(1)"><h1 onclick="alert(2)" style="color:red">Council votes</h1>
<p>The <a href="/harbour?a=1&b=2" target="_top" ping="//e.test/p">harbour</a>,
<a href="javascript:alert(3)">the plan</a>, <a href="data:text/html,<script>alert(4)</script>">it</a>.</p>
<img src="//e.test/i.png" srcset="//e.test/2.png 2x" alt="The mayor" loading="lazy" onerror="alert(5)">
<video src="//e.test/v" poster="//e.test/o"></video><iframe srcdoc="<script>alert(6)</script>"></iframe>
<form action="//e.test/f"><input name="q"><button formaction="//e.test/g">Go</button></form>
<svg><use href="//e.test/u"/><script>alert(7)</script></svg><noscript><img src="//e.test/n"></noscript>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=//e.test onerror=alert(8)&gt;">
<object data="//e.test/o"></object><embed src="//e.test/e"></body></html>"""


def look(
    archive: Archive, payload: bytes | None, hours: float = 0, head: bytes = HTML, **fields: object
) -> str:
    """One look at the page; the lasting name of its latest version."""
    status = str(fields.get("status", 200)).encode()
    response = b"HTTP/1.1 " + status + b" OK\r\n" + head + b"\r\n"
    capture = a_capture(URL, payload, at=NOW + hours * HOUR, response_head=response, **fields)
    read = Extraction(url=URL, title=f"Title {hours}", blocks=(Paragraph(text=f"Text {hours} " * 20),))
    extraction = read if payload is not None else None
    errand = archive.errand_for(URL, urls.identity(URL))
    archive_pages(archive, [Page(errand=errand, captures=(capture,), extraction=extraction)], revisits=12)
    return archive.timeline(archive.article(urls.identity(URL)).id)[-1].public_id


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


def test_a_hostile_page_keeps_its_words_and_nothing_that_runs_or_loads(
    client: TestClient, archive: Archive
) -> None:
    answer = client.get(f"/version/{look(archive, HOSTILE.encode())}/page")
    assert answer.status_code == 200
    page = answer.text.partition("</p>")[2]  # after the note of ours
    assert "<h1>Council votes</h1>" in page
    assert 'href="https://herald.example/harbour?a=1&amp;b=2" rel="noopener noreferrer nofollow"' in page
    assert '<img alt="The mayor">' in page
    for word in (
        "e.test",
        "alert(",
        "javascript:",
        "data:",
        "<form",
        "<input",
        "<svg",
        "<iframe",
        "style",
    ):
        assert word not in page, word
    assert " on" not in page.replace(" on ", "")


def test_a_stored_page_is_boxed_in_by_a_policy_of_its_own(client: TestClient, archive: Archive) -> None:
    headers = client.get(f"/version/{look(archive, b'<p>Text')}/page").headers
    policy = headers["content-security-policy"]
    assert policy.split("; ")[:2] == ["sandbox", "default-src 'none'"]
    assert "allow-" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["cross-origin-opener-policy"] == "unsafe-none"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["memento-datetime"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_a_compressed_page_in_an_old_charset_is_read_as_a_browser_would(
    client: TestClient, archive: Archive
) -> None:
    body = gzip.compress("<p>L’été à Orléans".encode("cp1252"))
    head = b"Content-Type: text/html; charset=iso-8859-1\r\nContent-Encoding: gzip\r\n"
    name = look(archive, body, head=head)
    assert "<p>L’été à Orléans</p>" in client.get(f"/version/{name}/page").text
    assert client.get(f"/version/{name}/raw").content == body


def test_the_exact_bytes_come_as_a_download_with_their_digest(client: TestClient, archive: Archive) -> None:
    body = b"<script>alert(1)</script>\x00\xff"
    name = look(archive, body)
    answer = client.get(f"/version/{name}/raw")
    assert answer.content == body
    digest = base64.b64encode(sha256(body)).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["content-disposition"] == f'attachment; filename="palimpsest-{name}"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["memento-datetime"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert client.head(f"/version/{name}/raw").status_code == 200


def test_a_page_that_unpacks_to_too_much_is_refused_and_its_bytes_can_be_had(
    client: TestClient, archive: Archive
) -> None:
    fetch = archive.settings.fetch.model_copy(update={"max_decoded_bytes": 10_000})
    archive.settings = archive.settings.model_copy(update={"fetch": fetch})
    body = gzip.compress(b"<p>" + b"x" * 20_000)
    name = look(archive, body, head=HTML + b"Content-Encoding: gzip\r\n")
    answer = client.get(f"/version/{name}/page")
    assert answer.status_code == 404
    assert "10,000 bytes" in answer.text
    assert client.get(f"/version/{name}/raw").content == body


def test_what_is_no_text_is_not_shown_as_a_page(client: TestClient, archive: Archive) -> None:
    answer = client.get(f"/version/{look(archive, b'%PDF-1.7 ' + bytes(range(256)))}/page")
    assert (answer.status_code, "no page of text" in answer.text) == (404, True)


def test_a_redacted_page_is_gone_in_both_forms(client: TestClient, archive: Archive) -> None:
    name = look(archive, b"<p>Something that had to go")
    archive.redact(archive.version(name).article_id, reason="a court said so", now=NOW + HOUR)
    for form in ("page", "raw"):
        answer = client.get(f"/version/{name}/{form}")
        assert answer.status_code == 410
        assert "had to go" not in answer.text


def test_an_unknown_version_has_no_page(client: TestClient) -> None:
    assert client.get("/version/00000000000000000000/page").status_code == 404
    assert client.get("/version/00000000000000000000/raw").status_code == 404


def test_a_version_whose_capture_kept_no_body_says_so(client: TestClient, archive: Archive) -> None:
    capture = a_capture(URL, None, outcome=Outcome.NOT_MODIFIED, status=304)
    with archive.transaction() as tx:
        row = tx.add_article(None, URL, urls.identity(URL), now=NOW)
        new = tx.add_capture(capture, article_id=row.id, source_id=None)
        tx.add_version(row.id, new, Extraction(url=URL, title="Title"), sha256(b"1"), at=NOW)
    name = archive.timeline(row.id)[0].public_id
    answer = client.get(f"/version/{name}/raw")
    assert (answer.status_code, "no body to keep" in answer.text) == (404, True)


def test_a_very_long_page_is_cut_and_says_so(client: TestClient, archive: Archive) -> None:
    body = b"<p>Beginning</p>" + b"<p>more " * 30_000 + b"<p>End of it"
    answer = client.get(f"/version/{look(archive, body)}/page")
    assert "Beginning" in answer.text
    assert "End of it" not in answer.text
    assert "only its beginning is shown" in answer.text


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000,
        "".join(f"<b lang=x{n}>" for n in range(10_000)) + "<p>x" * 10_000,
        "<b " * 500_000,
        ("<b" + " x" * 48) * 20_000,
        "<p>" + "x" * 5_000_000,
    ],
    ids=["nested", "reopened", "unclosed", "unclosed and long", "long"],
)
def test_a_page_made_to_cost_much_costs_little(markup: str) -> None:
    began = time.process_time()
    page = sanitised(markup, "https://herald.example/")
    assert len(page.html) < 2 * LONGEST
    assert time.process_time() - began < 5


def test_an_address_that_completes_no_link_leaves_relative_links_out() -> None:
    assert "href" not in sanitised('<a href="/a">a</a>', "no address").html


def test_a_page_that_scripts_would_have_filled_says_that_it_holds_no_words(
    client: TestClient, archive: Archive
) -> None:
    name = look(archive, b"<html><div id=app></div><script>fill()</script></html>")
    assert "holds no words of its own" in client.get(f"/version/{name}/page").text
