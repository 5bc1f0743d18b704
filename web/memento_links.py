"""Memento's words, pure: its addresses, datetimes, Link headers, and which memento is nearest (RFC 7089).

Addresses come from the archive and from whoever asks; in a link they can end neither it nor the header.
Not here: lists of mementos (`timemaps`), and what the archive holds (`memento`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
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
        links.append(Link(href=addresses.memento(when), rel=rel, parameters=(("datetime", http_date(when)),)))
    return ", ".join(map(str, links))
