"""The main job on the newsroom: what a crawl archives, and what a second one adds."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from palimpsest.cli.crawling import summary
from palimpsest.crawler.deciding import Happened
from palimpsest.model import ArticleState, ChangeKind, Outcome, Way, WayKind
from palimpsest.newsroom import LAST_STEP, Edit, Newsroom, Verdict
from palimpsest.newsroom.faults import serve, status
from palimpsest.newsroom.hostile import same_canonical

from .conftest import Desk


def test_the_first_crawl_archives_every_announced_article_once(desk: Desk) -> None:
    for outlet in desk.newsroom.outlets:
        desk.add(outlet.slug)
    counts = desk.crawl()
    announced = set(desk.newsroom.articles())
    held = {article.url for article in desk.archive.articles()}
    assert counts["new"] == len(held)
    assert {desk.article(url).url for url in announced} <= held
    assert {article.versions for article in desk.archive.articles()} == {1}


def test_an_unchanged_page_makes_a_capture_and_no_version(desk: Desk) -> None:
    desk.add("courrier")
    first = desk.crawl()
    second = desk.crawl(again=True)
    assert first["new"] > 0
    assert second["unchanged"] == first["new"]
    assert second["new"] == second["changed"] == 0
    assert {(a.versions, a.captures) for a in desk.archive.articles()} == {(1, 2)}


def test_a_server_with_validators_is_asked_conditionally_and_answers_304(desk: Desk) -> None:
    slug = next(outlet.slug for outlet in desk.newsroom.outlets if outlet.validators)
    desk.add(slug)
    new = desk.crawl()["new"]
    desk.crawl(again=True)
    # The first of several pages vouches for itself alone, so such a story is asked for as if new.
    several = sum(story.page > 0 for story in desk.newsroom.edition.stories if story.outlet == slug)
    assert desk.outcomes()[Outcome.NOT_MODIFIED] == new - several
    bodies = [s.capture for s in desk.archive.captures() if s.capture.outcome is Outcome.NOT_MODIFIED]
    assert all(capture.sha256 for capture in bodies)  # a 304 vouches for the payload we hold


def test_articles_already_archived_are_not_fetched_again_before_they_are_due(desk: Desk) -> None:
    desk.add("courrier")
    desk.crawl()
    before = len(desk.newsroom.requests.visits)
    counts = desk.crawl()
    paths = [visit.path for visit in desk.newsroom.requests.visits[before:]]
    assert not counts["unchanged"]
    assert all(path.endswith((".xml", "robots.txt")) for path in paths)


def test_every_scripted_edit_makes_a_version_exactly_when_it_should(desk: Desk) -> None:
    for outlet in desk.newsroom.outlets:
        desk.add(outlet.slug)
    ids: dict[str, int] = {}
    before: dict[int, int] = {}
    wrong = []
    flips: Counter[str] = Counter()
    for step in range(LAST_STEP + 1):
        desk.newsroom.at(step)
        desk.crawl(again=step > 0)
        edits: dict[str, list[Edit]] = {}
        for edit in (one for one in desk.newsroom.script() if one.step == step):
            edits.setdefault(edit.story, []).append(edit)
        after = {article.id: article.versions for article in desk.archive.articles()}
        for story, done in edits.items():
            made = after[ids[story]] - before[ids[story]]
            # That a story is back is an event of its state; its text may be what it was.
            wanted = any(
                edit.verdict in (Verdict.ALERT, Verdict.LABEL) and set(edit.changes) - {ChangeKind.RESTORED}
                for edit in done
            )
            # Of headlines tried out against one another, the first two changes are told, and no more.
            flips[story] += any(edit.kind == "ab-headline" for edit in done)
            wanted = wanted and flips[story] <= 2
            if made != int(wanted):
                wrong.append((step, story, [edit.kind for edit in done], f"{made} versions"))
        unedited = [s for s, one in ids.items() if s not in edits and after[one] != before[one]]
        wrong += [(step, story, ["nothing"], "a version") for story in unedited]
        before = after
        for story in desk.newsroom.edition.stories:
            if story.name not in ids and story.at(step) is not None:
                ids[story.name] = desk.article(desk.newsroom.edition.url(story)).id
    assert wrong == []


def test_a_withdrawn_story_is_missing_at_first_and_gone_after_a_second_look(desk: Desk) -> None:
    desk.add("courrier")
    desk.crawl()
    url = desk.newsroom.articles("courrier")[0]
    desk.newsroom.fault(
        "courrier", desk.newsroom.story(url).name and url.split(str(desk.newsroom.port))[1], status(410)
    )
    assert desk.crawl(again=True)["missing"] == 1
    assert desk.article(url).state is ArticleState.MISSING
    assert desk.crawl(again=True)["gone"] == 1
    assert desk.article(url).state is ArticleState.GONE
    desk.newsroom.heal()
    assert desk.crawl(again=True)["restored"] == 1
    assert desk.article(url).versions == 1


def test_the_portal_and_its_server_rendered_twin_give_the_same_blocks(desk: Desk) -> None:
    for slug in ("portail", "portalsur"):
        desk.add(slug)
    desk.crawl()
    texts = []
    for name in ("portail-seed", "portalsur-seed"):
        url = desk.newsroom.edition.url(desk.newsroom.story(name))
        page = desk.archive.versions(desk.article(url).id)[-1].extraction
        assert page.blocks == desk.newsroom.blocks(name)
        assert "Comentarios" not in page.text
        texts.append(page.blocks)
    assert texts[0] == texts[1]
    (video,) = page.videos
    assert video.label == "Vidéo associée"
    assert video.title is not None
    assert video.title.startswith("Biden donne le feu vert")


def test_the_portal_keeps_both_the_page_and_the_json_of_its_content_service(desk: Desk) -> None:
    desk.add("portail")
    desk.crawl()
    article = next(iter(desk.archive.articles()))
    kinds = [s.capture.header("content-type") for s in desk.archive.captures(article.id)]
    assert any("html" in (kind or "") for kind in kinds)
    assert any("json" in (kind or "") for kind in kinds)


def test_what_is_stored_is_byte_for_byte_what_was_served(desk: Desk) -> None:
    desk.add("courrier")
    desk.crawl()
    for stored in desk.archive.captures():
        if stored.has_payload:
            assert stored.capture.sha256 is not None
            body = desk.archive.payload(stored.capture.sha256)
            assert hashlib.sha256(body).digest() == stored.capture.sha256
            assert stored.capture.response_head.startswith(b"HTTP/1.1 200")


def test_a_page_forbidden_by_robots_is_a_record_with_its_reason_and_never_fetched(desk: Desk) -> None:
    desk.newsroom.fault(
        "courrier", "/robots.txt", serve(b"User-agent: *\nDisallow: /economie/\n", "text/plain")
    )
    desk.add("courrier")
    counts = desk.crawl()
    assert counts["forbidden"] > 0
    assert not [
        v for v in desk.newsroom.requests.visits if v.path.startswith("/economie/") and "rss" not in v.path
    ]
    reasons = {s.capture.reason for s in desk.archive.captures() if s.capture.outcome is Outcome.FORBIDDEN}
    assert all("robots.txt" in reason for reason in reasons)


def test_a_limit_holds_for_each_source_and_the_rest_stays_pending(desk: Desk) -> None:
    source = desk.add("courrier")
    total = len(desk.newsroom.articles("courrier"))
    assert desk.crawl(limit=1)["new"] == 1
    assert desk.archive.pending(source.id) == total - 1
    assert desk.crawl()["new"] == total - 1


def test_since_leaves_older_articles_out(desk: Desk) -> None:
    desk.add("courrier")
    assert desk.crawl(since=datetime.now(UTC) + timedelta(days=1))["new"] == 0


def test_a_dry_run_names_what_would_be_fetched_and_stores_nothing(desk: Desk) -> None:
    source = desk.add("courrier")
    counts = desk.crawl(dry_run=True)
    links = {note.text for note in desk.notes if note.text}
    assert counts["found"] > 0
    assert links
    assert desk.archive.stats().captures == 0
    assert desk.archive.pending(source.id) == 0


def test_one_host_is_asked_one_thing_at_a_time_whatever_the_number_of_sources(desk: Desk) -> None:
    outlet = desk.newsroom.outlet("courrier")
    for number, feed in enumerate(outlet.feeds):
        desk.add("courrier", slug=f"c{number}", ways=(Way(kind=WayKind.FEED, url=feed),))
    desk.crawl()
    visits = sorted(desk.newsroom.requests(outlet.host), key=lambda visit: visit.at)
    overlaps = [b.path for a, b in itertools.pairwise(visits) if b.at < a.done]
    assert len(visits) > len(outlet.feeds) + 1
    assert overlaps == []


def test_two_pages_that_claim_one_canonical_address_stay_two_articles(desk: Desk) -> None:
    outlet = desk.newsroom.outlet("courrier")
    desk.newsroom.fault("courrier", "*.html", same_canonical(outlet.base + "/la-une-du-jour.html"))
    desk.add("courrier")
    total = len(desk.newsroom.articles("courrier"))
    assert desk.crawl()["new"] == total


def test_scrapy_lists_the_spiders_and_runs_one_by_itself(
    desk: Desk, newsroom: Newsroom, tmp_path: Path
) -> None:
    root = Path(__file__).resolve().parents[2]
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=root, capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) >= {"feed", "sitemap", "frontpage", "list", "revisit", "warc", "msn"}
    desk.add("courrier")
    directory = desk.archive.directory
    text = (directory / "palimpsest.toml").read_text("utf-8")
    hosts = ", ".join(f'"{host}" = "127.0.0.1"' for host in newsroom.resolve)
    fetch = f"delay = 0\nallow = {list(newsroom.allow)!r}\nresolve = {{ {hosts} }}\n"
    assert "[fetch]" in text
    (directory / "palimpsest.toml").write_text(f"[fetch]\n{fetch}")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "feed",
            "-a",
            "source=courrier",
            "-s",
            f"PALIMPSEST_ARCHIVE={directory}",
        ],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert desk.archive.stats().articles == len(newsroom.articles("courrier"))
    assert desk.archive.runs(limit=1)[0].state.value == "done"


@pytest.mark.parametrize("happened", list(Happened))
def test_every_outcome_of_a_page_has_a_word_for_the_summary(happened: Happened) -> None:
    assert (happened.value in summary(Counter({happened.value: 2}))) is (happened is not Happened.HELD)
