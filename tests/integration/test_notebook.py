"""The archive in Python: `from palimpsest import Archive`, as a researcher uses it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pandas
import polars
import pytest

import palimpsest
from palimpsest import Archive
from palimpsest.errors import BadQuery, FixInput, NotFound, WrongArchive
from palimpsest.model import Source
from palimpsest.storage import Archive as Store

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
Visit = Callable[..., int]


@pytest.fixture
def news(archive: Store, source: Source, visit: Visit) -> Iterator[Archive]:
    """Two articles, one of them edited, opened as a notebook does."""
    visit(b"The bridge opens in May.", source_id=source.id, title="Bridge to open")
    visit(b"Rain.", url="https://herald.example/b", at=NOW + HOUR, source_id=source.id, title=EVIL)
    visit(b"The bridge opens in June.", at=NOW + 30 * HOUR, source_id=source.id, title="Bridge delayed")
    with Archive(archive.directory) as news:
        yield news


def test_a_search_is_lazy_and_may_be_walked_again(news: Archive, archive: Store, visit: Visit) -> None:
    found = news.search("bridge")
    visit(b"Another bridge.", url="https://herald.example/c", at=NOW + 31 * HOUR)
    assert len(found) == 2
    visit(b"A third bridge.", url="https://herald.example/d", at=NOW + 32 * HOUR)
    assert [one.title for one in found] == [one.title for one in found] == ["Bridge delayed", "Title"]
    assert found[-1].url == "https://herald.example/c"
    assert [one.title for one in found[::-1]] == ["Title", "Bridge delayed"]
    assert len(news.search("bridge")) == 3
    assert len(news.search("bridge", versions="all")) == 4
    assert len(news.search("bridge", source="herald")) == 1
    with pytest.raises(IndexError):
        found[2]
    with pytest.raises(BadQuery):
        len(news.search('"never closed'))


@pytest.mark.parametrize("when", ["2026-03-01", date(2026, 3, 1), "2026-03-01T13:00+00:00", NOW + HOUR])
def test_as_of_a_moment_articles_are_as_they_stood(news: Archive, when: str | date) -> None:
    (then,) = news.search("bridge", as_of=when)
    assert then.title == "Bridge to open"
    assert news.article("https://herald.example/a").at(when).id == then.id
    with pytest.raises(FixInput):
        news.search(as_of="the other day")
    with pytest.raises(NotFound):
        news.article("https://herald.example/a").at("2020-01-01")


def test_versions_are_compared(news: Archive) -> None:
    article = news.article("https://herald.example/a")
    change = article.versions[0].diff(article.versions[-1])
    assert {"headline", "rewritten"} & set(change.kinds)
    assert "May" in str(change)
    assert "-The bridge opens in May." in change.unified()
    html = change._repr_html_()
    assert "<del" in html
    assert "<ins" in html
    assert article.versions[0].payload == b"The bridge opens in May."
    assert article.versions[0].article.id == article.id
    assert "Bridge to open" in article.versions[0].cite()
    assert news.version(article.versions[0].id).number == 1
    assert [one.url for one in news.articles(edited=True)] == [article.url]
    assert [one.slug for one in news.sources()] == ["herald"]


def test_a_name_that_is_none_is_refused_with_those_that_are(news: Archive, tmp_path: Path) -> None:
    found = news.search("bridge")
    with pytest.raises(FixInput, match="text, bibtex, csl, ris"):
        found[0].cite("latex")  # type: ignore[arg-type]
    with pytest.raises(FixInput, match="jsonl, csv, sqlite, parquet"):
        found.export(tmp_path / "out.xml", "xml")
    with pytest.raises(NotFound, match="nobody"):
        list(news.articles(source="nobody"))


def test_an_export_has_the_format_that_its_name_ends_in(news: Archive, tmp_path: Path) -> None:
    found = news.search("bridge")
    formats = {
        name: found.export(tmp_path / name).format for name in ("a.csv", "a.parquet", "a.sqlite", "a.txt")
    }
    assert formats == {"a.csv": "csv", "a.parquet": "parquet", "a.sqlite": "sqlite", "a.txt": "jsonl"}
    assert found.export(tmp_path / "b.csv", "jsonl").format == "jsonl"


def test_a_result_is_taken_by_a_number_of_a_table(news: Archive) -> None:
    found = news.search("")
    number = found.to_pandas()["article_id"].argsort().iloc[-1]  # one of numpy's
    assert not isinstance(number, int)
    assert found[number].id == found[int(number)].id
    with pytest.raises(TypeError):
        found["first"]


def test_results_become_tables(news: Archive, tmp_path: Path) -> None:
    found = news.search(versions="all")
    frame = found.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["number"]) == [1, 1, 2]
    assert frame["first_seen"].dt.tz is not None
    table = found.to_polars()
    assert isinstance(table, polars.DataFrame)
    assert table["text"].to_list()[2] == "The bridge opens in June."
    assert news.search("nothing").to_polars().height == 0
    assert found.export(tmp_path / "out.jsonl").counts == {"versions": 3}


def test_a_library_that_is_not_there_is_named(news: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(FixInput, match="pip install pandas"):
        news.search().to_pandas()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_what_a_notebook_shows_runs_nothing_of_a_page(news: Archive) -> None:
    page = news.article("https://herald.example/b")
    shown = [
        news._repr_html_(),
        news.search()._repr_html_(),
        page._repr_html_(),
        page.versions[0]._repr_html_(),
        page.versions[0].diff(page.versions[0])._repr_html_(),
    ]
    for html in shown:
        tags = _Tags()
        tags.feed(html)
        assert not tags.names & {"script", "img", "iframe"}
        assert not {name for name in tags.attributes if name.startswith("on")}
    assert "&lt;script&gt;" in shown[1]
    assert "2 versions" in shown[1]
    assert repr(news).startswith("Archive(")
    assert "2 versions" in repr(news.search())


def test_importing_the_package_brings_nothing_along() -> None:
    code = "import sys, palimpsest; print({'palimpsest.storage', 'sqlalchemy', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "set()"
    code = "import sys; from palimpsest import Archive; print({'scrapy', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "set()"
    with pytest.raises(AttributeError):
        palimpsest.nothing  # noqa: B018


def test_where_no_archive_is_none_is_opened(tmp_path: Path) -> None:
    with pytest.raises(WrongArchive):
        Archive(tmp_path)
