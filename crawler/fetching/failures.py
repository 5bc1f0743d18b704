"""What went wrong with a request, in words, and whether it may pass.

Pure: turns what aiohttp and the system raise into our errors, whose messages become the reason of a
capture and are read by people who have never heard of aiohttp. `TryLater` counts against the host at
the gate and is tried again; plain `NotFetched` is not.
"""

from __future__ import annotations

import socket
from typing import Final

import aiohttp
from yarl import URL

from ...errors import NotFetched, TryLater

_NO_SUCH_NAME: Final = frozenset((socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)))


def failure_of(cause: Exception, url: str, timeout: float) -> NotFetched:
    """The error that stands for `cause`.

    Args:
        cause: An `aiohttp.ClientError`, `OSError` (`TimeoutError` is one) or `ValueError`.
        url: Of the request; the guards have read it.
        timeout: Seconds that the whole answer was given.
    """
    host = URL(url, encoded=True).host
    match cause:
        case TimeoutError():
            return TryLater(f"no whole answer within {timeout:g} s", url=url)
        case aiohttp.ClientConnectorCertificateError():
            return NotFetched(f"the certificate of {host} does not hold: {cause.certificate_error}", url=url)
        case aiohttp.ClientSSLError():
            return NotFetched(f"no TLS connection with {host}: {cause.os_error}", url=url)
        case aiohttp.ClientConnectorDNSError():
            gone = isinstance(cause.os_error, socket.gaierror) and cause.os_error.errno in _NO_SUCH_NAME
            kind = NotFetched if gone else TryLater
            return kind(f"the name {host} does not resolve: {cause.os_error.strerror}", url=url)
        case aiohttp.ClientConnectorError():
            return TryLater(f"no connection to {host}: {cause.os_error.strerror or cause}", url=url)
        case aiohttp.ClientPayloadError():
            return TryLater("the body broke off before its end", url=url)
        case aiohttp.ClientResponseError():
            first = cause.message.partition("\n")[0].rstrip(":")[:200]
            return NotFetched(f"what {host} sent is not HTTP: {first}", url=url)
        case aiohttp.ClientConnectionError() | OSError():
            return TryLater(f"{host} broke off the connection", url=url)
        case _:
            return NotFetched(f"the request could not be made: {cause}", url=url)
