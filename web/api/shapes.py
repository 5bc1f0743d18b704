"""What the API's values rest on, and those of how an archive is run: runs, health, the ledger, watches.

Those of stories are `story_shapes`, those of edits and of search `edit_shapes`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, StringConstraints

from ...model import ChangeKind, HealthState, Run, RunState
from ...storage import Watch

Id = Annotated[int, Path(ge=1, lt=2**62)]
Name = Annotated[str, Path(min_length=1, max_length=40, description="The lasting name of a version.")]
Slug = Annotated[str, Path(min_length=1, max_length=100, description="The short name of a source.")]
Text = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]


class Shape(BaseModel):
    """A value of the API, read from the archive's own by the names of its fields."""

    model_config = ConfigDict(from_attributes=True)


class RunShape(Shape):
    id: int
    source: str | None
    why: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    errors: list[str]

    @classmethod
    def of(cls, run: Run, slugs: dict[int, str]) -> RunShape:
        return cls(
            id=run.id,
            source=slugs.get(run.source_id or 0),
            why=run.why,
            state=run.state,
            started_at=run.started_at,
            ended_at=run.ended_at,
            counts=dict(run.counts),
            errors=list(run.errors),
        )


class HealthShape(Shape):
    source: str
    state: HealthState
    reason: str
    since: datetime


class HeadShape(Shape):
    """A signed head of the ledger; hexadecimal."""

    size: int
    root: str
    at: datetime
    key: str
    signature: str


class WatchShape(Shape):
    """A watch; addresses are shown without what lets one write to them."""

    id: int
    url: str | None
    source: str | None
    section: str | None
    query: str | None
    kinds: list[ChangeKind]
    min_weight: float
    only_added: bool
    persist: int
    quiet: str | None
    zone: str | None
    rate: int | None
    channels: list[str]
    added_at: datetime | None
    muted_until: datetime | None

    @classmethod
    def of(cls, watch: Watch, addresses: list[str]) -> WatchShape:
        fields = {
            name: getattr(watch, name) for name in cls.model_fields if name not in ("channels", "kinds")
        }
        return cls(**fields, kinds=list(watch.kinds), channels=addresses)
