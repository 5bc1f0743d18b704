"""The checks of URLs and addresses, case by case."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.fetching.guards import Guards, not_public
from palimpsest.errors import BadSetting, Refused


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "shared by a provider (CGNAT)"),
        ("100.127.255.255", "shared by a provider (CGNAT)"),
        ("169.254.1.1", "link-local"),
        ("169.254.169.254", "a cloud metadata service"),
        ("100.100.100.200", "a cloud metadata service"),
        ("192.0.0.192", "a cloud metadata service"),
        ("198.18.0.1", "for benchmarks"),
        ("203.0.113.9", "for documentation"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fe80::1", "link-local"),
        ("fec0::1", "site-local"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "a cloud metadata service"),
        ("ff02::1", "multicast"),
        ("2001:db8::1", "for documentation"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::127.0.0.1", "reserved"),
        ("2002:7f00:1::", "loopback"),  # 6to4 of 127.0.0.1
        ("2002:a9fe:a9fe::", "a cloud metadata service"),
        ("64:ff9b::a00:1", "private"),  # NAT64 of 10.0.0.1
        ("64:ff9b:1::1", "a local translation prefix"),
        ("2a00:1450::5efe:7f00:1", "loopback"),  # ISATAP of 127.0.0.1
        ("2001:0:102:304::1", "reserved"),  # Teredo
        ("4000::1", "reserved"),
    ],
)
def test_an_address_that_is_not_public_is_named_for_what_it_is(address, name):
    assert not_public(ip_address(address)) == name


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
        "2002:101:101::1",
    ],
)
def test_a_public_address_passes(address):
    assert not_public(ip_address(address)) is None


@given(st.ip_addresses())
def test_no_address_that_python_calls_local_passes(address):
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = getattr(address, "ipv4_mapped", None)
        assert not_public(address) or (mapped is not None and not not_public(mapped))


@pytest.mark.parametrize(
    ("url", "host", "port", "key", "origin"),
    [
        ("http://News.Example/a?b=c", "news.example", 80, "news.example", "http://news.example"),
        ("https://news.example", "news.example", 443, "news.example", "https://news.example"),
        ("HTTPS://news.example:443/", "news.example", 443, "news.example", "https://news.example"),
        (
            "https://news.example.:8443/x",
            "news.example",
            8443,
            "news.example:8443",
            "https://news.example:8443",
        ),
        ("http://news.example:443/", "news.example", 443, "news.example", "http://news.example:443"),
        (
            "https://[2606:4700::1111]/",
            "2606:4700::1111",
            443,
            "[2606:4700::1111]",
            "https://[2606:4700::1111]",
        ),
        ("http://a_b.example?q=@x", "a_b.example", 80, "a_b.example", "http://a_b.example"),
    ],
)
def test_a_url_of_the_web_passes_and_is_read(url, host, port, key, origin):
    target = Guards().check_url(url)
    assert (target.host, target.port, target.key, target.origin) == (host, port, key, origin)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/a",
        "//news.example/a",
        "ftp://news.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "gopher://news.example/",
        "http:///path",
        "http:/news.example/",
        "http://user@news.example/",
        "http://user:pass@news.example/",
        "http://news.example\\@127.0.0.1/",
        "http://news.example#@127.0.0.1/ x",
        "http://127.0.0.1\t.example/",
        "http://news.example/a\r\nHost: x",
        "http://news.example/\x00",
        "http://news.example/\x7f",
        "http://news.example/é",
        "http://news%2eexample/",
        "http://..news.example/",
        "http://./",
        "http://news..example/",
        "http://" + "a" * 254 + "/",
        "http://news.example:99999/",
        "http://news.example:22/",
        "http://news.example:6667/",
        "http://news.example:0/",
        "http://news.example:/",
        "http://news.example:8o/",
        "http://[fe80::1%25eth0]/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[1.2.3.4]x/",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://1.1.1.0x1/",
        "http://news.example.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://news.example/" + "a" * 8000,
    ],
)
def test_any_other_url_is_refused_with_a_reason(url):
    with pytest.raises(Refused) as refusal:
        Guards().check_url(url)
    assert len(refusal.value.message) > 10


@given(st.text(max_size=60))
def test_no_text_makes_the_check_fail_otherwise(text):
    for url in (text, f"http://{text}", f"https://news.example{text}"):
        try:
            target = Guards().check_url(url)
        except Refused:
            continue
        assert target.host
        assert 0 < target.port < 65536


@pytest.mark.parametrize(
    ("allow", "url", "passes"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/", True),
        ("127.0.0.1", "http://127.0.0.2/", False),
        ("127.0.0.0/8", "http://127.0.0.2/", True),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", True),
        ("127.0.0.1:8000", "http://127.0.0.1:8001/", False),
        ("::1", "http://[::1]/", True),
        ("[::1]:8000", "http://[::1]:8000/", True),
        ("[::1]:8000", "http://[::1]/", False),
        ("fd00::/8", "http://[fd12::1]/", True),
        ("0.0.0.0/0", "http://[::1]/", False),
        ("127.0.0.1:6667", "http://127.0.0.1:6667/", True),  # a blocked port is allowed only by name
        ("127.0.0.1", "http://127.0.0.1:6667/", False),
    ],
)
def test_settings_allow_literal_addresses(allow, url, passes):
    guards = Guards((allow,))
    if passes:
        guards.check_url(url)
    else:
        with pytest.raises(Refused):
            guards.check_url(url)


def test_a_name_that_is_allowed_may_lead_anywhere_and_others_may_not():
    guards = Guards(("Outlet.Example", "other.example:8000"))
    guards.check_address(ip_address("10.0.0.1"), "outlet.example", 80)
    guards.check_address(ip_address("10.0.0.1"), "other.example", 8000)
    for host, port in (("other.example", 80), ("sub.outlet.example", 80)):
        with pytest.raises(Refused, match=r"leads to 10\.0\.0\.1, which is private"):
            guards.check_address(ip_address("10.0.0.1"), host, port)


@pytest.mark.parametrize("entry", ["", "http://x", "a b", "host:port", "10.0.0.0/99", "x/y"])
def test_an_allowance_that_is_none_is_an_error_of_the_settings(entry):
    with pytest.raises(BadSetting, match=r"fetch\.allow"):
        Guards((entry,))
