"""Seeing that an exported file is whole before it has its name, and saying beside it what it is.

A file is written under `NAME.part`, read back and counted, brought to the disk, and only then renamed; with
it goes `NAME.manifest.json`. Whoever finds the name finds the whole. What is left of an export that was
killed is `NAME.part`, and the next one writes over it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from ..errors import CannotWrite, FixInput, StoreError
from ..storage import Archive

MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an exported file is; written beside it as JSON.

    Attributes:
        format: `jsonl`, `csv`…
        query, as_of, versions, source: What was asked for (`Selection`).
        counts: What it holds, by kind (`versions`, `captures`…), as read back from the file.
        software: What wrote it.
        made_at: When.
        file, bytes, sha256: Its name, size and digest.
        since, until: The span of captures, where one was asked for.
        notes: What whoever reads the file has to know.
    """

    format: str
    query: str
    as_of: datetime | None
    versions: str
    source: str | None
    counts: dict[str, int]
    software: str
    made_at: datetime
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    since: datetime | None = None
    until: datetime | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As it is written, times in ISO 8601."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat().replace("+00:00", "Z")


def refuse_own(archive: Archive, path: Path) -> None:
    """See that nothing is written over the archive itself.

    Raises:
        FixInput: The file is one of the archive's own.
    """
    if path.exists() and any(own.exists() and own.samefile(path) for own in archive.files):
        raise FixInput(f"{path} is the archive's own; name another file")


def refuse_existing(archive: Archive, path: Path, *, force: bool) -> None:
    """See that nothing is written over by mistake, and nothing of the archive in any case.

    Raises:
        FixInput: There is such a file, and nobody said that it may go, or it is the archive's own.
    """
    refuse_own(archive, path)
    if path.exists() and not force:
        raise FixInput(f"{path} exists; name another file, or write over it with --force")


def deliver(
    path: Path,
    write: Callable[[Path], object],
    count: Callable[[Path], dict[str, int]],
    expected: dict[str, int],
    describe: Callable[[dict[str, int]], Manifest],
) -> Manifest:
    """Write a file, check it, and let it have its name.

    Args:
        path: The name it is to have; a file of that name is replaced.
        write: Writes it to the path it is given.
        count: Reads it back and says what it holds.
        expected: What it has to hold.
        describe: The manifest for what it holds, but for the file's own name, size and digest.

    Returns:
        The manifest, as it was written.

    Raises:
        CannotWrite: Disk full, or the folder is not there or may not be written to.
        StoreError: The file does not hold what it has to; nothing has the name then.
    """
    draft = path.with_name(path.name + ".part")
    manifest_path = path.with_name(path.name + MANIFEST)
    try:
        try:
            write(draft)
            counts = count(draft)
            if counts != expected:
                raise StoreError(
                    f"{path} would hold {_told(counts)} in place of {_told(expected)}; not kept, try again"
                )
            digest = _settle(draft)
            size = draft.stat().st_size
            manifest = replace(describe(counts), file=path.name, bytes=size, sha256=digest)
            manifest_path.unlink(missing_ok=True)  # an old one must never stand beside a new file
            draft.replace(path)
            manifest_draft = manifest_path.with_name(manifest_path.name + ".part")
            manifest_draft.write_text(manifest.to_json(), "utf-8")
            manifest_draft.replace(manifest_path)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:  # SQLite says so of a full disk
        raise CannotWrite(f"{path} cannot be written") from error
    return manifest


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _settle(path: Path) -> str:
    """Bring a file to the disk; its digest."""
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest
