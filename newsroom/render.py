"""The HTML of a story's blocks, as news sites write it.

Each provider's player has the form that sites really embed (YouTube without cookies, a lazy
Dailymotion iframe, JW Player's script, a bare `<video>`, a labelled link). Only the body: the page
around it is made in `pages`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from ..model import Block, Entry, Heading, Image, Link, ListBlock, Paragraph, Quote, Table, Video, VideoBlock


def render_blocks(
    blocks: Sequence[Block], *, notice: str, colon: str = ": ", split: int = 0, between: str = ""
) -> str:
    """The body's HTML.

    Args:
        blocks: What to render.
        notice: The word that begins a correction notice; such a paragraph gets its own look.
        colon: What stands between a label and the title of a related video.
        split: Blocks to a container; 0 for one container.
        between: HTML of the inset that stands between containers.
    """
    rendered = list(_with_entries(blocks, notice, colon))
    if not split:
        return "\n".join(rendered)
    groups = (rendered[at : at + split] for at in range(0, len(rendered), split))
    return f"\n{between}\n".join(
        '<div class="article-block article-block--text"><div class="richtext">\n'
        + "\n".join(g)
        + "\n</div></div>"
        for g in groups
    )


def _with_entries(blocks: Sequence[Block], notice: str, colon: str) -> Iterator[str]:
    open_entry = False
    for block in blocks:
        if isinstance(block, Entry):
            if open_entry:
                yield "</article>"
            open_entry = True
            at = datetime.fromisoformat(block.at or "")
            ident = escape(block.ref or f"entry-{at:%H%M}")
            yield (
                f'<article class="live-entry" id="{ident}"><header>'
                f'<time datetime="{at.isoformat()}">{at:%H:%M}</time>'
                f' <h3 class="live-entry__title">{escape(block.text)}</h3></header>'
            )
        else:
            yield _render(block, notice, colon)
    if open_entry:
        yield "</article>"


def _render(block: Block, notice: str, colon: str) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            text = _linked(block.text, block.links)
            if block.text.startswith(notice):
                head, colon, rest = text.partition(":")
                return f'<p class="correction"><strong>{head}{colon}</strong>{rest}</p>'
            return f"<p>{text}</p>"
        case Quote():
            return f"<blockquote><p>{_linked(block.text, block.links)}</p></blockquote>"
        case ListBlock():
            tag = "ol" if block.ordered else "ul"
            return (
                f"<{tag}>" + "".join(f"<li>{_linked(i, block.links)}</li>" for i in block.items) + f"</{tag}>"
            )
        case Table():
            top, *rows = block.rows
            cells = "".join(f"<th>{escape(cell)}</th>" for cell in top)
            body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
            return f'<table class="data"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
        case Image():
            return (
                f'<figure class="article-image"><img src="{escape(block.url)}" alt="{escape(block.alt)}"'
                f' width="960" height="540" loading="lazy">'
                f"<figcaption>{escape(block.caption)}</figcaption></figure>"
            )
        case VideoBlock():
            return render_video(block.video, colon)
    raise AssertionError(f"{block!r} is rendered by _with_entries")


def render_video(video: Video, colon: str) -> str:
    """A player, or a labelled link for a related video."""
    title = escape(video.title or "")
    ident = escape(video.url.rpartition("=" if "watch?v=" in video.url else "/")[2])
    if video.label:
        link = f'<a href="{escape(video.url)}">{title}</a>'
        return f'<p class="related-video">{escape(video.label)}{colon}{link}</p>'
    if video.provider == "youtube":
        return (
            f'<div class="video-embed"><iframe src="https://www.youtube-nocookie.com/embed/{ident}?rel=0"'
            f' width="560" height="315" title="{title}" loading="lazy" allowfullscreen></iframe></div>'
        )
    if video.provider == "dailymotion":
        return (
            f'<div class="video-embed"><iframe class="lazyload" data-src="https://www.dailymotion.com/embed/video/{ident}"'
            f' src="about:blank" title="{title}" allowfullscreen></iframe></div>'
        )
    if video.provider == "vimeo":
        source = f"https://player.vimeo.com/video/{ident}"
        return f'<div class="video-embed"><iframe src="{source}" title="{title}"></iframe></div>'
    if video.provider == "jwplayer":
        return (
            f'<div class="jw-wrap"><div id="botr_{ident}_Q7pLw2Rx_div" data-title="{title}"></div>'
            f'<script src="https://cdn.jwplayer.com/players/{ident}-Q7pLw2Rx.js"></script></div>'
        )
    return (
        f'<div class="video-native"><video controls preload="none" title="{title}">'
        f'<source src="{escape(video.url)}" type="video/mp4"></video></div>'
    )


def _linked(text: str, links: Sequence[Link]) -> str:
    parts, rest = [], text
    for link in links:
        before, found, after = rest.partition(link.text)
        if found:
            parts += [
                escape(before, quote=False),
                f'<a href="{escape(link.url)}">{escape(found, quote=False)}</a>',
            ]
            rest = after
    return "".join(parts) + escape(rest, quote=False)
