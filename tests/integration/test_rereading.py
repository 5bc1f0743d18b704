"""`verify` reads every version again from all the captures that it was read from, and names what differs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from palimpsest import fixity
from palimpsest.changes import fingerprint
from palimpsest.crawler.run import read_warcs
from palimpsest.exports.captures import Span, take_captures
from palimpsest.exports.selection import Selection
from palimpsest.model import Paragraph, Version
from palimpsest.newsroom.faults import redirect, serve, status
from palimpsest.storage import Archive, Verification, create_archive, merkle, open_archive, sql_leaves
from palimpsest.storage.payloads import pack, unpack

from ..conftest import NOW
from .conftest import Desk, settings_for, spoil
from .old_archives import make_old

BRIDGE = "ledger-path"  # in three pages
METEORITE = "portail-meteorite"  # told by the content service, with references


@pytest.fixture
def crawled(desk: Desk) -> Desk:
    """An outlet with a story in several pages, and a portal whose stories come from a content service."""
    for outlet in ("ledger", "portail"):
        desk.add(outlet)
    desk.crawl()
    desk.newsroom.at(1)
    desk.crawl(again=True)
    return desk


def check(archive: Archive) -> Verification:
    return fixity.check(archive, now=NOW)


def assert_all_read_again(archive: Archive) -> None:
    found = check(archive)
    assert found.findings == ()
    assert found.not_derived == ()
    counts = dict(found.checked)
    assert counts["derived"] == counts["versions"] == archive.stats().versions


def version_of(desk: Desk, name: str) -> Version:
    url = desk.newsroom.edition.url(desk.newsroom.story(name))
    return desk.archive.versions(desk.article(url).id)[-1]


def beside(archive: Archive, version: Version) -> list[int]:
    """The ids of the captures that were made beside the one that first showed a version."""
    with archive._database.reading() as connection:
        query = text("SELECT id FROM capture WHERE beside_id = :id ORDER BY id")
        return list(connection.scalars(query, {"id": version.capture_id}))


def execute(archive: Archive, *statements: str) -> None:
    with archive._database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def named(found: Verification) -> set[str]:
    return {f"{one.fault.value} {one.what.split(' sha256')[0]}" for one in found.findings}


def test_versions_read_from_several_captures_are_read_again(crawled: Desk) -> None:
    assert len(beside(crawled.archive, version_of(crawled, BRIDGE))) == 2
    assert len(beside(crawled.archive, version_of(crawled, METEORITE))) >= 2
    assert_all_read_again(crawled.archive)


def test_so_is_one_whose_second_page_was_redirected_and_whose_third_was_gone(desk: Desk) -> None:
    url = desk.newsroom.edition.url(desk.newsroom.story(BRIDGE))
    path = url.partition(f":{desk.newsroom.port}")[2]
    body = "".join(f"<p>{block.text}</p>" for block in desk.newsroom.blocks(BRIDGE)[5:10])
    page = f'<article><h1>T</h1>{body}</article><a href="{path}/3/">3</a>'
    desk.newsroom.fault("ledger", f"{path}/2/", redirect(f"{path}?page=2"))
    desk.newsroom.fault("ledger", f"{path}[?]page=2", serve(page.encode()))
    desk.newsroom.fault("ledger", f"{path}/3/", status(404))
    desk.add("ledger")
    desk.crawl()
    version = version_of(desk, BRIDGE)
    assert dict(version.extraction.provenance)["pages"] == "2"
    assert len(beside(desk.archive, version)) == 3  # the redirect and the refusal are kept too
    assert_all_read_again(desk.archive)


def test_so_is_a_shell_that_was_read_by_way_of_its_amp_form(desk: Desk) -> None:
    url = desk.newsroom.edition.url(desk.newsroom.story(BRIDGE))
    path = url.partition(f":{desk.newsroom.port}")[2]
    body = "".join(f"<p>{block.text}</p>" for block in desk.newsroom.blocks(BRIDGE))
    shell = f'<link rel="amphtml" href="/amp{path}"><div id="app"></div>'
    desk.newsroom.fault("ledger", path, serve(shell.encode()))
    desk.newsroom.fault("ledger", f"/amp{path}", serve(f"<article><h1>T</h1>{body}</article>".encode()))
    desk.add("ledger")
    desk.crawl()
    assert dict(version_of(desk, BRIDGE).extraction.provenance)["page"].startswith("alternate ")
    assert_all_read_again(desk.archive)


@pytest.mark.parametrize("selection", [None, Selection(versions="all")])
def test_versions_from_a_warc_file_are_read_again(
    crawled: Desk, selection: Selection | None, tmp_path: Path
) -> None:
    path = tmp_path / "all.warc.gz"
    take_captures(crawled.archive, "warc", path, Span(), selection)
    settings = settings_for(tmp_path / "again", crawled.newsroom)
    create_archive(tmp_path / "again").close()
    with open_archive(tmp_path / "again", settings=settings) as again:
        read_warcs(again, [path])
        assert again.stats().versions == crawled.archive.stats().versions
        assert_all_read_again(again)


def test_an_archive_of_before_tells_them_by_their_place(crawled: Desk) -> None:
    archive = crawled.archive
    # As it was entered then: no leaf said what a capture was fetched beside.
    execute(
        archive,
        "UPDATE capture SET beside_id = NULL",
        *(f"DELETE FROM {name}" for name in ("ledger_leaf", "ledger_node", "ledger_head")),
    )
    with archive._database.writing() as connection:
        sql_leaves.enter_everything(connection)
    make_old(archive, "0010")
    archive.close()
    with open_archive(archive.directory, settings=archive.settings) as later:
        assert_all_read_again(later)


@pytest.mark.parametrize("name", [BRIDGE, METEORITE])
def test_a_flipped_byte_in_what_was_fetched_beside_a_page_is_named(crawled: Desk, name: str) -> None:
    archive, version = crawled.archive, version_of(crawled, name)
    last = archive.capture(beside(archive, version)[-1])
    assert last.capture.sha256 is not None
    with archive._database.reading() as connection:
        query = text("SELECT id FROM payload WHERE sha256 = :digest")
        key = connection.scalar(query, {"digest": last.capture.sha256})
    spoil(archive, "payload", f"id = {key}")
    found = named(check(archive))
    assert f"bad payload {key}" in found
    assert f"bad version {version.id}" in found


@pytest.mark.parametrize("name", [BRIDGE, METEORITE])
def test_a_version_altered_together_with_its_digests_is_found_by_reading_it_again(
    crawled: Desk, name: str
) -> None:
    archive, version = crawled.archive, version_of(crawled, name)
    *blocks, _ = version.extraction.blocks
    altered = dataclasses.replace(version.extraction, blocks=(*blocks, Paragraph(text="Nobody said this.")))
    with archive._database.writing() as connection:
        content = pack(altered.to_json().encode()).data
        connection.execute(
            text("UPDATE version SET content = :content, base_id = NULL, fingerprint = :mark,"
                 " page_class = :kind, title = :title, published = :published, language = :language"
                 " WHERE id = :id"),
            {"content": content, "mark": fingerprint(altered), "id": version.id,
             "kind": altered.page_class.value, "title": altered.title,
             "published": altered.published or "", "language": altered.language or ""},
        )  # fmt: skip
        assert unpack(content) == altered.to_json().encode()
        place = {"low": version.capture_id, "high": version.capture_id}
        row = connection.execute(sql_leaves.BETWEEN, place).one()
        leaf = sql_leaves.leaf_as_found(row, sql_leaves.Bases(connection.execute).fetch([row]))
        connection.execute(
            text("UPDATE ledger_leaf SET hash = :hash WHERE kind = 1 AND row_id = :id"),
            {"hash": merkle.leaf_hash(leaf), "id": version.capture_id},
        )
        connection.execute(text("DELETE FROM ledger_node"))
    found = {what for what in named(check(archive)) if not what.startswith("missing ledger")}
    assert found == {f"bad version {version.id}"}


@pytest.mark.parametrize("content", [b"no JSON", b"[]", b"7", b'{"blocks": 7}', b'{"blocks": [{"kind": 1}]}'])
def test_content_that_is_no_extraction_is_named_and_the_rest_is_checked(
    archive: Archive, visit: Callable[..., int], content: bytes
) -> None:
    visit(b"one", title="One")
    visit(b"two", url="https://herald.example/b", title="Two")
    with archive._database.writing() as connection:
        change = text("UPDATE version SET content = :content, base_id = NULL WHERE id = 1")
        connection.execute(change, {"content": pack(content).data})
        row = connection.execute(sql_leaves.BETWEEN, {"low": 1, "high": 1}).one()
        leaf = sql_leaves.leaf_as_found(row, sql_leaves.Bases(connection.execute).fetch([row]))
        connection.execute(
            text("UPDATE ledger_leaf SET hash = :hash WHERE kind = 1 AND row_id = 1"),
            {"hash": merkle.leaf_hash(leaf)},
        )
    found = check(archive)
    assert named(found) == {"bad version 1"}
    assert sum(count for _, count in found.not_derived) == 1


def test_what_a_capture_was_fetched_beside_is_in_the_ledger(crawled: Desk) -> None:
    second, third = beside(crawled.archive, version_of(crawled, BRIDGE))
    execute(crawled.archive, f"UPDATE capture SET beside_id = NULL WHERE id = {third}")
    found = named(check(crawled.archive))
    assert f"bad capture {third}" in found
    assert f"bad capture {second}" not in found
