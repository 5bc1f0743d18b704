"""Players in the forms that their makers document, labelled links, and what is no video of the story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palimpsest.crawler.extraction import extract
from palimpsest.crawler.extraction.labels import label_of
from palimpsest.crawler.extraction.players import known
from palimpsest.crawler.extraction.videos import seconds
from palimpsest.model import Extraction, VideoBlock

URL = "https://paper.example/2024/05/story.html"
BEFORE = "<p>The council decided on Monday that the old bridge will be closed for a year, the mayor said.</p>"
MIDDLE = "<p>Engineers had warned for months that the structure would not stand another hard winter.</p>"
AFTER = "<p>Residents on both banks of the river asked for a ferry until the new bridge is finished.</p>"


def page(inside: str = "", *, head: str = "", after: str = "", before: str = "") -> str:
    return f"""<!doctype html><html lang="en"><head><title>Bridge closed</title>{head}</head><body>
    {before}<article><h1>Bridge closed</h1>{BEFORE}{MIDDLE}{inside}{AFTER}
    <p>A decision on the money is expected in the autumn, when the budget is debated again.</p></article>
    {after}</body></html>"""


def read(inside: str = "", **parts: str) -> Extraction:
    return extract(page(inside, **parts), URL)


DATA = Path(__file__).parent.parent / "data" / "videos"


def listed(name: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()[1:]
    return [(mark, rest) for mark, _, rest in (line.partition("\t") for line in lines)]


YT = "dQw4w9WgXcQ"
ADDRESSES = listed("frames.txt")
YOUTUBE = [address for mark, address in ADDRESSES if mark == YT]
LAZY = ["src", "data-src", "data-lazy-src", "data-cmp-src", "data-original", "data-url", "data-litespeed-src"]
FRAMES = [(YT, f'<iframe {name}="{address}"></iframe>') for address in YOUTUBE for name in LAZY]
FRAMES += [(mark, f'<iframe src="{address}"></iframe>') for mark, address in ADDRESSES if mark != YT]
FRAMES += [
    (mark, f'<div class="embed"><iframe data-src="{a}" title="x"></iframe></div>') for mark, a in ADDRESSES
]
MARKUP = listed("markup.txt")


def test_the_set_of_forms_is_large_enough_to_mean_something() -> None:
    assert len(FRAMES) + len(MARKUP) >= 150


@pytest.mark.parametrize(("mark", "markup"), FRAMES + MARKUP)
def test_a_documented_player_is_found_once_and_in_place(mark: str, markup: str) -> None:
    found = read(markup)
    assert [mark in video.url for video in found.videos] == [True]
    kinds = [block.kind for block in found.blocks]
    assert kinds.index("video") == 2
    assert found.blocks[2] == VideoBlock(video=found.videos[0])
    assert found.videos[0].place == "body"
    assert kinds.count("paragraph") == 4


def test_one_video_under_many_addresses_is_one_video() -> None:
    markup = "".join(f'<iframe src="{address}"></iframe>' for address in YOUTUBE)
    data = json.dumps(
        {
            "@type": "VideoObject",
            "name": "The bridge",
            "embedUrl": YOUTUBE[0],
            "duration": "PT2M10S",
            "thumbnailUrl": f"https://i.ytimg.com/vi/{YT}/hq.jpg",
        }
    )
    head = (
        f'<meta property="og:video" content="{YOUTUBE[0]}"><script type="application/ld+json">{data}</script>'
    )
    (video,) = read(markup, head=head).videos
    assert (video.url, video.provider) == (f"https://www.youtube.com/watch?v={YT}", "youtube")
    assert (video.title, video.duration, video.place) == ("The bridge", 130.0, "body")


def test_a_video_that_only_the_data_names_is_kept_as_such() -> None:
    data = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": "Bridge closed",
            "video": {"@type": "VideoObject", "name": "V", "contentUrl": "https://cdn.x.example/a.mp4"},
        }
    )
    found = read(head=f'<script type="application/ld+json">{data}</script>')
    assert [(v.url, v.place) for v in found.videos] == [("https://cdn.x.example/a.mp4", "meta")]
    assert not any(isinstance(block, VideoBlock) for block in found.blocks)


def test_og_video_counts_where_nothing_else_is_there() -> None:
    found = read(head='<meta property="og:video:secure_url" content="https://cdn.x.example/a.mp4">')
    assert [v.place for v in found.videos] == ["meta"]


def test_a_player_under_the_headline_is_the_hero() -> None:
    text = page().replace("</h1>", f'</h1><iframe src="{YOUTUBE[0]}"></iframe>')
    found = extract(text, URL)
    assert [v.place for v in found.videos] == ["hero"]
    assert found.blocks[0].kind == "video"


@pytest.mark.parametrize(
    "parts",
    [
        {"inside": f"<!-- <iframe src='{YOUTUBE[0]}'></iframe> -->"},
        {"after": f'<aside class="sidebar"><h2>Videos</h2><iframe src="{YOUTUBE[0]}"></iframe></aside>'},
        {"after": f'<div class="most-popular"><iframe src="{YOUTUBE[0]}"></iframe></div>'},
        {"after": f'<footer><iframe src="{YOUTUBE[0]}"></iframe></footer>'},
        {"before": f'<header><div class="promo"><iframe src="{YOUTUBE[0]}"></iframe></div></header>'},
        {"inside": '<div class="ad-slot"><video src="https://ads.example/spot.mp4"></video></div>'},
        {"inside": f'<div class="related-videos"><iframe src="{YOUTUBE[0]}"></iframe></div>'},
        {"inside": '<iframe src="https://open.spotify.com/embed/episode/abc"></iframe>'},
        {"inside": '<iframe src="https://player.acast.com/podcast/episode-1"></iframe>'},
        {"inside": '<iframe src="https://w.soundcloud.com/player/?url=x"></iframe>'},
        {"inside": '<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>'},
        {"inside": '<iframe src="https://datawrapper.dwcdn.net/abcde/1/"></iframe>'},
        {"inside": '<iframe src="https://platform.twitter.com/embed/Tweet.html?id=1"></iframe>'},
        {"inside": '<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>'},
        {"inside": '<iframe src="https://ads.doubleclick.net/video/1"></iframe>'},
        {"inside": '<iframe src="https://blog.example/2024/second-video-of-the-protests/embed/"></iframe>'},
        {"inside": '<audio src="/a.mp3" controls></audio>'},
        {"inside": '<p>See also: <a href="/2024/05/other-story.html">The other story of the day</a></p>'},
    ],
)
def test_what_is_no_video_of_the_story_is_left_out(parts: dict[str, str]) -> None:
    assert read(**parts).videos == ()


LABELS = [
    "Vidéo associée",
    "À voir aussi",
    "Related video",
    "Watch",
    "Recommended video",
    "Vídeo relacionado",
    "Mira también",
    "Video zum Thema",
    "Im Video",
    "Video correlato",
    "Guarda anche",
    "Veja também",
    "Gerelateerde video",
    "Bekijk ook",
    "Relaterad video",
    "Se også",
    "Katso myös",
    "Powiązane wideo",
    "Zobacz też",
    "Související video",
    "Видео по теме",
    "Смотрите также",
    "ÖNERİLEN VİDEO",
    "İlgili video",
    "Σχετικό βίντεο",
    "Kapcsolódó videó",
    "Video terkait",
    "فيديو ذو صلة",
    "संबंधित वीडियो",
    "相关视频",
    "関連動画",
    "관련 영상",
    "וידאו קשור",
    "Video liên quan",
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    "form",
    [
        '<p>{label} : <a href="/video/bridge-9">The bridge from above</a></p>',
        '<p><strong>{label}:</strong> <a href="/video/bridge-9">The bridge from above</a></p>',
        '<p><a href="/video/bridge-9">{label}: The bridge from above</a></p>',
        '<div class="related"><p>{label}</p><p><a href="/video/bridge-9">The bridge from above</a></p></div>',
    ],
)
def test_a_labelled_link_is_a_related_video_in_its_place(label: str, form: str) -> None:
    found = read(form.format(label=label))
    (video,) = found.videos
    assert (video.title, video.url) == ("The bridge from above", "https://paper.example/video/bridge-9")
    assert (video.place, video.label) == ("related", label)
    assert [block.kind for block in found.blocks] == [
        "paragraph",
        "paragraph",
        "video",
        "paragraph",
        "paragraph",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Watching the river rise, she thought of her house.",
        "Video of the collapse was shared thousands of times on Monday.",
        "Im Video ist zu sehen, wie das Wasser steigt.",
        "See also the report of the commission.",
        "À voir aussi bien en salle que chez soi, le film dure deux heures.",
    ],
)
def test_a_sentence_with_the_same_words_is_no_label(line: str) -> None:
    assert label_of(line, "https://paper.example/video/1") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT2M10S", 130.0),
        ("PT1H", 3600.0),
        ("2:10", 130.0),
        ("1:02:03", 3723.0),
        (95, 95.0),
        ("95.5", 95.5),
        ("P5M9.49S", 309.49),
        ("", None),
        ("PT", None),
        (True, None),
        (-1, None),
        ("9" * 30, None),
        (None, None),
    ],
)
def test_durations_are_read_in_seconds_or_not_at_all(value: object, expected: float | None) -> None:
    assert seconds(value) == expected


def test_an_address_of_nobody_known_is_not_known() -> None:
    assert known("https://paper.example/watch/dQw4w9WgXcQ") is None
