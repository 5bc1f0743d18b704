"""What is asked of an archive about the keys of its reading room; `Archive` is what callers get."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from ..errors import Busy, CannotWrite
from . import sql_keys
from .key_rows import AccessKey, Scope
from .reading import Reader

T = TypeVar("T")


class Access(Reader):
    """The part of `Archive` that knows who may do what."""

    def add_key(
        self, name: str, scopes: Collection[Scope], *, now: datetime, expires_at: datetime | None = None
    ) -> tuple[AccessKey, str]:
        """Make a key.

        Args:
            name: Whom or what it is for.
            scopes: What it lets its holder do.
            now: The time.
            expires_at: From when on it opens nothing; None: it holds until it is revoked.

        Returns:
            The key, and its secret, which is kept nowhere.

        Raises:
            BadKey: A name that cannot be or that is taken, no scopes, or an end that has passed.
        """
        return self._write(sql_keys.add, name, scopes, expires_at, now)

    def keys(self) -> tuple[AccessKey, ...]:
        """All keys, expired and revoked ones too, in the order in which they were made."""
        return self._read(sql_keys.every)

    def key_of(self, secret: str, *, now: datetime) -> AccessKey | None:
        """The key of that secret, and that it was used is noted; None where none such holds now."""
        found = self._read(sql_keys.of, secret)
        if found is None or not found.holds(now):
            return None
        if found.used_at is None or found.used_at <= now - sql_keys.USE:
            # Who may read may do so while a crawl writes, and from a medium that nobody can write to;
            # the next use notes itself.
            with suppress(Busy, CannotWrite):
                self._write(sql_keys.note_use, found.id, now)
        return found

    def revoke_key(self, named: str, *, now: datetime) -> AccessKey:
        """Take back the key of that name or id, for good.

        Raises:
            NotFound: There is none that holds.
        """
        return self._write(sql_keys.revoke, named, now)

    def _write(self, write: Callable[..., T], *args: Any) -> T:
        with self._database.writing() as connection:
            return write(connection, *args)
