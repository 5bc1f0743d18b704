"""The vocabulary of Palimpsest: the frozen values that its parts hand to one another.

Nothing here reads a file, a clock or a database, and nothing here knows a module outside. Times are
UTC and aware; texts are NFC as far as their maker can see to it; sequences are tuples, so that a
value can be a key, cross a process and be compared with `==`.
"""

from .articles import Article, ArticleState, ChangeKind, Version
from .blocks import (
    BLOCKS,
    SHOWN,
    Block,
    Entry,
    Heading,
    Image,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Table,
    Video,
    VideoBlock,
)
from .captures import Capture, Outcome, parse_headers, sha256
from .extraction import Extraction, PageClass, Rights
from .finding import Errand, Finder, Lead, Source, Way, WayKind
from .runs import HealthEvent, HealthState, Run, RunState, Schedule

__all__ = [
    "BLOCKS",
    "SHOWN",
    "Article",
    "ArticleState",
    "Block",
    "Capture",
    "ChangeKind",
    "Entry",
    "Errand",
    "Extraction",
    "Finder",
    "Heading",
    "HealthEvent",
    "HealthState",
    "Image",
    "Lead",
    "Link",
    "ListBlock",
    "Outcome",
    "PageClass",
    "Paragraph",
    "Quote",
    "Rights",
    "Run",
    "RunState",
    "Schedule",
    "Source",
    "Table",
    "Version",
    "Video",
    "VideoBlock",
    "Way",
    "WayKind",
    "parse_headers",
    "sha256",
]
