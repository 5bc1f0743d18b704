"""`back_up` and `restore`: a whole archive on SQLite copied while it is written, and brought back verified.

A backup is a folder: archive.db as of one instant, palimpsest.toml, the ledger's key, and backup.json with
their digests and the signed head over the database. Keep the folder as safe as the archive: the key
signs in its name. An archive on PostgreSQL is backed up with PostgreSQL's own tools.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import tomlkit

from ..errors import CannotWrite, Damaged, FixInput, NotFound
from ..settings import CONFIG_NAME, VERSION, Settings
from .archive import BESIDE, Archive
from .engine import copy_file
from .ledger import KEY_NAME, head_text
from .opening import open_archive
from .verification import Verification

DATABASE = "archive.db"
MANIFEST = "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was copied: where to, bytes of the database, its digest, and how many leaves are sealed in it."""

    path: Path
    size: int
    sha256: bytes
    leaves: int


def back_up(archive: Archive, target: Path, *, now: datetime) -> Backup:
    """Copy an archive as it is at one instant; whoever writes to it goes on.

    Args:
        archive: One on SQLite.
        target: A folder that is not there yet, or is empty.
        now: The time that is noted.

    Raises:
        FixInput: The archive is on PostgreSQL, or the folder is not empty.
        CannotWrite: Disk full or read-only; nothing is left of the attempt.
    """
    if not archive.is_file:
        raise FixInput(
            "this archive lives in PostgreSQL: copy it with `pg_dump --format=custom`, bring it back with"
            f" `pg_restore`, and keep {CONFIG_NAME} and {KEY_NAME} beside the dump"
        )
    _refuse_full(target)
    head = archive.seal(now=now)
    with _drafted(target, f"the backup cannot be written to {target}") as draft:
        copy_file(archive._database, draft / DATABASE)
        _copy_settings(archive.directory / CONFIG_NAME, draft / CONFIG_NAME)
        with suppress(FileNotFoundError):  # an archive without captures has no key yet
            _copy(archive.directory / KEY_NAME, draft / KEY_NAME)
        digest, size = _digest(draft / DATABASE)
        beside = [name for name in BESIDE if (draft / name).exists()]
        manifest = {
            "at": now.isoformat(),
            "software": f"palimpsest/{VERSION}",
            "sha256": digest.hex(),
            "size": size,
            "beside": {name: _digest(draft / name)[0].hex() for name in beside},
            "head": None if head is None else head.note,
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return Backup(path=target, size=size, sha256=digest, leaves=0 if head is None else head.size)


def restore(backup: Path, target: Path) -> Verification:
    """Bring a backup back as an archive, verified before it gets its name.

    Args:
        backup: The folder that `back_up` wrote.
        target: Where the archive is to lie; not there yet, or empty.

    Returns:
        What the check found: nothing bad.

    Raises:
        NotFound: There is no backup.
        FixInput: The target is not empty.
        Damaged: The backup is not what it was; nothing was restored.
        WrongArchive: A newer Palimpsest made it; nothing was restored.
        CannotWrite: Disk full or read-only; nothing was restored.
    """
    _refuse_full(target)
    manifest = _manifest(backup)
    with _drafted(target, f"the archive cannot be restored to {target}") as draft:
        for name, digest in manifest["files"].items():
            if not (backup / name).is_file():
                raise Damaged(f"{backup / name} is missing, which {MANIFEST} names")
            _copy(backup / name, draft / name)
            if digest is not None and _digest(draft / name)[0].hex() != digest:
                raise Damaged(f"{backup / name} does not have the digest that {MANIFEST} gives")
        return _verify(draft, manifest)


@contextmanager
def _drafted(target: Path, problem: str) -> Iterator[Path]:
    """A folder that gets the target's name when the block ends well; nothing is left of it otherwise.

    Raises:
        FixInput: Another attempt is at it.
        CannotWrite: A file cannot be written; `problem` says what that means.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.mkdir(mode=0o700, parents=True)
        yield draft
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except FileExistsError as error:
        raise FixInput(
            f"{draft} is in the way: another attempt is at it, or was killed; remove it"
        ) from error
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotWrite(problem) from error
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _verify(draft: Path, manifest: dict[str, Any]) -> Verification:
    with open_archive(draft, settings=Settings.load(draft, database=f"sqlite:///{DATABASE}")) as archive:
        found = archive.verify()
        if not found.is_sound:
            first = found.findings[0]
            raise Damaged(f"the backup is damaged: {first.fault.value}: {first.what}: {first.why}")
        if manifest["head"] is not None:
            latest = archive.head()
            if not manifest["head"].startswith(head_text(latest.key, latest.size, latest.root, latest.at)):
                raise Damaged(f"the backup's ledger does not end with the head that {MANIFEST} gives")
    return found


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        found = json.loads((backup / MANIFEST).read_text("utf-8"))
        # Those of before had no digests of what lies beside the database.
        there = {name: None for name in BESIDE if (backup / name).exists()}
        beside = {name: str(digest) for name, digest in found.get("beside", {}).items() if name in BESIDE}
        return {
            "files": {DATABASE: str(found["sha256"]), **there, **beside},
            "head": None if found["head"] is None else str(found["head"]),
        }
    except FileNotFoundError as error:
        raise NotFound(f"no backup in {backup}: it has no {MANIFEST}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{backup / MANIFEST} cannot be read") from error


def _refuse_full(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FixInput(f"{target} is not empty; name a folder that is not there yet")


def _copy_settings(source: Path, target: Path) -> None:
    """Settings without the place of the database: a copy must never be taken for the one it was made of."""
    settings = tomlkit.parse(source.read_text("utf-8"))
    settings.pop("database", None)
    with open(_new(target), "wb") as out:
        out.write(tomlkit.dumps(settings).encode())


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file, open(_new(target), "wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def _new(target: Path) -> int:
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _digest(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest(), path.stat().st_size
