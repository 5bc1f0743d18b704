"""Documents that no reader should trust: feeds, sitemaps and pages, each as a fault to serve.

They are well-formed HTTP; the harm is in the document. Sizes are arguments, with those of the
issue's list of bad input as defaults.
"""

from __future__ import annotations

from .faults import Fault, serve
from .wire import Answer, Exchange

_XML = "application/xml"
_RSS = "application/rss+xml; charset=utf-8"


def html_feed() -> Fault:
    """An HTML page where a feed was promised, and promised again by its content type."""
    return serve("<!doctype html><html><title>Moved</title><p>Our feeds have moved.</html>", _RSS)


def xxe_feed(target: str = "file:///etc/passwd") -> Fault:
    """A feed whose title is an external entity."""
    return serve(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY xxe SYSTEM "{target}">]><rss version="2.0"><channel>'
        "<title>News</title><item><title>&xxe;</title><link>/story-1.html</link></item></channel></rss>",
        _RSS,
    )


def billion_laughs(levels: int = 9) -> Fault:
    """A feed whose entities unfold ten to the power of `levels` times."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels + 1))
    return serve(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{entities}]><rss version="2.0"><channel>'
        f"<title>News</title><item><title>&a{levels};</title><link>/s.html</link></item></channel></rss>",
        _RSS,
    )


def giant_sitemap(entries: int = 50_000) -> Fault:
    """A sitemap of as many addresses as the protocol allows in one file."""

    def run(exchange: Exchange) -> None:
        rows = "".join(
            f"<url><loc>{exchange.base}/archive/{n}.html</loc><lastmod>2026-10-15</lastmod></url>\n"
            for n in range(entries)
        )
        _send_xml(exchange, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')

    return run


def self_naming_index() -> Fault:
    """A sitemap index that names itself, and a child that is itself by another name."""

    def run(exchange: Exchange) -> None:
        here = exchange.base + exchange.visit.path
        again = f"{exchange.base}{exchange.visit.path.partition('?')[0]}?page=2"
        rows = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in (here, again))
        _send_xml(
            exchange,
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>',
        )

    return run


def odd_addresses_feed() -> Fault:
    """A feed whose links hold control characters, other schemes, private hosts and endless length."""
    links = [
        "http://host.example/a&#10;b",
        "http://host.example/\x7f",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://host.example/story",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:secret@host.example/story",
        "http://[::1]/story",
        "http://host.example:99999/story",
        "http://host.example/" + "a" * 20_000,
        "//",
        "",
        "http://",
        "https://ho st.example/",
        "mailto:desk@host.example",
    ]
    items = "".join(f"<item><title>{n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    return serve(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Odd</title>{items}</channel></rss>', _RSS
    )


def year_30000_feed() -> Fault:
    """A feed with dates that no calendar here reaches, and some that are no dates."""
    dates = [
        "Fri, 15 Oct 30000 06:00:00 GMT",
        "30000-10-15T06:00:00Z",
        "0000-00-00",
        "-1",
        "yesterday",
        "9" * 400,
    ]

    def run(exchange: Exchange) -> None:
        items = "".join(
            f"<item><title>{n}</title><link>{exchange.base}/far/{n}.html</link><pubDate>{date}</pubDate></item>"
            for n, date in enumerate(dates)
        )
        serve(
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>Far</title>{items}</channel></rss>',
            _RSS,
        )(exchange)

    return run


def year_30000_page() -> Fault:
    """The usual page with its dates put off to the year 30000."""

    def run(exchange: Exchange) -> None:
        body = exchange.answer.body.replace(b'"20', b'"300')
        exchange.send_answer(
            Answer(status=exchange.answer.status, headers=exchange.answer.headers, body=body)
        )

    return run


def nested_tags(depth: int = 100_000) -> Fault:
    """A page of `depth` nested elements with one sentence at the bottom."""
    return serve(
        "<!doctype html><title>Deep</title>" + "<div>" * depth + "<p>The bottom.</p>" + "</div>" * depth
    )


def same_canonical(address: str) -> Fault:
    """The usual page, claiming to be `address`: many pages, one canonical."""

    def run(exchange: Exchange) -> None:
        head, mark, tail = exchange.answer.body.partition(b'<link rel="canonical" href="')
        body = head + mark + address.encode("ascii") + b'"' + tail.partition(b'"')[2]
        exchange.send_answer(
            Answer(status=exchange.answer.status, headers=exchange.answer.headers, body=body)
        )

    return run


def _send_xml(exchange: Exchange, text: str) -> None:
    data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    exchange.send_answer(Answer(headers=(("Content-Type", _XML),), body=data))
