"""After a redaction nothing that the program shows, sends or writes quotes what was taken out."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import text

from palimpsest.alerts import match_changes, pump
from palimpsest.alerts.channels import new_channel
from palimpsest.alerts.compose import compose
from palimpsest.cli import app
from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.model import Capture, Extraction, Outcome, Paragraph, Source
from palimpsest.storage import Archive, Watch

from ..conftest import HOUR, NOW, a_capture
from .reading_room import BODY, room

SECRET = "Quillfeather"
URL = "https://herald.example/vote"
OTHER = "https://herald.example/syndicated"
FEED = "alerts.xml"
SEEDS = (
    "/", "/search?q=council", f"/search?q={SECRET}", f"/search?q=removed:{SECRET}", "/outlets", "/health",
    "/runs", "/watches", "/feeds/edits.atom", "/v1/articles", "/v1/changes", "/v1/captures", "/v1/watches",
    "/v1/search?q=council", f"/v1/search?q={SECRET}&versions=all", f"/v1/search?q=removed:{SECRET}",
    f"/timemap/link/{URL}", f"/timemap/json/{URL}", f"/timegate/{URL}",
)  # fmt: skip


def look(
    archive: Archive, url: str, hours: float, secret: str = "", *, more: str = "", at_side: int = 0
) -> None:
    """One look at a story; `secret` stands wherever something of a page can stand."""
    title, body = f"Council votes {secret}", f"{BODY} {more} {secret}"
    read = Extraction(
        url=url, title=title, standfirst=f"By the council {secret}", authors=(f"Ann {secret}",),
        tags=(secret,), section=f"City {secret}", language="en", blocks=(Paragraph(text=body),),
    )  # fmt: skip
    payload = f"<title>{title}</title><p>{body}".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Note: {secret}\r\n\r\n".encode()
    answer = a_capture(url, payload, at=NOW + hours * HOUR, response_head=head)
    beside: list[Capture] = []
    for number in range(at_side):
        place, part = f"{url}/{number + 2}/", f"page {number + 2} {secret}".encode()
        if number == 0:  # one that failed stands between the page and the others
            beside.append(a_capture(place, None, at=answer.at, outcome=Outcome.GONE, status=410))
        else:
            beside.append(a_capture(place, part, at=answer.at))
    source = archive.source("herald")
    errand = archive.errand_for(url, urls.identity(url), source.id)
    page = Page(errand=errand, captures=(answer,), extraction=read, attachments=tuple(beside))
    archive_pages(archive, [page], revisits=12)


@pytest.fixture
def told(archive: Archive) -> Archive:
    """A story whose second of three versions says too much; who watches it was told, or is about to be."""
    archive.add_source(Source(slug="herald", name="Herald", home="https://herald.example/"))
    for address in (f"atom:{FEED}", "webhook:http://127.0.0.1:1/"):
        archive.add_watch(Watch(source="herald", channels=(new_channel(address),)), now=NOW - HOUR)
    look(archive, URL, 0)
    look(archive, URL, 1, SECRET, more="Ten people were there, and nine of them spoke.", at_side=3)
    look(archive, URL, 2, more="Twelve people were there, and eleven of them left before the vote.")
    match_changes(archive, now=NOW + 3 * HOUR)
    pump(archive, now=NOW + 3 * HOUR)
    archive.seal(now=NOW + 3 * HOUR)
    return archive


@pytest.fixture
def client(told: Archive) -> Iterator[TestClient]:
    with room(told) as client:
        yield client


def seen(client: TestClient) -> dict[str, tuple[int, str]]:
    """Everything that links of the reading room lead to: status and text, by path."""
    queue, found = deque(SEEDS), dict[str, tuple[int, str]]()
    while queue:
        path = queue.popleft()
        if path in found or len(found) > 600:
            continue
        answer = client.get(path)
        found[path] = (answer.status_code, f"{answer.headers} {answer.text}")
        told = [answer.headers.get("location", "")]
        told += re.findall(r"""(?:href|src|action)=["']([^"']+)""", answer.text)
        told += re.findall(r'"((?:http://localhost)?/[^"\s<>]{1,300})"', answer.text)
        told += re.findall(r"<(http://localhost/[^>\s]+)>", answer.text)
        for link in told:
            parts = urlsplit(urljoin(f"http://localhost{path}", unescape(link)))
            if parts.netloc == "localhost":
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def quoting(found: dict[str, tuple[int, str]]) -> list[str]:
    """The paths whose answers quote the secret, other than as what was just asked for."""
    return [
        path for path, (_, said) in found.items() if SECRET.lower() in said.lower() and SECRET not in path
    ]


def messages(archive: Archive) -> str:
    """What would be sent now, in every form."""
    said = []
    for channel in archive.ready_channels(NOW + 99 * HOUR):
        parcel = archive.claim(channel.id, whole=True, now=NOW + 99 * HOUR, lease=HOUR)
        assert parcel is not None
        message = compose(archive, parcel)
        said += [message.html, message.markdown, message.plain, message.subject, str(message.as_json())]
    return "\n".join(said)


def rows_that_quote(archive: Archive) -> set[str]:
    """The tables and views whose plain columns quote the secret, and what unpacks to it."""
    found = set()
    names = text(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'search_index%'"
    )
    if not archive.is_file:
        names = text("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
    with archive._database.reading() as connection:
        for name in connection.scalars(names).all():
            rows = connection.execute(text(f'SELECT * FROM "{name}"'))
            if any(SECRET.lower() in str(value).lower() for row in rows for value in row):
                found.add(name)
    for one in archive.captures():
        head = one.capture.request_head + one.capture.response_head
        body = b"" if one.redacted or not one.has_payload else archive.payload(one.capture.sha256 or b"")
        if SECRET.encode() in head + body:
            found.add(f"capture {one.id}")
    return found


def redact(archive: Archive, what: str) -> None:
    words = ["-C", str(archive.directory), "redact", what, "--reason", "a court order", "--yes"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_a_redacted_version_is_quoted_nowhere(told: Archive, client: TestClient) -> None:
    first, second, third = told.versions(1)
    before = quoting(seen(client))
    assert len(before) > 10
    assert rows_that_quote(told) >= {"change", "version", "capture 2", "capture 4", "capture 5"}
    assert SECRET in (told.directory / FEED).read_text("utf-8")
    redact(told, second.public_id)
    after = seen(client)
    assert len(after) > 50
    assert quoting(after) == []
    assert rows_that_quote(told) == set()
    assert SECRET not in (told.directory / FEED).read_text("utf-8")
    sent = messages(told)
    assert "herald.example" in sent
    assert SECRET not in sent
    for path in (
        f"/version/{second.public_id}",
        f"/version/{second.public_id}/page",
        f"/version/{second.public_id}/cite",
        f"/v1/versions/{second.public_id}",
        f"/diff?old={first.public_id}&new={second.public_id}",
        f"/diff?old={second.public_id}&new={third.public_id}",
        f"/v1/diff?old={first.public_id}&new={second.public_id}",
        f"/v1/versions/{second.public_id}/citation",
    ):
        assert client.get(path).status_code == 410, path
    for one in (first, third):
        assert client.get(f"/version/{one.public_id}").status_code == 200
    assert client.get(f"/diff?old={first.public_id}&new={third.public_id}").status_code == 200
    assert told.verify().findings == ()


def test_a_redacted_article_is_quoted_nowhere(told: Archive, client: TestClient) -> None:
    names = [version.public_id for version in told.versions(1)]
    redact(told, URL)
    assert quoting(seen(client)) == []
    assert rows_that_quote(told) == set()
    for name in names:
        assert client.get(f"/version/{name}").status_code == 410
        assert client.get(f"/v1/versions/{name}").status_code == 410
    assert told.verify().findings == ()


def test_an_article_that_shares_the_bytes_keeps_them_and_the_redacted_one_does_not_show_them(
    told: Archive, client: TestClient
) -> None:
    shared = told.capture(told.versions(1)[1].capture_id).capture
    source = told.source("herald")
    errand = told.errand_for(OTHER, urls.identity(OTHER), source.id)
    again = a_capture(OTHER, told.payload(shared.sha256 or b""), at=NOW + 5 * HOUR)
    read = Extraction(url=OTHER, title="Elsewhere", blocks=(Paragraph(text=BODY),))
    archive_pages(told, [Page(errand=errand, captures=(again,), extraction=read)], revisits=12)
    (elsewhere,) = told.versions(2)
    name = told.versions(1)[1].public_id
    redact(told, URL)
    assert client.get(f"/version/{elsewhere.public_id}/page").status_code == 200
    for path in (f"/version/{name}/page", f"/version/{name}/raw", f"/version/{name}"):
        assert client.get(path).status_code in (404, 410), path
    assert SECRET in told.payload(shared.sha256 or b"").decode()
    assert told.verify().findings == ()


def test_exports_after_a_redaction_quote_nothing(told: Archive, tmp_path: Path) -> None:
    second = told.versions(1)[1]
    redact(told, second.public_id)
    out: dict[str, Any] = {}
    for form, ending in (
        ("jsonl", "jsonl"),
        ("csv", "csv"),
        ("sqlite", "db"),
        ("warc", "warc.gz"),
        ("wacz", "wacz"),
    ):
        path = tmp_path / f"all.{ending}"
        words = ["-C", str(told.directory), "export", form, "-o", str(path), "--versions", "all"]
        done = CliRunner().invoke(app, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        out[form] = path.read_bytes()
    assert SECRET.encode() not in out["jsonl"] + out["csv"] + out["sqlite"] + gzip.decompress(out["warc"])
    with zipfile.ZipFile(tmp_path / "all.wacz") as file:
        for name in file.namelist():
            data = file.read(name)
            data = gzip.decompress(data) if name.endswith(".gz") else data
            assert SECRET.encode() not in data, name


def test_why_an_alert_was_made_says_nothing_of_the_page_either(told: Archive) -> None:
    watch = told.add_watch(Watch(section=f"City {SECRET}"), now=NOW - HOUR)
    look(told, OTHER, 5)
    look(told, OTHER, 6, SECRET, more="Ten people were there, and nine of them spoke.")
    match_changes(told, now=NOW + 7 * HOUR)
    (made,) = told.alerts_of(watch.id, 10)
    assert SECRET in made.why
    redact(told, OTHER)
    (made,) = told.alerts_of(watch.id, 10)
    assert made.why == "redacted"
