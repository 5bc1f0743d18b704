"""Citations: what they say, and that no headline or name can break out of its field."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.exports import cite
from palimpsest.model import Article, ArticleState, Extraction, Version, sha256
from palimpsest.storage import VersionRecord

AT = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
PAGE = Extraction(
    url="https://herald.example/a?b=1&c=%C3%A9#d",
    title="Ferry to return, at 50% of {cost} & more_",
    authors=("Ana Ruiz", "Smith and Sons, Ltd."),
    published="2026-02-28T09:00:00+01:00",
    language="en-GB",
)


def record(page: Extraction = PAGE) -> VersionRecord:
    article = Article(
        id=1, source_id=1, url=page.url, aliases=(), title=page.title, state=ArticleState.LIVE,
        first_seen=AT, last_seen=AT, published=page.published, versions=2, captures=2,
    )  # fmt: skip
    version = Version(
        id=2, public_id="56afc4f685a54df9b38d", article_id=1, number=2, first_seen=AT, last_seen=AT,
        captures=1, capture_id=2, extraction=page,
    )  # fmt: skip
    return VersionRecord(
        version=version, article=article, source="herald", record_id=uuid.UUID(int=1), captured_at=AT,
        captured_url=page.url, payload_sha256=sha256(b"page"), change=None,
    )  # fmt: skip


def cited(form: str, page: Extraction = PAGE, base_url: str = "") -> str:
    return cite.FORMATS[form](cite.citation(record(page), outlet="The Herald", base_url=base_url))


@pytest.mark.parametrize("form", list(cite.FORMATS))
@pytest.mark.parametrize("base_url", ["", "https://news.example.org"])
def test_every_form_says_what_makes_it_checkable(form: str, base_url: str) -> None:
    said = cited(form, base_url=base_url).replace("\\_", "_")
    assert sha256(b"page").hex() in said
    assert "56afc4f685a54df9b38d" in said
    assert "2026-03-01T12:00:05Z" in said
    assert "The Herald" in said
    assert "https://herald.example/a?b=1" in said
    assert ("https://news.example.org/version/56afc4f685a54df9b38d" in said) == bool(base_url)


def test_bibtex_escapes_what_tex_would_read() -> None:
    said = cited("bibtex")
    assert r"title = {{Ferry to return, at 50\% of \textbraceleft{}cost\textbraceright{} \& more\_}}," in said
    assert "author = {{Ana Ruiz} and {Smith and Sons, Ltd.}}," in said
    assert "date = {2026-02-28}," in said
    assert "urldate = {2026-03-01}," in said
    assert "url = {https://herald.example/a?b=1&c=%C3%A9#d}," in said


def test_csl_is_what_zotero_and_pandoc_read() -> None:
    (item,) = json.loads(cited("csl", base_url="https://news.example.org/"))
    assert item["type"] == "article-newspaper"
    assert item["issued"] == {"date-parts": [[2026, 2, 28]]}
    assert item["accessed"]["date-parts"] == [[2026, 3, 1]]
    assert item["URL"] == "https://news.example.org/version/56afc4f685a54df9b38d"
    assert item["author"] == [{"literal": "Ana Ruiz"}, {"literal": "Smith and Sons, Ltd."}]


def test_ris_has_a_tag_a_line() -> None:
    lines = cited("ris").split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-2:] == ["ER  - ", ""]
    assert "DA  - 2026/02/28/" in lines
    assert "AU  - Smith and Sons, Ltd." in lines


def test_prose_is_one_line() -> None:
    assert cited("text").startswith(
        "Ana Ruiz; Smith and Sons, Ltd.. “Ferry to return, at 50% of {cost} & more_”. The Herald, "
    )


def test_what_is_not_known_is_left_out() -> None:
    bare = Extraction(url="https://herald.example/a", published="soon", title="")
    for form in cite.FORMATS:
        assert "None" not in cited(form, bare)
        assert "soon" not in cited(form, bare)
    assert '"issued"' not in cited("csl", bare)
    assert "2026/13" not in cited("ris", replace(bare, published="2026-13-01"))
    assert "PY  - 2026\r\nDA  - 2026///" in cited("ris", replace(bare, published="2026"))


HOSTILE = st.text(st.sampled_from('{}\\"%$&#_^~@,\r\n\u2028\u202e\x00\x1bTY ER-\ud800é'), max_size=30)


@given(title=HOSTILE, author=HOSTILE, url=HOSTILE)
def test_no_text_breaks_out_of_its_field(title: str, author: str, url: str) -> None:
    page = Extraction(
        url=f"https://h.example/{url}", title=title, authors=(author,), language=author, published=title
    )
    bib = cited("bibtex", page)
    bib.encode()
    depths = [
        bib.replace("\\\\", "")[: place + 1].count("{") - bib[: place + 1].count("}")
        for place in range(len(bib))
    ]
    assert depths[-1] == 0
    assert min(depths) >= 0
    assert all(depth > 0 for depth in depths[bib.index("{") : -1])  # the entry ends at its last brace
    assert not re.search(r"(?<!\\)[%&#$]", re.sub(r"\n  url = .*", "", bib))
    ris = cited("ris", page).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris[:-1])
    assert [line[:2] for line in ris].count("ER") == 1
    (item,) = json.loads(cited("csl", page))
    assert item["id"] == "palimpsest-56afc4f685a54df9b38d"
    assert len(cited("text", page).splitlines()) == 1
