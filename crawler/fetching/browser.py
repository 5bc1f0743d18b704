"""The last resort for pages that scripts draw: a browser without a network, fed through the door.

Chromium is started behind a proxy that does not exist; whatever it asks for is intercepted, and what is
let through is fetched by `door` after robots.txt, at the host's turn, within the guards, as a capture. Let
through are documents, scripts and data (GET, of the page's own site or a host that the settings name); no
pictures, fonts, frames of others, sockets or service workers. Needs the extra `browser` (Playwright) and a
Chromium (docs/adr/0008). Not here: when it is used (`wholeness`).
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from ...errors import BadSetting, NotFetched, TryLater
from ...model import Capture, Outcome
from .. import urls
from .decoding import decode_body

if TYPE_CHECKING:
    from ...settings import Browser as BrowserSettings
    from ...settings import Fetch
    from .network import Network

_TYPES: Final = frozenset({"document", "script", "xhr", "fetch"})
_ANSWERS: Final = (Outcome.OK, Outcome.GONE, Outcome.CLIENT_ERROR, Outcome.SERVER_ERROR)
MAX_REQUESTS: Final = 60
"""Requests of one page that are let through: what a story needs; a hostile page asks for ever."""
# Neither proxy nor name leads anywhere: a request that slips past the interception ends here.
_ARGUMENTS: Final = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
)
_NOWHERE: Final = {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The page as its scripts left it, and every fetch that they caused."""

    html: str
    captures: tuple[Capture, ...]
    software: str


class _Route(Protocol):
    request: Any

    async def abort(self) -> None: ...
    async def fulfill(self, **answer: Any) -> None: ...


class Browser:
    """One Chromium for a process, started when it is first needed; `close` ends it.

    Args:
        network: By which everything is fetched.
        settings: Where Chromium is, and how long it may take.
    """

    def __init__(self, network: Network, settings: BrowserSettings, fetch: Fetch) -> None:
        self._network = network
        self._settings = settings
        self._limit = fetch.max_decoded_bytes
        self._agent = network.door.user_agent
        self._playwright: Any = None
        self._chromium: Any = None
        self._starting = asyncio.Lock()

    def check(self) -> None:
        """See that there is a browser.

        Raises:
            BadSetting: Playwright or Chromium is not there.
        """
        if importlib.util.find_spec("playwright") is None:
            raise BadSetting(
                "setting browser.sources needs Playwright, which is not installed;"
                " install the extra: pip install 'palimpsest[browser]'"
            )
        if not os.access(self._settings.executable, os.X_OK):
            raise BadSetting(
                f"setting browser.executable: {self._settings.executable} is no program;"
                " install Chromium or name it"
            )

    async def render(self, page: Capture) -> Rendered:
        """Let the page's scripts run.

        Args:
            page: The page as it was captured; it is not fetched again.

        Raises:
            BadSetting: Playwright or Chromium is not there.
            TryLater: The page did not settle in time.
        """
        chromium = await self._started()
        visit = _Visit(self._network, self._settings, page, self._limit)
        context = await chromium.new_context(
            service_workers="block", user_agent=self._agent, accept_downloads=False, java_script_enabled=True
        )
        try:
            async with asyncio.timeout(self._settings.timeout):
                await context.route("**/*", visit.answer)
                await context.route_web_socket("**/*", lambda socket: socket.close())
                tab = await context.new_page()
                await tab.goto(page.url, wait_until="networkidle", timeout=0)
                return Rendered(await tab.content(), tuple(visit.captures), f"chromium/{chromium.version}")
        except (TimeoutError, self._error()) as error:
            raise TryLater(f"the browser did not finish the page: {error}", url=page.url) from error
        finally:
            await context.close()

    async def close(self) -> None:
        """End Chromium, if it was started."""
        if self._chromium is not None:
            await self._chromium.close()
            await self._playwright.stop()
            self._chromium = None

    async def _started(self) -> Any:
        self.check()
        async with self._starting:
            if self._chromium is None:
                from playwright.async_api import async_playwright

                self._playwright = await async_playwright().start()
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=self._settings.executable,
                    args=list(_ARGUMENTS),
                    proxy=_NOWHERE,
                    # Chromium's own sandbox does not work for root, as in a container.
                    chromium_sandbox=os.geteuid() != 0,
                )
            return self._chromium

    @staticmethod
    def _error() -> type[Exception]:
        from playwright.async_api import Error

        error: type[Exception] = Error
        return error


class _Visit:
    """The requests of one page: which are let through, and what they brought."""

    def __init__(self, network: Network, settings: BrowserSettings, page: Capture, limit: int) -> None:
        self._network = network
        self._hosts = settings.hosts
        self._page = page
        self._limit = limit
        self._asked = 0
        self.captures: list[Capture] = []

    async def answer(self, route: _Route) -> None:
        """Fulfil one request of the browser, or refuse it."""
        request = route.request
        if request.url == self._page.url and request.is_navigation_request():
            await self._fulfill(route, self._page)
        elif not self._wanted(request):
            await route.abort()
        else:
            self._asked += 1
            capture = await self._fetch(request.url)
            if capture is None or capture.outcome not in _ANSWERS:
                await route.abort()
            else:
                await self._fulfill(route, capture)

    def _wanted(self, request: Any) -> bool:
        if request.method != "GET" or request.resource_type not in _TYPES or self._asked >= MAX_REQUESTS:
            return False
        if request.is_navigation_request():
            return False  # another page, or a frame
        if not request.url.startswith(("http://", "https://")):
            return False
        return urls.same_site(request.url, self._page.url) or urlsplit(request.url).hostname in self._hosts

    async def _fetch(self, url: str) -> Capture | None:
        try:
            await self._network.robots.check(url)
            answer = await self._network.door.fetch(url, headers={"Accept": "*/*"})
        except NotFetched:
            return None  # forbidden, refused or not to be had: the script goes without
        self.captures.append(answer.capture)
        return answer.capture

    async def _fulfill(self, route: _Route, capture: Capture) -> None:
        body = decode_body(capture.payload or b"", capture.headers, limit=self._limit)
        kept = {"content-type", "location", "access-control-allow-origin"}
        headers = {name.lower(): value for name, value in capture.headers if name.lower() in kept}
        await route.fulfill(status=capture.status or 200, headers=headers, body=body)
