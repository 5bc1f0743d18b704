"""An explanation is the extraction itself, with the reason for every field, block and class."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from palimpsest.cli import app
from palimpsest.crawler.extraction import explain, extract
from palimpsest.newsroom import Newsroom

URL = "https://paper.example/2026/bridge"
DATA = json.dumps(
    {"@type": "NewsArticle", "headline": "Bridge closed", "author": {"name": "Ann Author"},
     "datePublished": "2026-03-11T06:30:00+01:00"}
)  # fmt: skip
LINE = "<p>{} of the speakers told the council at length why the bridge should stay.</p>"
TEXT = "".join(LINE.format(n) for n in range(6))
PAGE = f"""<html><head><title>Bridge closed</title>
<script type="application/ld+json">{DATA}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Bridge closed</h1>{TEXT}
<p>Read more: <a href="/x">Another story about another bridge</a></p></article>
<footer>Imprint</footer></body></html>"""


def test_an_explanation_reads_the_page_as_extract_does() -> None:
    assert explain(PAGE, URL).extraction == extract(PAGE, URL)


def test_every_piece_of_text_is_kept_or_left_out_for_a_reason() -> None:
    found = explain(PAGE, URL)
    assert [piece.text for piece in found.pieces if piece.kept] == [b.text for b in found.extraction.blocks]
    assert all(piece.reason for piece in found.pieces)
    reasons = {piece.text: piece.reason for piece in found.pieces}
    assert reasons["Bridge closed"] == "headline"
    assert reasons["Home"] == "outside the article's box"


def test_every_field_says_its_way_and_how_often_that_is_right() -> None:
    fields = {field.name: field for field in explain(PAGE, URL).fields}
    assert fields["title"].way == "h1+json-ld"
    assert (fields["authors"].value, fields["authors"].way) == ("Ann Author", "json-ld")
    assert fields["published"].value == "2026-03-11T06:30:00+01:00"
    assert all(0 < field.confidence <= 1 for field in fields.values())


def test_a_page_that_is_no_article_says_why() -> None:
    found = explain("<title>Just a moment...</title><script>_cf_chl_opt={}</script><p>Wait</p>", URL)
    assert found.extraction.page_class.value == "bot-check"
    assert "_cf_chl_opt" in found.why


def test_the_command_explains_a_file_readably_and_as_json(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    run = CliRunner().invoke(app, ["extract", str(tmp_path / "page.html"), "--url", URL, "--explain"])
    assert run.exit_code == 0, run.output
    for words in ("article (1.00)", "h1+json-ld", "Kept (6)", "Left out", "trafilatura", "headline"):
        assert words in run.output
    run = CliRunner().invoke(app, ["extract", str(tmp_path / "page.html"), "--explain", "--json"])
    told = json.loads(run.output)
    assert {"extraction", "why", "fields", "pieces"} <= set(told)


def test_the_command_explains_an_address_fetched_by_the_guarded_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Newsroom() as news:
        url = news.edition.url(news.story("ledger-ferry"))
        refused = CliRunner().invoke(app, ["-C", str(tmp_path), "extract", url])
        monkeypatch.setenv("PALIMPSEST_FETCH__RESOLVE", json.dumps(news.resolve))
        monkeypatch.setenv("PALIMPSEST_FETCH__ALLOW", json.dumps(news.allow))
        monkeypatch.setenv("PALIMPSEST_FETCH__DELAY", "0")
        run = CliRunner().invoke(app, ["-C", str(tmp_path), "extract", url, "--explain"])
        paths = [visit.path for visit in news.requests.visits]
    assert refused.exit_code != 0  # no such host, and its address is not public
    assert run.exit_code == 0, run.output
    assert "Night ferry to the Skarrow Isles" in run.output
    assert paths[0] == "/robots.txt"
    assert not list(tmp_path.iterdir())


def test_an_address_or_file_that_cannot_be_had_is_told_in_one_line(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["extract", str(tmp_path / "none.html")])
    assert "name a file or an address" in str(run.exception)
