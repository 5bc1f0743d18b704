"""Articles in several pages, and pages whose text stands in another form: fetched, kept and joined."""

from __future__ import annotations

from palimpsest.model import Image
from palimpsest.newsroom.faults import serve, status

from .conftest import Desk

NAME = "ledger-path"


def story(desk: Desk) -> tuple[str, str]:
    """The address of the story in several pages, and its path."""
    url = desk.newsroom.edition.url(desk.newsroom.story(NAME))
    return url, url.partition(f":{desk.newsroom.port}")[2]


def texts(desk: Desk, url: str) -> list[list[str]]:
    return [
        [block.text for block in version.extraction.blocks if not isinstance(block, Image)]
        for version in desk.archive.versions(desk.article(url).id)
    ]


def test_an_article_in_several_pages_is_one_version_with_the_blocks_of_all(desk: Desk) -> None:
    desk.add("ledger")
    desk.crawl()
    url, _ = story(desk)
    assert texts(desk, url) == [[block.text for block in desk.newsroom.blocks(NAME)]]
    (version,) = desk.archive.versions(desk.article(url).id)
    assert dict(version.extraction.provenance)["pages"] == "3"
    for number in (2, 3):
        (kept,) = [s for s in desk.archive.captures() if s.capture.url == f"{url}/{number}/"]
        assert kept.has_payload
    assert desk.article(url).captures == 1  # one visit, whatever it took


def test_an_edit_on_the_second_page_makes_a_version_though_the_first_is_unchanged(desk: Desk) -> None:
    desk.add("ledger")
    desk.crawl()
    desk.newsroom.at(1)
    desk.crawl(again=True)
    url, _ = story(desk)
    before, after = texts(desk, url)
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert "83 metres long" in changed[0]


def test_a_further_page_that_cannot_be_had_for_the_moment_is_no_edit(desk: Desk) -> None:
    desk.add("ledger")
    desk.crawl()
    url, path = story(desk)
    desk.newsroom.fault("ledger", f"{path}/2/", status(503))
    assert desk.crawl(again=True)["failed"] == 1
    desk.newsroom.heal()
    desk.crawl(again=True)
    assert len(texts(desk, url)) == 1


def test_a_further_page_that_is_gone_ends_the_article_before_it(desk: Desk) -> None:
    url, path = story(desk)
    desk.newsroom.fault("ledger", f"{path}/3/", status(404))
    desk.add("ledger")
    desk.crawl()
    assert texts(desk, url) == [[block.text for block in desk.newsroom.blocks(NAME)][:10]]


def test_a_server_that_answers_any_number_with_the_same_page_is_asked_for_two_at_the_most(desk: Desk) -> None:
    url, path = story(desk)
    body = "".join(f"<p>{block.text}</p>" for block in desk.newsroom.blocks(NAME))
    links = '<a href="?page=2">2</a> <a href="?page=3">3</a>'
    desk.newsroom.fault("ledger", f"{path}*", serve(f"<article><h1>T</h1>{body}</article>{links}".encode()))
    desk.add("ledger")
    desk.crawl()
    asked = [visit.path for visit in desk.newsroom.requests.visits if visit.path.startswith(path)]
    assert asked == [path, f"{path}?page=2"]
    assert texts(desk, url) == [[block.text for block in desk.newsroom.blocks(NAME)]]


def test_an_article_without_end_is_followed_for_ten_pages(desk: Desk) -> None:
    _, path = story(desk)
    text = "".join(
        f"<p>Speaker {{0}}.{n} told the council at length why the bridge should stay.</p>" for n in range(6)
    )
    page = (
        f'<meta property="og:type" content="article"><article>{text}</article><a href="?page={{1}}">{{1}}</a>'
    )
    for number in range(1, 15):
        where = path if number == 1 else f"{path}[?]page={number}"
        desk.newsroom.fault("ledger", where, serve(page.format(number, number + 1).encode()))
    desk.add("ledger")
    desk.crawl()
    asked = [visit.path for visit in desk.newsroom.requests.visits if visit.path.startswith(path)]
    assert len(asked) == 10


def test_a_shell_is_read_by_way_of_its_amp_form_and_both_are_kept(desk: Desk) -> None:
    url, path = story(desk)
    body = "".join(f"<p>{block.text}</p>" for block in desk.newsroom.blocks(NAME))
    shell = f'<link rel="amphtml" href="/amp{path}"><div id="app"></div>'
    desk.newsroom.fault("ledger", path, serve(shell.encode()))
    desk.newsroom.fault("ledger", f"/amp{path}", serve(f"<article><h1>T</h1>{body}</article>".encode()))
    desk.add("ledger")
    desk.crawl()
    assert texts(desk, url) == [[block.text for block in desk.newsroom.blocks(NAME)]]
    assert len(desk.captures(url.replace("/2026", "/amp/2026"))) == 1
    (version,) = desk.archive.versions(desk.article(url).id)
    assert "alternate" in dict(version.extraction.provenance)["page"]


def test_the_amp_form_of_a_page_that_has_its_text_is_never_asked_for(desk: Desk) -> None:
    _, path = story(desk)
    body = "".join(f"<p>{block.text}</p>" for block in desk.newsroom.blocks(NAME))
    page = f'<link rel="amphtml" href="/amp{path}"><article><h1>T</h1>{body}</article>'
    desk.newsroom.fault("ledger", path, serve(page.encode()))
    desk.add("ledger")
    desk.crawl()
    assert not [visit for visit in desk.newsroom.requests.visits if visit.path.startswith("/amp")]
