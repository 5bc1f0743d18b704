"""What a payload says: body, headings, videos and metadata; pure, and usable in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .explaining import explain
    from .msn import extract_msn
    from .reading import extract
    from .version import software

__all__ = ["explain", "extract", "extract_msn", "software"]


def __getattr__(name: str) -> Any:
    """Import what reads pages when it is first asked for: half a second that the crawler never needs."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = {"explain": "explaining", "extract": "reading", "extract_msn": "msn", "software": "version"}[name]
    return getattr(import_module(f"{__name__}.{home}"), name)
