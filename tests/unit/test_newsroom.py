"""The newsroom: what is served at each step, the same each time, with every kind of edit in it."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from xml.etree import ElementTree

import pytest

from palimpsest.model import Heading, Paragraph, VideoBlock
from palimpsest.newsroom import LAST_STEP, OPERATORS, Newsroom, Verdict


@pytest.fixture(scope="module")
def shared() -> Iterator[Newsroom]:
    with Newsroom() as news:
        yield news


@pytest.fixture
def news(shared: Newsroom) -> Iterator[Newsroom]:
    shared.at(0)
    shared.requests.visits.clear()
    yield shared
    shared.heal()


class Reply:
    def __init__(self, news: Newsroom, url: str, method: str = "GET", **headers: str) -> None:
        host, path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()  # type: ignore[union-attr]
        connection = http.client.HTTPConnection("127.0.0.1", news.port, timeout=10)
        try:
            connection.request(method, path, headers={"Host": host, **headers})
            response = connection.getresponse()
            self.status, self.headers, self.body = response.status, response.headers, response.read()
        finally:
            connection.close()

    @property
    def text(self) -> str:
        return self.body.decode(self.headers.get_content_charset() or "utf-8")


def story_text(html: str) -> str:
    """The page without the furniture: title, body and dates, as a crude reader finds them."""
    return re.sub(r"<(script|style|aside|ul|ol|h4|i|em)\b.*?</\1>", "", html, flags=re.S)


def test_every_announced_story_is_served_at_every_step(news: Newsroom) -> None:
    for step in range(LAST_STEP + 1):
        news.at(step)
        for url in news.articles():
            copy = news.copy(url)
            reply = Reply(news, url)
            assert reply.status == (503 if copy.standing == "unavailable" else 200), url
            assert len(reply.body) > 2_000


def test_every_outlet_announces_its_stories_in_a_way_that_leads_to_them(news: Newsroom) -> None:
    for outlet in news.outlets:
        found = "".join(Reply(news, way.url).text for way in outlet.ways if "sitemap.xml" not in way.url)
        for feed in outlet.feed_list:
            if feed.form == "sitemap-gz":
                found += gzip.decompress(Reply(news, outlet.base + feed.path).body).decode()
        for url in news.articles(outlet.slug):
            assert url in found or url.removeprefix(outlet.base) in found, url
        assert outlet.ways


def test_feeds_and_sitemaps_are_well_formed_and_dated_by_the_step(news: Newsroom) -> None:
    for outlet in news.outlets:
        for feed in outlet.feed_list:
            reply = Reply(news, outlet.base + feed.path)
            if feed.form == "json":
                assert json.loads(reply.body)["items"]
                continue
            body = gzip.decompress(reply.body) if feed.form == "sitemap-gz" else reply.body
            root = ElementTree.fromstring(body)
            dates = [e.text for e in root.iter() if e.tag.rpartition("}")[2] in ("lastmod", "updated")]
            assert feed.form in ("rdf",) or all("2026-10-1" in (date or "") for date in dates)


def test_a_storys_page_says_the_same_at_the_same_step_and_differs_in_its_furniture(news: Newsroom) -> None:
    url = news.articles("courrier")[0]
    first, second = Reply(news, url).text, Reply(news, url).text
    assert first != second
    with Newsroom() as other:
        again = other.blocks(other.articles("courrier")[0])
    assert [b.text for b in again] == [b.text for b in news.blocks(url)]
    for block in news.blocks(url):
        if isinstance(block, Paragraph | Heading):
            assert block.text.split("(")[0][:40] in re.sub(r"<[^>]+>", "", _unescape(first))


def _unescape(text: str) -> str:
    from html import unescape

    return unescape(text)


def test_going_back_to_a_step_brings_its_text_back(news: Newsroom) -> None:
    before = {url: news.copy(url) for url in news.articles()}
    news.advance(3)
    assert "21 ouvriers" in "".join(news.copy("courrier-pont-tournant").body)
    news.at(0)
    assert {url: news.copy(url) for url in news.articles()} == before


def test_the_script_covers_every_operator_and_every_verdict(news: Newsroom) -> None:
    script = news.script()
    assert {edit.kind for edit in script} == set(OPERATORS)
    assert {edit.verdict for edit in script} == set(Verdict)
    assert all(1 <= edit.step <= LAST_STEP for edit in script)
    assert {edit.outlet for edit in script} == {outlet.slug for outlet in news.outlets}


def test_an_edit_that_matters_changes_the_copy_and_noise_does_not(news: Newsroom) -> None:
    for edit in news.script():
        story = news.story(edit.story)
        before, after = story.at(edit.step - 1), story.at(edit.step)
        assert before is not None
        assert after is not None
        if edit.kind == "noise":
            assert before == after
        elif edit.verdict in (Verdict.ALERT, Verdict.LABEL, Verdict.STATE):
            assert before.body != after.body or before != after
        if edit.kind in ("touched", "redesign"):
            assert before.body == after.body


def test_a_number_is_edited_on_the_page(news: Newsroom) -> None:
    url = next(edit.url for edit in news.script() if edit.kind == "number")
    assert "12 ouvriers" in Reply(news, url).text
    news.advance()
    reply = Reply(news, url)
    assert "21 ouvriers" in reply.text
    assert "12 ouvriers" not in reply.text


def test_each_standing_answers_as_the_outlet_would(news: Newsroom) -> None:
    expected = {
        "withdrawn": (404, 410),
        "soft-404": (200,),
        "to-front": (302,),
        "consent": (200,),
        "unavailable": (503,),
        "paywall": (200,),
    }
    for kind, statuses in expected.items():
        for edit in (edit for edit in news.script() if edit.kind == kind and edit.outlet != "portail"):
            news.at(edit.step)
            reply = Reply(news, edit.url)
            assert reply.status in statuses, edit
            last = news.blocks(edit.story)[-1].text
            assert not last or last[:30] not in reply.text, edit


def test_a_moved_story_redirects_from_its_old_address(news: Newsroom) -> None:
    edit = next(edit for edit in news.script() if edit.kind == "moved")
    old = next(url for url in news.articles() if news.story(url).name == edit.story)
    news.at(edit.step)
    reply = Reply(news, old)
    assert (reply.status, reply.headers["Location"]) == (301, edit.url)
    assert Reply(news, edit.url).status == 200


def test_one_outlet_has_validators_that_hold_until_an_edit(news: Newsroom) -> None:
    url = next(edit.url for edit in news.script() if edit.kind == "decimal")
    first = Reply(news, url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert Reply(news, url, **{"If-None-Match": etag}).status == 304
    assert Reply(news, url, **{"If-Modified-Since": modified}).status == 304
    assert Reply(news, url, **{"If-None-Match": '"other"', "If-Modified-Since": modified}).status == 200
    news.advance()
    assert Reply(news, url, **{"If-None-Match": etag}).status == 200
    assert "ETag" not in Reply(news, news.articles("courrier")[0]).headers


def test_unknown_addresses_and_hosts_are_not_found(news: Newsroom) -> None:
    assert Reply(news, news.url("ledger", "/nothing/here")).status == 404
    assert Reply(news, f"http://elsewhere.example:{news.port}/").status == 421
    assert Reply(news, news.url("ledger"), method="POST").status == 405


def test_head_sends_no_body_and_gzip_is_sent_to_who_asks(news: Newsroom) -> None:
    url = news.url("ledger")
    assert Reply(news, url, method="HEAD").body == b""
    packed = Reply(news, url, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Kelmouth" in gzip.decompress(packed.body)


def test_a_connection_is_kept_alive_and_every_request_is_logged(news: Newsroom) -> None:
    outlet = news.outlet("faro")
    connection = http.client.HTTPConnection("127.0.0.1", news.port, timeout=10)
    try:
        for path in ("/robots.txt", "/", "/nope?x=1"):
            connection.request("GET", path, headers={"Host": f"{outlet.host}:{news.port}", "X-Who": "me"})
            connection.getresponse().read()
    finally:
        connection.close()
    visits = news.requests(outlet.host)
    assert [(v.path, v.status) for v in visits] == [("/robots.txt", 200), ("/", 200), ("/nope?x=1", 404)]
    assert visits[0].header("x-who") == "me"
    assert all(v.at <= v.done < float("inf") for v in visits)
    assert len(news.requests(outlet.host, "/nope")) == 1


def test_the_seed_is_whole_on_both_portals(news: Newsroom) -> None:
    for name in ("portail-seed", "portalsur-seed"):
        blocks = news.blocks(name)
        kinds = [type(block) for block in blocks]
        assert (kinds.count(Heading), kinds.count(Paragraph), kinds.count(VideoBlock)) == (2, 5, 1)
        assert isinstance(blocks[-1], VideoBlock)
        assert blocks[-1].video.label == "Vidéo associée"
    url = next(url for url in news.articles("portalsur") if "AA1uKseed" in url)
    page = Reply(news, url).text
    assert "Vidéo associée : <a href=" in page
    assert "Comentarios</span></button>" in page


def test_the_msn_shaped_page_has_no_text_and_its_content_service_has_it_all(news: Newsroom) -> None:
    url = next(url for url in news.articles("portail") if "AA1uKseed" in url)
    assert "ligne rouge" not in Reply(news, url).text
    detail = json.loads(Reply(news, f"{news.content}/content/view/v2/Detail/fr-fr/AA1uKseed").body)
    assert detail["type"] == "article"
    assert detail["body"].count("<h2>") == 2
    assert detail["seo"]["canonicalUrl"] == url
    document = re.search(r'data-reference="video" data-document-id="([^"]+)"', detail["body"])
    assert document is not None
    video = json.loads(Reply(news, f"{news.content}/breakingnews/v1/{document[1]}").body)
    assert video["$type"] == "video"
    assert video["title"].startswith("Biden donne le feu vert")
    assert Reply(news, f"{news.content}/content/view/v2/Detail/fr-fr/AAnothing").status == 404


def test_a_withdrawn_item_of_the_portal_is_gone_for_the_service_only(news: Newsroom) -> None:
    edit = next(e for e in news.script() if e.outlet == "portail" and e.kind == "withdrawn")
    news.at(edit.step)
    number = news.story(edit.story).number
    assert Reply(news, f"{news.content}/content/view/v2/Detail/fr-fr/{number}").status == 410
    assert Reply(news, edit.url).status == 200


def test_stories_appear_and_vanish_from_what_is_announced(news: Newsroom) -> None:
    counts = []
    for step in range(LAST_STEP + 1):
        news.at(step)
        counts.append({news.story(url).name for url in news.articles()})
    assert counts[1] - counts[0]
    assert counts[0] - counts[-1]
    assert len(counts[0] | counts[-1]) >= 25


def test_with_no_pace_a_step_is_dated_by_the_clock_and_never_before_the_last_one() -> None:
    before = datetime.now(UTC)
    with Newsroom(pace=None) as news:
        news.advance(2)
        steps = [news.instant(step) for step in range(3)]
    assert steps == sorted(set(steps))
    assert before <= steps[0] < before + timedelta(minutes=1)


def test_a_pages_dates_follow_the_step_unless_the_edit_was_silent(news: Newsroom) -> None:
    for edit in news.script():
        news.at(edit.step)
        modified = news.edition.modified(news.story(edit.story))
        assert (modified == news.instant(edit.step)) or not edit.dated


def test_a_bug_in_serving_is_raised_where_the_newsroom_is_closed() -> None:
    def broken(exchange: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Newsroom() as news:  # noqa: PT012
        news.fault("*", "*", broken)
        with pytest.raises(http.client.RemoteDisconnected):
            Reply(news, news.url("ledger"))


def test_every_outlets_page_declares_the_charset_it_is_in(news: Newsroom) -> None:
    for outlet in news.outlets:
        reply = Reply(news, outlet.home)
        assert reply.headers.get_content_charset() == outlet.charset
        assert f'charset="{outlet.charset}"' in reply.text


def test_no_story_is_longer_or_shorter_than_news_is(news: Newsroom) -> None:
    for name in news.edition.copies:
        story = news.story(name)
        words = sum(len(block.text.split()) for block in news.blocks(name))
        assert story.form in ("video", "slideshow") or 120 <= words <= 900, (name, words)


def test_the_stories_and_templates_lie_inside_the_package() -> None:
    root = resources.files("palimpsest.newsroom")
    assert len([f for f in (root / "stories").iterdir() if f.name.endswith(".toml")]) > 20
    assert {"page.html", "style.css"} <= {f.name for f in (root / "templates").iterdir()}
