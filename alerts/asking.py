"""What somebody asks to be watched, as typed, made into a watch that can be kept.

Used by the command line, the reading room and its API alike, so that none of them takes what another
refuses. Whether a change meets a watch is decided in `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ..crawler import urls
from ..errors import BadWatch
from ..model import ChangeKind
from ..query import parse
from ..settings import known_zone, readable_hours
from ..storage import Archive, Watch
from .channels import Kind, new_channel, target_of

NO_HOURS = "none"
"""What is written for quiet hours where a watch is to have none."""


def new_watch(
    archive: Archive,
    *,
    url: str | None = None,
    source: str | None = None,
    section: str | None = None,
    query: str | None = None,
    kinds: Iterable[str] = (),
    min_weight: float = 0.0,
    only_added: bool = False,
    persist: int = 0,
    quiet: str | None = None,
    zone: str | None = None,
    rate: int | None = None,
    addresses: Iterable[str] = (),
    files: bool = True,
) -> Watch:
    """Check a watch as somebody asks for it; `Archive.add_watch` keeps it.

    Args:
        archive: Where the source must be.
        url, source, section, query: What is watched; one of them at least.
        kinds: Names of kinds of change.
        min_weight, only_added, persist: As of `Watch`.
        quiet: Hours such as `22:00-07:00` instead of the archive's; `none`: at no hour; None or "": as the
            archive has it.
        zone: The time zone of quiet hours and digests instead of the archive's.
        rate: Messages to each channel within an hour at the most, instead of the archive's.
        addresses: Where alerts go; the same one twice is one.
        files: Alerts may go to files of this machine (`atom:`): not for who asks from elsewhere.

    Raises:
        BadWatch: It names nothing, no such kind or time zone, hours that cannot be read, or an address that
            nothing can be sent to.
        BadURL, BadQuery: What is watched cannot be read.
        NotFound: There is no such source.
    """
    if not (url or source or section or query):
        raise BadWatch("say what to watch: a URL, a source, a section or a query")
    if not 0 <= min_weight <= 1:
        raise BadWatch("a weight is between 0 and 1")
    if rate is not None and rate < 1:
        raise BadWatch("a rate is a number of messages within an hour, at least 1")
    if query:
        parse(query)
    if source:
        archive.source(source)
    channels = tuple(new_channel(address) for address in dict.fromkeys(addresses))
    if not channels:
        raise BadWatch("say where alerts go, such as webhook:https://… or mailto://…")
    if not files and any(target_of(one.address).kind is Kind.ATOM for one in channels):
        raise BadWatch(
            "a feed in a file is asked for on the archive's machine: palimpsest watch add … --to atom:FILE"
        )
    return Watch(
        url=urls.identity(urls.fetchable(url)) if url else None,
        source=source or None,
        section=section or None,
        query=query or None,
        kinds=read_kinds(kinds),
        min_weight=min_weight,
        only_added=only_added,
        persist=persist,
        quiet=_hours(quiet),
        zone=_zone(zone),
        rate=rate,
        channels=channels,
    )


def describe(watch: Watch) -> str:
    """What a watch asks for, in a line."""
    return ", ".join(_parts(watch))


def read_kinds(names: Iterable[str]) -> tuple[ChangeKind, ...]:
    """Kinds of change by their names.

    Raises:
        BadWatch: None has that name; the message names the nearest.
    """
    wanted = [name.strip() for name in names if name.strip()]
    for name in wanted:
        if name not in tuple(ChangeKind):
            near = get_close_matches(name, list(ChangeKind), 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(ChangeKind)}"
            raise BadWatch(f"no kind of change is called {name!r}; {hint}")
    return tuple(dict.fromkeys(ChangeKind(name) for name in wanted))


def _hours(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return "" if text == NO_HOURS else readable_hours(text)
    except ValueError as error:
        raise BadWatch(f"quiet hours {text!r}: {error}") from None


def _zone(name: str | None) -> str | None:
    try:
        return known_zone(name) if name else None
    except ValueError as error:
        raise BadWatch(f"time zone {name!r}: {error}") from None


def _parts(watch: Watch) -> Iterator[str]:
    if watch.url:
        yield watch.url
    if watch.source:
        yield f"source {watch.source}"
    if watch.section:
        yield f"section {watch.section}"
    if watch.query:
        yield f"words {watch.query}"
    if watch.kinds:
        yield f"kinds {' '.join(watch.kinds)}"
    if watch.min_weight:
        yield f"weight at least {watch.min_weight:g}"
    if watch.only_added:
        yield "only additions"
    if watch.persist:
        yield f"after {watch.persist} further looks"
    if watch.quiet is not None:
        yield f"quiet {watch.quiet}" if watch.quiet else "no quiet hours"
    if watch.zone:
        yield f"time zone {watch.zone}"
    if watch.rate:
        yield f"at most {watch.rate} messages an hour"
