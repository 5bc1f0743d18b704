"""Where an archive has no business: checks of a URL and of the address behind it, before a byte is sent.

Pure: no socket, no DNS. `Guards.check_url` runs before a request is queued, `Guards.check_address`
on every address that DNS gave and on every IP literal, so that the address checked is the address
connected to (no rebinding). One regular expression reads the URL, strictly, and what it does not
read is refused: two parsers that disagree about a host are how such guards are usually passed.
Not here: size and time (`door`), robots.txt (`robots`).

The special networks are those of the IANA registries (RFC 6890 and its updates), the blocked ports
those that browsers block (https://fetch.spec.whatwg.org/#port-blocking).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from ...errors import BadSetting, Refused

Address = IPv4Address | IPv6Address

MAX_URL: Final = 8_000  # characters; RFC 9110, 4.1 asks servers for at least this much
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_UNPRINTABLE = re.compile(r"[^!-~]")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)  # a last label that makes a host an IPv4 address
_PORTS: Final = {"http": 80, "https": 443}

_BLOCKED = """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115
    117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587
    601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669
    6679 6697 10080
"""
BLOCKED_PORTS: Final = frozenset(int(port) for port in _BLOCKED.split())

# Named, so that the reason of a refusal is a plain word. The first that contains the address names it.
_SPECIAL: Final[tuple[tuple[IPv4Network | IPv6Network, str], ...]] = tuple(
    (ip_network(network), name)
    for network, name in (
        ("169.254.169.254/32", "a cloud metadata service"),
        ("100.100.100.200/32", "a cloud metadata service"),
        ("192.0.0.192/32", "a cloud metadata service"),
        ("fd00:ec2::/32", "a cloud metadata service"),
        ("fd20:ce::254/128", "a cloud metadata service"),
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "a local translation prefix"),
        ("100::/64", "a black hole"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
        ("5f00::/16", "reserved"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST: Final = ip_network("2000::/3")  # all that IANA has given out of IPv6
_NAT64: Final = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked for.

    Attributes:
        scheme: "http" or "https".
        host: Lower case; an IPv6 literal without brackets.
        port: The one named or the scheme's.
        key: Under which the politeness gate knows the server: the host, with the port unless it is
            80 or 443 (http and https of a host are one server).
        origin: scheme://host[:port] as robots.txt and browsers see it (RFC 6454).
    """

    scheme: str
    host: str
    port: int
    key: str
    origin: str


class Guards:
    """The checks with the exceptions that the archive's settings make.

    Args:
        allow: Host names, host:port pairs, addresses and networks (`settings.Fetch.allow`) that may be
            fetched although their address is not public. A name allows whatever it resolves to.

    Raises:
        BadSetting: An entry of `allow` is none of these.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._hosts: set[tuple[str, int | None]] = set()
        for entry in allow:
            text = entry.strip().lower()
            try:
                self._networks.append(ip_network(text, strict=False))
                continue
            except ValueError:
                pass
            found = _URL.fullmatch(f"http://{text}")
            if found is None or found["rest"]:
                raise BadSetting(
                    f"setting fetch.allow: {entry!r} is no host, host:port, address or network (10.0.0.0/8)"
                )
            self._hosts.add((_bare(found["host"]), int(found["port"]) if found["port"] else None))

    def check_url(self, url: str) -> Target:
        """Read a URL and see whether it may be asked for at all.

        Raises:
            Refused: Scheme, form, credentials, port or literal address; the message names which.
        """
        if len(url) > MAX_URL:
            raise Refused(f"the URL is longer than {MAX_URL:,} characters", url=url[:200] + "…")
        if found := _UNPRINTABLE.search(url):
            raise Refused(f"the URL holds the character {found[0]!r} at position {found.start()}", url=url)
        parts = _URL.fullmatch(url)
        scheme = url.partition(":")[0].lower()
        if scheme not in _PORTS:
            raise Refused(f"only http and https are fetched, not {scheme[:20]!r}", url=url)
        if parts is None:
            raise Refused("the URL has no plain host (credentials and escapes are not taken)", url=url)
        host = _bare(parts["host"])
        default = _PORTS[scheme]
        port = int(parts["port"]) if parts["port"] else default
        if port > 65535 or (port in BLOCKED_PORTS and (host, port) not in self._hosts):
            raise Refused(f"port {port} is not one for the web", url=url)
        literal = _literal(host, url)
        if literal is not None:
            self.check_address(literal, host, port, url)
        bracketed = f"[{host}]" if ":" in host else host
        return Target(
            scheme,
            host,
            port,
            bracketed if port in (80, 443) else f"{bracketed}:{port}",
            f"{scheme}://{bracketed}" if port == default else f"{scheme}://{bracketed}:{port}",
        )

    def check_address(self, address: Address, host: str, port: int, url: str | None = None) -> None:
        """See whether `address`, to which `host` leads, may be connected to.

        Raises:
            Refused: It is not public, and no setting allows it.
        """
        name = not_public(address)
        if name is None or self.allows(address, host, port):
            return
        said = f"{host} is" if host == str(address) else f"{host} leads to {address}, which is"
        raise Refused(f"{said} {name}; the setting fetch.allow can name it", url=url)

    def allows(self, address: Address, host: str, port: int) -> bool:
        """Whether a setting names this host, host and port, or address."""
        names = (host.rstrip("."), str(address))
        if any((name, known) in self._hosts for name in names for known in (None, port)):
            return True
        return any(address.version == network.version and address in network for network in self._networks)


def not_public(address: Address) -> str | None:
    """What kind of address this is, if it is not one of the public internet; None if it is.

    An IPv4 address carried inside an IPv6 one (mapped, 6to4, Teredo, NAT64, ISATAP) counts as itself.
    """
    carried = tuple(_with_embedded(address))
    for each in carried:
        for network, name in _SPECIAL:
            if each.version == network.version and each in network:
                return name
    outer = carried[0]
    if outer.version == 6 and outer not in _GLOBAL_UNICAST and outer not in _NAT64:
        return "reserved"
    return None


def _with_embedded(address: Address) -> Iterator[Address]:
    """The address and the IPv4 ones inside it; of a mapped one only what is inside, which it is."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address in _NAT64 or (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE:  # ISATAP: RFC 5214, 6.1
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def _bare(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")


def _literal(host: str, url: str) -> Address | None:
    """The address that `host` spells, or None for a name.

    Raises:
        Refused: It spells one in a form (2130706433, 0x7f.1, 127.1) that parsers read differently.
    """
    if ":" not in host and not _NUMERIC.fullmatch(host.rpartition(".")[2]):
        if not host or len(host) > 253 or ".." in host or host.startswith("."):
            raise Refused("the URL's host is no host name", url=url)
        return None
    try:
        return ip_address(host)
    except ValueError:
        raise Refused(f"the host {host!r} is an IP address in an odd form", url=url) from None
