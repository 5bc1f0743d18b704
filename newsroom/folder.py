"""A folder of saved pages served as a site, from memory, as fast as a benchmark needs.

The folder holds `ground_truth.json` (`{file: {"url": …}}`) and `html/FILE` (`.html` or `.html.gz`);
without the former every page in it is served under its name. Each page is a prebuilt answer that
one write sends; there is no furniture, no script and no fault: for those see `room`.

`python -m palimpsest.newsroom.folder DIR --port N --repeat K` serves K copies of every page, each
under an address (and, with a comment before its HTML, with bytes) of its own, and prints the address of the
sitemap once it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import json
import sys
import threading
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from .prebuilt import Answers, PrebuiltProtocol

HOST = "pages.folder.example"
_PER_SITEMAP = 10_000


class FolderSite:
    """Serves a folder on 127.0.0.1 from a thread of its own; a context manager.

    Args:
        folder: Where `html/` and perhaps `ground_truth.json` lie.
        port: 0 for any free one.
        repeat: Copies of each page, under different addresses.
        validators: Whether pages carry an ETag and answer 304 to it.
        version: Stands in a comment before every page: another number, other bytes, the same text.
        host: The name in the addresses of the sitemap.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        repeat: int = 1,
        validators: bool = False,
        version: int = 0,
        host: str = HOST,
    ) -> None:
        self._pages = list(_read(folder))
        self._port, self._repeat, self._validators, self._version = port, repeat, validators, version
        self.host = host
        self._answers = Answers()
        self._ready = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="folder-site")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def port(self) -> int:
        return self._port

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self._port}"

    @property
    def sitemap(self) -> str:
        return self.base + "/sitemap.xml"

    @property
    def urls(self) -> tuple[str, ...]:
        """The address of every page, copies included."""
        return tuple(self.base + path for path, _ in self._copies())

    @property
    def resolve(self) -> dict[str, str]:
        """For `settings.fetch.resolve`."""
        return {self.host: "127.0.0.1"}

    @property
    def allow(self) -> tuple[str, ...]:
        """For `settings.fetch.allow`."""
        return (f"{self.host}:{self._port}",)

    # -------------------------------------------------------------- answers

    def _copies(self) -> Iterator[tuple[str, bytes]]:
        for number in range(self._repeat):
            for path, body in self._pages:
                yield (path if number == 0 else f"/copy-{number}{path}"), body

    def _build(self) -> None:
        """Build every answer before the first is asked for."""
        for path, body in self._copies():
            # Copies and versions differ in a comment before the page, so that no two have one digest.
            mark = f"<!-- {path} {self._version} -->".encode() if self._repeat > 1 or self._version else b""
            self._answers.put(path, _content_type(body), body, mark, validated=self._validators)
        paths = [path for path, _ in self._copies()]
        parts = [paths[at : at + _PER_SITEMAP] for at in range(0, len(paths), _PER_SITEMAP)]
        for number, part in enumerate(parts, 1):
            rows = "".join(f"<url><loc>{escape(self.base + path)}</loc></url>\n" for path in part)
            self._put_xml(f"/sitemap-{number}.xml", "urlset", rows)
        rows = "".join(
            f"<sitemap><loc>{self.base}/sitemap-{n}.xml</loc></sitemap>" for n in range(1, len(parts) + 1)
        )
        self._put_xml("/sitemap.xml", "sitemapindex", rows)
        self._answers.put(
            "/robots.txt", "text/plain", f"User-agent: *\nAllow: /\nSitemap: {self.sitemap}\n".encode()
        )
        home = "".join(f'<li><a href="{escape(path)}">{escape(path)}</a></li>' for path in paths[:500])
        self._answers.put(
            "/", "text/html; charset=utf-8", f"<!doctype html><title>Pages</title><ul>{home}</ul>".encode()
        )

    def _put_xml(self, path: str, tag: str, rows: str) -> None:
        text = (
            f'<?xml version="1.0"?><{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{tag}>'
        )
        self._answers.put(path, "application/xml", text.encode())

    # -------------------------------------------------------------- serving

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:  # the port is taken: told to who entered
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        open_ones: set[PrebuiltProtocol] = set()
        server = await self._loop.create_server(
            lambda: PrebuiltProtocol(self._answers, open_ones), "127.0.0.1", self._port, backlog=512
        )
        self._port = server.sockets[0].getsockname()[1]
        self._build()
        self._ready.set()
        await self._stop.wait()
        server.close()
        for protocol in tuple(open_ones):
            protocol.transport.abort()
        await asyncio.sleep(0)


@cache
def _content_type(body: bytes) -> str:
    """HTML in UTF-8 if it is that; else the page must say itself what it is."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "text/html"
    return "text/html; charset=utf-8"


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The pages of a folder: path and HTML as saved."""
    truth = folder / "ground_truth.json"
    rows = json.loads(truth.read_text("utf-8")) if truth.exists() else {}
    files = [folder / "html" / name for name in rows] or sorted((folder / "html").iterdir())
    seen: set[str] = set()
    for number, file in enumerate(files):
        data = file.read_bytes()
        parts = urlsplit(str(rows.get(file.name, {}).get("url", f"/{file.name.split('.')[0]}.html")))
        path = parts.path or "/"
        if path in seen or path == "/" or not path.isascii():
            path = f"/page-{number}{path if path.isascii() else ''}"
        seen.add(path)
        yield path, gzip.decompress(data) if file.suffix == ".gz" else data


def main() -> None:
    """Serve a folder until Ctrl-C or the end of the input."""
    parser = argparse.ArgumentParser(prog="python -m palimpsest.newsroom.folder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=1, help="copies of each page (default: 1)")
    parser.add_argument("--validators", action="store_true", help="ETag, and 304 for it")
    parser.add_argument("--version", type=int, default=0, help="mark every page with this number")
    parser.add_argument("--host", default=HOST, help=f"the name in addresses (default: {HOST})")
    args = parser.parse_args()
    site = FolderSite(
        args.folder,
        port=args.port,
        repeat=args.repeat,
        validators=args.validators,
        version=args.version,
        host=args.host,
    )
    with site, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{site.sitemap} {len(site.urls)} pages\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
