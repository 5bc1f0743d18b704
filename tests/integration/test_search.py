"""Full-text search, the same on both databases: what is found, as of when, in which order."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.errors import BadQuery
from palimpsest.model import Extraction, Image, Paragraph, Rights, Source, Video
from palimpsest.storage import Archive, Order, Versions, indexing, open_archive

from ..conftest import HOUR, NOW, a_capture
from .old_archives import make_old

Put = Callable[..., int]


@pytest.fixture
def put(archive: Archive) -> Put:
    """A function that stores one look at an article with its text; gives the version's id."""

    def look(slug: str, title: str, text: str, hours: float = 0, **fields: object) -> int:
        source_id = fields.pop("source_id", None)
        address = f"https://herald.example/{slug}"
        values: dict[str, object] = {"language": "en", **fields}
        read = Extraction(url=address, title=title, blocks=(Paragraph(text=text),), **values)  # type: ignore[arg-type]
        known = archive.errand_for(address, urls.identity(address), source_id)  # type: ignore[arg-type]
        payload = f"{title}\n{text}\n{fields}".encode()
        capture = a_capture(address, payload, at=NOW + timedelta(hours=hours))
        archive_pages(archive, [Page(errand=known, captures=(capture,), extraction=read)], revisits=12)
        return archive.versions(archive.article(urls.identity(address)).id)[-1].id

    return look


def found(archive: Archive, query: str, **how: object) -> list[str]:
    """The last part of the addresses found, with the version's number."""
    page = archive.search(query, **how)  # type: ignore[arg-type]
    return [f"{hit.url.rpartition('/')[2]}.{hit.number}" for hit in page.hits]


@pytest.mark.parametrize(
    ("language", "text", "queries"),
    [
        ("en", "The council voted on emissions.", ["vote", "votes", "emission", "EMISSIONS", "emiss*"]),
        ("fr", "Les élections régionales à l’Élysée.", ["élection", "elections", "elysee", "régional"]),
        ("es", "Las elecciones españolas cambiarán.", ["eleccion", "elección", "espanola", "cambiar*"]),
        ("de", "Die Häuser an der Straße.", ["haus", "häuser", "strasse"]),
        ("ar", "الانتخابات في المدينة", ["انتخابات", "مدينة"]),
        ("zh", "昨天东京发生地震", ["地震", "东京", "震", "发生地震"]),
        ("ja", "東京で地震がありました", ["地震", "東京", "地震が"]),
        ("th", "รัฐบาลไทยประกาศ", ["ไทย"]),
        ("xx", "Ordinary words of no language", ["ordinary", "words"]),
    ],
)
def test_words_are_found_in_their_forms_and_scripts(
    archive: Archive, put: Put, language: str, text: str, queries: list[str]
) -> None:
    put("other", "Something else", "Nothing of that kind", language="en")
    put("a", "Title", text, language=language)
    for query in queries:
        assert found(archive, query) == ["a.1"], query


@pytest.mark.parametrize(
    ("query", "urls_found"),
    [
        ("harbour", ["c.1", "a.1"]),
        ('"harbour bridge"', ["a.1"]),
        ('"bridge harbour"', []),
        ('"harbours"', []),
        ("harbours", ["c.1", "a.1"]),
        ("harb*", ["c.1", "a.1"]),
        ('"the harb"*', ["c.1", "a.1"]),
        ("harbour AND bridge", ["a.1"]),
        ("harbour NOT bridge", ["c.1"]),
        ("NOT harbour", ["b.1"]),
        ("NOT (harbour OR mayor)", []),
        ("bridge OR mayor", ["b.1", "a.1"]),
        ("(bridge OR mayor) council", ["a.1"]),
        ("title:harbour", ["a.1"]),
        ("title:(harbour OR mayor)", ["b.1", "a.1"]),
        ('title:"new harbour"', ["a.1"]),
        ("author:smith", ["b.1"]),
        ('author:"jane smith"', ["b.1"]),
        ("section:sport", ["c.1"]),
        ("section:ships", ["a.1"]),
        ("url:herald.example", ["c.1", "b.1", "a.1"]),
        ("url:b", ["b.1"]),
        ("harbour url:c", ["c.1"]),
        ("lang:fr", ["c.1"]),
        ("NOT lang:fr", ["b.1", "a.1"]),
        ("has:video", ["b.1"]),
        ("has:image", ["a.1"]),
        ("has:paywall", ["c.1"]),
        ("published:2026-02", ["a.1"]),
        ("published:2026", ["b.1", "a.1"]),
        ("published:2026-02-14", ["a.1"]),
        ("published:2026-02-15", []),
        ("published:2025-11..2026-02-20", ["a.1"]),
        ("published:..2026-02-14", ["a.1"]),
        ("published:2026-02-15..", ["b.1"]),
        ("NOT published:2000..", ["c.1"]),
        ("council NEAR/2 bridge", ["a.1"]),
        ("bridge NEAR/2 council", ["a.1"]),
        ("council NEAR/1 bridge", []),
        ("source:herald", ["b.1"]),
        ("harbour OR source:herald", ["c.1", "b.1", "a.1"]),
        ("seen:2026-03-01 harbour", ["c.1", "a.1"]),
        ("seen:2026-03-02..", []),
        ("edited:no", ["c.1", "b.1", "a.1"]),
        ("harbour AND (edited:yes OR title:new)", ["a.1"]),
        ("", ["c.1", "b.1", "a.1"]),
    ],
)
def test_what_a_query_finds(archive: Archive, put: Put, query: str, urls_found: list[str]) -> None:
    herald = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
    put("a", "New harbour opened", "The council at the bridge of the harbour bridge.", tags=("Ships",),
        published="2026-02-14T23:30:00-05:00", image="https://herald.example/i.jpg")  # fmt: skip
    put("b", "Mayor speaks", "Nothing was said.", authors=("Jane Smith",), published="2026-03-01",
        videos=(Video(url="https://v.example/1", title="A clip"),), source_id=herald.id)  # fmt: skip
    put("c", "Boats", "They lie in the harbour.", section="Sport", language="fr", rights=Rights(free=False))
    assert found(archive, query) == urls_found
    assert found(archive, query, order=Order.OLDEST) == urls_found[::-1]
    assert sorted(found(archive, query, order=Order.RELEVANCE)) == sorted(urls_found)
    assert archive.count_found(query) == len(urls_found)
    assert [hit.url.rpartition("/")[2] + ".1" for hit in archive.found(query)] == urls_found[::-1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("autor:smith", "did you mean author:"),
        ("has:sound", "takes video or image or paywall"),
        ("published:2026-13", "no day"),
        ("published:soon", "is no date"),
        ("published:2026-02..2026-01", "ends before it begins"),
        ("source:nowhere", "is no source"),
        ("kind:nonsense", "is no kind of change"),
        ("lang:french-speaking", "is no language"),
        ("title:", "needs a value"),
        ("kind:(number)", "not a parenthesis"),
        ("title:(a source:b)", "only words"),
        ('"a b" NEAR c', "between two words"),
        ("地震 NEAR 东京", "no spaces"),
        ("a NEAR/99 b", "at most 50"),
        ("a NEAR", "missing at the end"),
    ],
)
def test_a_malformed_query_is_told_what_to_mend(archive: Archive, query: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said):
        archive.search(query)


@pytest.mark.parametrize("query", ["a'b", 'say"', "a\\b", "x' OR 1=1 --", "=shidden", "a:b:c*", "%(x)s", "?"])
def test_what_a_person_writes_never_reaches_the_database_as_syntax(
    archive: Archive, put: Put, query: str
) -> None:
    put("a", "Title", "Some text")
    assert "at character" in answer(archive, query) or answer(archive, query) == "[]"


def answer(archive: Archive, query: str) -> str:
    """What is found, or what is said of a query that cannot be read."""
    try:
        return str(found(archive, query))
    except BadQuery as error:
        return str(error)


def test_the_latest_versions_are_searched_unless_all_are_asked_for(archive: Archive, put: Put) -> None:
    put("a", "Council votes on tax", "A carbon tax is planned.", 0)
    put("a", "Council votes on levy", "A levy is planned.", 5)
    assert found(archive, "tax") == []
    assert found(archive, "levy") == ["a.2"]
    assert found(archive, "tax", versions=Versions.ALL) == ["a.1"]
    assert found(archive, "planned", versions="all") == ["a.2", "a.1"]
    assert found(archive, "edited:yes") == ["a.2"]


def test_a_search_as_of_a_moment_finds_what_stood_then(archive: Archive, put: Put) -> None:
    put("a", "Council votes on tax", "A carbon tax is planned.", 0)
    put("a", "Council votes on levy", "A levy is planned.", 5)
    put("b", "Later", "A tax again.", 7)
    assert found(archive, "tax", as_of=NOW - HOUR) == []
    assert found(archive, "tax", as_of=NOW) == ["a.1"]
    assert found(archive, "tax", as_of=NOW + 4 * HOUR) == ["a.1"]
    assert found(archive, "tax", as_of=NOW + 5 * HOUR) == []
    assert found(archive, "levy", as_of=NOW + 6 * HOUR) == ["a.2"]
    assert found(archive, "tax OR levy", as_of=NOW + 6 * HOUR, versions="all") == ["a.2", "a.1"]
    assert found(archive, "", as_of=NOW + 4 * HOUR) == ["a.1"]


def test_a_text_that_came_back_is_what_stood_then(archive: Archive, put: Put) -> None:
    put("a", "One", "First words about elephants.", 0)
    put("a", "Two", "Second words about giraffes.", 2)
    put("a", "One", "First words about elephants.", 4)
    assert [name[0] for name in found(archive, "elephants")] == ["a"]
    assert found(archive, "giraffes") == []
    assert found(archive, "giraffes", as_of=NOW + 3 * HOUR) == ["a.2"]


def test_edits_are_found_by_the_words_they_took_out_or_put_in(archive: Archive, put: Put) -> None:
    put("a", "Plan", "The carbon tax is planned for all of us.", 0)
    put("a", "Plan", "The levy is planned for all of us.", 5)
    put("a", "Plan", "The levy is planned for each of us.", 9)
    put("b", "Other", "A carbon tax is there from the beginning.", 6)
    assert found(archive, 'removed:"carbon tax"') == ["a.2"]
    assert found(archive, "added:levy") == ["a.2"]
    assert found(archive, "removed:all") == ["a.3"]
    assert found(archive, "removed:planned") == []
    assert found(archive, 'removed:"carbon tax" OR added:each') == ["a.3", "a.2"]


def test_kinds_of_changes_are_found(archive: Archive, put: Put) -> None:
    put("a", "Council votes", "The vote was 12 to 4, and it was late. " * 5, 0)
    put("a", "Council votes", "The vote was 21 to 4, and it was late. " * 5, 5)
    put("b", "Other", "Nothing changes here.", 6)
    assert found(archive, "kind:number") == ["a.2"]
    assert found(archive, "NOT kind:number") == ["b.1"]
    assert found(archive, "kind:withdrawn") == []


def test_pages_follow_one_another_while_the_archive_grows(archive: Archive, put: Put) -> None:
    for k in range(7):
        put(f"p{k}", f"Number {k}", "The same words everywhere.", k)
    first = archive.search("words", limit=3)
    put("p9", "Late", "The same words everywhere.", 9)
    second = archive.search("words", limit=3, after=first.after)
    third = archive.search("words", limit=3, after=second.after)
    got = [hit.url[-2:] for page in (first, second, third) for hit in page.hits]
    assert got == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]
    assert third.after is None
    assert first.found is not None
    assert (first.found.count, first.found.exact) == (7, True)
    with pytest.raises(BadQuery, match="where a page of this search ended"):
        archive.search("words", after="elsewhere")


def test_hits_by_relevance_come_in_pages_too_and_the_best_fit_first(archive: Archive, put: Put) -> None:
    put("title", "Elephants", "About animals.", 0)
    put("often", "Animals", "Elephants, elephants and elephants.", 1)
    put("once", "Animals", "Many words, among them elephants, and then a lot more of other words " * 3, 2)
    first = archive.search("elephants", order="relevance", limit=2)
    second = archive.search("elephants", order="relevance", limit=2, after=first.after)
    assert [hit.url.rpartition("/")[2] for hit in first.hits + second.hits] == ["title", "often", "once"]
    assert (second.after, first.ranked_within) == (None, None)


def test_a_snippet_shows_the_words_where_they_stand(archive: Archive, put: Put) -> None:
    put("a", "Title", "Lorem ipsum dolor sit amet. " * 20 + "Then the <b>harbours</b> came. " + "More. " * 90)
    (hit,) = archive.search("harbour").hits
    assert ("harbours", True) in hit.snippet
    whole = "".join(part for part, _ in hit.snippet)
    assert whole.startswith("…")
    assert whole.endswith("…")
    assert 100 < len(whole) < 300
    put("b", "标题", "昨天东京发生地震", language="zh")
    (hit,) = archive.search("东京").hits
    assert hit.snippet == (("昨天", False), ("东京", True), ("发生地震", False))


def test_a_survey_counts_by_source_language_and_day(archive: Archive, put: Put) -> None:
    herald = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
    put("a", "One", "Words.", 0, published="2026-02-14", source_id=herald.id)
    put("b", "Two", "Words.", 1, published="2026-02-14T10:00:00Z", language="fr-CA")
    put("c", "Three", "Words.", 2, published="long ago")
    survey = archive.survey("words")
    assert dict(survey.sources) == {"": 2, "herald": 1}
    assert dict(survey.languages) == {"en": 2, "fr": 1}
    assert survey.days == (("2026-02-14", 2), ("2026-03-01", 1))
    assert (survey.counted, survey.exact) == (3, True)


def test_a_count_of_many_is_an_estimate_that_says_so(
    archive: Archive, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palimpsest.storage.search.COUNTED", 4)
    for k in range(12):
        put(f"p{k}", f"Number {k}", "The same words everywhere." if k % 2 else "Others.", k)
    page = archive.search("words")
    assert page.found is not None
    assert not page.found.exact
    assert 5 <= page.found.count <= 8


def test_an_older_sight_of_a_version_moves_it_to_its_day(archive: Archive, put: Put) -> None:
    put("z", "Other", "Nothing.", 0)
    put("a", "Plan", "The carbon tax is planned.", 48)
    put("a", "Plan", "The carbon tax is planned.", 0)  # an old WARC is imported
    assert found(archive, "seen:2026-03-01 tax") == ["a.1"]
    assert found(archive, "seen:2026-03-03 tax") == []
    assert found(archive, "tax", as_of=NOW + HOUR) == ["a.1"]


def test_what_is_rolled_back_is_not_found_and_its_words_are_learned_again(archive: Archive) -> None:
    address = "https://herald.example/a"
    read = Extraction(url=address, title="Elections", blocks=(Paragraph(text="Voting."),), language="en")

    def store() -> None:
        with archive.transaction() as tx:
            article = tx.add_article(None, address, "herald.example/a", now=NOW)
            capture = tx.add_capture(a_capture(address, record_id=uuid.uuid4()), article_id=article.id)
            tx.add_version(article.id, capture, read, b"f" * 32, at=NOW)
            tx.flush()
            if failing:
                raise RuntimeError

    failing = True
    with pytest.raises(RuntimeError):
        store()
    assert found(archive, "election") == []
    failing = False
    store()
    assert found(archive, "election") == ["a.1"]


def test_a_forgotten_version_leaves_no_word_in_the_index(archive: Archive, put: Put) -> None:
    one = put("a", "Secret", "The unmentionable Xylophonist plays.")
    put("b", "Open", "Somebody plays.")
    with archive._database.writing() as connection:
        indexing.forget(connection, [one])
    assert found(archive, "xylophonist") == []
    assert found(archive, "plays") == ["b.1"]
    if archive._database.is_sqlite:
        with archive._database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('integrity-check')")
    with archive._database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT word FROM search_word").scalars().all()
    assert "xylophonist" not in kept
    assert "plays" in kept


def test_an_archive_of_before_is_indexed_when_it_is_opened(archive: Archive, put: Put) -> None:
    put("a", "Plan", "The carbon tax is planned for all of us.", 0)
    put("a", "Plan", "The levy is planned for all of us.", 5)
    make_old(archive, "0004")
    with open_archive(archive.directory) as again:
        assert found(again, "levies") == ["a.2"]
        assert found(again, "tax", as_of=NOW) == ["a.1"]
        assert found(again, "seen:2026-03-01") == ["a.2"]


def test_the_longest_page_is_indexed_as_far_as_there_is_room(archive: Archive, put: Put) -> None:
    long = " ".join(f"word{k:06}" for k in range(120_000))
    put("a", "Long", long)
    assert found(archive, "word000003") == ["a.1"]
    assert found(archive, "word119999") == []


def test_images_are_found_in_the_body_too(archive: Archive) -> None:
    address = "https://herald.example/a"
    blocks = (Paragraph(text="Text."), Image(url="https://herald.example/i.jpg", caption="A lighthouse"))
    known = archive.errand_for(address, urls.identity(address))
    read = Extraction(url=address, title="Title", blocks=blocks, language="en")
    page = Page(errand=known, captures=(a_capture(address),), extraction=read)
    archive_pages(archive, [page], revisits=12)
    assert found(archive, "lighthouses has:image") == ["a.1"]


def test_a_moment_needs_no_version_before_it(archive: Archive) -> None:
    assert archive.search("anything", as_of=datetime(1990, 1, 1, tzinfo=UTC)).hits == ()
    assert archive.survey().counted == 0
