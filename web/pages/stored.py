"""What was received, as it was received: a version's page made harmless, and its exact bytes.

Both answers carry a policy of their own that boxes them in. Which capture is shown is the caller's choice;
how markup becomes harmless is `harmless`'s.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ...crawler.fetching.decoding import content_codings, decode_body
from ...errors import NotFound, Redacted, Refused, Unfit
from ...storage import Archive, StoredCapture
from ..harmless import RAW_POLICY, STORED_POLICY, sanitised
from ..memento_links import http_date
from ..rendering import page
from ..room import OfArchive

router = APIRouter()
# A sandboxed page may not ask for a group of its own: browsers refuse to show it (HTML standard, 7.1.3).
_ALONE: Final = {"cross-origin-opener-policy": "unsafe-none"}
_SHOWN: Final = re.compile(r"text/(?:html|plain)|image/(?:png|jpeg|gif|webp|avif)", re.IGNORECASE)
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]{2,40})", re.IGNORECASE)
_TAG: Final = re.compile("<[^>]*>")
_CODINGS: Final = frozenset({"gzip", "deflate", "br", "zstd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A capture, the capture whose answer carried its bytes (of a 304 an earlier one), and the bytes."""

    shown: StoredCapture
    bearer: StoredCapture
    payload: bytes

    @property
    def headers(self) -> dict[str, str]:
        """When it was received, and the digest of its bytes (RFC 7089, 2.1.1; RFC 9530, 3)."""
        digest = base64.b64encode(self.bearer.capture.sha256 or b"").decode()
        return {"Memento-Datetime": http_date(self.shown.capture.at), "Repr-Digest": f"sha-256=:{digest}:"}


@router.get("/version/{public_id}/page")
def version_page(request: Request, archive: OfArchive, public_id: str, framed: bool = False) -> HTMLResponse:
    """The page of the capture that first showed a version, made harmless; framed, its links lead nowhere."""
    version = archive.version(public_id)
    found = received(archive, version.capture_id)
    return as_page(request, archive, found, spoken=version.extraction.language, links=not framed)


@router.get("/version/{public_id}/raw")
def version_bytes(archive: OfArchive, public_id: str) -> Response:
    """The exact bytes of the capture that first showed a version, as a file to keep."""
    version = archive.version(public_id)
    found = received(archive, version.capture_id)
    name = f"palimpsest-{version.public_id}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **found.headers}
    headers |= {"content-security-policy": RAW_POLICY, **_ALONE}
    return Response(found.payload, headers=headers, media_type="application/octet-stream")


def received(archive: Archive, capture_id: int) -> Received:
    """What a capture shows.

    Raises:
        NotFound: No body was received.
        Redacted: It was taken out of the archive.
        Damaged: What is stored is not what was received.
    """
    shown = archive.capture(capture_id)
    if shown.redacted:
        raise Redacted("this page was taken out of the archive", url=shown.capture.url)
    bearer = archive.bearer(capture_id)
    if bearer.capture.sha256 is None:
        raise NotFound("no page was received then: there was no body to keep", url=shown.capture.url)
    return Received(shown=shown, bearer=bearer, payload=archive.payload(bearer.capture.sha256))


def as_page(
    request: Request,
    archive: Archive,
    found: Received,
    headers: dict[str, str] | None = None,
    *,
    spoken: str | None = None,
    links: bool = True,
) -> HTMLResponse:
    """What was received as a page that can do nothing, under a policy that lets it do nothing.

    Args:
        request: What was asked.
        archive: Where it lies.
        found: What was received.
        headers: Further headers of the answer.
        spoken: The language of its text, where it is known.
        links: Whether links lead to the live pages; in a frame they would replace the page.

    Raises:
        NotFound: It is no text, or its content coding cannot be undone.
    """
    # Imported here: charsets are guessed with trafilatura, which takes half a second to come.
    from ...crawler.extraction.decode import binary, decode

    capture = found.bearer.capture
    try:
        limit = archive.settings.fetch.max_decoded_bytes
        body = decode_body(found.payload, capture.headers, limit=limit)
    except (Refused, Unfit) as error:
        raise NotFound(f"the page cannot be shown: {error.message}; its exact bytes can be had") from error
    markup, _ = decode(body, capture.headers)
    if binary(body, markup):
        raise NotFound("what was received is no page of text; its exact bytes can be had")
    harmless = sanitised(markup, found.shown.capture.url, links=links)
    told = {"Memento-Datetime": found.headers["Memento-Datetime"]}  # the digest is of other bytes
    return page(
        request,
        "stored.html",
        headers=told | (headers or {}) | {"content-security-policy": STORED_POLICY, **_ALONE},
        markup=harmless.html,
        is_cut=harmless.is_cut,
        is_empty=not _TAG.sub("", harmless.html).strip(),
        url=found.shown.capture.url,
        at=found.shown.capture.at,
        spoken=spoken,
    )


def as_bytes(found: Received, headers: dict[str, str]) -> Response:
    """The bytes under their own type and content coding, where these are harmless to show; boxed in."""
    capture = found.bearer.capture
    said = capture.header("Content-Type") or ""
    kind, charset = _SHOWN.fullmatch(said.partition(";")[0].strip()), _CHARSET.search(said)
    content_type = "application/octet-stream"
    if kind:
        content_type = kind[0].lower() + (f"; charset={charset[1]}" if charset else "")
    codings = content_codings(capture.headers)
    coded = {"content-encoding": ", ".join(codings)} if codings and _CODINGS.issuperset(codings) else {}
    policy = {"content-security-policy": RAW_POLICY, "content-type": content_type, **_ALONE}
    return Response(found.payload, headers=found.headers | headers | coded | policy)
