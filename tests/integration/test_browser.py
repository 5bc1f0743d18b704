"""Pages that scripts draw: read by a browser that reaches nothing but what the door lets through."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from palimpsest.errors import BadSetting
from palimpsest.newsroom import Newsroom
from palimpsest.newsroom.faults import serve
from palimpsest.storage import create_archive, open_archive

from .chromium import needs_browser
from .conftest import Desk, settings_for

# What an application does, and what a hostile one tries beside it.
SCRIPT = """
for (const url of ["http://127.0.0.1:%(port)d/secret", "//tracker.example/b.js", "/archiv/no.json"])
  fetch(url).catch(() => {});
fetch("/api/form", {method: "POST", body: "x"}).catch(() => {});
new Image().src = "http://127.0.0.1:%(port)d/pixel.gif";
try { new WebSocket("ws://127.0.0.1:%(port)d/socket"); } catch (error) {}
const frame = document.createElement("iframe");
frame.src = "http://127.0.0.1:%(port)d/frame";
document.body.append(frame);
fetch("/api/story.json").then(answer => answer.json()).then(lines => {
  const article = document.createElement("article");
  for (const line of lines) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    article.append(paragraph);
  }
  document.getElementById("app").append(article);
});
"""
LINES = [
    f"Speaker {n} told the council at length why the old bridge should stay where it is." for n in range(8)
]


@pytest.fixture
def secret() -> Iterator[socket.socket]:
    """Something on the loopback that no page may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def drawing(tmp_path: Path, newsroom: Newsroom) -> Iterator[Desk]:
    create_archive(tmp_path / "drawn").close()
    settings = settings_for(tmp_path / "drawn", newsroom, browser={"sources": ("ledger",), "timeout": 60.0})
    with open_archive(tmp_path / "drawn", settings=settings) as archive:
        yield Desk(archive, newsroom)


def publish(desk: Desk, port: int) -> str:
    """Put a shell and its application in a story's place; its address."""
    url = desk.newsroom.edition.url(desk.newsroom.story("ledger-ferry"))
    path = url.partition(f":{desk.newsroom.port}")[2]
    shell = '<!doctype html><title>Ferry</title><div id="app"></div><script src="/app.js"></script>'
    desk.newsroom.fault("ledger", path, serve(shell.encode()))
    script = (SCRIPT % {"port": port}).encode()
    desk.newsroom.fault("ledger", "/app.js", serve(script, "text/javascript"))
    desk.newsroom.fault("ledger", "/api/story.json", serve(json.dumps(LINES).encode(), "application/json"))
    robots = b"User-agent: *\nDisallow: /archiv/\n"
    desk.newsroom.fault("ledger", "/robots.txt", serve(robots, "text/plain"))
    return url


@needs_browser
def test_a_page_that_scripts_draw_is_read_and_what_they_fetched_is_kept(
    drawing: Desk, secret: socket.socket
) -> None:
    url = publish(drawing, secret.getsockname()[1])
    drawing.add("ledger")
    drawing.crawl()
    (version,) = drawing.archive.versions(drawing.article(url).id)
    assert [block.text for block in version.extraction.blocks] == LINES
    assert dict(version.extraction.provenance)["page"].startswith("drawn by chromium/")
    base = drawing.newsroom.outlet("ledger").base
    for address in (f"{base}/app.js", f"{base}/api/story.json"):
        assert len(drawing.captures(address)) == 1


@needs_browser
def test_the_browser_reaches_nothing_but_what_the_door_lets_through(
    drawing: Desk, secret: socket.socket
) -> None:
    publish(drawing, secret.getsockname()[1])
    drawing.add("ledger")
    drawing.crawl()
    with pytest.raises(BlockingIOError):  # nobody has knocked
        secret.accept()
    visits = drawing.newsroom.requests.visits
    asked = [visit.path for visit in visits]
    assert "/api/story.json" in asked
    assert {visit.method for visit in visits} == {"GET"}
    assert not [path for path in asked if path.startswith(("/archiv/", "/api/form", "/favicon"))]
    assert all("Palimpsest/" in (visit.header("user-agent") or "") for visit in visits)


def test_without_the_switch_a_shell_stays_one_and_no_script_is_fetched(
    desk: Desk, secret: socket.socket
) -> None:
    publish(desk, secret.getsockname()[1])
    desk.add("ledger")
    assert desk.crawl()["no-article"] == 1
    assert "/app.js" not in [visit.path for visit in desk.newsroom.requests.visits]


def test_a_browser_that_is_not_there_is_told_before_anything_is_fetched(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    create_archive(tmp_path / "none").close()
    browser = {"sources": ("ledger",), "executable": str(tmp_path / "chromium")}
    with open_archive(
        tmp_path / "none", settings=settings_for(tmp_path / "none", newsroom, browser=browser)
    ) as a:
        desk = Desk(a, newsroom)
        desk.add("ledger")
        with pytest.raises(BadSetting, match="browser"):
            desk.crawl()
    assert newsroom.requests.visits == []
