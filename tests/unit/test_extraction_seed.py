"""The seed's article: the server-rendered page and the service's JSON give the same blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from palimpsest.crawler.extraction import extract, extract_msn
from palimpsest.crawler.extraction.msn import references
from palimpsest.errors import NoArticle
from palimpsest.model import Extraction, Heading, PageClass, Paragraph, VideoBlock

DATA = Path(__file__).parent.parent / "data" / "seed"
URL = (
    "https://www.msn.com/fr-fr/actualite/monde/"
    "guerre-en-ukraine-joe-biden-autorise-les-frappes-en-profondeur-en-russie/ar-AA1ukrN1"
)
VIDEO = "cms/api/amp/video/AA1ukv2T"
LINES = (DATA / "expected.txt").read_text("utf-8").splitlines()


def from_portal() -> Extraction:
    return extract((DATA / "portal.html").read_bytes(), URL)


def from_service() -> Extraction:
    detail = (DATA / "msn-detail.json").read_bytes()
    return extract_msn(detail, {VIDEO: (DATA / "msn-video.json").read_bytes()}, URL)


@pytest.mark.parametrize("read", [from_portal, from_service])
def test_not_one_word_is_lost_or_added(read) -> None:
    blocks = read().blocks
    assert [b.text for b in blocks[:-1]] == LINES[:-1]
    assert [type(b) for b in blocks] == [
        Heading,
        Paragraph,
        Paragraph,
        Heading,
        Paragraph,
        Paragraph,
        Paragraph,
        VideoBlock,
    ]


@pytest.mark.parametrize("read", [from_portal, from_service])
def test_the_related_video_has_its_label_title_and_link(read) -> None:
    (video,) = read().videos
    label, _, title = LINES[-1].partition(" : ")
    assert (video.label, video.title, video.place) == (label, title, "related")
    assert video.url.endswith("/vi-AA1ukv2T")
    assert video.duration == 72.0


def test_both_forms_give_the_same_blocks() -> None:
    assert from_portal().blocks == from_service().blocks


@pytest.mark.parametrize("read", [from_portal, from_service])
def test_the_frame_is_spanish_and_the_story_french(read) -> None:
    found = read()
    assert found.language is not None
    assert found.language.startswith("fr")
    assert "Comentarios" not in found.text
    assert found.page_class is PageClass.ARTICLE
    assert found.authors == ("Le Fil Inventé",)
    assert found.published == "2024-11-18T08:12:00+00:00"


def test_the_shell_alone_is_empty_and_no_article() -> None:
    found = extract((DATA / "msn-shell.html").read_bytes(), URL)
    assert found.page_class is PageClass.EMPTY
    assert found.blocks == ()


def test_the_service_names_what_is_still_to_be_fetched() -> None:
    assert references((DATA / "msn-detail.json").read_bytes()) == (VIDEO,)


def test_a_reference_that_was_not_had_leaves_the_text_whole() -> None:
    found = extract_msn((DATA / "msn-detail.json").read_bytes(), {}, URL)
    assert [b.text for b in found.blocks] == LINES[:-1]
    assert found.videos == ()


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'"text"'])
def test_an_answer_that_is_no_story_is_our_error(answer: bytes) -> None:
    with pytest.raises(NoArticle):
        extract_msn(answer, {}, URL)


@pytest.mark.parametrize(
    "story",
    [
        b"{}",
        b'{"body": 3, "authors": "x", "tags": {"a": 1}, "seo": [], "provider": 1, "title": null}',
        b'{"body": "<p>x<img data-reference=video data-document-id=a>", "publishedDateTime": "30000"}',
    ],
)
def test_a_story_of_another_shape_is_read_as_far_as_it_goes(story: bytes) -> None:
    assert extract_msn(story, {"a": b"{"}, URL).published is None
