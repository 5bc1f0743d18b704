"""An article through time: its timeline, one version of it, what it said at a moment, what changed."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from ...changes import compare
from ...errors import FixInput, NotFound
from ...exports import cite
from ...model import Article, ChangeKind, Source, VideoBlock
from ...moments import read_moment
from ...storage import Archive
from ..diffs import View, rows
from ..memento import memento_headers
from ..rendering import page
from ..room import Now, OfArchive
from ..timelines import STEPS, WIDTH, drawn, moment_of, slider

router = APIRouter()
ArticleId = Annotated[int, Path(ge=1, lt=2**63)]
EVENTS: Final = 2000
"""Changes of one article that are read at the most; a timeline of more would be read by nobody."""
FORMS: Final = {"text": "Text", "bibtex": "BibTeX", "csl": "CSL-JSON", "ris": "RIS"}
assert FORMS.keys() == cite.FORMATS.keys()
CITED: Final = {
    "bibtex": ("application/x-bibtex", "bib"),
    "csl": ("application/vnd.citationstyles.csl+json", "json"),
    "ris": ("application/x-research-info-systems", "ris"),
}
"""What reference managers know the forms by: a media type and the end of a file's name."""


@router.get("/articles/{article_id}")
def article_page(request: Request, archive: OfArchive, article_id: ArticleId) -> HTMLResponse:
    """An article's timeline, the newest first."""
    article = archive.article(article_id)
    outlet = _outlet(archive, article)
    spans = archive.timeline(article.id)
    changes = archive.edits(article_id=article.id, limit=EVENTS)
    made = {one.new_number: one for one in changes if one.new_number and one.old_number != one.new_number}
    return page(
        request,
        "article.html",
        article=article,
        outlet=outlet,
        spoken=outlet.language if outlet else None,
        spans=spans,
        left=[span for span in spans if not span.redacted],
        made=made,
        events=[one for one in changes if one.new_number is None or one.old_number == one.new_number],
        drawn=drawn(spans),
        width=WIDTH,
        slider=slider(spans, None),
        steps=STEPS,
        previous={new.number: old for old, new in pairwise(spans)},
    )


@router.get("/articles/{article_id}/at")
def at_moment(
    archive: OfArchive, now: Now, article_id: ArticleId, when: str = "", step: str = ""
) -> RedirectResponse:
    """To the version that stood at a moment, named by a date or by a step of the slider."""
    article = archive.article(article_id)
    spans = archive.timeline(article.id)
    if when.strip():
        moment = read_moment(when, now=now, end_of_day=True)
    elif step.isascii() and step.isdigit() and len(step) < 6 and spans:
        moment = moment_of(spans, int(step))
    else:
        raise FixInput("give the moment as when=2026-10-15, or as a step of the slider")
    found = archive.version_at(article.id, moment)
    if found is None:
        raise NotFound(f"nothing of this article was archived by {when or moment.isoformat()}")
    address = f"/version/{found.public_id}?{urlencode({'at': moment.isoformat()})}"
    return RedirectResponse(address, 303)


@router.get("/versions/{public_id}")
def older_link(public_id: str) -> RedirectResponse:
    """The address that early alerts have."""
    return RedirectResponse(f"/version/{public_id}", 308)


@router.get("/version/{public_id}")
def version_page(
    request: Request, archive: OfArchive, now: Now, public_id: str, at: str = ""
) -> HTMLResponse:
    """One version: its text as it was read, and all that is known of it."""
    version = archive.version(public_id)
    (record,) = archive.records([version.id])
    spans = archive.timeline(version.article_id)
    here = next(k for k, span in enumerate(spans) if span.id == version.id)
    moment = read_moment(at, now=now, end_of_day=True) if at else None
    said = version.extraction
    placed = {block.video for block in said.blocks if isinstance(block, VideoBlock)}
    return page(
        request,
        "version.html",
        headers=memento_headers(request, archive, record.article, record.captured_at),
        record=record,
        version=version,
        said=said,
        beside=[video for video in said.videos if video not in placed],
        article=record.article,
        outlet=_outlet(archive, record.article),
        spans=spans,
        before=next((span for span in reversed(spans[:here]) if not span.redacted), None),
        after=next((span for span in spans[here + 1 :] if not span.redacted), None),
        at=moment,
        gone=moment is not None and _was_withdrawn(archive, version.article_id, moment),
        slider=slider(spans, moment or version.first_seen),
        steps=STEPS,
        forms=FORMS,
        citation=cite.text(_citation(archive, version.id)),
    )


@router.get("/version/{public_id}/cite")
def citation_file(archive: OfArchive, public_id: str, form: str = "text") -> PlainTextResponse:
    """A citation for a reference manager."""
    if form not in cite.FORMATS:
        raise FixInput(f"there is no citation form {form!r}; there are {', '.join(cite.FORMATS)}")
    version = archive.version(public_id)
    text = cite.FORMATS[form](_citation(archive, version.id)) + "\n"
    if form not in CITED:
        return PlainTextResponse(text)
    media_type, ending = CITED[form]
    name = f'attachment; filename="palimpsest-{version.public_id}.{ending}"'
    return PlainTextResponse(text, headers={"Content-Disposition": name}, media_type=media_type)


@router.get("/diff")
def diff_page(
    request: Request, archive: OfArchive, old: str, new: str, view: Annotated[View, Query()] = View.INLINE
) -> HTMLResponse:
    """What changed from one version to another."""
    first, second = archive.version(old), archive.version(new)
    if first.article_id != second.article_id:
        raise FixInput("these are versions of two articles; choose two of one")
    article = archive.article(first.article_id)
    comparison = compare(first.extraction, second.extraction)
    spans = [span for span in archive.timeline(article.id) if not span.redacted]
    steps = list(pairwise(spans))
    return page(
        request,
        "diff.html",
        article=article,
        outlet=_outlet(archive, article),
        old=first,
        new=second,
        comparison=comparison,
        rows=rows(comparison, view),
        view=view,
        views={View.INLINE: "Inline", View.SIDE: "Side by side", View.CHANGES: "Changes only"},
        spans=spans,
        earlier=next((step for step in steps if step[1].id == first.id), None),
        later=next((step for step in steps if step[0].id == second.id), None),
    )


def _outlet(archive: Archive, article: Article) -> Source | None:
    return next((one for one in archive.sources() if one.id == article.source_id), None)


def _was_withdrawn(archive: Archive, article_id: int, moment: datetime) -> bool:
    """Whether the article was known to be taken off its site at a moment, and not yet to be back."""
    states = (ChangeKind.WITHDRAWN, ChangeKind.RESTORED)
    events = archive.edits(article_id=article_id, kinds=states, limit=EVENTS)
    last = next((one.change for one in events if one.change.at <= moment), None)
    return last is not None and ChangeKind.WITHDRAWN in last.kinds


def _citation(archive: Archive, version_id: int) -> cite.Citation:
    (record,) = archive.records([version_id])
    outlet = next((one.name for one in archive.sources() if one.slug == record.source), "")
    return cite.citation(record, outlet=outlet, base_url=archive.settings.web.base_url)
