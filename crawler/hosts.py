"""Names of hosts: which are valid, how they are written, and to which outlet they belong.

Pure reading of text (UTS 46, the Public Suffix List); no name is resolved here, and whether an
address may be fetched is decided after DNS by the guards of `fetching`.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import idna
from tld import get_fld

PORTS: Final = {"http": "80", "https": "443"}
_MAX_HOST: Final = 253  # RFC 1035, 2.3.4, without the root's dot
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")


def read_authority(text: str, scheme: str) -> tuple[str, str]:
    """Read the part of a URL between `//` and the path.

    Args:
        text: Host and port as written.
        scheme: "http" or "https", for the default port.

    Returns:
        (host, port): the host lowercase and IDNA-encoded (IPv6 in brackets), the port "" where it
        is the scheme's own.

    Raises:
        ValueError: It holds a user name, or host or port cannot be; the text says which.
    """
    if "@" in text:
        raise ValueError("a user name or password does not belong in it")
    name, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        name, port = text, ""
    if port and not (port.isascii() and port.isdigit() and len(port) < 12 and 0 < int(port) < 65_536):
        raise ValueError("its port is none")
    port = "" if not port or str(int(port)) == PORTS[scheme] else str(int(port))
    if name.startswith("[") and name.endswith("]") and "%" not in name:
        return f"[{ipaddress.IPv6Address(name[1:-1]).compressed}]", port
    if len(name) > 4 * _MAX_HOST:
        raise ValueError("it is too long")
    name = unquote(name, errors="strict").lower()
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{name[:80]!a} is no name of a host")
    if _NUMBER.fullmatch(labels[-1]):
        ipaddress.IPv4Address(name)  # 0x7f.1 and 2130706433 are disguises, not addresses
    return name, port


@lru_cache(maxsize=4_096)
def registrable(name: str) -> str:
    """The domain that an outlet registers (`news.bbc.co.uk` -> `bbc.co.uk`), by the Public Suffix List.

    The list is the copy that the package `tld` carries, its private part included: two blogs on
    one blogging service are two sites. An address in numbers or a bare name is its own site; under
    an unknown suffix the last two labels count, which is the list's default rule.
    """
    labels = name.split(".")
    if name.startswith("[") or labels[-1].isdigit() or len(labels) < 2:
        return name
    known = get_fld(f"https://{name}/", fail_silently=True, search_private=True)
    return known or ".".join(labels[-2:])


@lru_cache(maxsize=4_096)
def bare_host(name: str) -> str:
    """The host without the labels that only choose a presentation: `www.`, `m.`, `amp.`.

    `www.` goes wherever a whole domain stays; `m.` and `amp.` only directly before the outlet's
    domain, since elsewhere they may be a word (`m.sport.example.com`) or a name (`www.m.com`).
    """
    while True:
        first, _, rest = name.partition(".")
        whole = "." in rest and registrable(name) != name
        if whole and (first == "www" or (first in ("m", "amp") and rest == registrable(name))):
            name = rest
        else:
            return name
