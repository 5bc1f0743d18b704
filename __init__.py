"""Palimpsest: a news-scraping and archiving crawler that keeps every version of every story.

In a notebook: `from palimpsest import Archive; Archive("news").search("climate")` (module `notebook`). It is
imported when it is asked for, so that the command line does not wait for it.

The folder that holds this file is the package; `docs/architecture.md` tells how its parts stand and
how one page flows through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .notebook import Archive

__all__ = ["Archive"]


def __getattr__(name: str) -> Any:
    if name == "Archive":
        from .notebook import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
