"""A folder served as a site: its pages, copies, sitemaps and validators."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from palimpsest.newsroom.folder import FolderSite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    html = tmp_path / "html"
    html.mkdir()
    (html / "a.html.gz").write_bytes(gzip.compress(b"<p>one</p>"))
    (html / "b.html").write_text("<p>two</p>")
    (html / "c.html").write_bytes("<p>été</p>".encode("cp1252"))
    truth = {
        "a.html.gz": {"url": "https://news.example/world/a?x=1"},
        "b.html": {"url": "https://other.example/world/a"},
        "c.html": {"url": "https://other.example/"},
    }
    (tmp_path / "ground_truth.json").write_text(json.dumps(truth))
    return tmp_path


def get(site: FolderSite, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    try:
        connection.request("GET", url.removeprefix(site.base), headers={"Host": site.host, **headers})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


def test_each_page_is_served_under_an_address_of_its_own_exactly_as_saved(folder: Path) -> None:
    with FolderSite(folder) as site:
        assert len(set(site.urls)) == 3
        answers = [get(site, url) for url in site.urls]
        assert [body for _, _, body in answers] == [b"<p>one</p>", b"<p>two</p>", b"<p>\xe9t\xe9</p>"]
        kinds = [headers["Content-Type"] for _, headers, _ in answers]
        assert kinds == ["text/html; charset=utf-8"] * 2 + ["text/html"]
        assert get(site, site.base + "/none")[0] == 404


def test_copies_and_versions_have_addresses_and_bytes_of_their_own(folder: Path) -> None:
    with FolderSite(folder, repeat=3, version=2) as site:
        bodies = [get(site, url)[2] for url in site.urls]
    assert len(bodies) == len(set(bodies)) == 9
    assert all(
        body.partition(b"-->")[2] in (b"<p>one</p>", b"<p>two</p>", b"<p>\xe9t\xe9</p>") for body in bodies
    )


def test_the_sitemaps_name_every_page_and_robots_names_the_sitemap(folder: Path) -> None:
    with FolderSite(folder, repeat=2) as site:
        assert site.sitemap.encode() in get(site, site.base + "/robots.txt")[2]
        named: list[str] = []
        for part in re.findall("<loc>(.*?)</loc>", get(site, site.sitemap)[2].decode()):
            named += re.findall("<loc>(.*?)</loc>", get(site, part)[2].decode())
        assert sorted(named) == sorted(site.urls)


def test_validators_are_had_for_the_asking(folder: Path) -> None:
    with FolderSite(folder, validators=True) as site:
        etag = get(site, site.urls[0])[1]["ETag"]
        assert get(site, site.urls[0], **{"If-None-Match": etag})[0] == 304
        assert get(site, site.urls[1], **{"If-None-Match": etag})[0] == 200


def test_a_folder_without_labels_is_served_by_file_names(folder: Path) -> None:
    (folder / "ground_truth.json").unlink()
    with FolderSite(folder) as site:
        assert [url.removeprefix(site.base) for url in site.urls] == ["/a.html", "/b.html", "/c.html"]


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with (
        FolderSite(folder) as site,
        pytest.raises(OSError, match="in use"),
        FolderSite(folder, port=site.port),
    ):
        pass


def test_it_runs_as_a_process_and_ends_with_its_input(folder: Path) -> None:
    command = [sys.executable, "-m", "palimpsest.newsroom.folder", str(folder), "--repeat", "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(r"http://pages\.folder\.example:\d+/sitemap\.xml 6 pages\n", line)
        process.communicate(timeout=20)
    assert process.returncode == 0
