"""Where PostgreSQL should find enough: the ids that begin a search's order and hold the hits that are wanted.

To collect all that its index finds, for the sake of twenty, takes as long as the archive is large. Its index
knows in which chunk of ids each match lies and passes over other chunks; what remains is to say how far to
look. Matches of words are as dense there as anywhere; where those lie that bear a date, some samples tell.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Select, any_, bindparam, select

from . import sql_index
from .ready import Ready
from .search_plan import SPARE, Plan

FEW: Final = 2_000
"""So many matches are collected in no time."""
MANY: Final = 50_000
"""To collect so many takes longer than to look at the samples."""
SAMPLES: Final = 256
"""Versions whose words are unpacked to tell where matches lie."""

_WHOLE, _KEY = sql_index.index(False)
# Whether it matches is told, not asked for: PostgreSQL would go by the words, through all that match.
_FITS: Final[ColumnElement[Any]] = sql_index.matches(False, sql_index.LOOSE)
_LOOKED_AT: Final[Select[Any]] = select(_KEY).add_columns(_FITS).select_from(_WHOLE)
_SAMPLED: Final = Ready(_LOOKED_AT.where(any_(bindparam("ids", type_=ARRAY(BigInteger))) == _KEY))


def nearer(connection: Connection, asked: Plan, newest: bool, wanted: int) -> Plan | None:
    """The plan of the part of a search that should hold its first hits; None: it is to be asked as a whole.

    Args:
        connection: To read by; of PostgreSQL.
        asked: The plan of the whole.
        newest: Whether the newest come first.
        wanted: How many hits are enough.
    """
    among = asked.high - asked.low + 1
    if asked.conditions or (asked.share or 0.0) * among < (MANY if asked.dated else FEW):
        return None
    reach = _sampled(connection, asked, newest) if asked.dated else ceil(SPARE * asked.reach(wanted))
    if reach >= among:
        return None
    low, high = (asked.high - reach + 1, asked.high) if newest else (asked.low, asked.low + reach - 1)
    return replace(asked, low=low, high=high, near=True)


def _sampled(connection: Connection, asked: Plan, newest: bool) -> int:
    """How far it is to the second sample that matches: from there on to the first nearly all should."""
    among = asked.high - asked.low + 1
    step = max(among // SAMPLES, 1)
    ids = list(range(asked.low + step // 2, asked.high + 1, step))
    rows = _SAMPLED.rows(connection, {"ids": ids, "loose": asked.loose})
    found = sorted(asked.high - key if newest else key - asked.low for key, matches in rows if matches)
    return among if len(found) < 2 else found[1] + 1
