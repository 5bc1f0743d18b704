"""Host name to addresses, with the guards between DNS and the connection.

aiohttp connects to the addresses that this resolver returns and to no others, so an address is
checked at the moment it is used and a name cannot be rebound in between. IP literals in a URL pass
by any resolver: `Guards.check_url` has seen those.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from ...errors import BadSetting, Refused
from .guards import Guards


class GuardedResolver(AbstractResolver):
    """The system's resolver (in a thread), or the archive's own table, behind the guards.

    Args:
        guards: Which addresses may be connected to.
        table: Host name to IP address, in place of DNS (`settings.Fetch.resolve`).

    Raises:
        BadSetting: A value of `table` is no IP address.
    """

    def __init__(self, guards: Guards, table: Mapping[str, str]) -> None:
        self._guards = guards
        self._table: dict[str, str] = {}
        for host, value in table.items():
            try:
                self._table[host.lower().rstrip(".")] = str(ip_address(value.strip("[] ")))
            except ValueError:
                raise BadSetting(f"setting fetch.resolve: {value!r} for {host} is no IP address") from None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host` that may be connected to.

        Raises:
            OSError: DNS has none.
            Refused: It has some, and not one of them may be connected to.
        """
        mapped = self._table.get(host.lower().rstrip("."))
        infos = await asyncio.get_running_loop().getaddrinfo(
            mapped or host, port, family=family, type=socket.SOCK_STREAM
        )
        results: list[ResolveResult] = []
        refusal: Refused | None = None
        for found_family, _, proto, _, (text, *_rest) in infos:
            address = str(text)
            try:
                self._guards.check_address(ip_address(address), host.lower(), port)
            except Refused as error:
                refusal = error
                continue
            results.append(
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=found_family,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        if not results and refusal is not None:
            raise refusal
        return results

    async def close(self) -> None:
        """Nothing is held."""
