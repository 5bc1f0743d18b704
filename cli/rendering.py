"""An extraction as Markdown, HTML or plain text. Everything archived is escaped: it is hostile."""

from __future__ import annotations

import html
import re

import click
from rich.markdown import Markdown

from ..model import (
    Block,
    Entry,
    Extraction,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Table,
    Video,
    VideoBlock,
)
from .common import clean
from .tables import Output


def as_text(page: Extraction) -> str:
    """Title, byline and text, a blank line between; videos and images as lines in brackets."""
    parts = [page.title, _byline(page), page.standfirst, *(_plain(block) for block in page.blocks)]
    return "\n\n".join(clean(part) for part in parts if part)


def as_markdown(page: Extraction) -> str:
    """CommonMark with the headings one level below the title."""
    parts = [
        f"# {_md(page.title)}",
        _md(_byline(page)),
        f"*{_md(page.standfirst)}*" if page.standfirst else "",
    ]
    parts += [_markdown(block) for block in page.blocks]
    return "\n\n".join(clean(part) for part in parts if part)


def as_html(page: Extraction) -> str:
    """An `<article>` of our own making; nothing of the archived page's markup is in it."""
    parts = [f"<h1>{_h(page.title)}</h1>"]
    if byline := _byline(page):
        parts.append(f"<p>{_h(byline)}</p>")
    if page.standfirst:
        parts.append(f"<p><strong>{_h(page.standfirst)}</strong></p>")
    parts += [_html(block) for block in page.blocks]
    return "<article>\n" + "\n".join(part for part in parts if part) + "\n</article>"


def print_markdown(text: str) -> None:
    """Rendered on a terminal, as it is elsewhere."""
    console = Output()
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        click.echo(text)


def _byline(page: Extraction) -> str:
    return " · ".join(part for part in (", ".join(page.authors), page.published or "") if part)


def _video_words(video: Video) -> str:
    return f"{video.label or 'Video'}: {video.title or video.provider or 'untitled'}"


def _plain(block: Block) -> str:
    match block:
        case VideoBlock(video=video):
            return f"[{_video_words(video)} <{video.url}>]"
        case Image(url=url, alt=alt, caption=caption):
            return f"[Image: {caption or alt or url}]"
        case ListBlock(items=items):
            return "\n".join(f"- {item}" for item in items)
        case _:
            return block.text


def _markdown(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"{'#' * min(6, max(2, level))} {_md(text)}"
        case Entry(text=text, at=at):
            return f"**{_md(' '.join(part for part in (at or '', text) if part))}**"
        case Quote(text=text):
            return "\n".join(f"> {_md(line)}" for line in text.split("\n"))
        case ListBlock(items=items, ordered=ordered):
            return "\n".join(f"{f'{n}.' if ordered else '-'} {_md(item)}" for n, item in enumerate(items, 1))
        case Table(rows=rows):
            lines = ["| " + " | ".join(_md(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
            return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]) if rows else ""
        case Image(url=url, alt=alt, caption=caption):
            return f"![{_md(caption or alt)}](<{_address(url)}>)"
        case VideoBlock(video=video):
            return f"[{_md(_video_words(video))}](<{_address(video.url)}>)"
        case Paragraph(text=text):
            return _md(text)


def _html(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            tag = f"h{min(6, max(2, level))}"
            return f"<{tag}>{_h(text)}</{tag}>"
        case Entry(text=text, at=at):
            time = f'<time datetime="{_h(at)}">{_h(at)}</time> ' if at else ""
            return f"<h3>{time}{_h(text)}</h3>"
        case Quote(text=text):
            return f"<blockquote>{_h(text)}</blockquote>"
        case ListBlock(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_h(item)}</li>' for item in items)}</{tag}>"
        case Table(rows=rows):
            cells = ("".join(f"<td>{_h(cell)}</td>" for cell in row) for row in rows)
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
        case Image(url=url, alt=alt, caption=caption):
            # By reference only: nothing is loaded from outside when the file is opened.
            return f'<p><a href="{_h(_address(url))}">{_h(caption or alt or url)}</a></p>'
        case VideoBlock(video=video):
            return f'<p><a href="{_h(_address(video.url))}">{_h(_video_words(video))}</a></p>'
        case Paragraph(text=text):
            return f"<p>{_h(text)}</p>"


def _address(url: str) -> str:
    """Only web addresses become links; `javascript:` and its like do not."""
    safe = url if re.match(r"https?://", url, re.I) else ""
    return safe.replace("<", "%3C").replace(">", "%3E").replace("\n", "")


def _md(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", text)


def _h(text: str) -> str:
    return html.escape(clean(text))
