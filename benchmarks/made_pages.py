"""Pages of every class in twenty languages, in the make that sites and vendors give them.

`made(each)` yields them: each form (a vendor's consent layer, a challenge, a soft 404, a tag page, a
shell…) in `each` of the languages, which the forms take in turn. Words come from `page_words.toml`;
the markup is that of the vendors' own snippets, shortened. Among the articles are those that a careless
judge takes for something else: briefs, stories about cookies and captchas, pages under a consent layer.
No page is anybody's: outlets, stories and numbers are invented.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from palimpsest.model import PageClass

Words = dict[str, list[str]]
_WORDS: dict[str, Words] = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text("utf-8"))
LANGUAGES = tuple(_WORDS)
HOST = "https://paper.example"
STORY = "/2026/03/11/harbour-bridge-decision-48213.html"


@dataclass(frozen=True, slots=True)
class Made:
    """One made page and what it is."""

    form: str
    language: str
    page_class: PageClass
    url: str
    html: str


@dataclass(frozen=True, slots=True)
class _Page:
    head: str
    body: str
    path: str = STORY


_Maker = Callable[[str, Words], _Page]
_FORMS: list[tuple[str, PageClass, _Maker]] = []


def made(each: int = 6) -> Iterator[Made]:
    """Every form in `each` languages, every other time in full dress."""
    for number, (form, kind, maker) in enumerate(_FORMS):
        for turn in range(each):
            language = LANGUAGES[(number * 7 + turn * 3) % len(LANGUAGES)]
            page = maker(language, _WORDS[language])
            if turn % 2 and kind is not PageClass.CONSENT:
                layer = _onetrust(_WORDS[language]) if kind is not PageClass.EMPTY else ""
                page = replace(page, body=_dressed(page.body, _WORDS[language], layer))
            html = f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">{page.head}</head>\n{page.body}</html>'
            yield Made(form, language, kind, HOST + page.path, html)


def _form(kind: PageClass) -> Callable[[_Maker], _Maker]:
    def note(maker: _Maker) -> _Maker:
        _FORMS.append((maker.__name__, kind, maker))
        return maker

    return note


# ------------------------------------------------------------------ pieces


def _headlines(words: Words, count: int) -> list[str]:
    joint = "" if words["menu"][0] in ("政治", "时政") else " "
    lines = [f"{who}{joint}{does}" for does in words["does"] for who in words["who"]]
    return lines[:count]


def _nav(words: Words) -> str:
    items = "".join(f'<li><a href="/{n}/">{word}</a></li>' for n, word in enumerate(words["menu"]))
    return (
        f'<header class="site-header"><a class="logo" href="/">Paper</a><nav><ul>{items}</ul></nav></header>'
    )


def _foot(words: Words) -> str:
    return (
        f'<footer><ul><li><a href="/privacy">{words["consent"][0]}</a></li></ul><p>© 2026 Paper</p></footer>'
    )


def _dressed(body: str, words: Words, layer: str) -> str:
    """With what stands on every page of an outlet: a large menu, a consent layer, a box that asks for money."""
    menu = "".join(f'<li><a href="/m/{n}/">{words["menu"][n % 5]} {n}</a></li>' for n in range(40))
    offer = f'<div class="newsletter"><h4>Newsletter</h4><p>{words["sentences"][3]}</p><a href="/abo">{words["menu"][0]} +</a></div>'
    return body.replace("</header>", f"<ul class=mega>{menu}</ul></header>{layer}").replace(
        "<footer>", f"{offer}<footer>"
    )


def _page(words: Words, title: str, main: str, *, head: str = "", path: str = STORY, top: str = "") -> _Page:
    body = f"<body>{top}{_nav(words)}<main>{main}</main>{_foot(words)}</body>"
    return _Page(f"<title>{escape(title)} | Paper</title>{head}", body, path)


def _data(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


def _article_data(words: Words, **more: object) -> str:
    return _data(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": _headlines(words, 1)[0],
            "datePublished": "2026-03-11T06:30:00+01:00",
            "author": {"@type": "Person", "name": "Imogen Tarrisk"},
            "description": words["sentences"][0],
            **more,
        }
    )


def _paragraphs(words: Words, count: int) -> str:
    sentences = words["sentences"]
    return "".join(f"<p>{sentences[n % 4]} {sentences[(n + 1 + n // 4) % 4]}</p>" for n in range(count))


def _story(words: Words, count: int = 6, inside: str = "") -> str:
    return (
        f'<article><h1>{_headlines(words, 1)[0]}</h1><div class="article-body">'
        f"{_paragraphs(words, count)}{inside}</div></article>"
    )


def _most_read(words: Words, count: int = 8) -> str:
    items = "".join(
        f'<li><a href="/s/{n}.html">{line}</a></li>' for n, line in enumerate(_headlines(words, count))
    )
    return f'<aside class="most-read"><ol>{items}</ol></aside>'


# ----------------------------------------------------------------- articles


@_form(PageClass.ARTICLE)
def plain_article(language: str, words: Words) -> _Page:
    return _page(words, _headlines(words, 1)[0], _story(words), head=_article_data(words))


@_form(PageClass.ARTICLE)
def article_without_data(language: str, words: Words) -> _Page:
    return _page(words, _headlines(words, 1)[0], _story(words, 4) + _most_read(words, 16))


@_form(PageClass.ARTICLE)
def brief(language: str, words: Words) -> _Page:
    text = f"<article><h1>{_headlines(words, 1)[0]}</h1><p>{words['sentences'][0]} {words['sentences'][1]}</p></article>"
    return _page(words, _headlines(words, 1)[0], text + _most_read(words, 12), head=_article_data(words))


@_form(PageClass.ARTICLE)
def article_under_a_consent_layer(language: str, words: Words) -> _Page:
    layer = _onetrust(words)
    return _page(words, _headlines(words, 1)[0], _story(words, 4), head=_article_data(words), top=layer)


@_form(PageClass.ARTICLE)
def article_about_cookies_and_captchas(language: str, words: Words) -> _Page:
    title = " · ".join((words["robot"][0], words["consent"][0]))
    said = "".join(
        f"<p>{words[k][1]} {words['sentences'][n]}</p>"
        for n, k in enumerate(("consent", "robot", "lost", "wall"))
    )
    return _page(
        words, title, f"<article><h1>{title}</h1>{said}</article>", head=_article_data(words, headline=title)
    )


@_form(PageClass.ARTICLE)
def article_with_a_wall_for_some(language: str, words: Words) -> _Page:
    wall = f'<div class="piano-offer"><p>{words["wall"][0]}</p><p>{words["wall"][1]}</p></div>'
    return _page(
        words,
        _headlines(words, 1)[0],
        _story(words, 5) + wall,
        head=_article_data(words, isAccessibleForFree=False),
    )


@_form(PageClass.ARTICLE)
def gallery_with_a_text(language: str, words: Words) -> _Page:
    pictures = "".join(
        f'<figure><img src="/i/{n}.jpg"><figcaption>{words["photo"][n % 2]}</figcaption></figure>'
        for n in range(8)
    )
    return _page(words, _headlines(words, 1)[0], _story(words, 4, pictures), head=_article_data(words))


@_form(PageClass.ARTICLE)
def article_in_json_state(language: str, words: Words) -> _Page:
    state = {
        "props": {"pageProps": {"article": {"title": _headlines(words, 1)[0], "body": _paragraphs(words, 5)}}}
    }
    island = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    return _page(
        words, _headlines(words, 1)[0], f'<div id="__next"></div>{island}', head=_article_data(words)
    )


@_form(PageClass.ARTICLE)
def amp_article(language: str, words: Words) -> _Page:
    head = '<script async src="https://cdn.ampproject.org/v0.js"></script><link rel="canonical" href="https://paper.example/a">'
    layer = f'<amp-consent id="c"><div><p>{words["consent"][1]}</p><button>{words["consent"][2]}</button></div></amp-consent>'
    return _page(
        words,
        _headlines(words, 1)[0],
        layer + _story(words, 4),
        head=head + _article_data(words),
        path="/amp" + STORY,
    )


@_form(PageClass.ARTICLE)
def column_of_many_links(language: str, words: Words) -> _Page:
    more = "".join(f'<li><a href="/l/{n}">{line}</a></li>' for n, line in enumerate(_headlines(words, 10)))
    return _page(
        words, _headlines(words, 1)[0], _story(words, 4, f"<ul>{more}</ul>"), head=_article_data(words)
    )


@_form(PageClass.LIVEBLOG)
def live_blog(language: str, words: Words) -> _Page:
    entries = [
        {
            "@type": "BlogPosting",
            "headline": line,
            "datePublished": f"2026-03-11T0{n}:00:00Z",
            "articleBody": words["sentences"][n % 4],
        }
        for n, line in enumerate(_headlines(words, 6))
    ]
    shown = "".join(f"<section><h2>{e['headline']}</h2><p>{e['articleBody']}</p></section>" for e in entries)
    head = _data({"@type": "LiveBlogPosting", "headline": _headlines(words, 8)[7], "liveBlogUpdate": entries})
    return _page(
        words,
        _headlines(words, 8)[7],
        f"<article><h1>{_headlines(words, 8)[7]}</h1>{shown}</article>",
        head=head,
    )


# ------------------------------------------------------------------- fronts


def _cards(words: Words, count: int, *, teaser: bool, tag: str = "h3") -> str:
    return "".join(
        f'<article class="card"><a href="/s/{n}.html"><img src="/i/{n}.jpg"></a><{tag}><a href="/s/{n}.html">{line}</a></{tag}>'
        + (f'<p class="teaser">{words["sentences"][n % 4]}</p>' if teaser else "")
        + f"<time>11.03.2026 0{n % 9}:15</time></article>"
        for n, line in enumerate(_headlines(words, count))
    )


@_form(PageClass.FRONT)
def home_page(language: str, words: Words) -> _Page:
    head = '<meta property="og:type" content="website">' + _data({"@type": "WebSite", "name": "Paper"})
    return _page(words, words["menu"][0], _cards(words, 20, teaser=True, tag="h2"), head=head, path="/")


@_form(PageClass.FRONT)
def section_front(language: str, words: Words) -> _Page:
    head = '<meta property="og:type" content="website">'
    main = f'<h1>{words["menu"][1]}</h1><div class="grid">{_cards(words, 18, teaser=False)}</div>'
    return _page(words, words["menu"][1], main, head=head, path="/wirtschaft/")


@_form(PageClass.FRONT)
def section_front_with_teasers(language: str, words: Words) -> _Page:
    main = f'<h1>{words["menu"][2]}</h1><div class="list">{_cards(words, 14, teaser=True)}</div>'
    return _page(words, words["menu"][2], main, path="/news/world")


@_form(PageClass.FRONT)
def tag_page(language: str, words: Words) -> _Page:
    title = f"{words['found'][1]} {words['menu'][4]}"
    items = "".join(
        f'<li><a href="/s/{n}.html">{line}</a> <span>11.03.2026</span></li>'
        for n, line in enumerate(_headlines(words, 20))
    )
    head = _data({"@type": "CollectionPage", "name": title})
    return _page(
        words, title, f"<h1>{title}</h1><ul class=archive>{items}</ul>", head=head, path="/tag/harbour"
    )


@_form(PageClass.FRONT)
def tag_page_that_lists_articles_in_its_data(language: str, words: Words) -> _Page:
    listed = [
        {
            "@type": "ListItem",
            "position": n,
            "item": {"@type": "NewsArticle", "headline": line, "url": f"{HOST}/s/{n}.html"},
        }
        for n, line in enumerate(_headlines(words, 16))
    ]
    head = _data({"@type": "ItemList", "itemListElement": listed})
    title = f"{words['found'][1]} {words['menu'][3]}"
    return _page(
        words, title, f"<h1>{title}</h1>{_cards(words, 16, teaser=True)}", head=head, path="/topic/bridges"
    )


@_form(PageClass.FRONT)
def blog_archive_called_an_article(language: str, words: Words) -> _Page:
    head = '<meta property="og:type" content="article">' + _data(
        {"@type": "CollectionPage", "name": words["menu"][3]}
    )
    return _page(
        words,
        words["menu"][3],
        f"<h1>{words['menu'][3]}</h1>{_cards(words, 12, teaser=True, tag='h2')}",
        head=head,
        path="/category/sport/page/3/",
    )


@_form(PageClass.FRONT)
def author_page(language: str, words: Words) -> _Page:
    title = f"{words['found'][2]} Imogen Tarrisk"
    bio = f'<div class="bio"><p>{words["sentences"][0]} {words["sentences"][1]} {words["sentences"][2]}</p></div>'
    head = (
        _data({"@type": "ProfilePage", "mainEntity": {"@type": "Person", "name": "Imogen Tarrisk"}})
        + '<meta property="og:type" content="profile">'
    )
    return _page(
        words,
        title,
        f"<h1>Imogen Tarrisk</h1>{bio}{_cards(words, 14, teaser=False)}",
        head=head,
        path="/author/imogen-tarrisk",
    )


@_form(PageClass.FRONT)
def author_page_without_data(language: str, words: Words) -> _Page:
    title = f"{words['found'][2]} Imogen Tarrisk"
    return _page(
        words, title, f"<h1>{title}</h1>{_cards(words, 16, teaser=True)}", path="/autor/imogen-tarrisk/"
    )


@_form(PageClass.FRONT)
def search_results(language: str, words: Words) -> _Page:
    title = f"{words['found'][0]} “bridge”"
    hits = "".join(
        f'<div class="result"><a href="/s/{n}.html">{line}</a><div class="snippet">{words["sentences"][n % 4][:90]} …</div></div>'
        for n, line in enumerate(_headlines(words, 14))
    )
    head = '<meta name="robots" content="noindex">' + _data({"@type": "SearchResultsPage", "name": title})
    return _page(
        words,
        title,
        f'<h1>{title}</h1><form><input name="q"></form>{hits}',
        head=head,
        path="/search?q=bridge",
    )


@_form(PageClass.FRONT)
def search_results_without_data(language: str, words: Words) -> _Page:
    title = f"{words['found'][0]} “bridge”"
    hits = "".join(
        f'<li><h3><a href="/s/{n}.html">{line}</a></h3><p>{words["sentences"][n % 4]}</p></li>'
        for n, line in enumerate(_headlines(words, 15))
    )
    return _page(words, title, f"<h1>{title}</h1><ol>{hits}</ol>", path="/?s=bridge")


@_form(PageClass.FRONT)
def archive_of_a_day(language: str, words: Words) -> _Page:
    rows = "".join(
        f'<tr><td>0{n % 9}:20</td><td><a href="/s/{n}.html">{line}</a></td></tr>'
        for n, line in enumerate(_headlines(words, 20))
    )
    return _page(words, "11.03.2026", f"<h1>11.03.2026</h1><table>{rows}</table>", path="/archive/2026/03/11")


# ---------------------------------------------------------------- galleries


@_form(PageClass.GALLERY)
def picture_gallery(language: str, words: Words) -> _Page:
    pictures = "".join(
        f'<figure class="slide"><img src="/i/{n}.jpg"><figcaption>{words["photo"][n % 2]}</figcaption></figure>'
        for n in range(12)
    )
    head = _data({"@type": "ImageGallery", "name": words["photo"][0]})
    return _page(
        words,
        words["photo"][0],
        f'<h1>{words["photo"][0]}</h1><div class="gallery">{pictures}</div>',
        head=head,
    )


@_form(PageClass.GALLERY)
def slide_show_called_an_article(language: str, words: Words) -> _Page:
    pictures = "".join(
        f'<div class="swiper-slide"><img data-src="/i/{n}.jpg" alt=""><span>{n + 1}/9</span></div>'
        for n in range(9)
    )
    head = _article_data(words, headline=words["photo"][1])
    return _page(
        words,
        words["photo"][1],
        f'<article><h1>{words["photo"][1]}</h1><div class="swiper">{pictures}</div></article>',
        head=head,
    )


@_form(PageClass.GALLERY)
def video_page(language: str, words: Words) -> _Page:
    player = '<div class="player"><iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ" allowfullscreen></iframe></div>'
    head = _data(
        {
            "@type": "VideoObject",
            "name": words["photo"][0],
            "embedUrl": "https://www.youtube.com/embed/dQw4w9WgXcQ",
        }
    )
    return _page(
        words, words["photo"][0], f"<h1>{words['photo'][0]}</h1>{player}", head=head, path="/video/flood-9921"
    )


@_form(PageClass.GALLERY)
def gallery_beside_headlines(language: str, words: Words) -> _Page:
    pictures = "".join(f'<li><img src="/i/{n}.jpg" alt="{words["photo"][n % 2]}"></li>' for n in range(10))
    return _page(
        words,
        words["photo"][0],
        f'<h1>{words["photo"][0]}</h1><ul class="photos">{pictures}</ul>{_most_read(words, 6)}',
        path="/galerie/flood",
    )


# ------------------------------------------------------------ consent walls


def _consent(words: Words, layer: str, head: str = "", shell: bool = False) -> _Page:
    around = "" if shell else _nav(words)
    return _Page(
        f"<title>{escape(words['consent'][0])}</title>{head}", f"<body>{around}{layer}</body>", STORY
    )


def _onetrust(words: Words) -> str:
    title, text, yes, more = words["consent"]
    return (
        '<div id="onetrust-consent-sdk"><div class="onetrust-pc-dark-filter"></div><div id="onetrust-banner-sdk" role="dialog">'
        f'<h2 id="onetrust-policy-title">{title}</h2><div id="onetrust-policy-text">{text}</div>'
        f'<button id="onetrust-pc-btn-handler">{more}</button><button id="onetrust-accept-btn-handler">{yes}</button></div></div>'
    )


@_form(PageClass.CONSENT)
def onetrust(language: str, words: Words) -> _Page:
    return _consent(
        words,
        _onetrust(words),
        '<script src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"></script>',
    )


@_form(PageClass.CONSENT)
def sourcepoint(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = (
        f'<div id="sp_message_container_812345"><div class="message-component"><h1>{title}</h1><p>{text}</p><p>{text}</p>'
        f'<button title="{yes}" class="sp_choice_type_11">{yes}</button><button class="sp_choice_type_12">{more}</button></div></div>'
    )
    head = '<script>window._sp_={config:{accountId:1,baseEndpoint:"https://cdn.privacy-mgmt.com"}}</script>'
    return _consent(words, layer, head, shell=True)


@_form(PageClass.CONSENT)
def sourcepoint_frame(language: str, words: Words) -> _Page:
    layer = '<div id="sp_message_container_1"><iframe id="sp_message_iframe_1" src="https://cdn.privacy-mgmt.com/index.html?message_id=1"></iframe></div>'
    return _consent(
        words,
        layer,
        '<script src="https://cdn.privacy-mgmt.com/unified/wrapperMessagingWithoutDetection.js"></script>',
    )


@_form(PageClass.CONSENT)
def didomi(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = (
        '<div id="didomi-host"><div id="didomi-popup" class="didomi-popup-backdrop didomi-notice-popup"><div role="dialog">'
        f'<span class="didomi-continue-without-agreeing">{more} →</span><h1 class="didomi-popup-notice-title">{title}</h1>'
        f'<div class="didomi-popup-notice-text"><p>{text}</p></div><button id="didomi-notice-agree-button">{yes}</button></div></div></div>'
    )
    return _consent(words, layer, '<script src="https://sdk.privacy-center.org/loader.js"></script>')


@_form(PageClass.CONSENT)
def usercentrics(language: str, words: Words) -> _Page:
    return _consent(
        words,
        '<div id="usercentrics-root"></div>',
        '<script id="usercentrics-cmp" src="https://app.usercentrics.eu/browser-ui/latest/loader.js"></script>',
        shell=True,
    )


@_form(PageClass.CONSENT)
def cookiebot(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = f'<div id="CybotCookiebotDialog" role="dialog"><h2>{title}</h2><div id="CybotCookiebotDialogBodyContentText">{text}</div><a href="#">{more}</a> <a href="#">{yes}</a></div>'
    return _consent(
        words, layer, '<script id="Cookiebot" src="https://consent.cookiebot.com/uc.js"></script>'
    )


@_form(PageClass.CONSENT)
def quantcast(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = f'<div class="qc-cmp2-container" id="qc-cmp2-container"><div id="qc-cmp2-ui"><h2>{title}</h2><div class="qc-cmp2-consent-info"><p>{text}</p></div><button mode="secondary">{more}</button><button mode="primary">{yes}</button></div></div>'
    return _consent(words, layer)


@_form(PageClass.CONSENT)
def pay_or_consent(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = f'<div class="cmp-wall"><h1>{title}</h1><div class="col"><h2>{yes}</h2><p>{text}</p></div><div class="col"><h2>Pur-Abo</h2><p>3,99 €</p><p>{text}</p></div><a href="/privacy">{more}</a></div>'
    return _consent(words, layer, '<meta name="robots" content="noindex">', shell=True)


@_form(PageClass.CONSENT)
def privacy_gate(language: str, words: Words) -> _Page:
    title, text, yes, more = words["consent"]
    layer = f'<form method="post" action="/consent?siteKey=1&amp;callback={HOST}{STORY}"><h1>{title}</h1><p>{text}</p><p>{text}</p><button name="agree">{yes}</button><button name="reject">{more}</button></form>'
    return _Page(f"<title>{title}</title>", f"<body>{layer}</body>", "/consent?callback=/a")


# --------------------------------------------------------------- bot checks


def _bot(title: str, body: str, head: str = "") -> _Page:
    return _Page(
        f'<title>{title}</title><meta name="robots" content="noindex,nofollow">{head}', f"<body>{body}</body>"
    )


@_form(PageClass.BOT_CHECK)
def cloudflare_challenge(language: str, words: Words) -> _Page:
    return _bot(
        "Just a moment...",
        f'<div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2"><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div></div><script>(function(){{window._cf_chl_opt={{cvId:"3",cZone:"paper.example"}};var a=document.createElement("script");a.src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"}})();</script><!-- {language} -->',
    )


@_form(PageClass.BOT_CHECK)
def cloudflare_turnstile(language: str, words: Words) -> _Page:
    return _bot(
        words["robot"][0],
        f'<h1>paper.example</h1><p>{words["robot"][1]}</p><div class="cf-turnstile" data-sitekey="0x4AAA"></div><script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def cloudflare_block(language: str, words: Words) -> _Page:
    return _bot(
        "Attention Required! | Cloudflare",
        '<div id="cf-wrapper"><h1 data-translate="block_headline">Sorry, you have been blocked</h1><h2>You are unable to access paper.example</h2><h2>Why have I been blocked?</h2><p>This website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution. There are several actions that could trigger this block including submitting a certain word or phrase, a SQL command or malformed data.</p><h2>What can I do to resolve this?</h2><p>You can email the site owner to let them know you were blocked. Please include what you were doing when this page came up and the Cloudflare Ray ID found at the bottom of this page.</p><p>Cloudflare Ray ID: <strong>8c1a2b3c4d5e6f70</strong></p></div>',
    )


@_form(PageClass.BOT_CHECK)
def akamai_denied(language: str, words: Words) -> _Page:
    return _bot(
        "Access Denied",
        '<h1>Access Denied</h1>You don\'t have permission to access "http&#58;&#47;&#47;paper&#46;example&#47;a" on this server.<p>Reference&#32;&#35;18&#46;8e2d1302&#46;1741000000&#46;1a2b3c4d</p><p>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;8e2d1302</p>',
    )


@_form(PageClass.BOT_CHECK)
def akamai_interstitial(language: str, words: Words) -> _Page:
    return _bot(
        "&nbsp;",
        '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/sec-4-4.js" async defer></script><script>function triggerInterstitialChallenge(){var x="/_sec/verify?provider=interstitial"}</script>',
        '<meta http-equiv="refresh" content="5; URL=/?bm-verify=AAQAAAAL">',
    )


@_form(PageClass.BOT_CHECK)
def datadome(language: str, words: Words) -> _Page:
    return _bot(
        "paper.example",
        '<p id="cmsg">Please enable JS and disable any ad blocker</p><script data-cfasync="false">var dd={"rt":"c","cid":"AHrlqAAAAAMA","hsh":"2211F52","t":"fe","s":17434,"host":"geo.captcha-delivery.com"}</script><script data-cfasync="false" src="https://ct.captcha-delivery.com/c.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def perimeterx(language: str, words: Words) -> _Page:
    return _bot(
        "Access to this page has been denied",
        f'<div class="px-captcha-container"><div class="px-captcha-header">{words["robot"][0]}</div><p>Access to this page has been denied because we believe you are using automation tools to browse the website.</p><div id="px-captcha"></div><p>Reference ID: #a1b2c3d4</p></div><script>window._pxAppId="PX8x7y6z";</script>',
    )


@_form(PageClass.BOT_CHECK)
def imperva(language: str, words: Words) -> _Page:
    return _bot(
        "",
        '<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&amp;xinfo=1-2-0&amp;incident_id=1-2&amp;edet=12&amp;cinfo=0" frameborder=0 width="100%" height="100%">Request unsuccessful. Incapsula incident ID: 1-2</iframe>',
    )


@_form(PageClass.BOT_CHECK)
def distil(language: str, words: Words) -> _Page:
    return _bot(
        "Pardon Our Interruption",
        '<div class="container"><h1>Pardon Our Interruption...</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen:</p><ul><li>You are a power user moving through this website with super-human speed.</li><li>You have disabled cookies in your web browser.</li><li>A third-party browser plugin, such as Ghostery or NoScript, is preventing JavaScript from running.</li></ul><p>To regain access, please make sure that cookies and JavaScript are enabled before reloading the page.</p></div>',
    )


@_form(PageClass.BOT_CHECK)
def aws_waf(language: str, words: Words) -> _Page:
    return _bot(
        "",
        '<div id="challenge-container"></div><noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you\'re not a robot. This requires JavaScript. Enable JavaScript and then reload the page.</noscript><script>AwsWafIntegration.checkForceRefresh()</script>',
        '<script src="https://1a2b.3c4d.token.awswaf.com/1a2b/challenge.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def recaptcha(language: str, words: Words) -> _Page:
    return _bot(
        words["robot"][0],
        f'<form method="post"><h1>{words["robot"][0]}</h1><p>{words["robot"][1]}</p><div class="g-recaptcha" data-sitekey="6Lc"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def hcaptcha(language: str, words: Words) -> _Page:
    return _bot(
        words["robot"][0],
        f'<h2>{words["robot"][0]}</h2><p>{words["robot"][1]}</p><div class="h-captcha" data-sitekey="1"></div><script src="https://js.hcaptcha.com/1/api.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def own_check_in_words(language: str, words: Words) -> _Page:
    return _bot(
        words["robot"][0],
        f'<div><h1>{words["robot"][0]}</h1><p>{words["robot"][1]}</p><form><input type="checkbox"><button>OK</button></form></div>',
    )


@_form(PageClass.BOT_CHECK)
def ddos_guard(language: str, words: Words) -> _Page:
    return _bot(
        "DDoS-Guard",
        '<h1>Checking your browser before accessing paper.example</h1><p>This process is automatic. Your browser will redirect to your requested content shortly.</p><p>DDoS protection by DDoS-Guard</p><script src="/.well-known/ddos-guard/js-challenge/index.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def kasada(language: str, words: Words) -> _Page:
    return _bot(
        "",
        '<script>window.KPSDK={};KPSDK.now=Date.now;KPSDK.start=KPSDK.now();</script><script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/ips.js"></script>',
    )


@_form(PageClass.BOT_CHECK)
def proof_of_work(language: str, words: Words) -> _Page:
    return _bot(
        "Making sure you&#39;re not a bot!",
        '<main><h1 id="title">Making sure you&#39;re not a bot!</h1><p id="status">Loading...</p><details><summary>Why am I seeing this?</summary><p>You are seeing this because the administrator of this website has set up Anubis to protect the server against the scourge of AI companies aggressively scraping websites.</p></details></main><script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>',
    )


@_form(PageClass.BOT_CHECK)
def security_checkpoint(language: str, words: Words) -> _Page:
    return _bot(
        "Vercel Security Checkpoint",
        '<div><p id=header-text>We\'re verifying your browser</p><p>Website owner? <a href="#">Click here to fix</a></p></div>',
    )


@_form(PageClass.BOT_CHECK)
def fastly_challenge(language: str, words: Words) -> _Page:
    return _bot(
        "Client Challenge",
        '<noscript><div>JavaScript is disabled in your browser. Please enable JavaScript to proceed.</div></noscript><div id="loading-error">A required part of this site couldn’t load. This may be due to a browser extension, network issues, or browser settings.</div><script src="/_fs-ch-1T1wmsGaOgGaSxcX/script.js"></script>',
    )


# ------------------------------------------------------------ paywall stubs


def _stub(words: Words, wall: str, *, lead: bool = True, free: bool | None = False, head: str = "") -> _Page:
    more = {} if free is None else {"isAccessibleForFree": free}
    text = f'<p class="lead">{words["sentences"][0]}</p>' if lead else ""
    main = f"<article><h1>{_headlines(words, 1)[0]}</h1>{text}{wall}</article>{_most_read(words, 4)}"
    return _page(words, _headlines(words, 1)[0], main, head=_article_data(words, **more) + head)


@_form(PageClass.PAYWALL_STUB)
def piano(language: str, words: Words) -> _Page:
    wall = f'<div class="tp-container-inner"><h2>{words["wall"][0]}</h2><p>{words["wall"][1]}</p></div>'
    return _stub(words, wall, head='<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>')


@_form(PageClass.PAYWALL_STUB)
def piano_without_data(language: str, words: Words) -> _Page:
    wall = (
        f'<div id="piano-paywall" class="tp-modal"><p>{words["wall"][0]}</p><p>{words["wall"][1]}</p></div>'
    )
    return _stub(words, wall, free=None, head='<script>tp = window["tp"] || [];</script>')


@_form(PageClass.PAYWALL_STUB)
def poool(language: str, words: Words) -> _Page:
    wall = f'<div id="poool-widget"><div class="poool-restriction"><p>{words["wall"][0]}</p><p>{words["wall"][1]}</p></div></div>'
    return _stub(words, wall, free=None, head='<script src="https://assets.poool.fr/access.min.js"></script>')


@_form(PageClass.PAYWALL_STUB)
def zephr(language: str, words: Words) -> _Page:
    wall = f'<div class="zephr-registration-form-wrapper" data-zephr="1"><h3>{words["wall"][0]}</h3><p>{words["wall"][1]}</p></div>'
    return _stub(words, wall, free=None)


@_form(PageClass.PAYWALL_STUB)
def own_wall_in_words(language: str, words: Words) -> _Page:
    wall = f'<section class="paywall"><h2>{words["wall"][0]}</h2><p>{words["wall"][1]}</p><a href="/abo">{words["wall"][0]}</a></section>'
    return _stub(words, wall, lead=False, free=None)


@_form(PageClass.PAYWALL_STUB)
def wall_told_by_the_data(language: str, words: Words) -> _Page:
    return _stub(words, '<div id="gateway-content"></div>', lead=True, free=False)


@_form(PageClass.PAYWALL_STUB)
def wall_alone(language: str, words: Words) -> _Page:
    main = f'<div class="paywall"><h1>{words["wall"][0]}</h1><p>{words["wall"][1]}</p></div>'
    return _page(
        words, words["wall"][0], main, head='<meta property="article:content_tier" content="locked">'
    )


# -------------------------------------------------------------- error pages


@_form(PageClass.MISSING)
def soft_404(language: str, words: Words) -> _Page:
    title, text = words["lost"]
    return _page(words, title, f"<h1>{title}</h1><p>{text}</p>")


@_form(PageClass.MISSING)
def soft_404_with_headlines(language: str, words: Words) -> _Page:
    title, text = words["lost"]
    return _page(
        words, title, f'<div class="error"><h1>404</h1><p>{text}</p></div>{_cards(words, 16, teaser=True)}'
    )


@_form(PageClass.MISSING)
def soft_404_under_the_outlets_own_title(language: str, words: Words) -> _Page:
    title, text = words["lost"]
    return _page(words, "Paper", f"<div><h1>{title}</h1><p>{text}</p></div>{_most_read(words, 6)}")


@_form(PageClass.ERROR)
def server_error(language: str, words: Words) -> _Page:
    return _Page(
        "<title>500 Internal Server Error</title>",
        "<body><center><h1>500 Internal Server Error</h1></center><hr><center>nginx</center></body>",
    )


@_form(PageClass.ERROR)
def database_error(language: str, words: Words) -> _Page:
    return _Page(
        "<title>Database Error</title>",
        '<body id="error-page"><div class="wp-die-message"><h1>Error establishing a database connection</h1></div></body>',
    )


@_form(PageClass.ERROR)
def gateway_time_out(language: str, words: Words) -> _Page:
    return _Page(
        "<title>paper.example | 504: Gateway time-out</title>",
        '<body><div id="cf-error-details"><h1><span>Gateway time-out</span> <span>Error code 504</span></h1><div>Visit cloudflare.com for more information.</div><p>You</p><p>Browser</p><p>Working</p></div></body>',
    )


@_form(PageClass.ERROR)
def not_in_your_region(language: str, words: Words) -> _Page:
    return _Page(
        "<title>Unavailable due to legal reasons</title>",
        "<body><h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be granted at this time.</p></body>",
    )


@_form(PageClass.MISSING)
def next_error(language: str, words: Words) -> _Page:
    return _page(
        words,
        "404: This page could not be found",
        '<div id="__next"><div><h1 class="next-error-h1">404</h1><h2>This page could not be found.</h2></div></div>',
    )


# ------------------------------------------------------------- empty shells


@_form(PageClass.EMPTY)
def react_shell(language: str, words: Words) -> _Page:
    return _Page(
        "<title>Paper</title>",
        f'<body><noscript>{words["wait"][1]}</noscript><div id="root"></div><script src="/static/js/main.4f1c.js"></script></body>',
    )


@_form(PageClass.EMPTY)
def next_shell(language: str, words: Words) -> _Page:
    state = {"props": {"pageProps": {}}, "page": "/[slug]", "query": {"slug": "a"}, "buildId": "x9"}
    return _Page(
        f"<title>{_headlines(words, 1)[0]}</title>{_article_data(words)}",
        f'<body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script></body>',
    )


@_form(PageClass.EMPTY)
def nuxt_shell(language: str, words: Words) -> _Page:
    return _Page(
        "<title>Paper</title>",
        f'<body><div id="__nuxt"><div class="spinner">{words["wait"][0]}</div></div><script>window.__NUXT__={{config:{{app:{{baseURL:"/"}}}}}}</script></body>',
    )


@_form(PageClass.EMPTY)
def angular_shell(language: str, words: Words) -> _Page:
    return _Page(
        "<title>Paper</title>",
        f'<body><app-root><div class="loader">{words["wait"][0]}</div></app-root><script src="runtime.js" type="module"></script></body>',
    )


@_form(PageClass.EMPTY)
def shell_with_navigation(language: str, words: Words) -> _Page:
    return _page(
        words,
        _headlines(words, 1)[0],
        f'<div id="app" data-server-rendered="false"></div><noscript>{words["wait"][1]}</noscript>',
    )


@_form(PageClass.EMPTY)
def custom_elements(language: str, words: Words) -> _Page:
    return _Page(
        f"<title>{_headlines(words, 1)[0]}</title>",
        '<body><msn-header></msn-header><article-reader id="a"><article-body></article-body></article-reader><script src="/bundles/app.js"></script></body>',
    )


@_form(PageClass.EMPTY)
def amp_shell(language: str, words: Words) -> _Page:
    body = '<amp-list src="/api/a.json" width="auto" height="100"><template type="amp-mustache"><p>{{text}}</p></template></amp-list>'
    return _page(
        words,
        _headlines(words, 1)[0],
        body,
        head='<script async src="https://cdn.ampproject.org/v0.js"></script>',
        path="/amp" + STORY,
    )


@_form(PageClass.EMPTY)
def skeleton(language: str, words: Words) -> _Page:
    bars = (
        '<div class="skeleton"><div class="skeleton-line"></div><div class="skeleton-line"></div></div>' * 5
    )
    return _page(words, _headlines(words, 1)[0], f'<div id="svelte">{bars}</div>', head=_article_data(words))
