"""Taking a selection out of the archive into one file, whole or not at all.

Here a selection, a format and a file meet; the command line and Python both come by here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

from ..errors import FixInput
from ..settings import VERSION
from ..storage import Archive
from . import selection as choosing
from .files import Manifest, deliver, refuse_existing
from .rows import Row, row
from .selection import Selection

T = TypeVar("T")
Progress = Callable[[int, int], None]  # how many are written, and how many there are

FORMATS: Final = {
    "jsonl": "JSON Lines: one version a line, with everything that is known of it.",
    "csv": "CSV for spreadsheets; cells that could be formulas are disarmed.",
    "sqlite": "A SQLite database that stands alone, for Datasette, R and the sqlite3 shell.",
    "parquet": "Parquet with typed columns, for DuckDB, pandas and Polars.",
}
"""Formats of versions -> what each is; each is a module of this package."""


class Format(Protocol):
    """What the module of a format offers; `NOTES` too, where a reader has to know something."""

    def write(self, rows: Iterable[Row], path: Path) -> object:
        """Write rows, taken one at a time, to a new file; one that is there is replaced."""

    def count(self, path: Path) -> int:
        """How many rows a finished file holds; it is read for it."""


def take_versions(
    archive: Archive,
    selection: Selection,
    format_name: str,
    path: Path,
    *,
    force: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Manifest:
    """Write the versions that a selection names into one file, with its manifest beside it.

    Args:
        archive: Out of which.
        selection: Which versions.
        format_name: One of `FORMATS`.
        path: The file; its folder has to be there.
        force: Write over a file of that name.
        progress: Told how far it is.

    Returns:
        The manifest.

    Raises:
        FixInput: There is no such format, the file exists, or the selection cannot be read.
        CannotWrite: The file cannot be written.
        StoreError: What was written is not what was found; nothing was kept.
    """
    if format_name not in FORMATS:
        raise FixInput(f"there is no format {format_name!r}; there are {', '.join(FORMATS)}")
    refuse_existing(archive, path, force=force)
    module: Format = importlib.import_module(f".{format_name}", __package__)
    ids = choosing.find(archive, selection)
    base_url = archive.settings.web.base_url
    rows = (row(one, base_url=base_url) for one in choosing.read(archive, selection, ids))
    return deliver(
        path,
        lambda draft: module.write(counted(rows, len(ids), progress), draft),
        lambda draft: {"versions": module.count(draft)},
        {"versions": len(ids)},
        lambda counts: manifest(selection, format_name, counts, getattr(module, "NOTES", ())),
    )


def manifest(
    selection: Selection, format_name: str, counts: dict[str, int], notes: tuple[str, ...] = ()
) -> Manifest:
    """What is known of an export before its file is named."""
    return Manifest(
        format=format_name,
        query=selection.query,
        as_of=selection.as_of,
        versions=selection.versions,
        source=selection.source,
        counts=counts,
        software=f"Palimpsest/{VERSION}",
        made_at=datetime.now(UTC),
        notes=notes,
    )


def counted(values: Iterable[T], total: int, progress: Progress) -> Iterator[T]:
    """The values, with progress told as each is taken."""
    for done, value in enumerate(values, 1):
        yield value
        progress(done, total)
