"""The reading room in a real browser: what people do there, by keyboard and on a phone, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from palimpsest.model import Heading, Paragraph, RunState, Source, Table, Video
from palimpsest.storage import Archive, Watch
from palimpsest.web import create_app, serving
from palimpsest.web.harmless import Harmless
from palimpsest.web.pages import stored

from ..conftest import NOW, a_capture
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
    with archive.transaction() as tx:
        tx.add_capture(
            a_capture(f"https://herald.example/{'long/' * 30}"), run_id=run.id, source_id=source.id
        )
    archive.finish_run(run.id, RunState.DONE, {"new": 2}, ["one page: the server answered 503"], now=NOW)
    with serving(create_app(archive, local_key=KEY), host="127.0.0.1", port=0) as address:
        yield address.url


PAGES = (
    "/", "/?all=1", "/?source=herald&kind=video-removed", "/search?q=harbour", "/search?q=xylophone",
    "/search?q=%22", "/articles/1", "/nowhere", "/outlets", "/outlets/herald", "/health", "/runs", "/runs/1",
    "/watches", "/watches/1", "/sign-in", "/api",
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


def test_a_line_of_very_many_versions_still_has_its_colours(chromium: Any, sqlite_archive: Archive) -> None:
    for hour in range(51):
        look(sqlite_archive, "count", hour, f"The tally stands at {hour} tonight")
    with serving(create_app(sqlite_archive), host="127.0.0.1", port=0) as address:
        page = Visitor(chromium, address.url, viewport={"width": 360, "height": 740}).go("/articles/1")
        style = "all => all.map(e => [getComputedStyle(e).stroke, getComputedStyle(e).fill].join())"
        looks = set(page.locator("svg.line rect").evaluate_all(style))
        assert len(looks) == 2
        assert all(one.startswith("none,") for one in looks), looks


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


def test_tables_of_ours_need_no_sideways_scrolling_on_a_phone(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base, viewport={"width": 360, "height": 740})
    for path in ("/outlets", "/health", "/runs", "/runs/1"):
        wide = visitor.go(path).locator("div.wide")
        assert wide.count() > 0, path
        hidden = "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
        assert wide.evaluate_all(hidden) == 0, path


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


# ---------------------------------------------------------------- the frame


class Trap:
    """A server elsewhere that notes whatever is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - http.server calls it so

            def log_message(self, *_: Any) -> None:
                """Nothing on stderr."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def hostile(out: str) -> str:
    """What a page may try: to run, to load, to send, to lead away, to break out of its frame."""
    tries = (
        f'<base href="{out}/base/"><link rel="stylesheet" href="{out}/style.css">',
        f'<meta http-equiv="refresh" content="0; url={out}/refresh">',
        f'<style>@import "{out}/import.css";</style>',
        f'<script>parent.document.title = top.hacked = "hacked"; fetch("{out}/script")</script>',
        f'<script src="{out}/script.js"></script><img src="{out}/image.png" onerror="top.hacked = 1">',
        f'<svg onload="top.hacked = 1"><image href="{out}/svg.png"></image></svg>',
        f'<iframe src="{out}/frame"></iframe><object data="{out}/object"></object>',
        f'<embed src="{out}/embed"><video src="{out}/video" autoplay poster="{out}/poster"></video>',
        f'<p style="background: url({out}/background)">styled</p>',
        f'<form action="{out}/form"><input autofocus onfocus="this.form.submit()"></form>',
        f'<a href="{out}/link" target="_top" ping="{out}/ping">a way out</a>',
    )
    return f"The council met on Monday. {''.join(tries)} {BODY}"


@pytest.mark.parametrize("is_sanitised", [True, False], ids=["sanitised", "by the policy alone"])
def test_a_hostile_page_in_the_frame_of_its_version_neither_runs_nor_loads(
    chromium: Any, sqlite_archive: Archive, trap: Trap, monkeypatch: pytest.MonkeyPatch, is_sanitised: bool
) -> None:
    if not is_sanitised:  # as if the sanitiser had let all of it through
        monkeypatch.setattr(stored, "sanitised", lambda markup, *_, **__: Harmless(html=markup, is_cut=False))
    look(sqlite_archive, "vote", 0, "Council votes", hostile(trap.url))
    name = sqlite_archive.timeline(1)[0].public_id
    with serving(create_app(sqlite_archive), host="127.0.0.1", port=0) as address:
        visitor = Visitor(chromium, address.url)
        asked: list[str] = []
        visitor.page.on("request", lambda request: asked.append(request.url.removeprefix(visitor.base)))
        page = visitor.go(f"/version/{name}")
        title = page.title()
        frame = page.locator("iframe.stored")
        assert frame.get_attribute("sandbox") == ""
        page.wait_for_load_state("networkidle")
        assert f"/version/{name}/page?framed=1" not in asked  # not before somebody wants to see it
        page.get_by_text("Show it here").click()
        inner = frame.element_handle().content_frame()
        inner.get_by_text("The council met on Monday").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert inner.evaluate("self.origin") == "null"
        assert page.evaluate("window.hacked") is None
        assert (page.title(), page.url) == (title, f"{visitor.base}/version/{name}")
        if is_sanitised:
            left = "document.querySelectorAll('script, style:not(head style), [src], [href], [style]').length"
            assert inner.evaluate(left) == 0
            assert (visitor.complaints, visitor.strangers) == ([], [])
        else:  # it is there, and a click leads it nowhere
            inner.get_by_text("a way out").click()
            page.wait_for_load_state("networkidle")
            assert (page.title(), page.url) == (title, f"{visitor.base}/version/{name}")
    assert trap.asked == []


def test_who_cannot_open_the_frame_has_a_link_to_the_same_page(chromium: Any, base: str) -> None:
    page = Visitor(chromium, base).go("/articles/1")
    page.locator("a[href^='/version/']").first.click()
    page.get_by_role("link", name="As it was received, made harmless").click()
    page.get_by_text("The council met on Monday").wait_for()


# ------------------------------------------------- keyboard and screen readers


def test_the_first_stop_of_the_keyboard_leads_past_what_stands_on_every_page(
    chromium: Any, base: str
) -> None:
    page = Visitor(chromium, base).go("/")
    focused = "document.activeElement.textContent.trim()"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_headings_stand_in_order_and_every_page_has_its_landmarks(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base)
    visitor.go(f"/sign-in?key={KEY}")
    for path in addresses(visitor):
        visitor.page.goto(visitor.base + path)
        levels = visitor.page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(h => +h.tagName[1])")
        assert levels.count(1) == 1, path
        # Beside a story stands what is known of it: that starts anew below the story's own headings.
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        for landmark in ("banner", "main", "contentinfo"):
            assert visitor.page.get_by_role(landmark).count() == 1, (path, landmark)
        names = visitor.page.locator("nav").evaluate_all("all => all.map(n => n.ariaLabel)")
        assert len(set(names)) == len(names), (path, names)
        assert visitor.page.get_by_role("search").count() == 1, path


def test_archived_text_says_its_language_and_runs_in_its_direction(
    chromium: Any, sqlite_archive: Archive
) -> None:
    source = sqlite_archive.add_source(
        Source(slug="sabah", name="جريدة الصباح", home="https://sabah.example/", language="ar")
    )
    body = "اجتمع المجلس يوم الاثنين وصوت على الميناء. " * 12
    for hours, number in ((0, 12), (3, 21)):
        look(sqlite_archive, "vote", hours, f"المجلس يصوت {number}", body, source_id=source.id, language="ar")
    old, new = (span.public_id for span in sqlite_archive.timeline(1))
    with serving(create_app(sqlite_archive), host="127.0.0.1", port=0) as address:
        visitor = Visitor(chromium, address.url)
        places = {
            "/": "article.edit h2",
            f"/search?q={quote('المجلس')}": "article.hit h2",
            "/articles/1": "p.headline",
            f"/version/{new}": "article.story h1",
            f"/diff?old={old}&new={new}": "section.diff h2",
            f"/diff?old={old}&new={new}&view=side": "table.side td.as-h2",
            f"/version/{new}/page": "body > div",
        }
        for path, place in places.items():
            found = visitor.go(path).locator(place).first
            assert found.evaluate("e => e.closest('[lang]').lang") == "ar", path
            assert found.evaluate("e => getComputedStyle(e).direction") == "rtl", path
            assert visitor.page.evaluate("document.documentElement.lang") == "en"


def test_marks_and_plots_are_seen_in_forced_colours(chromium: Any, base: str) -> None:
    visitor = Visitor(chromium, base, forced_colors="active")
    page = visitor.go("/articles/1")
    page.locator("ol.timeline > li").nth(0).get_by_role("link", name="What changed").click()
    style = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("section.diff del").first.evaluate(style) == "line-through"
    page = visitor.go("/outlets/herald?days=all")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bars = page.locator("svg.plot rect.s0").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert bars
    assert paper not in bars


def test_nothing_moves_for_whoever_asks_for_less_motion(chromium: Any, base: str) -> None:
    page = Visitor(chromium, base, reduced_motion="reduce").go("/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_stands_the_story_and_nothing_to_press(chromium: Any, base: str) -> None:
    page = Visitor(chromium, base).go("/articles/1")
    page.locator("a[href^='/version/']").first.click()
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".citation").is_visible()
    for hidden in (".top nav", ".find", ".as-of", ".as-received"):
        assert not page.locator(hidden).first.is_visible(), hidden
