"""How the archive fares: runs, health, the ledger's head; and what is watched for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from ...alerts.channels import redacted
from ...checkup import verdicts
from ...storage import Scope, Watch
from ..access import need
from ..room import Now, OfArchive
from .paging import After, Limit, Listed, cut, following, row_cursor
from .route import Tagged
from .shapes import HeadShape, HealthShape, Id, RunShape, WatchShape
from .stories import slugs

router = APIRouter(route_class=Tagged)
Watching = Depends(need(Scope.WATCHES))


@router.get("/runs", tags=["runs"])
def list_runs(
    request: Request,
    archive: OfArchive,
    source: Annotated[str | None, Query(max_length=100)] = None,
    limit: Limit = 50,
    after: After = None,
) -> Listed[RunShape]:
    """Runs, the newest first."""
    source_id = archive.source(source).id if source else None
    found = archive.runs(limit + 1, source_id=source_id, before=row_cursor("runs", after))
    rows, last = cut(found, limit)
    names = slugs(archive)
    return Listed(
        items=[RunShape.of(one, names) for one in rows],
        next=following(request, "runs", last.id if last else None),
    )


@router.get("/runs/{run_id}", tags=["runs"])
def get_run(archive: OfArchive, run_id: Id) -> RunShape:
    """One run."""
    return RunShape.of(archive.run(run_id), slugs(archive))


@router.get("/health", tags=["runs"])
def health(archive: OfArchive, now: Now) -> list[HealthShape]:
    """How each source fares, why, and since when."""
    return [
        HealthShape(source=source.slug, state=one.state, reason=one.reason, since=one.since)
        for source, one in verdicts(archive, now)
    ]


@router.get("/ledger/head", tags=["ledger"])
def ledger_head(archive: OfArchive) -> HeadShape:
    """The latest signed head of the ledger: who keeps it can tell later that nothing was altered."""
    head = archive.head()
    return HeadShape(
        size=head.size, root=head.root.hex(), at=head.at, key=head.key.hex(), signature=head.signature.hex()
    )


@router.get("/watches", tags=["watches"], dependencies=[Watching])
def list_watches(archive: OfArchive) -> Listed[WatchShape]:
    """All watches. Asks for the scope `watches`."""
    return Listed(items=[shape_of(one) for one in archive.watches()], next=None)


@router.get("/watches/{watch_id}", tags=["watches"], dependencies=[Watching])
def get_watch(archive: OfArchive, watch_id: Id) -> WatchShape:
    """One watch. Asks for the scope `watches`."""
    return shape_of(archive.watch(watch_id))


def shape_of(watch: Watch) -> WatchShape:
    """A watch as it is shown: addresses without their passwords."""
    return WatchShape.of(watch, [redacted(one.address) for one in watch.channels])
