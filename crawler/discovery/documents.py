"""Bytes of somebody's document, made fit for a parser: unpacked within limits, decoded, without DTD.

Everything that a finder reads passes here first, so that no parser ever sees a document type
definition (external entities, a billion laughs), a compression bomb or bytes in a charset other
than the one it believes. Not here: the content coding of HTTP responses, which fetching removes.
"""

from __future__ import annotations

import codecs
import contextlib
import re
import zlib
from collections.abc import Sequence
from typing import Final

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from ...errors import PalimpsestError

# The sitemap protocol allows 50 MB unpacked; no feed or front page of a news outlet comes near it.
MAX_BYTES: Final = 64_000_000

# Each member costs a copy of what follows it: a file of a million empty ones is an attack.
_MAX_MEMBERS: Final = 100

_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([A-Za-z0-9_.:\-]{1,40})"
    rb"|<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{1,40})",
    re.IGNORECASE,
)
_ASCII: Final = bytes(range(128))
_UTF16: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
# Not allowed in XML 1.0 (production 2), though feeds bring them; they would end the parse.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG: Final = re.compile(r"(?:[\s\ufeff]+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE\b(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*", re.IGNORECASE)
_SUBSET_END: Final = re.compile(r"\]\s*>")
_HTML: Final = frozenset({"html", "head", "body", "title", "meta", "script", "div", "p", "h1", "center"})
_ROOT: Final = re.compile(r"<(?:[\w.\-]+:)?([\w.\-]+)")


def inflate(payload: bytes, url: str, unfit: type[PalimpsestError], limit: int = MAX_BYTES) -> bytes:
    """Unpack `payload` where it is gzip (RFC 1952); give anything else as it is.

    Args:
        payload: The document, perhaps gzipped; of several members the first hundred are read.
        url: Its address, for the error.
        unfit: What to raise.
        limit: Most bytes that may come out; no more than this is ever held.

    Raises:
        PalimpsestError: As `unfit`; it is larger than `limit`, or damaged from its beginning on. What can be
            read of a file that breaks off is given.
    """
    if len(payload) > limit:
        raise unfit(f"the document is larger than {limit:,} bytes", url=url)
    if not payload.startswith(b"\x1f\x8b"):
        return payload
    out = bytearray()
    rest = payload
    for _ in range(_MAX_MEMBERS):
        if not rest.startswith(b"\x1f\x8b"):
            break
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(rest, limit + 1 - len(out))
        except zlib.error as error:
            if not out:
                raise unfit("the gzip file is damaged", url=url) from error
            break
        if len(out) > limit:
            raise unfit(f"the document is larger than {limit:,} bytes once unpacked", url=url)
        rest = member.unused_data
    return bytes(out)


def decode(payload: bytes, headers: Sequence[tuple[str, str]] = ()) -> tuple[str, str | None]:
    """Turn bytes into text, whatever charset they claim.

    A byte order mark decides; then UTF-8, where the bytes are that but for a slip (text in another
    charset hardly ever looks like it); then what the document declares, then the HTTP header.

    Args:
        payload: The document; where it breaks off within a character, that one is left out.
        headers: The response's headers.

    Returns:
        (text, problem): the problem in words where a charset was wrong or bytes were lost.
    """
    marked, mark = read_bom(payload)
    if marked:
        return payload[len(mark or b"") :].decode(marked, "replace"), None
    for start, name in _UTF16:
        if payload.startswith(start):
            return payload.decode(name, "replace"), None
    declared = _declared(payload, headers)
    # ISO-2022 charsets are ASCII throughout but for their escape sequences: valid as UTF-8, and wrong.
    if not (b"\x1b" in payload and any(name.startswith("iso2022") for name in declared)):
        text = codecs.utf_8_decode(payload, "replace", False)[0]
        slips, beyond_ascii = text.count("\ufffd"), len(payload.translate(None, _ASCII))
        if slips * 10 <= beyond_ascii:
            wrong = next((name for name in declared if name != "utf-8"), None) if beyond_ascii else None
            return text, (
                f"{slips} bytes are not UTF-8; they were replaced"
                if slips
                else f"it says that it is {wrong}, and is UTF-8"
                if wrong
                else None
            )
    for name in declared:
        # Charsets of the Latin and Cyrillic kind accept any byte: no proof, but the best there is.
        with contextlib.suppress(UnicodeDecodeError):
            return payload.decode(name), None
    named = next((name for name in declared if name != "utf-8"), "cp1252")
    return payload.decode(named, "replace"), f"it is neither UTF-8 nor what it says; it was read as {named}"


def _declared(payload: bytes, headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Python's names of the charsets that the document and the HTTP header declare."""
    labels = [http_content_type_encoding(value) for name, value in headers if name.lower() == "content-type"]
    if found := _DECLARED.search(payload[:4_096]):
        labels.insert(0, (found[1] or found[2]).decode("ascii"))
    names = dict.fromkeys(resolve_encoding(label) for label in labels if label)
    return tuple(name for name in names if name and _is_charset(name))


def _is_charset(name: str) -> bool:
    # Among what Python calls codecs are "hex" and "idna", and a page may name UTF-16 in ASCII.
    try:
        return b"<a>".decode(name) == "<a>"
    except (LookupError, UnicodeError):
        return False


def bare_xml(text: str, url: str, unfit: type[PalimpsestError]) -> tuple[str, str]:
    """Take away what stands before an XML document's root element, the DTD above all.

    Args:
        text: The document.
        url: Its address, for the error.
        unfit: What to raise.

    Returns:
        (text from the root element on without characters illegal in XML, the root's local name in
        lowercase); the name is "html" for anything of HTML, and "" where there is no element.

    Raises:
        PalimpsestError: As `unfit`; the DTD declares entities. A bare reference to a DTD (RSS 0.91, XHTML)
            does no harm once it is cut off.
    """
    place = _PROLOG.match(text, max(text.find("<"), 0)).end()  # type: ignore[union-attr]
    if doctype := _DOCTYPE.match(text, place):
        place = doctype.end()
        if text.startswith("[", place):
            end = _SUBSET_END.search(text, place)
            if "<!ENTITY" in text[place : end.start() if end else None]:
                raise unfit("the document declares entities, which is how XML attacks work", url=url)
            place = end.end() if end else len(text)
        place = _PROLOG.match(text, place + text.startswith(">", place)).end()  # type: ignore[union-attr]
    root = _ROOT.match(text, place)
    name = root[1].lower() if root else ""
    is_html = name in _HTML or (doctype is not None and doctype[0][9:].strip().lower().startswith("html"))
    return _ILLEGAL.sub("", text[place:]), "html" if is_html else name
