"""The store of an archive, SQLite or PostgreSQL; `archive` is its one interface."""

from .alert_rows import Alert, AlertState, Change, Channel, Delivery, DeliveryState, NewAlert, Parcel, Watch
from .archive import Archive
from .locks import Lock
from .opening import create_archive, open_archive
from .rows import KEEP, ArticleRow, Cursor, Keep, LeadCounts, Page, Stats, StoredCapture
from .sql_operator import OperatorChannel
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
    "Keep",
    "LeadCounts",
    "Lock",
    "NewAlert",
    "OperatorChannel",
    "Page",
    "Parcel",
    "Stats",
    "StoredCapture",
    "Transaction",
    "Watch",
    "create_archive",
    "open_archive",
]
