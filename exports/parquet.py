"""Versions as Apache Parquet: typed columns, zstd, row groups written as they fill.

Times are microseconds in UTC, names and tags lists of texts. Blocks, videos, rights and provenance are JSON
texts: their kinds differ from one to the next, and every engine reads JSON. The file's own metadata says
what wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ..settings import VERSION
from .rows import FIELDS, Kind, Row

GROUP: Final = 1_000
"""Rows of a group: some 10 MB of articles, which is what stays in memory."""

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.TEXTS: pa.list_(pa.string()),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.INTEGER: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.JSON: pa.string(),
}
SCHEMA: Final = pa.schema(
    [pa.field(name, _TYPES[kind]) for name, kind in FIELDS.items()],
    metadata={"software": f"Palimpsest/{VERSION}"},
)


def write(rows: Iterable[Row], path: Path) -> None:
    """Write rows, a group at a time."""
    source = iter(rows)
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", write_page_checksum=True) as writer:
        while group := list(islice(source, GROUP)):
            writer.write_batch(batch(group))


def batch(rows: list[Row]) -> Any:
    """Rows as an Arrow record batch of `SCHEMA`."""
    columns = [
        pa.array([_value(kind, row[name]) for row in rows], _TYPES[kind]) for name, kind in FIELDS.items()
    ]
    return pa.record_batch(columns, schema=SCHEMA)


def _value(kind: Kind, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if kind is Kind.JSON else value


def count(path: Path) -> int:
    """How many rows a file holds; every page of it is read, a group at a time."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return sum(
            file.read_row_group(place, use_threads=False).num_rows for place in range(file.num_row_groups)
        )
