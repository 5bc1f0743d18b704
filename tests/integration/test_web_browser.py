"""The reading room in a real browser: what people do there, by keyboard and on a phone, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from palimpsest.model import Heading, Paragraph, RunState, Source, Table, Video
from palimpsest.storage import Archive, Watch
from palimpsest.web import create_app, serving

from ..conftest import NOW
from .chromium import CHROMIUM, needs_browser
from .reading_room import BODY, look

pytestmark = needs_browser
KEY = "a-key-for-whoever-started-it"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser, who notes whatever the pages complain of or load from elsewhere."""

    def __init__(self, browser: Any, base: str, **how: Any) -> None:
        self.base = base.rstrip("/")
        self.page = browser.new_page(**{"locale": "en-GB", **how})
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def _hear(self, message: Any) -> None:
        if message.type in ("warning", "error"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.strangers.append(request.url)

    def go(self, path: str) -> Any:
        answer = self.page.goto(self.base + path)
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def faults(self) -> list[str]:
        """What axe-core finds serious or critical on the page as it stands."""
        from axe_playwright_python.sync_playwright import Axe

        response = Axe().run(self.page).response
        assert len(response["passes"]) > 5  # it looked
        return [
            f"{one['id']}: {one['nodes'][0]['html']}"
            for one in response["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@pytest.fixture
def base(sqlite_archive: Archive) -> Iterator[str]:
    """The address of a reading room with stories that were edited."""
    archive = sqlite_archive
    source = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
    blocks = (
        Heading(text="What happened"),
        Paragraph(text=BODY),
        Table(rows=(("Party", "Seats", "Change since the last vote"), ("Red", "12", "-9"))),
    )
    film = Video(url="https://video.example/1", title="A film", place="related", label="Related video")
    for hours, number in ((0, 12), (3, 21), (30, 22)):
        title = f"Council votes {number} to 4 on the harbour"
        look(archive, "vote", hours, title, blocks=blocks, videos=(film,), source_id=source.id)
    look(archive, "ferry", 1, "The night ferry returns", "A ferry sails at night. " * 30, source_id=source.id)
    archive.add_watch(Watch(source="herald"), now=NOW)
    run = archive.start_run(source.id, "by hand", now=NOW)
    archive.finish_run(run.id, RunState.DONE, {"new": 2}, ["one page: the server answered 503"], now=NOW)
    with serving(create_app(archive, local_key=KEY), host="127.0.0.1", port=0) as address:
        yield address.url


PAGES = (
    "/", "/?all=1", "/search?q=harbour", "/search?q=%22", "/articles/1", "/nowhere", "/outlets",
    "/outlets/herald", "/health", "/runs", "/runs/1", "/watches", "/watches/1", "/sign-in",
)  # fmt: skip


def test_a_researcher_searches_opens_the_timeline_and_sees_what_changed(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base)
    page = visitor.go("/")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Words").fill("council")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Council votes 22 to 4 on the harbour").wait_for()
    page.get_by_role("main").get_by_role("link", name="Timeline").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Council votes 22 to 4 on the harbour"
    assert page.locator("ol.timeline > li").count() == 3
    page.locator("ol.timeline > li").nth(1).get_by_role("link", name="What changed").click()
    assert "12" in page.locator("section.diff del").first.inner_text()
    assert "21" in page.locator("section.diff ins").first.inner_text()
    page.get_by_label("View").select_option("side")
    page.get_by_role("button", name="Show").click()
    assert page.locator("table.side tbody tr").count() >= 3
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_the_slider_moves_through_time_by_keyboard(chromium: Any, base: str) -> None:
    page = Visitor(chromium, base).go("/articles/1")
    slider = page.get_by_label("As of")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/version/"))
    assert "Version 1 of 3" in page.get_by_role("main").inner_text()
    assert page.get_by_label("As of").input_value() == "0"


def test_a_watcher_signs_in_mutes_a_watch_and_lets_it_speak_again(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base)
    page = visitor.go("/watches")
    page.get_by_label("Key").fill(KEY)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="source herald").click()
    page.get_by_role("button", name="Mute for a week").click()
    page.get_by_text("Muted until").wait_for()
    page.get_by_role("button", name="Send alerts again").click()
    page.get_by_role("button", name="Mute for a day").wait_for()
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_a_removed_and_an_added_word_differ_by_more_than_colour(chromium: Any, base: str) -> None:
    page = Visitor(chromium, base).go("/articles/1")
    page.locator("ol.timeline > li").nth(0).get_by_role("link", name="What changed").click()
    style = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("section.diff del").first.evaluate(style) == "line-through"
    assert page.locator("section.diff ins").first.evaluate(style) == "underline"


def test_dark_mode_turns_the_paper_dark(chromium: Any, base: str) -> None:
    def paper(scheme: str) -> int:
        page = Visitor(chromium, base, color_scheme=scheme).go("/")
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert paper("light") > 600
    assert paper("dark") < 150


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(chromium: Any, base: str, scheme: str) -> None:
    visitor = Visitor(chromium, base, color_scheme=scheme)
    visitor.go(f"/sign-in?key={KEY}")
    found = {}
    for path in addresses(visitor):
        visitor.page.goto(visitor.base + path)
        found[path] = visitor.faults()
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_is_wider_than_a_phone(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base, viewport={"width": 360, "height": 740})
    visitor.go(f"/sign-in?key={KEY}")
    wide = []
    for path in addresses(visitor):
        visitor.page.goto(visitor.base + path)
        if visitor.page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    assert wide == []


def addresses(visitor: Visitor) -> list[str]:
    """A page of every kind."""
    page = visitor.go("/articles/1")
    links = page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    version = next(link for link in links if link.startswith("/version/"))
    diff = next(link for link in links if link.startswith("/diff"))
    return [*PAGES, version, diff, f"{diff}&view=side"]


def test_a_stored_page_opens_in_an_origin_of_its_own_and_loads_nothing(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base)
    page = visitor.go("/articles/1")
    page.locator("a[href^='/version/']").first.click()
    page.get_by_role("link", name="As it was received, made harmless").click()
    page.get_by_text("The council met on Monday").wait_for()
    assert page.url.endswith("/page")
    assert page.evaluate("self.origin") == "null"
    assert (visitor.complaints, visitor.strangers) == ([], [])
