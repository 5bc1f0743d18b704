"""Every error of a run and every reason of health that the program can give has its French."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from palimpsest import health
from palimpsest.crawler import pool
from palimpsest.crawler.discovery import feeds, jsonfeed, sitemaps
from palimpsest.errors import BadFeed, BadSitemap
from palimpsest.fixity import summary
from palimpsest.model import Run, RunState, WayKind
from palimpsest.storage import Fault, Verification
from palimpsest.web.french_runs import check_in_french, error_in_french, health_in_french
from palimpsest.web.languages import check_in, error_in, health_in

from .test_french_fetches import raised
from .test_french_reasons import sentences

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SAID = [
    said
    for where in (feeds, jsonfeed, sitemaps, pool)
    for said in raised(where)  # type: ignore[arg-type]
    if not said.startswith("this is not a")  # which goes on: see below
]


# -------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "error",
    [
        *SAID,
        *(f"the {kind} could not be read: the server answered 503" for kind in WayKind),
        "page 2 could not be had: no whole answer within 30 s",
        "page 2: reading took more than 20 s and was ended",
    ],
)
def test_every_error_of_a_run_has_its_french_and_keeps_its_address(error: str) -> None:
    for line in (f"https://a.example/story: {error}", f"{error} | url: https://a.example/story"):
        french = error_in_french(line)
        assert french is not None
        assert "https://a.example/story" in french
        for english in ("the ", " is ", " not ", " could ", "server"):
            assert english not in french


def test_the_producers_of_errors_were_asked() -> None:
    assert len(SAID) > 12


@pytest.mark.parametrize("payload", [b"<opml/>", b"<>", b"words"])
def test_what_is_no_feed_and_no_sitemap_is_told_in_french(payload: bytes) -> None:
    url = "https://a.example/x.xml"
    with pytest.raises(BadFeed) as no_feed:
        feeds.read_feed(payload, url)
    with pytest.raises(BadSitemap) as no_sitemap:
        sitemaps.read_sitemap(payload, url)
    for error in (no_feed.value, no_sitemap.value):
        french = error_in_french(str(error))
        assert french is not None, str(error)
        assert url in french


def test_an_error_that_is_not_ours_stays_in_english() -> None:
    assert error_in("fr", "an older program said this") == ("en", "an older program said this")
    assert error_in("en", "status 418") == ("en", "status 418")


# --------------------------------------------------------------------- check


def test_what_a_check_found_is_counted_in_french() -> None:
    faults = tuple((fault.value, count) for fault, count in zip(Fault, (2, 1, 0), strict=True))
    said = summary(Verification(checked=(), faults=faults, findings=()))
    assert check_in("fr", said) == ("fr", "2 altérés, 1 manquant")
    assert check_in("en", said) == ("en", said)
    assert all(check_in_french(f"3 {fault}") for fault in Fault)
    assert check_in("fr", "2 odd") == ("en", "2 odd")


# -------------------------------------------------------------------- health


@pytest.mark.parametrize(
    "reason",
    [
        said
        for look in (
            health._judge, health._blocked, health._failing, health._unreadable, health._silent, health._late,
            health._fallen,
        )
        for said in sentences(look)
        if " " in said
    ],
)  # fmt: skip
def test_every_reason_of_health_has_its_french(reason: str) -> None:
    for said in (reason, f"{reason} (https://a.example/: the server answered 503)"):
        french = health_in_french(said)
        assert french is not None
        for english in (" the ", " its ", " is ", " in a row", " server"):
            assert english not in f" {french}"


def test_the_error_behind_a_reason_of_health_keeps_its_address() -> None:
    runs = tuple(
        Run(
            id=n, source_id=1, why="scheduled", state=RunState.FAILED, started_at=NOW - timedelta(hours=n),
            ended_at=NOW, counts=(),
            errors=("the name a.example does not resolve: no such host | url: https://a.example/feed",),
        )
        for n in range(1, 4)
    )  # fmt: skip
    reason = health.judge(health.Facts(added_at=NOW, runs=runs), NOW).reason
    error = "le nom a.example ne mène à aucune adresse : no such host | url: https://a.example/feed"
    assert health_in("fr", reason) == ("fr", f"3 collectes de suite n’ont rien donné ({error})")
    assert health_in("en", reason) == ("en", reason)
    assert health_in("fr", "an older program said this (so)") == ("en", "an older program said this (so)")


def test_numbers_are_written_as_the_french_write_them() -> None:
    assert health_in_french("its run is 1.5 h overdue; is `palimpsest run` at work?") == (
        "sa collecte a 1,5 h de retard ; `palimpsest run` est-il en marche ?"
    )
    assert health_in_french(
        "its runs take 1 day, 2:00:00 and are due every 6:00:00; choose a longer span"
    ) == (
        "ses collectes durent 1 j 2:00:00 et sont prévues à un intervalle de 6:00:00 ;"
        " choisissez-en un plus long"
    )
