"""Every error that Palimpsest raises on purpose, in one tree named by what the caller can do.

::

    PalimpsestError              one except clause for everything below
    ├── FixInput                 the user gave something that cannot work; the message says how to mend it
    │   ├── BadURL               not an address we can fetch or keep
    │   ├── BadSource            a source's definition (or a row of an import) does not hold
    │   ├── BadSetting           palimpsest.toml, the environment or a flag
    │   ├── BadSchedule          a span, cron line, jitter or time zone that cannot be
    │   ├── BadWatch             a watch that could never alert, or an address that nothing can be sent to
    │   ├── BadKey               a key that cannot be given out: its name, its end
    │   ├── BadQuery             a query that cannot be read; the message points at the place
    │   └── NotFound             what was named is not in the archive
    │       └── Redacted         it was, and was taken out on purpose; the message gives day and reason
    ├── Unfit                    this one page or document is of no use; note it and go on to the next
    │   ├── BadFeed              a feed that is none, or is hostile
    │   ├── BadSitemap
    │   ├── BadArchiveFile       a WARC file that cannot be read
    │   └── NoArticle            extraction found no article in the payload
    ├── NotFetched               no response; the capture keeps the reason
    │   ├── Refused              our own guards said no (address, scheme, size, redirects, robots.txt)
    │   └── TryLater             the other side may answer later (time-out, 429, 5xx, DNS)
    ├── NotDelivered             a channel did not take a message; the delivery stays pending
    └── StoreError               the archive itself
        ├── Busy                 another process holds what is needed; wait or stop it
        ├── CannotWrite          disk full or read-only: nothing was stored, and nothing lost
        ├── WrongArchive         no archive there, or one of another version
        └── Damaged              stored bytes do not have their digest

An error carries the URL and the source it concerns where there is one, and `str()` shows them with
the cause, so that a line in a log is enough to act on. It is not a place for control flow: what a
caller decides on every page (unchanged, gone, not due) is a value in `model`.
"""

from __future__ import annotations


class PalimpsestError(Exception):
    """Something went wrong that Palimpsest knows about.

    Args:
        message: What happened and what to do, in one plain sentence.
        url: The address it concerns, if any.
        source: The slug of the source it concerns, if any.
    """

    exit_code = 1

    def __init__(self, message: str, *, url: str | None = None, source: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.url = url
        self.source = source

    def __str__(self) -> str:
        parts = [self.message]
        if self.url and self.url not in self.message:
            parts.append(f"url: {self.url}")
        if self.source and self.source not in self.message:
            parts.append(f"source: {self.source}")
        if self.__cause__ is not None and not isinstance(self.__cause__, PalimpsestError):
            cause = " ".join(str(self.__cause__).split())  # drivers write several lines
            parts.append(f"cause: {type(self.__cause__).__name__}: {cause}")
        return " | ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross the process pool; the default would drop the keyword arguments.
        return _revive, (type(self), self.__dict__)


def _revive(kind: type[PalimpsestError], fields: dict[str, object]) -> PalimpsestError:
    error = kind.__new__(kind, fields["message"])
    error.__dict__.update(fields)
    return error


class FixInput(PalimpsestError):
    """The user gave something that cannot work."""

    exit_code = 2


class BadURL(FixInput):
    """Not an address that can be fetched or kept."""


class BadSource(FixInput):
    """A source's definition does not hold."""


class BadSetting(FixInput):
    """A setting has a value it cannot have."""


class BadSchedule(FixInput):
    """A schedule that can never hold: no such zone, a cron line that is none or never fires."""


class BadWatch(FixInput):
    """A watch's definition does not hold, or a channel's address leads nowhere."""


class BadKey(FixInput):
    """A key of the reading room cannot be made so."""


class BadQuery(FixInput):
    """A query cannot be read."""


class NotFound(FixInput):
    """What was named is not in the archive."""

    exit_code = 3


class Redacted(NotFound):
    """What was named was taken out of the archive on purpose."""


class Unfit(PalimpsestError):
    """One document is of no use; go on to the next."""


class BadFeed(Unfit):
    """A feed that is none, or is hostile."""


class BadSitemap(Unfit):
    """A sitemap that is none, or is hostile."""


class BadArchiveFile(Unfit):
    """A WARC file that cannot be read."""


class NoArticle(Unfit):
    """Extraction found no article in the payload."""


class NotFetched(PalimpsestError):
    """No response was had; the capture keeps the reason."""


class Refused(NotFetched):
    """Our own guards said no."""


class TryLater(NotFetched):
    """The other side may answer later.

    Args:
        after: Seconds to wait, if the other side named them (`Retry-After`).
    """

    def __init__(
        self, message: str, *, url: str | None = None, source: str | None = None, after: float | None = None
    ) -> None:
        super().__init__(message, url=url, source=source)
        self.after = after


class NotDelivered(PalimpsestError):
    """A channel did not take a message.

    Args:
        after: Seconds to wait, if the other side named them (`Retry-After`).
    """

    def __init__(self, message: str, *, url: str | None = None, after: float | None = None) -> None:
        super().__init__(message, url=url)
        self.after = after


class StoreError(PalimpsestError):
    """The archive itself cannot do what was asked."""

    exit_code = 5


class Busy(StoreError):
    """Another process holds what is needed."""


class CannotWrite(StoreError):
    """Disk full or read-only: nothing was stored, and nothing lost."""


class WrongArchive(StoreError):
    """No archive there, or one of another version."""


class Damaged(StoreError):
    """Stored bytes do not have their digest."""

    exit_code = 4
