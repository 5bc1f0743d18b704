"""The pages of the reading room, read as a browser would: what they show, link, refuse and never let run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from palimpsest.model import (
    ChangeKind,
    Entry,
    Heading,
    Image,
    Link,
    Outcome,
    Paragraph,
    RunState,
    Source,
    Table,
    Video,
    VideoBlock,
)
from palimpsest.storage import Archive, Verification
from palimpsest.web.pages import edits as served
from palimpsest.web.shield import HEADERS

from ..conftest import HOUR, NOW, a_capture
from .reading_room import BODY, look, room, words

XSS = "<script>alert(1)</script>"


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


@pytest.fixture
def story(archive: Archive, source: Source) -> int:
    """An article of three versions; its id."""
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    look(archive, "vote", 2, "Council votes 21 to 4", BODY + "The mayor was absent.", source_id=source.id)
    return archive.article("https://herald.example/vote").id


def names(archive: Archive, article_id: int) -> list[str]:
    return [span.public_id for span in archive.timeline(article_id)]


# -------------------------------------------------------------------- edits


def test_the_first_page_lists_substantive_edits_with_both_headlines(
    client: TestClient, archive: Archive, story: int
) -> None:
    page = client.get("/").text
    first, second, _ = names(archive, story)
    assert f'<a href="/diff?old={first}&new={second}&view=changes">Council votes 21 to 4</a>' in page
    assert "Before: Council votes 12 to 4" in words(page)
    assert page.count('<article class="edit">') == 2


@pytest.fixture
def imported_past(archive: Archive, story: int) -> None:
    """What was seen a year and two years before the story, and archived after it."""
    for hours in (-17_520, -8_760):
        look(archive, f"past{hours}", hours, "Harbour opens")
        look(archive, f"past{hours}", hours + 1, f"Harbour closes, {-hours} hours ago")


def headlines(page: str) -> list[str]:
    return re.findall(r"view=changes\">([^<]*)</a>", page)


LATEST_FIRST = [
    "Council votes 21 to 4",
    "Council votes 21 to 4",
    "Harbour closes, 8760 hours ago",
    "Harbour closes, 17520 hours ago",
]


@pytest.mark.usefixtures("imported_past")
def test_an_imported_past_stands_behind_what_was_seen_since(client: TestClient) -> None:
    assert headlines(client.get("/").text) == LATEST_FIRST
    feed = client.get("/feeds/edits.atom").text
    assert re.findall(r"<title>[^<]*: ([^<(]*) \(", feed) == LATEST_FIRST
    assert headlines(client.get("/?source=herald").text) == LATEST_FIRST[:2]


def test_the_past_of_an_outlet_that_is_imported_stands_behind_in_its_own_feed(
    client: TestClient, archive: Archive, story: int, source: Source
) -> None:
    for hours in (-8_760, -8_759):
        look(archive, "past", hours, f"Harbour closes, {-hours} hours ago", source_id=source.id)
    expected = [*LATEST_FIRST[:2], "Harbour closes, 8759 hours ago"]
    feed = client.get("/feeds/source/herald.atom").text
    assert re.findall(r"<title>[^<]*: ([^<(]*) \(", feed) == expected
    assert headlines(client.get("/?source=herald").text) == expected


@pytest.mark.usefixtures("imported_past")
def test_the_list_of_changes_for_programs_is_a_log_of_the_archive(client: TestClient) -> None:
    items = client.get("/v1/changes").json()["items"]
    assert [one["id"] for one in items] == [4, 3, 2, 1]
    assert "8760" in items[0]["title_after"]


def test_pages_of_edits_neither_repeat_nor_miss_any_whenever_they_were_seen(
    client: TestClient, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Archived in no order, and several in the same second.
    for number, hours in enumerate((5, 1, 9, 1, 1, 7, 3, 9, 1, 2)):
        look(archive, f"story{number}", hours - 0.5, f"Story {number} begins")
        look(archive, f"story{number}", hours, f"Story {number} at {hours}")
    monkeypatch.setattr(served, "SHOWN", 3)
    seen: list[str] = []
    path = "/"
    while path:
        page = client.get(path).text
        seen += headlines(page)
        if path == "/":  # while somebody reads, the past goes on coming in
            look(archive, "late", 0, "Late begins")
            look(archive, "late", 0.6, "Late at 0.6")
        following = re.search(r'rel="next" href="([^"]*)"', page)
        path = f"/{unescape(following[1])}" if following else ""
    expected = sorted(enumerate((5, 1, 9, 1, 1, 7, 3, 9, 1, 2)), key=lambda one: (-one[1], -one[0]))
    assert seen == [*(f"Story {number} at {hours}" for number, hours in expected), "Late at 0.6"]
    assert client.get("/?before=999").status_code == 404


def test_edits_are_narrowed_to_an_outlet_and_to_a_kind(
    client: TestClient, archive: Archive, story: int
) -> None:
    def shown(**asked: str) -> int:
        return client.get("/", params=asked).text.count('<article class="edit">')

    assert shown(source="herald") == 2
    assert shown(source="nobody") == 0
    assert shown(kind="headline") == 1
    assert shown(kind="byline") == 0
    assert shown(kind="") == 2
    answer = client.get("/", params={"kind": "nmber"})  # which is not all of them
    assert (answer.status_code, "did you mean number?" in answer.text) == (400, True)


def test_the_feed_that_a_page_of_edits_offers_has_the_edits_that_it_shows(
    client: TestClient, archive: Archive, story: int
) -> None:
    look(archive, "ferry", 0, "The ferry sails at 9")
    look(archive, "ferry", 1, "The ferry sails at 10")
    for asked, count in (
        ("", 3),
        ("?source=herald", 2),
        ("?source=herald&kind=headline", 1),
        ("?source=no", 0),
    ):
        page = client.get(f"/{asked}").text
        feeds = {unescape(one) for one in re.findall(r'href="(/feeds/[^"]*)"', page)}
        assert page.count('<article class="edit">') == count
        assert len(feeds) == 1, feeds  # the head's and the foot's
        if count:
            assert client.get(feeds.pop()).text.count("<entry>") == count


def test_a_page_of_several_kinds_stays_one_when_it_is_turned_or_translated(
    client: TestClient, archive: Archive
) -> None:
    for hour in range(34):
        look(archive, "count", hour, f"The tally stands at {hour} tonight")
    page = client.get("/?kind=number&kind=headline").text
    for rel in ('rel="next"', 'lang="fr" hreflang="fr"'):
        (address,) = (a or b for a, b in re.findall(rf'{rel} href="([^"]*)"|href="([^"]*)" {rel}', page))
        assert unescape(address).startswith("?kind=number&kind=headline&")


def test_older_edits_follow_on_further_pages_each_once(client: TestClient, archive: Archive) -> None:
    for hour in range(34):
        look(archive, "count", hour, f"The tally stands at {hour} tonight")
    address, seen = "/", []
    while address:
        page = client.get(address).text
        seen += [line for line in page.splitlines() if "<h2" in line]
        address = page.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in page else ""
    assert len(seen) == len(set(seen)) == 33


# ------------------------------------------------------------------- search


def test_a_search_shows_marked_snippets_facets_and_the_count(
    client: TestClient, archive: Archive, story: int
) -> None:
    page = client.get("/search", params={"q": "mayor"}).text
    assert "<mark>mayor</mark>" in page
    assert "1 version" in words(page)
    assert "The Herald 1" in words(page)
    assert "Nothing was found" in client.get("/search", params={"q": "zebra"}).text


def test_a_search_as_of_a_day_looks_at_what_was_archived_then(
    client: TestClient, archive: Archive, story: int
) -> None:
    then = (NOW + HOUR / 2).isoformat()
    assert "12 to 4" in words(client.get("/search", params={"q": "council", "as_of": then}).text)


def test_a_malformed_query_is_shown_again_with_where_and_how_to_mend_it(client: TestClient) -> None:
    answer = client.get("/search", params={"q": 'title:"unclosed'})
    assert answer.status_code == 400
    assert "title:&#34;unclosed" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "asked", ["after=x", "as_of=yesterday", "q=a%00b", "q=%ff", "as_of=0001-01-01T00:00%2B09:00"]
)
def test_hostile_searches_are_answered_and_never_a_fault(client: TestClient, story: int, asked: str) -> None:
    assert client.get(f"/search?{asked}").status_code in (200, 400)


# ------------------------------------------------------- articles and versions


def test_a_timeline_has_every_version_with_its_kinds_and_the_way_to_what_changed(
    client: TestClient, archive: Archive, story: int
) -> None:
    page = client.get(f"/articles/{story}").text
    first, second, third = names(archive, story)
    assert [page.index(f"/version/{name}") for name in (third, second, first)] == sorted(
        page.index(f"/version/{name}") for name in (first, second, third)
    )
    assert f"/diff?old={second}&new={third}" in page
    assert f"/diff?old={first}&new={third}" in page
    assert "number" in words(page)


def test_a_withdrawn_story_says_so_on_its_timeline(client: TestClient, archive: Archive, story: int) -> None:
    look(archive, "vote", 3, "", gone=True)
    look(archive, "vote", 4, "", gone=True)
    said = words(client.get(f"/articles/{story}").text)
    assert "Withdrawn" in said
    assert "gone" in said


def test_as_of_a_moment_at_which_a_story_was_withdrawn_it_says_so(
    client: TestClient, archive: Archive, story: int
) -> None:
    for hours in (8, 40, 80):
        look(archive, "vote", hours, "", gone=True)
    look(archive, "vote", 100, "Council votes 21 to 4", BODY + "The mayor was absent.")
    for hours, is_gone in ((5, False), (90, True), (101, False)):
        asked = {"when": (NOW + hours * HOUR).isoformat()}
        page = client.get(f"/articles/{story}/at", params=asked, follow_redirects=True).text
        assert ("The page was withdrawn at that moment" in page) is is_gone, hours
    (*_, last) = names(archive, story)
    assert "withdrawn at that moment" not in client.get(f"/version/{last}").text


def test_the_slider_and_a_date_lead_to_the_version_that_stood_then(
    client: TestClient, archive: Archive, story: int
) -> None:
    first, second, third = names(archive, story)
    for asked, name in (
        ({"step": "0"}, first),
        ({"step": "99"}, first),
        ({"step": "100"}, second),
        ({"step": "200"}, third),
        ({"when": (NOW + HOUR).isoformat()}, second),
    ):
        answer = client.get(f"/articles/{story}/at", params=asked)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, f"/version/{name}")
    early = client.get(f"/articles/{story}/at", params={"when": "1999-01-01"})
    assert early.status_code == 404
    assert "nothing of this article was archived by 1999-01-01" in early.text
    assert client.get(f"/articles/{story}/at", params={"when": "soon"}).status_code == 400
    assert client.get(f"/articles/{story}/at").status_code == 400


def test_a_version_shows_its_blocks_and_videos_and_loads_no_image(
    client: TestClient, archive: Archive
) -> None:
    related = Video(
        url="https://video.example/1", title="Related film", place="related", label="Vidéo associée"
    )
    hero = Video(url="https://video.example/2", title="Film above", place="hero")
    blocks = (
        Heading(text="A heading", level=3),
        Paragraph(text=BODY, links=(Link(text="council", url="https://x.example/"),)),
        Table(rows=(("Party", "Seats"), ("Red", "12"))),
        Image(url="https://pictures.example/a.jpg", alt="The harbour", caption="At dawn"),
        VideoBlock(video=related),
        Entry(text="The pumps run again", at="2026-10-15T08:14:00+02:00"),
    )
    look(archive, "rich", 0, "A rich page", blocks=blocks, videos=(related, hero), standfirst="In short")
    (name,) = names(archive, archive.article("https://herald.example/rich").id)
    page = client.get(f"/version/{name}").text
    assert '<h3 dir="auto">A heading</h3>' in page
    assert "15 October 2026 06:14 UTC</time> The pumps run again</h3>" in page
    assert page.count("Related film") == page.count("Film above") == 1
    assert "Vidéo associée:" in page
    assert "At dawn" in page
    assert "<img" not in page
    assert "<td>12</td>" in page


def test_a_version_is_cited_in_every_form(client: TestClient, archive: Archive, story: int) -> None:
    name = names(archive, story)[0]
    assert "@online{palimpsest-" + name in client.get(f"/version/{name}/cite?form=bibtex").text
    assert client.get(f"/version/{name}/cite?form=csl").json()[0]["title"] == "Council votes 12 to 4"
    assert client.get(f"/version/{name}/cite?form=pdf").status_code == 400
    for form, ending in (("bibtex", "bib"), ("csl", "json"), ("ris", "ris")):
        kept = client.get(f"/version/{name}/cite?form={form}").headers["content-disposition"]
        assert kept == f'attachment; filename="palimpsest-{name}.{ending}"'
    shown = client.get(f"/version/{name}/cite").headers
    assert (shown["content-type"], "content-disposition" in shown) == ("text/plain; charset=utf-8", False)


def test_links_of_early_alerts_lead_to_the_version(client: TestClient, archive: Archive, story: int) -> None:
    name = names(archive, story)[0]
    answer = client.get(f"/versions/{name}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/version/{name}")


def test_a_redacted_version_is_gone_and_its_timeline_stays(
    client: TestClient, archive: Archive, story: int
) -> None:
    first, second, _ = names(archive, story)
    archive.redact(story, archive.version(second).id, reason="a court order", now=NOW + timedelta(days=1))
    for path in (f"/version/{second}", f"/diff?old={first}&new={second}", f"/version/{second}/cite"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "a court order" in answer.text
    timeline = client.get(f"/articles/{story}").text
    assert f'<a href="/version/{second}">Taken out of the archive.</a>' in timeline  # there it says why


def test_no_link_of_a_timeline_or_of_a_version_leads_to_a_comparison_with_what_was_redacted(
    client: TestClient, archive: Archive, story: int
) -> None:
    look(archive, "vote", 3, "Council votes 22 to 4")
    first, second, third, fourth = names(archive, story)
    for name in (first, third):
        archive.redact(story, archive.version(name).id, reason="a court order", now=NOW + timedelta(days=1))
    timeline = client.get(f"/articles/{story}").text
    assert re.findall(r'href="/diff\?([^"]*)"', timeline) == [f"old={second}&new={fourth}"]
    before = client.get(f"/version/{fourth}").text
    assert f'<a rel="prev" href="/version/{second}">' in before
    assert f'<a href="/diff?old={second}&new={fourth}">' in before
    assert f'<a rel="next" href="/version/{fourth}">' in client.get(f"/version/{second}").text


# -------------------------------------------------------------------- diffs


def test_a_difference_is_shown_inline_side_by_side_and_as_changes_alone(
    client: TestClient, archive: Archive, story: int
) -> None:
    first, second, third = names(archive, story)
    inline = client.get(f"/diff?old={first}&new={second}").text
    assert "<del>" in inline
    assert '<span class="visually-hidden">[removed: </span>12' in inline
    assert '<span class="visually-hidden">[added: </span>21' in inline
    side = client.get(f"/diff?old={first}&new={second}&view=side").text
    assert '<table class="diff side">' in side
    assert side.count("met on Monday") > inline.count("met on Monday")
    only = client.get(f"/diff?old={first}&new={third}&view=changes").text
    assert "The mayor was absent." in words(only)


def test_versions_of_two_articles_are_not_compared(client: TestClient, archive: Archive, story: int) -> None:
    look(archive, "other", 0, "Another story")
    other = names(archive, archive.article("https://herald.example/other").id)[0]
    answer = client.get(f"/diff?old={other}&new={names(archive, story)[0]}")
    assert answer.status_code == 400
    assert "two articles" in answer.text


def test_from_each_change_a_way_leads_to_the_one_before_and_the_one_after(
    client: TestClient, archive: Archive, story: int
) -> None:
    first, second, third = names(archive, story)
    page = client.get(f"/diff?old={first}&new={second}").text
    assert f'rel="next" href="/diff?old={second}&new={third}&view=inline"' in page
    assert 'rel="prev"' not in page
    page = client.get(f"/diff?old={second}&new={third}&view=side").text
    assert f'rel="prev" href="/diff?old={first}&new={second}&view=side"' in page
    assert 'rel="next"' not in page


# --------------------------------------------------------------- what next


def test_a_page_without_anything_to_show_says_what_to_do(client: TestClient, story: int) -> None:
    assert "Search all versions" in client.get("/search?q=zebra").text
    assert "Search all versions" not in client.get("/search?q=zebra&versions=all").text
    assert "Search as of now" in client.get("/search?q=mayor&as_of=1999-01-01").text
    narrowed = client.get("/?source=herald&kind=byline").text
    assert "No edit fits this choice." in narrowed
    assert 'href="?source=herald&amp;kind=byline&amp;all=1"' in narrowed
    assert "There are no older edits." in client.get("/?before=1").text
    assert "no older edits" not in narrowed


def test_a_date_that_a_page_states_is_written_as_people_write_one(
    client: TestClient, archive: Archive
) -> None:
    for number, (stated, shown) in enumerate(
        (
            ("2026-10-15T08:14:00+02:00", "15 October 2026 06:14 UTC"),
            ("2026-10-15T08:14:00", "15 October 2026 08:14"),
            ("2026-10-15", "15 October 2026"),
            ("last Tuesday", "last Tuesday"),
            ("0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00+09:00"),
        )
    ):
        look(archive, f"dated-{number}", 0, "A story", published=stated)
        (name,) = names(archive, archive.article(f"https://herald.example/dated-{number}").id)
        assert f'<time lang="en">{shown}</time>' in client.get(f"/version/{name}").text


def test_a_refusal_is_told_in_the_readers_language_where_its_words_are_known(client: TestClient) -> None:
    french = {"Accept-Language": "fr"}
    page = client.get("/nowhere", headers=french).text
    assert "<h1>Introuvable</h1>" in page
    assert '<p class="lead error">Cette page n’existe pas.</p>' in page
    page = client.get("/version/zz", headers=french).text
    assert '<p class="lead error">aucune version &#39;zz&#39; dans l’archive</p>' in page
    page = client.get("/search?q=%22ferry", headers=french).text
    assert 'lang="fr">le guillemet n’est jamais fermé, au caractère 1 de la requête' in page
    page = client.get("/articles/0", headers=french).text
    assert '<p class="lead error" lang="en">' in page  # words of a library are English, and say so


# ------------------------------------------------------------------ hostility


def test_nothing_of_a_hostile_page_becomes_markup_or_a_script_link(
    client: TestClient, archive: Archive
) -> None:
    bad = Video(url="javascript:alert(1)", title=XSS, place="hero", label=XSS)
    hostile = {
        "blocks": (
            Heading(text=XSS),
            Paragraph(text=XSS + BODY),
            Image(url="javascript:x", alt=XSS, caption=XSS),
        ),
        "videos": (bad,),
        "standfirst": XSS,
        "authors": (XSS,),
        "section": XSS,
        "tags": (XSS,),
        "published": XSS,
        "language": '"><script>',
    }
    look(archive, "bad", 0, XSS + " one", **hostile)
    look(archive, "bad", 1, XSS + " two", **hostile)
    article = archive.article("https://herald.example/bad")
    old, new = names(archive, article.id)
    for path in (
        "/?all=1", f"/search?q={XSS}", "/search?q=alert", f"/articles/{article.id}", f"/version/{new}",
        f"/diff?old={old}&new={new}", f"/diff?old={old}&new={new}&view=side", f"/version/{XSS}", f"/{XSS}",
    ):  # fmt: skip
        page = client.get(path).text
        assert "<script" not in page, path
        assert "javascript:" not in page.replace("javascript:alert(1)</", ""), path


def test_marks_that_turn_words_round_are_taken_out_of_what_is_shown(
    client: TestClient, archive: Archive
) -> None:
    turned = "Pay \u202e001\u202c \u2067euros\u2069 \u200fto"
    look(archive, "turned", 0, turned, standfirst=turned, section=turned)
    look(archive, "turned", 1, turned + " us", standfirst=turned, section=turned)
    article = archive.article("https://herald.example/turned")
    for path in (
        "/?all=1",
        "/search?q=pay",
        f"/articles/{article.id}",
        f"/version/{names(archive, article.id)[0]}",
    ):
        page = client.get(path).text
        assert "Pay 001 euros \u200fto" in page, path
        assert not set("\u202e\u202c\u2067\u2069") & set(page), path


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/v1/nowhere", "/static/style.css", "/search?q=%22", "/articles/x"]
)
def test_every_answer_carries_the_policy_that_lets_nothing_run_or_load(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "script-src" not in headers["content-security-policy"]


def test_a_name_of_another_host_is_not_answered(client: TestClient, archive: Archive) -> None:
    for host in ("evil.example", "localhost.evil.example", "[::1", ""):
        assert client.get("/", headers={"Host": host}).status_code == 421
    for host in ("127.0.0.1:8000", "[::1]:8000", "LOCALHOST"):
        assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/articles/{2**64}",
        "/articles/0",
        f"/?before={2**70}",
        "/version/%00",
        "/version/zz",
        "/diff?old=a",
        "/articles/1/at?step=99999999999",
    ],
)
def test_ids_that_cannot_be_are_refused_and_never_a_fault(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404, 422)


# ------------------------------------------------------------------ languages


def test_a_reader_is_answered_in_french_by_choice_and_by_the_browsers_wish(client: TestClient) -> None:
    assert (
        '<html lang="fr">' in client.get("/", headers={"Accept-Language": "de, fr-CA;q=0.9, en;q=0.3"}).text
    )
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "fr;q=0, de"}).text
    chosen = client.get("/?hl=fr")
    assert "Modifications" in words(chosen.text)
    assert '<html lang="fr">' in client.get("/search").text  # the choice is kept


def test_why_a_change_weighs_what_it_weighs_is_said_in_the_readers_language(
    client: TestClient, archive: Archive, story: int
) -> None:
    page = f"/articles/{story}"
    english, french = client.get(f"{page}?hl=en").text, client.get(f"{page}?hl=fr").text
    assert '<li lang="en" dir="auto">headline: ' in english
    assert '<li lang="fr" dir="auto">titre : «\u00a0' in french
    assert "headline: " not in french


def test_why_a_source_fares_ill_and_why_a_fetch_failed_is_said_in_the_readers_language(
    client: TestClient, archive: Archive, source: Source
) -> None:
    url = "https://herald.example/lost"
    for hours in range(3):
        run = archive.start_run(source.id, "scheduled", now=NOW + hours * HOUR)
        with archive.transaction() as tx:
            capture = a_capture(
                url, None, at=NOW + hours * HOUR, outcome=Outcome.FAILED, reason="no whole answer within 30 s"
            )
            tx.add_capture(capture, run_id=run.id)
        error = f"{url}: no whole answer within 30 s"
        archive.finish_run(run.id, RunState.FAILED, {"failed": 1}, [error], now=NOW + hours * HOUR)
    fares = f'<span lang="fr">3 collectes de suite n’ont rien donné ({url}: aucune réponse entière en 30 s)'
    assert fares in client.get("/health?hl=fr").text
    assert (
        '<small lang="fr">aucune réponse entière en 30 s</small>' in client.get(f"/runs/{run.id}?hl=fr").text
    )
    assert (
        f'<li lang="fr">{url}: aucune réponse entière en 30 s</li>'
        in client.get(f"/runs/{run.id}?hl=fr").text
    )
    assert '<span lang="en">3 runs in a row came to nothing (' in client.get("/health?hl=en").text
    assert '<small lang="en">no whole answer within 30 s</small>' in client.get(f"/runs/{run.id}?hl=en").text


def test_what_the_last_check_found_is_said_in_the_readers_language(
    client: TestClient, archive: Archive
) -> None:
    check = Verification(checked=(), faults=(("bad", 2), ("missing", 1), ("unexpected", 0)), findings=())
    archive.note_check(check, at=NOW, took=HOUR)
    assert '<span lang="fr">2 altérés, 1 manquant</span>' in client.get("/health?hl=fr").text
    assert '<span lang="en">2 bad, 1 missing</span>' in client.get("/health?hl=en").text


def test_every_kind_of_change_has_its_french_word(client: TestClient) -> None:
    page = client.get("/?hl=fr").text
    for kind in ChangeKind:
        assert f'<option value="{kind.value}">' in page
    assert ">rectificatif<" in page
