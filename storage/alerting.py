"""What is asked of an archive about changes, watches and alerts; `Archive` is what callers get.

The order of an alert's life: `unmatched` gives the changes that no watch was held against yet, `record`
keeps what came of it, `ready` and `claim` give a sender its next message, `sent` and `failed` end it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from ..changes import Verdict
from ..model import ChangeKind, Version
from . import sql_changes, sql_outbox, sql_versions, sql_watches
from .alert_rows import Alert, AlertState, Change, Channel, Delivery, DeliveryState, NewAlert, Parcel, Watch
from .reading import Reader
from .rows import ChangeRecord
from .sql_edits import Asked
from .tables import version

T = TypeVar("T")


class Alerting(Reader):
    """The part of `Archive` that follows its changes."""

    # ----------------------------------------------------------------- changes

    def changes(self, *, after: int | None = None, limit: int = 50) -> tuple[Change, ...]:
        """The log of changes: in order after a change's id, or the newest first where none is given."""
        if after is None:
            return self._read(sql_changes.newest, limit)
        return self._read(sql_changes.after, after, limit)

    def change(self, change_id: int) -> Change:
        """The change of that id.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_changes.one, change_id)

    def edits(
        self,
        *,
        source: str | None = None,
        article_id: int | None = None,
        kinds: Collection[ChangeKind] = (),
        verdict: Verdict | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int = 50,
        as_archived: bool = False,
    ) -> tuple[ChangeRecord, ...]:
        """The changes that fit, those seen last first, with what shows and links them.

        Args:
            source, article_id: Those of one source (its slug), of one article.
            kinds: Those with one of these kinds; none: all.
            verdict: Those that came to this.
            since: Those seen at or after it.
            before: The id of the last one had; those that follow it are given.
            limit: How many at the most.
            as_archived: Those archived last first, whenever they were seen: an imported past is new then.

        Raises:
            NotFound: `before` is no change.
        """
        asked = Asked(
            source=source, article_id=article_id, kinds=kinds, verdict=verdict, since=since,
            before=before, limit=limit, as_archived=as_archived,
        )  # fmt: skip
        with self._database.reading() as connection:
            return sql_changes.listed(connection, asked)

    def edit(self, change_id: int) -> ChangeRecord:
        """The change of that id, with what shows and links it.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_changes.record, change_id)

    def version_by_id(self, version_id: int | None) -> Version | None:
        """The version of that id; None for None, or where there is none."""
        return None if version_id is None else self._read(sql_versions.one, version.c.id == version_id)

    def keys_of(self, article_id: int) -> tuple[str, ...]:
        """The keys under which an article is known."""
        return self._read(sql_changes.keys_of, article_id)

    def shown_since(self, article_id: int, since: datetime) -> tuple[int | None, ...]:
        """What each telling capture showed after `since`: a version's id, or None where it was gone."""
        return self._read(sql_changes.shown_since, article_id, since)

    # ----------------------------------------------------------------- watches

    def add_watch(self, watch: Watch, *, now: datetime) -> Watch:
        """Keep a watch; gives it back with its id, its token and the secrets of its channels."""
        return self._write(sql_watches.add, watch, now)

    def watch(self, watch_id: int) -> Watch:
        """The watch of that id.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_watches.one, watch_id)

    def watches(self) -> tuple[Watch, ...]:
        """All watches."""
        return self._read(sql_watches.every)

    def mute_watch(self, watch_id: int, until: datetime | None) -> Watch:
        """Send nothing for a watch before `until`, what is on its way included; None: send again.

        Raises:
            NotFound: There is no such watch.
        """
        return self._write(sql_watches.mute, watch_id, until)

    def lengthen_mute(self, watch_id: int, until: datetime) -> Watch:
        """As `mute_watch`, but a mute that lasts longer stays: for who may silence a watch and no more.

        Raises:
            NotFound: There is no such watch.
        """
        return self._write(lambda connection: sql_watches.mute(connection, watch_id, until, longer=True))

    def remove_watch(self, watch_id: int, *, now: datetime) -> None:
        """Take a watch off; its alerts stay to be looked at.

        Raises:
            NotFound: There is no such watch.
        """
        self._write(sql_watches.remove, watch_id, now)

    # ------------------------------------------------------------------ alerts

    def unmatched(self, limit: int) -> tuple[int, tuple[Change, ...]]:
        """The cursor, and the next changes after it."""

        def read(connection: Connection) -> tuple[int, tuple[Change, ...]]:
            last = sql_outbox.cursor(connection)
            return last, sql_changes.after(connection, last, limit)

        return self._read(read)

    def record_alerts(
        self, before: int, upto: int, made: Iterable[NewAlert], *, now: datetime, window: timedelta
    ) -> bool:
        """Keep the alerts of the changes after `before` and move the cursor to `upto`, all or nothing.

        Args:
            before, upto: The cursor as it was read, and the last change that was held against the watches.
            made: The alerts.
            now: The time.
            window: How long after a message on an article the next one to the same channel waits.

        Returns:
            False where another process was quicker; nothing was kept.
        """
        return self._write(sql_outbox.record, before, upto, made, now, window)

    def waiting_alerts(self) -> tuple[Alert, ...]:
        """The alerts whose change has yet to persist."""
        return self._read(sql_outbox.waiting)

    def settle_alert(
        self,
        alert: Alert,
        state: AlertState,
        due: Sequence[tuple[int, datetime]],
        *,
        now: datetime,
        window: timedelta,
    ) -> bool:
        """Say what became of a waiting alert; False where another process did."""
        return self._write(sql_outbox.settle, alert, state, due, now, window)

    def alert(self, alert_id: int) -> tuple[Alert, tuple[Delivery, ...]]:
        """An alert and its deliveries.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_outbox.of_alert, alert_id)

    def alerts_of(self, watch_id: int, limit: int) -> tuple[Alert, ...]:
        """The latest alerts made for a watch, the newest first."""
        return self._read(sql_outbox.of_watch, watch_id, limit)

    # -------------------------------------------------------------- deliveries

    def ready_channels(self, now: datetime) -> tuple[Channel, ...]:
        """The channels that may be written to and have something due."""
        return self._read(sql_outbox.ready, now)

    def messages_since(self, channel_id: int, since: datetime) -> tuple[datetime, ...]:
        """When messages were sent to a channel after `since`, the oldest first."""
        return self._read(sql_outbox.messages_since, channel_id, since)

    def hold_channel(self, channel_id: int, until: datetime) -> None:
        """Write nothing to a channel before `until`."""
        self._write(sql_outbox.wait, channel_id, until)

    def claim(self, channel_id: int, *, whole: bool, now: datetime, lease: timedelta) -> Parcel | None:
        """Lease what goes to a channel next as one message; None where nothing is due.

        Args:
            channel_id: The channel.
            whole: All that is pending for it, not only what concerns the same article.
            now, lease: The time, and for how long nobody else may send it.
        """
        return self._write(
            lambda connection: sql_outbox.claim(connection, channel_id, whole=whole, now=now, lease=lease)
        )

    def parcel_sent(self, parcel: Parcel, *, now: datetime) -> None:
        """A message arrived."""
        self._write(sql_outbox.sent, parcel, now)

    def parcel_failed(
        self,
        parcel: Parcel,
        error: str,
        *,
        again: datetime,
        channel_again: datetime,
        dead_if_before: datetime,
    ) -> int:
        """A message did not arrive: when to try again, or give up what was made at or before a moment.

        Returns:
            How many deliveries were given up.
        """
        return self._write(
            lambda connection: sql_outbox.failed(
                connection,
                parcel,
                error,
                again=again,
                channel_again=channel_again,
                dead_if_before=dead_if_before,
            )
        )

    def deliveries(
        self, *, state: DeliveryState | None = None, watch_id: int | None = None, limit: int = 50
    ) -> tuple[Delivery, ...]:
        """Deliveries, the newest first."""
        return self._read(sql_outbox.listed, state, watch_id, limit)

    def count_deliveries(self) -> dict[DeliveryState, int]:
        """How many deliveries there are in each state."""
        return self._read(sql_outbox.counted)

    def requeue(self, alert_ids: Sequence[int] = (), *, now: datetime) -> int:
        """Try again what was given up: that of the alerts named, or everything; how many deliveries."""
        return self._write(sql_outbox.requeue, alert_ids, now)

    def _write(self, write: Callable[..., T], *args: Any) -> T:
        with self._database.writing() as connection:
            return write(connection, *args)
