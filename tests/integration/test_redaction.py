"""What is redacted is gone to the last byte; everything else, and the ledger, is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from palimpsest.cli import app
from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Archived, Happened, Page
from palimpsest.errors import Redacted
from palimpsest.model import ArticleState, Extraction, Finder, Lead, Paragraph
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW, a_capture

WORDS = " ".join(random.Random(3).choices(["harbour", "council", "budget", "vote", "bridge", "<p>"], k=700))
SECRET = "Xylophonist Quillfeather"


def look(archive: Archive, name: str, hours: float, secret: str = "", *, more: str = "") -> Archived:
    """One look at a page, as a crawl takes it; `secret` stands wherever something of a page can stand."""
    url = f"https://herald.example/{name}"
    body = f"{WORDS} {name} {hours} {secret} {more}"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Note: {secret} {hours}\r\n\r\n".encode()
    capture = a_capture(url, body.encode(), at=NOW + timedelta(hours=hours), response_head=head)
    title, blocks = f"Story {name} {secret}", (Paragraph(text=body),)
    read = Extraction(url=url, title=title, standfirst=secret, blocks=blocks, language="en")
    page = Page(errand=archive.errand_for(url, urls.identity(url)), captures=(capture,), extraction=read)
    return archive_pages(archive, [page], revisits=12)[0]


@pytest.fixture
def told(archive: Archive) -> Archive:
    """Two stories; the first and third version of `a` say something they should not."""
    key = urls.identity("https://herald.example/a")
    lead = Lead(url="https://herald.example/a", key=key, finder=Finder.LIST, found_at="list", title=SECRET)
    archive.add_leads(0, [lead], now=NOW)
    look(archive, "a", 0, SECRET)
    look(archive, "b", 0)
    look(archive, "a", 1, more="The plan was withdrawn after the meeting on Monday evening.")
    look(archive, "b", 1, more="A second look at the very same plan shows other figures.")
    look(archive, "a", 2, SECRET, more="It is back again, says everybody in town, and stays for good.")
    look(archive, "a", 3, more="And once more the whole of the story is another one altogether.")
    assert [len(archive.versions(i)) for i in (1, 2)] == [4, 2]
    archive.seal(now=NOW)
    return archive


def traces(archive: Archive) -> list[str]:
    """Where words of the secret are found: in any column unpacked, and in the bytes of the files."""
    found = []
    with archive._database.reading() as connection:
        names = ("article", "capture", "version", "change", "lead", "search_word", "redacted", "alert")
        for name in names:
            rows = connection.execute(text(f"SELECT * FROM {name}"))
            found += [name for row in rows if any("uillfeather" in str(value).lower() for value in row)]
    versions = [*archive.versions(1), *archive.versions(2)]
    found += [v.public_id for v in versions if "uillfeather" in v.extraction.to_json()]
    found += [str(c.id) for c in archive.captures() if b"uillfeather" in c.capture.response_head]
    if archive.is_file:
        for path in archive.directory.glob("archive.db*"):
            data = path.read_bytes().lower()
            found += [path.name for word in (b"uillfeather", b"xylophonist") if word in data]
    return found


def test_a_redacted_article_is_gone_to_the_last_byte(told: Archive, tmp_path: Path) -> None:
    assert traces(told)
    before = told.versions(2)
    digests = {c.id: c.capture.sha256 for c in told.captures()}
    done = told.redact(1, reason="privacy", now=NOW)
    told.sweep()
    assert (done.versions, done.captures, done.payloads, done.kept) == (4, 4, 4, 0)
    assert traces(told) == []
    found = told.verify()
    assert found.findings == ()
    assert dict(found.checked)["redactions"] == 1
    assert told.versions(2) == before
    assert {c.id: c.capture.sha256 for c in told.captures()} == digests
    assert [c.redacted for c in told.captures()] == [True, False, True, False, True, True]
    for capture_id, digest in digests.items():
        assert digest is not None
        if capture_id in (2, 4):
            assert told.payload(digest)
        else:
            with pytest.raises(Redacted, match="2026-03-01: privacy"):
                told.payload(digest)
    assert [v.redacted for v in told.versions(1)] == [True] * 4
    with pytest.raises(Redacted, match="privacy"):
        told.version(told.versions(1)[0].public_id)
    with pytest.raises(Redacted):
        told.version_at(1, NOW)
    assert told.article(1).state is ArticleState.REDACTED
    assert told.search("quillfeather").hits == ()
    assert [hit.article_id for hit in told.search("harbour").hits] == [2]


def test_a_redacted_version_leaves_the_others_whole(told: Archive) -> None:
    first, second, third, fourth = told.versions(1)
    captures = {c.id: c for c in told.captures()}
    told.redact(1, first.id, reason="error", now=NOW)
    told.redact(1, third.id, reason="error", now=NOW)
    told.sweep()
    assert traces(told) == []
    assert told.verify().findings == ()
    left = told.versions(1)
    assert [v.redacted for v in left] == [True, False, True, False]
    assert (left[1], left[3]) == (second, fourth)
    for one in told.captures():
        if not one.redacted:
            assert one == captures[one.id]
            assert told.payload(one.capture.sha256 or b"")
    assert told.article(1).state is ArticleState.LIVE
    assert look(told, "a", 4, more="Something new is told about the harbour now, by others.").happened is (
        Happened.CHANGED
    )
    assert told.verify().is_sound
    assert {change.title_before + change.title_after for change in told.changes(after=0)}


def test_the_latest_version_may_go_too_and_the_crawl_goes_on(archive: Archive) -> None:
    look(archive, "a", 0)
    look(archive, "a", 1, SECRET, more="A sentence that nobody should have written about anybody.")
    archive.redact(1, archive.versions(1)[1].id, reason="error", now=NOW)
    archive.sweep()
    assert traces(archive) == []
    assert archive.article(1).title == ""
    done = look(archive, "a", 2, more="A sentence that everybody may read, and is about the weather.")
    assert done.version is not None
    assert archive.article(1).title == "Story a "
    assert archive.verify().is_sound


def test_a_redacted_article_is_not_taken_in_again(told: Archive) -> None:
    told.redact(1, reason="privacy", now=NOW)
    done = look(told, "a", 9, SECRET, more="again")
    assert (done.happened, "taken out" in done.reason) == (Happened.REFUSED, True)
    key = urls.identity("https://herald.example/a")
    lead = Lead(
        url="https://herald.example/a", key=key, finder=Finder.FEED, found_at="f", updated=NOW + 99 * HOUR
    )
    assert told.add_leads(0, [lead], now=NOW).known == 1
    assert told.due_articles(None, now=NOW + 999 * HOUR).errands[0].article_id == 2
    later = told.articles_before(None, before=NOW + 999 * HOUR).errands
    assert [one.article_id for one in later] == [2]


def test_bytes_that_another_page_brought_too_stay(archive: Archive, visit: Callable[..., int]) -> None:
    for name in "ab":
        visit(b"the same wall", url=f"https://herald.example/{name}")
    first = archive.redact(1, reason="r", now=NOW)
    assert (first.payloads, first.kept) == (0, 1)
    assert archive.payload(next(iter(archive.captures())).capture.sha256 or b"") == b"the same wall"
    assert archive.redact(2, reason="r", now=NOW).payloads == 1
    assert archive.verify().is_sound


def test_a_tombstone_that_is_altered_or_dropped_is_found(told: Archive) -> None:
    told.redact(1, reason="privacy", now=NOW)
    with told._database.writing() as connection:
        connection.execute(text("UPDATE redaction SET reason = 'other'"))
        connection.execute(text("UPDATE capture SET at = at + 1 WHERE id = 6"))
        connection.execute(text("DELETE FROM redacted WHERE kind = 'payload' AND row_id = 1"))
    named = {one.what.split(" sha256")[0] for one in told.verify().findings}
    assert named == {"redaction 1", "capture 6", "version 6", "payload 1"}


def test_nothing_is_taken_out_under_the_name_of_a_redaction_that_was(told: Archive) -> None:
    told.redact(1, told.versions(1)[0].id, reason="privacy", now=NOW)
    with told._database.writing() as connection:
        connection.execute(text("INSERT INTO redacted VALUES ('payload', 4, 1, NULL)"))
        connection.execute(
            text("UPDATE payload SET data = (SELECT data FROM payload WHERE id = 1) WHERE id = 4")
        )
    assert {one.what for one in told.verify().findings} == {"redaction 1"}


def test_the_command_asks_says_why_and_may_be_given_again(told: Archive, tmp_path: Path) -> None:
    folder = ["-C", str(told.directory)]
    url = "https://herald.example/a"
    asked = CliRunner().invoke(app, [*folder, "redact", url, "--reason", "privacy"], input="n\n")
    assert asked.exit_code == 1
    assert "4 versions, 4 captures and 4 payloads go" in asked.stderr
    assert not any(v.redacted for v in told.versions(1))
    name = told.versions(1)[1].public_id
    done = CliRunner().invoke(app, [*folder, "redact", name, "--reason", "privacy", "--yes"])
    assert done.stdout == "Taken out: 1 version, 1 capture and 1 payload.\n"
    done = CliRunner().invoke(app, [*folder, "redact", url, "--reason", "privacy", "--yes", "--json"])
    assert '"versions": 3' in done.stdout
    again = CliRunner().invoke(app, [*folder, "redact", url, "--reason", "privacy", "--yes"])
    assert again.stdout == "Taken out: 0 versions, 0 captures and 0 payloads.\n"
    shown = CliRunner().invoke(app, [*folder, "show", url])
    assert isinstance(shown.exception, Redacted)
    history = CliRunner().invoke(app, [*folder, "history", url])
    assert history.stdout.count("redacted") >= 4
    out = tmp_path / "all.warc.gz"
    exported = CliRunner().invoke(app, [*folder, "export", "warc", "-o", str(out)])
    assert exported.exit_code == 0, exported.output
    assert ": 2 captures" in exported.stdout
