"""The Scrapy add-on that sends all a crawl fetches through the door, and only through it.

The project's settings name it (`ADDONS`), so that `crawler.run` and `scrapy crawl` are told the same.
It replaces Scrapy's download handlers for the web and takes away the others, and of the middlewares
keeps those that neither change a request, nor hide a response, nor do what the door does.
"""

from __future__ import annotations

from typing import Any, Final

from scrapy.settings import BaseSettings

_HERE: Final = "palimpsest.crawler.fetching"
_DOWNLOADER: Final = "scrapy.downloadermiddlewares"
_SPIDER: Final = "scrapy.spidermiddlewares"

# Without a reactor Scrapy sets handlers of its own at project priority, above that of add-ons: these
# must win over those, or all would go out unguarded.
HANDLERS: Final[dict[str, str | None]] = {
    **dict.fromkeys(("http", "https"), f"{_HERE}.handler.DownloadHandler"),
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
SETTINGS: Final[dict[str, Any]] = {
    "DOWNLOADER_MIDDLEWARES": {
        f"{_HERE}.middlewares.RobotsMiddleware": 100,
        f"{_HERE}.middlewares.RetryMiddleware": 550,
        **dict.fromkeys(
            (
                f"{_DOWNLOADER}.offsite.OffsiteMiddleware",
                f"{_DOWNLOADER}.robotstxt.RobotsTxtMiddleware",
                f"{_DOWNLOADER}.httpauth.HttpAuthMiddleware",
                f"{_DOWNLOADER}.downloadtimeout.DownloadTimeoutMiddleware",
                f"{_DOWNLOADER}.defaultheaders.DefaultHeadersMiddleware",
                f"{_DOWNLOADER}.useragent.UserAgentMiddleware",
                f"{_DOWNLOADER}.retry.RetryMiddleware",
                f"{_DOWNLOADER}.redirect.MetaRefreshMiddleware",
                f"{_DOWNLOADER}.httpcompression.HttpCompressionMiddleware",
                f"{_DOWNLOADER}.redirect.RedirectMiddleware",
                f"{_DOWNLOADER}.cookies.CookiesMiddleware",
                f"{_DOWNLOADER}.httpproxy.HttpProxyMiddleware",
                f"{_DOWNLOADER}.httpcache.HttpCacheMiddleware",
            )
        ),
    },
    "SPIDER_MIDDLEWARES": dict.fromkeys(
        (
            f"{_SPIDER}.start.StartSpiderMiddleware",
            f"{_SPIDER}.httperror.HttpErrorMiddleware",  # every response is a capture, errors too
            f"{_SPIDER}.referer.RefererMiddleware",
            f"{_SPIDER}.urllength.UrlLengthMiddleware",  # the guards refuse it, on record
            f"{_SPIDER}.depth.DepthMiddleware",  # the frontier knows where a lead was found
            f"{_SPIDER}.metacopy.MetaCopyDetectionMiddleware",
        )
    ),
    "DOWNLOAD_DELAY": 0,  # the gate's business, across crawls
    "DOWNLOADER_STATS": False,  # would rebuild every request and response to measure it; we count outcomes
}


class Addon:
    """See the module."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before a crawler is built; the project may override all but the handlers."""
        settings.set("DOWNLOAD_HANDLERS", HANDLERS, "cmdline")
        settings.setdict(SETTINGS, "addon")
