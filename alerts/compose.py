"""An alert as a message: outlet, headlines, kinds, the words that changed, and links; three forms of it.

Everything archived is hostile: it is escaped in HTML and Markdown, control characters are replaced, and
the subject is one line. With `web.base_url` the links are absolute; without it they are the commands that
show the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol
from urllib.parse import urlsplit

from ..changes import compare, render_html, render_markdown, render_text
from ..changes.render_markdown import escape_markdown
from ..changes.render_text import safe
from ..errors import Damaged
from ..model import Version, sha256
from ..storage import Alert, Archive, Change, Parcel, Watch

LONGEST_SUBJECT = 150
LONGEST_DIFF = 40_000  # characters; chats and mail servers refuse more
_TOO_LONG = "The change is too long to be shown here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One alert, ready to be shown.

    Attributes:
        alert_id: Lasting; a receiver tells by it what it has had.
        change: What happened.
        watch_id, why: The watch, and why it was met.
        outlet: The name of the source, or the host.
        before_link, after_link, mute_link: Links or commands.
        live_link: The page itself; "" where its address is not of the web.
        diff_html, diff_markdown, diff_plain: The words that changed.
    """

    alert_id: int
    change: Change
    watch_id: int
    why: str
    outlet: str
    before_link: str
    after_link: str
    live_link: str
    mute_link: str
    diff_html: str
    diff_markdown: str
    diff_plain: str

    @property
    def line(self) -> str:
        """The alert in one line."""
        title = self.change.title_after or self.change.title_before
        return one_line(f"{self.outlet}: {title} ({', '.join(self.change.kinds)})")

    @property
    def _titles(self) -> tuple[tuple[str, str], ...]:
        before, after = one_line(self.change.title_before), one_line(self.change.title_after)
        return (("Headline", after),) if before == after else (("Before", before), ("After", after))

    @property
    def _links(self) -> tuple[tuple[str, str], ...]:
        links = (
            ("Before", self.before_link),
            ("After", self.after_link),
            ("Live page", self.live_link),
            ("Mute", self.mute_link),
        )
        return tuple((name, link) for name, link in links if link)

    @property
    def html(self) -> str:
        """As an HTML fragment."""
        rows = "".join(f"<p>{name}: <strong>{escape(safe(t))}</strong></p>" for name, t in self._titles)
        links = " · ".join(_anchor(name, link) for name, link in self._links)
        kinds = escape(", ".join(self.change.kinds))
        return (
            f"<p>{escape(safe(one_line(self.outlet)))} · {kinds} · weight {self.change.weight:.2f}</p>"
            f"{rows}\n{self.diff_html}<p>{links}</p>\n"
        )

    @property
    def markdown(self) -> str:
        """As Markdown."""
        rows = "\n".join(f"{name}: **{escape_markdown(safe(t))}**  " for name, t in self._titles)
        links = " · ".join(
            f"[{name}](<{link}>)" if is_web(link) else f"{name}: `{link}`" for name, link in self._links
        )
        outlet = escape_markdown(safe(one_line(self.outlet)))
        head = f"{outlet} · {', '.join(self.change.kinds)} · weight {self.change.weight:.2f}"
        return f"{head}\n\n{rows}\n\n{self.diff_markdown}\n{links}\n"

    @property
    def plain(self) -> str:
        """As plain text."""
        rows = "\n".join(f"{name}: {safe(t)}" for name, t in self._titles)
        links = "\n".join(f"{name}: {link}" for name, link in self._links)
        return f"{safe(one_line(self.outlet))}\n{rows}\n\n{self.diff_plain}\n{links}\n"

    def as_json(self) -> dict[str, Any]:
        """As values for a program."""
        change = self.change
        return {
            "alert": self.alert_id,
            "watch": self.watch_id,
            "why": self.why,
            "change": change.id,
            "article": change.article_id,
            "at": change.at.isoformat(),
            "outlet": self.outlet,
            "url": self.live_link,
            "title_before": change.title_before,
            "title_after": change.title_after,
            "kinds": [kind.value for kind in change.kinds],
            "weight": change.weight,
            "verdict": change.verdict.value,
            "reasons": list(change.reasons),
            "before": self.before_link,
            "after": self.after_link,
            "mute": self.mute_link,
            "diff": self.diff_plain,
            "diff_html": self.diff_html,
        }


class Sendable(Protocol):
    """What a channel sends: a message in every form, and an id that is the same at every try."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def markdown(self) -> str: ...
    @property
    def plain(self) -> str: ...
    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to a channel at once: one alert, or several gathered.

    `id` is the same at every try, as long as nothing was gathered to it since: who has had it has had all.
    """

    id: str
    items: tuple[Item, ...]

    @property
    def subject(self) -> str:
        """One line, without control characters: it may become a mail's header."""
        more = f" (+{len(self.items) - 1})" if len(self.items) > 1 else ""
        line = self.items[-1].line
        room = LONGEST_SUBJECT - len(more)
        return (line if len(line) <= room else line[: room - 1] + "…") + more

    @property
    def html(self) -> str:
        """All items as HTML."""
        return "<hr>\n".join(item.html for item in self.items)

    @property
    def markdown(self) -> str:
        """All items as Markdown."""
        return "\n---\n\n".join(item.markdown for item in self.items)

    @property
    def plain(self) -> str:
        """All items as plain text."""
        return f"\n{'-' * 40}\n\n".join(item.plain for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """All items as values for a program."""
        return {"id": self.id, "alerts": [item.as_json() for item in self.items]}


def compose(archive: Archive, parcel: Parcel) -> Message:
    """The message of a parcel."""
    watch = archive.watch(parcel.channel.watch_id)
    items = tuple(compose_item(archive, each.alert, watch) for each in parcel.deliveries)
    # When what is told was seen tells the alerts of two archives apart, and those of one that was restored.
    said = " ".join(f"{each.id} {each.alert.change.at.isoformat()}" for each in parcel.deliveries)
    gathered = sha256(said.encode()).hex()[:16]
    return Message(id=f"palimpsest-{watch.id}-{parcel.id}-{gathered}", items=items)


def compose_item(archive: Archive, alert: Alert, watch: Watch, *, base: str | None = None) -> Item:
    """An alert, ready to be shown.

    Args:
        archive, alert, watch: It, and what it is of.
        base: Under which address links lead to the reading room; None: as `web.base_url` says.
    """
    change = alert.change
    article = archive.article(change.article_id)
    old, new = readable_version(archive, change.old_id), readable_version(archive, change.new_id)
    names = {source.id: source.name for source in archive.sources()}
    html, markdown, plain = diffs(change, old, new)
    base = (archive.settings.web.base_url if base is None else base).rstrip("/")
    mute = f"palimpsest watch mute {watch.id}"
    if base:
        mute = f"{base}/watches/{watch.id}/mute?token={watch.token}"
    return Item(
        alert_id=alert.id,
        change=change,
        watch_id=watch.id,
        why=alert.why,
        outlet=names.get(article.source_id or 0) or urlsplit(article.url).hostname or "",
        before_link=_version_link(base, old),
        after_link=_version_link(base, new),
        live_link=article.url if is_web(article.url) else "",
        mute_link=mute,
        diff_html=html,
        diff_markdown=markdown,
        diff_plain=plain,
    )


def readable_version(archive: Archive, version_id: int | None) -> Version | None:
    """A version; None for None, and where its bytes are damaged: a change is told all the same, by its
    reasons, and does not keep all later ones from being told."""
    try:
        return archive.version_by_id(version_id)
    except Damaged:
        return None


def one_line(text: str) -> str:
    """A text without line breaks and control characters."""
    return re.sub(r"\s+", " ", safe(text.replace("\r", " ").replace("\n", " "))).strip()


def diffs(change: Change, old: Version | None, new: Version | None) -> tuple[str, str, str]:
    """The words that changed as HTML, Markdown and plain text; the reasons where there are none to show."""
    if old is None or new is None or old.id == new.id or old.redacted or new.redacted:
        words = "\n".join(safe(reason) for reason in change.reasons)
        return f"<p>{escape(words)}</p>\n", escape_markdown(words) + "\n", words + "\n"
    found = compare(old.extraction, new.extraction)
    forms = render_html(found, context=1), render_markdown(found), render_text(found)
    instead = f"<p>{_TOO_LONG}</p>\n", f"{_TOO_LONG}\n", f"{_TOO_LONG}\n"
    html, markdown, plain = (
        form if len(form) <= LONGEST_DIFF else short for form, short in zip(forms, instead, strict=True)
    )
    return html, markdown, plain


def _version_link(base: str, version: Version | None) -> str:
    if version is None:
        return ""
    if base:
        return f"{base}/version/{version.public_id}"
    return f"palimpsest show {version.article_id} --version {version.number}"


def is_web(link: str) -> bool:
    """Whether a link is an address of the web, and no command."""
    return link.startswith(("http://", "https://")) and not re.search(r"[\s<>\x00-\x1f\x7f-\x9f]", link)


def _anchor(name: str, link: str) -> str:
    if is_web(link):
        return f'<a href="{escape(link)}">{name}</a>'
    return f"{name}: <code>{escape(link)}</code>"
