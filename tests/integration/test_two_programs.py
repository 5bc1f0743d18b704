"""A program that reads a page otherwise than the one before it makes no edit of that."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import text

from palimpsest.changes import fingerprint
from palimpsest.crawler.extraction import software
from palimpsest.crawler.run import read_warcs
from palimpsest.exports.captures import Span, take_captures
from palimpsest.exports.selection import Selection
from palimpsest.model import ChangeKind, Extraction, Paragraph, Version
from palimpsest.newsroom.faults import serve
from palimpsest.storage import Archive, Change, create_archive, open_archive
from palimpsest.storage.payloads import pack

from .conftest import Desk, settings_for, spoil

OLD = "palimpsest/0.0.9 trafilatura/1.0"
STORY = (
    "The harbour council met on Monday to settle the budget for the coming year.",
    "Its chair said that 12 of the 40 berths would be closed for repairs in spring.",
    "Fishermen who use the berths asked for the work to be put off until summer.",
)


def page(*paragraphs: str, visit: int) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<article><h1>Harbour budget</h1>{body}</article><!-- visit {visit} -->".encode()


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """An article that was read once, by a program that took the outlet's own button for a paragraph."""
    desk.add("ledger")
    put(desk, *STORY, visit=1)
    desk.crawl()
    (version,) = versions(desk)
    blocks = (*version.extraction.blocks, Paragraph(text="Read this in the app."))
    keep(desk.archive, version, dataclasses.replace(version.extraction, software=OLD, blocks=blocks))
    return desk


def put(desk: Desk, *paragraphs: str, visit: int) -> None:
    desk.newsroom.fault("ledger", path_of(desk), serve(page(*paragraphs, visit=visit)))


def path_of(desk: Desk) -> str:
    return url_of(desk).partition(f":{desk.newsroom.port}")[2]


def url_of(desk: Desk) -> str:
    return desk.newsroom.edition.url(desk.newsroom.story("ledger-path"))


def versions(desk: Desk) -> tuple[Version, ...]:
    return desk.archive.versions(desk.article(url_of(desk)).id)


def changes(archive: Archive, article_id: int) -> list[Change]:
    return [change for change in archive.changes() if change.article_id == article_id]


def keep(archive: Archive, version: Version, reading: Extraction) -> None:
    """Have a version be what another program would have kept."""
    with archive._database.writing() as connection:
        connection.execute(
            text("UPDATE version SET content = :content, base_id = NULL, fingerprint = :mark WHERE id = :id"),
            {
                "content": pack(reading.to_json().encode()).data,
                "mark": fingerprint(reading),
                "id": version.id,
            },
        )


def test_a_page_that_only_reads_otherwise_makes_no_version_and_no_change(watched: Desk) -> None:
    for visit in (2, 3):
        put(watched, *STORY, visit=visit)
        assert watched.crawl(again=True)["unchanged"] >= 1
    (kept,) = versions(watched)
    assert kept.captures == 3
    assert kept.extraction.software == OLD  # what was kept stays as it was
    assert kept.extraction.blocks[-1].text == "Read this in the app."
    assert changes(watched.archive, kept.article_id) == []


def test_an_edit_is_told_without_what_only_reads_otherwise(watched: Desk) -> None:
    put(watched, STORY[0], STORY[1].replace("12", "21"), STORY[2], visit=2)
    watched.crawl(again=True)
    _, new = versions(watched)
    assert new.extraction.software == software()
    (change,) = changes(watched.archive, new.article_id)
    assert change.kinds == (ChangeKind.NUMBER,)


def test_captures_from_a_warc_file_are_compared_so_too(watched: Desk, tmp_path: Path) -> None:
    put(watched, *STORY, visit=2)
    other = tmp_path / "other"
    create_archive(other).close()
    with open_archive(other, settings=settings_for(other, watched.newsroom)) as archive:
        elsewhere = Desk(archive, watched.newsroom)
        elsewhere.add("ledger")
        elsewhere.crawl()
        take_captures(archive, "warc", tmp_path / "all.warc.gz", Span(), Selection())
    read_warcs(watched.archive, [tmp_path / "all.warc.gz"])
    (kept,) = versions(watched)
    assert kept.captures == 2
    assert changes(watched.archive, kept.article_id) == []


def test_a_version_that_cannot_be_read_again_is_compared_as_it_was_read_and_that_is_said(
    watched: Desk,
) -> None:
    (first,) = versions(watched)
    drawn = (*first.extraction.provenance, ("page", "drawn by Chromium/150"))
    keep(watched.archive, first, dataclasses.replace(first.extraction, provenance=drawn))
    put(watched, *STORY, visit=2)
    watched.crawl(again=True)
    assert len(versions(watched)) == 2
    (change,) = changes(watched.archive, first.article_id)
    assert change.kinds == (ChangeKind.REMOVED,)
    assert change.reasons[-1] == f"read by {OLD} before and by {software()} now, which may differ too"


def test_so_is_one_whose_payload_is_damaged(watched: Desk) -> None:
    (first,) = versions(watched)
    spoil(watched.archive, "payload", f"id = (SELECT payload_id FROM capture WHERE id = {first.capture_id})")
    put(watched, *STORY, visit=2)
    watched.crawl(again=True)
    (change,) = changes(watched.archive, first.article_id)
    assert change.kinds == (ChangeKind.REMOVED,)
