"""DNS answers, and what of them is handed on to be connected to."""

from __future__ import annotations

import asyncio
import socket

import pytest

from palimpsest.crawler.fetching.guards import Guards
from palimpsest.crawler.fetching.resolver import GuardedResolver
from palimpsest.errors import BadSetting, Refused


@pytest.fixture
def dns(monkeypatch):
    """A name server that gives every name these addresses."""
    answers = []

    async def getaddrinfo(_, host, port, **kwargs):
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        kinds = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(kinds[":" in ip], socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answers]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return answers


async def test_only_public_addresses_are_handed_on(dns):
    dns += ["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111", "::ffff:127.0.0.1"]
    found = await GuardedResolver(Guards(), {}).resolve("news.example", 443)
    assert [result["host"] for result in found] == ["1.1.1.1", "2606:4700::1111"]


async def test_a_name_that_leads_only_inside_is_refused_with_the_address(dns):
    dns += ["192.168.1.1", "10.0.0.1"]
    with pytest.raises(Refused, match=r"news\.example leads to 10\.0\.0\.1, which is private"):
        await GuardedResolver(Guards(), {}).resolve("news.example", 443)


async def test_a_name_that_the_settings_allow_may_lead_inside(dns):
    dns += ["10.0.0.1"]
    found = await GuardedResolver(Guards(("news.example",)), {}).resolve("NEWS.example", 443)
    assert [result["host"] for result in found] == ["10.0.0.1"]


async def test_an_unknown_name_is_an_error_of_the_system(dns):
    with pytest.raises(socket.gaierror):
        await GuardedResolver(Guards(), {}).resolve("news.example", 443)


async def test_the_table_of_the_settings_stands_in_for_dns_and_behind_the_guards():
    resolver = GuardedResolver(Guards(), {"News.Example.": "1.1.1.1", "in.example": "127.0.0.1"})
    found = await resolver.resolve("news.example", 443)
    assert [(result["hostname"], result["host"]) for result in found] == [("news.example", "1.1.1.1")]
    with pytest.raises(Refused, match="loopback"):
        await resolver.resolve("in.example", 443)


def test_a_table_that_names_no_address_is_an_error_of_the_settings():
    with pytest.raises(BadSetting, match=r"fetch\.resolve.*'elsewhere' for news\.example"):
        GuardedResolver(Guards(), {"news.example": "elsewhere"})
