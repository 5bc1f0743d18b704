"""The door against a server that misbehaves in every way we know of."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from palimpsest.crawler.fetching.decoding import decode_body
from palimpsest.errors import NotFetched, Refused, TryLater
from palimpsest.model import Outcome


async def test_a_page_is_captured_byte_for_byte_with_its_headers_in_order(site, open_network):
    head = (
        b"HTTP/1.1 200 Tr\xc3\xa8s bien\r\nX-b: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Odd: caf\xe9\r\n"
        b"x-a: 2\r\nContent-Length: 5\r\n\r\n"
    )
    site.answers["/page?q=%20x&y=a,b"] = head + b"hello"
    url = site.url("/page?q=%20x&y=a,b")
    before = datetime.now(UTC)
    answer = await open_network().door.fetch(url)
    capture = answer.capture
    assert answer.error is None
    assert capture.outcome is Outcome.OK
    assert capture.reason == ""
    assert capture.response_head == head
    assert capture.payload == b"hello"
    assert capture.sha256 == hashlib.sha256(b"hello").digest()
    assert (capture.url, capture.status, capture.ip) == (url, 200, "127.0.0.1")
    assert before <= capture.at <= datetime.now(UTC)
    assert 0 < capture.seconds < 5


async def test_the_request_is_kept_as_it_was_sent_and_says_who_we_are(site, open_network):
    site.answers["/"] = b"HTTP/1.1 204 No Content\r\n\r\n"
    network = open_network(contact="desk@archive.example")
    capture = (await network.door.fetch(site.url("/#part"), headers={"If-None-Match": '"v1"'})).capture
    assert capture.request_head == site.heads[0]
    assert capture.request_head.startswith(b"GET / HTTP/1.1\r\n")
    for line in (b"+desk@archive.example)", b"Accept-Encoding: identity\r\n", b'If-None-Match: "v1"\r\n'):
        assert line in capture.request_head
    assert capture.payload == b""


async def test_no_cookie_comes_back(site, open_network, reply):
    site.answers["/"] = reply(b"x", "Set-Cookie: session=1; Path=/")
    network = open_network()
    await network.door.fetch(site.url())
    await network.door.fetch(site.url())
    assert b"cookie" not in site.heads[1].lower()


async def test_connections_are_used_again(site, open_network, reply):
    site.answers["/"] = reply(b"x" * 200_000)
    network = open_network()
    for _ in range(5):
        assert (await network.door.fetch(site.url())).capture.outcome is Outcome.OK
    assert site.connections == 1


async def test_transfer_coding_is_removed_and_content_coding_is_left_on(site, open_network):
    packed = gzip.compress(b"<p>story</p>")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:7], packed[7:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    site.answers["/"] = head + chunks
    capture = (await open_network().door.fetch(site.url())).capture
    assert capture.response_head == head
    assert capture.payload == packed
    assert decode_body(packed, capture.headers, limit=100) == b"<p>story</p>"


async def test_a_body_ended_by_closing_the_connection_is_whole(site, open_network):
    async def until_close(writer):
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nall of it")

    site.answers["/"] = until_close
    capture = (await open_network().door.fetch(site.url())).capture
    assert capture.payload == b"all of it"
    assert capture.response_head.startswith(b"HTTP/1.0 200 OK\r\n")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("404 Not Found", Outcome.GONE),
        ("410 Gone", Outcome.GONE),
        ("403 Forbidden", Outcome.CLIENT_ERROR),
        ("500 Oops", Outcome.SERVER_ERROR),
        ("503 Later", Outcome.SERVER_ERROR),
        ("429 Slow down", Outcome.SERVER_ERROR),
    ],
)
async def test_an_error_page_is_a_capture_with_its_body(site, open_network, reply, status, outcome):
    site.answers["/"] = reply(b"sorry", status=status)
    answer = await open_network().door.fetch(site.url())
    assert answer.error is None
    assert (answer.capture.outcome, answer.capture.payload) == (outcome, b"sorry")
    assert answer.capture.reason == f"the server answered {status[:3]}"


async def test_a_redirect_is_not_followed_and_names_its_absolute_target(site, open_network, reply):
    site.answers["/old"] = reply(b"moved", "Location: ../nou/v\xe9rit\xe9 1#x", status="301 Moved")
    capture = (await open_network().door.fetch(site.url("/old"))).capture
    assert capture.outcome is Outcome.REDIRECT
    assert capture.location == site.url("/nou/v%C3%A9rit%C3%A9%201")
    assert site.paths == ["/old"]


async def test_not_modified_vouches_for_the_payload_we_hold(site, open_network):
    site.answers["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
    digest = hashlib.sha256(b"held").digest()
    capture = (await open_network().door.fetch(site.url(), known_sha256=digest)).capture
    assert (capture.outcome, capture.payload, capture.sha256) == (Outcome.NOT_MODIFIED, None, digest)


async def test_a_response_announced_as_huge_is_refused_before_its_body(site, open_network):
    async def huge(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\nstart")
        await writer.drain()
        await asyncio.sleep(60)

    site.answers["/"] = huge
    answer = await open_network().door.fetch(site.url())
    assert isinstance(answer.error, Refused)
    assert answer.capture.outcome is Outcome.REFUSED
    assert "2000000000 bytes" in answer.capture.reason
    assert answer.capture.response_head.endswith(b"Content-Length: 2000000000\r\n\r\n")
    assert answer.capture.payload is None


async def test_a_response_that_never_ends_is_cut(site, open_network):
    sent = 0

    async def endless(writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"again and " * 1000)
            sent += 10_000
            await writer.drain()

    site.answers["/"] = endless
    answer = await open_network(max_bytes=100_000).door.fetch(site.url())
    assert isinstance(answer.error, Refused)
    assert answer.capture.reason == "the body is longer than 100,000 bytes (fetch.max_bytes)"
    assert sent < 10_000_000


async def test_a_long_header_is_kept_whole(site, open_network, reply):
    policy = "Content-Security-Policy: " + "default-src https:; " * 2000
    site.answers["/"] = reply(b"page", policy, *(f"X-{n}: {n}" for n in range(300)))
    capture = (await open_network().door.fetch(site.url())).capture
    assert capture.header("content-security-policy") == policy.partition(": ")[2].strip()
    assert capture.header("x-299") == "299"


async def test_headers_that_never_end_are_given_up(site, open_network):
    async def endless(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Again: and again\r\n" * 100)
            await writer.drain()

    site.answers["/"] = endless
    answer = await open_network().door.fetch(site.url())
    assert isinstance(answer.error, NotFetched)
    assert answer.capture.outcome is Outcome.FAILED


async def test_a_response_that_drips_runs_out_of_time(site, open_network):
    async def drip(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    site.answers["/"] = drip
    answer = await open_network(timeout=0.15).door.fetch(site.url())
    assert isinstance(answer.error, TryLater)
    assert answer.capture.outcome is Outcome.FAILED
    assert answer.capture.reason == "no whole answer within 0.15 s"
    assert answer.capture.status == 200


@pytest.mark.parametrize(
    "head", [b"Content-Length: 1000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n"]
)
async def test_a_body_that_breaks_off_is_a_failure_and_never_a_short_page(site, open_network, head):
    async def truncated(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"only this")

    site.answers["/"] = truncated
    answer = await open_network().door.fetch(site.url())
    assert isinstance(answer.error, TryLater)
    assert answer.capture.outcome is Outcome.FAILED
    assert answer.capture.reason == "the body broke off before its end"
    assert answer.capture.payload is None
    assert answer.capture.response_head.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_body_longer_than_announced_is_no_page_and_does_not_leak_into_the_next(
    site, open_network, reply
):
    async def more(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage and then some")

    site.answers["/"] = more
    site.answers["/next"] = reply(b"next")
    network = open_network()
    assert (await network.door.fetch(site.url())).capture.outcome is Outcome.FAILED
    assert (await network.door.fetch(site.url("/next"))).capture.payload == b"next"


async def test_a_part_is_not_taken_for_the_whole(site, open_network, reply):
    site.answers["/"] = reply(b"half", "Content-Range: bytes 0-3/8", status="206 Partial Content")
    answer = await open_network().door.fetch(site.url())
    assert (answer.capture.outcome, answer.capture.payload) == (Outcome.FAILED, None)
    assert isinstance(answer.error, NotFetched)


async def test_what_is_not_http_is_a_failure(site, open_network):
    async def ssh(writer):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    site.answers["/"] = ssh
    answer = await open_network().door.fetch(site.url())
    assert answer.capture.outcome is Outcome.FAILED
    assert answer.capture.reason.startswith("what 127.0.0.1 sent is not HTTP")


async def test_a_refused_connection_may_pass(open_network):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        answer = await open_network().door.fetch(url)
    assert isinstance(answer.error, TryLater)
    assert answer.capture.outcome is Outcome.FAILED
    assert answer.capture.reason.startswith("no connection to 127.0.0.1")


async def test_a_name_that_does_not_resolve_is_a_failure(open_network):
    answer = await open_network().door.fetch("http://nowhere.invalid/")
    assert answer.capture.outcome is Outcome.FAILED
    assert "the name nowhere.invalid does not resolve" in answer.capture.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost:{port}/",
        "http://outlet.example:{port}/",
    ],
)
async def test_loopback_is_refused_by_literal_and_by_name(site, open_network, reply, url):
    site.answers["/"] = reply(b"secret")
    network = open_network(allow=(), resolve={"outlet.example": "127.0.0.1"})
    answer = await network.door.fetch(url.format(port=site.port))
    assert isinstance(answer.error, Refused)
    assert answer.capture.outcome is Outcome.REFUSED
    assert answer.capture.reason
    assert site.connections == 0


@pytest.mark.parametrize(
    "allow", ["outlet.example", "outlet.example:{port}", "127.0.0.0/8", "127.0.0.1:{port}"]
)
async def test_a_setting_allows_a_host_by_name_pair_or_network(site, open_network, reply, allow):
    site.answers["/"] = reply(b"ours")
    network = open_network(allow=(allow.format(port=site.port),), resolve={"outlet.example": "127.0.0.1"})
    capture = (await network.door.fetch(site.url(host="outlet.example"))).capture
    assert capture.payload == b"ours"
    assert f"Host: outlet.example:{site.port}".encode() in site.heads[0]


@pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/passwd", "http://a.example/\r\nX: y"])
async def test_what_is_no_web_address_is_a_refusal_on_record(open_network, url):
    answer = await open_network().door.fetch(url)
    assert answer.capture.outcome is Outcome.REFUSED
    assert answer.capture.request_head == b""


async def test_a_header_that_would_break_the_request_is_not_sent(site, open_network):
    answer = await open_network().door.fetch(site.url(), headers={"If-None-Match": "a\r\nX-Evil: 1"})
    assert answer.capture.outcome is Outcome.FAILED
    assert site.heads == []


def self_signed(host: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


async def test_a_certificate_is_always_verified(serve, open_network, reply, tmp_path, monkeypatch):
    certificate, key = self_signed("outlet.example")
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "key.pem").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    async with serve(context) as site:
        site.answers["/"] = reply(b"story")
        table = {"outlet.example": "127.0.0.1", "other.example": "127.0.0.1"}
        answer = await open_network(resolve=table).door.fetch(site.url(host="outlet.example"))
        assert answer.capture.outcome is Outcome.FAILED
        assert type(answer.error) is NotFetched
        assert "the certificate of outlet.example does not hold" in answer.capture.reason
        assert site.paths == []

        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        trusting = open_network(resolve=table)
        assert (await trusting.door.fetch(site.url(host="outlet.example"))).capture.payload == b"story"
        answer = await trusting.door.fetch(site.url(host="other.example"))
        assert "the certificate of other.example does not hold" in answer.capture.reason


async def test_requests_to_one_host_go_one_at_a_time(site, open_network, reply):
    site.answers["/"] = reply(b"x")
    network = open_network()
    await asyncio.gather(*(network.door.fetch(site.url()) for _ in range(10)))
    assert site.most_at_once == 1
    assert len(site.paths) == 10


async def test_retry_after_holds_the_host(site, open_network, reply):
    site.answers["/"] = reply(b"", "Retry-After: 120", status="429 Too Many Requests")
    network = open_network()
    await network.door.fetch(site.url())
    with pytest.raises(TryLater) as refusal:
        await network.door.fetch(site.url("/other"))
    assert 110 < refusal.value.after <= 120
    assert site.paths == ["/"]
