"""The list of an original's mementos, a page at a time, in link format and in JSON; pure (RFC 7089, 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..storage import Memento
from .memento_links import LINK_FORMAT, Addresses, Link, http_date


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMap:
    """A page of the list of an original's mementos.

    Attributes:
        addresses: The original's.
        mementos: Those of this page, in the order of time.
        first, last: Of all.
        page, pages: Which page this is, and how many there are.
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
            "self": addresses.timemap("json", self.page),
            "timemap_uri": {
                "link_format": addresses.timemap(page=self.page),
                "json_format": addresses.timemap("json", self.page),
            },
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
