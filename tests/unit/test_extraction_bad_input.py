"""Whatever the bytes: an Extraction or our own error, in bounded time."""

from __future__ import annotations

import gzip
import json
import resource
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palimpsest.crawler.extraction import extract
from palimpsest.errors import NoArticle
from palimpsest.model import Extraction

URL = "https://paper.example/2024/05/story.html"
BODY = "".join(
    f"<p>Paragraph {n} tells at some length what the council decided that day.</p>" for n in range(8)
)
PAGE = f"""<!doctype html><html lang="en"><head><title>A story</title><meta charset="utf-8">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A story",
"author": [{{"name": "Ann Author"}}]}}</script>
</head><body><nav><a href="/">Home</a></nav><article><h1>A story</h1>{BODY}<h2>Later</h2>
{BODY.replace("council", "mayor")}
<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe><ul><li>One</li></ul><table><tr><td>1<td>2</table>
<blockquote>Said so</blockquote><figure><img src="a.jpg"><figcaption>Seen</figcaption></figure>
</article></body></html>"""


def read(payload: bytes | str, headers: tuple[tuple[str, str], ...] = ()) -> Extraction | None:
    try:
        found = extract(payload, URL, headers)
    except NoArticle:
        return None
    assert Extraction.from_json(found.to_json()) == found
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    read(payload)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_mutation_of_a_page_is_read_or_refused(data: st.DataObject) -> None:
    page = PAGE
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(page)))
        cut = data.draw(st.integers(0, 40))
        junk = data.draw(
            st.text(max_size=8)
            | st.sampled_from(
                [
                    "<p>",
                    "</div>",
                    "<h2>",
                    "<",
                    '"',
                    "<!--",
                    "<script>",
                    "\x00",
                    "<br><br>",
                    "&#xD800;",
                    "<svg><p>",
                ]
            )
        )
        page = page[:at] + junk + page[at + cut :]
    read(page.encode("utf-8", "surrogatepass"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "@type",
                        "@graph",
                        "@id",
                        "name",
                        "author",
                        "headline",
                        "datePublished",
                        "video",
                        "url",
                        "embedUrl",
                        "image",
                        "keywords",
                        "isAccessibleForFree",
                        "duration",
                        "inLanguage",
                        "articleBody",
                    ]
                ),
                inner
                | st.sampled_from(["NewsArticle", "VideoObject", "http://[", "//x", "30000-01-01", "PT1S"]),
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_any_structured_data_is_read_or_passed_over(value: object) -> None:
    island = json.dumps(
        {
            "@type": "NewsArticle",
            "x": value,
            "author": value,
            "video": value,
            "datePublished": value,
            "image": value,
            "keywords": value,
            "articleBody": value,
            "@graph": value,
        }
    )
    page = PAGE.replace("</head>", f'<script type="application/ld+json">{island}</script></head>')
    assert read(page) is not None


@pytest.mark.parametrize(
    "tags",
    [
        "<div>",
        "<b>",
        "<p><i>",
        "<table><tr><td>",
        "<ul><li>",
        "<blockquote>",
        "<a href=x>",
        "<div data-video-id=12345>",
    ],
)
def test_a_hundred_thousand_nested_tags_are_read_in_time(tags: str) -> None:
    took = []
    for many in (25_000, 100_000):
        page = (
            f"<html><body><p>{'Before. ' * 20}</p>"
            + tags * many
            + "<p>Deep down there is text that counts.</p>"
        )
        started = time.process_time()
        assert read(page) is not None
        took.append(time.process_time() - started)
    assert took[1] < 8 * took[0] + 1  # four times as much in about four times the time, on any machine


@pytest.mark.parametrize(
    "repeated",
    [
        "<div class='a'><p>Some words of a paragraph, and <a href='/x'>a link</a>.</p></div>",
        "<p>Some words of a paragraph that counts for the story.</p><img src='/a.jpg'>",
        "<span class='x'>word</span> ",
        "<tr><td>1</td><td>two words</td></tr>",
        "<p>Related articles</p>",
        "<div data-video-id='12345'><p>y</p></div>",
    ],
)
def test_a_page_of_many_elements_is_read_in_time(repeated: str) -> None:
    took = []
    for many in (10_000, 40_000):
        started = time.process_time()
        assert read("<html><body><article>" + repeated * many) is not None
        took.append(time.process_time() - started)
    assert took[1] < 8 * took[0] + 1  # four times as much in about four times the time, on any machine


@pytest.mark.parametrize(
    "date",
    [
        "30000-01-01T00:00:00Z",
        "0001-01-01",
        "2024-13-45",
        "99999999999999",
        "-1",
        "tomorrow",
        "2024-02-30T25:61:00Z",
    ],
)
def test_a_date_that_no_calendar_has_is_no_date(date: str) -> None:
    meta = f'<meta property="article:published_time" content="{date}">'
    page = f"<html><head>{meta}</head><body>{BODY}</body></html>"
    found = read(page)
    assert found is not None
    assert found.published is None


@pytest.mark.parametrize("payload", [b"", b"   ", b"\x00\x01\x02", b"\xef\xbb\xbf"])
def test_nothing_to_read_is_our_error(payload: bytes) -> None:
    with pytest.raises(NoArticle):
        extract(payload, URL)


def test_compressed_bytes_that_nobody_undid_are_no_article() -> None:
    found = read(gzip.compress(PAGE.encode()))
    assert found is None or not found.blocks


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", "iso-8859-1"),
        ("windows-1252", "utf-8"),
        ("utf-16", "utf-8"),
        ("shift_jis", "shift_jis"),
        ("koi8-r", "koi8-r"),
        ("gb18030", "gb2312"),
    ],
)
def test_a_charset_that_lies_or_not_gives_the_same_text(charset: str, declared: str) -> None:
    words = {
        "shift_jis": "東京の会議で新しい計画が決まりました。",
        "koi8-r": "Совет принял решение о новом плане.",
        "gb18030": "会议通过了新的计划。",
    }.get(charset, "Décidé à l’hôtel de ville, où “tout” s’est joué.")
    page = (
        f'<html><head><meta charset="{declared}"><title>T</title></head><body><article>'
        + f"<p>{words * 4}</p>" * 6
    )
    found = read(page.encode(charset), (("Content-Type", f"text/html; charset={declared}"),))
    assert found is not None
    assert words in found.text


def test_control_characters_never_reach_the_text() -> None:
    found = read(
        PAGE.replace("Paragraph 1 ", "Para\x00\x07\x1bgraph 1\x9f \x7f").replace("A story", "A\x0b story")
    )
    assert found is not None
    text = found.text + found.title
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "Paragraph 1" in text


def test_an_encoding_that_is_no_charset_is_passed_over() -> None:
    found = read(
        PAGE.encode(),
        (("content-type", "text/html; charset=zip"), ("content-type", "text/html; charset=hex")),
    )
    assert found is not None
    assert "Paragraph 1" in found.text


@pytest.mark.parametrize(
    "url", ["", "http://[", "not a url", "javascript:alert(1)", "http://x/" + "a" * 5000]
)
def test_any_address_of_the_page_will_do(url: str) -> None:
    found = extract(PAGE.replace("<h2>", '<a href="//[">x</a><a href="http://[::1">y</a><h2>'), url)
    assert "Paragraph 1" in found.text


_WRITINGS = [
    ("Das Rathaus öffnet wieder, sagte die Bürgermeisterin am Abend. ", "iso-8859-15"),
    ("افتتح المجلس الجسر الجديد مساء الخميس بعد أعوام من العمل. ", "cp1256"),
    ("המועצה החליטה אמש לפתוח את הגשר החדש לתנועה. ", "cp1255"),
    ("市议会周四晚间决定重新开放这座老桥，居民对此表示欢迎。", "gb18030"),
    ("市議会は木曜日の夜、古い橋を再び開くことを決めた。", "euc_jp"),
    ("시의회는 목요일 밤 오래된 다리를 다시 열기로 결정했다. ", "euc_kr"),
]
_FORMS = (
    '<p>{}<span dir="rtl">{}</span></p>',
    "<div>{}<br><br>{}</div>",
    "<table><tr><td>{}<td>{}</table>",
    "<ul><li>{}<li>{}</ul>",
    '<aside class="related"><h3>{}</h3><p>{}</p></aside>',
    "<blockquote>{}<p>{}</blockquote>",
    '<section class="live-entry"><h3>{}</h3>{}</section>',
    '<figure><img src="a.jpg"><figcaption>{}</figcaption>{}</figure>',
)
_BREAKS = (
    "&#x110000;",
    "&amp&lt&#0;&#xD800;",
    "<![CDATA[",
    "<!--",
    '<p class="',
    "</article></div></body>",
    "<template><p>",
    "<svg><style><p>",
    "\u202e\u2066",
    "\u0301" * 40,
    "<p style='" + "x:y;" * 2000 + "'>",
    "<div>" * 300,
    "<b><i><p></b>",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(_WRITINGS),
    st.lists(st.sampled_from(_FORMS) | st.sampled_from(_BREAKS), min_size=1, max_size=12),
    st.sampled_from(["", "utf-8", "shift_jis", "utf-16", "windows-1252", "no-such-charset"]),
)
def test_broken_pages_in_any_writing_and_encoding_are_read_or_refused(
    writing: tuple[str, str], parts: list[str], declared: str
) -> None:
    line, charset = writing
    body = "".join(part.format(line * 3, line) if part in _FORMS else part for part in parts)
    page = f'<html><head><meta charset="{declared}"></head><body><article><h1>{line}</h1>{body}'
    start = time.process_time()
    read(page.encode(charset, "xmlcharrefreplace"))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "page",
    [
        f'<article><p class="{"related ad " * 200_000}">{BODY}</p></article>',
        f"<article>{'<p>' + 'word ' * 200_000 + '</p>'}</article>",
        f"<article>{'<a href=/x>' * 20_000}{BODY}</article>",
        f"<article>{'<b>bold<br>' * 20_000}{BODY}</article>",
        f"<article>{'<li><blockquote>' * 5_000}{BODY}</article>",
        f"<article>{'<figure><img src=a.jpg><figcaption>Seen' * 10_000}{BODY}</article>",
        f"<article>{'<h2>Head</h2>' * 10_000}{BODY}</article>",
        f"<article>{'<div><h1>Head</h1></div>' * 10_000}{BODY}</article>",
        f"<article>{'<span class=tooltip>' * 5_000}{BODY}</article>",
    ],
    ids=["names", "words", "links", "bold", "lists", "figures", "headings", "headlines", "spans"],
)
def test_a_page_that_is_all_of_one_thing_is_read_in_time_and_room(page: str) -> None:
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read(page)
    assert time.process_time() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000  # KB
