"""From the bytes of a page to clean text; it decides the charset and nothing else.

Servers and pages lie about their charset, so a declaration is only a candidate: strict UTF-8 that
decodes is believed before anything but a byte order mark (text in another charset is almost never
valid UTF-8), then the declared ones in the order of the HTML standard (`Content-Type`, then meta),
then a guess. Labels are read as browsers read them (WHATWG Encoding: "latin1" means windows-1252).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from trafilatura.utils import detect_encoding

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE
)
# What browsers take these labels for (WHATWG Encoding Standard, 4.2).
_BROWSER = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
}
# What a page without a declaration is taken for, by its language (HTML standard, 13.2.3.2).
_DEFAULTS = {
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl", "bs"), "cp1250"),
    **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk", "kk"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    "el": "cp1253",
    "tr": "cp1254",
    "he": "cp1255",
    "vi": "cp1258",
    "th": "cp874",
    "ja": "cp932",
    "ko": "cp949",
    "zh": "gb18030",
}
_LATIN = {
    "cp1250",
    "cp1252",
    "cp1254",
    "cp1257",
    "cp1258",
    "latin_1",
    "iso8859_15",
    "mac_roman",
    "cp850",
    "cp858",
    "cp437",
}
_LANG = re.compile(rb"<html[^>]{0,300}?\slang\s*=\s*[\"']?([a-zA-Z]{2})")
# C0 and C1 controls but tab, line feed, carriage return; DEL; non-characters; lone surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MAGIC = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x28\xb5\x2f\xfd",
    b"OggS",
    b"ID3",
)
_HEAD = 4096  # bytes looked at for a declaration; the HTML standard asks for 1024


def decode(payload: bytes | str, headers: Sequence[tuple[str, str]] = ()) -> tuple[str, str]:
    """Decode a page.

    Args:
        payload: The bytes as received, without content coding; or text, which is only cleaned.
        headers: The response's headers, for `Content-Type`.

    Returns:
        The text without control characters, and the name of the charset it was read with
        ("text" where it came as text). Bytes that fit no charset are replaced, never refused.
    """
    if isinstance(payload, str):
        return _CONTROLS.sub("", payload), "text"
    for bom, name in _BOMS:
        if payload.startswith(bom):
            return _CONTROLS.sub("", payload[len(bom) :].decode(name, "replace")), name
    for name in _candidates(payload, headers):
        try:
            return _CONTROLS.sub("", payload.decode(name)), name
        except (LookupError, UnicodeError, ValueError):
            continue
    return _CONTROLS.sub("", payload.decode("utf-8", "replace")), "utf-8"


def binary(payload: bytes | str, text: str) -> bool:
    """Whether a payload is no text at all: a compressed body, an image, a document.

    Args:
        payload: The bytes, or text.
        text: What `decode` made of it.
    """
    if isinstance(payload, str):
        return False
    sample = text[:_HEAD]
    return payload.startswith(_MAGIC) or sample.count("\ufffd") * 10 > len(sample)


def _candidates(payload: bytes, headers: Sequence[tuple[str, str]]) -> Iterator[str]:
    if b"\x1b$" in payload:  # ISO-2022-JP is all ASCII, and so would pass for UTF-8
        yield from (name for name in _declared(payload, headers) if name.startswith("iso2022_jp"))
    yield "utf-8"
    if not _mostly_utf8(payload):
        yield from _declared(payload, headers)
        language = _LANG.search(payload[:_HEAD])
        if language:
            yield _DEFAULTS.get(language.group(1).decode("ascii").lower(), "cp1252")
        for guess in detect_encoding(payload):
            # The detector cannot tell the Latin code pages apart; the commonest is the best guess.
            yield "cp1252" if guess in _LATIN else guess
        yield "cp1252"


def _declared(payload: bytes, headers: Sequence[tuple[str, str]]) -> Iterator[str]:
    content_types = [
        value.encode("latin-1", "ignore") for key, value in headers if key.lower() == "content-type"
    ]
    for where in (*content_types, payload[:_HEAD]):
        for match in _CHARSET.finditer(where):
            label = (match.group(1) or match.group(2)).decode("ascii", "ignore").lower()
            name = _BROWSER.get(label, label)
            try:
                info = codecs.lookup(name)
            except (LookupError, ValueError):
                continue
            # Python's non-text codecs (hex, zip) and UTF-7 are no charsets of a page.
            if info._is_text_encoding and info.name not in {"utf-7", "idna", "punycode", "unicode_escape"}:
                yield info.name


def _mostly_utf8(payload: bytes) -> bool:
    """Whether the bytes are UTF-8 with a few broken places (a cut, a pasted word)."""
    sample = payload[:200_000]
    if sample.isascii():
        return True
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = sum(ord(c) > 127 for c in text) - broken
    return broken * 20 < wide
