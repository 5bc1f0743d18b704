"""The store of an archive, SQLite or PostgreSQL; `archive` is its one interface."""

from .archive import Archive
from .opening import create_archive, open_archive
from .rows import KEEP, ArticleRow, Cursor, Keep, LeadCounts, Page, Stats, StoredCapture
from .transaction import Transaction

__all__ = [
    "KEEP",
    "Archive",
    "ArticleRow",
    "Cursor",
    "Keep",
    "LeadCounts",
    "Page",
    "Stats",
    "StoredCapture",
    "Transaction",
    "create_archive",
    "open_archive",
]
