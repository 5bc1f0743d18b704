"""Registering outlets: what is known of one, what a look at it finds, what a file of them holds.

Not the commands (`sources`), and not what a list's format is (`crawler.sources`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..crawler import urls
from ..crawler.sources import Row, read_list, read_opml, read_toml, slug_for
from ..errors import BadSource, FixInput
from ..model import Source, Way
from ..storage import Archive

if TYPE_CHECKING:
    from ..spiders.probe import Probe


def register(
    archive: Archive,
    home: str,
    *,
    name: str | None = None,
    slug: str | None = None,
    tags: tuple[str, ...] = (),
    delay: float | None = None,
    ways: tuple[Way, ...] = (),
) -> Source:
    """Add the outlet at `home` to the register; without `ways` they are searched for.

    Raises:
        BadSource: It is registered already, or nothing there announces articles.
    """
    duplicate = _registered(archive, home)
    if duplicate is not None:
        raise BadSource(f"this outlet is registered already, as {duplicate.slug}", url=home)
    taken = {source.slug for source in archive.sources()}
    source = Source(
        slug=slug or slug_for(home, taken),
        name=name or urls.host(home),
        home=home,
        ways=ways,
        tags=tags,
        delay=delay,
        added_at=datetime.now(UTC),
    )
    if not ways:
        found = probe(archive, home, samples=0)
        if not found.ways:
            why = "; ".join(str(problem) for problem in found.problems) or "no feed, sitemap or article link"
            raise BadSource(
                f"no way to find its articles ({why}); name one with --feed, --sitemap or --page", url=home
            )
        source = replace(
            source,
            name=name or found.title or source.name,
            home=found.home or home,
            language=found.language,
            ways=found.ways,
        )
    return archive.add_source(source)


def rows_of(file: Path) -> tuple[Row, ...]:
    """The rows of a file of sources: OPML, TOML, or one URL a line.

    Raises:
        BadSource, FixInput: It is none of these; the message names the file.
    """
    data = file.read_bytes()
    try:
        return _parse(file, data)
    except BadSource as error:
        raise BadSource(f"{file}: {error.message}") from error


def _parse(file: Path, data: bytes) -> tuple[Row, ...]:
    if file.suffix.lower() in (".opml", ".xml") or data.lstrip()[:1] == b"<":
        return read_opml(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FixInput(f"{file} is not UTF-8 text; save it as UTF-8") from error
    return read_toml(text) if file.suffix.lower() == ".toml" else read_list(text)


def look_at(archive: Archive, row: Row) -> tuple[str, str, Source | None]:
    """Look at one row of an import, as it is on the web now.

    Returns:
        The verdict (new, duplicate, dead, forbidden, bad), a detail, and the source that it is.
    """
    if row.source is None:
        return "bad", row.problem or "", None
    source = row.source
    duplicate = _registered(archive, source.home) or next(
        (old for old in archive.sources() if {w.url for w in old.ways} & {w.url for w in source.ways}), None
    )
    if duplicate is not None:
        return "duplicate", f"registered as {duplicate.slug}", duplicate
    found = probe(archive, source.ways[0].url if source.ways else source.home, samples=0)
    detail = "; ".join(str(problem) for problem in found.problems)
    if found.forbidden:
        return "forbidden", detail, None
    if not (found.ways or source.ways) or (found.problems and not found.ways):
        return "dead", detail or "nothing there announces articles", None
    taken = {old.slug for old in archive.sources()}
    slug = source.slug if source.slug and source.slug not in taken else slug_for(source.home, taken)
    ways = source.ways or found.ways
    return "new", f"{len(ways)} ways", replace(source, slug=slug, name=source.name or found.title, ways=ways)


def _registered(archive: Archive, home: str) -> Source | None:
    wanted = urls.identity(home)
    return next((old for old in archive.sources() if urls.identity(old.home) == wanted), None)


def probe(archive: Archive, url: str, *, samples: int) -> Probe:
    """Fetch what stands at `url`, find what announces articles there, and read some of them."""
    # Imported here: it brings the crawler with it, which a list of sources needs not.
    from ..crawler.run import run_spider

    found: Probe = run_spider(archive, "probe", url=url, samples=samples).result
    return found
