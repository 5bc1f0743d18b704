"""Every setting of an archive, with its default, unit and reason; and Scrapy's settings beside them.

The values come, the first that is there: command-line flags, environment (`PALIMPSEST_FETCH__DELAY=5`),
`palimpsest.toml` in the archive's directory, the defaults below. The upper-case names at the end are
what Scrapy reads when it runs this project (`scrapy.cfg` points here); they are the safe and polite
ones, and `crawler.run` adds those that follow from `Settings`. Not here: anything that does work.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from .errors import BadSetting

VERSION: Final = "0.2.0"
CONFIG_NAME: Final = "palimpsest.toml"
PREFIX: Final = "PALIMPSEST_"  # of the environment's variables


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fetch(_Section):
    """How pages are asked for: politely, and never where an archive has no business."""

    contact: str = Field(
        "", description="An address at which a webmaster reaches you; it stands in the user agent."
    )
    delay: float = Field(2.0, ge=0, description="Seconds between two requests to one host.")
    timeout: float = Field(
        30.0, gt=0, description="Seconds for one whole answer, from connecting to the last byte."
    )
    retries: int = Field(
        2, ge=0, description="Further tries of one page within a run, after a failure that may pass."
    )
    max_wait: float = Field(
        60.0,
        ge=0,
        description="Longest wait in seconds that a run sits out for a host; beyond it the page is left"
        " for a later run.",
    )
    max_backoff: float = Field(
        300.0, ge=0, description="Longest pause in seconds between two requests to a host that keeps failing."
    )
    max_bytes: int = Field(16_000_000, gt=0, description="Largest body in bytes, as received.")
    max_decoded_bytes: int = Field(64_000_000, gt=0, description="Largest body in bytes once decompressed.")
    max_redirects: int = Field(5, ge=0, description="Redirects followed before giving up.")
    accept_encoding: str = Field(
        "identity",
        description="What is asked of servers. `identity` keeps bodies exactly as published and lets versions"
        " be stored as small deltas; `gzip` saves the outlet's bandwidth and costs six times the disk.",
    )
    allow: tuple[str, ...] = Field(
        (),
        description="Hosts, host:port pairs or networks (CIDR) that may be fetched although their address is"
        " loopback, private or otherwise not public.",
    )
    resolve: dict[str, str] = Field(
        default_factory=dict,
        description="Host name to IP address, in place of DNS (as curl's --resolve); the guards apply to"
        " the result.",
    )
    obey_robots: bool = Field(
        True, description="Obey robots.txt (RFC 9309). Turn off only for hosts of your own."
    )


class Crawl(_Section):
    """How much is done at once."""

    sources: int = Field(
        8, ge=1, description="Sources crawled at the same time; a host is still asked one thing at a time."
    )
    workers: int = Field(
        0, ge=0, description="Processes that extract; 0: one for each core this process may use."
    )
    extraction_timeout: float = Field(
        20.0, gt=0, description="Seconds after which the extraction of one page is ended."
    )
    batch: int = Field(20, ge=1, description="Pages committed in one transaction at the most.")
    batch_wait: float = Field(
        0.5, gt=0, description="Seconds that a page waits for its batch to fill at the most."
    )
    front_page_links: int = Field(
        200, ge=1, description="Article links taken from one front page or section at the most."
    )
    sitemap_days: int = Field(
        7, ge=1, description="Days back from now that sitemap entries are taken; `--since` overrides it."
    )
    revisits: float = Field(
        12.0, ge=1, description="Times that an article is looked at again, on average over all articles."
    )


class Browser(_Section):
    """The last resort for sites that scripts draw; needs the extra `browser` and a Chromium."""

    sources: tuple[str, ...] = Field(
        (),
        description="Slugs of the sources whose pages are drawn in a browser where they come without text.",
    )
    executable: str = Field("/usr/bin/chromium", description="The Chromium that is started.")
    timeout: float = Field(
        120.0,
        gt=0,
        description="Seconds for one page; what its scripts ask for keeps to the host's delay too.",
    )
    hosts: tuple[str, ...] = Field(
        (),
        description="Hosts beside the page's own site from which its scripts may load (a content service).",
    )


class Run(_Section):
    """The process that keeps the schedules (`palimpsest run`)."""

    grace: float = Field(
        24.0,
        gt=0,
        description="Hours after its time that a missed run is still made up for; beyond it the next one is"
        " waited for.",
    )
    revisit_gap: float = Field(
        5.0, gt=0, description="Minutes between two visits to a source for articles that are due again."
    )


class Web(_Section):
    """The reading room (`palimpsest serve`): where it is reached, and by whom."""

    base_url: str = Field(
        "",
        description="Scheme, host and path under which the reading room is reached, such as"
        " `https://news.example.org`, for links in alerts, feeds, exports and citations; without it alerts"
        " name the commands that show the same.",
    )
    hosts: tuple[str, ...] = Field(
        (),
        description="Host names that the reading room answers to beside `localhost` and that of"
        " `web.base_url`; `*`: any.",
    )
    private: bool = Field(
        False, description="Reading asks for a key with the scope `read` too (`palimpsest keys add`)."
    )
    rate: int = Field(
        600, ge=1, description="API requests within a minute, of one key or one address without a key."
    )

    @field_validator("base_url")
    @classmethod
    def _readable_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError("write an address like https://news.example.org, or nothing")
        return value


def known_zone(name: str) -> str:
    """The name of a time zone, as it was given.

    Raises:
        ValueError: There is no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write one like Europe/Paris") from None
    return name


def readable_hours(text: str) -> str:
    """Hours of a day, such as `22:00-07:00`, as they were given; "" is none.

    Raises:
        ValueError: They cannot be read, or would never end.
    """
    if text and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError("write hours like 22:00-07:00, or nothing")
    if text and text[:5] == text[6:]:
        raise ValueError("these hours would never end; write a beginning and another end, like 22:00-07:00")
    return text


class Alerts(_Section):
    """How alerts are sent; what is watched for is said with `palimpsest watch`."""

    zone: str = Field("UTC", description="Time zone of quiet hours and digests, such as `Europe/Paris`.")
    quiet: str = Field(
        "",
        description="Hours in which people are left in peace, such as `22:00-07:00`: mail and messages wait,"
        " webhooks and feeds do not.",
    )
    digest_hour: int = Field(7, ge=0, le=23, description="Hour at which daily and weekly digests are sent.")
    window: float = Field(
        30.0,
        ge=0,
        description="Minutes after a message about an article in which further changes of it are gathered"
        " into one: a live blog is not fifty alerts.",
    )
    rate: int = Field(60, ge=1, description="Messages to one channel within an hour at the most.")
    timeout: float = Field(10.0, gt=0, description="Seconds that a receiver has to take one message.")
    give_up: float = Field(
        7.0,
        gt=0,
        description="Days of retries after which a delivery is given up and listed as dead, to be requeued.",
    )
    operator: tuple[str, ...] = Field(
        (),
        description="Where `palimpsest run` tells that a source turned bad, or well again: addresses as for"
        " `watch add --to`, but no feeds and digests.",
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @field_validator("quiet")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        return readable_hours(value)


class Ledger(_Section):
    """How the ledger shows that nothing was altered, and how often everything is checked."""

    verify_every: float = Field(
        7.0, ge=0, description="Days between two checks of the whole archive by `palimpsest run`; 0: none."
    )
    verify_share: float = Field(
        1.0,
        gt=0,
        le=1,
        description="Part of the captures whose bytes such a check looks at, picked at random; the ledger is"
        " always checked whole.",
    )
    timestamp_url: str = Field(
        "",
        description="Address of a time stamping authority (RFC 3161), such as `https://freetsa.org/tsr`, that"
        " is asked to stamp each signed head.",
    )

    @field_validator("timestamp_url")
    @classmethod
    def _readable_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
            raise ValueError("write an address like https://authority.example/tsr, or nothing")
        return value


class Msn(_Section):
    """The content service that MSN's pages read; changed only by tests."""

    content: str = Field("https://assets.msn.com", description="Scheme and host of MSN's content service.")


class Settings(BaseSettings):
    """All settings of one archive; immutable.

    Raises (through `load`): BadSetting naming the setting, the value and what is allowed.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    database: str = Field(
        "sqlite:///archive.db",
        description="SQLAlchemy URL; a relative SQLite path is taken from the archive's directory.",
    )
    durable: bool = Field(
        True, description="An acknowledged commit survives power loss (SQLite synchronous=FULL; off: NORMAL)."
    )
    fetch: Fetch = Field(default_factory=Fetch)  # type: ignore[arg-type]
    crawl: Crawl = Field(default_factory=Crawl)  # type: ignore[arg-type]
    browser: Browser = Field(default_factory=Browser)  # type: ignore[arg-type]
    run: Run = Field(default_factory=Run)  # type: ignore[arg-type]
    alerts: Alerts = Field(default_factory=Alerts)  # type: ignore[arg-type]
    web: Web = Field(default_factory=Web)  # type: ignore[arg-type]
    ledger: Ledger = Field(default_factory=Ledger)  # type: ignore[arg-type]
    msn: Msn = Field(default_factory=Msn)  # type: ignore[arg-type]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file; `load` passes the file's values as arguments."""
        return env_settings, init_settings

    @classmethod
    def load(cls, directory: Path, **overrides: Any) -> Settings:
        """Read the settings of the archive in `directory`.

        Args:
            directory: Where palimpsest.toml lies; without that file the defaults hold.
            overrides: Values of flags, section by section (`fetch={"delay": 0}`); they win.

        Raises:
            BadSetting: The file is not TOML, or a value cannot be; the message names it.
        """
        path = directory / CONFIG_NAME
        values: dict[str, Any] = {}
        if path.exists():
            try:
                values = tomllib.loads(path.read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise BadSetting(f"{path} is not valid TOML; mend the line that is named") from error
        try:
            settings = cls(**values)
            update: dict[str, Any] = {}
            for key, value in overrides.items():
                section = getattr(settings, key)
                if isinstance(section, BaseModel):
                    value = type(section).model_validate({**section.model_dump(), **value})
                update[key] = value
            return settings.model_copy(update=update)
        except ValidationError as error:
            first = error.errors()[0]
            parts = [str(part) for part in first["loc"]]
            told = f"{first['msg']} (given: {first.get('input')!r})"
            if variable := _variable(parts):
                raise BadSetting(f"{variable} in the environment: {told}") from None
            raise BadSetting(f"setting {'.'.join(parts)} in {path}: {told}") from None
        except SettingsError:
            there = ", ".join(sorted(name for name in os.environ if name.upper().startswith(PREFIX)))
            raise BadSetting(
                f"a variable of the environment is no JSON, as lists and sections must be; set are {there}"
            ) from None

    @property
    def user_agent(self) -> str:
        """What we call ourselves: name, version, and where to reach whoever runs this archive."""
        contact = self.fetch.contact or "no contact given"
        return f"Palimpsest/{VERSION} (news archive; +{contact})"

    @property
    def extraction_workers(self) -> int:
        return (
            self.crawl.workers or len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else (self.crawl.workers or os.cpu_count() or 1)
        )


def _variable(parts: list[str]) -> str | None:
    """The variable of the environment that gave the setting at these parts of its name, if one did."""
    names = [PREFIX + "__".join(parts[:end]).upper() for end in range(len(parts), 0, -1)]
    there = {name.upper(): name for name in os.environ}
    return next((there[name] for name in names if name in there), None)


# --------------------------------------------------------------------- Scrapy
BOT_NAME = "palimpsest"
SPIDER_MODULES = ["palimpsest.spiders"]  # sites/ below it is walked too
NEWSPIDER_MODULE = "palimpsest.spiders"
# Our handler and middlewares in place of Scrapy's, so that every request passes one door.
ADDONS = {"palimpsest.crawler.fetching.addon.Addon": 100}
TWISTED_REACTOR_ENABLED = False  # plain asyncio: cheaper per page, and no reactor that cannot restart
REMOTE_CONTROL_ENABLED = False  # on by default in Scrapy: code execution over HTTP
TELNETCONSOLE_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False  # an archive has no session; consent cookies would change what is served
ROBOTSTXT_OBEY = True  # by our own middleware: Scrapy's lets requests through in a race
LOG_LEVEL = "WARNING"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # an article is looked at again on purpose
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # a response yields one page; Scrapy starts that many tasks for each (default: 100)
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 32_000_000
EXTENSIONS_BASE: dict[str, int] = {}  # none of Scrapy's: runs are counted in the archive
ITEM_PIPELINES = {"palimpsest.crawler.pipelines.ArchivePipeline": 100}
