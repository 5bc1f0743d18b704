"""What befalls a real outlet is told apart by what its crawls count."""

from __future__ import annotations

from datetime import UTC, datetime

from palimpsest.checkup import verdicts
from palimpsest.health import Verdict
from palimpsest.newsroom.faults import serve, status

from .conftest import Desk, settings_for

BLANK = serve("<!doctype html><title>Le Courrier</title><main><nav>Menu</nav></main>", "text/html")

CHECK = serve("<!doctype html><title>Just a moment...</title><p>Verify you are human.</p>", "text/html")
CONSENT = serve(
    "<!doctype html><title>Before you continue</title><p>We value your privacy. Cookies need your consent:"
    " accept all cookies, or choose what data our partners may keep.</p><button>Accept</button>",
    "text/html",
)


def fares(desk: Desk) -> Verdict:
    ((_, verdict),) = verdicts(desk.archive, datetime.now(UTC))
    return verdict


def test_a_wall_a_ban_a_redesign_and_a_dead_feed_are_told_apart(desk: Desk) -> None:
    # Five pages just make a share: none may fail because the machine is busy with other things.
    patient = {"timeout": 120.0}
    desk.archive.settings = settings_for(desk.archive.directory, desk.newsroom, fetch=patient)
    desk.add("courrier")
    desk.crawl("courrier")
    assert fares(desk).state.value == "ok"

    for wall, name in ((CHECK, "bot-check"), (CONSENT, "consent")):
        desk.newsroom.fault("courrier", "/*/*.html", wall)
        desk.crawl("courrier", again=True)
        assert (fares(desk).state.value, name in fares(desk).reason) == ("blocked", True)
        desk.newsroom.heal()

    desk.newsroom.fault("courrier", "/*/*.html", status(403))
    desk.crawl("courrier", again=True)
    assert (fares(desk).state.value, "http-403" in fares(desk).reason) == ("blocked", True)
    desk.newsroom.heal()

    desk.newsroom.fault("courrier", "/robots.txt", serve("User-agent: *\nDisallow: /\n", "text/plain"))
    desk.crawl("courrier")
    assert (fares(desk).state.value, "robots.txt" in fares(desk).reason) == ("blocked", True)
    desk.newsroom.heal()

    desk.newsroom.fault("courrier", "/*/*.html", BLANK)
    desk.crawl("courrier", again=True)
    assert (fares(desk).state.value, "redesign" in fares(desk).reason) == ("empty", True)
    desk.newsroom.heal()

    desk.crawl("courrier", again=True)
    assert fares(desk).state.value == "ok"

    desk.newsroom.fault("courrier", "*", status(404))
    for state in ("ok", "ok", "failing"):
        desk.crawl("courrier")
        assert fares(desk).state.value == state
    assert "answered 404" in fares(desk).reason
