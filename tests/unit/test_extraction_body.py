"""What of a page is the article: the pages here are small, and each defeats a naive reader in one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from palimpsest.crawler.extraction import extract
from palimpsest.model import Entry, Extraction, Heading, Image, ListBlock, PageClass, Paragraph, Quote, Table

BETWEEN = (Path(__file__).parent.parent / "data" / "body" / "between.txt").read_text("utf-8").splitlines()
LD = '<script type="application/ld+json">%s</script>'
URL = "https://paper.example/2024/05/bridge.html"
TEXT = [
    "The council decided on Monday that the old bridge will be closed for a whole year.",
    "Engineers had warned for months that the structure would not stand another hard winter.",
    "Residents on both banks of the river asked for a ferry until the new bridge is finished.",
    "A decision on the money is expected in the autumn, when the budget is debated again.",
    "The last bridge that the town built cost a quarter more than it had been promised.",
]


def paragraphs(*numbers: int) -> str:
    return "".join(f"<p>{TEXT[n]}</p>" for n in numbers or range(len(TEXT)))


def read(inside: str, *, head: str = "", around: str = "{}", url: str = URL) -> Extraction:
    body = around.format(f"<article><h1>Old bridge to be closed</h1>{inside}</article>")
    return extract(
        f"<html lang='en'><head><title>Old bridge to be closed</title>{head}</head><body>{body}", url
    )


def lines(found: Extraction) -> list[str]:
    return [block.text for block in found.blocks]


@pytest.mark.parametrize("extra", BETWEEN)
def test_what_stands_between_the_paragraphs_and_is_none_is_left_out(extra: str) -> None:
    found = read(paragraphs(0, 1) + extra + paragraphs(2, 3, 4))
    assert lines(found) == TEXT


def test_a_heading_a_list_a_quote_and_a_table_keep_their_form_and_place() -> None:
    found = read(
        paragraphs(0)
        + "<h2>The cost</h2>"
        + paragraphs(1)
        + "<ul><li>Steel for the two new piers</li><li>Wages of forty workers</li></ul>"
        + paragraphs(2)
        + "<blockquote><p>We should have begun ten years ago, and everybody here knew it.</p></blockquote>"
        + paragraphs(3)
        + "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>1990</td><td>12 million</td></tr></table>"
        + paragraphs(4)
    )
    assert [type(block) for block in found.blocks] == [
        Paragraph,
        Heading,
        Paragraph,
        ListBlock,
        Paragraph,
        Quote,
        Paragraph,
        Table,
        Paragraph,
    ]
    assert found.headings == (Heading(text="The cost", level=2),)
    assert found.blocks[3].text == "Steel for the two new piers\nWages of forty workers"
    table = found.blocks[7]
    assert isinstance(table, Table)
    assert table.rows == (("Year", "Cost"), ("1990", "12 million"))


def test_an_image_has_its_caption_and_the_caption_is_no_paragraph() -> None:
    figure = "<figure><img src='/b.jpg' alt='The bridge'><figcaption>The bridge in 1950</figcaption></figure>"
    found = read(paragraphs(0, 1) + figure + paragraphs(2, 3, 4))
    assert found.blocks[2] == Image(
        url="https://paper.example/b.jpg", alt="The bridge", caption="The bridge in 1950"
    )
    assert [b.text for b in found.blocks if isinstance(b, Paragraph)] == TEXT


def test_links_are_absolute_and_stand_in_their_paragraph() -> None:
    found = read(
        paragraphs(0)
        + "<p>The <a href='/plan'>plan of the engineers</a> has two hundred pages.</p>"
        + paragraphs(1, 2)
    )
    block = found.blocks[1]
    assert isinstance(block, Paragraph)
    assert [(link.text, link.url) for link in block.links] == [
        ("plan of the engineers", "https://paper.example/plan")
    ]


def test_a_long_read_split_over_containers_is_one_article() -> None:
    chunks = "".join(
        f"<div class='chunk body__part'>{paragraphs(n)}<p>{TEXT[n][::-1]}.</p></div><div class='ad'></div>"
        for n in range(5)
    )
    assert len(lines(read(chunks))) == 10


def test_paragraphs_marked_for_a_paywall_script_are_text() -> None:
    found = read(paragraphs(0, 1) + "".join(f"<p class='paywall'>{TEXT[n]}</p>" for n in (2, 3, 4)))
    assert lines(found) == TEXT


def test_text_without_paragraph_elements_is_split_at_its_breaks() -> None:
    found = read(f"<div class='text'>{'<br><br>'.join(TEXT)}</div>")
    assert lines(found) == TEXT


def test_a_bold_line_before_its_paragraph_is_a_heading() -> None:
    found = read(paragraphs(0, 1) + "<p><strong>What it will cost</strong></p>" + paragraphs(2, 3, 4))
    assert found.headings == (Heading(text="What it will cost", level=3),)


def test_the_next_story_on_the_page_is_not_this_one() -> None:
    other = "".join(f"<p>{t.replace('bridge', 'tunnel')}</p>" for t in TEXT[:2])
    found = read(
        paragraphs(), around="{}<article class='next-article'><h1>A tunnel</h1>" + other + "</article>"
    )
    assert lines(found) == TEXT


def test_a_frame_of_navigation_leaves_nothing_in_the_text() -> None:
    links = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30))
    around = (
        f"<nav><ul>{links}</ul></nav>"
        "{}"
        f"<aside><h2>Most read</h2><ul>{links}</ul></aside><footer>© 2024</footer>"
    )
    assert lines(read(paragraphs(), around=around)) == TEXT


@pytest.mark.parametrize(
    ("script", "way"),
    [
        ('<script type="application/json">{"props": {"article": {"body": "%s"}}}</script>', "state"),
        ('<script>window.__STATE__ = {"article": {"content": "%s", "n": 1}};</script>', "state"),
        ('<script>self.__next_f.push([1,"5:{\\"body\\":\\"%s\\"}\\n"])</script>', "state"),
        (LD % '{"@type": "NewsArticle", "headline": "x", "articleBody": "%s"}', "json-ld"),
    ],
)  # fmt: skip
def test_text_that_only_the_pages_data_has_is_read_from_it(script: str, way: str) -> None:
    markup = paragraphs() if way == "state" else " ".join(TEXT)
    found = extract(
        f"<html><head><title>T</title></head><body><div id='app'></div>{script % markup}</body></html>", URL
    )
    assert dict(found.provenance)["body"] == way
    assert " ".join(lines(found)) == " ".join(TEXT)
    assert found.page_class is PageClass.ARTICLE


def test_blocks_of_a_content_tree_are_read_in_order() -> None:
    elements = ",".join(f'{{"type": "text", "content": "{t}"}}' for t in TEXT)
    elements = '{"type": "header", "level": 2, "content": "The cost of it"},' + elements
    found = extract(
        f'<html><body><script>Fusion.globalContent={{"content_elements": [{elements}]}};</script></html>',
        URL,
    )
    assert lines(found) == ["The cost of it", *TEXT]
    assert isinstance(found.blocks[0], Heading)


def test_entries_of_a_live_blog_are_blocks_with_their_times() -> None:
    items = [
        ("First boat leaves", TEXT[0], "2024-05-01T10:00:00Z"),
        ("Second boat leaves", TEXT[1], "2024-05-01T11:00:00Z"),
    ]
    updates = ",".join(
        f'{{"@type": "BlogPosting", "@id": "#e{n}", "headline": "{h}", "articleBody": "{t}",'
        f' "datePublished": "{d}"}}'
        for n, (h, t, d) in enumerate(items)
    )
    head = LD % f'{{"@type": "LiveBlogPosting", "headline": "x", "liveBlogUpdate": [{updates}]}}'
    found = read(
        "".join(f"<div class='post'><h2>{h}</h2><p>{t}</p></div>" for h, t, _ in items) + paragraphs(2, 3),
        head=head,
    )
    assert found.page_class is PageClass.LIVEBLOG
    entries = [block for block in found.blocks if isinstance(block, Entry)]
    assert entries == [
        Entry(text="First boat leaves", at="2024-05-01T10:00:00+00:00", ref="#e0"),
        Entry(text="Second boat leaves", at="2024-05-01T11:00:00+00:00", ref="#e1"),
    ]
    assert found.blocks.index(entries[1]) == found.blocks.index(entries[0]) + 2


CONSENT = (
    "<h1>Before you continue</h1><p>We and our partners use cookies. Consent to them or manage consent.</p>"
    "<p>Cookie settings and your privacy: with your consent we store cookies on your device.</p>"
)
LINKS = "".join(
    f"<h3><a href='/2024/{n}'>A headline of the usual length, number {n}</a></h3>" for n in range(30)
)


@pytest.mark.parametrize(
    ("expected", "page", "url"),
    [
        (PageClass.FRONT, f"<h1>Paper</h1><main>{LINKS}</main>", "https://paper.example/"),
        (PageClass.FRONT, f"<h1>Politics</h1><main>{LINKS}</main>", "https://paper.example/politics"),
        (PageClass.BOT_CHECK, "<h1>Just a moment...</h1><p>Enable JavaScript to continue</p>", URL),
        (PageClass.BOT_CHECK, "<h1>Access denied</h1><p>Please verify you are a human.</p>", URL),
        (PageClass.MISSING, "<h1>404</h1><p>The page was not found.</p>", URL),
        (PageClass.MISSING, "<title>Page introuvable</title><p>Cette page n'existe plus.</p>", URL),
        (PageClass.MISSING, "<h1>Página no encontrada</h1><p>Vuelva a la portada.</p>", URL),
        (PageClass.MISSING, "<title>Seite nicht gefunden | Blatt</title><p>Zur Startseite</p>", URL),
        (PageClass.MISSING, "<h1>Pagina non trovata</h1><p>Torna alla prima pagina.</p>", URL),
        (PageClass.MISSING, "<h1>Página não encontrada</h1><p>Volte ao início.</p>", URL),
        (PageClass.MISSING, "<h1>Paper</h1><p>This article is no longer available.</p>", URL),
        (PageClass.ERROR, "<h1>503 Service Unavailable</h1><p>Try again later.</p>", URL),
        (PageClass.ERROR, "<h1>Paper</h1><p>Something went wrong. Please reload.</p>", URL),
        (PageClass.ERROR, "<title>Database Error</title><p>No database connection</p>", URL),
        (PageClass.CONSENT, CONSENT, URL),
        (PageClass.EMPTY, "<div id='root'></div><script src='/app.js'></script>", URL),
        (PageClass.GALLERY, "<h1>In pictures</h1>" + "".join(f"<img src='/{n}.jpg'>" for n in range(9))
         + "<p>Carnival on the river this year again.</p>", URL),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_is_called_what_it_is(expected: PageClass, page: str, url: str) -> None:
    assert extract(f"<html><body>{page}</body></html>", url).page_class is expected


def test_a_stub_behind_a_paywall_is_no_article() -> None:
    data = '{"@type": "NewsArticle", "headline": "Old bridge", "isAccessibleForFree": false}'
    head = f'<script type="application/ld+json">{data}</script>'
    found = read("<p>The council decided on Monday that the</p><p>Subscribe to read on.</p>", head=head)
    assert found.page_class is PageClass.PAYWALL_STUB
    assert found.rights.free is False


def test_a_real_article_that_speaks_of_cookies_and_captchas_is_an_article() -> None:
    found = read("".join(f"<p>{t} Consent, cookie, captcha, 404 not found, subscribe.</p>" for t in TEXT))
    assert found.page_class is PageClass.ARTICLE


FURNITURE = (
    '<div class="ad-slot"><span>Advertisement</span><a href="//ads.example/1"><img src="1.gif"></a></div>',
    '<div class="related-links"><h3>Read more</h3><ul><li><a href="/n/1">Ten recipes</a></li></ul></div>',
    '<p><strong>Read more: <a href="/n/2">Ten recipes for the first cold days</a></strong></p>',
    '<figure><a href="/n/3"><img src="/3.jpg"></a><figcaption><a href="/n/3">Ten</a></figcaption></figure>',
    "<aside><h2>Ten recipes</h2><p>Some words on the matter, but not on the one at hand.</p></aside>",
)


@pytest.mark.parametrize("extra", FURNITURE)
@pytest.mark.parametrize("place", range(5))
def test_the_same_story_between_other_furniture_gives_the_same_blocks(extra: str, place: int) -> None:
    parts = [
        paragraphs(0),
        "<p><b>The money</b></p>",
        paragraphs(1, 2),
        "<h2>The ferry</h2>",
        paragraphs(3),
        '<figure><img src="/bridge.jpg"><figcaption>The old bridge</figcaption></figure>' + paragraphs(4),
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
    ]
    bare = read("".join(parts))
    assert [b.text for b in bare.blocks if isinstance(b, Heading)] == ["The money", "The ferry"]
    found = read("".join([*parts[: place + 1], extra, *parts[place + 1 :]]))
    assert (found.blocks, found.videos) == (bare.blocks, bare.videos)


def test_section_standfirst_and_counts_above_the_text_are_furniture() -> None:
    head = f'<meta name="description" content="{TEXT[0]}">'
    top = f"<p>Local</p><h1>Old bridge</h1><p><b>{TEXT[0]}</b></p><p>Updated 57 minutes ago · 8,831 views</p>"
    page = f"<article><header>{top}</header><div>{paragraphs(1, 2)}</div></article>"
    found = extract(f"<html><head><title>Old bridge</title>{head}</head><body>{page}", URL)
    assert lines(found) == TEXT[1:3]
    assert found.standfirst == TEXT[0]


def test_a_table_or_list_that_the_whole_article_stands_in_is_no_part_of_it() -> None:
    found = read(paragraphs(), around="<table><tr><td>{}</td><td>Side</td></tr></table>")
    assert [type(block) for block in found.blocks] == [Paragraph] * len(TEXT)
    found = read(paragraphs(), around="<ul><li>{}</li></ul>")
    assert [type(block) for block in found.blocks] == [Paragraph] * len(TEXT)


def test_a_card_that_opens_over_a_name_is_not_read_into_the_sentence() -> None:
    card = '<span class="rollover-card"><img src="a.jpg"><a href="/s">Another story</a></span>'
    link = '<a href="/law">the law<span>, opens new tab</span></a>'
    saying = f"<p>{TEXT[1]} So says <a href='/ann'>Ann</a>{card} of {link}.</p>"
    found = read(paragraphs(0) + saying + paragraphs(2))
    assert lines(found)[1] == f"{TEXT[1]} So says Ann of the law."


def test_a_first_heading_as_long_as_a_sentence_is_a_standfirst_and_a_name_below_it_the_author() -> None:
    said = (
        "What the engineers had long warned of,"
        " and what all of the town must pay for its roads and its bridges"
    )
    found = read(f"<h2>{said}</h2><p><strong>Ann Author</strong></p>" + paragraphs())
    assert lines(found) == [said, *TEXT]
    assert isinstance(found.blocks[0], Paragraph)
    assert found.authors == ("Ann Author",)


def test_a_question_asked_of_each_guest_is_kept_each_time() -> None:
    question = "<p><b>What did you think when you heard that the old bridge would be closed, and {}?</b></p>"
    question = question.format("how do you cross the river now, in the mornings and in the evenings")
    found = read("".join(question + paragraphs(n) for n in range(4)))
    assert len(found.blocks) == 8


@pytest.mark.parametrize(
    "picture",
    [
        "<amp-img src='/b.jpg' width='800' height='600'><noscript><img src='/b.jpg'></noscript></amp-img>",
        "<picture><source srcset='/s.jpg 400w, /b.jpg 1600w'></picture>",
        "<picture><source data-srcset='/s.jpg 1x, /b.jpg 2x'><img src='data:image/gif;base64,R0l'></picture>",
        "<img class='lazy' data-srcset='/b.jpg 800w, /s.jpg 400w' src='data:image/gif;base64,R0l'>",
        "<img srcset='/b.jpg' src='data:image/gif;base64,R0lGOD'>",
        "<img data-url='/b.jpg'>",
        "<div class='lazy'></div><noscript><img src='/b.jpg'></noscript>",
        "<img src='data:image/gif;base64,R0lGOD'><noscript><img src='/b.jpg'></noscript>",
        "<img data-src='/b.jpg'><noscript><img src='/s.jpg'></noscript>",
    ],
)
def test_a_picture_is_found_wherever_the_page_keeps_its_address(picture: str) -> None:
    figure = f"<figure>{picture}<figcaption>The bridge in 1950</figcaption></figure>"
    found = read(paragraphs(0, 1) + figure + paragraphs(2, 3, 4))
    images = [block for block in found.blocks if isinstance(block, Image)]
    assert images == [Image(url="https://paper.example/b.jpg", caption="The bridge in 1950")]


def test_the_caption_of_a_picture_that_cannot_be_had_is_kept_without_it() -> None:
    figure = "<figure><img src='data:image/gif,x'><figcaption>The mayor in court</figcaption></figure>"
    found = read(paragraphs(0, 1) + figure + paragraphs(2, 3, 4))
    assert found.blocks[2] == Image(url="", caption="The mayor in court")


def test_the_picture_between_headline_and_text_is_the_first_block_with_its_caption() -> None:
    figure = "<figure><img src='/b.jpg' alt='A man'><figcaption>John Baker in court</figcaption></figure>"
    found = read(f"<p class='byline'>By Ann Walker</p><div class='hero'>{figure}</div>" + paragraphs())
    assert found.blocks[0] == Image(
        url="https://paper.example/b.jpg", alt="A man", caption="John Baker in court"
    )
    assert lines(found)[1:] == TEXT


@pytest.mark.parametrize(
    "above",
    [
        "<div class='ad'><figure><img src='/a.jpg'><figcaption>Buy a boat</figcaption></figure></div>",
        "<div class='author'><figure><img src='/ann.jpg' alt='Ann Walker'></figure></div>",
        "<figure><img src='/ann.jpg' width='96' height='96'></figure>",
        "<figure><img src='/img/logo-white.svg'></figure>",
        "<figure><a href='/other-story'><img src='/other.jpg'></a></figure>",
        "<img src='/line.png'>",
    ],
)
def test_what_else_is_shown_under_the_headline_is_no_picture_of_the_story(above: str) -> None:
    assert not any(isinstance(block, Image) for block in read(above + paragraphs()).blocks)


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='teaser-text'>{}</div>",
        "<div class='field field-summary'><p>{}</p></div>",
        "<h2 class='subtitle'>{}</h2>",
        "<p class='standfirst'>{}</p>",
    ],
)
@pytest.mark.parametrize("head", ["", "<meta name='description' content='What the council said of it.'>"])
def test_the_line_under_the_headline_is_not_lost(markup: str, head: str) -> None:
    line = "Engineers have found cracks in two of its pillars."
    assert lines(read(markup.format(line) + paragraphs(), head=head)) == [line, *TEXT]


@pytest.mark.parametrize("tag", ["aside", "div"])
def test_a_box_of_facts_between_the_paragraphs_is_text(tag: str) -> None:
    box = f"<{tag} class='factbox'><h3>The bridge</h3><p>It was opened in 1962 by the mayor.</p></{tag}>"
    found = read(paragraphs(0, 1) + box + paragraphs(2, 3, 4))
    assert lines(found) == [*TEXT[:2], "The bridge", "It was opened in 1962 by the mayor.", *TEXT[2:]]
