"""Mail, chats and phones through Apprise, in the form that each likes best: HTML, Markdown or plain.

Apprise answers yes or no; why not it only writes to its log, so that is read. It has its own time-outs
for each step, but none for the whole: a call runs in a thread of its own, and one that hangs is left behind.
"""

from __future__ import annotations

import functools
import logging
import threading
import warnings
from typing import Any

from ...errors import BadWatch, NotDelivered
from ..compose import Sendable


def check(url: str) -> None:
    """Refuse an address that Apprise cannot read.

    Raises:
        BadWatch: It cannot.
    """
    _plugin(url)


def send(url: str, message: Sendable, *, timeout: float) -> None:
    """Send a message.

    Args:
        url: An Apprise address.
        message: What to send.
        timeout: Seconds after which it is taken as not sent.

    Raises:
        NotDelivered: Apprise says no, or nothing in time.
    """
    try:
        plugin = _plugin(url)
    except BadWatch as error:  # it could be read when the watch was added; Apprise has changed since
        raise NotDelivered(error.message) from None
    form, body = _form(plugin, message)
    outcome: list[bool] = []
    problems: list[str] = []

    def call() -> None:
        with _Listening(problems):
            done = plugin.notify(body=body, title=message.subject, body_format=form, notify_type="info")
            outcome.append(bool(done))

    thread = threading.Thread(target=call, name="apprise", daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise NotDelivered(f"{redacted(url)} did not answer within {timeout:g} s")
    if outcome != [True]:
        raise NotDelivered(f"{redacted(url)} refused the message: {'; '.join(problems) or 'no reason given'}")


def redacted(url: str) -> str:
    """The address with its passwords and tokens blotted out."""
    try:
        return str(_plugin(url).url(privacy=True)).partition("?")[0]
    except BadWatch:
        return f"{url.partition(':')[0]}:…"


def _form(plugin: Any, message: Sendable) -> tuple[str, str]:
    """The richest form that a service takes, and the message in it.

    Apprise must be told the form: taken for another one, archived text would become markup.
    """
    takes = plugin.notify_format  # one form, or several since Apprise 2
    forms = takes if isinstance(takes, tuple) else (takes,)
    if "html" in forms:
        return "html", message.html
    if "markdown" in forms:
        return "markdown", message.markdown
    return "text", message.plain


@functools.lru_cache(maxsize=256)
def _plugin(url: str) -> Any:
    with _Listening([]), warnings.catch_warnings():
        # It still imports modules of the standard library that Python says will go.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # a third of a second: only for whoever sends

        plugin: Any = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if plugin is None:
        scheme = url.partition(":")[0]
        raise BadWatch(
            f"Apprise cannot read the address {scheme}:…; see https://github.com/caronc/apprise/wiki for how"
            " the addresses of its services are written (mailto://user:password@example.org), or use"
            " webhook:https://… or atom:FILE"
        )
    return plugin


class _Listening(logging.Handler):
    """Takes what Apprise logs while a block runs; it reaches no other handler."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._lines = lines
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread and len(self._lines) < 5:
            self._lines.append(" ".join(record.getMessage().split())[:200])

    def __enter__(self) -> None:
        logger = logging.getLogger("apprise")
        logger.propagate = False
        logger.addHandler(self)

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
