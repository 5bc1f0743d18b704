"""The store of an archive, SQLite or PostgreSQL; `archive` is its one interface."""

from .alert_rows import Alert, AlertState, Change, Channel, Delivery, DeliveryState, NewAlert, Parcel, Watch
from .archive import Archive
from .opening import create_archive, open_archive
from .rows import KEEP, ArticleRow, Cursor, Keep, LeadCounts, Page, Stats, StoredCapture
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
    "Versions",
    "Watch",
    "create_archive",
    "open_archive",
]
