"""The store of an archive, SQLite or PostgreSQL; `archive` is its one interface."""

from .alert_rows import Alert, AlertState, Change, Channel, Delivery, DeliveryState, NewAlert, Parcel, Watch
from .archive import Archive
from .opening import create_archive, open_archive
from .rows import (
    KEEP,
    ArticleRow,
    Chosen,
    Cursor,
    Keep,
    LeadCounts,
    Page,
    Stats,
    StoredCapture,
    VersionRecord,
)
from .search_rows import Found, Hit, Order, SearchPage, Survey, Versions
from .transaction import Transaction

__all__ = [
    "KEEP",
    "Alert",
    "AlertState",
    "Archive",
    "ArticleRow",
    "Change",
    "Channel",
    "Chosen",
    "Cursor",
    "Delivery",
    "DeliveryState",
    "Found",
    "Hit",
    "Keep",
    "LeadCounts",
    "NewAlert",
    "Order",
    "Page",
    "Parcel",
    "SearchPage",
    "Stats",
    "StoredCapture",
    "Survey",
    "Transaction",
    "VersionRecord",
    "Versions",
    "Watch",
    "create_archive",
    "open_archive",
]
