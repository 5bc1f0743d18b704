"""Fixtures that several tests share: archives on both databases, and captures to put into them.

`archive` is a fresh, empty archive, once on SQLite and once on PostgreSQL. It is a copy of a template
made once a session, so a test costs milliseconds. PostgreSQL is the one of PALIMPSEST_TEST_POSTGRES,
else one that answers on 127.0.0.1:5432; without the variable and without an answer those tests are
skipped, with the variable they never are. Every test has a database of its own, dropped afterwards.
"""

from __future__ import annotations

import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from palimpsest.model import Capture, Extraction, Outcome, Paragraph, Source, sha256
from palimpsest.settings import CONFIG_NAME
from palimpsest.storage import Archive, create_archive, open_archive

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
VARIABLE = "PALIMPSEST_TEST_POSTGRES"
USUAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres() -> URL:
    """The address of a PostgreSQL server on which databases may be made."""
    given = os.environ.get(VARIABLE)
    if given is None:
        try:
            socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
        except OSError:
            pytest.skip(f"no PostgreSQL: {VARIABLE} is not set and nothing answers on 127.0.0.1:5432")
    return make_url(given or USUAL)


class Server:
    """Makes and drops databases."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def make(self, template: str | None = None) -> URL:
        name = f"palimpsest_test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        self._run(f"DROP DATABASE {url.database} WITH (FORCE)")

    def close(self) -> None:
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def server(postgres: URL) -> Iterator[Server]:
    server = Server(postgres)
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_template(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = server.make()
    folder = tmp_path_factory.mktemp("postgres-template")
    create_archive(folder, database=url.render_as_string(hide_password=False)).close()
    yield str(url.database)
    server.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite-template")
    create_archive(folder).close()
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, on SQLite and on PostgreSQL."""
    folder = tmp_path / "archive"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), folder)
        with open_archive(folder) as archive:
            yield archive
        return
    server: Server = request.getfixturevalue("server")
    url = server.make(request.getfixturevalue("postgres_template"))
    folder.mkdir()
    text = url.render_as_string(hide_password=False)
    (folder / CONFIG_NAME).write_text(f'database = "{text}"\n', "utf-8")
    try:
        with open_archive(folder) as archive:
            yield archive
    finally:
        server.drop(url)


@pytest.fixture
def sqlite_archive(sqlite_template: Path, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive on SQLite, for what concerns its file alone."""
    shutil.copytree(sqlite_template, tmp_path / "archive")
    with open_archive(tmp_path / "archive") as archive:
        yield archive


@pytest.fixture
def source(archive: Archive) -> Source:
    """A source in `archive`."""
    return archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))


def a_capture(
    url: str = "https://herald.example/a", payload: bytes | None = b"<p>Text</p>", **fields: object
) -> Capture:
    """A capture that came out well, unless told otherwise."""
    values: dict[str, object] = {
        "record_id": uuid.uuid4(),
        "url": url,
        "at": NOW,
        "outcome": Outcome.OK,
        "request_head": b"GET /a HTTP/1.1\r\nHost: herald.example\r\n\r\n",
        "response_head": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-A: 1\r\nx-a: 2\r\n\r\n",
        "payload": payload,
        "sha256": None if payload is None else sha256(payload),
        "status": 200,
    }
    return Capture(**(values | fields))  # type: ignore[arg-type]


def an_extraction(
    url: str = "https://herald.example/a", *, title: str = "Title", text: str = "Text"
) -> Extraction:
    """What might be read out of such a capture."""
    return Extraction(url=url, title=title, blocks=(Paragraph(text=text),), language="en")


@pytest.fixture
def make_capture() -> Callable[..., Capture]:
    return a_capture


@pytest.fixture
def make_extraction() -> Callable[..., Extraction]:
    return an_extraction


@pytest.fixture
def visit(archive: Archive) -> Callable[..., int]:
    """A function that stores one look at a page as a crawl would, and gives the capture's id."""

    def store(
        payload: bytes,
        *,
        url: str = "https://herald.example/a",
        at: datetime = NOW,
        source_id: int | None = None,
        title: str = "Title",
        **fields: object,
    ) -> int:
        capture = a_capture(url, payload, at=at, **fields)
        key = url.removeprefix("https://")
        with archive.transaction() as tx:
            row = tx.article_by_keys([key]) or tx.add_article(source_id, url, key, now=at)
            new = tx.add_capture(capture, article_id=row.id, source_id=source_id)
            if row.version_id is not None and row.payload_sha256 == capture.sha256:
                tx.witness(row.version_id, new, at)
            else:
                text = payload.decode("latin-1")
                tx.add_version(
                    row.id, new, an_extraction(url, title=title, text=text), sha256(payload), at=at
                )
            tx.set_article(row.id, last_seen=at)
        return new

    return store
