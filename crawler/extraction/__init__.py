"""What a payload says: body, headings, videos and metadata; pure, and usable in a notebook."""

from __future__ import annotations

from .msn import extract_msn
from .reading import extract
from .version import software

__all__ = ["extract", "extract_msn", "software"]
