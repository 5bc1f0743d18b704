"""The store of an archive, SQLite or PostgreSQL; `archive` is its one interface."""

from .alert_rows import Alert, AlertState, Change, Channel, Delivery, DeliveryState, NewAlert, Parcel, Watch
from .archive import Archive
from .backup import Backup, back_up, restore
from .check_reading import Derive
from .figure_rows import BOUNDS, Figures, MostEdited, SourceFigures
from .fixity import Consistency, Inclusion, PastCheck
from .key_rows import AccessKey, Scope
from .ledger import Head
from .locks import Lock
from .opening import create_archive, open_archive
from .redacting import Redaction
from .rows import (
    KEEP,
    ArticleRow,
    ChangeRecord,
    ChosenVersions,
    Cursor,
    Keep,
    LeadCounts,
    Memento,
    Neighbours,
    Page,
    Span,
    Stats,
    StoredCapture,
    VersionRecord,
    Visits,
)
from .search_rows import Found, Hit, Order, SearchPage, Survey, Versions
from .sql_operator import OperatorChannel
from .transaction import Transaction
from .verification import Fault, Finding, OnChecked, Verification, silent

__all__ = [
    "BOUNDS",
    "KEEP",
    "AccessKey",
    "Alert",
    "AlertState",
    "Archive",
    "ArticleRow",
    "Backup",
    "Change",
    "ChangeRecord",
    "Channel",
    "ChosenVersions",
    "Consistency",
    "Cursor",
    "Delivery",
    "DeliveryState",
    "Derive",
    "Fault",
    "Figures",
    "Finding",
    "Found",
    "Head",
    "Hit",
    "Inclusion",
    "Keep",
    "LeadCounts",
    "Lock",
    "Memento",
    "MostEdited",
    "Neighbours",
    "NewAlert",
    "OnChecked",
    "OperatorChannel",
    "Order",
    "Page",
    "Parcel",
    "PastCheck",
    "Redaction",
    "Scope",
    "SearchPage",
    "SourceFigures",
    "Span",
    "Stats",
    "StoredCapture",
    "Survey",
    "Transaction",
    "Verification",
    "VersionRecord",
    "Versions",
    "Visits",
    "Watch",
    "back_up",
    "create_archive",
    "open_archive",
    "restore",
    "silent",
]
