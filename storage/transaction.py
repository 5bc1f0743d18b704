"""`Transaction`: what may be written about pages, as one unit that happens whole or not at all.

It says how a capture, a version or an article's state is kept; *what* is to be kept is decided by
the caller (`crawler.archiving`). Reads given here see the writes made before them in the same
transaction. Not thread-safe: one transaction, one thread.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from ..changes import Verdict
from ..model import Capture, ChangeKind, Extraction, Version, sha256
from . import sql_versions
from .article_writing import ArticleWriter
from .batch import Values
from .indexing import Vocabulary, hour_of
from .keeping import find_payload, keep_content, keep_heads, keep_payload, note_capture
from .ledger import columns_digest
from .search_words import Entry
from .sql_ledger import Entries
from .tables import capture, change, version
from .values import clean, encode_list, micros, public_id

_RECORD = select(capture.c.record_id).where(capture.c.id == bindparam("id"))


class Transaction(ArticleWriter):
    """One write; made by `Archive.transaction()` and good for the length of its block."""

    def __init__(self, connection: Connection, vocabulary: Vocabulary) -> None:
        super().__init__(connection, vocabulary)
        self._made: dict[int, Version] = {}
        self._entries = Entries()

    # ---------------------------------------------------------------- captures

    def has_payload(self, digest: bytes) -> bool:
        """Whether the bytes of that SHA-256 digest are held."""
        return find_payload(self._batch, digest) is not None

    def has_record(self, record_id: uuid.UUID) -> bool:
        """Whether a capture with that WARC record ID (a UUID) is held; importing twice is harmless."""
        if any(row["record_id"] == record_id.bytes for row in self._batch.captures.values()):
            return True
        query = select(capture.c.id).where(capture.c.record_id == record_id.bytes)
        return self._connection.scalar(query) is not None

    def add_capture(
        self,
        one: Capture,
        *,
        article_id: int | None = None,
        source_id: int | None = None,
        lead_id: int | None = None,
        run_id: int | None = None,
        version_id: int | None = None,
        beside: bool = False,
        beside_id: int | None = None,
        vouches: bool = True,
    ) -> int:
        """Keep a capture, its heads and its payload.

        A payload that is held already is not stored again. A new one is stored as a delta against
        its article's keyframe where that pays (`payloads`). `version_id` names the version that the
        capture witnesses, where the caller knows it already. `beside` marks what was fetched along
        with an article's page (a content service's answer): the next visit is not made to it.
        `beside_id` is the capture of that page: what it says is read out of both. Where
        `vouches` is false, an equal answer next time would not mean an unchanged article (its text
        comes from further captures too): the next visit is not conditional on it.

        Returns:
            The capture's id.

        Raises:
            ValueError: The payload does not have the digest that the capture gives.
        """
        values = self._article(article_id) if article_id else None
        new = self._batch.new_id(capture)
        at = micros(one.at)
        payload_id = keep_payload(self._batch, one, values)
        heads, head_base = keep_heads(one, new, values)
        row: Values = {
            "id": new,
            "record_id": one.record_id.bytes,
            "article_id": article_id or None,
            "version_id": version_id or None,
            "payload_id": payload_id,
            "source_id": source_id or None,
            "lead_id": lead_id or None,
            "run_id": run_id or None,
            "at": at,
            "outcome": one.outcome.value,
            "status": one.status,
            "url": None if values is not None and clean(one.url) == values["url"] else clean(one.url),
            "reason": clean(one.reason) or None,
            "location": clean(one.location),
            "ip": one.ip,
            "took": round(one.seconds * 1e6),
            "request_size": len(one.request_head),
            "head_base_id": head_base,
            "heads": heads,
            "beside_id": beside_id,
        }
        self._batch.captures[new] = row
        self._entries.add_capture(
            row,
            url=values["url"] if values is not None and row["url"] is None else row["url"],
            heads=one.request_head + one.response_head,
            payload=None if payload_id is None else one.sha256 or sha256(one.payload or b""),
        )
        if values is not None and not beside:
            note_capture(values, one, payload_id, at, vouches=vouches)
            self._batch.changed.add(values["id"])
        return new

    def witness(self, version_id: int, capture_id: int, at: datetime) -> None:
        """Say that a capture of this transaction showed a version: its span grows to `at`, its count by 1."""
        instant = micros(at)
        self._point(capture_id, version_id)
        self._made.pop(version_id, None)
        row = self._batch.versions.get(version_id)
        if row is not None:
            row["captures"] += 1
            if instant < row["first_seen"]:
                self._batch.early.append((version_id, instant))
            row["first_seen"] = min(row["first_seen"], instant)
            row["last_seen"] = max(row["last_seen"], instant)
            return
        span = self._batch.witnesses.setdefault(version_id, [0, instant, instant])
        span[:] = [span[0] + 1, min(span[1], instant), max(span[2], instant)]

    # ---------------------------------------------------------------- versions

    def last_version(self, article_id: int) -> Version | None:
        """The latest version of an article, with its extraction, or None.

        Raises:
            Damaged: Its content cannot be unpacked.
        """
        latest = self._article(article_id)["version_id"]
        if latest is None:
            return None
        if latest not in self._made:
            self._batch.flush()
            found = sql_versions.one(self._connection, version.c.id == latest)
            assert found is not None  # the article's row refers to it
            self._made[latest] = found
        return self._made[latest]

    def add_version(
        self, article_id: int, capture_id: int, extraction: Extraction, fingerprint: bytes, *, at: datetime
    ) -> Version:
        """Keep a new state of an article, first witnessed by a capture of this transaction.

        It becomes the article's latest version, unless one was seen later than `at` (an old WARC).
        """
        values = self._article(article_id)
        new = self._batch.new_id(version)
        instant = micros(at)
        text, content, base, head = keep_content(self._batch, extraction, new, values)
        made = Version(
            id=new,
            public_id=public_id(self._record_id(capture_id)),
            article_id=article_id,
            number=values["versions"] + 1,
            first_seen=at.astimezone(UTC),
            last_seen=at.astimezone(UTC),
            captures=1,
            capture_id=capture_id,
            extraction=extraction,
        )
        row: Values = {
            "id": new,
            "article_id": article_id,
            "number": made.number,
            "capture_id": capture_id,
            "first_seen": instant,
            "last_seen": instant,
            "captures": 1,
            "fingerprint": fingerprint,
            "base_id": base,
            "content": content,
            **head,
        }
        self._batch.versions[new] = row
        self._batch.entries.append(
            Entry.of(new, extraction, source_id=values["source_id"], url=values["url"], hour=hour_of(at))
        )
        self._made[new] = made
        columns = columns_digest(
            extraction.page_class.value,
            clean(extraction.title),
            clean(extraction.published),
            clean(extraction.language),
        )
        self._entries.add_version(row, text, columns)
        self._point(capture_id, new)
        if values["version_id"] is None or instant >= values["last_seen"]:
            values.update(
                version_id=new, fingerprint=fingerprint, title=clean(extraction.title),
                standfirst=clean(extraction.standfirst),
                published=clean(extraction.published), language=clean(extraction.language),
            )  # fmt: skip
        values["versions"] = made.number
        values["first_seen"] = min(values["first_seen"], instant)
        values["last_seen"] = max(values["last_seen"], instant)
        self._batch.changed.add(article_id)
        return made

    def versions(self, article_id: int) -> tuple[Version, ...]:
        """An article's versions in the order of their numbers, as this transaction leaves them so far."""
        self._batch.flush()
        return tuple(sql_versions.of_article(self._connection, article_id))

    def add_change(
        self,
        article_id: int,
        old_id: int | None,
        new_id: int | None,
        *,
        at: datetime,
        kinds: Iterable[ChangeKind],
        weight: float,
        verdict: Verdict,
        reasons: Iterable[str],
        titles: tuple[str, str],
    ) -> int:
        """Write down what happened to an article; whoever follows the log of changes reads it there.

        Args:
            article_id: The article.
            old_id, new_id: The versions before and after; no version after: it was withdrawn.
            at: When it was seen.
            kinds, weight, verdict, reasons: As of a `Comparison`.
            titles: The headlines before and after.

        Returns:
            The change's id.
        """
        new = self._batch.new_id(change)
        row: Values = {
            "id": new,
            "article_id": article_id,
            "old_id": old_id,
            "new_id": new_id,
            "at": micros(at),
            "kinds": encode_list(kind.value for kind in kinds),
            "weight": float(weight),
            "verdict": verdict.value,
            "reasons": encode_list(reasons),
            "title_before": clean(titles[0]),
            "title_after": clean(titles[1]),
        }
        self._batch.changes.append(row)
        self._entries.add_change(row)
        return new

    # ------------------------------------------------------------------- leads

    def finish_lead(self, lead_id: int, *, at: datetime | None = None) -> None:
        """A lead was dealt with."""
        self._close_lead(lead_id, "done", at)

    def defer_lead(self, lead_id: int, not_before: datetime, reason: str) -> None:
        """A lead failed and may be tried again from `not_before` on; its attempts grow by one."""
        self._close_lead(lead_id, "pending", None, reason, micros(not_before))

    def drop_lead(self, lead_id: int, reason: str, *, at: datetime | None = None) -> None:
        """A lead is given up for good."""
        self._close_lead(lead_id, "dropped", at, reason)

    # ---------------------------------------------------------------- inside

    def flush(self) -> None:
        """Write what is pending, its leaves in the ledger too; `Archive.transaction` calls it at the end."""
        self._batch.flush()
        self._entries.enter(self._connection)

    @property
    def spoken(self) -> set[tuple[str, str]]:
        """Languages and words that the vocabulary remembers once this is committed."""
        return self._batch.spoken

    def _close_lead(
        self, lead_id: int, state: str, at: datetime | None, reason: str | None = None, not_before: int = 0
    ) -> None:
        if not lead_id:  # an errand that stands in no table
            return
        closed = None if state == "pending" else micros(at or datetime.now(UTC))
        self._batch.leads.append(
            {
                "b_id": lead_id,
                "state": state,
                "failed": int(state == "pending"),
                "not_before": not_before,
                "reason": clean(reason),
                "closed_at": closed,
            }
        )

    def _point(self, capture_id: int, version_id: int) -> None:
        self._entries.point(capture_id, version_id)
        pending = self._batch.captures.get(capture_id)
        if pending is not None:
            pending["version_id"] = version_id
        else:
            self._batch.pointers[capture_id] = version_id

    def _record_id(self, capture_id: int) -> bytes:
        pending = self._batch.captures.get(capture_id)
        if pending is not None:
            return bytes(pending["record_id"])
        return bytes(self._connection.execute(_RECORD, {"id": capture_id}).scalar_one())
