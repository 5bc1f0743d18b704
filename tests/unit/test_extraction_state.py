"""Articles that a page carries as data for its own scripts are read without running one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from palimpsest.crawler.extraction import extract
from palimpsest.model import PageClass

URL = "https://paper.example/2026/bridge"
LINES = [
    f"Speaker {n} told the council at length why the old bridge over the river should stay where it is."
    for n in range(7)
]
MARKUP = "".join(f"<p>{line}</p>" for line in LINES)
BLOCKS = [{"type": "paragraph", "text": line} for line in LINES]
LINKS = [{"title": f"Another story, number {n}", "url": f"/s/{n}"} for n in range(30)]


def island(value: Any, kind: str = "application/json", **attributes: str) -> str:
    marks = "".join(f' {name.replace("_", "-")}="{said}"' for name, said in attributes.items())
    return f'<script type="{kind}"{marks}>{json.dumps(value)}</script>'


def angular(text: str) -> str:
    """As Angular's transfer state is escaped."""
    for sign, said in (("&", "&a;"), ('"', "&q;"), ("'", "&s;"), ("<", "&l;"), (">", "&g;")):
        text = text.replace(sign, said)
    return text


def flat(value: Any) -> list[Any]:
    """As Nuxt 3 writes it (devalue): one flat list, every value by its index."""
    out: list[Any] = []

    def put(here: Any) -> int:
        at = len(out)
        out.append(None)
        if isinstance(here, dict):
            out[at] = {key: put(v) for key, v in here.items()}
        elif isinstance(here, list):
            out[at] = [put(v) for v in here]
        else:
            out[at] = here
        return at

    put(value)
    return out


STORY = {"headline": "Bridge", "related": LINKS, "content": {"body": MARKUP}}
FLIGHT = f'1:["$","div",null,{{"body":"$2"}}]\n2:T{len(MARKUP.encode()):x},{MARKUP}\n'
RICH = [{"_type": "block", "children": [{"_type": "span", "text": line}]} for line in LINES]
ELEMENTS = [{"type": "text", "content": line} for line in LINES]
DRAFT = [{"key": "a", "type": "unstyled", "text": line} for line in LINES]
CONTENTFUL = {
    "nodeType": "document",
    "content": [
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": line, "marks": []}]}
        for line in LINES
    ],
}
LOADED = {"state": {"loaderData": {"story": STORY}}}
TWICE = json.dumps(json.dumps(STORY))
FORMS = {
    "next": island({"props": {"pageProps": STORY}}, id="__NEXT_DATA__"),
    "next blocks": island({"props": {"pageProps": {"article": {"blocks": BLOCKS}}}}, id="__NEXT_DATA__"),
    "next flight": f"<script>self.__next_f.push([1,{json.dumps(FLIGHT)}])</script>",
    "nuxt": f"<script>window.__NUXT__={json.dumps({'data': [STORY]})}</script>",
    "nuxt function": f"<script>__NUXT__=(function(a){{return {json.dumps({'data': [STORY]})}}}(1))</script>",
    "nuxt 3": island(flat({"data": STORY}), id="__NUXT_DATA__"),
    "apollo": f"<script>window.__APOLLO_STATE__ = {json.dumps({'Article:1': STORY})};</script>",
    "fusion": f"<script>Fusion.globalContent={json.dumps({'content_elements': ELEMENTS})};</script>",
    "initial state": f"<script>window.__INITIAL_STATE__={json.dumps(STORY)};(function(){{}})()</script>",
    "preloaded, parsed": f"<script>window.__PRELOADED_STATE__ = JSON.parse({TWICE})</script>",
    "remix": f"<script>window.__remixContext = {json.dumps(LOADED)};</script>",
    "gatsby": f"<script>window.pageData={json.dumps({'result': {'data': STORY}})}</script>",
    "sveltekit": island(
        {"status": 200, "body": json.dumps(STORY)}, data_sveltekit_fetched="", data_url="/api"
    ),
    "fastboot": island({"records": json.dumps({"data": STORY})}, kind="fastboot/shoebox"),
    "angular": f'<script id="app-state" type="application/json">{angular(json.dumps(STORY))}</script>',
    "portable text": island({"article": {"body": RICH}}, id="__NEXT_DATA__"),
    "contentful": island({"article": {"body": CONTENTFUL}}, id="__NEXT_DATA__"),
    "draft.js": island({"article": {"blocks": DRAFT}}),
    "plain text": island({"article": {"body": "\n\n".join(LINES)}}),
    "json-ld": island({"@type": "NewsArticle", "articleBody": "\n".join(LINES)}, kind="application/ld+json"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_text_in_a_pages_data_is_read_whole_and_in_order(form: str) -> None:
    page = f"<html><head><title>Bridge</title></head><body><div id='app'></div>{FORMS[form]}</body></html>"
    found = extract(page, URL)
    assert found.page_class is PageClass.ARTICLE
    assert [block.text for block in found.blocks] == LINES


def test_a_page_that_has_its_text_is_not_read_from_its_data() -> None:
    shown = "".join(f"<p>{line.replace('Speaker', 'Witness')}</p>" for line in LINES)
    found = extract(f"<html><body><article><h1>T</h1>{shown}</article>{FORMS['next']}</body></html>", URL)
    assert all(block.text.startswith("Witness") for block in found.blocks)


@pytest.mark.parametrize(
    "data",
    [
        {"config": {"text": "function () { return document.body } " * 20}},
        {"stories": LINKS},
        {"legal": {"title": "x" * 400}},
        [[[[[]]]]],
    ],
)
def test_data_without_an_article_makes_none(data: Any) -> None:
    page = f"<html><body><div id=app></div>{island(data)}</body></html>"
    assert extract(page, URL).page_class is PageClass.EMPTY
