"""What a transaction stores, and how it comes back."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palimpsest.errors import NotFound
from palimpsest.model import (
    ArticleState,
    Capture,
    Extraction,
    Outcome,
    PageClass,
    Paragraph,
    Source,
    Version,
    sha256,
)  # fmt: skip
from palimpsest.storage import Archive

from ..conftest import a_capture, an_extraction

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://herald.example/a"
KEY = "herald.example/a"


def page(seed: int, size: int = 20_000) -> bytes:
    words = random.Random(seed).choices(
        ["alpha", "beta", "gamma", "delta", "<p>", "</p>", "1234"], k=size // 6
    )
    return " ".join(words).encode()


def test_a_capture_comes_back_to_the_byte(archive: Archive, make_capture: Callable[..., Capture]) -> None:
    capture = make_capture(
        URL,
        b"\x1f\x8b\x00 body",
        ip="2001:db8::1",
        seconds=1.234567,
        outcome=Outcome.REDIRECT,
        status=301,
        location="https://herald.example/b",
        reason="moved",
        request_head=b"GET /a HTTP/1.1\r\n\r\n",
        response_head=b"HTTP/1.1 301 \xff\r\nX: 1\r\nX: 2\r\nx:3\r\n\r\n",
    )
    with archive.transaction() as tx:
        new = tx.add_capture(capture)
    stored = archive.capture(new)
    assert stored.has_payload
    assert archive.payload(stored.capture.sha256 or b"") == capture.payload
    assert stored.capture == make_capture(
        **{f: getattr(capture, f) for f in Capture.__dataclass_fields__} | {"payload": None}
    )


def test_a_failure_without_answer_is_a_record_too(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    failed = make_capture(
        URL,
        None,
        outcome=Outcome.FAILED,
        reason="no such host",
        status=None,
        request_head=b"",
        response_head=b"",
    )
    with archive.transaction() as tx:
        new = tx.add_capture(failed)
    stored = archive.capture(new)
    assert stored.capture == failed
    assert not stored.has_payload


def test_a_304_vouches_for_a_payload_without_having_one(
    archive: Archive, visit: Callable[..., int], make_capture: Callable[..., Capture]
) -> None:
    visit(b"text")
    same = make_capture(URL, None, outcome=Outcome.NOT_MODIFIED, status=304, sha256=sha256(b"text"))
    with archive.transaction() as tx:
        new = tx.add_capture(same, article_id=1, version_id=1)
    stored = archive.capture(new)
    assert (stored.has_payload, stored.capture.sha256, stored.version_id) == (False, sha256(b"text"), 1)


def test_a_payload_held_already_is_not_stored_again(archive: Archive, visit: Callable[..., int]) -> None:
    visit(page(1))
    before = archive.stats()
    visit(page(1), at=NOW + HOUR)
    visit(page(1), url="https://herald.example/b", at=NOW + HOUR)
    after = archive.stats()
    assert (after.payloads, after.stored_bytes) == (1, before.stored_bytes)
    assert after.captures == 3


def markup(seed: int) -> bytes:
    """A page with the repetitions that templates make: effort pays on it."""
    draw = random.Random(seed).randint
    rows = (f'<li class="c{draw(1, 30)}"><a href="/s/{draw(1, 99)}-{draw(1, 99)}">{draw(1, 999)}</a></li>'
            for _ in range(2000))  # fmt: skip
    return "".join(rows).encode()


def test_an_edited_page_costs_few_bytes_and_a_new_design_gets_a_new_keyframe(
    archive: Archive, visit: Callable[..., int]
) -> None:
    first = page(1)
    visit(first)
    whole = archive.stats().stored_bytes
    visit(first[:9000] + b"edited" + first[9000:], at=NOW + HOUR)
    edited = archive.stats().stored_bytes - whole
    assert edited < whole / 20
    redesigned = page(2)
    visit(redesigned, at=NOW + 2 * HOUR)
    before = archive.stats().stored_bytes
    visit(redesigned + b"more", at=NOW + 3 * HOUR)
    assert archive.stats().stored_bytes - before < whole / 20
    for stored in archive.captures(1):
        assert sha256(archive.payload(stored.capture.sha256 or b"")) == stored.capture.sha256


def test_a_page_is_packed_better_once_others_are_deltas_of_it(
    archive: Archive, visit: Callable[..., int]
) -> None:
    first = markup(1)
    visit(first)
    quick = archive.stats().stored_bytes
    visit(first[:9000] + b"edited" + first[9000:], at=NOW + HOUR)
    assert archive.stats().stored_bytes < quick
    assert archive.payload(sha256(first)) == first
    # In one transaction, where the first page is not yet in the database.
    other = markup(2)
    with archive.transaction() as tx:
        article = tx.add_article(None, URL + "/2", KEY + "/2", now=NOW)
        for body in (other, other + b"edited"):
            one = Capture(record_id=uuid.uuid4(), url=URL, at=NOW, outcome=Outcome.OK, payload=body)
            tx.add_capture(one, article_id=article.id)
    assert archive.stats().stored_bytes < 2 * quick
    assert archive.payload(sha256(other)) == other


def test_slow_drift_gets_a_new_keyframe_in_time(archive: Archive, visit: Callable[..., int]) -> None:
    body = page(0)
    costs = []
    for step in range(30):
        body = body[:-1000] if step % 2 else page(100 + step, 1000) + body
        before = archive.stats().stored_bytes
        visit(body, at=NOW + step * HOUR)
        costs.append(archive.stats().stored_bytes - before)
    keyframes = [step for step in range(1, 30) if costs[step] > costs[0] / 2]
    assert keyframes
    assert sum(costs) < 10 * costs[0]


def test_a_payload_with_another_digest_than_its_capture_says_is_refused(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    with pytest.raises(ValueError, match="digest"), archive.transaction() as tx:
        tx.add_capture(make_capture(payload=b"text", sha256=sha256(b"other")))
    assert archive.stats().captures == 0


def test_an_article_is_known_under_all_its_keys(archive: Archive, source: Source) -> None:
    with archive.transaction() as tx:
        assert tx.article_by_keys([KEY]) is None
        made = tx.add_article(source.id, URL, KEY, now=NOW)
        tx.add_alias(made.id, "herald.example/amp/a", "https://herald.example/amp/a")
        tx.add_alias(made.id, "herald.example/amp/a", "https://herald.example/amp/a")
        assert tx.article_by_keys(["nowhere", "herald.example/amp/a"]) == made
    with archive.transaction() as tx:
        assert tx.article_by_keys(["herald.example/amp/a", KEY]) == made
        other = tx.add_article(source.id, "https://herald.example/b", "herald.example/b", now=NOW)
        tx.add_alias(other.id, "herald.example/amp/a", "https://herald.example/amp/a")
    found = archive.article("herald.example/amp/a")
    assert (found.id, found.url, found.aliases) == (made.id, URL, ("https://herald.example/amp/a",))
    assert archive.article(URL) == archive.article(made.id) == found


def test_versions_grow_by_witnesses_and_are_numbered(archive: Archive, visit: Callable[..., int]) -> None:
    for step, text in enumerate([b"one", b"one", b"two", b"two", b"two", b"three"]):
        visit(text, at=NOW + step * HOUR, title=f"Title {text.decode()}")
    versions = archive.versions(1)
    assert [(v.number, v.captures, v.extraction.text) for v in versions] == [
        (1, 2, "one"), (2, 3, "two"), (3, 1, "three")]  # fmt: skip
    assert versions[1].first_seen == NOW + 2 * HOUR
    assert versions[1].last_seen == NOW + 4 * HOUR
    article = archive.article(1)
    assert (article.title, article.versions, article.captures) == ("Title three", 3, 6)
    assert (article.first_seen, article.last_seen) == (NOW, NOW + 5 * HOUR)
    assert [c.version_id for c in archive.captures(1)] == [1, 1, 2, 2, 2, 3]


def test_several_visits_of_one_article_fit_in_one_transaction(
    archive: Archive, make_capture: Callable[..., Capture], make_extraction: Callable[..., Extraction]
) -> None:
    texts = [page(1), page(1) + b"x", page(1) + b"y", page(1) + b"x"]
    made: list[Version] = []
    with archive.transaction() as tx:
        article = tx.add_article(None, URL, KEY, now=NOW)
        for step, text in enumerate(texts):
            at = NOW + step * HOUR
            new = tx.add_capture(make_capture(URL, text, at=at), article_id=article.id)
            made.append(
                tx.add_version(article.id, new, make_extraction(URL, text=str(step)), sha256(text), at=at)
            )
        again = tx.add_capture(make_capture(URL, texts[-1], at=NOW + 9 * HOUR), article_id=article.id)
        tx.witness(made[-1].id, again, NOW + 9 * HOUR)
        latest = tx.last_version(article.id)
        assert latest is not None
        assert (latest.id, latest.captures, latest.last_seen) == (made[-1].id, 2, NOW + 9 * HOUR)
        row = tx.article(article.id)
        assert (row.captures, row.versions, row.fingerprint) == (5, 4, sha256(texts[-1]))
    assert archive.versions(article.id)[:3] == tuple(made[:3])
    assert archive.stats().payloads == 3
    for text in texts:
        assert archive.payload(sha256(text)) == text


def test_an_old_capture_brought_in_late_does_not_become_the_latest(
    archive: Archive, visit: Callable[..., int]
) -> None:
    visit(b"new", at=NOW, title="New")
    visit(b"old", at=NOW - 9 * HOUR, title="Old")
    article = archive.article(1)
    assert (article.title, article.versions, article.first_seen) == ("New", 2, NOW - 9 * HOUR)
    with archive.transaction() as tx:
        row = tx.article(1)
        assert (row.version_id, row.payload_sha256) == (1, sha256(b"new"))
    early = archive.version_at(1, NOW - HOUR)
    assert early is not None
    assert early.extraction.title == "Old"


def test_as_of_gives_the_version_last_witnessed_by_then(archive: Archive, visit: Callable[..., int]) -> None:
    for step, text in enumerate([b"one", b"two"]):
        visit(text, at=NOW + step * HOUR)
    assert archive.version_at(1, NOW - HOUR) is None
    for minutes, number in ((0, 1), (59, 1), (60, 2), (600, 2)):
        found = archive.version_at(1, NOW + timedelta(minutes=minutes))
        assert found is not None
        assert found.number == number


def test_a_versions_name_lasts_and_may_be_shortened(archive: Archive, visit: Callable[..., int]) -> None:
    record = uuid.UUID("0123456789abcdef0123456789abcdef")
    visit(b"one", record_id=record)
    (version,) = archive.versions(1)
    assert version.public_id == "0123456789abcdef0123"
    for name in (version.public_id, "0123", str(record)):
        assert archive.version(name) == version
    visit(b"two", record_id=uuid.UUID("0123456789abcdef0123456789abcdff"), at=NOW + HOUR)
    with pytest.raises(NotFound, match="several"):
        archive.version("0123")
    assert archive.version(str(record)) == version
    for name in ("9999", "no such thing", ""):
        with pytest.raises(NotFound):
            archive.version(name)


def test_an_imported_record_is_recognised(archive: Archive, make_capture: Callable[..., Capture]) -> None:
    capture = make_capture()
    with archive.transaction() as tx:
        assert not tx.has_record(capture.record_id)
        tx.add_capture(capture)
        assert tx.has_record(capture.record_id)
    with archive.transaction() as tx:
        assert tx.has_record(capture.record_id)
        assert tx.has_payload(capture.sha256 or b"")
        assert not tx.has_payload(bytes(32))


def test_the_state_of_an_article_is_set_and_kept(archive: Archive, visit: Callable[..., int]) -> None:
    visit(b"one")
    with archive.transaction() as tx:
        tx.set_article(1, state=ArticleState.GONE, next_visit=NOW + HOUR)
    with archive.transaction() as tx:
        tx.set_article(1, last_seen=NOW - HOUR)
    article = archive.article(1)
    assert (article.state, article.next_visit, article.last_seen) == (ArticleState.GONE, NOW + HOUR, NOW)
    assert archive.stats().gone == 1


def test_a_page_full_of_what_no_database_can_hold_is_kept_all_the_same(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    url = "https://herald.example/\x00\ud800"
    nasty = Extraction(
        url=url, title="NUL \x00 and \ud800", standfirst="\x00", language="e\x00", published="\x00",
        page_class=PageClass.LIVEBLOG, blocks=(Paragraph(text="\x00\ud83d"),),
    )  # fmt: skip
    with archive.transaction() as tx:
        article = tx.add_article(None, url, url, now=NOW)
        new = tx.add_capture(make_capture(url, b"\x00", reason="\x00"), article_id=article.id)
        tx.add_version(article.id, new, nasty, bytes(32), at=NOW)
    (version,) = archive.versions(article.id)
    assert version.extraction == nasty
    assert archive.article(url).title == "NUL � and �"


def test_a_block_that_raises_leaves_nothing(archive: Archive, make_capture: Callable[..., Capture]) -> None:
    with suppress(RuntimeError), archive.transaction() as tx:
        article = tx.add_article(None, URL, KEY, now=NOW)
        tx.add_capture(make_capture(URL), article_id=article.id)
        tx.flush()
        raise RuntimeError("in the middle of it")
    stats = archive.stats()
    assert (stats.articles, stats.captures, stats.payloads, stats.stored_bytes) == (0, 0, 0, 0)
    with pytest.raises(NotFound):
        archive.article(KEY)


def test_articles_are_listed_by_what_is_asked(
    archive: Archive, source: Source, visit: Callable[..., int]
) -> None:
    for i in range(5):
        visit(
            b"%d" % i,
            url=f"https://herald.example/{i}",
            at=NOW + i * HOUR,
            source_id=source.id if i else None,
            title=f"The Bridge, part {i}",
        )
    visit(b"edited", url="https://herald.example/3", at=NOW + 9 * HOUR, source_id=source.id)

    def ids(**how: object) -> list[int]:
        return [article.id for article in archive.articles(**how)]  # type: ignore[arg-type]

    assert ids() == [1, 2, 3, 4, 5]
    assert ids(newest=True, limit=2) == [5, 4]
    assert ids(after=2, limit=2) == [3, 4]
    assert ids(source="herald") == [2, 3, 4, 5]
    assert ids(edited=True) == [4]
    assert ids(edited=False, until=NOW + 2 * HOUR) == [1, 2]
    assert ids(since=NOW + 4 * HOUR) == [4, 5]
    assert ids(words="herald BRIDGE 2") == [3]
    assert ids(words="100%") == []


def test_captures_are_read_in_pages_without_end_or_repeat(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    with archive.transaction() as tx:
        for i in range(450):
            tx.add_capture(make_capture(URL, b"%d" % (i % 7), at=NOW + timedelta(minutes=i)))
    assert [c.id for c in archive.captures()] == list(range(1, 451))
    assert [c.id for c in archive.captures(after=440)] == list(range(441, 451))
    some = archive.captures(since=NOW + timedelta(minutes=10), until=NOW + timedelta(minutes=12))
    assert [c.id for c in some] == [11, 12]
    assert list(archive.captures(article_id=1)) == []
    with pytest.raises(NotFound):
        archive.capture(999)


def test_figures_of_an_empty_archive_are_zeros(archive: Archive) -> None:
    stats = archive.stats()
    assert (stats.captures, stats.first_capture, stats.pending) == (0, None, 0)
    assert stats.database_bytes > 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.binary(max_size=3000),
    edits=st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=300)), max_size=5),
    heads=st.lists(st.binary(max_size=200), min_size=1, max_size=6),
    apart=st.booleans(),
)
def test_whatever_bytes_are_stored_come_back_identical(
    archive: Archive,
    make_capture: Callable[..., Capture],
    base: bytes,
    edits: list[tuple[int, bytes]],
    heads: list[bytes],
    apart: bool,
) -> None:
    payloads = [base]
    for place, edit in edits:
        payloads.append(payloads[-1][:place] + edit + payloads[-1][place:])
    url = f"https://herald.example/{uuid.uuid4()}"
    wanted: list[tuple[int, bytes, bytes]] = []
    with archive.transaction() as tx:
        article = tx.add_article(None, url, url, now=NOW)
    for i, payload in enumerate(payloads):
        with archive.transaction() as tx:
            for _ in range(1 if apart else 2):
                head = heads[i % len(heads)]
                new = tx.add_capture(
                    make_capture(url, payload, request_head=head, response_head=head + b"!"),
                    article_id=article.id,
                )
                wanted.append((new, payload, head))
    for capture_id, payload, head in wanted:
        capture = archive.capture(capture_id).capture
        assert archive.payload(capture.sha256 or b"") == payload
        assert (capture.request_head, capture.response_head) == (head, head + b"!")


def test_a_new_article_costs_no_more_where_there_are_many(sqlite_archive: Archive) -> None:
    """Counted in steps of SQLite's machine, for an open reference made it read whole tables for each row."""

    def store(first: int, count: int) -> None:
        for number in range(first, first + count):
            url = f"https://herald.example/{number}"
            with sqlite_archive.transaction() as tx:
                article = tx.add_article(None, url, url.removeprefix("https://"), now=NOW)
                capture = tx.add_capture(a_capture(url, f"{number}".encode()), article_id=article.id)
                tx.add_version(article.id, capture, an_extraction(url), b"f" * 32, at=NOW)

    def steps(number: int) -> int:
        taken = [0]

        def count() -> None:
            taken[0] += 1

        with sqlite_archive._database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
        driver.set_progress_handler(count, 10)
        store(number, 1)
        driver.set_progress_handler(None, 10)
        return taken[0]

    store(0, 30)
    few = steps(30)
    store(31, 270)
    assert 0 < steps(301) < 1.5 * few
