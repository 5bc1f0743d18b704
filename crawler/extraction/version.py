"""The name and version of what reads the pages, as it is kept with every extraction."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata


@lru_cache(maxsize=1)
def software() -> str:
    """What reads the pages, with versions: `Extraction.software`."""
    return f"palimpsest/{_version('palimpsest')} trafilatura/{_version('trafilatura')}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # a source tree on the path, not installed
        return "0"
