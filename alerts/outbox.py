"""From the log of changes to alerts: each change is held against every watch, once and in order.

A batch of changes is read and judged outside any write; then one transaction keeps the alerts and moves
the cursor, if it still stands where it was read. So two processes cannot make the same alert, and a kill
at any instant loses none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..changes import fingerprint
from ..storage import AlertState, Archive, Change, NewAlert, Watch
from .channels import target_of
from .compose import readable_version
from .rules import Judgement, Subject, came_after, is_muted, judge, persists
from .timing import Manners, next_digest

BATCH = 100
PATIENCE = timedelta(days=2)
"""So long an alert waits for further looks, if no look at its article is due: late is better than never."""


def match_changes(archive: Archive, *, now: datetime) -> tuple[int, int]:
    """Hold the changes that nobody looked at yet against the watches.

    Args:
        archive: The store.
        now: The time.

    Returns:
        How many changes were looked at, and how many alerts were made of them.
    """
    seen = made = 0
    while True:
        before, changes = archive.unmatched(BATCH)
        if not changes:
            return seen, made
        watches = archive.watches()
        alerts = [alert for change in changes for alert in _alerts(archive, watches, change, now)]
        if archive.record_alerts(before, changes[-1].id, alerts, now=now, window=window(archive)):
            seen += len(changes)
            made += len(alerts)


def _alerts(archive: Archive, watches: Sequence[Watch], change: Change, now: datetime) -> list[NewAlert]:
    asked = [watch for watch in watches if came_after(watch, change)]
    if not asked:
        return []
    subject = subject_of(archive, change)
    made = []
    for watch in asked:
        judgement = judge(watch, subject)
        if not judgement.met:
            continue
        state = AlertState.WAITING if watch.persist else AlertState.MADE
        if is_muted(watch, now):
            state = AlertState.MUTED
        made.append(
            NewAlert(
                change_id=change.id,
                article_id=change.article_id,
                watch_id=watch.id,
                state=state,
                why=judgement.why,
                due=() if state is AlertState.WAITING else _due(archive, watch, now),
            )
        )
    return made


def settle_waiting(archive: Archive, *, now: datetime) -> int:
    """Look whether the changes of waiting alerts still stand.

    Returns:
        How many alerts are now made.
    """
    made = 0
    watches = {watch.id: watch for watch in archive.watches()}
    for alert in archive.waiting_alerts():
        watch = watches.get(alert.watch_id)
        if watch is None:
            continue  # removed a moment ago, and its waiting alerts with it
        shown = archive.shown_since(alert.change.article_id, alert.change.at)
        stands = persists(watch, alert.change, shown, _reverted(archive, alert.change, shown))
        if stands is None:
            if now - alert.change.at < PATIENCE or _is_due(archive, alert.change.article_id, now):
                continue
            stands = True
        state = AlertState.MADE if stands else AlertState.LAPSED
        if stands and is_muted(watch, now):
            state = AlertState.MUTED
        due = () if state is AlertState.LAPSED else _due(archive, watch, now)
        settled = archive.settle_alert(alert, state, due, now=now, window=window(archive))
        made += settled and state is AlertState.MADE
    return made


def _is_due(archive: Archive, article_id: int, now: datetime) -> bool:
    visit = archive.article(article_id).next_visit
    return visit is not None and visit <= now


def _reverted(archive: Archive, change: Change, shown: Sequence[int | None]) -> frozenset[int]:
    """The versions among those shown that say what was said before the change."""
    old = readable_version(archive, change.old_id)
    if old is None or change.old_id == change.new_id:
        return frozenset()
    mark = fingerprint(old.extraction)
    found = (readable_version(archive, key) for key in {key for key in shown if key is not None})
    return frozenset(v.id for v in found if v is not None and fingerprint(v.extraction) == mark)


def subject_of(archive: Archive, change: Change) -> Subject:
    """A change with what a watch may ask of it."""
    article = archive.article(change.article_id)
    slugs = {source.id: source.slug for source in archive.sources()}
    old, new = readable_version(archive, change.old_id), readable_version(archive, change.new_id)
    return Subject(
        change=change,
        keys=archive.keys_of(article.id),
        source=slugs.get(article.source_id or 0),
        old=old.extraction if old else None,
        new=new.extraction if new else None,
    )


def replay(archive: Archive, watch: Watch, last: int) -> list[tuple[Change, Judgement]]:
    """Hold a watch against the past: which of the `last` changes it would have told, and why or why not.

    Whether a change persisted, and whether it came before the watch, is not asked.
    """
    return [(change, judge(watch, subject_of(archive, change))) for change in archive.changes(limit=last)]


def window(archive: Archive) -> timedelta:
    """How long after a message on an article the next one waits."""
    return timedelta(minutes=archive.settings.alerts.window)


def _due(archive: Archive, watch: Watch, now: datetime) -> tuple[tuple[int, datetime], ...]:
    settings = archive.settings.alerts
    zone = Manners.of(watch, settings).zone
    due = []
    for channel in watch.channels:
        period = target_of(channel.address).digest
        at = now if period is None else next_digest(now, period, settings.digest_hour, zone)
        due.append((channel.id, at))
    return tuple(due)
