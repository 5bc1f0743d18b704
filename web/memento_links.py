"""Memento's words, pure: its datetimes, link headers, time maps, and which memento is nearest (RFC 7089).

Addresses come from the archive and from whoever asks; in a link they can end neither it nor the header.
Not here: what the archive holds (`memento`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

from ..errors import FixInput
from ..storage import Memento, Neighbours

LINK_FORMAT: Final = "application/link-format"  # RFC 6690; RFC 7089, 5
_URI: Final = "!#$%&'()*+,/:;=?@[]~"  # what a URI may hold beside letters, digits, `-._` (RFC 3986, 2)
_STAMP: Final = re.compile("[0-9]{4,14}")
_LEAST: Final = "00000101000000"  # what a shortened stamp leaves open


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One typed link (RFC 8288): where to, and how it relates."""

    href: str
    rel: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        said = "".join(f'; {name}="{value}"' for name, value in (("rel", self.rel), *self.parameters))
        return f"<{quote(self.href, safe=_URI)}>{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the Memento resources of one original lie.

    Attributes:
        base: Of the reading room, without a slash at the end.
        url: The original's address.
    """

    base: str
    url: str

    @property
    def timegate(self) -> str:
        """Where datetimes are negotiated."""
        return f"{self.base}/timegate/{self.url}"

    def timemap(self, form: str = "link", page: int = 1) -> str:
        """A page of the list of mementos; the first page has the plain address."""
        number = f"{page}/" if page > 1 else ""
        return f"{self.base}/timemap/{form}/{number}{self.url}"

    def memento(self, at: datetime, flavour: str = "") -> str:
        """The memento of a second."""
        return f"{self.base}/memento/{stamp(at)}{flavour}/{self.url}"


def http_date(at: datetime) -> str:
    """`Thu, 15 Oct 2026 06:00:12 GMT` (RFC 9110, 5.6.7), the only form that Memento has."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def read_accept_datetime(text: str) -> datetime:
    """The moment that a client asks for (RFC 7089, 2.1.1).

    Raises:
        FixInput: It is no HTTP date.
    """
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FixInput("Accept-Datetime cannot be read; write Thu, 15 Oct 2026 06:00:12 GMT") from None


def stamp(at: datetime) -> str:
    """The 14 digits that name a second in addresses."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def read_stamp(text: str) -> datetime:
    """The second that 14 digits name; what is left out is taken at its beginning.

    Raises:
        FixInput: They name none.
    """
    if _STAMP.fullmatch(text) and text.isascii():
        try:
            return datetime.strptime(text + _LEAST[len(text) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            pass  # the thirteenth month
    raise FixInput(f"{text[:20]!r} is no moment; write its year, month, day and time as 20261015060012")


def nearest(around: Neighbours, when: datetime) -> Memento:
    """The memento closest in time; of two equally close ones the earlier, which had stood by then."""
    if around.here is not None:
        return around.here
    sides = [one for one in (around.before, around.after) if one is not None]
    return min(sides, key=lambda one: abs(one.at - when))


def header(addresses: Addresses, around: Neighbours, *, gate: bool = False) -> str:
    """The Link header of a memento, or of what leads to it (RFC 7089, 2.2).

    Args:
        addresses: The original's.
        around: The mementos, seen from the one that is meant (`here`).
        gate: For the time gate itself, which does not name itself.
    """
    first, last = around.first.at, around.last.at
    span = ("type", LINK_FORMAT), ("from", http_date(first)), ("until", http_date(last))
    links = [Link(href=addresses.url, rel="original")]
    if not gate:
        links.append(Link(href=addresses.timegate, rel="timegate"))
    links.append(Link(href=addresses.timemap(), rel="timemap", parameters=span))
    rels: dict[str, list[str]] = {}
    moments: dict[str, datetime] = {}
    named = (
        ("first", around.first), ("prev", around.before), ("", around.here), ("next", around.after),
        ("last", around.last),
    )  # fmt: skip
    for rel, one in named:
        if one is not None:
            rels.setdefault(stamp(one.at), []).append(rel)
            moments[stamp(one.at)] = one.at
    for key in sorted(rels):
        rel = " ".join([*filter(None, rels[key]), "memento"])
        when = moments[key]
        links.append(
            Link(href=addresses.memento(when), rel=rel, parameters=(("datetime", http_date(when)),))
        )
    return ", ".join(map(str, links))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMap:
    """A page of the list of an original's mementos.

    Attributes:
        addresses: The original's.
        mementos: Those of this page, in the order of time.
        first, last: Of all.
        page, pages: Which page this is, and how many there are.
        starts: When the first memento of each other page was made, by the page's number.
    """

    addresses: Addresses
    mementos: tuple[Memento, ...]
    first: Memento
    last: Memento
    page: int
    pages: int

    def as_links(self) -> str:
        """In link format (RFC 7089, 5; further pages: 5.1.2)."""
        return ",\n".join(map(str, self._links())) + "\n"

    def as_json(self) -> dict[str, Any]:
        """In the JSON that aggregators and other archives give and read."""
        addresses = self.addresses
        found: dict[str, Any] = {
            "original_uri": addresses.url,
            "timegate_uri": addresses.timegate,
            "timemap_uri": {form: addresses.timemap(form) for form in ("link", "json")}
            | {"link_format": addresses.timemap(), "json_format": addresses.timemap("json")},
            "mementos": {
                "list": [self._plain(one) for one in self.mementos],
                "first": self._plain(self.first),
                "last": self._plain(self.last),
            },
        }
        if self.pages > 1:
            others = (n for n in range(1, self.pages + 1) if n != self.page)
            found["timemap_index"] = [{"uri": addresses.timemap("json", n)} for n in others]
        return found

    def _plain(self, one: Memento) -> dict[str, str]:
        return {"uri": self.addresses.memento(one.at), "datetime": one.at.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _links(self) -> Iterable[Link]:
        addresses = self.addresses
        here = self.mementos
        span = ("from", http_date(here[0].at)), ("until", http_date(here[-1].at))
        kind = ("type", LINK_FORMAT)
        yield Link(href=addresses.url, rel="original")
        yield Link(href=addresses.timegate, rel="timegate")
        yield Link(href=addresses.timemap(page=self.page), rel="self", parameters=(kind, *span))
        for number in range(1, self.pages + 1):
            if number != self.page:
                yield Link(href=addresses.timemap(page=number), rel="timemap", parameters=(kind,))
        for one in here:
            place = ["first"] * (one == self.first) + ["last"] * (one == self.last)
            when = ("datetime", http_date(one.at))
            yield Link(href=addresses.memento(one.at), rel=" ".join([*place, "memento"]), parameters=(when,))


SECOND: Final = timedelta(seconds=1)
